//! What a session with Atlas knows, and how each happening changes it.
//!
//! Plain data, and one function for all happenings. What a person decides is the [`Draft`]; the rest comes from Atlas or
//! from judging the certificates, and can be had again. What takes time is done by the desk
//! ([`super::desk`]).

use std::{collections::BTreeSet, rc::Rc};

use atlas::{
    apply::{Apply, ClusterProgress, Phase},
    error::Explanation,
    history::Histories,
    plan::Authority,
    types::{Event, Project, ProjectId, SystemStatus},
};

use super::storage::{self, Store};
use crate::{
    api::Config,
    certificates::work::{Unread, Work},
    change::{
        decision::Decision, draft::Draft, facts::Facts, judged::Judged, outlook::Outlook, wanted,
    },
    engine::Lost,
    route::Step,
};

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct State {
    /// Shared, for it holds the certificates and the state is copied with every happening.
    pub(crate) draft: Rc<Draft>,
    pub(crate) config: Loaded<Config>,
    pub(crate) connection: Loaded<Connection>,
    /// What Atlas has in the chosen project.
    pub(crate) facts: Loaded<Facts>,
    /// The verdicts, from when the certificates were judged last.
    pub(crate) judged: Option<Rc<Judged>>,
    /// What follows from these three.
    pub(crate) outlook: Rc<Outlook>,
    pub(crate) work: Work,
    /// Files that were not read.
    pub(crate) unread: Vec<Unread>,
    /// The engine has ended, and goes on when the person says so.
    pub(crate) ended: Option<Lost>,
    /// The gateway was started anew and wants its new address.
    pub(crate) launch_token_refused: bool,
    /// The draft does not fit into the tab's storage, or there is none.
    pub(crate) not_kept: bool,
    /// Whether the plan is being carried out at this moment.
    pub(crate) applying: bool,
    /// Whether the clusters have taken up the last change, when they were asked outside of a run.
    pub(crate) clusters: Loaded<Vec<ClusterProgress>>,
    /// What was done about self-managed X.509 and database users, as far back as Atlas tells.
    pub(crate) events: Loaded<Vec<Event>>,
    /// Who came to the clusters lately, and who was refused.
    pub(crate) histories: Loaded<Histories>,
    /// Making or changing the alert that warns of an authority about to expire.
    pub(crate) alert: Loaded<Done>,
    /// The steps where the person has been.
    pub(crate) seen: BTreeSet<Step>,
    /// The files of which the last reload lost something.
    pub(crate) lost: Vec<String>,
}

impl State {
    /// Goes on from where the person was before a reload.
    pub(crate) fn begin(store: &dyn Store) -> Self {
        Self {
            seen: storage::seen(store),
            lost: storage::lost(store),
            ..Self::default()
        }
    }

    /// The project that is worked on.
    pub(crate) fn project(&self) -> Option<&ProjectId> {
        self.draft.project.as_ref().map(|project| &project.id)
    }

    /// Why nothing can be written to the project from here, in a sentence; `None`: it can be tried. A role that
    /// is too low is known by what it may not read.
    pub(crate) fn cannot_write(&self) -> Option<&'static str> {
        if self.config.known().is_some_and(|config| config.read_only) {
            return Some("The gateway was started with --read-only. Start it without to do that.");
        }
        let facts = self.facts.known()?;
        facts
            .role_too_low()
            .map(|_| "That needs Project Owner of this project or Organization Owner.")
    }

    /// The authorities that the project trusts now, as far as they could be read.
    pub(crate) fn authorities(&self) -> &[Authority] {
        let facts = self.facts.known();
        let present = facts.and_then(|facts| facts.present.as_ref());
        present.map_or(&[], |present| &present.authorities)
    }

    /// Tells the draft which users Atlas has now, before what it had before is forgotten.
    fn see_users(&mut self, answer: &Result<Facts, Explanation>) {
        let Ok(now) = answer else { return };
        if now.users.is_err() {
            return;
        }
        let before = self.facts.known().cloned();
        let had = |name: &str| {
            let before = before.as_ref()?.self_managed();
            before.get(name).map(|user| wanted::of(user))
        };
        Rc::make_mut(&mut self.draft).see_users(now.self_managed().into_keys(), had);
    }

    /// Sees to it that the outlook is about what is known now.
    fn look(&mut self) {
        let (judged, facts) = (self.judged.as_ref(), self.facts.known());
        if let Some(outlook) = self.outlook.renewed(&self.draft, judged, facts) {
            self.outlook = Rc::new(outlook);
        }
    }

    /// Whether a run is in the middle of changing something. Asking the clusters afterwards is not.
    pub(crate) fn is_changing_atlas(&self) -> bool {
        let phase = self.draft.apply.as_ref().map(Apply::phase);
        self.applying && phase == Some(&Phase::Running)
    }
}

/// Something that is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Loaded<T> {
    #[default]
    No,
    /// Asked for; what there was before stays on the screen.
    Loading(Option<Rc<T>>),
    Failed(Explanation),
    Yes(Rc<T>),
}

impl<T> Loaded<T> {
    /// What is known, also while it is asked for anew.
    pub(crate) fn known(&self) -> Option<&Rc<T>> {
        match self {
            Self::Yes(known) | Self::Loading(Some(known)) => Some(known),
            _ => None,
        }
    }

    pub(crate) fn is_loading(&self) -> bool {
        matches!(self, Self::Loading(_))
    }

    fn loading(&self) -> Self {
        Self::Loading(self.known().cloned())
    }
}

/// Atlas has answered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Connection {
    pub(crate) status: SystemStatus,
    /// By name.
    pub(crate) projects: Vec<Project>,
}

/// What was done about that alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Created,
    Changed,
}

/// A happening.
#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    Config(Result<Config, Explanation>),
    Connecting,
    Connected(Result<Connection, Explanation>),
    ReadingFacts,
    Facts(Box<Result<Facts, Explanation>>),
    Working(Work),
    NotRead(Unread),
    ForgetUnread,
    Ended(Option<Lost>),
    /// The verdicts, and what is left to do beside judging.
    Judged(Rc<Judged>, Work),
    LaunchTokenRefused(bool),
    NotKept(bool),
    Applying(bool),
    AskingClusters,
    Clusters(Result<Vec<ClusterProgress>, Explanation>),
    AskingEvents,
    Events(Result<Vec<Event>, Explanation>),
    AskingHistories,
    Histories(Box<Histories>),
    MakingAlert,
    Alert(Result<Done, Explanation>),
    /// The person is in this step.
    At(Step),
    /// Something was decided.
    Decide(Decision),
}

impl State {
    /// The state after something has happened.
    pub(crate) fn after(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match action {
            Action::Config(answer) => next.config = answer.into(),
            Action::Connecting => next.connection = next.connection.loading(),
            Action::Connected(answer) => next.connection = answer.into(),
            Action::ReadingFacts => next.facts = next.facts.loading(),
            Action::Facts(answer) => {
                next.see_users(&answer);
                next.facts = (*answer).into();
                next.look();
            }
            Action::Working(work) => next.work = work,
            Action::NotRead(unread) => next.unread.push(unread),
            Action::ForgetUnread => next.unread.clear(),
            Action::Ended(lost) => next.ended = lost,
            Action::Judged(judged, left) => {
                next.work = left;
                next.judged = Some(judged);
                next.look();
            }
            Action::LaunchTokenRefused(refused) => next.launch_token_refused = refused,
            Action::NotKept(not_kept) => next.not_kept = not_kept,
            Action::Applying(applying) => next.applying = applying,
            Action::AskingClusters => next.clusters = next.clusters.loading(),
            Action::Clusters(answer) => next.clusters = answer.into(),
            Action::AskingEvents => next.events = next.events.loading(),
            Action::Events(answer) => next.events = answer.into(),
            Action::AskingHistories => next.histories = next.histories.loading(),
            Action::Histories(read) => next.histories = Loaded::Yes(Rc::new(*read)),
            Action::MakingAlert => next.alert = next.alert.loading(),
            Action::Alert(answer) => next.alert = answer.into(),
            Action::At(step) => {
                next.seen.insert(step);
            }
            Action::Decide(decision) => {
                let before = next.project().cloned();
                Rc::make_mut(&mut next.draft).decide(decision);
                if next.draft.is_empty() {
                    next.lost.clear();
                }
                if next.project() != before.as_ref() {
                    next.facts = Loaded::No;
                    next.clusters = Loaded::No;
                    next.events = Loaded::No;
                    next.histories = Loaded::No;
                    next.alert = Loaded::No;
                    // After a reload the project comes back; what was seen was seen of it.
                    if before.is_some() {
                        next.seen.retain(|step| *step <= Step::Project);
                    }
                }
                next.look();
            }
        }
        Rc::new(next)
    }
}

impl<T> From<Result<T, Explanation>> for Loaded<T> {
    fn from(answer: Result<T, Explanation>) -> Self {
        match answer {
            Ok(known) => Self::Yes(Rc::new(known)),
            Err(why) => Self::Failed(why),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    fn project(id: char) -> Project {
        let json = serde_json::json!({ "id": id.to_string().repeat(24), "name": "P" });
        serde_json::from_value(json).unwrap()
    }

    fn after(state: State, actions: impl IntoIterator<Item = Action>) -> Rc<State> {
        actions.into_iter().fold(Rc::new(state), State::after)
    }

    fn choose(id: char) -> Action {
        Action::Decide(Decision::ChooseProject(Box::new(project(id))))
    }

    #[test]
    fn what_was_asked_about_a_project_does_not_go_for_another() {
        let nothing = Decision::TakeUp(Box::default());
        let cases = [
            (choose('a'), true, "the same again"),
            (
                Action::Decide(Decision::JudgeFor(Some(0))),
                true,
                "nothing about the project",
            ),
            (choose('b'), false, "another"),
            (Action::Decide(nothing), false, "none"),
        ];
        for (change, stays, note) in cases {
            let chosen = after(
                State::default(),
                [
                    choose('a'),
                    Action::ReadingFacts,
                    Action::AskingClusters,
                    Action::AskingEvents,
                    Action::AskingHistories,
                    Action::MakingAlert,
                ],
            );
            let state = after(Rc::unwrap_or_clone(chosen), [change]);
            let loading = [
                state.facts.is_loading(),
                state.clusters.is_loading(),
                state.events.is_loading(),
                state.histories.is_loading(),
                state.alert.is_loading(),
            ];
            assert_eq!(loading, [stays; 5], "{note}");
        }
    }

    #[test]
    fn what_was_seen_of_a_project_was_not_seen_of_another() {
        let seen = |state: &State| state.seen.iter().copied().collect::<Vec<_>>();
        let state = after(
            State::default(),
            [
                Action::At(Step::Connect),
                Action::At(Step::Clients),
                choose('a'),
                Action::At(Step::Review),
            ],
        );
        assert_eq!(seen(&state), [Step::Connect, Step::Clients, Step::Review]);
        let other = choose('b');
        assert_eq!(
            seen(&after(Rc::unwrap_or_clone(state), [other])),
            [Step::Connect]
        );
    }
}
