//! Having the access histories of a project read: who came to its clusters, and who was refused.

use atlas::{
    error::Explanation,
    history::{self, Histories, History},
    types::{ClusterState, ProjectId},
};
use futures_util::future::join_all;

use super::{desk::Desk, state::Action};
use crate::{api::Client, change::facts::Facts};

/// How many clusters are asked at once. Each may take ten calls, and Atlas counts them.
const AT_ONCE: usize = 3;

impl Desk {
    /// Reads the access history of every cluster of the project, unless that is being done.
    pub(crate) fn ask_histories(&self) {
        let state = self.state();
        let (Some(client), Some(facts)) = (self.client(), state.facts.known().cloned()) else {
            return;
        };
        if state.histories.is_loading() {
            return;
        }
        self.tell(Action::AskingHistories);
        let this = self.clone();
        self.outside.spawn(async move {
            let now = (this.outside.now)().unix();
            let histories = read(&client, &facts, now).await;
            if this.is_chosen(facts.id()) {
                let clusters = histories.clusters.iter();
                let failed = clusters.filter_map(|(_, history)| history.as_ref().err());
                for why in failed {
                    this.note_refusal(Some(why));
                }
                this.tell(Action::Histories(Box::new(histories)));
            }
        });
    }
}

async fn read(client: &Client, facts: &Facts, now: i64) -> Histories {
    let clusters = facts.clusters.iter().flatten();
    // One that is being made or removed has none.
    let there = clusters.filter(|cluster| {
        !matches!(
            cluster.state_name,
            Some(ClusterState::Creating | ClusterState::Deleting)
        )
    });
    let names: Vec<&str> = there.map(|cluster| &*cluster.name).collect();
    let mut histories = Histories::default();
    for names in names.chunks(AT_ONCE) {
        let reading = names
            .iter()
            .map(|name| of_cluster(client, facts.id(), name, now));
        let read = join_all(reading).await;
        let named = names.iter().map(|&name| name.to_owned());
        histories.clusters.extend(named.zip(read));
    }
    let flex = facts.flex_clusters.iter().flatten();
    let flex = flex.map(|cluster| (cluster.name.clone(), Err(history::not_kept(&cluster.name))));
    histories.clusters.extend(flex);
    histories
}

async fn of_cluster(
    client: &Client,
    project: &ProjectId,
    cluster: &str,
    now: i64,
) -> Result<History, Explanation> {
    let history = client.history(project, cluster, now).await;
    history.map_err(|error| history::unavailable(cluster, &error))
}
