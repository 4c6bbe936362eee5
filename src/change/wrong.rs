//! What can be wrong with what a user may do, in words.

use atlas::types::Role;

use super::{
    draft::Rights,
    namespace::{self, BadName},
};

/// Atlas's limit (Administration API, `CloudDatabaseUser.description`).
pub(crate) const DESCRIPTION_CHARACTERS: usize = 100;

/// Something that stands in the way of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    NoRole,
    /// Where the role of this index holds.
    Name {
        role: usize,
        why: BadName,
    },
    /// The role of this index is there already.
    Twice {
        role: usize,
    },
    Description {
        characters: usize,
    },
    /// Atlas cannot have this user, for a reason that is no choice of this step: a sentence.
    Impossible(String),
}

impl Wrong {
    /// What is so, and what to do.
    pub(crate) fn sentence(&self) -> String {
        match self {
            Self::NoRole => "No role yet. Give at least one.".to_owned(),
            Self::Name { why, .. } => why.sentence(),
            Self::Twice { .. } => "This role is there twice. Remove one.".to_owned(),
            Self::Description { characters } => format!(
                "The description has {characters} characters; Atlas takes {DESCRIPTION_CHARACTERS}. Shorten it."
            ),
            Self::Impossible(sentence) => sentence.clone(),
        }
    }

    /// The same, where it is not clear whose it is.
    pub(crate) fn about(&self, name: &str) -> String {
        match self {
            // It names the user already.
            Self::Impossible(sentence) => sentence.clone(),
            _ => format!("{name}: {}", self.sentence()),
        }
    }
}

/// What is wrong with rights, wherever they are given.
pub(crate) fn wrong_with(rights: &Rights, from_ldap: bool) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    if rights.roles.is_empty() && !from_ldap {
        wrong.push(Wrong::NoRole);
    }
    for (index, role) in rights.roles.iter().enumerate() {
        if let Some(why) = namespace::check(role) {
            wrong.push(Wrong::Name { role: index, why });
        }
        let same = |other: &Role| {
            other.role_name == role.role_name
                && other.database_name == role.database_name
                && other.collection() == role.collection()
        };
        if rights.roles[..index].iter().any(same) {
            wrong.push(Wrong::Twice { role: index });
        }
    }
    let description = rights.description.as_deref().unwrap_or_default();
    let characters = description.chars().count();
    if characters > DESCRIPTION_CHARACTERS {
        wrong.push(Wrong::Description { characters });
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let name = |role, why| Wrong::Name { role, why };
        let cases = [
            (vec![], vec![Wrong::NoRole]),
            (vec![Role::on("read", "a")], vec![]),
            (
                vec![Role::on("read", "a"), Role::on("read", "")],
                vec![name(1, BadName::NoDatabase)],
            ),
            (
                vec![
                    Role::on("read", "a"),
                    Role {
                        collection_name: Some(String::new()),
                        ..Role::on("read", "a")
                    },
                ],
                vec![Wrong::Twice { role: 1 }],
            ),
        ];
        for (roles, expected) in cases {
            let rights = Rights {
                roles,
                ..Rights::default()
            };
            assert_eq!(wrong_with(&rights, false), expected, "{rights:?}");
        }
        let wordy = Rights {
            description: Some("ü".repeat(101)),
            ..Rights::default()
        };
        assert_eq!(
            wrong_with(&wordy, true),
            [Wrong::Description { characters: 101 }]
        );
    }
}
