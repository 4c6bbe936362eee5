//! What became of a step, and where the whole stands.

use serde::{Deserialize, Serialize};

use crate::{
    error::Explanation,
    plan::{Plan, Step},
};

/// A step and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// The step.
    pub step: Step,
    /// What became of it.
    pub outcome: Outcome,
}

impl Progress {
    pub(super) fn new(step: Step) -> Self {
        Self {
            step,
            outcome: Outcome::NotTried,
        }
    }
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing yet.
    NotTried,
    /// It is under way. Kept over a closed lid, it means that nobody knows; the next run reads.
    Trying,
    /// Atlas has it, read back and compared.
    Done {
        /// Atlas had it before it was sent, or was found to have it on a later run.
        found: bool,
    },
    /// It did not succeed.
    Failed {
        /// Why.
        why: Explanation,
        /// Whether it may have been carried out all the same; the next run reads.
        unknown: bool,
    },
}

impl Outcome {
    /// Whether Atlas has it.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Whether it failed.
    pub fn is_failed(&self) -> bool {
        matches!(self, Self::Failed { .. })
    }

    pub(super) fn may_have_changed_something(&self) -> bool {
        matches!(
            self,
            Self::Done { .. } | Self::Trying | Self::Failed { unknown: true, .. }
        )
    }
}

/// Where the whole stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub enum Phase {
    /// A run can begin.
    Ready,
    /// A run is under way. Kept over a closed lid, a new run can begin.
    Running,
    /// Atlas was changed by somebody else. Nothing more is written until the new difference has been
    /// agreed upon.
    Changed {
        /// The difference as it is now.
        plan: Plan,
    },
    /// A person stopped it; a run goes on.
    Stopped,
    /// What Atlas has could not be read, so nothing was begun; a run goes on.
    Unread {
        /// Why.
        why: Explanation,
    },
    /// Some steps are not done; a run goes on with them.
    Incomplete,
    /// Every step is done, and the clusters are taking it up; a run goes on asking them.
    Waiting {
        /// Why they could not be asked the last time.
        trouble: Option<Explanation>,
    },
    /// Every step is done and every cluster has taken it up.
    Finished,
}

/// The bundle that was replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replaced {
    /// Self-managed X.509 was off.
    Off,
    /// The bundle, as Atlas had it.
    Bundle(String),
}
