//! One change, complete in itself.

use serde::{Deserialize, Serialize};

use super::{Authority, WantedUser};
use crate::types::{DatabaseUser, Label, Role, Scope};

/// One change. Each is one call that Atlas carries out whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Step {
    /// Replaces the CA bundle.
    ReplaceBundle {
        /// The bundle to send.
        pem: String,
        /// New authorities.
        added: Vec<Authority>,
        /// Authorities that stay.
        kept: Vec<Authority>,
        /// Authorities that go.
        removed: Vec<Removed>,
    },
    /// Switches self-managed X.509 off.
    Disable {
        /// The authorities that go: all of them.
        removed: Vec<Removed>,
    },
    /// Makes a user.
    CreateUser {
        /// The user.
        user: WantedUser,
    },
    /// Changes a user's roles, scopes or description.
    UpdateUser {
        /// The user from now on.
        user: WantedUser,
        /// What the user was.
        was: UserState,
        /// Notes of others on the user, for tools that erase what they are not told.
        #[serde(default)]
        labels: Vec<Label>,
    },
    /// Removes a user: the only revocation that Atlas has.
    DeleteUser {
        /// The user's name.
        username: String,
        /// What the user was.
        was: UserState,
    },
}

/// An authority that leaves the bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Removed {
    /// The authority.
    pub authority: Authority,
    /// What is known to depend on it and stops working.
    pub breaks: Vec<String>,
}

/// What of a user can change, in one order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserState {
    /// Sorted, each once.
    pub roles: Vec<Role>,
    /// Sorted, each once.
    pub scopes: Vec<Scope>,
    /// May be empty.
    pub description: String,
}

impl UserState {
    /// Of these, in whatever order.
    pub fn new(roles: &[Role], scopes: &[Scope], description: &str) -> Self {
        // Atlas writes an empty collection for none.
        let roles = roles.iter().map(|role| Role {
            collection_name: role.collection().map(str::to_owned),
            ..role.clone()
        });
        Self {
            roles: sorted(roles),
            scopes: sorted(scopes.iter().cloned()),
            description: description.to_owned(),
        }
    }

    /// Of a user of Atlas's.
    pub fn of(user: &DatabaseUser) -> Self {
        Self::new(&user.roles, &user.scopes, &user.description)
    }
}

fn sorted<T: Ord>(entries: impl Iterator<Item = T>) -> Vec<T> {
    let mut entries: Vec<T> = entries.collect();
    entries.sort();
    entries.dedup();
    entries
}

impl Step {
    /// The user that it is about, if it is about one.
    pub fn username(&self) -> Option<&str> {
        match self {
            Self::CreateUser { user } | Self::UpdateUser { user, .. } => Some(&user.username),
            Self::DeleteUser { username, .. } => Some(username),
            Self::ReplaceBundle { .. } | Self::Disable { .. } => None,
        }
    }

    /// Whether the nodes of the clusters restart.
    pub fn restarts(&self) -> bool {
        self.username().is_none()
    }

    /// The authorities that go.
    pub fn removed(&self) -> &[Removed] {
        match self {
            Self::ReplaceBundle { removed, .. } | Self::Disable { removed } => removed,
            _ => &[],
        }
    }

    /// Whether both make the same change from the same beginning. Titles, texts of PEM, labels and
    /// what is known to depend on an authority do not count.
    pub fn is_same_change(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::ReplaceBundle {
                    added,
                    kept,
                    removed,
                    ..
                },
                Self::ReplaceBundle {
                    added: other_added,
                    kept: other_kept,
                    removed: other_removed,
                    ..
                },
            ) => {
                fingerprints(added) == fingerprints(other_added)
                    && fingerprints(kept) == fingerprints(other_kept)
                    && removed_fingerprints(removed) == removed_fingerprints(other_removed)
            }
            (Self::Disable { removed }, Self::Disable { removed: other }) => {
                removed_fingerprints(removed) == removed_fingerprints(other)
            }
            (
                Self::UpdateUser { user, was, .. },
                Self::UpdateUser {
                    user: other_user,
                    was: other_was,
                    ..
                },
            ) => (user, was) == (other_user, other_was),
            _ => self == other,
        }
    }
}

/// The set that a bundle is, whatever its order and repetitions.
pub(crate) fn fingerprints(authorities: &[Authority]) -> Vec<&str> {
    sorted(
        authorities
            .iter()
            .map(|authority| authority.sha256.as_str()),
    )
}

fn removed_fingerprints(removed: &[Removed]) -> Vec<&str> {
    sorted(
        removed
            .iter()
            .map(|removed| removed.authority.sha256.as_str()),
    )
}
