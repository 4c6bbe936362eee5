//! What Atlas has in a project, as it was read in one go.

use std::collections::BTreeMap;

use atlas::{
    connect::{ConnectionString, connection_strings},
    error::Explanation,
    plan::{Authority, Present, Restarts},
    reach::Reach,
    types::{
        AccessListEntry, Alert, AlertConfig, Cluster, CustomRole, DatabaseUser, ExpiryWarning,
        FlexCluster, Project, ProjectId, UserSecurity,
    },
};
use pki::{Timestamp, message};

/// What came of a question: the answer, or why there is none. A role that is too low answers some
/// and not others.
pub(crate) type Answer<T> = Result<T, Explanation>;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Facts {
    pub(crate) project: Project,
    /// The bundle and LDAP, or that the role is too low: only an owner of the project gets this.
    pub(crate) security: Answer<UserSecurity>,
    /// The users, or that the role is too low.
    pub(crate) users: Answer<Vec<DatabaseUser>>,
    pub(crate) clusters: Answer<Vec<Cluster>>,
    pub(crate) flex_clusters: Answer<Vec<FlexCluster>>,
    pub(crate) access_list: Answer<Vec<AccessListEntry>>,
    pub(crate) custom_roles: Answer<Vec<CustomRole>>,
    pub(crate) alerts: Answer<Vec<Alert>>,
    pub(crate) alert_configs: Answer<Vec<AlertConfig>>,
    /// How many database users the project may have, if that could be read.
    pub(crate) user_limit: Option<usize>,
    /// What a plan is made from; needs the bundle and the users.
    pub(crate) present: Option<Present>,
    /// When the authorities of the bundle expire, by fingerprint.
    pub(crate) ends: BTreeMap<String, Timestamp>,
}

impl Facts {
    /// Whether Atlas warns before an authority expires.
    pub(crate) fn warning(&self, configs: &[AlertConfig]) -> String {
        let warning = ExpiryWarning::of(configs);
        let is_off = (self.present.as_ref()).is_some_and(|present| present.pem.is_none());
        if is_off && warning == ExpiryWarning::Missing {
            return "Atlas creates the alert itself when a bundle is there. The last step says who it notifies.".to_owned();
        }
        warning.sentence()
    }

    /// Whether self-managed X.509 is off; `None` when that could not be read.
    pub(crate) fn is_off(&self) -> Option<bool> {
        let security = self.security.as_ref().ok()?;
        Some(security.customer_x509.bundle().is_none())
    }

    /// The ways into the clusters over the network; `None` when they could not be read.
    pub(crate) fn reach(&self) -> Option<Reach> {
        let list = self.access_list.as_ref().ok()?;
        let (clusters, flex) = (
            self.clusters.as_ref().ok()?,
            self.flex_clusters.as_ref().ok()?,
        );
        Some(Reach::of(list, clusters, flex))
    }

    /// Why there is nothing to make a plan from: the role of the credential is too low.
    pub(crate) fn role_too_low(&self) -> Option<&Explanation> {
        self.security.as_ref().err().or(self.users.as_ref().err())
    }

    pub(crate) fn id(&self) -> &ProjectId {
        &self.project.id
    }

    /// The names of all clusters, flex ones too, as far as they could be read.
    pub(crate) fn cluster_names(&self) -> Vec<&str> {
        let clusters = self.clusters.iter().flatten().map(|cluster| &*cluster.name);
        let flex = self
            .flex_clusters
            .iter()
            .flatten()
            .map(|cluster| &*cluster.name);
        clusters.chain(flex).collect()
    }

    /// The ways into a cluster, the usual one first. None while it is being made.
    pub(crate) fn ways(&self, cluster: &str) -> Vec<ConnectionString> {
        let mut dedicated = self.clusters.iter().flatten();
        let mut flex = self.flex_clusters.iter().flatten();
        let dedicated = dedicated.find(|it| it.name == cluster);
        let strings = dedicated.map(|it| &it.connection_strings).or_else(|| {
            let flex = flex.find(|it| it.name == cluster)?;
            Some(&flex.connection_strings)
        });
        strings.map_or_else(Vec::new, connection_strings)
    }

    /// What a change of the bundle does to the clusters, in words; `None` when they could not be
    /// read.
    pub(crate) fn restarts(&self) -> Option<String> {
        Some(self.read_clusters()?.sentence())
    }

    /// How many clusters restart when the bundle changes; `None` when they could not be read.
    pub(crate) fn restarting(&self) -> Option<usize> {
        Some(self.read_clusters()?.count())
    }

    fn read_clusters(&self) -> Option<Restarts> {
        let (clusters, flex) = (
            self.clusters.as_ref().ok()?,
            self.flex_clusters.as_ref().ok()?,
        );
        Some(Restarts::of(clusters, flex))
    }

    /// The self-managed X.509 users, by name.
    pub(crate) fn self_managed(&self) -> BTreeMap<&str, &DatabaseUser> {
        self.users
            .iter()
            .flatten()
            .filter(|user| user.is_self_managed())
            .map(|user| (&*user.username, user))
            .collect()
    }
}

/// An authority that the engine found.
pub(crate) fn authority(found: message::Authority) -> Authority {
    Authority {
        sha256: found.sha256.to_string(),
        title: found.title,
        pem: found.pem,
    }
}
