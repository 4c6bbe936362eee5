//! Has done what takes time: asks Atlas, and the engine.
//!
//! Everything the steps do goes through here; the outcome is told to the state. The service account's
//! secret lives here, in memory; private keys live in the engine ([`super::reading`]).

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use atlas::{
    error::Explanation,
    oauth::ServiceAccount,
    types::{Project, ProjectId},
};
use pki::{
    Timestamp,
    message::{Progress, Question},
    view::View,
};

use super::{
    asking,
    outside::Outside,
    reading::{self, Reading},
    run::Carrying,
    state::{Action, Connection, State},
    storage::{self, Keeper},
};
use crate::{
    api::{Client, config, launch},
    certificates::work::Work,
    change::{
        decision::Decision,
        draft::Draft,
        judged::{self, Judged},
        stranger,
    },
    engine::{Engine, Lost},
    route::Step,
    turn::{Turn, Turns},
};

#[derive(Clone)]
pub(crate) struct Desk {
    inner: Rc<Inner>,
    pub(crate) carrying: Rc<Carrying>,
    pub(crate) reading: Rc<RefCell<Reading>>,
    pub(crate) engine: Engine,
    pub(super) outside: Outside,
}

#[derive(Default)]
struct Inner {
    /// The one truth. Whoever shows it is told when it changes.
    state: RefCell<Rc<State>>,
    client: RefCell<Option<Client>>,
    keeper: RefCell<Keeper>,
    /// Readings of the project: one that was overtaken by another ends without a word.
    facts: Turns,
    /// Judgements, in the same way.
    judging: Turns,
    /// Whether the engine has ended and knows nothing of the draft any more.
    has_ended: Cell<bool>,
    /// Whether a place has needed it.
    begun: Cell<bool>,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Desk {
    /// Goes on from where the person was before a reload, as far as that is not a draft ([`Self::begin`]).
    pub(crate) fn new(outside: Outside) -> Self {
        let state = State::begin(&*outside.store);
        Self {
            inner: Rc::new(Inner {
                state: RefCell::new(Rc::new(state)),
                ..Inner::default()
            }),
            carrying: Rc::default(),
            reading: Rc::default(),
            engine: Engine::default(),
            outside,
        }
    }

    /// The state as it is now.
    pub(crate) fn state(&self) -> Rc<State> {
        Rc::clone(&self.inner.state.borrow())
    }

    /// Speaks to Atlas, once there is a connection.
    pub(crate) fn client(&self) -> Option<Client> {
        self.inner.client.borrow().clone()
    }

    pub(crate) fn tell(&self, action: Action) {
        // Taken out meanwhile, so that what is changed is not copied first.
        let state = self.inner.state.take();
        self.inner.state.replace(state.after(action));
        (self.outside.changed)();
    }

    /// Changes the draft, and judges anew where that is needed.
    pub(crate) fn decide(&self, decision: Decision) {
        let judges = decision.needs_judging();
        self.tell(Action::Decide(decision));
        if judges {
            self.judge();
        }
    }

    /// The person is in this step.
    pub(crate) fn enter(&self, step: Step) {
        self.tell(Action::At(step));
    }

    /// Keeps what has to outlive a reload, and says so when it cannot.
    pub(crate) fn keep(&self) {
        let state = self.state();
        let store = &*self.outside.store;
        let mut keeper = self.inner.keeper.borrow_mut();
        let not_kept = !keeper.keep(store, &state.draft, self.run_is_kept());
        storage::keep_seen(store, &state.seen);
        drop(keeper);
        if not_kept != state.not_kept {
            self.tell(Action::NotKept(not_kept));
        }
    }

    /// Keeps of which files the next reload loses something.
    pub(crate) fn keep_lost(&self, names: &[String]) {
        storage::keep_lost(&*self.outside.store, names);
    }

    /// Takes up what was kept in the tab, and asks the page's server what it is. Once: the next place that
    /// needs the session finds it begun.
    pub(crate) fn begin(&self) {
        if self.inner.begun.replace(true) {
            return;
        }
        let this = self.clone();
        self.engine.watch(move |lost| this.recover(lost));
        self.engine.warm_up();
        self.take_up_kept();
        self.find_atlas();
    }

    /// Whether a place has needed it. Before that it holds nothing that is to be kept.
    pub(crate) fn has_begun(&self) -> bool {
        self.inner.begun.get()
    }

    /// Takes up what was kept in the tab, if something was.
    fn take_up_kept(&self) {
        if let Some(draft) = storage::draft(&*self.outside.store) {
            self.take_up(draft);
        }
    }

    /// Asks the page's server what it is, and connects if it holds the credential.
    pub(crate) fn find_atlas(&self) {
        let this = self.clone();
        self.outside.spawn(async move {
            let config = config::read().await;
            this.tell(Action::Config(config.clone()));
            if let Ok(config) = config
                && config.credential == config::Holder::Gateway
            {
                this.connect(None).await;
            }
        });
    }

    /// Goes on from a draft that was kept, in place of the present one.
    pub(crate) fn take_up(&self, draft: Draft) {
        self.give_up_run();
        self.inner.facts.end();
        self.take_up_progress(draft.apply.as_ref());
        self.reading.borrow_mut().begin_anew();
        self.inner.has_ended.set(false);
        self.tell(Action::Ended(None));
        self.begin_engine_anew(&draft);
        self.tell(Action::ForgetUnread);
        self.decide(Decision::TakeUp(Box::new(draft)));
    }

    /// Goes on from a draft that was saved as a file.
    pub(crate) fn go_on_from(&self, draft: Draft) {
        self.take_up(draft);
        self.refresh();
    }

    /// Connects to Atlas, with the service account of the person where the page has to hold it, and
    /// reads the project anew if one is chosen.
    pub(crate) async fn connect(&self, account: Option<ServiceAccount>) {
        let Some(config) = self.state().config.known().cloned() else {
            return;
        };
        self.tell(Action::Connecting);
        let http = (self.outside.http)((*config).clone(), account);
        let client = Client::new(http);
        let answer = Self::greet(&client).await;
        if self.note_refusal(answer.as_ref().err()) {
            return;
        }
        let connected = answer.is_ok();
        *self.inner.client.borrow_mut() = connected.then_some(client);
        self.tell(Action::Connected(answer));
        if connected && self.state().draft.project.is_some() {
            self.read_facts().await;
        }
    }

    async fn greet(client: &Client) -> Result<Connection, Explanation> {
        client.transport().log_in().await?;
        let status = client
            .system_status()
            .await
            .map_err(|error| error.explain())?;
        let mut projects = client.projects().await.map_err(|error| error.explain())?;
        projects.sort_by_key(|project| project.name.to_lowercase());
        Ok(Connection { status, projects })
    }

    /// Tries the connection again in the background.
    pub(crate) fn reconnect(&self, account: Option<ServiceAccount>) {
        let this = self.clone();
        self.outside.spawn(async move {
            this.connect(account).await;
        });
    }

    /// A new address was opened in this tab.
    pub(crate) fn note_new_address(&self) {
        if self.state().launch_token_refused {
            self.tell(Action::LaunchTokenRefused(false));
            self.reconnect(None);
        }
    }

    /// Whether the gateway refused the token of its launch; then the state says so.
    pub(crate) fn note_refusal(&self, why: Option<&Explanation>) -> bool {
        let refused = why.is_some_and(|why| why.code.as_deref() == Some(launch::REFUSED));
        if refused {
            self.tell(Action::LaunchTokenRefused(true));
        }
        refused
    }

    /// Works on this project from now on.
    pub(crate) fn choose_project(&self, project: Project) {
        if !self.is_chosen(&project.id) {
            self.give_up_run();
            self.inner.facts.end();
        }
        // Against nothing at first, for the bundle of the project before is not this one's.
        self.decide(Decision::ChooseProject(Box::new(project)));
        self.refresh();
    }

    /// Whether this is the project that is worked on.
    pub(crate) fn is_chosen(&self, project: &ProjectId) -> bool {
        self.state().project() == Some(project)
    }

    /// Reads anew what Atlas has.
    pub(crate) fn refresh(&self) {
        let this = self.clone();
        self.outside.spawn(async move {
            this.read_facts().await;
        });
    }

    /// Reads what Atlas has in the chosen project, and judges against the bundle it has.
    pub(crate) async fn read_facts(&self) {
        let project = self.state().draft.project.clone();
        let (Some(client), Some(project)) = (self.client(), project) else {
            return;
        };
        let turn = self.inner.facts.begin();
        self.tell(Action::ReadingFacts);
        let answer = asking::of_project(&client, &self.engine, &project).await;
        if !turn.is_mine() {
            return;
        }
        if self.note_refusal(answer.as_ref().err()) {
            return;
        }
        self.tell(Action::Facts(Box::new(answer)));
        self.judge();
    }

    /// Stops reading and judging. What was read is kept.
    pub(crate) fn stop(&self) {
        let stopped = self.reading.borrow_mut().stop();
        self.engine.stop();
        self.inner.judging.end();
        self.tell(Action::Working(stopped));
    }

    /// Forgets everything that was decided and given. Atlas keeps what it has.
    pub(crate) fn start_over(&self) {
        self.take_up(Draft::default());
    }

    /// Saves the one PEM a driver wants of this client, with its private key, if the key was given
    /// since the page was loaded.
    pub(crate) fn save_client_pem(&self, client: usize, name: &str) {
        let (this, name) = (self.clone(), name.to_owned());
        self.outside.spawn(async move {
            if let Err(lost) = this.engine.save_joined_pem(client, &name).await {
                this.recover(lost);
            }
        });
    }

    /// Judges everything anew, in the background; an earlier judgement that is under way ends.
    pub(crate) fn judge(&self) {
        // From now on: what was judged last is no longer what holds.
        self.tell(Action::Working(Work::Judging { done: 0, total: 0 }));
        let turn = self.inner.judging.begin();
        let this = self.clone();
        self.outside.spawn(async move {
            this.judge_to_end(turn).await;
        });
    }

    /// `None` when another judgement has overtaken this one.
    async fn judge_to_end(&self, turn: Turn) -> Option<()> {
        turn.still()?;
        let state = self.state();
        let present = state.facts.known().and_then(|facts| facts.present.clone());
        let present = present
            .map(|present| present.authorities)
            .unwrap_or_default();
        let at = self.day(&state);
        self.revive();
        self.reading.borrow_mut().for_judging();
        let progress = |Progress { done, total }| {
            if turn.is_mine() {
                self.tell(Action::Working(Work::Judging { done, total }));
            }
        };
        let question = judged::question(&present, &state.draft, at);
        drop(state);
        let answer = match self.engine.judge(question, progress).await {
            Ok(answer) => answer?,
            Err(lost) => {
                self.recover(lost);
                return None;
            }
        };
        turn.still()?;
        let known = &self.state().draft.strangers;
        let strangers = stranger::seen(&answer.after, known);
        if strangers != *known {
            self.decide(Decision::Strangers(strangers));
        }
        let left = self.reading.borrow().work();
        self.tell(Action::Judged(Rc::new(Judged::new(answer)), left));
        Some(())
    }

    /// Who gets in with another bundle than the one that is judged for: the verdicts on what was given against what
    /// `change` puts in the place of the bundle as it is. Nothing of it is kept. `None` while something is being
    /// judged, or when nothing was asked.
    pub(crate) async fn foresee(
        &self,
        change: impl FnOnce(Question) -> Option<Question>,
    ) -> Option<View> {
        let state = self.state();
        if state.work != Work::Idle {
            return None;
        }
        let present = state.facts.known().and_then(|facts| facts.present.clone());
        let present = present.map(|present| present.authorities);
        let at = self.day(&state);
        let question = judged::question(&present.unwrap_or_default(), &state.draft, at);
        // Whoever needs the engine next hears of it if it has ended.
        let answer = self.engine.judge(change(question)?, |_| ()).await.ok()?;
        answer?.before
    }

    /// The moment that verdicts hold for.
    fn day(&self, state: &State) -> Timestamp {
        state
            .draft
            .day
            .map_or_else(self.outside.now, Timestamp::from_unix)
    }

    /// Says that the engine has ended. It goes on with the certificates of the draft when the person
    /// says so; keys are gone with it.
    pub(crate) fn recover(&self, lost: Lost) {
        if lost == Lost::GivenUp {
            return;
        }
        self.inner.has_ended.set(true);
        let stopped = self.reading.borrow_mut().stop();
        self.tell(Action::Ended(Some(lost)));
        self.tell(Action::Working(stopped));
    }

    /// Gives an engine that was started anew the certificates of the draft.
    pub(crate) fn revive(&self) {
        if !self.inner.has_ended.take() {
            return;
        }
        self.tell(Action::Ended(None));
        self.begin_engine_anew(&self.state().draft);
    }

    /// Has the engine forget everything, and gives it the certificates of a draft.
    fn begin_engine_anew(&self, draft: &Draft) {
        let begun = self.engine.begin_anew(reading::to_engine(&draft.files));
        self.outside.spawn(async move {
            // What asks next hears of it if the engine has ended.
            let _ = begun.await;
        });
    }
}

#[cfg(test)]
mod tests;
