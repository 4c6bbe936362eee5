//! What the calls carry, in Atlas's own names.
//!
//! Reading is lenient: unknown fields are ignored, unknown words are kept as they are, and `null`
//! is the same as absent. A project is what Atlas's API calls a group.

mod alert;
mod cluster;
mod database_user;
mod expiry;
mod history;
mod lenient;
mod open;
mod project;
mod system;
#[cfg(test)]
mod tests;
mod user_security;

pub use alert::{Alert, AlertConfig, AlertNotification, AlertThreshold, CA_EXPIRATION_EVENT};
pub use cluster::{
    AdvancedConfiguration, ChangeStatus, Cluster, ClusterState, ClusterStatus, ConnectionStrings,
    FlexCluster, PrivateEndpoint, TlsVersion,
};
pub use database_user::{
    CustomRole, CustomRoleAction, DatabaseUser, DatabaseUserChange, InheritedRole, Label,
    NewDatabaseUser, Resource, Role, Scope, ScopeType, X509Type,
};
pub(crate) use expiry::is_in_place;
pub use expiry::{ExpiryAlert, ExpiryAlertChange, ExpiryWarning};
pub use history::{AccessLog, EVENTS, Event};
pub use project::{AccessListEntry, Organization, Project, ProjectId, UserLimit};
pub use system::{AddressEntry, ApiKey, ApiKeyRole, SystemStatus};
pub use user_security::{CustomerX509, DnMapping, Ldap, UserSecurity};

pub(crate) use history::AccessHistory;
pub(crate) use lenient::Page;
