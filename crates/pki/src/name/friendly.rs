//! A name as people read it on a screen: decoded, not escaped, and never to be compared or copied
//! as a user name.

use std::fmt::Write;

use super::{Attribute, Name, short_names::label};
use crate::asn1::universal as tags;

/// The content octets of `id-at-commonName`, 2.5.4.3 (RFC 5280, appendix A.1).
pub(super) const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// The first attributes, at most so many, in encoded order: short name or dotted type, and value.
pub fn rows(name: &Name, most: usize) -> Vec<(String, String)> {
    name.attributes()
        .take(most)
        .map(|attribute| (label(&attribute.oid), readable(attribute)))
        .collect()
}

/// The value of the last, most specific, common name.
pub fn common_name(name: &Name) -> Option<String> {
    name.attributes()
        .rfind(|attribute| attribute.oid.content() == COMMON_NAME)
        .map(readable)
}

/// What the value most probably means: UTF-8 if it can be read so, as mongod does, else one
/// character an octet, and what is no text at all in hex.
pub(super) fn readable(attribute: &Attribute) -> String {
    let value = &attribute.value;
    let text = match attribute.tag {
        tags::BMP_STRING | tags::UNIVERSAL_STRING => attribute.to_utf8(),
        tags::BIT_STRING | tags::SEQUENCE => None,
        _ => match std::str::from_utf8(value) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => attribute.to_utf8(),
        },
    };
    match text {
        Some(text) => text.chars().map(visible).collect(),
        None => value.iter().fold("#".to_owned(), |mut hex, octet| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{octet:02x}");
            hex
        }),
    }
}

/// Characters that show nothing, or change the order in which others show, get a visible
/// stand-in, so that a name cannot look like another.
fn visible(c: char) -> char {
    match c {
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => char::REPLACEMENT_CHARACTER,
        c if c.is_control() => char::REPLACEMENT_CHARACTER,
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oid;

    #[test]
    fn reads_each_string_type_as_what_it_means() {
        for (tag, value, expected) in [
            (tags::UTF8_STRING, "Jane".as_bytes(), "Jane"),
            (tags::BMP_STRING, b"\x04\x10", "\u{410}"),
            (tags::UNIVERSAL_STRING, b"\0\x01\xf6\0", "\u{1f600}"),
            (tags::TELETEX_STRING, b"Andr\xe9", "Andr\u{e9}"),
            (tags::TELETEX_STRING, b"Andr\xc3\xa9", "Andr\u{e9}"),
            (tags::BIT_STRING, b"\0\xaa", "#00aa"),
            (tags::IA5_STRING, b"a\nb", "a\u{fffd}b"),
        ] {
            let attribute = Attribute {
                oid: Oid::from_content(&COMMON_NAME),
                tag,
                value: value.to_vec(),
            };
            assert_eq!(readable(&attribute), expected, "{tag} {value:02x?}");
        }
    }
}
