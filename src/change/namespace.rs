//! What MongoDB takes as the name of a database and of a collection.
//!
//! After MongoDB's manual, "MongoDB Limits and Thresholds", naming restrictions on Linux, which is
//! what Atlas runs on. Atlas itself checks less and later: a role on a name that cannot exist is
//! accepted and never of any use.

use atlas::types::Role;

/// The characters that a database name cannot hold.
const NOT_IN_A_DATABASE: &[char] = &['/', '\\', '.', ' ', '"', '$', '\0'];

/// The characters that a collection name cannot hold.
const NOT_IN_A_COLLECTION: &[char] = &['$', '\0'];

/// "Fewer than 64 bytes".
const DATABASE_BYTES: usize = 63;

/// Database, dot and collection together.
const NAMESPACE_BYTES: usize = 255;

/// Why a name cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadName {
    NoDatabase,
    DatabaseCharacter(char),
    DatabaseTooLong(usize),
    CollectionCharacter(char),
    /// It belongs to the server.
    SystemCollection,
    NamespaceTooLong(usize),
}

/// What is wrong with where a role holds.
pub(crate) fn check(role: &Role) -> Option<BadName> {
    let database = role.database_name.as_str();
    if database.is_empty() {
        return Some(BadName::NoDatabase);
    }
    if let Some(bad) = database.chars().find(|c| NOT_IN_A_DATABASE.contains(c)) {
        return Some(BadName::DatabaseCharacter(bad));
    }
    if database.len() > DATABASE_BYTES {
        return Some(BadName::DatabaseTooLong(database.len()));
    }
    let collection = role.collection()?;
    if let Some(bad) = collection.chars().find(|c| NOT_IN_A_COLLECTION.contains(c)) {
        return Some(BadName::CollectionCharacter(bad));
    }
    if collection.starts_with("system.") {
        return Some(BadName::SystemCollection);
    }
    let bytes = database.len() + 1 + collection.len();
    (bytes > NAMESPACE_BYTES).then_some(BadName::NamespaceTooLong(bytes))
}

impl BadName {
    /// Whether it is the collection's name, else the database's.
    pub(crate) fn is_of_collection(self) -> bool {
        match self {
            Self::NoDatabase | Self::DatabaseCharacter(_) | Self::DatabaseTooLong(_) => false,
            Self::CollectionCharacter(_) | Self::SystemCollection | Self::NamespaceTooLong(_) => {
                true
            }
        }
    }

    /// What is so, and what to do.
    pub(crate) fn sentence(self) -> String {
        match self {
            Self::NoDatabase => "Name the database that the role holds on.".to_owned(),
            Self::DatabaseCharacter(bad) => {
                format!(
                    "The name of a database cannot hold {}. Take it out.",
                    in_words(bad)
                )
            }
            Self::DatabaseTooLong(bytes) => format!(
                "The name of the database has {bytes} bytes; MongoDB takes {DATABASE_BYTES}. Shorten it."
            ),
            Self::CollectionCharacter(bad) => {
                format!(
                    "The name of a collection cannot hold {}. Take it out.",
                    in_words(bad)
                )
            }
            Self::SystemCollection => "Collections that begin with system. belong to the server. \
                 Name another, or leave it empty for the whole database."
                .to_owned(),
            Self::NamespaceTooLong(bytes) => format!(
                "Database and collection together have {bytes} bytes; MongoDB takes {NAMESPACE_BYTES}. Shorten one."
            ),
        }
    }
}

fn in_words(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '\0' => "the character NUL".to_owned(),
        other => format!("“{other}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_the_manual_allows() {
        let long = "d".repeat(64);
        let longest = "d".repeat(63);
        let collection = "c".repeat(192);
        let umlauts = "ü".repeat(32);
        for (database, collection, expected) in [
            ("sales", None, None),
            ("sales-2026_eu", None, None),
            (&*longest, None, None),
            ("", None, Some(BadName::NoDatabase)),
            ("", Some("orders"), Some(BadName::NoDatabase)),
            ("a.b", None, Some(BadName::DatabaseCharacter('.'))),
            ("my sales", None, Some(BadName::DatabaseCharacter(' '))),
            ("$external", None, Some(BadName::DatabaseCharacter('$'))),
            (&*long, None, Some(BadName::DatabaseTooLong(64))),
            (&*umlauts, None, Some(BadName::DatabaseTooLong(64))),
            ("sales", Some(""), None),
            ("sales", Some("orders.2026 eu"), None),
            (
                "sales",
                Some("a$b"),
                Some(BadName::CollectionCharacter('$')),
            ),
            ("sales", Some("system.js"), Some(BadName::SystemCollection)),
            ("sales", Some("systems"), None),
            (
                &*longest,
                Some(&*collection),
                Some(BadName::NamespaceTooLong(256)),
            ),
        ] {
            let role = Role {
                collection_name: collection.map(str::to_owned),
                ..Role::on("read", database)
            };
            assert_eq!(check(&role), expected, "{database} {collection:?}");
        }
    }
}
