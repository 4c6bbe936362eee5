//! Clusters: their state, and how to reach them.

use serde::{Deserialize, Serialize};

use super::{lenient::or_default, open::open_enum};

open_enum! {
    /// What a cluster is doing.
    ClusterState {
        /// Nothing.
        Idle = "IDLE",
        /// Being made.
        Creating = "CREATING",
        /// Being changed, restarts among it.
        Updating = "UPDATING",
        /// Being removed.
        Deleting = "DELETING",
        /// Being mended.
        Repairing = "REPAIRING",
    }
}

open_enum! {
    /// Whether a cluster has taken up the last change.
    ChangeStatus {
        /// Not yet: a new user cannot log in.
        Pending = "PENDING",
        /// Yes.
        Applied = "APPLIED",
    }
}

open_enum! {
    /// A version of TLS, as Atlas names it.
    TlsVersion {
        /// 1.0
        Tls10 = "TLS1_0",
        /// 1.1
        Tls11 = "TLS1_1",
        /// 1.2, which Atlas sets by itself.
        Tls12 = "TLS1_2",
        /// 1.3
        Tls13 = "TLS1_3",
    }
}

/// A dedicated or free cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Cluster {
    /// Its name, unique in the project.
    pub name: String,
    /// What it is doing.
    #[serde(default)]
    pub state_name: Option<ClusterState>,
    /// `REPLICASET`, `SHARDED` or `GEOSHARDED`.
    #[serde(default, deserialize_with = "or_default")]
    pub cluster_type: String,
    /// The server's version.
    #[serde(default, rename = "mongoDBVersion", deserialize_with = "or_default")]
    pub mongodb_version: String,
    /// Switched off for the moment.
    #[serde(default, deserialize_with = "or_default")]
    pub paused: bool,
    /// The public root that the servers' own certificates chain to.
    #[serde(default)]
    pub root_cert_type: Option<String>,
    /// How to reach it.
    #[serde(default, deserialize_with = "or_default")]
    pub connection_strings: ConnectionStrings,
    /// How it is set up.
    #[serde(default, deserialize_with = "or_default")]
    pub advanced_configuration: AdvancedConfiguration,
}

/// How a cluster is set up, as far as logins depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AdvancedConfiguration {
    /// The oldest version of TLS that it takes.
    #[serde(default)]
    pub minimum_enabled_tls_protocol: Option<TlsVersion>,
}

/// A flex cluster; not in the list of clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FlexCluster {
    /// Its name, unique in the project.
    pub name: String,
    /// What it is doing.
    #[serde(default)]
    pub state_name: Option<ClusterState>,
    /// The server's version.
    #[serde(default, rename = "mongoDBVersion", deserialize_with = "or_default")]
    pub mongodb_version: String,
    /// How to reach it.
    #[serde(default, deserialize_with = "or_default")]
    pub connection_strings: ConnectionStrings,
}

/// The ways to reach a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionStrings {
    /// Public, every host by name.
    #[serde(default)]
    pub standard: Option<String>,
    /// Public, through a DNS record.
    #[serde(default)]
    pub standard_srv: Option<String>,
    /// Network peering, every host by name.
    #[serde(default)]
    pub private: Option<String>,
    /// Network peering, through a DNS record.
    #[serde(default)]
    pub private_srv: Option<String>,
    /// Private endpoints.
    #[serde(default, deserialize_with = "or_default")]
    pub private_endpoint: Vec<PrivateEndpoint>,
}

/// A way through one private endpoint service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PrivateEndpoint {
    /// Every host by name.
    #[serde(default)]
    pub connection_string: Option<String>,
    /// Through a DNS record.
    #[serde(default)]
    pub srv_connection_string: Option<String>,
    /// `MONGOD` or `MONGOS`.
    #[serde(default, rename = "type", deserialize_with = "or_default")]
    pub kind: String,
}

/// `GET /groups/{groupId}/clusters/{clusterName}/status`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Whether the last change is everywhere.
    pub change_status: ChangeStatus,
}
