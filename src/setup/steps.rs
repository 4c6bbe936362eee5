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
    /// What is to be done in it.
    pub(super) heading: &'static str,
    pub(super) render: fn(&StepProps) -> Html,
    /// What has to come before: the step where it is done, and a sentence. `None`: it can be
    /// entered.
    pub(super) missing: fn(&State) -> Option<Missing>,
    /// What stands in the way of going on; empty: nothing.
    pub(super) problems: fn(&State) -> Vec<Problem>,
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
        heading: "Connect to Atlas",
        render: |props| html! { <connect::Connect ..props.clone() /> },
        missing: |_| None,
        problems: connect::problems,
        is_done: |state| state.connection.known().is_some(),
        onward: Onward::Continue,
    },
    Step {
        name: "Project",
        path: "/setup/project",
        heading: "Choose the project",
        render: |props| html! { <project::ChooseProject ..props.clone() /> },
        missing: needs_connection,
        problems: project::problems,
        is_done: |state| state.draft.project.is_some(),
        onward: Onward::Continue,
    },
    Step {
        name: "Authorities",
        path: "/setup/authorities",
        heading: "Whose certificates the project trusts",
        render: |props| html! { <authorities::Authorities ..props.clone() /> },
        missing: needs_project,
        problems: authorities::problems,
        is_done: authorities::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Client certificates",
        path: "/setup/clients",
        heading: "Client certificates and their user names",
        render: |props| html! { <clients::Clients ..props.clone() /> },
        missing: needs_project,
        problems: clients::problems,
        is_done: clients::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Access",
        path: "/setup/access",
        heading: "What the users may do",
        render: |props| html! { <access::Access ..props.clone() /> },
        missing: needs_project,
        problems: access::problems,
        is_done: access::is_done,
        onward: Onward::Continue,
    },
    Step {
        name: "Review",
        path: "/setup/review",
        heading: "Check what will change",
        render: |props| html! { <review::Review ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: |state| state.draft.apply.is_some(),
        onward: Onward::Within,
    },
    Step {
        name: "Apply",
        path: "/setup/apply",
        heading: "Apply the changes",
        render: |props| html! { <apply::Apply ..props.clone() /> },
        missing: needs_apply,
        problems: |_| Vec::new(),
        is_done: apply::is_done,
        onward: Onward::Own,
    },
    Step {
        name: "Finish",
        path: "/setup/finish",
        heading: "Log in with your certificates",
        render: |props| html! { <finish::Finish ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: |_| false,
        onward: Onward::Own,
    },
];

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
    use super::*;
    use crate::setup::ADDRESSES;

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
