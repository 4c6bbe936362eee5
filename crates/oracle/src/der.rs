//! Writes DER, and what looks like it: nothing is checked, for wrong encodings are wanted too.

/// An element: tag, length in its shortest form, content.
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let octets = content.len().to_be_bytes();
    let first = octets.iter().position(|octet| *octet != 0);
    match (content.len(), first) {
        (length @ ..0x80, _) => out.extend(length.to_be_bytes().last()),
        (_, first) => {
            let octets = &octets[first.unwrap_or(0)..];
            out.extend((0x80 | octets.len()).to_be_bytes().last());
            out.extend(octets);
        }
    }
    out.extend(content);
    out
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    element(0x31, &parts.concat())
}

/// A constructed element with a context tag.
pub fn context(number: u8, parts: &[&[u8]]) -> Vec<u8> {
    element(0xa0 | number, &parts.concat())
}

/// A primitive element with a context tag.
pub fn context_primitive(number: u8, content: &[u8]) -> Vec<u8> {
    element(0x80 | number, content)
}

/// An INTEGER by its content octets.
pub fn integer(content: &[u8]) -> Vec<u8> {
    element(0x02, content)
}

pub fn boolean(octet: u8) -> Vec<u8> {
    element(0x01, &[octet])
}

pub fn null() -> Vec<u8> {
    element(0x05, &[])
}

pub fn octet_string(content: &[u8]) -> Vec<u8> {
    element(0x04, content)
}

pub fn bit_string(unused: u8, content: &[u8]) -> Vec<u8> {
    element(0x03, &[&[unused], content].concat())
}

/// An OBJECT IDENTIFIER by its dotted form.
pub fn oid(dotted: &str) -> Vec<u8> {
    element(0x06, &oid_content(dotted))
}

/// The content octets of an OBJECT IDENTIFIER.
pub fn oid_content(dotted: &str) -> Vec<u8> {
    let arcs: Vec<u64> = dotted
        .split('.')
        .map(|arc| arc.parse().unwrap_or(0))
        .collect();
    let mut content = Vec::new();
    let first = arcs[0] * 40 + arcs.get(1).unwrap_or(&0);
    for arc in std::iter::once(first).chain(arcs.into_iter().skip(2)) {
        let mut groups = vec![arc & 0x7f];
        let mut rest = arc >> 7;
        while rest > 0 {
            groups.push(rest & 0x7f | 0x80);
            rest >>= 7;
        }
        content.extend(groups.iter().rev().map(|group| group.to_be_bytes()[7]));
    }
    content
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_take_their_shortest_form() {
        for (length, header) in [
            (0, vec![4, 0]),
            (127, vec![4, 127]),
            (128, vec![4, 0x81, 128]),
            (256, vec![4, 0x82, 1, 0]),
        ] {
            assert!(octet_string(&vec![0; length]).starts_with(&header));
        }
    }

    #[test]
    fn object_identifiers_are_written_in_groups_of_seven_bits() {
        assert_eq!(
            oid("1.2.840.113549"),
            [6, 6, 42, 0x86, 0x48, 0x86, 0xf7, 13]
        );
        assert_eq!(oid("2.5.29.19"), [6, 3, 0x55, 29, 19]);
    }
}
