//! The body of a PEM block: base64 as OpenSSL takes it (`EVP_DecodeUpdate`), with the place of what
//! is wrong.
//!
//! Spaces, tabs and line ends may stand anywhere, lines may have any length, and the unused bits of
//! the last character may be anything. Beyond OpenSSL, a backslash and `n` count as a line end, as
//! they stand for one in a JSON or environment file.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
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
    /// Whether line ends were written as a backslash and a letter.
    pub(super) escaped: bool,
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
    let mut escaped = false;
    let mut at = 0;
    while let Some(&octet) = body.get(at) {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding > 0 => {
                return Err(Fault::BehindPadding { at });
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => characters.push(octet),
            b'=' if padding == 2 => return Err(Fault::BehindPadding { at }),
            b'=' => {
                padding += 1;
                characters.push(octet);
            }
            b' ' | b'\t' | b'\n' | b'\r' => {}
            b'\\' if matches!(body.get(at + 1), Some(b'n' | b'r' | b't')) => {
                escaped = true;
                at += 1;
            }
            _ => at = end_of_trailing_space(body, at).ok_or(Fault::Character { at })? - 1,
        }
        at += 1;
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
