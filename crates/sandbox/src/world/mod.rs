//! What the sandbox knows: organisations, projects and what is in them. All of it can be written
//! to a file and read back.

pub(crate) mod authority;
pub(crate) mod bundle;
pub(crate) mod cluster;
pub(crate) mod der;
pub(crate) mod file;
pub(crate) mod history;
pub(crate) mod rights;
pub(crate) mod seed;
pub(crate) mod user;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{clock::Moment, journal::Journal};
use cluster::Cluster;
use history::{Habit, Login, MOST_LOGINS};
use user::User;

/// Everything.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct World {
    pub(crate) organizations: Vec<Organization>,
    pub(crate) projects: Vec<Project>,
    pub(crate) journal: Journal,
    pub(crate) identifiers: Identifiers,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Organization {
    pub(crate) id: String,
    pub(crate) name: String,
    /// What the credentials may do in it; nothing makes it somebody else's.
    pub(crate) roles: Vec<String>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Project {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) org_id: String,
    pub(crate) created: Moment,
    /// What the credentials may do in it; nothing makes it somebody else's.
    pub(crate) roles: Vec<String>,
    pub(crate) user_limit: usize,
    pub(crate) clusters: Vec<Cluster>,
    /// In the shape of an answer, as are the other values that nothing here has to understand.
    pub(crate) flex_clusters: Vec<Value>,
    /// The bundle of CA certificates, as it was given.
    pub(crate) bundle: Option<String>,
    pub(crate) ldap: Map<String, Value>,
    pub(crate) users: Vec<User>,
    pub(crate) custom_roles: Vec<Value>,
    pub(crate) access_list: Vec<AccessEntry>,
    pub(crate) alerts: Vec<Value>,
    pub(crate) alert_configs: Vec<Value>,
    /// The oldest first.
    #[serde(default)]
    pub(crate) events: Vec<Event>,
    /// What the access history is told from.
    #[serde(default)]
    pub(crate) habits: Vec<Habit>,
    /// Who really tried to log in, the oldest first.
    #[serde(default)]
    pub(crate) logins: VecDeque<Login>,
}

/// Something that was done in a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event {
    pub(crate) id: String,
    pub(crate) at: Moment,
    /// The API's name for it.
    pub(crate) kind: String,
    /// A person's name in Atlas, or the public key of a program.
    pub(crate) who: String,
    pub(crate) is_person: bool,
    pub(crate) address: String,
    /// The database user whom it is about.
    pub(crate) user: Option<String>,
}

/// Addresses from which the clusters can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessEntry {
    pub(crate) cidr_block: String,
    pub(crate) ip_address: Option<String>,
    pub(crate) comment: String,
    /// When Atlas takes it out by itself.
    #[serde(default)]
    pub(crate) delete_after_date: Option<Moment>,
}

/// Makes identifiers: always the same ones in the same order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Identifiers(u64);

impl Identifiers {
    /// A new one: 24 hexadecimal digits.
    pub(crate) fn next(&mut self) -> String {
        self.0 += 1;
        format!("66a1c0de{:016x}", self.0)
    }
}

impl World {
    pub(crate) fn organization(&self, id: &str) -> Option<&Organization> {
        self.organizations.iter().find(|found| found.id == id)
    }
}

impl Project {
    /// Forgets temporary users, and entries of the access list, whose time is over.
    pub(crate) fn forget_expired(&mut self, now: Moment) {
        let lasts = |end: Option<Moment>| end.is_none_or(|end| now < end);
        self.users.retain(|user| lasts(user.delete_after_date));
        self.access_list
            .retain(|entry| lasts(entry.delete_after_date));
    }

    /// Writes down that somebody tried to log in.
    pub(crate) fn add_login(&mut self, login: Login) {
        while self.logins.len() >= MOST_LOGINS {
            self.logins.pop_front();
        }
        self.logins.push_back(login);
    }
}
