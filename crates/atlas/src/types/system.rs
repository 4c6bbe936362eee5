//! The system's status, and whose credential it was asked with.

use serde::{Deserialize, Serialize};

use super::lenient::or_default;

/// `GET /`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SystemStatus {
    /// `MongoDB Atlas`.
    #[serde(default, deserialize_with = "or_default")]
    pub app_name: String,
    /// The API key. Absent for service accounts, whose rights have to be tried out.
    #[serde(default)]
    pub api_key: Option<ApiKey>,
}

/// An API key and what it may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Its id.
    #[serde(default, deserialize_with = "or_default")]
    pub id: String,
    /// Its public half.
    #[serde(default, deserialize_with = "or_default")]
    pub public_key: String,
    /// The addresses that it may be used from.
    #[serde(default, deserialize_with = "or_default")]
    pub access_list: Vec<AddressEntry>,
    /// Its roles.
    #[serde(default, deserialize_with = "or_default")]
    pub roles: Vec<ApiKeyRole>,
}

/// An address that an API key may be used from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressEntry {
    /// A range.
    #[serde(default)]
    pub cidr_block: Option<String>,
    /// One address.
    #[serde(default)]
    pub ip_address: Option<String>,
}

/// A role in one organisation or one project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyRole {
    /// Such as `GROUP_OWNER` or `ORG_OWNER`.
    #[serde(default, deserialize_with = "or_default")]
    pub role_name: String,
    /// The organisation, for its roles.
    #[serde(default)]
    pub org_id: Option<String>,
    /// The project, for its roles.
    #[serde(default)]
    pub group_id: Option<String>,
}

impl ApiKey {
    /// Whether the key may change the CA bundle of this project: its owner or its organisation's.
    pub fn owns(&self, project: &str, organization: &str) -> bool {
        self.roles.iter().any(|role| match role.role_name.as_str() {
            "GROUP_OWNER" => role.group_id.as_deref() == Some(project),
            "ORG_OWNER" => role.org_id.as_deref() == Some(organization),
            _ => false,
        })
    }
}
