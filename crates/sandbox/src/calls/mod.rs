//! The calls of the API: one table says which there are, one function carries them out, and what
//! each does stands in the file of its resource.

#![allow(
    clippy::unnecessary_wraps,
    reason = "all calls have one shape, so that they fit in one table"
)]

mod access_history;
mod access_list;
pub(crate) mod alert_configs;
mod alerts;
mod clusters;
mod custom_roles;
mod database_users;
pub(crate) mod events;
mod fields;
pub(crate) mod flow;
mod limits;
mod organizations;
mod projects;
mod system;
pub(crate) mod table;
mod user_security;

use std::net::IpAddr;

use axum::http::StatusCode;
use serde_json::Value;

use crate::{
    auth::Caller,
    clock::Moment,
    doors::Addresses,
    refusal::Refusal,
    settings::Settings,
    world::{Identifiers, Project, World},
};
pub(crate) use user_security::replace_bundle;

/// What was asked.
pub(crate) struct Call<'a> {
    /// The origin that the caller used, for links.
    pub(crate) origin: String,
    /// The path as it was sent.
    pub(crate) raw_path: &'a str,
    /// The variable segments of the path, decoded.
    pub(crate) parameters: &'a [(String, String)],
    pub(crate) query: Vec<(String, String)>,
    /// Null when there is none.
    pub(crate) body: &'a Value,
    pub(crate) now: Moment,
    /// Where it comes from.
    pub(crate) address: IpAddr,
    pub(crate) caller: Caller,
    /// Of the API key that is accepted.
    pub(crate) public_key: &'a str,
    pub(crate) settings: &'a Settings,
    /// Once the clusters listen.
    pub(crate) addresses: Option<&'a Addresses>,
}

impl Call<'_> {
    /// A variable segment of the path; empty when the path has none of that name.
    fn parameter(&self, name: &str) -> &str {
        self.parameters
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value)
    }

    /// The first value of a parameter in the query.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| &value[..])
    }
}

/// What is answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Option<Value>,
}

impl Answer {
    fn ok(body: Value) -> Self {
        Self::with(StatusCode::OK, body)
    }

    fn with(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            body: Some(body),
        }
    }

    fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
        }
    }
}

pub(crate) type Outcome = Result<Answer, Refusal>;

/// What a call does, and to what.
pub(crate) enum Run {
    World(fn(&Call<'_>, &World) -> Outcome),
    /// With a right that the caller must have in the project.
    Project(
        Right,
        fn(&Call<'_>, &mut Project, &mut Identifiers) -> Outcome,
    ),
}

/// What somebody may do in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    Read,
    DatabaseUsers,
    Alerts,
    AccessList,
    AccessHistory,
    Owner,
}

impl Right {
    fn comes_with(self, role: &str) -> bool {
        // The roles of projects, as the API names them.
        role == "GROUP_OWNER"
            || match self {
                Self::Read => role.starts_with("GROUP_"),
                Self::DatabaseUsers => {
                    matches!(
                        role,
                        "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_STREAM_PROCESSING_OWNER"
                    )
                }
                Self::Alerts => role == "GROUP_ALERTS_MANAGER",
                // Assumption: the cluster manager's too, besides the one made for it.
                Self::AccessList => {
                    matches!(role, "GROUP_IP_ACCESS_LIST_ADMIN" | "GROUP_CLUSTER_MANAGER")
                }
                // Assumption: the name of the second one in the API.
                Self::AccessHistory => {
                    matches!(
                        role,
                        "GROUP_DATABASE_ACCESS_ADMIN" | "GROUP_CLUSTER_LOG_VIEWER"
                    )
                }
                Self::Owner => false,
            }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::Right::{self, AccessHistory, AccessList, Alerts, DatabaseUsers, Owner, Read};

    #[test]
    fn each_role_brings_its_rights() {
        for (role, expected) in [
            (
                "GROUP_OWNER",
                &[
                    Read,
                    DatabaseUsers,
                    Alerts,
                    AccessList,
                    AccessHistory,
                    Owner,
                ][..],
            ),
            ("GROUP_READ_ONLY", &[Read]),
            (
                "GROUP_DATABASE_ACCESS_ADMIN",
                &[Read, DatabaseUsers, AccessHistory],
            ),
            ("GROUP_CLUSTER_LOG_VIEWER", &[Read, AccessHistory]),
            ("GROUP_ALERTS_MANAGER", &[Read, Alerts]),
            ("GROUP_CLUSTER_MANAGER", &[Read, AccessList]),
            ("ORG_OWNER", &[]),
        ] {
            let found: Vec<Right> = [
                Read,
                DatabaseUsers,
                Alerts,
                AccessList,
                AccessHistory,
                Owner,
            ]
            .into_iter()
            .filter(|right| right.comes_with(role))
            .collect();
            assert_eq!(found, expected, "{role}");
        }
    }
}
