//! Asking the clusters until they have taken everything up.
//!
//! No call tells about single nodes. A cluster is ready when its `changeStatus` is APPLIED and its
//! `stateName` IDLE.

use std::{ops::ControlFlow, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Apply, Phase, run::Watch};
use crate::{
    Client, Error, Transport,
    types::{ChangeStatus, ClusterState, ProjectId},
};

/// A rolling restart takes minutes; asking more often only fills the rate limit.
pub const POLL_EVERY: Duration = Duration::from_secs(5);

/// An hour. A restart that takes longer is not waited for in one go.
pub const MAX_POLLS: u32 = 720;

/// A restart may begin a moment after the call that caused it was answered, so after a change of
/// the bundle the clusters have to be found ready this many times in a row.
const READY_POLLS_AFTER_RESTART: u32 = 2;

/// How far a cluster is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClusterProgress {
    /// Its name.
    pub name: String,
    /// What it is doing.
    pub state: Option<ClusterState>,
    /// Whether it has taken up the last change. Flex clusters do not tell.
    pub change: Option<ChangeStatus>,
    /// It is switched off and takes the change up when it is switched on; nobody waits for it.
    pub paused: bool,
}

impl ClusterProgress {
    /// Whether there is nothing to wait for.
    pub fn is_ready(&self) -> bool {
        let idle = matches!(
            self.state,
            None | Some(ClusterState::Idle | ClusterState::Deleting)
        );
        self.paused || (idle && self.change != Some(ChangeStatus::Pending))
    }
}

impl Apply {
    pub(super) async fn wait<T: Transport>(
        &mut self,
        client: &Client<T>,
        watch: &mut impl Watch,
    ) -> ControlFlow<(), Phase> {
        if self.steps.is_empty() {
            return ControlFlow::Continue(Phase::Finished);
        }
        let needed = if self.is_restarting() {
            READY_POLLS_AFTER_RESTART
        } else {
            1
        };
        let mut ready = 0;
        for _ in 0..MAX_POLLS {
            self.clusters = match ask_clusters(client, &self.project).await {
                Ok(clusters) => clusters,
                Err(error) => {
                    let trouble = Some(error.explain());
                    return ControlFlow::Continue(Phase::Waiting { trouble });
                }
            };
            ready = if self.clusters.iter().all(ClusterProgress::is_ready) {
                ready + 1
            } else {
                0
            };
            // A project without clusters has nothing that could restart.
            if ready >= needed || self.clusters.is_empty() {
                return ControlFlow::Continue(Phase::Finished);
            }
            self.phase = Phase::Waiting { trouble: None };
            watch.changed(self)?;
            client.transport().sleep(POLL_EVERY).await;
        }
        ControlFlow::Continue(Phase::Waiting { trouble: None })
    }
}

/// Asks every cluster of a project, flex ones too, once.
pub async fn ask_clusters<T: Transport>(
    client: &Client<T>,
    project: &ProjectId,
) -> Result<Vec<ClusterProgress>, Error> {
    let mut progress = Vec::new();
    for cluster in client.clusters(project).await? {
        let change = match client.cluster_status(project, &cluster.name).await {
            Ok(status) => Some(status.change_status),
            // It was deleted meanwhile.
            Err(error) if error.code() == "CLUSTER_NOT_FOUND" => continue,
            Err(error) => return Err(error),
        };
        progress.push(ClusterProgress {
            name: cluster.name,
            state: cluster.state_name,
            change,
            paused: cluster.paused,
        });
    }
    for cluster in client.flex_clusters(project).await? {
        progress.push(ClusterProgress {
            name: cluster.name,
            state: cluster.state_name,
            change: None,
            paused: false,
        });
    }
    Ok(progress)
}
