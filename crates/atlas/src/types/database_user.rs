//! Database users, their roles and where they may go.

use serde::{Deserialize, Serialize};

use super::{lenient::or_default, open::open_enum};
use crate::calls::EXTERNAL;

open_enum! {
    /// Who issues a user's certificate.
    X509Type {
        /// The customer's own CA.
        Customer = "CUSTOMER",
        /// Atlas.
        Managed = "MANAGED",
        /// Nobody: the user logs in in another way.
        None = "NONE",
    }
}

open_enum! {
    /// What a scope names.
    ScopeType {
        /// A cluster.
        Cluster = "CLUSTER",
        /// A federated database instance.
        DataLake = "DATA_LAKE",
        /// A stream processing workspace.
        Stream = "STREAM",
    }
}

/// A database user as Atlas has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseUser {
    /// For X.509 the distinguished name. Never changes.
    pub username: String,
    /// The authentication database. Never changes.
    pub database_name: String,
    /// Absent on users that have nothing to do with X.509.
    #[serde(default)]
    pub x509_type: Option<X509Type>,
    /// `NONE`, `USER` or `GROUP`.
    #[serde(default)]
    pub ldap_auth_type: Option<String>,
    /// What the user may do.
    #[serde(default, deserialize_with = "or_default")]
    pub roles: Vec<Role>,
    /// Where the user may go; empty is everywhere.
    #[serde(default, deserialize_with = "or_default")]
    pub scopes: Vec<Scope>,
    /// Notes of others; left alone.
    #[serde(default, deserialize_with = "or_default")]
    pub labels: Vec<Label>,
    /// A sentence for people.
    #[serde(default, deserialize_with = "or_default")]
    pub description: String,
}

impl DatabaseUser {
    /// Whether the user logs in with a certificate of the customer's own CA.
    pub fn is_self_managed(&self) -> bool {
        self.x509_type == Some(X509Type::Customer)
    }

    /// Whether the user logs in with a certificate that Atlas made.
    pub fn is_managed(&self) -> bool {
        self.x509_type == Some(X509Type::Managed)
    }

    /// Whether the user's name lives where certificates look for it.
    pub fn is_external(&self) -> bool {
        self.database_name == EXTERNAL
    }
}

/// A role on a database, or on one collection of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    /// Such as `readWrite`, or a custom role.
    pub role_name: String,
    /// The database; `admin` for custom roles and those on any database.
    pub database_name: String,
    /// Only for `read` and `readWrite`. Atlas also writes an empty text for none.
    #[serde(default, skip_serializing_if = "is_none_or_empty")]
    pub collection_name: Option<String>,
}

#[expect(clippy::ref_option, reason = "serde hands the field over like this")]
fn is_none_or_empty(text: &Option<String>) -> bool {
    text.as_deref().is_none_or(str::is_empty)
}

impl Role {
    /// A role on a whole database.
    pub fn on(role: &str, database: &str) -> Self {
        Self {
            role_name: role.to_owned(),
            database_name: database.to_owned(),
            collection_name: None,
        }
    }

    /// The collection, if the role is limited to one.
    pub fn collection(&self) -> Option<&str> {
        self.collection_name
            .as_deref()
            .filter(|name| !name.is_empty())
    }
}

/// One place that a user may go to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The cluster's name, for instance.
    pub name: String,
    /// What the name is of.
    #[serde(rename = "type")]
    pub kind: ScopeType,
}

/// A note on a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// The note's name.
    #[serde(default, deserialize_with = "or_default")]
    pub key: String,
    /// The note.
    #[serde(default, deserialize_with = "or_default")]
    pub value: String,
}

/// The body that makes a user of the customer's own CA. Such users cannot be temporary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewDatabaseUser {
    /// The project's id, which Atlas requires here too.
    pub group_id: String,
    /// [`EXTERNAL`].
    pub database_name: &'static str,
    /// The distinguished name.
    pub username: String,
    /// [`X509Type::Customer`].
    pub x509_type: X509Type,
    /// What the user may do.
    pub roles: Vec<Role>,
    /// Where the user may go; empty is everywhere.
    pub scopes: Vec<Scope>,
    /// A sentence for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

/// The body that changes a user. It names the user again, because Atlas's description of the body
/// requires it; what it does not name stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DatabaseUserChange {
    /// The project's id.
    pub group_id: String,
    /// [`EXTERNAL`].
    pub database_name: &'static str,
    /// The distinguished name, as it is.
    pub username: String,
    /// All roles from now on.
    pub roles: Vec<Role>,
    /// All scopes from now on.
    pub scopes: Vec<Scope>,
    /// The description from now on; absent: as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// A role that the project defined itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CustomRole {
    /// Its name. It is assigned on `admin`.
    pub role_name: String,
    /// What it allows by itself.
    #[serde(default, deserialize_with = "or_default")]
    pub actions: Vec<CustomRoleAction>,
    /// The roles that it contains.
    #[serde(default, deserialize_with = "or_default")]
    pub inherited_roles: Vec<InheritedRole>,
}

/// One action of a custom role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRoleAction {
    /// Such as `FIND`.
    #[serde(default, deserialize_with = "or_default")]
    pub action: String,
    /// Where it is allowed.
    #[serde(default, deserialize_with = "or_default")]
    pub resources: Vec<Resource>,
}

/// Something that an action of a custom role is allowed on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// The database; empty: each.
    #[serde(default, deserialize_with = "or_default")]
    pub db: String,
    /// The whole cluster, and no database.
    #[serde(default, deserialize_with = "or_default")]
    pub cluster: bool,
}

/// A role within a custom role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedRole {
    /// The database.
    #[serde(default, deserialize_with = "or_default")]
    pub db: String,
    /// The role's name.
    #[serde(default, deserialize_with = "or_default")]
    pub role: String,
}
