//! Carrying the plan out, from the desk: one run at a time, kept after every change, stopped when
//! asked. Here too are the few other things that are done to Atlas or asked of it once a plan has
//! been carried out.
//!
//! How a run goes is `atlas::apply`'s. It never begins by itself after a reload: somebody who left
//! the page in the middle decides when it goes on.

use std::{
    cell::{Cell, RefCell},
    ops::ControlFlow,
};

use atlas::{
    apply::{Apply, Outcome, Phase, ask_clusters},
    client::Settled,
    error::Explanation,
    types::{AlertConfig, ExpiryAlertChange, ProjectId},
};

use super::{
    asking,
    desk::Desk,
    state::{Action, Done},
    storage,
};
use crate::{
    api::{Client, launch},
    change::decision::Decision,
    turn::{Turn, Turns},
};

/// The run that is under way, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Carrying {
    /// So that one that was given up is told from the present one.
    runs: Turns,
    under_way: Cell<bool>,
    /// Whether it is to stop before its next call.
    stop: Cell<bool>,
    /// Whether how far it has come did not fit into the tab's storage.
    lost: Cell<bool>,
    /// What was taken up from storage or from a file: it goes on only when somebody says so.
    taken_up: RefCell<Option<Apply>>,
}

impl Desk {
    /// Carries out what is left of the plan, in the background, as far as it goes.
    pub(crate) fn carry_out(&self) {
        if self.carrying.under_way.replace(true) {
            return;
        }
        let run = self.carrying.runs.begin();
        self.carrying.stop.set(false);
        self.carrying.lost.set(false);
        let this = self.clone();
        self.outside.spawn(async move {
            let apply = this.run_to_end(&run).await;
            if !run.is_mine() {
                return;
            }
            this.carrying.under_way.set(false);
            this.tell(Action::Applying(false));
            let Some(apply) = apply else { return };
            if !this.note_refusal(gateway_refusal(&apply)) && atlas_answered(&apply) {
                this.read_facts().await;
            }
        });
    }

    async fn run_to_end(&self, run: &Turn) -> Option<Apply> {
        let client = self.client()?;
        let mut apply = self.state().draft.apply.clone()?;
        self.tell(Action::Applying(true));
        let mut was_waiting = false;
        let mut watch = |apply: &Apply| {
            let goes_on = self.keep_progress(run, apply);
            let waits = matches!(apply.phase(), Phase::Waiting { .. });
            if waits && !std::mem::replace(&mut was_waiting, true) && goes_on.is_continue() {
                // What leads back is planned from what Atlas has now.
                self.refresh();
            }
            goes_on
        };
        let read = async |pem: &str| asking::authorities(&self.engine, pem).await;
        apply.run(&client, &read, &mut watch).await;
        Some(apply)
    }

    /// Keeps and shows how far a run has come, before its next call.
    fn keep_progress(&self, run: &Turn, apply: &Apply) -> ControlFlow<()> {
        if !run.is_mine() {
            return ControlFlow::Break(());
        }
        let kept = storage::keep_progress(&*self.outside.store, Some(apply));
        self.carrying.lost.set(!kept);
        self.decide(Decision::Progress(Box::new(apply.clone())));
        if self.carrying.stop.get() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    /// Whether the run that is under way can keep how far it has come; `None`: there is none.
    pub(crate) fn run_is_kept(&self) -> Option<bool> {
        let carrying = &self.carrying;
        carrying.under_way.get().then(|| !carrying.lost.get())
    }

    /// Agrees to the difference that stopped a run, and goes on with it.
    pub(crate) fn agree_and_go_on(&self) {
        self.decide(Decision::AgreeToDifference);
        self.carry_out();
    }

    /// Carries out something else, in place of what was carried out. A run that waits for the
    /// clusters is given up.
    pub(crate) fn apply_instead(&self, apply: Apply) {
        self.give_up_run();
        self.decide(Decision::ApplyInstead(Box::new(apply)));
        self.carry_out();
    }

    /// Stops the run before its next call.
    pub(crate) fn stop_carrying_out(&self) {
        self.carrying.stop.set(true);
    }

    /// Forgets the run that is under way, if there is one. It ends before its next call.
    pub(crate) fn give_up_run(&self) {
        self.carrying.runs.end();
        if self.carrying.under_way.replace(false) {
            self.tell(Action::Applying(false));
        }
    }

    /// Remembers what was taken up again, which does not go on by itself.
    pub(crate) fn take_up_progress(&self, apply: Option<&Apply>) {
        *self.carrying.taken_up.borrow_mut() = apply.cloned();
    }

    /// Whether a plan has just been agreed upon and can begin by itself.
    pub(crate) fn is_to_begin(&self, apply: &Apply) -> bool {
        *apply.phase() == Phase::Ready
            && !self.carrying.under_way.get()
            && self.carrying.taken_up.borrow().as_ref() != Some(apply)
    }

    /// Asks the clusters whether they have taken up the last change.
    pub(crate) fn ask_clusters(&self) {
        let state = self.state();
        let (Some(client), Some(project)) = (self.client(), state.draft.project.clone()) else {
            return;
        };
        self.tell(Action::AskingClusters);
        let this = self.clone();
        self.outside.spawn(async move {
            let answer = ask_clusters(&client, &project.id).await;
            let answer = answer.map_err(|error| error.explain());
            this.note_refusal(answer.as_ref().err());
            if this.is_chosen(&project.id) {
                this.tell(Action::Clusters(answer));
            }
        });
    }

    /// Asks what was done about self-managed X.509 and database users.
    pub(crate) fn ask_events(&self) {
        let state = self.state();
        let (Some(client), Some(project)) = (self.client(), state.draft.project.clone()) else {
            return;
        };
        self.tell(Action::AskingEvents);
        let this = self.clone();
        self.outside.spawn(async move {
            let answer = client.events(&project.id).await;
            let answer = answer.map_err(|error| error.explain());
            this.note_refusal(answer.as_ref().err());
            if this.is_chosen(&project.id) {
                this.tell(Action::Events(answer));
            }
        });
    }

    /// Makes the alert that warns of an authority about to expire, unless there is one.
    pub(crate) fn make_alert(&self) {
        self.see_to_alert(async |client, project| {
            let config = AlertConfig::ca_expiration();
            let made = client.ensure_alert_config(project, &config).await;
            made.map(|()| Done::Created)
                .map_err(|error| error.explain())
        });
    }

    /// Sets how many days before the end such an alert begins, and switches it on.
    pub(crate) fn change_alert(&self, id: String, change: ExpiryAlertChange) {
        self.see_to_alert(async move |client, project| {
            match client.change_alert_config(project, &id, &change).await {
                Ok(Settled::Written(())) => Ok(Done::Changed),
                Ok(Settled::Changed { .. }) => Err(overtaken()),
                Err(error) => Err(error.explain()),
            }
        });
    }

    fn see_to_alert(
        &self,
        act: impl AsyncFnOnce(&Client, &ProjectId) -> Result<Done, Explanation> + 'static,
    ) {
        let state = self.state();
        let (Some(client), Some(project)) = (self.client(), state.draft.project.clone()) else {
            return;
        };
        self.tell(Action::MakingAlert);
        let this = self.clone();
        self.outside.spawn(async move {
            let answer = act(&client, &project.id).await;
            let refused = this.note_refusal(answer.as_ref().err());
            if !this.is_chosen(&project.id) {
                return;
            }
            this.tell(Action::Alert(answer));
            if !refused {
                this.read_facts().await;
            }
        });
    }
}

/// Somebody else changed the alert at the same time.
fn overtaken() -> Explanation {
    Explanation {
        what: "Somebody else changed the alert at the same time.".to_owned(),
        next: "Look at how it is now, then change it again if you still want to.".to_owned(),
        ..Explanation::default()
    }
}

/// The failures that ended a run.
fn failures(apply: &Apply) -> Vec<&Explanation> {
    match apply.phase() {
        Phase::Unread { why } => vec![why],
        Phase::Waiting { trouble } => trouble.iter().collect(),
        Phase::Incomplete => apply
            .steps()
            .iter()
            .filter_map(|progress| match &progress.outcome {
                Outcome::Failed { why, .. } => Some(why),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The failure that says that the gateway was started anew, if the run met with it.
fn gateway_refusal(apply: &Apply) -> Option<&Explanation> {
    failures(apply)
        .into_iter()
        .find(|why| why.code.as_deref() == Some(launch::REFUSED))
}

/// Whether reading anew what Atlas has is worth it: a failure without a code is one where nobody
/// answered.
fn atlas_answered(apply: &Apply) -> bool {
    failures(apply).iter().all(|why| why.code.is_some())
}
