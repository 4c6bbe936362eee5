//! Clusters, and the time that changes need to reach them.
//!
//! A change of the authorities restarts the nodes of every running cluster, one node after the
//! other; until the last one is back the cluster is UPDATING and its changes are PENDING. A change
//! of the database users restarts nothing, and is PENDING until it has reached the cluster.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) version: String,
    pub(crate) instance_size: String,
    pub(crate) provider: String,
    pub(crate) region: String,
    /// What its host names have in them.
    pub(crate) host_part: String,
    pub(crate) private_endpoint: bool,
    pub(crate) paused: bool,
    /// The oldest version of TLS that it takes: `TLS1_2`, `TLS1_3`.
    #[serde(default = "tls12")]
    pub(crate) minimum_tls: String,
    pub(crate) created: Moment,
    pub(crate) nodes: u32,
    /// When the last rolling restart began and ended, or will end.
    pub(crate) restart: Option<(Moment, Moment)>,
    /// The bundle that held before that.
    #[serde(default)]
    pub(crate) bundle_before: Option<String>,
    /// When the last change of the users has reached the cluster, or will have.
    pub(crate) deployed: Moment,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Kind {
    #[serde(rename = "REPLICASET")]
    ReplicaSet,
    #[serde(rename = "SHARDED")]
    Sharded,
}

/// What Atlas sets by itself.
pub(crate) fn tls12() -> String {
    "TLS1_2".to_owned()
}

impl Cluster {
    /// Begins a rolling restart; one that is under way begins anew. `bundle` is the one that has held so
    /// far, and does until the end.
    pub(crate) fn restart(&mut self, now: Moment, node: Duration, bundle: Option<&String>) {
        if !self.paused {
            if !self.is_restarting(now) {
                self.bundle_before = bundle.cloned();
            }
            self.restart = Some((now, now.plus(node * self.nodes)));
        }
    }

    /// Sends a change of the users on its way.
    pub(crate) fn deploy(&mut self, now: Moment, time: Duration) {
        if !self.paused {
            self.deployed = now.plus(time);
        }
    }

    /// The bundle that the cluster has taken up; `newest` is the project's.
    ///
    /// A simplification: the nodes of a real cluster take it up one after the other.
    pub(crate) fn bundle<'a>(
        &'a self,
        newest: Option<&'a String>,
        now: Moment,
    ) -> Option<&'a String> {
        if self.is_restarting(now) {
            self.bundle_before.as_ref()
        } else {
            newest
        }
    }

    pub(crate) fn replica_set(&self) -> String {
        format!("atlas-{}-shard-0", self.host_part)
    }

    pub(crate) fn state(&self, now: Moment) -> &'static str {
        if self.is_restarting(now) {
            "UPDATING"
        } else {
            "IDLE"
        }
    }

    pub(crate) fn change_status(&self, now: Moment) -> &'static str {
        if self.is_restarting(now) || now < self.deployed {
            "PENDING"
        } else {
            "APPLIED"
        }
    }

    fn is_restarting(&self, now: Moment) -> bool {
        self.restart.is_some_and(|(_, end)| now < end)
    }

    /// The node, counted from 0, that is away at this moment.
    pub(crate) fn node_away(&self, now: Moment) -> Option<u32> {
        let (start, end) = self.restart?;
        if now >= end || self.nodes == 0 {
            return None;
        }
        let whole = end.since(start).as_millis().max(1);
        let passed = now.since(start).as_millis();
        u32::try_from(passed * u128::from(self.nodes) / whole).ok()
    }

    /// The nodes' host names, primaries and secondaries alike.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let shards = match self.kind {
            Kind::ReplicaSet => 1,
            Kind::Sharded => self.nodes.div_ceil(3),
        };
        (0..self.nodes)
            .map(|node| {
                let (shard, member) = (node % shards, node / shards);
                format!(
                    "{}-shard-{shard:02}-{member:02}.{}.mongodb.net:27017",
                    self.name, self.host_part
                )
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn idle() -> Cluster {
        Cluster {
            id: String::new(),
            name: "a".to_owned(),
            kind: Kind::ReplicaSet,
            version: String::new(),
            instance_size: String::new(),
            provider: String::new(),
            region: String::new(),
            host_part: "x".to_owned(),
            private_endpoint: false,
            paused: false,
            minimum_tls: tls12(),
            created: Moment::default(),
            nodes: 3,
            restart: None,
            bundle_before: None,
            deployed: Moment::default(),
        }
    }

    #[test]
    fn nodes_restart_one_by_one() {
        let mut cluster = idle();
        let at = Moment::from_millis;
        assert_eq!(
            (cluster.node_away(at(0)), cluster.state(at(0))),
            (None, "IDLE")
        );
        cluster.restart(at(0), Duration::from_millis(10), None);
        for (now, away, state, status) in [
            (0, Some(0), "UPDATING", "PENDING"),
            (9, Some(0), "UPDATING", "PENDING"),
            (10, Some(1), "UPDATING", "PENDING"),
            (29, Some(2), "UPDATING", "PENDING"),
            (30, None, "IDLE", "APPLIED"),
        ] {
            assert_eq!(cluster.node_away(at(now)), away, "{now}");
            assert_eq!(cluster.state(at(now)), state, "{now}");
            assert_eq!(cluster.change_status(at(now)), status, "{now}");
        }
        cluster.deploy(at(30), Duration::from_millis(5));
        assert_eq!(cluster.state(at(34)), "IDLE");
        assert_eq!(cluster.change_status(at(34)), "PENDING");
        assert_eq!(cluster.change_status(at(35)), "APPLIED");
    }

    #[test]
    fn a_bundle_counts_when_every_node_has_restarted_with_it() {
        let mut cluster = idle();
        let at = Moment::from_millis;
        let node = Duration::from_millis(10);
        let [first, second, third] = ["first", "second", "third"].map(str::to_owned);
        let of = |cluster: &Cluster, newest: &String, now| {
            cluster
                .bundle(Some(newest), at(now))
                .cloned()
                .unwrap_or_default()
        };
        assert_eq!(of(&cluster, &first, 0), "first");
        cluster.restart(at(0), node, Some(&first));
        assert_eq!(of(&cluster, &second, 29), "first");
        assert_eq!(of(&cluster, &second, 30), "second");
        // A change that comes while one is under way finds the nodes with the first one.
        cluster.restart(at(40), node, Some(&second));
        cluster.restart(at(50), node, Some(&third));
        assert_eq!(of(&cluster, &first, 79), "second");
        assert_eq!(of(&cluster, &first, 80), "first");
        // One that is paused has nobody to let in, and takes up what there is.
        cluster.paused = true;
        cluster.restart(at(90), node, Some(&first));
        assert_eq!(of(&cluster, &third, 91), "third");
    }
}
