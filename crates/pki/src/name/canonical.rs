//! The form in which OpenSSL compares names (`x509_name_canon` in `crypto/x509/x_name.c`).
//!
//! Strings become UTF-8 in lower case (ASCII letters only) with spaces trimmed and collapsed, the
//! attributes of a relative name are sorted by their encoding, and the outer SEQUENCE header is
//! left off so that "begins with" means "lies within".

use super::Attribute;
use crate::asn1::universal as tags;

/// The canonical form; `None` when a string cannot be turned into UTF-8, for which OpenSSL refuses
/// the whole name.
pub(super) fn encode(rdns: &[Vec<Attribute>]) -> Option<Vec<u8>> {
    let mut encoded = Vec::new();
    for rdn in rdns {
        let mut attributes = rdn.iter().map(attribute).collect::<Option<Vec<_>>>()?;
        attributes.sort();
        push(&mut encoded, 0x31, &attributes.concat());
    }
    Some(encoded)
}

fn attribute(attribute: &Attribute) -> Option<Vec<u8>> {
    let mut pair = Vec::new();
    push(&mut pair, 0x06, attribute.oid.content());
    match attribute.tag {
        tags::UTF8_STRING
        | tags::PRINTABLE_STRING
        | tags::TELETEX_STRING
        | tags::IA5_STRING
        | tags::UNIVERSAL_STRING
        | tags::BMP_STRING => push(&mut pair, 0x0c, &fold(&to_utf8(attribute)?)),
        // A SEQUENCE has its header already.
        tags::SEQUENCE => pair.extend_from_slice(&attribute.value),
        // Tags up to 30 fit the identifier octet.
        tag => push(&mut pair, (tag & 0x1f) as u8, &attribute.value),
    }
    let mut encoded = Vec::new();
    push(&mut encoded, 0x30, &pair);
    Some(encoded)
}

/// `ASN1_STRING_to_UTF8`: one octet a character for the old string types, whatever they meant.
pub(super) fn to_utf8(attribute: &Attribute) -> Option<String> {
    let value = &attribute.value;
    match attribute.tag {
        tags::UTF8_STRING => openssl_utf8(value),
        tags::BMP_STRING => value
            .chunks_exact(2)
            .map(|pair| char::from_u32(u32::from(u16::from_be_bytes([pair[0], pair[1]]))))
            .collect(),
        tags::UNIVERSAL_STRING => value
            .chunks_exact(4)
            .map(|four| char::from_u32(u32::from_be_bytes([four[0], four[1], four[2], four[3]])))
            .collect(),
        tags::NUMERIC_STRING | tags::PRINTABLE_STRING | tags::TELETEX_STRING | tags::IA5_STRING => {
            Some(value.iter().map(|octet| char::from(*octet)).collect())
        }
        _ => None,
    }
}

fn openssl_utf8(value: &[u8]) -> Option<String> {
    std::str::from_utf8(value).ok().map(str::to_owned)
}

/// Trims and collapses white space and lowers ASCII letters.
fn fold(text: &str) -> Vec<u8> {
    // `ossl_isspace`: ASCII only, vertical tab included.
    let is_space = |c: char| matches!(c, ' ' | '\t'..='\r');
    let mut folded = String::with_capacity(text.len());
    let mut gap = false;
    for c in text.trim_matches(is_space).chars() {
        if is_space(c) {
            gap = true;
            continue;
        }
        if gap {
            folded.push(' ');
            gap = false;
        }
        folded.push(c.to_ascii_lowercase());
    }
    folded.into_bytes()
}

/// Appends a value in DER.
pub(super) fn push(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    if let Ok(short @ ..0x80) = u8::try_from(content.len()) {
        out.push(short);
    } else {
        let octets = content.len().to_be_bytes();
        let significant = octets.iter().skip_while(|octet| **octet == 0);
        out.push(significant.clone().fold(0x80, |count, _| count + 1));
        out.extend(significant);
    }
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Name, Oid};

    #[test]
    fn names_are_equal_whatever_case_spaces_and_string_type() {
        let cn = |tag, value: &[u8]| {
            let oid = Oid::from_content(&[0x55, 4, 3]);
            encode(&[vec![Attribute {
                oid,
                tag,
                value: value.to_vec(),
            }]])
        };
        let plain = cn(tags::UTF8_STRING, b"acme root");
        assert!(plain.is_some());
        assert_eq!(cn(tags::PRINTABLE_STRING, b"  ACME \t Root "), plain);
        assert_eq!(cn(tags::BMP_STRING, b"\0A\0c\0m\0e\0 \0r\0o\0o\0t"), plain);
        assert_ne!(cn(tags::NUMERIC_STRING, b"acme root"), plain);
        assert_eq!(cn(tags::UTF8_STRING, b"\xff"), None);
        assert_eq!(cn(tags::BMP_STRING, b"\xd8\x00"), None, "a lone surrogate");
    }

    #[test]
    fn an_empty_set_changes_nothing() {
        let with = [0x30, 2, 0x31, 0];
        assert_eq!(
            Name::from_der(&with).map(|name| name.canonical().to_vec()),
            Ok(Vec::new())
        );
    }
}
