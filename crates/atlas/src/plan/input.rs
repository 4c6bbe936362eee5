//! What a plan is made from. Certificates stay outside: whoever asks reads the PEM.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::UserState;
use crate::types::{DatabaseUser, Ldap, Role, Scope, UserSecurity};

/// One CA certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authority {
    /// SHA-256 of its DER, in lower-case hexadecimal. Two authorities are the same if this is.
    pub sha256: String,
    /// What a person calls it, such as its common name.
    pub title: String,
    /// The certificate as PEM.
    pub pem: String,
}

/// What Atlas has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// The CA bundle as Atlas has it; `None` if self-managed X.509 is off.
    pub pem: Option<String>,
    /// The authorities in it.
    pub authorities: Vec<Authority>,
    /// All database users.
    pub users: Vec<DatabaseUser>,
    /// The LDAP settings.
    pub ldap: Ldap,
}

impl Present {
    /// From two answers of Atlas, and the authorities of the bundle in the first.
    pub fn new(
        security: UserSecurity,
        users: Vec<DatabaseUser>,
        authorities: Vec<Authority>,
    ) -> Self {
        Self {
            authorities,
            pem: security.customer_x509.bundle().map(str::to_owned),
            users,
            ldap: security.ldap,
        }
    }

    /// The X.509 user of this name, whoever issues its certificates.
    pub(super) fn external_user(&self, username: &str) -> Option<&DatabaseUser> {
        self.users
            .iter()
            .find(|user| user.is_external() && user.username == username)
    }
}

/// What Atlas should have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// The CA bundle.
    pub bundle: WantedBundle,
    /// Users that should be there, with these rights.
    pub users: Vec<WantedUser>,
    /// Names of users that should not be there. All others stay as they are.
    pub deleted: Vec<String>,
    /// For the fingerprint of an authority, what is known to depend on it: Atlas itself does not
    /// know.
    pub dependents: BTreeMap<String, Vec<String>>,
    /// The users that the project may have, if it is known to differ from
    /// [`USER_LIMIT`](super::USER_LIMIT).
    pub user_limit: Option<usize>,
    /// Names of users that Atlas had when this was decided. One of them that is wanted and gone by
    /// now was deleted by somebody else, and is not created again.
    #[serde(default)]
    pub known: BTreeSet<String>,
    /// Of those, the ones to create again all the same.
    #[serde(default)]
    pub again: BTreeSet<String>,
}

/// The CA bundle that Atlas should have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WantedBundle {
    /// Whatever it is. Applying does not notice when somebody else changes it meanwhile; to have that
    /// noticed, want exactly what is there.
    #[default]
    AsItIs,
    /// These authorities and no others.
    Exactly(Vec<Authority>),
    /// A bundle that was there before, in its very text.
    AsItWas {
        /// The text, with whatever stands in it beside certificates.
        pem: String,
        /// The authorities in it.
        authorities: Vec<Authority>,
    },
    /// None: self-managed X.509 is switched off.
    Off,
}

/// A user that Atlas should have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedUser {
    /// The name that mongod derives from the certificate.
    pub username: String,
    /// What the user may do.
    pub roles: Vec<Role>,
    /// Where the user may go; empty is everywhere.
    pub scopes: Vec<Scope>,
    /// A sentence for people; `None`: as it is.
    pub description: Option<String>,
}

impl WantedUser {
    /// Whether a user of Atlas's is as wanted.
    pub fn is(&self, user: &DatabaseUser) -> bool {
        self.username == user.username && self.is_state(&UserState::of(user))
    }

    pub(crate) fn is_state(&self, state: &UserState) -> bool {
        let wanted = UserState::new(
            &self.roles,
            &self.scopes,
            self.description.as_deref().unwrap_or(&state.description),
        );
        wanted == *state
    }
}
