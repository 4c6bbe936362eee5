//! The steps of the wizard, in their order. A new step is a file and a line here.

use yew::prelude::*;

use super::{
    access, apply, authorities, clients, connect, desk::Desk, finish, project, review, state::State,
};
use std::rc::Rc;

/// What a step is told.
#[derive(Clone, PartialEq, Properties)]
pub(super) struct StepProps {
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
    /// Whether the person is here: only then are drops taken.
    pub(super) here: bool,
}

pub(super) struct Step {
    /// In the list of steps.
    pub(super) name: &'static str,
    pub(super) path: &'static str,
    /// What is to be done in it, as things stand.
    pub(super) heading: fn(&State) -> &'static str,
    pub(super) render: fn(&StepProps) -> Html,
    /// What has to come before: the step where it is done, and a sentence. `None`: it can be
    /// entered.
    pub(super) missing: fn(&State) -> Option<Missing>,
    /// What stands in the way of going on; empty: nothing.
    pub(super) problems: fn(&State) -> Vec<Problem>,
    /// Whether what is to be done in it is done, and still holds. A tick needs that the person was
    /// there, too ([`has_tick`]).
    pub(super) is_done: fn(&State) -> bool,
    /// What leads on.
    pub(super) onward: Onward,
}

/// What leads on from a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Onward {
    /// A button called Continue.
    Continue,
    /// Something of the step's own, with a way back below it.
    Own,
    /// Something of the step's own, with the way back beside it.
    Within,
}

/// What has to come before a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    pub(super) what: &'static str,
    pub(super) step: &'static str,
}

/// Something that stands in the way, and the element of the page where it can be mended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) text: String,
    /// The id of that element.
    pub(super) field: &'static str,
    /// Whether it goes away by itself, so that one only has to wait.
    pub(super) passes: bool,
}

impl Problem {
    /// Somebody has to do something.
    pub(super) fn new(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            field,
            passes: false,
        }
    }

    /// It passes.
    pub(super) fn passing(field: &'static str, text: impl Into<String>) -> Self {
        Self {
            passes: true,
            ..Self::new(field, text)
        }
    }
}

/// How a step can be left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Free,
    /// As soon as what is under way is done.
    Wait,
    /// Somebody has to do something first.
    Blocked,
}

impl Way {
    pub(super) fn of(problems: &[Problem]) -> Self {
        if problems.is_empty() {
            Self::Free
        } else if problems.iter().all(|problem| problem.passes) {
            Self::Wait
        } else {
            Self::Blocked
        }
    }
}

pub(super) const STEPS: &[Step] = &[
    Step {
        name: "Connect",
        path: "/setup/connect",
        heading: |_| "Connect to Atlas",
        render: |props| html! { <connect::Connect ..props.clone() /> },
        missing: |_| None,
        problems: connect::problems,
        is_done: |state| state.connection.known().is_some() && !state.launch_token_refused,
        onward: Onward::Continue,
    },
    Step {
        name: "Project",
        path: "/setup/project",
        heading: |_| "Choose the project",
        render: |props| html! { <project::ChooseProject ..props.clone() /> },
        missing: needs_connection,
        problems: project::problems,
        is_done: |state| project::problems(state).is_empty(),
        onward: Onward::Continue,
    },
    Step {
        name: "Authorities",
        path: "/setup/authorities",
        heading: |_| "Whose certificates the project trusts",
        render: |props| html! { <authorities::Authorities ..props.clone() /> },
        missing: needs_project,
        problems: authorities::problems,
        is_done: authorities::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Client certificates",
        path: "/setup/clients",
        heading: |_| "Client certificates and their user names",
        render: |props| html! { <clients::Clients ..props.clone() /> },
        missing: needs_project,
        problems: clients::problems,
        is_done: clients::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Access",
        path: "/setup/access",
        heading: |_| "What the users may do",
        render: |props| html! { <access::Access ..props.clone() /> },
        missing: needs_project,
        problems: access::problems,
        is_done: access::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Review",
        path: "/setup/review",
        heading: |_| "Check what will change",
        render: |props| html! { <review::Review ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: review::is_done,
        onward: Onward::Within,
    },
    Step {
        name: "Apply",
        path: "/setup/apply",
        heading: |_| "Apply the changes",
        render: |props| html! { <apply::Apply ..props.clone() /> },
        missing: needs_apply,
        problems: |_| Vec::new(),
        is_done: apply::is_done,
        onward: Onward::Own,
    },
    Step {
        name: "Finish",
        path: "/setup/finish",
        heading: finish::heading,
        render: |props| html! { <finish::Finish ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: |_| false,
        onward: Onward::Own,
    },
];

/// Where a project is chosen.
pub(super) const PROJECT: &str = "/setup/project";

/// Whether a step is shown as done: the person was there, and what was done still holds.
pub(super) fn has_tick(step: usize, state: &State) -> bool {
    state.seen.contains(&step) && (STEPS[step].is_done)(state)
}

/// The step at `path`, as an index into [`STEPS`]; the first one for an address nobody knows.
pub(super) fn at(path: &str) -> usize {
    STEPS.iter().position(|step| step.path == path).unwrap_or(0)
}

fn needs_connection(state: &State) -> Option<Missing> {
    state.connection.known().is_none().then_some(Missing {
        what: "There is no connection to Atlas yet.",
        step: "/setup/connect",
    })
}

fn needs_project(state: &State) -> Option<Missing> {
    needs_connection(state).or_else(|| {
        state.draft.project.is_none().then_some(Missing {
            what: "No project is chosen yet.",
            step: "/setup/project",
        })
    })
}

fn needs_apply(state: &State) -> Option<Missing> {
    needs_project(state).or_else(|| {
        state.draft.apply.is_none().then_some(Missing {
            what: "Nothing is being applied. Check first what will change.",
            step: "/setup/review",
        })
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::{from_value, json};

    use super::*;
    use crate::{
        certificates::work::Work,
        setup::{
            ADDRESSES, fixture,
            state::{Connection, Loaded},
        },
    };

    #[test]
    fn a_step_waits_only_as_long_as_nobody_has_to_do_anything() {
        let (passing, lasting) = (Problem::passing("f", "a"), Problem::new("f", "b"));
        for (problems, way) in [
            (vec![], Way::Free),
            (vec![passing.clone()], Way::Wait),
            (vec![lasting.clone()], Way::Blocked),
            (vec![passing, lasting], Way::Blocked),
        ] {
            assert_eq!(Way::of(&problems), way, "{problems:?}");
        }
    }

    #[test]
    fn every_step_has_an_address_of_its_own_below_the_place() {
        assert_eq!(STEPS.len(), ADDRESSES.len());
        for (index, step) in STEPS.iter().enumerate() {
            assert_eq!(step.path, ADDRESSES[index], "{}", step.name);
            assert_eq!(at(step.path), index, "{}", step.path);
        }
    }

    #[test]
    fn only_a_step_that_was_gone_through_and_still_holds_has_a_tick() {
        let mut state = State::default();
        let ticks = |state: &State| {
            let steps = 0..STEPS.len();
            steps
                .filter(|step| has_tick(*step, state))
                .collect::<Vec<_>>()
        };
        let connection = Connection {
            status: from_value(json!({ "throttling": false })).unwrap(),
            projects: Vec::new(),
        };
        state.connection = Loaded::Yes(Rc::new(connection));
        state.judged = Some(Rc::new(fixture::judged(&[("CN=a", true)], &["A"])));
        assert_eq!(ticks(&state), [0; 0], "nobody was anywhere");
        state.seen = (0..STEPS.len()).collect();
        assert_eq!(ticks(&state), [0, 3], "no project is read");
        state.launch_token_refused = true;
        assert_eq!(ticks(&state), [3], "the gateway is gone");
        state.work = Work::Judging { done: 0, total: 1 };
        assert_eq!(ticks(&state), [0; 0], "what was judged is not what holds");
    }

    #[test]
    fn what_is_missing_leads_to_an_earlier_step_that_can_be_entered() {
        let state = State::default();
        for (index, step) in STEPS.iter().enumerate() {
            if let Some(missing) = (step.missing)(&state) {
                let earlier = at(missing.step);
                assert!(earlier < index, "{}", step.name);
                assert!((STEPS[earlier].missing)(&state).is_none(), "{}", step.name);
            }
        }
    }
}
