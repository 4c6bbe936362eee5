//! PEM blocks, wherever in a text they stand.
//!
//! Where OpenSSL asks that BEGIN stand at the start of a line, this finds a block in the middle of
//! one, indented, or written with `\n` for its line ends: a person who drops such a file means the
//! certificate in it. What OpenSSL would do with the same file is told by `loading`.
//!
//! Work is linear in the text: marks are looked for once, and every body lies between two of them.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{
    Content, Form, Found, Malformed, Place, Problem, Unusable, Wrapping,
    base64::{self, Fault},
    der::{self, Outer, Shape},
    pkcs7,
    text::{LineCounter, Text},
};
use crate::PrivateKey;

const DASHES: &[u8] = b"-----";

/// The longest label that is looked for; the longest in use has 26 characters.
const MAX_LABEL: usize = 64;

/// Labels by which a BEGIN line is recognised even when its hyphens are wrong.
const LABELS_IN_USE: [&[u8]; 9] = [
    b"CERTIFICATE",
    b"X509 C",
    b"TRUSTED CERTIFICATE",
    b"PKCS7",
    b"CMS",
    b"PRIVATE KEY",
    b"ENCRYPTED PRIVATE KEY",
    b"RSA PRIVATE KEY",
    b"EC PRIVATE KEY",
];

/// Finds every block in `octets` from `from` on.
pub(super) fn scan(octets: &[u8], from: usize, places: Places<'_>, found: &mut Found) {
    let marks = marks(octets, from);
    let mut scanner = Scanner {
        octets,
        places,
        found,
    };
    let mut next = marks.iter().peekable();
    while let Some(mark) = next.next() {
        match mark.kind {
            MarkKind::End => {}
            MarkKind::Suspect => scanner.begin_line(mark.at),
            MarkKind::Begin => {
                let end = next.next_if(|mark| mark.kind == MarkKind::End);
                let limit = match end {
                    Some(mark) => mark.at,
                    None => next.peek().map_or(octets.len(), |mark| mark.at),
                };
                scanner.block(mark.at, end.is_some(), limit);
            }
        }
    }
}

/// How the places of what is found are told.
pub(super) enum Places<'t> {
    /// Counted in the text of the file.
    In {
        text: &'t Text<'t>,
        lines: LineCounter<'t>,
    },
    /// All the same: that of the wrapping.
    Wrapped(Place),
}

impl<'t> Places<'t> {
    pub(super) fn within(text: &'t Text<'t>) -> Self {
        let lines = LineCounter::new(text);
        Self::In { text, lines }
    }

    /// The line and column, and the offset in the file, of an octet.
    fn tell(&mut self, at: usize) -> (Place, Option<usize>) {
        match self {
            Self::In { text, lines } => {
                let (line, column) = lines.position(at);
                let offset = text.offset(at);
                let line = Some(line);
                (Place { line, offset }, Some(column))
            }
            Self::Wrapped(place) => (*place, None),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum MarkKind {
    Begin,
    End,
    /// A BEGIN of a known label with something like hyphens before it.
    Suspect,
}

/// Where a BEGIN or END line begins.
struct Mark {
    at: usize,
    kind: MarkKind,
}

fn marks(octets: &[u8], from: usize) -> Vec<Mark> {
    const BEGIN: &[u8] = b"BEGIN ";
    const END: &[u8] = b"END ";
    let text = &octets[from..];
    let mut marks = Vec::new();
    for hit in memmem::find_iter(text, BEGIN) {
        let before = &text[..hit];
        if before.ends_with(DASHES) {
            let at = from + hit - DASHES.len();
            let kind = MarkKind::Begin;
            marks.push(Mark { at, kind });
        } else if ends_in_dash(before)
            && LABELS_IN_USE
                .iter()
                .any(|label| text[hit + BEGIN.len()..].starts_with(label))
        {
            let at = from + hit;
            let kind = MarkKind::Suspect;
            marks.push(Mark { at, kind });
        }
    }
    for hit in memmem::find_iter(text, END) {
        if text[..hit].ends_with(DASHES) {
            let at = from + hit - DASHES.len();
            let kind = MarkKind::End;
            marks.push(Mark { at, kind });
        }
    }
    marks.sort_unstable_by_key(|mark| mark.at);
    marks
}

/// Whether the text ends in a hyphen, or in a dash that a word processor put there (U+2010 to
/// U+2015, U+2212, or any wide character of UTF-16), perhaps with a space behind it.
fn ends_in_dash(text: &[u8]) -> bool {
    let text = text.strip_suffix(b" ").unwrap_or(text);
    matches!(
        text,
        [.., b'-' | 0xff] | [.., 0xe2, 0x80, 0x90..=0x95] | [.., 0xe2, 0x88, 0x92]
    )
}

struct Scanner<'t, 'f> {
    octets: &'t [u8],
    places: Places<'t>,
    found: &'f mut Found,
}

impl Scanner<'_, '_> {
    /// Reads the block whose BEGIN line begins at `at`, and whose END line, if it has one, at `limit`.
    fn block(&mut self, at: usize, has_end: bool, limit: usize) {
        let label_at = at + b"-----BEGIN ".len();
        let Some(label) = label(&self.octets[label_at..limit]) else {
            return self.begin_line(at);
        };
        let (place, _) = self.places.tell(at);
        let wrapping = self.wrapping();
        let body_at = label_at + label.len() + DASHES.len();
        let body = &self.octets[body_at..limit];
        let outcome = if has_end {
            self.end_line(label, limit).and_then(|()| {
                read_body(label, body).map_err(|(at, problem)| (body_at + at, problem))
            })
        } else {
            Err((limit, Problem::NoEndLine))
        };
        match outcome {
            Ok((contents, escaped)) => {
                let wrapping = if escaped { Wrapping::Escaped } else { wrapping };
                for content in contents {
                    self.found.push(place, wrapping, content);
                }
            }
            Err((at, problem)) => self.malformed(place, Some(label), at, problem),
        }
    }

    fn end_line(&self, begin: &str, at: usize) -> Result<(), (usize, Problem)> {
        match label(&self.octets[at + b"-----END ".len()..]) {
            None => Err((at, Problem::EndLine)),
            Some(end) if end == begin => Ok(()),
            Some(end) => {
                let found = end.to_owned();
                Err((at, Problem::EndLabel { found }))
            }
        }
    }

    /// Reports a BEGIN line whose hyphens are wrong.
    fn begin_line(&mut self, at: usize) {
        let (place, _) = self.places.tell(at);
        self.malformed(place, None, at, Problem::BeginLine);
    }

    fn wrapping(&self) -> Wrapping {
        match self.places {
            Places::In { .. } => Wrapping::None,
            Places::Wrapped(_) => Wrapping::Base64,
        }
    }

    fn malformed(&mut self, place: Place, label: Option<&str>, at: usize, problem: Problem) {
        let (fault, column) = self.places.tell(at);
        let malformed = Malformed {
            label: label.map(str::to_owned),
            problem,
            line: fault.line,
            column,
            offset: fault.offset,
        };
        let content = Content::Malformed(malformed);
        self.found.push(place, self.wrapping(), content);
    }
}

/// The label that `text` begins with, up to five hyphens on the same line.
fn label(text: &[u8]) -> Option<&str> {
    let near = &text[..text.len().min(MAX_LABEL + DASHES.len())];
    let label = &near[..memmem::find(near, DASHES)?];
    let plain = |octet: &u8| matches!(octet, b' '..=b'~') && *octet != b'\\';
    std::str::from_utf8(label)
        .ok()
        .filter(|label| label.as_bytes().iter().all(plain))
}

/// Reads what stands between BEGIN and END; on failure says at which octet and why.
fn read_body(label: &str, body: &[u8]) -> Result<(Vec<Content>, bool), (usize, Problem)> {
    if let Some(unusable) = unusable(label) {
        return Ok((vec![Content::Unusable(unusable)], false));
    }
    let data_at = headers_end(body);
    let (headers, data) = body.split_at(data_at);
    let decoded = base64::decode(data).map_err(|fault| {
        let (at, problem) = match fault {
            // Where the END line stands instead of data.
            Fault::Empty => (data.len(), Problem::Empty),
            Fault::Character { at } => {
                let found = character(&data[at..]);
                (at, Problem::Character { found })
            }
            Fault::BehindPadding { at } => (at, Problem::BehindPadding),
            // Nobody knows where the missing ones belong.
            Fault::Length { characters } => (data.len(), Problem::Length { characters }),
        };
        (data_at + at, problem)
    })?;
    if memmem::find(headers, b"ENCRYPTED").is_some() && label.ends_with("PRIVATE KEY") {
        let key = PrivateKey::encrypted(label, headers, decoded.bytes);
        return Ok((vec![Content::PrivateKey(key)], decoded.escaped));
    }
    let form = Form::Pem {
        label: label.to_owned(),
    };
    contents(&form, decoded.bytes)
        .map(|contents| (contents, decoded.escaped))
        .map_err(|problem| (0, problem))
}

/// What a label says without a look at what is below it.
fn unusable(label: &str) -> Option<Unusable> {
    Some(match label {
        "CERTIFICATE"
        | "X509 CERTIFICATE"
        | "TRUSTED CERTIFICATE"
        | "PKCS7"
        | "CMS"
        | "PKCS #7 SIGNED DATA"
        | "PRIVATE KEY"
        | "ENCRYPTED PRIVATE KEY"
        | "RSA PRIVATE KEY"
        | "EC PRIVATE KEY"
        | "DSA PRIVATE KEY"
        | "ANY PRIVATE KEY" => return None,
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Unusable::CertificateRequest,
        "X509 CRL" => Unusable::RevocationList,
        "PKCS12" => Unusable::Pkcs12,
        "OPENSSH PRIVATE KEY" => Unusable::OpenSshPrivateKey,
        label if label.starts_with("PGP ") => Unusable::Pgp,
        label if label.ends_with("PUBLIC KEY") => Unusable::PublicKey,
        label if label.ends_with("PARAMETERS") => Unusable::Parameters,
        label => Unusable::Label(label.to_owned()),
    })
}

/// Where the headers of RFC 1421 end: below the last of the leading lines that have a colon, which
/// base64 does not have, and those that continue one.
fn headers_end(body: &[u8]) -> usize {
    let Some(first) = memchr::memchr(b':', body) else {
        return 0;
    };
    let mut end = line_end(body, first);
    while end < body.len() {
        let next = line_end(body, end);
        let line = &body[end..next];
        let continues = line.starts_with(b" ") && !line.trim_ascii().is_empty();
        if !continues && !line.contains(&b':') {
            break;
        }
        end = next;
    }
    end
}

/// Where the line that `at` is in ends, behind its line end, which may be written `\n`.
fn line_end(body: &[u8], at: usize) -> usize {
    let rest = &body[at..];
    rest.iter()
        .position(|octet| matches!(octet, b'\n' | b'\r' | b'\\'))
        .map_or(body.len(), |length| {
            let ends = &rest[length..];
            let taken = [&b"\\r\\n"[..], b"\\n", b"\\r", b"\r\n"]
                .iter()
                .find(|end| ends.starts_with(end))
                .map_or(1, |end| end.len());
            at + length + taken
        })
}

/// How to name a character in a sentence.
fn character(text: &[u8]) -> String {
    let near = &text[..text.len().min(4)];
    let first = near
        .utf8_chunks()
        .next()
        .and_then(|chunk| chunk.valid().chars().next());
    match first {
        Some(c) if c.is_ascii_graphic() => format!("“{c}”"),
        Some(c) => format!("U+{:04X}", u32::from(c)),
        None => format!("the byte 0x{:02X}", text.first().copied().unwrap_or(0)),
    }
}

/// What DER holds: by its outline, else by its label.
pub(super) fn contents(
    form: &Form,
    mut bytes: Zeroizing<Vec<u8>>,
) -> Result<Vec<Content>, Problem> {
    let label = match form {
        Form::Pem { label } => Some(label.as_str()),
        Form::Der | Form::Pkcs7 | Form::Base64 => None,
    };
    let first = bytes.first().copied().unwrap_or(0);
    let length = match der::outer(&bytes) {
        Outer::Complete(length) => length,
        Outer::Truncated { expected } => {
            let found = bytes.len();
            return Err(Problem::Truncated { expected, found });
        }
        Outer::Other => return Err(Problem::NotDer { first }),
    };
    let shape = der::shape(&bytes).or(match label {
        Some(label) if label.ends_with("CERTIFICATE") => Some(Shape::Certificate),
        Some(label) if label.ends_with("PRIVATE KEY") => Some(Shape::PrivateKey),
        Some(_) => Some(Shape::SignedData),
        None => None,
    });
    let unusable = match shape {
        Some(Shape::Certificate) => {
            let der = std::mem::take(&mut *bytes);
            let form = form.clone();
            return Ok(vec![Content::Certificate { der, form }]);
        }
        Some(Shape::SignedData) => {
            let certificates = pkcs7::certificates(&bytes).map_err(Problem::Pkcs7)?;
            if !certificates.is_empty() {
                return Ok(certificates
                    .into_iter()
                    .map(|der| Content::Certificate {
                        der: der.to_vec(),
                        form: Form::Pkcs7,
                    })
                    .collect());
            }
            Unusable::Pkcs7WithoutCertificates
        }
        Some(Shape::PrivateKey | Shape::EncryptedPrivateKey) => {
            bytes.truncate(length);
            return match PrivateKey::from_der(bytes) {
                Some(key) => Ok(vec![Content::PrivateKey(key)]),
                None => Err(Problem::PrivateKey),
            };
        }
        Some(Shape::CertificateRequest) => Unusable::CertificateRequest,
        Some(Shape::RevocationList) => Unusable::RevocationList,
        Some(Shape::OtherContentInfo) => Unusable::Pkcs7WithoutCertificates,
        Some(Shape::Pkcs12) => Unusable::Pkcs12,
        Some(Shape::PublicKey) => Unusable::PublicKey,
        Some(Shape::Numbers) => Unusable::Parameters,
        None => Unusable::OtherAsn1,
    };
    Ok(vec![Content::Unusable(unusable)])
}
