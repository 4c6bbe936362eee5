//! What kind of file it is, told by its content.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{
    Content, Encoding, FileKind, Form, Found, Malformed, Place, Problem, Unusable, Wrapping,
    base64,
    der::{self, Outer},
    pem::{self, Places},
    text::{LineCounter, Text},
};

/// `-----BEGIN ` in base64: how PEM looks in the `data` of a Kubernetes Secret.
const BASE64_OF_BEGIN: &[u8] = b"LS0tLS1CRUdJTi";

/// The longest line that programs fold base64 to (RFC 2045, 6.8).
const FOLDED_COLUMNS: usize = 76;

/// How files of other kinds begin.
const BEGINNINGS: [(&[u8], Unusable); 16] = [
    (b"\xfe\xed\xfe\xed", Unusable::JavaKeyStore),
    (b"\xce\xce\xce\xce", Unusable::JavaCryptoKeyStore),
    (b"PuTTY-User-Key-File-", Unusable::PuttyKey),
    (b"---- BEGIN SSH2 PUBLIC KEY", Unusable::OpenSshPublicKey),
    (b"ssh-", Unusable::OpenSshPublicKey),
    (b"ecdsa-sha2-", Unusable::OpenSshPublicKey),
    (b"sk-ssh-", Unusable::OpenSshPublicKey),
    (b"PK\x03\x04", Unusable::OtherFile(FileKind::Zip)),
    (b"\x1f\x8b", Unusable::OtherFile(FileKind::Gzip)),
    (b"%PDF-", Unusable::OtherFile(FileKind::Pdf)),
    (b"<!DOCTYPE html", Unusable::OtherFile(FileKind::Html)),
    (b"<!doctype html", Unusable::OtherFile(FileKind::Html)),
    (b"<html", Unusable::OtherFile(FileKind::Html)),
    (
        b"\0\0\0\0CERT",
        Unusable::OtherFile(FileKind::SerializedStore),
    ),
    (b"SQLite format 3\0", Unusable::OtherFile(FileKind::Sqlite)),
    // A public-key packet of version 4 in the old format (RFC 9580, 4.2 and 5.5.2).
    (b"\x99\x01", Unusable::Pgp),
];

/// Finds everything in a file.
pub(super) fn read(bytes: &[u8], text: &Text<'_>, found: &mut Found) {
    // DER first: a certificate may have PEM in one of its texts.
    let binary = match text.encoding {
        Encoding::Plain => read_binary(bytes, found),
        _ => 0,
    };
    if binary < bytes.len() {
        if binary == 0 || memmem::find(&text[binary..], b"-----BEGIN ").is_some() {
            pem::scan(text, binary, Places::within(text), found);
            read_wrapped(text, binary, found);
        } else {
            data_behind(bytes, binary, found);
        }
    }
    if found.blocks.is_empty() {
        read_bare(text, found);
    }
    if found.blocks.is_empty() {
        let start = Place {
            line: None,
            offset: 0,
        };
        let content = other(bytes, text);
        found.push(start, Wrapping::None, content);
    }
}

/// Reads DER, one SEQUENCE after another, as far as each is known; returns where it ends.
fn read_binary(bytes: &[u8], found: &mut Found) -> usize {
    let mut at = 0;
    while let Outer::Complete(length) = der::outer(&bytes[at..]) {
        let der = &bytes[at..at + length];
        if der::shape(der).is_none() {
            break;
        }
        let place = Place {
            line: None,
            offset: at,
        };
        let contents = pem::contents(&Form::Der, Zeroizing::new(der.to_vec()));
        for content in contents.unwrap_or_else(|problem| vec![malformed(problem, at)]) {
            found.push(place, Wrapping::None, content);
        }
        at += length;
    }
    at
}

/// What follows the last DER is data behind a certificate, or one that was cut off.
fn data_behind(bytes: &[u8], at: usize, found: &mut Found) {
    let rest = &bytes[at..];
    if let Outer::Truncated { expected } = der::outer(rest)
        && looks_like_certificate(rest)
    {
        let problem = Problem::Truncated {
            expected,
            found: rest.len(),
        };
        let place = Place {
            line: None,
            offset: at,
        };
        found.push(place, Wrapping::None, malformed(problem, at));
    } else if let Some((
        _,
        _,
        Content::Certificate {
            der,
            form: Form::Der,
        },
    )) = found.blocks.last_mut()
    {
        der.extend_from_slice(rest);
    }
}

fn malformed(problem: Problem, offset: usize) -> Content {
    Content::Malformed(Malformed {
        label: None,
        problem,
        line: None,
        column: None,
        offset,
    })
}

/// Whether bytes begin as a certificate of usual size does: a long SEQUENCE in a long SEQUENCE.
fn looks_like_certificate(bytes: &[u8]) -> bool {
    matches!(
        bytes,
        [0x30, 0x81, _, 0x30, ..] | [0x30, 0x82, _, _, 0x30, 0x81 | 0x82, ..]
    )
}

/// Finds PEM text that is base64 once more.
fn read_wrapped(text: &Text<'_>, from: usize, found: &mut Found) {
    let mut lines = LineCounter::new(text);
    let mut at = from;
    while let Some(hit) = memmem::find(&text[at..], BASE64_OF_BEGIN) {
        let start = at + hit;
        let length = |line_ends: &[u8]| {
            let ends = |octet: &u8| {
                !(octet.is_ascii_alphanumeric()
                    || matches!(octet, b'+' | b'/' | b'=')
                    || line_ends.contains(octet))
            };
            text[start..].iter().position(ends)
        };
        // In YAML and JSON the value is one long line; alone in a file it is often folded. Either
        // way the search goes on behind it, so that nothing is decoded twice.
        let value = match length(b"") {
            Some(line) if line <= FOLDED_COLUMNS => length(b"\r\n"),
            line => line,
        };
        let end = value.map_or(text.len(), |length| start + length);
        if let Ok(decoded) = base64::decode(&text[start..end]) {
            let (line, _) = lines.position(start);
            let place = Place {
                line: Some(line),
                offset: text.offset(start),
            };
            pem::scan(&decoded.bytes, 0, Places::Wrapped(place), found);
        }
        at = end;
    }
}

/// Reads a file that is the inside of a PEM block.
fn read_bare(text: &Text<'_>, found: &mut Found) {
    let Ok(decoded) = base64::decode(text) else {
        return;
    };
    if der::shape(&decoded.bytes).is_none() {
        return;
    }
    let (line, start) = first_line(text);
    let place = Place {
        line: Some(line),
        offset: text.offset(start),
    };
    let wrapping = if decoded.escaped {
        Wrapping::Escaped
    } else {
        Wrapping::None
    };
    let contents = pem::contents(&Form::Base64, decoded.bytes);
    for content in contents.unwrap_or_else(|problem| vec![malformed(problem, place.offset)]) {
        found.push(place, wrapping, content);
    }
}

/// Where the text begins to be more than white space.
fn first_line(text: &Text<'_>) -> (usize, usize) {
    let start = text.len() - text.trim_ascii_start().len();
    (LineCounter::new(text).position(start).0, start)
}

/// Names a file in which there is nothing to use.
fn other(bytes: &[u8], text: &Text<'_>) -> Content {
    let unusable = |unusable| Content::Unusable(unusable);
    let content = text.trim_ascii();
    if content.is_empty() {
        return unusable(Unusable::Empty);
    }
    if let Some((_, kind)) = BEGINNINGS
        .iter()
        .find(|(beginning, _)| bytes.starts_with(beginning) || content.starts_with(beginning))
    {
        return unusable(kind.clone());
    }
    match der::outer(bytes) {
        Outer::Truncated { expected } if looks_like_certificate(bytes) => {
            let found = bytes.len();
            return malformed(Problem::Truncated { expected, found }, 0);
        }
        Outer::Complete(length) if length == bytes.len() => return unusable(Unusable::OtherAsn1),
        _ => {}
    }
    let is_text = std::str::from_utf8(content).is_ok()
        && !content
            .iter()
            .any(|octet| octet.is_ascii_control() && !octet.is_ascii_whitespace());
    unusable(if is_text {
        Unusable::Text
    } else {
        Unusable::Noise
    })
}
