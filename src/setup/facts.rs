//! What Atlas has in a project, read in one go.

use std::collections::BTreeMap;

use atlas::{
    Error,
    error::Explanation,
    plan::{Authority, Present, Restarts},
    types::{
        AccessListEntry, Alert, AlertConfig, Cluster, CustomRole, DatabaseUser, ExpiryWarning,
        FlexCluster, Project, ProjectId, UserSecurity,
    },
};
use futures_util::future::{join4, join5};
use pki::{Timestamp, message};

use crate::{api::Client, engine::Engine};

/// What came of a question: the answer, or why there is none. A role that is too low answers some
/// and not others.
pub(super) type Answer<T> = Result<T, Explanation>;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Facts {
    pub(super) project: Project,
    /// The bundle and LDAP, or that the role is too low: only an owner of the project gets this.
    pub(super) security: Answer<UserSecurity>,
    /// The users, or that the role is too low.
    pub(super) users: Answer<Vec<DatabaseUser>>,
    pub(super) clusters: Answer<Vec<Cluster>>,
    pub(super) flex_clusters: Answer<Vec<FlexCluster>>,
    pub(super) access_list: Answer<Vec<AccessListEntry>>,
    pub(super) custom_roles: Answer<Vec<CustomRole>>,
    pub(super) alerts: Answer<Vec<Alert>>,
    pub(super) alert_configs: Answer<Vec<AlertConfig>>,
    /// How many database users the project may have, if that could be read.
    pub(super) user_limit: Option<usize>,
    /// What a plan is made from; needs the bundle and the users.
    pub(super) present: Option<Present>,
    /// When the authorities of the bundle expire, by fingerprint.
    pub(super) ends: BTreeMap<String, Timestamp>,
}

impl Facts {
    /// Whether Atlas warns before an authority expires.
    pub(super) fn warning(&self, configs: &[AlertConfig]) -> String {
        let warning = ExpiryWarning::of(configs);
        let is_off = (self.present.as_ref()).is_some_and(|present| present.pem.is_none());
        if is_off && warning == ExpiryWarning::Missing {
            return "Atlas creates the alert itself when a bundle is there. The last step says whom it tells.".to_owned();
        }
        warning.sentence()
    }

    /// Asks everything at once. `Err` when the bundle or the users could not be read, for another
    /// reason than the role: nothing can be set up then until that is mended.
    pub(super) async fn read(
        client: &Client,
        engine: &Engine,
        project: &Project,
    ) -> Result<Self, Explanation> {
        let id = &project.id;
        let first = join4(
            client.user_security(id),
            client.database_users(id),
            client.clusters(id),
            client.flex_clusters(id),
        );
        let second = join5(
            client.access_list(id),
            client.custom_roles(id),
            client.open_alerts(id),
            client.alert_configs(id),
            client.user_limit(id),
        );
        let ((security, users, clusters, flex), (access_list, roles, alerts, configs, limit)) =
            futures_util::future::join(first, second).await;
        let failed = [security.as_ref().err(), users.as_ref().err()];
        if let Some(error) = failed
            .into_iter()
            .flatten()
            .find(|error| !error.is_role_too_low())
        {
            return Err(error.explain());
        }
        let bundle = security.as_ref().ok();
        let bundle = match bundle.and_then(|security| security.customer_x509.bundle()) {
            Some(pem) => read(engine, pem).await.map_err(|error| error.explain())?,
            None => Vec::new(),
        };
        let ends = bundle
            .iter()
            .filter_map(|found| Some((found.sha256.to_string(), found.not_after?)))
            .collect();
        let present = match (&security, &users) {
            (Ok(security), Ok(users)) => {
                let authorities = bundle.into_iter().map(authority).collect();
                Some(Present::new(security.clone(), users.clone(), authorities))
            }
            _ => None,
        };
        Ok(Self {
            project: project.clone(),
            security: explained(security),
            users: explained(users),
            clusters: explained(clusters),
            flex_clusters: explained(flex),
            access_list: explained(access_list),
            custom_roles: explained(roles),
            alerts: explained(alerts),
            alert_configs: explained(configs),
            user_limit: limit.ok().map(|limit| limit.value),
            present,
            ends,
        })
    }

    /// Why there is nothing to make a plan from: the role of the credential is too low.
    pub(super) fn role_too_low(&self) -> Option<&Explanation> {
        self.security.as_ref().err().or(self.users.as_ref().err())
    }

    pub(super) fn id(&self) -> &ProjectId {
        &self.project.id
    }

    /// The names of all clusters, flex ones too, as far as they could be read.
    pub(super) fn cluster_names(&self) -> Vec<&str> {
        let clusters = self.clusters.iter().flatten().map(|cluster| &*cluster.name);
        let flex = self
            .flex_clusters
            .iter()
            .flatten()
            .map(|cluster| &*cluster.name);
        clusters.chain(flex).collect()
    }

    /// What a change of the bundle does to the clusters, in words; `None` when they could not be
    /// read.
    pub(super) fn restarts(&self) -> Option<String> {
        Some(self.read_clusters()?.sentence())
    }

    /// How many clusters restart when the bundle changes; `None` when they could not be read.
    pub(super) fn restarting(&self) -> Option<usize> {
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
    pub(super) fn self_managed(&self) -> BTreeMap<&str, &DatabaseUser> {
        self.users
            .iter()
            .flatten()
            .filter(|user| user.is_self_managed())
            .map(|user| (&*user.username, user))
            .collect()
    }
}

fn explained<T>(answer: Result<T, Error>) -> Answer<T> {
    answer.map_err(|error| error.explain())
}

/// The authorities in a bundle as Atlas has it, read by the engine. One that has ended is started
/// anew.
pub(super) async fn authorities(engine: &Engine, pem: &str) -> Result<Vec<Authority>, Error> {
    let found = read(engine, pem).await?;
    Ok(found.into_iter().map(authority).collect())
}

async fn read(engine: &Engine, pem: &str) -> Result<Vec<message::Authority>, Error> {
    let first = engine.authorities(pem.to_owned()).await;
    let found = match first {
        Ok(found) => Ok(found),
        Err(_) => engine.authorities(pem.to_owned()).await,
    };
    found.map_err(|lost| Error::BundleNotRead {
        reason: lost.sentence().to_owned(),
    })
}

pub(super) fn authority(found: message::Authority) -> Authority {
    Authority {
        sha256: found.sha256.to_string(),
        title: found.title,
        pem: found.pem,
    }
}
