//! One run: read, compare, do what is left, ask the clusters.

use std::ops::ControlFlow;

use super::{
    Apply, Outcome, Phase,
    carry_out::{Done, read_bundle},
};
use crate::{
    Client, Error, Transport,
    error::Explanation,
    plan::{Authority, Plan, Present, Step},
};

/// Sees the state after every change, to keep it and to show it. It can stop the run, which then
/// ends before the next call.
pub trait Watch {
    /// The state has changed.
    fn changed(&mut self, apply: &Apply) -> ControlFlow<()>;
}

impl<F: FnMut(&Apply) -> ControlFlow<()>> Watch for F {
    fn changed(&mut self, apply: &Apply) -> ControlFlow<()> {
        self(apply)
    }
}

impl Apply {
    /// Carries out what is left, as far as it goes; [`Apply::phase`] tells how far. Any run may be
    /// followed by another. `read` reads the certificates of a bundle.
    pub async fn run<T: Transport>(
        &mut self,
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
        watch: &mut impl Watch,
    ) {
        self.phase = match self.run_to_end(client, read, watch).await {
            ControlFlow::Continue(phase) => phase,
            ControlFlow::Break(()) => Phase::Stopped,
        };
        // There is nothing left to stop.
        let _ = watch.changed(self);
    }

    async fn run_to_end<T: Transport>(
        &mut self,
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
        watch: &mut impl Watch,
    ) -> ControlFlow<(), Phase> {
        self.phase = Phase::Running;
        watch.changed(self)?;
        self.remember_created();
        match self.fresh_plan(client, read).await {
            Ok(fresh) if self.adopt(&fresh) => {}
            Ok(fresh) => return ControlFlow::Continue(Phase::Changed { plan: fresh }),
            Err(error) => {
                return ControlFlow::Continue(Phase::Unread {
                    why: error.explain(),
                });
            }
        }
        watch.changed(self)?;
        for index in 0..self.steps.len() {
            if self.steps[index].outcome.is_done() || self.waits_for_others(index) {
                continue;
            }
            if let Some(phase) = self.do_step(index, client, read, watch).await? {
                return ControlFlow::Continue(phase);
            }
        }
        if !self.steps.iter().all(|progress| progress.outcome.is_done()) {
            return ControlFlow::Continue(Phase::Incomplete);
        }
        self.wait(client, watch).await
    }

    /// One step; `Some` if the run ends with it.
    async fn do_step<T: Transport>(
        &mut self,
        index: usize,
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
        watch: &mut impl Watch,
    ) -> ControlFlow<(), Option<Phase>> {
        self.steps[index].outcome = Outcome::Trying;
        if watch.changed(self).is_break() {
            self.steps[index].outcome = Outcome::NotTried;
            return ControlFlow::Break(());
        }
        let step = self.steps[index].step.clone();
        let (outcome, goes_on) = match self.carry_out(&step, client, read, watch).await {
            Ok(Done::Sent) => (Outcome::Done { found: false }, true),
            Ok(Done::Found) => (Outcome::Done { found: true }, true),
            Ok(Done::Stopped) => {
                self.steps[index].outcome = Outcome::NotTried;
                return ControlFlow::Break(());
            }
            Ok(Done::Changed { unclear }) => {
                self.steps[index].outcome = if unclear {
                    overtaken()
                } else {
                    Outcome::NotTried
                };
                self.remember_created();
                let phase = match self.fresh_plan(client, read).await {
                    Ok(plan) => Phase::Changed { plan },
                    Err(error) => Phase::Unread {
                        why: error.explain(),
                    },
                };
                return ControlFlow::Continue(Some(phase));
            }
            Ok(Done::Different(why)) => (Outcome::Failed { why, unknown: true }, !step.restarts()),
            Err(error) => (
                Outcome::Failed {
                    why: error.explain(),
                    unknown: error.may_have_been_carried_out(),
                },
                !step.restarts() && is_about_this_user(&error),
            ),
        };
        self.steps[index].outcome = outcome;
        watch.changed(self)?;
        ControlFlow::Continue((!goes_on).then_some(Phase::Incomplete))
    }

    /// A user that was created here and is gone was deleted by somebody else.
    fn remember_created(&mut self) {
        for progress in &self.steps {
            if let (Step::CreateUser { user }, true) = (&progress.step, progress.outcome.is_done())
            {
                self.wanted.again.remove(&user.username);
                self.wanted.known.insert(user.username.clone());
            }
        }
    }

    async fn fresh_plan<T: Transport>(
        &self,
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
    ) -> Result<Plan, Error> {
        let security = client.user_security(&self.project).await?;
        let users = client.database_users(&self.project).await?;
        let authorities = read_bundle(&security, read).await?;
        Ok(Plan::new(
            &Present::new(security, users, authorities),
            &self.wanted,
        ))
    }

    /// Takes over what a new reading says about the steps. `false`: the difference is not the one
    /// agreed upon.
    fn adopt(&mut self, fresh: &Plan) -> bool {
        let agreed = |step: &Step| {
            let position = self.position(step);
            position.is_some_and(|index| !self.steps[index].outcome.is_done())
        };
        let is_known = |name: &String| self.left_out.contains(name);
        if !fresh.is_possible()
            || !fresh.steps.iter().all(agreed)
            || !fresh.deleted_by_others().iter().all(is_known)
        {
            return false;
        }
        for progress in &mut self.steps {
            let is_left = fresh
                .steps
                .iter()
                .any(|step| step.is_same_change(&progress.step));
            if is_left {
                progress.outcome = Outcome::NotTried;
            } else if !progress.outcome.is_done() {
                progress.outcome = Outcome::Done { found: true };
            }
        }
        true
    }

    /// A user is deleted only once everything before has succeeded: the replacement of a user whose
    /// name changed has to be there first.
    fn waits_for_others(&self, index: usize) -> bool {
        matches!(self.steps[index].step, Step::DeleteUser { .. })
            && self.steps[..index].iter().any(|progress| {
                !progress.outcome.is_done() && !matches!(progress.step, Step::DeleteUser { .. })
            })
    }
}

/// Whatever became of a step, somebody else has been there since.
fn overtaken() -> Outcome {
    Outcome::Failed {
        why: Explanation {
            what: "No clear answer came back, and somebody else changed the same thing meanwhile. It was not sent again."
                .to_owned(),
            next: "Look at the difference as it is now, and agree to it if it is right.".to_owned(),
            ..Explanation::default()
        },
        unknown: true,
    }
}

/// Whether a failure says something about one user alone, so that the next one can be tried.
fn is_about_this_user(error: &Error) -> bool {
    matches!(error, Error::Refused(refusal) if matches!(refusal.status, 400 | 404 | 409 | 422))
        && !matches!(
            error.code(),
            "GROUP_NOT_FOUND" | "NOT_FORWARDED" | "PRIVATE_KEY_IN_BODY"
        )
}
