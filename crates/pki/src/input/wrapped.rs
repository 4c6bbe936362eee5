//! What lies in a text within another text: base64 once more, as in a Kubernetes Secret, a SAML or
//! LDIF file, or percent-encoding, as a proxy writes a certificate into a header.
//!
//! Every piece of a text belongs to one wrapping at most, and base64 shrinks what it holds to three
//! quarters, so that taking off [`MAX_DEPTH`] wrappings is linear in the file.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{
    Form, Found, Place, Wrapping,
    base64::{self, is_character},
    block, der,
    pem::{self, Places},
    text::{LineCounter, Text},
};

/// How many wrappings, one in the other, are taken off. People report two.
const MAX_DEPTH: u8 = 4;

/// The shortest beginning of base64 that is looked at: a certificate has hundreds of characters, and
/// the first line of an LDIF value has what the attribute's name leaves of 76.
const MIN_RUN: usize = 40;

/// The longest line that programs fold base64 to (RFC 2045, 6.8).
const FOLDED_COLUMNS: usize = 76;

/// How the first line of percent-encoded PEM begins.
const PERCENT_BEGIN: &[u8] = b"-----BEGIN%20";

/// A text, and how it was come by.
pub(super) struct Layer<'t> {
    pub(super) octets: &'t [u8],
    pub(super) wrapping: Wrapping,
    /// Where the outermost wrapping begins; `None` in the file itself.
    pub(super) place: Option<Place>,
}

/// Finds what is wrapped in `layer` from `from` on, outside of the blocks that are read already.
pub(super) fn read(
    layer: &Layer<'_>,
    text: &Text<'_>,
    from: usize,
    blocks: &[Range<usize>],
    found: &mut Found,
) {
    if layer.wrapping.depth() >= MAX_DEPTH {
        return;
    }
    let octets = layer.octets;
    let mut lines = LineCounter::new(octets);
    let mut place_of = |at: usize| {
        layer.place.unwrap_or_else(|| Place {
            line: Some(lines.position(at).0),
            offset: text.offset(at),
        })
    };
    let mut blocks = blocks.iter().peekable();
    let mut at = from;
    while at < octets.len() {
        while blocks.next_if(|block| block.end <= at).is_some() {}
        let limit = match blocks.peek() {
            Some(block) if block.start <= at => {
                at = block.end;
                continue;
            }
            Some(block) => block.start,
            None => octets.len(),
        };
        let gap = &octets[at..limit];
        if gap.starts_with(PERCENT_BEGIN) {
            let length = gap.iter().position(|octet| !is_percent(*octet));
            let end = at + length.unwrap_or(gap.len());
            let place = place_of(at);
            let wrapping = Wrapping {
                percent: layer.wrapping.percent + 1,
                ..layer.wrapping
            };
            inner(&percent_decoded(&octets[at..end]), wrapping, place, found);
            at = end;
        } else if is_character(gap[0]) {
            let end = at + run(gap);
            if end - at >= MIN_RUN
                && let Ok(decoded) = base64::decode(&octets[at..end])
            {
                let place = place_of(at);
                unwrapped(decoded, layer.wrapping, place, found);
            }
            at = end;
        } else {
            at += next_of_interest(gap);
        }
    }
}

/// Where base64 or percent-encoding may begin behind the first octet.
fn next_of_interest(gap: &[u8]) -> usize {
    let starts = |octet: &u8| is_character(*octet) || *octet == b'-';
    let next = gap.iter().skip(1).position(starts);
    next.map_or(gap.len(), |next| next + 1)
}

/// Looks at what base64 held: a certificate, or a text.
fn unwrapped(decoded: base64::Decoded, outer: Wrapping, place: Place, found: &mut Found) {
    let escaped = outer.escaped.max(decoded.escaped);
    if der::shape(&decoded.bytes).is_some() {
        let wrapping = Wrapping { escaped, ..outer };
        if let Ok(contents) = block::contents(&Form::Base64, decoded.bytes) {
            for content in contents {
                found.push(place, wrapping, content);
            }
        }
        return;
    }
    let wrapping = Wrapping {
        base64: outer.base64 + 1,
        escaped,
        ..outer
    };
    inner(&decoded.bytes, wrapping, place, found);
}

/// Reads a text that was wrapped.
fn inner(bytes: &[u8], wrapping: Wrapping, place: Place, found: &mut Found) {
    let text = Text::new(bytes);
    let blocks = pem::scan(&text, 0, Places::Wrapped(place, wrapping), found);
    let layer = Layer {
        octets: &text,
        wrapping,
        place: Some(place),
    };
    read(&layer, &text, 0, &blocks, found);
}

/// What `encodeURIComponent` and OpenSSL's `-----` leave as it is, and its marks.
fn is_percent(octet: u8) -> bool {
    is_character(octet) || matches!(octet, b'=' | b'%' | b'-' | b'.' | b'_' | b'~')
}

/// How long the base64 is that `text` begins with. A line longer than programs fold to is a value of
/// its own; a shorter one goes on below, up to the first line that is shorter than the one before.
fn run(text: &[u8]) -> usize {
    // A name and an equals sign may stand before a value, so that padding ends one.
    let line = |from: usize| {
        let rest = &text[from..];
        let characters = rest.iter().position(|octet| !is_character(*octet));
        let characters = characters.unwrap_or(rest.len());
        let padding = rest[characters..].iter().take(2);
        characters + padding.take_while(|octet| **octet == b'=').count()
    };
    let mut end = line(0);
    let mut longest = end;
    while (MIN_RUN..=FOLDED_COLUMNS).contains(&longest) && text[end - 1] != b'=' {
        let next = end + fold(&text[end..]);
        let length = line(next);
        if next == end || length == 0 {
            break;
        }
        end = next + length;
        if length < longest {
            break;
        }
        longest = length;
    }
    end
}

/// How many octets at the start of `text` are a line end, written out or escaped, with the
/// indentation below it.
fn fold(text: &[u8]) -> usize {
    let ends = |octet: &u8| matches!(octet, b'\r' | b'\n');
    let mut at = 0;
    while let Some(escape) = base64::escape(&text[at..])
        && escape.stands_for == b' '
    {
        at += escape.length;
    }
    at += text[at..].iter().take_while(|octet| ends(octet)).count();
    if at == 0 {
        return 0;
    }
    let indent = text[at..].iter();
    at + indent
        .take_while(|octet| matches!(octet, b' ' | b'\t'))
        .count()
}

/// `%2B` → `+`. It may be a private key, so it is wiped.
fn percent_decoded(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let mut decoded = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut at = 0;
    while at < text.len() {
        let digits = text.get(at + 1..at + 3);
        let value = digits
            .filter(|_| text[at] == b'%')
            .and_then(|digits| u8::from_str_radix(str::from_utf8(digits).ok()?, 16).ok());
        decoded.push(value.unwrap_or(text[at]));
        at += if value.is_some() { 3 } else { 1 };
    }
    decoded
}
