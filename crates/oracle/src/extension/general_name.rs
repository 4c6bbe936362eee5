//! General names (RFC 5280, section 4.2.1.6), for alternative names and name constraints. The
//! values come from a small stock, so that constraints and names often meet.

use crate::name::Name;
use crate::{Chance, der};

const DNS: [&str; 14] = [
    "example.com",
    "host.example.com",
    ".example.com",
    "Example.COM",
    "com",
    "",
    ".",
    "other.org",
    "host.other.org",
    "*.example.com",
    "a_b.example.com",
    "host.example.com.",
    "xn--bcher-kva.example.com",
    "badexample.com",
];
const EMAIL: [&str; 13] = [
    "jane@example.com",
    "jane@EXAMPLE.COM",
    "Jane@example.com",
    "jane@host.example.com",
    "example.com",
    ".example.com",
    "other.org",
    "jane@other.org",
    "",
    "@example.com",
    "jane",
    "jane@",
    "\"a@b\"@example.com",
];
const URI: [&str; 15] = [
    "https://example.com/",
    "https://host.example.com",
    "https://host.example.com:443/a?b#c",
    "https://user@host.example.com/",
    "https://HOST.Example.com/",
    "example.com",
    ".example.com",
    "host.example.com",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://",
    "mailto:jane@example.com",
    "urn:example:a",
    "https:/host",
    "",
];
const OTHER: [&str; 4] = [
    // SmtpUTF8Mailbox (RFC 8398), a user principal name, an XMPP address, and nobody's.
    "1.3.6.1.5.5.7.8.9",
    "1.3.6.1.4.1.311.20.2.3",
    "1.3.6.1.5.5.7.8.5",
    "1.2.3.4",
];

/// A general name.
#[derive(Clone, Debug)]
pub enum GeneralName {
    Dns(Vec<u8>),
    Email(Vec<u8>),
    Uri(Vec<u8>),
    Ip(Vec<u8>),
    Directory(Name),
    /// Any other form, encoded.
    Encoded(Vec<u8>),
}

impl GeneralName {
    pub fn dns(text: &str) -> Self {
        Self::Dns(text.as_bytes().to_vec())
    }

    pub fn to_der(&self) -> Vec<u8> {
        match self {
            Self::Email(text) => der::context_primitive(1, text),
            Self::Dns(text) => der::context_primitive(2, text),
            Self::Directory(name) => der::context(4, &[&name.to_der()]),
            Self::Uri(text) => der::context_primitive(6, text),
            Self::Ip(octets) => der::context_primitive(7, octets),
            Self::Encoded(encoded) => encoded.clone(),
        }
    }

    /// A name of any form.
    pub fn any(chance: &mut Chance, near: &Name) -> Self {
        let text = |chance: &mut Chance, list: &[&str]| chance.pick(list).as_bytes().to_vec();
        // Directory names and DNS names matter most; the strange forms are rare.
        match chance.weighted(&[2, 3, 2, 2, 3, 1]) {
            0 => Self::Email(text(chance, &EMAIL)),
            1 => Self::Dns(text(chance, &DNS)),
            2 => Self::Uri(text(chance, &URI)),
            3 => Self::Ip(ip(chance, false)),
            4 => Self::Directory(near_name(chance, near)),
            _ => strange(chance),
        }
    }

    /// A base of a subtree of any form.
    pub fn any_base(chance: &mut Chance, near: &Name) -> Self {
        match Self::any(chance, near) {
            Self::Ip(_) => Self::Ip(ip(chance, true)),
            other => other,
        }
    }
}

/// An address, or an address and a mask.
fn ip(chance: &mut Chance, mask: bool) -> Vec<u8> {
    let addresses: [&[u8]; 5] = [
        &[10, 0, 0, 1],
        &[10, 0, 1, 1],
        &[192, 168, 0, 1],
        &[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        &[10, 0, 0, 1, 5],
    ];
    let mut octets = chance.pick(&addresses).to_vec();
    if mask != chance.percent(5) {
        let masked = chance.below(octets.len() + 1);
        let mask: Vec<u8> = (0..octets.len())
            .map(|n| if n < masked { 0xff } else { 0 })
            .collect();
        octets.extend(mask);
    }
    octets
}

/// The subject at hand, a beginning of it, the same spelled otherwise, or something else.
fn near_name(chance: &mut Chance, near: &Name) -> Name {
    match chance.below(6) {
        0 => near.clone(),
        1 => Name(near.0[..chance.below(near.0.len() + 1)].to_vec()),
        2 => near.respelled(chance),
        3 => Name::default(),
        4 => near.odd(chance),
        _ => Name::common("someone else"),
    }
}

fn strange(chance: &mut Chance) -> GeneralName {
    GeneralName::Encoded(match chance.below(9) {
        0..3 => {
            let value = match chance.below(4) {
                0 => der::element(12, b"jane@example.com"),
                1 => der::element(12, b"jane@h\xc3\xa9.example.com"),
                2 => der::element(22, b"jane@example.com"),
                _ => der::element(12, b"example.com"),
            };
            der::context(
                0,
                &[&der::oid(chance.pick(&OTHER)), &der::context(0, &[&value])],
            )
        }
        3 => der::context_primitive(8, &der::oid_content("1.2.3.4")),
        4 => der::context(3, &[&der::sequence(&[])]),
        5 => der::context(5, &[&der::context(1, &[&der::element(12, b"party")])]),
        6 => der::context_primitive(2, b"h\xe9.example.com"),
        7 => der::context_primitive(9, b"no such form"),
        _ => der::context_primitive(0, b"must be constructed"),
    })
}
