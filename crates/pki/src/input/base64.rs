//! The body of a PEM block: base64 as OpenSSL takes it (`EVP_DecodeUpdate`), with the place of what
//! is wrong.
//!
//! Spaces, tabs and line ends may stand anywhere, lines may have any length, and the unused bits of
//! the last character may be anything. Beyond OpenSSL, the escapes of JSON, environment files and
//! string literals are undone, however often they were applied: a backslash and `n` for a line end,
//! `\/` for a slash, `\u002b` for a plus sign; and the references of XML, `&#13;`.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use memchr::memchr;
use zeroize::Zeroizing;

const DECODER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
);

/// A decoded body. It may be a private key, so it is wiped.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// How often the text was escaped.
    pub(super) escaped: u8,
}

/// What is wrong with a body, and at which octet of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is nothing but white space.
    Empty,
    /// A character that base64 does not have.
    Character { at: usize },
    /// A third `=`, or data behind one.
    BehindPadding { at: usize },
    /// The number of characters is not a multiple of four.
    Length { characters: usize },
}

pub(super) fn decode(body: &[u8]) -> Result<Decoded, Fault> {
    // As large as it can get, so that no copy of a key is left behind by growing.
    let mut characters = Zeroizing::new(Vec::with_capacity(body.len()));
    let mut padding = 0;
    let mut escaped = 0;
    let mut at = 0;
    while let Some(&written) = body.get(at) {
        // Most of a body, and taken a line at a time.
        let run = body[at..].iter().position(|octet| !is_character(*octet));
        let run = run.unwrap_or(body.len() - at);
        if run > 0 && padding == 0 {
            characters.extend_from_slice(&body[at..at + run]);
            at += run;
            continue;
        }
        let (octet, length) = match escape(&body[at..]) {
            Some(escape) => {
                escaped = escape.depth.max(escaped);
                (escape.stands_for, escape.length)
            }
            None => (written, 1),
        };
        match octet {
            octet if is_character(octet) && padding > 0 => {
                return Err(Fault::BehindPadding { at });
            }
            octet if is_character(octet) => characters.push(octet),
            b'=' if padding == 2 => return Err(Fault::BehindPadding { at }),
            b'=' => {
                padding += 1;
                characters.push(octet);
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            _ => {
                at = end_of_trailing_space(body, at).ok_or(Fault::Character { at })?;
                continue;
            }
        }
        at += length;
    }
    if characters.is_empty() {
        return Err(Fault::Empty);
    }
    let length = Fault::Length {
        characters: characters.len(),
    };
    let mut bytes = Zeroizing::new(vec![0; characters.len() / 4 * 3 + 3]);
    // Only the number of characters can be wrong by now.
    let count = DECODER
        .decode_slice(&*characters, &mut bytes)
        .map_err(|_| length)?;
    bytes.truncate(count);
    Ok(Decoded { bytes, escaped })
}

/// Whether an octet is one of the 64 characters. The padding is none.
pub(super) fn is_character(octet: u8) -> bool {
    CHARACTERS[usize::from(octet)]
}

/// Looked up, for every octet of every file is asked for.
const CHARACTERS: [bool; 256] = {
    let mut characters = [false; 256];
    let mut octet = 0u8;
    loop {
        characters[octet as usize] = octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/');
        if octet == u8::MAX {
            break characters;
        }
        octet += 1;
    }
};

/// An escape, as JSON, string literals and XML have them.
pub(super) struct Escape {
    pub(super) length: usize,
    /// A character of base64, or a space for all white space.
    pub(super) stands_for: u8,
    /// How often it was escaped: each time doubles the backslashes.
    pub(super) depth: u8,
}

/// The escape that `text` begins with, if it stands for something that base64 has.
pub(super) fn escape(text: &[u8]) -> Option<Escape> {
    match text.first()? {
        b'&' => reference(text),
        b'\\' => backslash(text),
        _ => None,
    }
}

fn backslash(text: &[u8]) -> Option<Escape> {
    let backslashes = text.iter().take_while(|octet| **octet == b'\\').count();
    let (stands_for, behind) = match text.get(backslashes)? {
        b'n' | b'r' | b't' | b' ' => (b' ', 1),
        b'/' => (b'/', 1),
        // A line that goes on below.
        b'\n' | b'\r' => (b' ', 0),
        b'u' => (number(text.get(backslashes + 1..backslashes + 5)?, 16)?, 5),
        _ => return None,
    };
    Some(Escape {
        length: backslashes + behind,
        stands_for,
        depth: u8::try_from(backslashes.ilog2() + 1).unwrap_or(u8::MAX),
    })
}

/// A character reference of XML (XML 1.0, 4.1): `&#13;` or `&#x2B;`.
fn reference(text: &[u8]) -> Option<Escape> {
    const MAX_LENGTH: usize = "&#x00002B;".len();
    let near = &text[..text.len().min(MAX_LENGTH)];
    let digits = &near[..memchr(b';', near)?];
    let stands_for = match digits.strip_prefix(b"&#x") {
        Some(hex) => number(hex, 16)?,
        None => number(digits.strip_prefix(b"&#")?, 10)?,
    };
    Some(Escape {
        length: digits.len() + 1,
        stands_for,
        depth: 1,
    })
}

/// The character of a number, if it is ASCII; a space for all white space.
fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let code = u8::from_str_radix(str::from_utf8(digits).ok()?, radix).ok()?;
    Some(if code.is_ascii_whitespace() {
        b' '
    } else {
        code
    })
}

/// Where the line ends, if there is nothing from here to its end but what OpenSSL cuts off there:
/// control characters and, where C's `char` has a sign, everything beyond ASCII (`sanitize_line`).
fn end_of_trailing_space(body: &[u8], at: usize) -> Option<usize> {
    let rest = &body[at..];
    let run = rest
        .iter()
        .position(|octet| matches!(octet, b'\n' | b'\r' | 0x21..=0x7f))
        .unwrap_or(rest.len());
    let ends = matches!(rest.get(run), None | Some(b'\n' | b'\r'));
    (run > 0 && ends).then_some(at + run)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_openssl_takes_and_places_what_it_does_not() {
        for (body, expected) in [
            ("TWFu", Ok("Man")),
            ("TWE=", Ok("Ma")),
            ("TR==", Ok("M")),
            (" T W\tF\r\nu\n", Ok("Man")),
            ("TWFu\\nTWFu\\r\\n", Ok("ManMan")),
            ("TWFu\\\\nTWFu\\\\\\\\n", Ok("ManMan")),
            ("Pz8\\/Pj4\\u002b\\u000A", Ok("???>>>")),
            ("TWE\\u003D", Ok("Ma")),
            ("TWFu\\\nTWFu", Ok("ManMan")),
            ("TW\\u0041u", Ok("M`.")),
            ("TW\\u0021u", Err(Fault::Character { at: 2 })),
            ("TWFu&#13;\nTWFu&#xA;", Ok("ManMan")),
            ("Pz8&#x2F;Pj4&#43;", Ok("???>>>")),
            ("TW&u;", Err(Fault::Character { at: 2 })),
            ("TW&#;", Err(Fault::Character { at: 2 })),
            ("TW&#xA", Err(Fault::Character { at: 2 })),
            ("TWFu\\n\\\n  \\ TWFu", Ok("ManMan")),
            ("TW\\u00", Err(Fault::Character { at: 2 })),
            ("TWFu\u{a0}\nTWFu\x0b", Ok("ManMan")),
            ("", Err(Fault::Empty)),
            (" \n ", Err(Fault::Empty)),
            ("TW!u", Err(Fault::Character { at: 2 })),
            ("TW\u{a0}Fu", Err(Fault::Character { at: 2 })),
            ("TWFu\\", Err(Fault::Character { at: 4 })),
            ("TWF-", Err(Fault::Character { at: 3 })),
            ("TWF", Err(Fault::Length { characters: 3 })),
            ("TWFuT", Err(Fault::Length { characters: 5 })),
            ("TWF==", Err(Fault::Length { characters: 5 })),
            ("TQ=", Err(Fault::Length { characters: 3 })),
            ("TWE=TWFu", Err(Fault::BehindPadding { at: 4 })),
            ("TQ===", Err(Fault::BehindPadding { at: 4 })),
        ] {
            let found = decode(body.as_bytes());
            let found = found
                .as_ref()
                .map(|decoded| std::str::from_utf8(&decoded.bytes).unwrap_or_default());
            assert_eq!(found, expected.as_ref().copied(), "{body:?}");
        }
    }
}
