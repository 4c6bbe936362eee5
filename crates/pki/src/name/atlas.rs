//! What Atlas asks of a distinguished name that is to be the name of a database user.
//!
//! These are rules of Atlas, not of the server: mongod would take a longer name, or one without a
//! common name.

use std::collections::BTreeSet;

use super::{Name, friendly::COMMON_NAME, short_names::label};

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
