//! Has done what takes time: asks Atlas, and the engine.
//!
//! Everything the steps do goes through here; the outcome is told to the state. The service account's
//! secret lives here, in memory; private keys live in the engine ([`super::reading`]).

use std::{cell::RefCell, rc::Rc};

use atlas::{
    error::Explanation,
    oauth::ServiceAccount,
    types::{Project, ProjectId},
};
use pki::{Timestamp, message::Progress};
use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use super::{
    asking,
    reading::{self, Reading},
    run::Carrying,
    state::{Action, Connection, State},
    storage,
};
use crate::{
    api::{Client, Config, Http, launch},
    browser,
    certificates::work::Work,
    change::{
        draft::{Draft, Placed},
        judged::{self, Judged},
        stranger,
    },
    engine::{Engine, Lost},
};

#[derive(Clone)]
pub(crate) struct Desk {
    inner: Rc<RefCell<Inner>>,
    pub(crate) carrying: Rc<Carrying>,
    pub(crate) reading: Rc<RefCell<Reading>>,
    pub(crate) engine: Engine,
    dispatch: UseReducerDispatcher<State>,
}

#[derive(Default)]
struct Inner {
    /// The state as it was rendered last.
    state: Rc<State>,
    client: Option<Client>,
    /// Counts readings of the project: one that was overtaken by another ends without a word.
    facts: u32,
    /// Counts judgements: one that was overtaken by another ends without a word.
    judgement: u32,
    /// Whether the engine has ended and knows nothing of the draft any more.
    has_ended: bool,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Desk {
    pub(crate) fn new(dispatch: UseReducerDispatcher<State>) -> Self {
        Self {
            inner: Rc::default(),
            carrying: Rc::default(),
            reading: Rc::default(),
            engine: Engine::default(),
            dispatch,
        }
    }

    /// Shows the desk the state that was just rendered.
    pub(crate) fn see(&self, state: &Rc<State>) {
        self.inner.borrow_mut().state = Rc::clone(state);
    }

    pub(crate) fn state(&self) -> Rc<State> {
        Rc::clone(&self.inner.borrow().state)
    }

    /// Speaks to Atlas, once there is a connection.
    pub(crate) fn client(&self) -> Option<Client> {
        self.inner.borrow().client.clone()
    }

    pub(crate) fn tell(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Changes the draft, where no certificate has to be judged anew.
    pub(crate) fn edit(&self, change: impl FnOnce(&mut Draft) + 'static) {
        self.tell(Action::Edit(Box::new(change)));
    }

    /// Changes the draft and judges anew.
    pub(crate) fn edit_and_judge(&self, change: impl FnOnce(&mut Draft) + 'static) {
        self.edit(change);
        self.judge();
    }

    /// Takes up what was kept in the tab, and asks the page's server what it is.
    pub(crate) fn begin(&self) {
        let this = self.clone();
        self.engine.watch(move |lost| this.recover(lost));
        self.engine.warm_up();
        if let Some(draft) = storage::draft() {
            self.take_up(draft);
        }
        self.find_atlas();
    }

    /// Asks the page's server what it is, and connects if it holds the credential.
    pub(crate) fn find_atlas(&self) {
        let this = self.clone();
        spawn_local(async move {
            let config = Config::read().await;
            this.tell(Action::Config(config.clone()));
            if let Ok(config) = config
                && config.credential == crate::api::config::Holder::Gateway
            {
                this.connect(None).await;
            }
        });
    }

    /// Goes on from a draft that was kept, in place of the present one.
    pub(crate) fn take_up(&self, draft: Draft) {
        self.give_up_run();
        self.overtake_facts();
        self.take_up_progress(draft.apply.as_ref());
        self.reading.borrow_mut().begin_anew();
        self.inner.borrow_mut().has_ended = false;
        self.tell(Action::Ended(None));
        self.begin_engine_anew(&draft);
        self.tell(Action::ForgetUnread);
        self.edit_and_judge(move |now| *now = draft);
    }

    /// Goes on from a draft that was saved as a file.
    pub(crate) fn go_on_from(&self, draft: Draft) {
        self.take_up(draft);
        self.refresh();
    }

    /// Connects to Atlas, with the service account of the person where the page has to hold it, and
    /// reads the project anew if one is chosen.
    pub(crate) async fn connect(&self, account: Option<ServiceAccount>) {
        let Some(config) = self.state_config().await else {
            return;
        };
        self.tell(Action::Connecting);
        let http = Http::new((*config).clone(), account);
        let client = Client::new(http);
        let answer = Self::greet(&client).await;
        if self.note_refusal(answer.as_ref().err()) {
            return;
        }
        let connected = answer.is_ok();
        self.inner.borrow_mut().client = connected.then_some(client);
        self.tell(Action::Connected(answer));
        if connected && self.latest().await.draft.project.is_some() {
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
        spawn_local(async move {
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
            self.overtake_facts();
        }
        // Against nothing at first, for the bundle of the project before is not this one's.
        self.edit_and_judge(move |draft| draft.choose_project(project));
        self.refresh();
    }

    /// Whether this is the project that is worked on.
    pub(crate) fn is_chosen(&self, project: &ProjectId) -> bool {
        self.state().project() == Some(project)
    }

    /// Reads anew what Atlas has.
    pub(crate) fn refresh(&self) {
        let this = self.clone();
        spawn_local(async move {
            this.read_facts().await;
        });
    }

    /// Reads what Atlas has in the chosen project, and judges against the bundle it has.
    pub(crate) async fn read_facts(&self) {
        let state = self.latest().await;
        let (Some(client), Some(project)) = (self.client(), state.draft.project.clone()) else {
            return;
        };
        let number = self.overtake_facts();
        self.tell(Action::ReadingFacts);
        let answer = asking::of_project(&client, &self.engine, &project).await;
        if self.inner.borrow().facts != number {
            return;
        }
        if self.note_refusal(answer.as_ref().err()) {
            return;
        }
        self.tell(Action::Facts(Box::new(answer)));
        self.judge();
    }

    /// From now on no answer about an earlier project, or to an earlier question, is taken.
    fn overtake_facts(&self) -> u32 {
        let mut inner = self.inner.borrow_mut();
        inner.facts += 1;
        inner.facts
    }

    /// Stops reading and judging. What was read is kept.
    pub(crate) fn stop(&self) {
        let stopped = self.reading.borrow_mut().stop();
        self.engine.stop();
        self.inner.borrow_mut().judgement += 1;
        self.tell(Action::Working(stopped));
    }

    /// Puts a certificate elsewhere, and judges anew.
    pub(crate) fn place(&self, sha256: String, placed: Placed) {
        self.edit_and_judge(move |draft| {
            draft.placed.insert(sha256, placed);
        });
    }

    /// Forgets everything that was decided and given. Atlas keeps what it has.
    pub(crate) fn start_over(&self) {
        self.take_up(Draft::default());
    }

    /// Saves the one PEM a driver wants of this client, with its private key, if the key was given
    /// since the page was loaded.
    pub(crate) fn save_client_pem(&self, client: usize, name: &str) {
        let (this, name) = (self.clone(), name.to_owned());
        spawn_local(async move {
            if let Err(lost) = this.engine.save_joined_pem(client, &name).await {
                this.recover(lost);
            }
        });
    }

    /// Judges everything anew, in the background; an earlier judgement that is under way ends.
    pub(crate) fn judge(&self) {
        // From now on: what was judged last is no longer what holds.
        self.tell(Action::Working(Work::Judging { done: 0, total: 0 }));
        let number = {
            let mut inner = self.inner.borrow_mut();
            inner.judgement += 1;
            inner.judgement
        };
        let this = self.clone();
        spawn_local(async move {
            this.judge_to_end(number).await;
        });
    }

    /// `None` when another judgement has overtaken this one.
    async fn judge_to_end(&self, number: u32) -> Option<()> {
        let state = self.latest().await;
        let present = state.facts.known().and_then(|facts| facts.present.clone());
        let present = present
            .map(|present| present.authorities)
            .unwrap_or_default();
        let at = state
            .draft
            .day
            .map_or_else(browser::now, Timestamp::from_unix);
        self.is_judging(number)?;
        self.revive();
        self.reading.borrow_mut().for_judging();
        let progress = |Progress { done, total }| {
            if self.is_judging(number).is_some() {
                self.tell(Action::Working(Work::Judging { done, total }));
            }
        };
        let question = judged::question(&present, &state.draft, at);
        let answer = match self.engine.judge(question, progress).await {
            Ok(answer) => answer?,
            Err(lost) => {
                self.recover(lost);
                return None;
            }
        };
        self.is_judging(number)?;
        let known = &self.state().draft.strangers;
        let strangers = stranger::seen(&answer.after, known);
        if strangers != *known {
            self.edit(move |draft| draft.strangers = strangers);
        }
        let left = self.reading.borrow().work();
        self.tell(Action::Judged(Rc::new(Judged::new(answer)), left));
        Some(())
    }

    /// Says that the engine has ended. It goes on with the certificates of the draft when the person
    /// says so; keys are gone with it.
    pub(crate) fn recover(&self, lost: Lost) {
        if lost == Lost::GivenUp {
            return;
        }
        self.inner.borrow_mut().has_ended = true;
        let stopped = self.reading.borrow_mut().stop();
        self.tell(Action::Ended(Some(lost)));
        self.tell(Action::Working(stopped));
    }

    /// Gives an engine that was started anew the certificates of the draft.
    pub(crate) fn revive(&self) {
        if !std::mem::take(&mut self.inner.borrow_mut().has_ended) {
            return;
        }
        self.tell(Action::Ended(None));
        self.begin_engine_anew(&self.state().draft);
    }

    /// Has the engine forget everything, and gives it the certificates of a draft.
    fn begin_engine_anew(&self, draft: &Draft) {
        let begun = self.engine.begin_anew(reading::to_engine(&draft.files));
        spawn_local(async move {
            // What asks next hears of it if the engine has ended.
            let _ = begun.await;
        });
    }

    /// `None` when another judgement has begun.
    fn is_judging(&self, judgement: u32) -> Option<()> {
        (self.inner.borrow().judgement == judgement).then_some(())
    }

    /// The state after everything that was told before has been rendered.
    pub(crate) async fn latest(&self) -> Rc<State> {
        browser::yield_now().await;
        self.state()
    }

    async fn state_config(&self) -> Option<Rc<Config>> {
        self.latest().await.config.known().cloned()
    }
}
