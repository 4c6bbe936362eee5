//! What happened in a project: who logged in to a cluster, and what was changed by whom.

use serde::Deserialize;

use super::lenient::or_default;

/// One attempt to log in to a cluster, out of `GET …/dbAccessHistory/clusters/{clusterName}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessLog {
    /// Whether it was let in.
    #[serde(default, deserialize_with = "or_default")]
    pub auth_result: bool,
    /// The database that the user belongs to; `$external` for X.509.
    #[serde(default, deserialize_with = "or_default")]
    pub auth_source: String,
    /// Why not, in the server's words.
    #[serde(default, deserialize_with = "or_default")]
    pub failure_reason: String,
    /// The node.
    #[serde(default, deserialize_with = "or_default")]
    pub hostname: String,
    /// Where the client came from.
    #[serde(default, deserialize_with = "or_default")]
    pub ip_address: String,
    /// When, as Atlas writes it.
    #[serde(default, deserialize_with = "or_default")]
    pub timestamp: String,
    /// The name that the client came with.
    #[serde(default, deserialize_with = "or_default")]
    pub username: String,
}

impl AccessLog {
    /// Whether it can have been a login with a certificate.
    pub fn is_external(&self) -> bool {
        self.auth_source == crate::calls::EXTERNAL
    }
}

/// What a call for the access history answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessHistory {
    #[serde(default, deserialize_with = "or_default")]
    pub(crate) access_logs: Vec<AccessLog>,
}

/// Something that was done in a project, out of `GET …/events`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// When, as Atlas writes it.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
    /// What, by Atlas's name.
    #[serde(default, deserialize_with = "or_default")]
    pub event_type_name: String,
    /// Who, if it was a person.
    #[serde(default, deserialize_with = "or_default")]
    pub username: String,
    /// Who, if it was a program.
    #[serde(default, deserialize_with = "or_default")]
    pub public_key: String,
    /// From where.
    #[serde(default, deserialize_with = "or_default")]
    pub remote_address: String,
    /// The database user whom it is about.
    #[serde(default, deserialize_with = "or_default")]
    pub db_user_username: String,
}

/// The events about self-managed X.509 and database users.
pub const EVENTS: [&str; 6] = [
    "USER_SECURITY_SETTINGS_UPDATED",
    "CUSTOMER_X509_CRL_UPDATED",
    "MONGODB_USER_ADDED",
    "MONGODB_USER_UPDATED",
    "MONGODB_USER_DELETED",
    "MONGODB_USER_X509_CERT_CREATED",
];

impl Event {
    /// What was done, in plain words; Atlas's own word for what is not known here.
    pub fn what(&self) -> &str {
        match self.event_type_name.as_str() {
            "USER_SECURITY_SETTINGS_UPDATED" => "The authorities or LDAP were changed",
            "CUSTOMER_X509_CRL_UPDATED" => "The revocation list was changed",
            "MONGODB_USER_ADDED" => "A database user was made",
            "MONGODB_USER_UPDATED" => "A database user was changed",
            "MONGODB_USER_DELETED" => "A database user was deleted",
            "MONGODB_USER_X509_CERT_CREATED" => "Atlas made a certificate",
            other => other,
        }
    }

    /// Who did it.
    pub fn who(&self) -> &str {
        if self.username.is_empty() {
            &self.public_key
        } else {
            &self.username
        }
    }
}
