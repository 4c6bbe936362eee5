//! Names that a person would call the same and the server does not.
//!
//! A user name typed by hand is often the right name in another order, with spaces or in small
//! letters. The server compares letter by letter (`RFC 2253` text, no canonical form), so such a
//! user waits for somebody who never comes. This finds them; it decides nothing.

use std::collections::BTreeMap;

/// Other ways to write a type of attribute, lower case, and the one that is compared.
const SAME_TYPE: &[(&str, &str)] = &[
    ("e", "emailaddress"),
    ("email", "emailaddress"),
    ("1.2.840.113549.1.9.1", "emailaddress"),
    ("s", "st"),
    ("street", "streetaddress"),
    ("userid", "uid"),
];

/// Names by what they mean.
#[derive(Debug, Default)]
pub(super) struct Meanings<'a> {
    names: BTreeMap<Vec<String>, Vec<&'a str>>,
}

impl<'a> Meanings<'a> {
    pub(super) fn of(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut meanings = Self::default();
        for name in names {
            meanings.names.entry(meaning(name)).or_default().push(name);
        }
        meanings
    }

    /// A name that means the same and is not the same.
    pub(super) fn look_alike(&self, name: &str) -> Option<&'a str> {
        let names = self.names.get(&meaning(name))?;
        names.iter().copied().find(|other| *other != name)
    }
}

/// Its attributes in lower case, without the spaces around them, sorted.
fn meaning(name: &str) -> Vec<String> {
    let mut attributes: Vec<String> = split(name)
        .iter()
        .map(|attribute| attribute.trim())
        .filter(|attribute| !attribute.is_empty())
        .map(|attribute| {
            let (kind, value) = attribute.split_once('=').unwrap_or(("", attribute));
            let kind = kind.trim().to_lowercase();
            let kind = SAME_TYPE
                .iter()
                .find(|(other, _)| *other == kind)
                .map_or(&*kind, |(_, same)| same);
            format!("{kind}={}", value.trim().to_lowercase())
        })
        .collect();
    attributes.sort();
    attributes
}

/// At the separators that are not escaped. The slash that OpenSSL once printed counts at the front.
fn split(name: &str) -> Vec<String> {
    let slashes = name.starts_with('/');
    let mut pieces = vec![String::new()];
    let mut escaped = false;
    for character in name.chars() {
        let separates = match character {
            '/' => slashes,
            ',' | '+' | ';' => !slashes,
            _ => false,
        };
        if separates && !escaped {
            pieces.push(String::new());
            continue;
        }
        escaped = !escaped && character == '\\';
        if let Some(last) = pieces.last_mut() {
            last.push(character);
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_typed_by_hand_is_found() {
        let right = "CN=shipping,OU=Services,O=Acme,C=US";
        for (name, typed, found) in [
            (right, "C=US,O=Acme,OU=Services,CN=shipping", true),
            (right, "CN=shipping, OU=Services, O=Acme, C=US", true),
            (right, "cn=Shipping,ou=services,o=acme,c=us", true),
            (right, "/C=US/O=Acme/OU=Services/CN=shipping", true),
            (right, "CN=shipping,O=Acme,C=US", false),
            (right, "CN=shipping2,OU=Services,O=Acme,C=US", false),
            (right, right, false),
            ("CN=a,O=Acme\\, Inc.", "O=Acme\\, Inc., CN=a", true),
            ("CN=a,O=Acme\\, Inc.", "CN=a,O=Acme,Inc.", false),
            (
                "1.2.840.113549.1.9.1=ops@a.example,CN=ops",
                "emailAddress=ops@a.example,CN=ops",
                true,
            ),
            ("CN=a+OU=b", "OU=b,CN=a", true),
        ] {
            let meanings = Meanings::of([typed]);
            assert_eq!(meanings.look_alike(name), found.then_some(typed), "{typed}");
        }
    }
}
