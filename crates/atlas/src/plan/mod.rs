//! What has to change: from what Atlas has and what is wanted to steps.
//!
//! A step is there only if it changes something: every change of the CA bundle restarts the nodes
//! of every cluster. Bundles are compared by fingerprint, whatever their text looks like; users by
//! their roles, scopes and description. Nothing here reads or writes: see [`apply`](crate::apply).

mod bundle;
mod input;
mod ldap;
mod restarts;
mod step;
#[cfg(test)]
mod tests;
mod users;
mod words;

use serde::{Deserialize, Serialize};

pub use input::{Authority, Present, Wanted, WantedBundle, WantedUser};
pub use ldap::{LdapEffect, LdapEntry, LdapName, directory_entry};
pub use restarts::Restarts;
pub(crate) use step::fingerprints;
pub use step::{Removed, Step, UserState};

/// The database users that a project may have unless MongoDB has raised it.
pub const USER_LIMIT: usize = 100;

/// What has to change, in the order in which it is done: the bundle, new users, changed users, and
/// deletions last, so that nobody is locked out before the replacement is there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The changes.
    pub steps: Vec<Step>,
    /// Users that are wanted and already as they should be.
    pub kept: Vec<String>,
    /// What a person should know before going on.
    pub notices: Vec<Notice>,
    /// What makes the plan impossible.
    pub problems: Vec<Problem>,
    /// What LDAP authorisation means for it, if it is on.
    pub ldap: Option<LdapEffect>,
    /// The bundle as Atlas has it, where the plan replaces it or switches it off. Once that is done
    /// nobody can read it any more.
    #[serde(default)]
    pub former: Option<String>,
}

/// Something to know that does not stand in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Notice {
    /// Every node of every cluster restarts, one by one.
    Restarts,
    /// The project has too few places for users, as far as is known.
    UserLimit {
        /// What the project may have.
        limit: usize,
        /// Whether Atlas said so. Else it is what it allows unless it was raised.
        #[serde(default)]
        is_read: bool,
        /// The users at the fullest moment, before deletions.
        users: usize,
        /// The new users for whom there is no place left.
        #[serde(default)]
        refused: Vec<String>,
        /// Whether the plan deletes users too, which comes too late for those.
        #[serde(default)]
        deletes: bool,
    },
    /// Somebody else's certificates stop working.
    RemovalBreaks {
        /// The authority that goes.
        authority: String,
        /// What is known to depend on it.
        dependents: Vec<String>,
    },
    /// Users are wanted, but self-managed X.509 is off and stays off.
    X509StaysOff,
    /// Users that Atlas had when this was decided are gone: they are not created again unless
    /// [`Wanted::again`] says so.
    DeletedByOthers {
        /// Their names.
        users: Vec<String>,
    },
}

/// Something that makes a plan impossible.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Problem {
    /// A bundle without authorities; switching off has to be said.
    EmptyBundle,
    /// The same name is wanted with different rights.
    WantedTwice {
        /// The name.
        username: String,
    },
    /// The same name is wanted and to be deleted.
    WantedAndDeleted {
        /// The name.
        username: String,
    },
    /// A user of this name logs in in another way, which never changes.
    OtherAuthentication {
        /// The name.
        username: String,
        /// The way, as Atlas names it.
        authentication: String,
    },
    /// A name that Atlas cannot take.
    NameTooLong {
        /// The name.
        username: String,
        /// Its characters.
        characters: usize,
    },
    /// A name without a common name, which Atlas requires.
    NoCommonName {
        /// The name.
        username: String,
    },
    /// A description that Atlas cannot take.
    DescriptionTooLong {
        /// The user.
        username: String,
        /// Its characters.
        characters: usize,
    },
    /// A user without a role, which Atlas refuses.
    NoRole {
        /// The user.
        username: String,
    },
}

impl Plan {
    /// What has to change so that what Atlas has becomes what is wanted.
    pub fn new(present: &Present, wanted: &Wanted) -> Self {
        let mut plan = Self::default();
        bundle::plan(&mut plan, present, wanted);
        users::plan(&mut plan, present, wanted);
        plan.ldap = ldap::effect(present, wanted);
        plan
    }

    /// Whether Atlas has all of it already.
    pub fn is_nothing(&self) -> bool {
        self.steps.is_empty() && self.problems.is_empty()
    }

    /// Whether it can be applied.
    pub fn is_possible(&self) -> bool {
        self.problems.is_empty()
    }

    /// Creates a user again that somebody else deleted. `false` if it is not one of those.
    pub(crate) fn create_again(&mut self, user: &WantedUser) -> bool {
        let left_out = self.notices.iter_mut().find_map(|notice| match notice {
            Notice::DeletedByOthers { users } => Some(users),
            _ => None,
        });
        let Some(users) = left_out else { return false };
        let Some(at) = users.iter().position(|name| *name == user.username) else {
            return false;
        };
        users.remove(at);
        let is_before = |step: &Step| step.restarts() || matches!(step, Step::CreateUser { .. });
        let at = self.steps.iter().take_while(|step| is_before(step)).count();
        self.steps
            .insert(at, Step::CreateUser { user: user.clone() });
        self.notices.retain(
            |notice| !matches!(notice, Notice::DeletedByOthers { users } if users.is_empty()),
        );
        true
    }

    /// Wanted users that somebody else deleted meanwhile, and that stay deleted.
    pub fn deleted_by_others(&self) -> &[String] {
        self.notices
            .iter()
            .find_map(|notice| match notice {
                Notice::DeletedByOthers { users } => Some(users.as_slice()),
                _ => None,
            })
            .unwrap_or_default()
    }

    /// Whether the nodes of the clusters restart.
    pub fn restarts(&self) -> bool {
        self.steps.iter().any(Step::restarts)
    }
}
