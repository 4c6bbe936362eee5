//! What a cluster asks of the world that it is in.

use std::net::SocketAddr;

use pki::Timestamp;

/// The world of one cluster. Nothing here may take long.
pub trait World: Send + Sync + 'static {
    /// How the cluster stands; `None` when there is none any more, or when it does not run.
    fn state(&self) -> Option<State>;

    /// The user of exactly this name in `$external`, if it may come in with a certificate of its own
    /// authority and may use this cluster.
    fn user(&self, name: &str) -> Option<User>;

    /// Somebody tried to log in.
    fn note(&self, attempt: Attempt<'_>);
}

/// A cluster at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    pub at: Timestamp,
    /// The bundle of authorities as the cluster has taken it up, PEM.
    pub bundle: Option<String>,
    pub minimum_tls: MinimumTls,
    /// Such as `8.0.16`.
    pub version: String,
    pub kind: Kind,
}

/// The oldest version of TLS that is spoken. Older ones than 1.2 are not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MinimumTls {
    #[default]
    Tls12,
    Tls13,
}

/// What a client finds behind the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A replica set of this name, and of one node.
    ReplicaSet(String),
    Sharded,
}

/// A database user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub roles: Vec<Role>,
    pub grants: Vec<Grant>,
}

/// A role as `connectionStatus` tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub role: String,
    pub db: String,
}

/// What a role allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub action: Action,
    /// Without it, every database but `admin`, `local` and `config`.
    pub db: Option<String>,
    /// Without it, every collection.
    pub collection: Option<String>,
}

/// The kinds of commands that roles are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Includes [`Action::List`].
    Read,
    Insert,
    Update,
    Remove,
    /// Asking which collections and indexes there are.
    List,
    /// Asking the server about itself.
    Monitor,
}

impl Grant {
    pub(crate) fn covers(&self, action: Action, db: &str, collection: Option<&str>) -> bool {
        let is_db = match &self.db {
            Some(own) => own == db,
            None => !matches!(db, "admin" | "local" | "config"),
        };
        let is_collection = match (&self.collection, collection) {
            (None, _) => true,
            (Some(own), Some(asked)) => own == asked,
            (Some(_), None) => false,
        };
        let is_action =
            self.action == action || self.action == Action::Read && action == Action::List;
        is_action && (action == Action::Monitor || is_db && is_collection)
    }
}

impl User {
    pub(crate) fn may(&self, action: Action, db: &str, collection: Option<&str>) -> bool {
        let mut grants = self.grants.iter();
        grants.any(|grant| grant.covers(action, db, collection))
    }

    /// On whatever collection of the database.
    pub(crate) fn may_somewhere(&self, action: Action, db: &str) -> bool {
        let mut grants = self.grants.iter();
        grants.any(|grant| grant.covers(action, db, grant.collection.as_deref()))
    }
}

/// An attempt to log in.
#[derive(Clone, Debug)]
pub struct Attempt<'a> {
    /// As it was derived from the certificate, or as the client gave it where they differ; empty without a
    /// certificate.
    pub user: &'a str,
    pub peer: SocketAddr,
    /// Why the client was not let in, in mongod's words; nothing when it was.
    pub refused: Option<&'a str>,
}
