//! Distinguished names to put into certificates, well and badly formed.

use crate::{Chance, der};

/// The types of attributes that names are made of.
const TYPES: [&str; 9] = [
    "2.5.4.3",
    "2.5.4.10",
    "2.5.4.11",
    "2.5.4.6",
    "2.5.4.7",
    "2.5.4.5",
    "0.9.2342.19200300.100.1.25",
    "0.9.2342.19200300.100.1.1",
    "1.2.3.4.5",
];
pub const COMMON_NAME: &str = TYPES[0];
pub const EMAIL: &str = "1.2.840.113549.1.9.1";

const UTF8: u8 = 12;
const PRINTABLE: u8 = 19;
const TELETEX: u8 = 20;
const IA5: u8 = 22;
const UNIVERSAL: u8 = 28;
const BMP: u8 = 30;

/// An attribute: its type, and a value with its tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    pub kind: &'static str,
    pub tag: u8,
    pub value: Vec<u8>,
}

impl Attribute {
    pub fn new(kind: &'static str, value: &str) -> Self {
        Self {
            kind,
            tag: if kind == EMAIL { IA5 } else { UTF8 },
            value: value.as_bytes().to_vec(),
        }
    }
}

/// A name: relative names of one attribute or more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name(pub Vec<Vec<Attribute>>);

impl Name {
    /// A name of an organisation and a common name.
    pub fn common(text: &str) -> Self {
        Self(vec![
            vec![Attribute::new("2.5.4.10", "Example")],
            vec![Attribute::new(COMMON_NAME, text)],
        ])
    }

    pub fn to_der(&self) -> Vec<u8> {
        let sets: Vec<Vec<u8>> = self.0.iter().map(|set| relative(set)).collect();
        der::element(0x30, &sets.concat())
    }

    /// The same name to OpenSSL, spelled otherwise: case, spaces and types of strings differ
    /// (`x509_name_canon` in `crypto/x509/x_name.c`).
    pub fn respelled(&self, chance: &mut Chance) -> Self {
        let mut name = self.clone();
        for attribute in name.0.iter_mut().flatten() {
            let Ok(text) = String::from_utf8(attribute.value.clone()) else {
                continue;
            };
            if !text.is_ascii() || ![UTF8, PRINTABLE, IA5].contains(&attribute.tag) {
                continue;
            }
            let text = match chance.below(5) {
                0 => text.to_uppercase(),
                1 => format!("  {text} "),
                2 => text.replace(' ', "  "),
                3 => text.replace(' ', "\t"),
                _ => text,
            };
            (attribute.tag, attribute.value) = match chance.below(6) {
                0 => (PRINTABLE, text.into_bytes()),
                1 => (TELETEX, text.into_bytes()),
                2 => (BMP, text.bytes().flat_map(|byte| [0, byte]).collect()),
                3 => (
                    UNIVERSAL,
                    text.bytes().flat_map(|byte| [0, 0, 0, byte]).collect(),
                ),
                4 => (IA5, text.into_bytes()),
                _ => (UTF8, text.into_bytes()),
            };
        }
        name
    }

    /// A name that something is unusual about, on the ground of `self`.
    pub fn odd(&self, chance: &mut Chance) -> Self {
        let mut name = self.clone();
        match chance.below(9) {
            0 => name.0.clear(),
            1 => name.0.push(Vec::new()),
            2 => name.0.push(vec![Attribute::new(
                EMAIL,
                chance.pick(&[
                    "jane@example.com",
                    "jane@EXAMPLE.com",
                    "jane@other.org",
                    "no at",
                    "\"a b\"@example.com",
                    "a@b@example.com",
                ]),
            )]),
            3 => name.0.push(vec![Attribute::new(
                COMMON_NAME,
                chance.pick(&[
                    "host.example.com",
                    "host.other.org",
                    "not a host.other.org",
                    "single",
                    "*.other.org",
                    "-a.other.org",
                    "a_b.other.org",
                    "host.other.org.",
                    "a..other.org",
                    "10.0.0.1",
                    "h\u{e9}.other.org",
                ]),
            )]),
            4 => {
                // A relative name of several attributes, in an order that DER would not have.
                let attribute = Attribute::new(chance.pick(&TYPES), "Berlin");
                match name.0.last_mut() {
                    Some(last) => last.push(attribute),
                    None => name.0.push(vec![attribute]),
                }
            }
            5 => {
                let kind = chance.pick(&TYPES);
                name.0.push(vec![strange_value(chance, kind)]);
            }
            6 => name
                .0
                .push(vec![Attribute::new(chance.pick(&TYPES), "\u{dc}ber")]),
            7 => name.0.push(vec![Attribute::new(chance.pick(&TYPES), "")]),
            _ => name.0.reverse(),
        }
        name
    }
}

/// A value whose tag or content OpenSSL may refuse.
fn strange_value(chance: &mut Chance, kind: &'static str) -> Attribute {
    let tags = [
        1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 0x30, 0x31, 18, 19, 20, 21, 22, 23,
        24, 25, 26, 27, 28, 29, 30, 0x2c, 0x80, 0xa0, 0x41,
    ];
    let values: [&[u8]; 9] = [
        b"abcd",
        b"",
        b"\x00",
        b"\xff\xfe",
        b"\x00a\x00b",
        b"\x00\x00\x00a",
        b"\xc3\xa9",
        b"\xd8\x00\xdc\x00",
        b"20260101000000Z",
    ];
    Attribute {
        kind,
        tag: chance.pick(&tags),
        value: chance.pick(&values).to_vec(),
    }
}

fn relative(attributes: &[Attribute]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = attributes
        .iter()
        .map(|attribute| {
            der::sequence(&[
                &der::oid(attribute.kind),
                &der::element(attribute.tag, &attribute.value),
            ])
        })
        .collect();
    der::element(0x31, &parts.concat())
}
