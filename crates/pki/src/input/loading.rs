//! What OpenSSL makes of a file as a CA file: does it load, and which certificates of it?
//!
//! This is `X509_load_cert_crl_file` with `PEM_X509_INFO_read_bio` (`crypto/pem/pem_info.c`,
//! `pem_lib.c`) as far as the frame of each block, line for line: it stops at the first block it
//! cannot read, and then nothing of the file counts. It goes on here behind such a block, so that
//! all of them can be named.

use memchr::memchr;
use zeroize::Zeroizing;

use super::{
    Block, Content, Contents, Encoding, Form, LoadError, MAX_REPORTED_BLOCKS, Obstacle, Unusable,
    Wrapping, base64,
    der::{self, Outer, Shape},
    kinds,
    text::LineCounter,
};
use crate::{
    PrivateKey,
    certificate::{TrustSettings, trust},
};

/// What `BIO_gets` reads at once into a buffer of `LINESIZE` = 255: longer lines come in pieces.
const PIECE: usize = 254;

/// The most columns of data below an empty line.
const DATA_COLUMNS: usize = 64;

/// Up to this many octets, the headers of a private key are not taken for encryption.
const SHORT_HEADER: usize = 10;

/// Ciphers that may encrypt a PEM block and the octets of their initialisation vectors.
const CIPHERS: [(&[u8], usize); 10] = [
    (b"AES-", 16),
    (b"AES128", 16),
    (b"AES192", 16),
    (b"AES256", 16),
    (b"ARIA-", 16),
    (b"CAMELLIA-", 16),
    (b"SEED-", 16),
    (b"DES-", 8),
    (b"BF-", 8),
    (b"RC2-", 8),
];

/// Fills in `bundle_obstacles` and `passed_over`.
pub(super) fn judge(bytes: &[u8], contents: &mut Contents) {
    // What an archive stores may load by accident; nobody means that.
    if kinds::container(bytes).is_some() {
        contents.bundle_obstacles.push(Obstacle::NoCertificate);
        return;
    }
    let mut lines = Lines { bytes, at: 0 };
    let mut counter = LineCounter::new(bytes);
    let mut taken = Vec::new();
    while let Some(block) = lines.next_block() {
        match block.body.and_then(|body| load(block.label, body)) {
            Ok(Loaded::Certificate) => taken.push(block.at),
            Err(reason) if contents.bundle_obstacles.len() < MAX_REPORTED_BLOCKS => {
                contents.bundle_obstacles.push(Obstacle::Block {
                    label: String::from_utf8_lossy(block.label).into_owned(),
                    line: counter.position(block.at).0,
                    offset: block.at,
                    reason,
                });
            }
            Ok(Loaded::Other) | Err(_) => {}
        }
    }
    if !contents.bundle_obstacles.is_empty() {
        return;
    }
    if taken.is_empty() {
        let obstacle = why_none(bytes, contents);
        contents.bundle_obstacles.push(obstacle);
        return;
    }
    for (index, block) in contents.blocks.iter().enumerate() {
        let is_certificate = matches!(block.content, Content::Certificate { .. });
        if is_certificate && taken.binary_search(&block.source.offset).is_err() {
            contents.passed_over.push(index);
        }
    }
}

/// Why OpenSSL reads to the end of the file and has no certificate.
fn why_none(bytes: &[u8], contents: &Contents) -> Obstacle {
    let mut forms = contents.blocks.iter().filter_map(|block| {
        let Content::Certificate { form, .. } = &block.content else {
            return None;
        };
        Some((form, block.wrapping, block.source.line))
    });
    let utf16 = !matches!(contents.encoding, Encoding::Plain | Encoding::Utf8WithMark);
    let ends_in_cr = memchr(b'\r', bytes).is_some() && memchr(b'\n', bytes).is_none();
    let is_pkcs12 = |block: &Block| matches!(block.content, Content::Unusable(Unusable::Pkcs12(_)));
    match forms.next() {
        None if contents.blocks.iter().any(is_pkcs12) => Obstacle::LockedPkcs12,
        None => Obstacle::NoCertificate,
        Some((Form::Pkcs12, ..)) => Obstacle::Pkcs12,
        Some((Form::Der, ..)) => Obstacle::Binary,
        Some(_) if utf16 => Obstacle::Utf16,
        Some((_, wrapping, _)) if wrapping != Wrapping::NONE => Obstacle::Wrapped(wrapping),
        Some((Form::Pkcs7, ..)) => Obstacle::Pkcs7,
        Some((Form::Base64, _, line)) => Obstacle::NoBeginLine { line },
        Some(_) if ends_in_cr => Obstacle::CarriageReturns,
        Some((_, _, line)) => Obstacle::NotOnOwnLine { line },
    }
}

enum Loaded {
    Certificate,
    Other,
}

/// The body of `PEM_X509_INFO_read_bio`'s loop, as far as the outline of the content.
fn load(label: &[u8], body: Body) -> Result<Loaded, LoadError> {
    const PRIVATE_KEY: &[u8] = b"PRIVATE KEY";
    let is_key = memchr::memmem::find(label, PRIVATE_KEY).is_some();
    match label {
        b"CERTIFICATE" | b"X509 CERTIFICATE" | b"TRUSTED CERTIFICATE" => {
            plain(&body.header)?;
            let complete = match der::outer(&body.data) {
                // `d2i_X509_AUX` wants settings that it can read behind the certificate.
                Outer::Complete(length) if label == trust::LABEL.as_bytes() => {
                    TrustSettings::read(&body.data[length..]).is_ok()
                }
                outer => matches!(outer, Outer::Complete(_)),
            };
            let shape = der::shape(&body.data).unwrap_or(Shape::Certificate);
            if complete && shape == Shape::Certificate {
                Ok(Loaded::Certificate)
            } else {
                Err(LoadError::Content)
            }
        }
        b"X509 CRL" => {
            plain(&body.header)?;
            if der::shape(&body.data) == Some(Shape::RevocationList) {
                Ok(Loaded::Other)
            } else {
                Err(LoadError::Content)
            }
        }
        b"ENCRYPTED PRIVATE KEY" => cipher(&body.header).map(|_| Loaded::Other),
        _ if is_key && body.header.len() > SHORT_HEADER => {
            cipher(&body.header).map(|_| Loaded::Other)
        }
        _ if is_key => {
            plain(&body.header)?;
            match PrivateKey::from_der(body.data) {
                Some(_) => Ok(Loaded::Other),
                None => Err(LoadError::PrivateKey),
            }
        }
        _ => Ok(Loaded::Other),
    }
}

/// Whether headers are none.
fn plain(header: &[u8]) -> Result<(), LoadError> {
    match cipher(header)? {
        Encrypted::No => Ok(()),
        Encrypted::Yes => Err(LoadError::Encrypted),
    }
}

enum Encrypted {
    No,
    Yes,
}

/// `PEM_get_EVP_CIPHER_INFO`: headers are none, or exactly these two.
fn cipher(header: &[u8]) -> Result<Encrypted, LoadError> {
    if header.is_empty() || header.starts_with(b"\n") {
        return Ok(Encrypted::No);
    }
    let read = || {
        let rest = skip_blanks(header.strip_prefix(b"Proc-Type:")?);
        let rest = skip_blanks(rest.strip_prefix(b"4,")?);
        let rest = skip_blanks(rest.strip_prefix(b"ENCRYPTED")?);
        let rest = skip_blanks(rest.strip_prefix(b"\n")?.strip_prefix(b"DEK-Info:")?);
        let (_, vector) = CIPHERS.iter().find(|(name, _)| {
            rest.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        })?;
        let comma = memchr(b',', rest)?;
        let digits = rest.get(comma + 1..comma + 1 + 2 * vector)?;
        digits.iter().all(u8::is_ascii_hexdigit).then_some(())
    };
    read().map(|()| Encrypted::Yes).ok_or(LoadError::Headers)
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    let blanks = text
        .iter()
        .take_while(|o| matches!(o, b' ' | b'\t' | b'\r'));
    &text[blanks.count()..]
}

/// A block as `PEM_read_bio` cuts it out.
struct PemBlock<'a> {
    label: &'a [u8],
    /// The offset of its BEGIN.
    at: usize,
    body: Result<Body, LoadError>,
}

struct Body {
    header: Zeroizing<Vec<u8>>,
    data: Zeroizing<Vec<u8>>,
}

/// Lines, or pieces of long ones, as `fgets` returns them.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A line, or a piece of one.
struct Line<'a> {
    at: usize,
    /// Up to the first NUL; the line end may be missing.
    text: &'a [u8],
    is_partial: bool,
}

impl<'a> Lines<'a> {
    /// `BIO_gets`; a line that begins with a NUL is as good as the end of the file.
    fn next_line(&mut self) -> Option<Line<'a>> {
        let at = self.at;
        let rest = &self.bytes[at..];
        let piece = &rest[..rest.len().min(PIECE)];
        let piece = &piece[..memchr(b'\n', piece).map_or(piece.len(), |end| end + 1)];
        self.at += piece.len();
        let text = &piece[..memchr(0, piece).unwrap_or(piece.len())];
        (!text.is_empty()).then_some(Line {
            at,
            text,
            is_partial: text.len() == PIECE && !text.ends_with(b"\n"),
        })
    }

    /// `get_name` and `get_header_and_data`.
    fn next_block(&mut self) -> Option<PemBlock<'a>> {
        let mut is_first = true;
        loop {
            let Line { mut at, text, .. } = self.next_line()?;
            let mut line = text;
            // `sanitize_line` does this for the first line after every block.
            if is_first
                && line.len() > 3
                && let Some(rest) = line.strip_prefix(b"\xef\xbb\xbf")
            {
                line = rest;
                at += 3;
            }
            is_first = false;
            let line = trim_end(line);
            let label = line
                .strip_prefix(b"-----BEGIN ")
                .and_then(|rest| rest.strip_suffix(b"-----"));
            if let Some(label) = label {
                let body = self.body(label);
                return Some(PemBlock { label, at, body });
            }
        }
    }

    fn body(&mut self, label: &[u8]) -> Result<Body, LoadError> {
        #[derive(PartialEq)]
        enum Status {
            Undecided,
            Header,
            Data,
        }
        let mut status = Status::Undecided;
        let mut header = Zeroizing::new(Vec::new());
        let mut data = Zeroizing::new(Vec::new());
        let mut was_partial = false;
        let mut is_over = false;
        loop {
            let line = self.next_line().ok_or(LoadError::NoEndLine)?;
            let follows_partial = std::mem::replace(&mut was_partial, line.is_partial);
            if status == Status::Undecided && memchr(b':', line.text).is_some() {
                status = Status::Header;
            }
            let text = trim_end(line.text);
            if text.is_empty() {
                if !follows_partial {
                    if status == Status::Data {
                        return Err(LoadError::EmptyLine);
                    }
                    status = Status::Data;
                }
                continue;
            }
            if let Some(end) = text.strip_prefix(b"-----END ") {
                if end.strip_prefix(label) != Some(b"-----") {
                    return Err(LoadError::EndLine);
                }
                break;
            }
            if is_over {
                return Err(LoadError::EmptyLine);
            }
            let out = if status == Status::Data {
                is_over = text.len() < DATA_COLUMNS;
                if text.len() > DATA_COLUMNS {
                    return Err(LoadError::LongLine);
                }
                &mut data
            } else {
                &mut header
            };
            out.extend_from_slice(text);
            out.push(b'\n');
        }
        if status == Status::Undecided {
            std::mem::swap(&mut header, &mut data);
        }
        if data.is_empty() {
            return Err(LoadError::Empty);
        }
        // To `EVP_DecodeUpdate` a hyphen is the end of the data, and a backslash is nothing.
        let data = &data[..memchr(b'-', &data).unwrap_or(data.len())];
        if memchr(b'\\', data).is_some() {
            return Err(LoadError::Base64);
        }
        let decoded = base64::decode(data).map_err(|_| LoadError::Base64)?;
        Ok(Body {
            header,
            data: decoded.bytes,
        })
    }
}

/// `sanitize_line`: spaces, control characters and, where C's `char` has a sign as on x86, octets
/// beyond ASCII go from the end of a line.
fn trim_end(line: &[u8]) -> &[u8] {
    let kept = line
        .iter()
        .rposition(|octet| matches!(octet, 0x21..=0x7f))
        .map_or(0, |last| last + 1);
    &line[..kept]
}
