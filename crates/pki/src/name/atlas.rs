//! What Atlas asks of a distinguished name that is to be the name of a database user.
//!
//! These are rules of Atlas, not of the server: mongod would take a longer name, or one without a
//! common name.

use std::collections::BTreeSet;

use super::{
    Name,
    friendly::{self, COMMON_NAME},
    short_names::label,
};

/// The longest user name that Atlas takes, in characters.
pub const USER_NAME_MAX: usize = 1024;

/// The keys that Atlas documents for the distinguished name of a user, in any case.
///
/// `sn` is among them and yet left out: Atlas means a device's serial number by it, and mongod the
/// surname.
const DOCUMENTED: [&str; 33] = [
    "businesscategory",
    "c",
    "cn",
    "countryofcitizenship",
    "countryofresidence",
    "dateofbirth",
    "dc",
    "dn",
    "e",
    "emailaddress",
    "gender",
    "generation",
    "givenname",
    "initials",
    "l",
    "name",
    "nameofbirth",
    "o",
    "ou",
    "placeofbirth",
    "postaladdress",
    "postalcode",
    "pseudonym",
    "serialnumber",
    "st",
    "street",
    "surname",
    "t",
    "telephonenumber",
    "uid",
    "uniqueidentifier",
    "unstructuredaddress",
    "unstructuredname",
];

/// The sizes that Atlas documents for the keys that people use, in characters: the least, the most.
const SIZES: [(&str, usize, usize); 16] = [
    ("businesscategory", 1, 128),
    ("c", 2, 2),
    ("cn", 1, 64),
    ("generationqualifier", 1, 64),
    ("givenname", 1, 64),
    ("gn", 1, 64),
    ("initials", 1, 64),
    ("l", 1, 64),
    ("o", 1, 64),
    ("ou", 1, 64),
    ("postalcode", 1, 40),
    ("serialnumber", 1, 64),
    ("sn", 1, 64),
    ("st", 1, 64),
    ("street", 1, 64),
    ("telephonenumber", 1, 32),
];

/// A value of a size that Atlas does not document for its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OddSize {
    /// The type, as mongod spells it.
    pub attribute: String,
    /// In characters.
    pub size: usize,
    pub least: usize,
    pub most: usize,
}

/// The values of the name that are longer or shorter than Atlas documents, in encoded order.
pub fn odd_sizes(name: &Name) -> Vec<OddSize> {
    if name.attribute_count() > USER_NAME_MAX / 3 {
        return Vec::new();
    }
    name.attributes()
        .filter_map(|attribute| {
            let spelled = label(&attribute.oid);
            let (_, least, most) = *SIZES
                .iter()
                .find(|(key, ..)| key.eq_ignore_ascii_case(&spelled))?;
            let size = friendly::readable(attribute).chars().count();
            (!(least..=most).contains(&size)).then_some(OddSize {
                attribute: spelled,
                size,
                least,
                most,
            })
        })
        .collect()
}

/// Whether the name has a common name, as Atlas asks.
pub fn has_common_name(name: &Name) -> bool {
    name.attributes()
        .any(|attribute| attribute.oid.content() == COMMON_NAME)
}

/// The types of the name, as mongod spells them, that are not among the keys Atlas documents:
/// Atlas may refuse a user with such a name. Each once, in encoded order.
pub fn undocumented_attributes(name: &Name) -> Vec<String> {
    // Each takes three characters or more. Of a name that is too long for Atlas, no more is asked.
    if name.attribute_count() > USER_NAME_MAX / 3 {
        return Vec::new();
    }
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for attribute in name.attributes() {
        let spelled = label(&attribute.oid);
        let known = DOCUMENTED
            .iter()
            .any(|key| key.eq_ignore_ascii_case(&spelled));
        if !known && seen.insert(spelled.clone()) {
            found.push(spelled);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_value_outside_its_documented_size_is_named() {
        type Expected<'a> = Option<(&'a str, usize)>;
        const COUNTRY: &[u8] = &[0x55, 4, 6];
        const DOMAIN: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
        let long = "é".repeat(64);
        let cases: &[(&[u8], &str, Expected)] = &[
            (&COMMON_NAME, &long, None),
            (&COMMON_NAME, &format!("{long}e"), Some(("CN", 65))),
            (&COMMON_NAME, "", Some(("CN", 0))),
            (COUNTRY, "NL", None),
            (COUNTRY, "NLD", Some(("C", 3))),
            (DOMAIN, &"a".repeat(100), None),
        ];
        let wrap = |tag: u8, content: &[u8]| match u8::try_from(content.len()).unwrap() {
            length @ ..0x80 => [&[tag, length], content].concat(),
            length => [&[tag, 0x81, length], content].concat(),
        };
        for (oid, value, expected) in cases {
            let attribute = [wrap(6, oid), wrap(12, value.as_bytes())].concat();
            let set = wrap(0x31, &wrap(0x30, &attribute));
            let name = Name::from_der(&wrap(0x30, &set)).unwrap();
            let odd = odd_sizes(&name);
            let found = odd.first().map(|odd| (&odd.attribute[..], odd.size));
            assert_eq!(found, *expected, "{value}");
        }
    }
}
