//! What lies in a text within another text: base64 once more, as in a Kubernetes Secret, a SAML or
//! LDIF file, or percent-encoding, as a proxy writes a certificate into a header.
//!
//! Every piece of a text belongs to one wrapping at most, and base64 shrinks what it holds to three
//! quarters, so that taking off [`MAX_DEPTH`] wrappings is linear in the file.

use std::ops::Range;

use memchr::memmem;
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
    if layer.wrapping.depth() >= MAX_DEPTH || found.is_too_much() {
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
    // What lies between the blocks, and behind the last one.
    let mut at = from;
    let gaps = blocks.iter().map(Some).chain([None]).map(|block| {
        let start = std::mem::replace(&mut at, block.map_or(octets.len(), |block| block.end));
        start..block.map_or(octets.len(), |block| block.start)
    });
    for gap in gaps {
        let pieces = Pieces {
            text: octets.get(..gap.end).unwrap_or_default(),
            at: gap.start,
            percent: Next::Unsought,
            base64: Next::Unsought,
        };
        for (kind, piece) in pieces {
            let place = place_of(piece.start);
            let piece = &octets[piece];
            if kind == Kind::Percent {
                let wrapping = Wrapping {
                    percent: layer.wrapping.percent + 1,
                    ..layer.wrapping
                };
                inner(&percent_decoded(piece), wrapping, place, found);
            } else if let Ok(decoded) = base64::decode(piece) {
                unwrapped(decoded, layer.wrapping, place, found);
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Percent,
    Base64,
}

/// The pieces of a text that may be wrapped, from `at` on.
struct Pieces<'t> {
    text: &'t [u8],
    at: usize,
    /// Where the next piece of each kind begins, as far as that was sought.
    percent: Next,
    base64: Next,
}

#[derive(Clone, Copy)]
enum Next {
    Unsought,
    At(usize),
    /// There is none.
    Nowhere,
}

impl Next {
    /// Seeks from `at` on, unless what was found last lies there still. So a text is gone through
    /// once, however many pieces it has.
    fn from(&mut self, at: usize, seek: impl Fn(usize) -> Option<usize>) -> Option<usize> {
        match *self {
            Self::At(next) if next >= at => Some(next),
            Self::Nowhere => None,
            Self::At(_) | Self::Unsought => {
                let next = seek(at);
                *self = next.map_or(Self::Nowhere, Self::At);
                next
            }
        }
    }
}

impl Iterator for Pieces<'_> {
    type Item = (Kind, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.text;
        let percent = self.percent.from(self.at, |at| {
            Some(at + memmem::find(text.get(at..)?, PERCENT_BEGIN)?)
        });
        let base64 = self.base64.from(self.at, |at| next_run(text, at));
        let (kind, start) = match (percent, base64) {
            (None, None) => return None,
            // Its BEGIN line comes before the first long run of base64 in it.
            (Some(percent), base64) if base64.is_none_or(|base64| percent < base64) => {
                (Kind::Percent, percent)
            }
            (_, base64) => (Kind::Base64, base64?),
        };
        let rest = &text[start..];
        let length = match kind {
            Kind::Base64 => run(rest),
            Kind::Percent => {
                let end = rest.iter().position(|octet| !is_percent(*octet));
                end.unwrap_or(rest.len())
            }
        };
        self.at = start + length;
        Some((kind, start..self.at))
    }
}

/// Where the next [`MIN_RUN`] characters of base64 in a row begin. Whatever begins before the last
/// octet of a window of that length and is as long has that octet, so that most of a text is passed
/// over a window at a time.
fn next_run(text: &[u8], from: usize) -> Option<usize> {
    let mut start = from;
    loop {
        let window = text.get(start..start + MIN_RUN)?;
        match window.iter().rposition(|octet| !is_character(*octet)) {
            None => return Some(start),
            Some(last) => start += last + 1,
        }
    }
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
