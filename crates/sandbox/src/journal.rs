//! The journal: every write that reached the sandbox, and what became of it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::clock::Moment;

/// What is written down, oldest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Journal {
    entries: Vec<Entry>,
}

/// One write.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    n: u64,
    at: String,
    method: String,
    /// As it was sent, without the query.
    path: String,
    body: Value,
    status: u16,
}

impl Journal {
    pub(crate) fn add(&mut self, now: Moment, method: &str, path: &str, body: Value, status: u16) {
        self.entries.push(Entry {
            n: self.entries.last().map_or(0, |entry| entry.n) + 1,
            at: now.to_string(),
            method: method.to_owned(),
            path: path.to_owned(),
            body: without_password(body),
            status,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn to_json(&self) -> Value {
        // Nothing in an entry can fail to be written.
        serde_json::to_value(&self.entries).unwrap_or_default()
    }
}

/// Passwords are shown nowhere, not even here.
fn without_password(mut body: Value) -> Value {
    for name in ["password", "bindPassword"] {
        for at in [format!("/{name}"), format!("/ldap/{name}")] {
            if let Some(password) = body.pointer_mut(&at) {
                *password = "(not shown)".into();
            }
        }
    }
    body
}
