//! What `openssl x509 -noout -subject -nameopt RFC2253` prints of a name, which MongoDB's manual
//! tells people to take for the user name. It is not always that; see
//! [`user_name`](super::user_name).
//!
//! After `X509_NAME_print_ex` with `XN_FLAG_RFC2253` (`crypto/asn1/a_strex.c` of OpenSSL 3.0).

use std::convert::Infallible;

use super::{
    Attribute, Name,
    canonical::push,
    push_hex,
    short_names::{dotted_cut, short_name},
};
use crate::asn1::universal as tags;

/// `do_name_ex` prints an attribute's type into a buffer of 80 bytes, the last of which is NUL.
const MAX_TYPE: usize = 79;

/// The text behind `subject=`.
pub fn rfc2253(name: &Name) -> String {
    let printed: Result<String, Infallible> = name.joined(|attribute, text| {
        if let Some(known) = short_name(&attribute.oid) {
            text.push_str(known);
            text.push('=');
            print_value(attribute, text);
        } else {
            // Of a type that is too long to be printed nothing is printed.
            text.push_str(&dotted_cut(&attribute.oid, MAX_TYPE).unwrap_or_default());
            text.push('=');
            dump(attribute, text);
        }
        Ok(())
    });
    let Ok(text) = printed;
    text
}

/// `do_print_ex`: character strings as text in UTF-8, anything else as a dump.
fn print_value(attribute: &Attribute, text: &mut String) {
    let Some(utf8) = attribute.to_utf8() else {
        return dump(attribute, text);
    };
    let octets = utf8.as_bytes();
    let last = octets.len().saturating_sub(1);
    for (i, octet) in octets.iter().enumerate() {
        match octet {
            b' ' if i == 0 || i == last => text.push('\\'),
            // The last character is not treated as the first, so a lone `#` stays bare.
            b'#' if i == 0 && i != last => text.push('\\'),
            b',' | b'+' | b'"' | b'\\' | b'<' | b'>' | b';' => text.push('\\'),
            0..0x20 | 0x7f.. => {
                text.push('\\');
                push_hex(text, *octet);
                continue;
            }
            _ => {}
        }
        text.push(char::from(*octet));
    }
}

/// `do_dump` with `ASN1_STRFLGS_DUMP_DER`: the value's DER in hex.
fn dump(attribute: &Attribute, text: &mut String) {
    let mut encoded = Vec::new();
    let der = if attribute.tag == tags::SEQUENCE {
        // It has its header already.
        &attribute.value
    } else {
        // Tags up to 30 fit the identifier octet.
        push(&mut encoded, (attribute.tag & 0x1f) as u8, &attribute.value);
        &encoded
    };
    text.push('#');
    for octet in der {
        push_hex(text, *octet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Oid;

    #[test]
    fn escapes_as_openssl_does() {
        for (value, expected) in [
            ("", ""),
            (" ", "\\ "),
            ("  ", "\\ \\ "),
            ("a ", "a\\ "),
            ("#", "#"),
            ("#a", "\\#a"),
            ("a#", "a#"),
            ("a\n\0b", "a\\0A\\00b"),
            ("\"+,;<>\\", "\\\"\\+\\,\\;\\<\\>\\\\"),
        ] {
            let mut text = String::new();
            let attribute = Attribute {
                oid: Oid::from_content(&[0x55, 4, 3]),
                tag: tags::UTF8_STRING,
                value: value.as_bytes().to_vec(),
            };
            print_value(&attribute, &mut text);
            assert_eq!(text, expected, "{value:?}");
        }
    }
}
