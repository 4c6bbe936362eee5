//! User security: the project's CA bundle and LDAP settings.

use serde::{Deserialize, Serialize};

use super::lenient::or_default;

/// `GET /groups/{groupId}/userSecurity`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserSecurity {
    /// Self-managed X.509.
    #[serde(default, deserialize_with = "or_default")]
    pub customer_x509: CustomerX509,
    /// LDAP over TLS.
    #[serde(default, deserialize_with = "or_default")]
    pub ldap: Ldap,
}

/// Self-managed X.509 of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerX509 {
    /// The CA bundle as PEM. Absent or empty: self-managed X.509 is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cas: Option<String>,
}

impl CustomerX509 {
    /// The bundle, if self-managed X.509 is on.
    pub fn bundle(&self) -> Option<&str> {
        self.cas.as_deref().filter(|cas| !cas.trim().is_empty())
    }
}

/// LDAP over TLS of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ldap {
    /// Users may log in with LDAP.
    #[serde(default, deserialize_with = "or_default")]
    pub authentication_enabled: bool,
    /// Roles come from LDAP, those of X.509 users too.
    #[serde(default, deserialize_with = "or_default")]
    pub authorization_enabled: bool,
    /// The server's name.
    #[serde(default, deserialize_with = "or_default")]
    pub hostname: String,
    /// The server's port.
    #[serde(default)]
    pub port: Option<u16>,
    /// Who the cluster logs in as.
    #[serde(default, deserialize_with = "or_default")]
    pub bind_username: String,
    /// The query for a user's groups.
    #[serde(default, deserialize_with = "or_default")]
    pub authz_query_template: String,
    /// How a user name becomes a DN in the directory.
    #[serde(default, rename = "userToDNMapping", deserialize_with = "or_default")]
    pub user_to_dn_mapping: Vec<DnMapping>,
}

/// One rule of `userToDNMapping`: the first whose `match` fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DnMapping {
    /// A regular expression for the user name.
    #[serde(default, rename = "match", deserialize_with = "or_default")]
    pub pattern: String,
    /// The DN, with `{0}` for the first group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub substitution: Option<String>,
    /// An LDAP query that gives the DN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ldap_query: Option<String>,
}
