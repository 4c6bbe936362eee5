//! What kind of file it is, told by its content.

use memchr::memmem;
use zeroize::Zeroizing;

use super::{
    Content, Encoding, Form, Found, Malformed, Place, Problem, Unusable, Wrapping, base64, block,
    der::{self, Outer},
    kinds,
    pem::{self, Places},
    text::{LineCounter, Text},
    wrapped::{self, Layer},
};

/// Finds everything in a file.
pub(super) fn read(bytes: &[u8], text: &Text<'_>, found: &mut Found) {
    if let Some(kind) = kinds::container(bytes) {
        return found.push(START, Wrapping::NONE, Content::Unusable(kind));
    }
    // DER first: a certificate may have PEM in one of its texts.
    let binary = match text.encoding {
        Encoding::Plain => read_binary(bytes, found),
        _ => 0,
    };
    if binary < bytes.len() {
        if binary == 0 || memmem::find(&text[binary..], b"-----BEGIN ").is_some() {
            let blocks = pem::scan(text, binary, Places::within(text), found);
            let layer = Layer {
                octets: text,
                wrapping: Wrapping::NONE,
                place: None,
            };
            wrapped::read(&layer, text, binary, &blocks, found);
        } else {
            data_behind(bytes, binary, found);
        }
    }
    if found.blocks.is_empty() {
        read_bare(text, found);
    }
    if found.blocks.is_empty() {
        found.push(START, Wrapping::NONE, other(bytes, text));
    }
}

/// The place of what is said of a file as a whole.
const START: Place = Place {
    line: None,
    offset: 0,
};

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
        let contents = block::contents(&Form::Der, Zeroizing::new(der.to_vec()));
        for content in contents.unwrap_or_else(|problem| vec![malformed(problem, at)]) {
            found.push(place, Wrapping::NONE, content);
        }
        at += length;
    }
    at
}

/// What follows the last DER is data behind a certificate, or one that was cut off.
fn data_behind(bytes: &[u8], at: usize, found: &mut Found) {
    let rest = &bytes[at..];
    if let Outer::Truncated { expected } = der::outer(rest)
        && (looks_like_certificate(rest) || looks_like_pkcs12(rest))
    {
        let problem = Problem::Truncated {
            expected,
            found: rest.len(),
        };
        let place = Place {
            line: None,
            offset: at,
        };
        found.push(place, Wrapping::NONE, malformed(problem, at));
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

/// Whether bytes begin as a PKCS#12 file does: a long SEQUENCE of the number three and a SEQUENCE.
fn looks_like_pkcs12(bytes: &[u8]) -> bool {
    const VERSION: [u8; 4] = [0x02, 0x01, 0x03, 0x30];
    match bytes {
        [0x30, 0x80, rest @ ..] => rest.starts_with(&VERSION),
        [0x30, 0x82, _, _, rest @ ..] | [0x30, 0x83, _, _, _, rest @ ..] => {
            rest.starts_with(&VERSION)
        }
        _ => false,
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
    let wrapping = Wrapping {
        escaped: decoded.escaped,
        ..Wrapping::NONE
    };
    let contents = block::contents(&Form::Base64, decoded.bytes);
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
    if let Some(kind) = kinds::other(bytes).or_else(|| kinds::other(content)) {
        return unusable(kind);
    }
    match der::outer(bytes) {
        Outer::Truncated { expected }
            if looks_like_certificate(bytes) || looks_like_pkcs12(bytes) =>
        {
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
