//! How far each cluster is with the last change, for what it is: no call tells about single nodes.

use atlas::{
    apply::ClusterProgress,
    types::{ChangeStatus, ClusterState},
};
use yew::prelude::*;

use crate::ui::icon::{Icon, icon};

/// A line a cluster.
pub(crate) fn list(clusters: &[ClusterProgress]) -> Html {
    let lines = clusters.iter().map(|cluster| {
        let class = match standing(cluster) {
            Standing::Ready => "cluster good",
            Standing::Paused => "cluster",
            Standing::NotYet => "cluster attention",
        };
        let (sign, word) = match standing(cluster) {
            Standing::Ready => (Icon::Check, "Ready"),
            Standing::Paused => (Icon::Information, "Paused"),
            Standing::NotYet => (Icon::Attention, "Not yet"),
        };
        html! {
            <li key={cluster.name.clone()} {class}>
                <span class="stamp">{ icon(sign) }{ word }</span>
                <code class="name">{ &cluster.name }</code>
                <span class="quiet fine">
                    { doing(cluster) }{ " " }
                    if let Some(raw) = in_the_words_of_atlas(cluster) { <code>{ raw }</code> }
                </span>
            </li>
        }
    });
    html! { <ul class="clusters-list">{ for lines }</ul> }
}

/// What can be known, said once below the list.
pub(crate) fn what_they_tell() -> Html {
    html! {
        <p class="fine quiet">
            { "Atlas reports on each cluster as a whole, not on its nodes. While one node restarts, the \
               others keep answering." }
        </p>
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Ready,
    /// Nobody waits for it.
    Paused,
    NotYet,
}

fn standing(cluster: &ClusterProgress) -> Standing {
    match (cluster.paused, cluster.is_ready()) {
        (true, _) => Standing::Paused,
        (false, true) => Standing::Ready,
        (false, false) => Standing::NotYet,
    }
}

/// What a cluster does.
fn doing(cluster: &ClusterProgress) -> &'static str {
    let pending = cluster.change == Some(ChangeStatus::Pending);
    match &cluster.state {
        _ if cluster.paused => "It takes up the change when it's resumed.",
        Some(ClusterState::Updating) => "Its nodes restart one by one.",
        Some(ClusterState::Creating) => "It is being made.",
        Some(ClusterState::Deleting) => "It is being removed.",
        Some(ClusterState::Repairing) => "It is being repaired.",
        Some(ClusterState::Idle) | None if pending => "The change is on its way to it.",
        Some(ClusterState::Idle) if cluster.change.is_some() => "It has taken up the change.",
        Some(ClusterState::Idle) => "It runs. A flex cluster does not tell more.",
        None => "It does not tell what it does.",
        Some(_) => "This page does not know the state it is in.",
    }
}

/// `UPDATING, PENDING`. Of a paused cluster Atlas says `IDLE, APPLIED`, which it is not.
fn in_the_words_of_atlas(cluster: &ClusterProgress) -> Option<String> {
    if cluster.paused {
        return None;
    }
    let state = cluster.state.as_ref().map(ClusterState::as_str);
    let change = cluster.change.as_ref().map(ChangeStatus::as_str);
    let words: Vec<&str> = state.into_iter().chain(change).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// Whether every cluster that is switched on is ready, and those that are not.
pub(crate) fn not_ready(clusters: &[ClusterProgress]) -> Vec<String> {
    clusters
        .iter()
        .filter(|cluster| !cluster.is_ready())
        .map(|cluster| cluster.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn cluster(state: &str, change: Option<ChangeStatus>, paused: bool) -> ClusterProgress {
        ClusterProgress {
            name: "c".to_owned(),
            state: serde_json::from_value(state.into()).unwrap(),
            change,
            paused,
        }
    }

    #[test]
    fn a_cluster_is_called_what_it_is() {
        let (pending, applied) = (Some(ChangeStatus::Pending), Some(ChangeStatus::Applied));
        for (cluster, expected, words, raw) in [
            (
                cluster("IDLE", applied.clone(), false),
                Standing::Ready,
                "taken up the change",
                "IDLE, APPLIED",
            ),
            (
                cluster("IDLE", pending.clone(), false),
                Standing::NotYet,
                "on its way",
                "IDLE, PENDING",
            ),
            (
                cluster("UPDATING", pending.clone(), false),
                Standing::NotYet,
                "one by one",
                "UPDATING, PENDING",
            ),
            (
                cluster("IDLE", pending, true),
                Standing::Paused,
                "when it's resumed",
                "",
            ),
            (
                cluster("IDLE", None, false),
                Standing::Ready,
                "flex",
                "IDLE",
            ),
            (
                cluster("DELETING", applied, false),
                Standing::Ready,
                "removed",
                "DELETING, APPLIED",
            ),
            (
                cluster("ODD", None, false),
                Standing::NotYet,
                "does not know",
                "ODD",
            ),
        ] {
            assert_eq!(standing(&cluster), expected, "{raw}");
            assert!(
                doing(&cluster).contains(words),
                "{raw}: {}",
                doing(&cluster)
            );
            assert_eq!(in_the_words_of_atlas(&cluster).unwrap_or_default(), raw);
        }
    }
}
