//! Which clusters restart when the bundle changes: the one place that counts them.

use serde::{Deserialize, Serialize};

use crate::types::{Cluster, ClusterState, FlexCluster};

/// What a change of the CA bundle does to the clusters of a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restarts {
    /// Clusters whose nodes restart, one at a time.
    pub restarting: Vec<String>,
    /// Paused clusters: nothing of them restarts, they take the bundle up when they are resumed.
    pub paused: Vec<String>,
    /// Flex clusters. Atlas runs them for many customers and does not say whether they restart.
    pub flex: Vec<String>,
}

impl Restarts {
    /// Of a project with these clusters.
    pub fn of(clusters: &[Cluster], flex: &[FlexCluster]) -> Self {
        let there = clusters
            .iter()
            .filter(|cluster| cluster.state_name != Some(ClusterState::Deleting));
        let (paused, restarting): (Vec<&Cluster>, Vec<&Cluster>) =
            there.partition(|cluster| cluster.paused);
        let names = |clusters: Vec<&Cluster>| {
            let names = clusters.into_iter().map(|cluster| cluster.name.clone());
            names.collect()
        };
        Self {
            restarting: names(restarting),
            paused: names(paused),
            flex: flex.iter().map(|cluster| cluster.name.clone()).collect(),
        }
    }

    /// How many clusters restart.
    pub fn count(&self) -> usize {
        self.restarting.len()
    }

    /// What happens, in one breath.
    pub fn sentence(&self) -> String {
        let mut said = vec![match self.restarting.as_slice() {
            [] => "No cluster is running, so no node restarts.".to_owned(),
            [name] => format!("The nodes of 1 cluster restart, one at a time: {name}."),
            names => format!(
                "The nodes of {} clusters restart, one at a time: {}.",
                names.len(),
                names.join(", ")
            ),
        }];
        match self.paused.as_slice() {
            [] => {}
            [name] => {
                said.push(format!(
                    "{name} is paused and takes the bundle up when you resume it."
                ));
            }
            names => {
                said.push(format!(
                    "These are paused and take the bundle up when you resume them: {}.",
                    names.join(", ")
                ));
            }
        }
        if !self.flex.is_empty() {
            said.push(format!(
                "Atlas doesn't say whether flex clusters restart: {}.",
                self.flex.join(", ")
            ));
        }
        said.join(" ")
    }
}
