//! Carrying a plan out, step by step, so that it can stop anywhere and go on later.
//!
//! The state is plain data: keep it wherever it survives, and after any failure, or with the lid
//! closed in the middle of a call, run it again. Each run reads what Atlas has first, makes the plan
//! anew and compares: a step that is no longer needed is done, a step that is not among the ones
//! agreed upon means that Atlas was changed by somebody else, and then nothing is written until the
//! new difference has been agreed upon too. So nothing is ever done twice.
//!
//! Atlas has no way to write only if nothing changed. A step reads just before it writes, each time
//! that it does; what somebody else does between the two is overwritten, and shows in the answer
//! read back.

mod carry_out;
mod outcome;
mod run;
#[cfg(test)]
mod tests;
mod wait;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use outcome::{Outcome, Phase, Progress, Replaced};
pub use run::Watch;
pub use wait::{ClusterProgress, MAX_POLLS, POLL_EVERY, ask_clusters};

use crate::{
    plan::{Authority, Plan, Problem, Step, Wanted, WantedBundle},
    types::ProjectId,
};

/// A plan being carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Apply {
    project: ProjectId,
    wanted: Wanted,
    steps: Vec<Progress>,
    phase: Phase,
    /// What these steps replaced, if one of them got so far.
    replaced: Option<Replaced>,
    /// What steps before them replaced, from an agreement on. The new steps begin from what came of
    /// that, so it is not theirs to forget.
    former: Option<Replaced>,
    /// Users that somebody else deleted, and that a person agreed to leave so.
    #[serde(default)]
    left_out: BTreeSet<String>,
    clusters: Vec<ClusterProgress>,
}

impl Apply {
    /// A plan about to be carried out. `plan` has been made from `wanted`, and a person has agreed to
    /// it. An impossible one is not begun: its problems come back.
    pub fn new(project: ProjectId, mut wanted: Wanted, plan: Plan) -> Result<Self, Vec<Problem>> {
        if !plan.is_possible() {
            return Err(plan.problems);
        }
        let changed = plan.steps.iter().filter_map(|step| match step {
            Step::UpdateUser { user, .. } => Some(&user.username),
            _ => None,
        });
        wanted.known.extend(changed.chain(&plan.kept).cloned());
        let left_out = plan.deleted_by_others().iter().cloned().collect();
        Ok(Self {
            project,
            wanted,
            steps: plan.steps.into_iter().map(Progress::new).collect(),
            phase: Phase::Ready,
            replaced: None,
            former: None,
            left_out,
            clusters: Vec::new(),
        })
    }

    /// The project that it is about.
    pub fn project(&self) -> &ProjectId {
        &self.project
    }

    /// What Atlas is to have.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// The steps and what became of them.
    pub fn steps(&self) -> &[Progress] {
        &self.steps
    }

    /// Where it stands.
    pub fn phase(&self) -> &Phase {
        &self.phase
    }

    /// The clusters, from the first time they were asked on.
    pub fn clusters(&self) -> &[ClusterProgress] {
        &self.clusters
    }

    /// The bundle that was there before, kept from just before it was replaced for the first time.
    pub fn replaced(&self) -> Option<&Replaced> {
        let of_these_steps = self.replaced.as_ref().filter(|_| {
            self.steps.iter().any(|progress| {
                progress.step.restarts() && progress.outcome.may_have_changed_something()
            })
        });
        self.former.as_ref().or(of_these_steps)
    }

    /// Wanted users that somebody else deleted meanwhile, and that stay deleted.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.left_out.iter().map(String::as_str)
    }

    /// Has a user that somebody else deleted created again, in the difference that stopped the run.
    /// `false` if the difference leaves out no such user.
    pub fn create_again(&mut self, username: &str) -> bool {
        let Phase::Changed { plan } = &mut self.phase else {
            return false;
        };
        let mut wanted = self.wanted.users.iter();
        let Some(user) = wanted.find(|user| user.username == username) else {
            return false;
        };
        let is_left_out = plan.create_again(user);
        if is_left_out {
            self.wanted.again.insert(username.to_owned());
        }
        is_left_out
    }

    /// What to want in order to have the former bundle back; plan and apply it like anything else.
    /// Users stay as they are. `authorities` are those of the former bundle.
    pub fn undo(&self, authorities: Vec<Authority>) -> Option<Wanted> {
        let bundle = match self.replaced()? {
            Replaced::Off => WantedBundle::Off,
            Replaced::Bundle(pem) => WantedBundle::AsItWas {
                authorities,
                pem: pem.clone(),
            },
        };
        Some(Wanted {
            bundle,
            ..Wanted::default()
        })
    }

    /// Agrees to the difference that stopped a run, and is ready to go on with it. A step about
    /// which it has nothing left to do is done. `false` if there is none, or it is impossible.
    pub fn agree(&mut self) -> bool {
        let Phase::Changed { plan } = &self.phase else {
            return false;
        };
        if !plan.is_possible() {
            return false;
        }
        self.steps.retain(|progress| {
            let is_same = |step: &Step| step.is_same_change(&progress.step);
            !plan.steps.iter().any(is_same)
        });
        self.left_out = plan.deleted_by_others().iter().cloned().collect();
        self.former = self.replaced().cloned();
        self.replaced = None;
        self.steps.retain_mut(|progress| {
            let is_about_it = |step: &Step| step.username() == progress.step.username();
            let username = progress.step.username();
            if username.is_some_and(|name| self.left_out.contains(name)) {
                return progress.outcome.is_done();
            }
            if !progress.outcome.is_done() && !plan.steps.iter().any(is_about_it) {
                progress.outcome = Outcome::Done { found: true };
            }
            progress.outcome.is_done()
        });
        let steps = plan.steps.iter().cloned().map(Progress::new);
        self.steps.extend(steps);
        self.phase = Phase::Ready;
        true
    }

    fn is_restarting(&self) -> bool {
        self.steps
            .iter()
            .any(|progress| progress.step.restarts() && progress.outcome.is_done())
    }

    fn position(&self, step: &Step) -> Option<usize> {
        self.steps
            .iter()
            .position(|progress| progress.step.is_same_change(step))
    }
}
