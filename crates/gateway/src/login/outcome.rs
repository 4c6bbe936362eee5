//! What came of a login, as plain data: what is printed is made of it, and its JSON is described by
//! `docs/login.schema.json`.

use serde::Serialize;

use super::situation::{Situation, Step};

/// The version of the form. It changes when a reader of the old form would misread it.
pub(super) const SCHEMA: u32 = 1;

/// Everything that is known of one login.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome {
    /// [`SCHEMA`].
    pub(super) schema: u32,
    /// Whether the client got in and has a role.
    pub(super) logged_in: bool,
    /// The client's file.
    pub(super) file: String,
    /// The user name, by which the cluster looks for the user; the server's own answer once there is one.
    pub(super) username: Option<String>,
    /// What the user may do, as `role@database`.
    pub(super) roles: Vec<String>,
    /// One entry for each step, in their order.
    pub(super) steps: Vec<Taken>,
    /// Where it stopped.
    pub(super) stopped: Option<Stopped>,
    /// What `check` says of the client, where authorities were given.
    pub(super) check: Option<Verdict>,
    /// What else is good to know.
    pub(super) notes: Vec<String>,
}

/// A step, and how far it came.
#[derive(Debug, Serialize)]
pub(super) struct Taken {
    pub(super) step: Step,
    pub(super) state: State,
    /// What was found.
    pub(super) found: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Done,
    Stopped,
    NotReached,
}

/// A situation that a login came into.
#[derive(Debug, Serialize)]
pub(super) struct Stopped {
    pub(super) id: &'static str,
    pub(super) step: Step,
    pub(super) message: &'static str,
    /// What was seen of it: words of the server's, of the driver's, of the system's.
    pub(super) seen: Option<String>,
    pub(super) meaning: &'static str,
    pub(super) fix: &'static str,
    pub(super) command: Option<String>,
}

/// What `check` says.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Verdict {
    /// `None` when it is undetermined.
    pub(super) accepted: Option<bool>,
    pub(super) reasons: Vec<Reason>,
    pub(super) mongod_logs: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub(super) message: String,
    pub(super) fix: String,
}

/// Why a step was the last.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) situation: &'static Situation,
    pub(super) seen: Option<String>,
    pub(super) command: Option<String>,
}

impl Stop {
    /// What was seen says it in the words of whoever said it.
    pub(super) fn seen(situation: &'static Situation, seen: impl Into<String>) -> Self {
        Self {
            situation,
            seen: Some(pki::words::cut(seen.into(), LONGEST)),
            command: None,
        }
    }

    pub(super) fn command(mut self, command: String) -> Self {
        self.command = Some(command);
        self
    }
}

/// As much as somebody reads of a driver's words, which list every server.
const LONGEST: usize = 800;

impl From<&'static Situation> for Stop {
    fn from(situation: &'static Situation) -> Self {
        Self {
            situation,
            seen: None,
            command: None,
        }
    }
}

/// What is found on the way, step by step.
#[derive(Debug, Default)]
pub(super) struct Way {
    pub(super) done: Vec<(Step, String)>,
    pub(super) notes: Vec<String>,
    pub(super) username: Option<String>,
    pub(super) roles: Vec<String>,
}

impl Way {
    pub(super) fn done(&mut self, step: Step, found: impl Into<String>) {
        self.done.push((step, found.into()));
    }

    pub(super) fn outcome(
        self,
        file: String,
        end: Result<(), Stop>,
        check: Option<Verdict>,
    ) -> Outcome {
        let mut done = self.done;
        let stopped = end.err();
        let at = stopped.as_ref().map(|stop| stop.situation.step);
        let steps = Step::ALL.into_iter().map(|step| {
            let found = done.iter().position(|(it, _)| *it == step);
            let found = found.map(|index| done.remove(index).1);
            let state = match &found {
                _ if at == Some(step) => State::Stopped,
                Some(_) => State::Done,
                None => State::NotReached,
            };
            Taken { step, state, found }
        });
        Outcome {
            schema: SCHEMA,
            logged_in: stopped.is_none(),
            file,
            username: self.username,
            roles: self.roles,
            steps: steps.collect(),
            stopped: stopped.map(|stop| Stopped {
                id: stop.situation.id,
                step: stop.situation.step,
                message: stop.situation.is,
                seen: stop.seen,
                meaning: stop.situation.means,
                fix: stop.situation.then,
                command: stop.command,
            }),
            check,
            notes: self.notes,
        }
    }
}

impl Outcome {
    /// As `check` has it: 0 when all is well, 1 when it is not, 2 when the question was wrong or a file
    /// can't be used.
    pub(super) fn status(&self) -> u8 {
        match &self.stopped {
            None => 0,
            Some(stopped) if stopped.step <= Step::File => crate::execute::USAGE_ERROR,
            Some(_) => 1,
        }
    }
}
