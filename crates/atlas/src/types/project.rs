//! Organisations, projects, and who may reach a project's clusters.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::lenient::or_default;
use crate::calls::is_object_id;

/// A project's id: 24 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct ProjectId(String);

impl ProjectId {
    /// `None` for anything else than 24 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        is_object_id(text).then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ProjectId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("a project id has 24 hexadecimal digits"))
    }
}

/// A project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Its id.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// The organisation that it belongs to.
    #[serde(default, deserialize_with = "or_default")]
    pub org_id: String,
    /// How many clusters it has, by Atlas's count.
    #[serde(default, deserialize_with = "or_default")]
    pub cluster_count: u64,
    /// When it was made, as Atlas writes it.
    #[serde(default, deserialize_with = "or_default")]
    pub created: String,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Removed, but still listed.
    #[serde(default, deserialize_with = "or_default")]
    pub is_deleted: bool,
}

/// An address, or a range of them, that may reach the project's clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessListEntry {
    /// A range.
    #[serde(default)]
    pub cidr_block: Option<String>,
    /// One address.
    #[serde(default)]
    pub ip_address: Option<String>,
    /// A group of machines at AWS.
    #[serde(default)]
    pub aws_security_group: Option<String>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "or_default")]
    pub comment: String,
    /// When Atlas takes the entry out by itself, as Atlas writes it; absent: never.
    #[serde(default)]
    pub delete_after_date: Option<String>,
}

impl AccessListEntry {
    /// The address, the range or the group, whichever it is.
    pub fn named(&self) -> &str {
        let names = [&self.ip_address, &self.cidr_block, &self.aws_security_group];
        names
            .into_iter()
            .flatten()
            .next()
            .map_or("", String::as_str)
    }
}

/// `GET /groups/{groupId}/limits/atlas.project.security.databaseAccess.users`: how many database users
/// the project may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserLimit {
    /// How many.
    pub value: usize,
    /// How many it has, by Atlas's count.
    #[serde(default)]
    pub current_usage: Option<usize>,
    /// What MongoDB's support can raise it to.
    #[serde(default)]
    pub maximum_limit: Option<usize>,
}
