//! The user name that mongod derives from the subject of a client's certificate.
//!
//! mongod (4.2 to 8.x, with OpenSSL) does not use OpenSSL's printer. It prepares the values itself
//! (`SSLX509Name::normalizeStrings`) and escapes them itself (`escapeRfc2253`), and what comes out
//! is the name of the user in `$external`, byte for byte. What `openssl x509` prints
//! ([`openssl`](super::openssl)) is only usually the same.

use std::borrow::Cow;

use super::{
    Attribute, Name,
    prepare::{MAX_CHARACTERS, Refused, prepare},
    push_hex,
    short_names::{dotted_cut, label, short_name},
};
use crate::asn1::universal as tags;

/// mongod prints an attribute's type into a buffer of 128 bytes, the last of which is NUL.
const MAX_TYPE: usize = 127;

/// Why there is no user name. In each case but the first and the last mongod drops the connection.
///
/// An `attribute` is the short name of its type, or the type in dotted form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoUserName {
    #[error("The subject is empty, so there is nothing to make a user name of.")]
    NoAttributes,
    #[error(
        "An attribute's type is an object identifier of {octets} octets, too long to be printed."
    )]
    TypeTooLong { octets: usize },
    #[error(
        "The value of {attribute} is not UTF-8, and the server reads every text as UTF-8, whatever type it is encoded as."
    )]
    NotUtf8 { attribute: String },
    #[error(
        "The value of {attribute} contains U+{:04X}, which Unicode 3.2 does not assign; the server accepts no newer characters.",
        u32::from(*.code_point)
    )]
    Unassigned { attribute: String, code_point: char },
    #[error(
        "The value of {attribute} contains U+{:04X}, a code point for private use or not a character, which the server does not accept.",
        u32::from(*.code_point)
    )]
    Prohibited { attribute: String, code_point: char },
    #[error(
        "The value of {attribute} contains only characters that the server removes, so nothing is left of it."
    )]
    BecomesEmpty { attribute: String },
    /// The server would have one; it is not worked out to its end here.
    #[error("The user name has more than {limit} characters, and Atlas takes at most 1,024.")]
    TooLong { limit: usize },
}

/// What is said of a name that is too long to be worked out.
const TOO_LONG: NoUserName = NoUserName::TooLong {
    limit: MAX_CHARACTERS,
};

/// The user name, or why there is none.
pub fn user_name(name: &Name) -> Result<String, NoUserName> {
    if name.is_empty() {
        return Err(NoUserName::NoAttributes);
    }
    name.joined(|attribute, text| {
        let kind = match short_name(&attribute.oid) {
            Some(known) => Cow::Borrowed(known),
            None => dotted_cut(&attribute.oid, MAX_TYPE)
                .ok_or(NoUserName::TypeTooLong {
                    octets: attribute.oid.content().len(),
                })?
                .into(),
        };
        text.push_str(&kind);
        text.push('=');
        escape(&value(attribute)?, text);
        // All of it is ASCII.
        if text.len() > MAX_CHARACTERS {
            return Err(TOO_LONG);
        }
        Ok(())
    })
}

/// The value as mongod keeps it: prepared if it is text to mongod, else as it was encoded.
fn value(attribute: &Attribute) -> Result<Cow<'_, [u8]>, NoUserName> {
    match attribute.tag {
        // Whatever characters these types are made of, mongod takes their octets for UTF-8.
        tags::OCTET_STRING
        | tags::UTF8_STRING
        | tags::PRINTABLE_STRING
        | tags::TELETEX_STRING
        | tags::IA5_STRING
        | tags::UNIVERSAL_STRING
        | tags::BMP_STRING => prepared(attribute).map(|text| text.into_bytes().into()),
        // OpenSSL keeps the number of unused bits apart from the bits.
        tags::BIT_STRING => Ok(attribute.value.get(1..).unwrap_or_default().into()),
        _ => Ok(attribute.value.as_slice().into()),
    }
}

fn prepared(attribute: &Attribute) -> Result<String, NoUserName> {
    let called = || label(&attribute.oid);
    let text = std::str::from_utf8(&attribute.value).map_err(|_| NoUserName::NotUtf8 {
        attribute: called(),
    })?;
    let prepared = prepare(text).map_err(|refused| match refused {
        Refused::Unassigned(code_point) => NoUserName::Unassigned {
            attribute: called(),
            code_point,
        },
        Refused::Prohibited(code_point) => NoUserName::Prohibited {
            attribute: called(),
            code_point,
        },
        Refused::TooLong => TOO_LONG,
    })?;
    // An empty value stays empty. One that becomes empty trips over ICU's report of its length.
    if prepared.is_empty() && !text.is_empty() {
        return Err(NoUserName::BecomesEmpty {
            attribute: called(),
        });
    }
    Ok(prepared)
}

/// `escapeRfc2253`: as RFC 2253, section 2.4, with its own idea of a space at the end.
pub(super) fn escape(value: &[u8], text: &mut String) {
    let start = text.len();
    for (i, octet) in value.iter().enumerate() {
        match octet {
            b' ' | b'#' if i == 0 => text.push('\\'),
            b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';' => text.push('\\'),
            0x80.. => {
                text.push('\\');
                push_hex(text, *octet);
                continue;
            }
            _ => {}
        }
        text.push(char::from(*octet));
    }
    // A value of two characters keeps its space at the end bare, and one space is escaped already.
    if text.len() - start > 2 && text.ends_with(' ') {
        text.insert(text.len() - 1, '\\');
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::Oid;

    #[test]
    fn escapes_as_mongod_does() {
        for (value, expected) in [
            ("", ""),
            (" ", "\\ "),
            ("  ", "\\ \\ "),
            ("a ", "a "),
            ("ab ", "ab\\ "),
            (", ", "\\,\\ "),
            ("\u{e9} ", "\\C3\\A9\\ "),
            ("#", "\\#"),
            ("##", "\\##"),
            ("a=b\t\u{7f}", "a=b\t\u{7f}"),
            ("\\ ", "\\\\\\ "),
        ] {
            let mut text = "CN=".to_owned();
            escape(value.as_bytes(), &mut text);
            assert_eq!(text, format!("CN={expected}"), "{value:?}");
        }
    }

    #[test]
    fn says_which_attribute_and_which_code_point() {
        let refusal =
            |oid: &[u8], tag, value: &[u8]| value_of(oid, tag, value).unwrap_err().to_string();
        assert_eq!(
            refusal(&[0x55, 4, 3], tags::UTF8_STRING, "hi \u{1f600}".as_bytes()),
            "The value of CN contains U+1F600, which Unicode 3.2 does not assign; the server accepts no newer characters."
        );
        assert_eq!(
            refusal(&[0x2a, 3, 56], tags::IA5_STRING, b"\xff"),
            "The value of 1.2.3.56 is not UTF-8, and the server reads every text as UTF-8, whatever type it is encoded as."
        );
        assert_eq!(
            refusal(&[0x55, 4, 10], tags::BMP_STRING, "\u{e000}".as_bytes()),
            "The value of O contains U+E000, a code point for private use or not a character, which the server does not accept."
        );
    }

    #[test]
    fn a_name_is_worked_out_up_to_a_bound() {
        let name = |values: &[&str]| {
            let rdn = |value: &&str| {
                vec![Attribute {
                    oid: Oid::from_content(&[0x55, 4, 3]),
                    tag: tags::UTF8_STRING,
                    value: value.as_bytes().to_vec(),
                }]
            };
            let rdns: Vec<_> = values.iter().map(rdn).collect();
            Name {
                attribute_count: rdns.len(),
                canonical: Vec::new(),
                rdns,
            }
        };
        let longest = "a".repeat(MAX_CHARACTERS - 3);
        assert_eq!(user_name(&name(&[&longest])), Ok(format!("CN={longest}")));
        for too_long in [
            &[&*longest, "b"][..],
            &[&*"a".repeat(MAX_CHARACTERS - 2)],
            &[&*"\u{fdfa}".repeat(310_000)],
            &["\u{fdfa}"; 1_000],
        ] {
            assert_eq!(user_name(&name(too_long)), Err(TOO_LONG));
        }
    }

    fn value_of(oid: &[u8], tag: u32, value: &[u8]) -> Result<Vec<u8>, NoUserName> {
        let attribute = Attribute {
            oid: Oid::from_content(oid),
            tag,
            value: value.to_vec(),
        };
        super::value(&attribute).map(Cow::into_owned)
    }
}
