//! Writes DER by hand, so that tests can make names and certificates that no library would.

#![allow(
    dead_code,
    reason = "each test file is a program of its own and uses a part"
)]

/// One attribute of a name: the content octets of its type, the identifier octet of its value, and
/// the value's content octets.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    pub(crate) oid: Vec<u8>,
    pub(crate) tag: u8,
    pub(crate) value: Vec<u8>,
}

/// A value with its identifier octet and a definite length.
pub(crate) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut der = vec![tag];
    let length = content.len();
    match length {
        0..0x80 => der.push(u8::try_from(length).unwrap()),
        0x80..0x100 => der.extend([0x81, u8::try_from(length).unwrap()]),
        _ => {
            let [high, low] = u16::try_from(length).unwrap().to_be_bytes();
            der.extend([0x82, high, low]);
        }
    }
    der.extend_from_slice(content);
    der
}

/// The content octets of an object identifier.
pub(crate) fn oid(arcs: &[u64]) -> Vec<u8> {
    let mut octets = Vec::new();
    let first = u128::from(arcs[0]) * 40 + u128::from(arcs[1]);
    for arc in std::iter::once(first).chain(arcs[2..].iter().map(|arc| u128::from(*arc))) {
        let septets = (128 - arc.leading_zeros()).div_ceil(7).max(1);
        for at in (0..septets).rev() {
            let septet = u8::try_from(arc >> (7 * at) & 0x7f).unwrap();
            octets.push(if at > 0 { septet | 0x80 } else { septet });
        }
    }
    octets
}

/// A `Name` with the relative names and attributes in the order given.
pub(crate) fn name(rdns: &[Vec<Attribute>]) -> Vec<u8> {
    let sets: Vec<Vec<u8>> = rdns
        .iter()
        .map(|rdn| {
            let pairs: Vec<Vec<u8>> = rdn
                .iter()
                .map(|attribute| {
                    let pair = [
                        tlv(0x06, &attribute.oid),
                        tlv(attribute.tag, &attribute.value),
                    ];
                    tlv(0x30, &pair.concat())
                })
                .collect();
            tlv(0x31, &pairs.concat())
        })
        .collect();
    tlv(0x30, &sets.concat())
}

/// A certificate that can be read though nobody signed it, with this encoded subject.
pub(crate) fn certificate(subject: &[u8]) -> Vec<u8> {
    issued(subject, &tlv(0x30, &[]), &[])
}

/// The same of this issuer, marked as a CA or as none.
pub(crate) fn marked(subject: &[u8], issuer: &[u8], is_ca: bool) -> Vec<u8> {
    let ca: &[u8] = if is_ca { &[0x01, 0x01, 0xff] } else { &[] };
    let constraints = [tlv(0x06, &oid(&[2, 5, 29, 19])), tlv(0x04, &tlv(0x30, ca))];
    let extensions = tlv(0x30, &tlv(0x30, &constraints.concat()));
    issued(subject, issuer, &tlv(0xa3, &extensions))
}

fn issued(subject: &[u8], issuer: &[u8], extensions: &[u8]) -> Vec<u8> {
    let ed25519 = tlv(0x30, &tlv(0x06, &[0x2b, 0x65, 0x70]));
    let validity = [tlv(0x17, b"250101000000Z"), tlv(0x17, b"350101000000Z")];
    let key = [ed25519.clone(), tlv(0x03, &[0; 33])];
    let to_be_signed = [
        tlv(0xa0, &tlv(0x02, &[2])),
        tlv(0x02, &[1]),
        ed25519.clone(),
        issuer.to_vec(),
        tlv(0x30, &validity.concat()),
        subject.to_vec(),
        tlv(0x30, &key.concat()),
        extensions.to_vec(),
    ];
    let parts = [
        tlv(0x30, &to_be_signed.concat()),
        ed25519,
        tlv(0x03, &[0; 65]),
    ];
    tlv(0x30, &parts.concat())
}
