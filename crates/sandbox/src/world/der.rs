//! As much DER as a CA certificate needs (X.690), written.

/// A value with its tag and length.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len();
    if length < 0x80 {
        // Fits: it was just compared.
        out.push(u8::try_from(length).unwrap_or_default());
    } else {
        let bytes = length.to_be_bytes();
        let skip = bytes.iter().take_while(|byte| **byte == 0).count();
        out.push(0x80 | u8::try_from(bytes.len() - skip).unwrap_or_default());
        out.extend_from_slice(&bytes[skip..]);
    }
    out.extend_from_slice(content);
    out
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x30, &parts.concat())
}

pub(crate) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    value(0x31, &parts.concat())
}

/// An INTEGER that is not negative.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let skip = bytes
        .iter()
        .take_while(|byte| **byte == 0)
        .count()
        .min(bytes.len().saturating_sub(1));
    let mut content = bytes[skip..].to_vec();
    if content.first().is_none_or(|first| *first >= 0x80) {
        content.insert(0, 0);
    }
    value(0x02, &content)
}

/// An OBJECT IDENTIFIER by its content octets.
pub(crate) fn oid(content: &[u8]) -> Vec<u8> {
    value(0x06, content)
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    value(0x0c, text.as_bytes())
}

pub(crate) fn octets(content: &[u8]) -> Vec<u8> {
    value(0x04, content)
}

/// A BIT STRING of whole octets.
pub(crate) fn bits(content: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], content].concat())
}
