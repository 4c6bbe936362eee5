//! Database users, as they are kept and answered.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Moment;

/// How somebody proves to be a user of X.509. The names are the API's.
pub(crate) const NONE: &str = "NONE";
pub(crate) const CUSTOMER: &str = "CUSTOMER";
pub(crate) const MANAGED: &str = "MANAGED";

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    pub(crate) username: String,
    pub(crate) database_name: String,
    pub(crate) authentication: Authentication,
    pub(crate) roles: Vec<Role>,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) labels: Vec<Label>,
    pub(crate) description: Option<String>,
    pub(crate) delete_after_date: Option<Moment>,
}

/// The four types that a user has, of which at most one is not NONE.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub(crate) struct Authentication {
    pub(crate) x509_type: String,
    pub(crate) ldap_auth_type: String,
    #[serde(rename = "awsIAMType")]
    pub(crate) aws_iam_type: String,
    pub(crate) oidc_auth_type: String,
}

impl Default for Authentication {
    fn default() -> Self {
        let none = || NONE.to_owned();
        Self {
            x509_type: none(),
            ldap_auth_type: none(),
            aws_iam_type: none(),
            oidc_auth_type: none(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub(crate) struct Role {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) collection_name: Option<String>,
    pub(crate) database_name: String,
    pub(crate) role_name: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Label {
    pub(crate) key: String,
    pub(crate) value: String,
}

impl User {
    /// Whether it logs in with a certificate of the project's own authorities.
    pub(crate) fn comes_with_certificate(&self, now: Moment) -> bool {
        self.database_name == "$external"
            && self.authentication.x509_type == CUSTOMER
            && self.delete_after_date.is_none_or(|end| now < end)
    }

    /// Whether it is on the cluster of this name. Without a scope it is on all.
    pub(crate) fn may_use(&self, cluster: &str) -> bool {
        let mut scopes = self.scopes.iter();
        self.scopes.is_empty()
            || scopes.any(|scope| scope.kind == "CLUSTER" && scope.name == cluster)
    }

    /// As the API answers it.
    pub(crate) fn to_json(&self, group: &str, origin: &str) -> Value {
        let href = format!(
            "{origin}/api/atlas/v2/groups/{group}/databaseUsers/{}/{}",
            utf8_percent_encode(&self.database_name, SEGMENT),
            utf8_percent_encode(&self.username, SEGMENT)
        );
        let mut body = json!({
            "awsIAMType": self.authentication.aws_iam_type,
            "databaseName": self.database_name,
            "groupId": group,
            "labels": self.labels,
            "ldapAuthType": self.authentication.ldap_auth_type,
            "links": [{"href": href, "rel": "self"}],
            "oidcAuthType": self.authentication.oidc_auth_type,
            "roles": self.roles,
            "scopes": self.scopes,
            "username": self.username,
            "x509Type": self.authentication.x509_type,
        });
        if let Some(description) = &self.description {
            body["description"] = description.clone().into();
        }
        if let Some(end) = self.delete_after_date {
            body["deleteAfterDate"] = end.to_string().into();
        }
        body
    }
}

/// What RFC 3986 calls unreserved stays as it is in a segment of a path.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
