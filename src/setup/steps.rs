//! The steps of the wizard, in their order. A new step is its address in `route.rs`, a file, and an entry
//! here.

use yew::prelude::*;

use super::{access, apply, authorities, clients, connect, finish, project, review};
use crate::{
    change::problem::Problem,
    route::Step,
    session::{desk::Desk, state::State},
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

/// A step, as the wizard treats it.
pub(super) struct Entry {
    pub(super) step: Step,
    /// In the list of steps.
    pub(super) name: &'static str,
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
    pub(super) step: Step,
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

pub(super) const STEPS: &[Entry] = &[
    Entry {
        step: Step::Connect,
        name: "Connect",
        heading: |_| "Connect to Atlas",
        render: |props| html! { <connect::Connect ..props.clone() /> },
        missing: |_| None,
        problems: connect::problems,
        is_done: |state| state.connection.known().is_some() && !state.launch_token_refused,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Project,
        name: "Project",
        heading: |_| "Choose the project",
        render: |props| html! { <project::ChooseProject ..props.clone() /> },
        missing: needs_connection,
        problems: project::problems,
        is_done: |state| project::problems(state).is_empty(),
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Authorities,
        name: "Authorities",
        heading: |_| "Whose certificates the project trusts",
        render: |props| html! { <authorities::Authorities ..props.clone() /> },
        missing: needs_project,
        problems: authorities::problems,
        is_done: authorities::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Clients,
        name: "Client certificates",
        heading: |_| "Client certificates and their user names",
        render: |props| html! { <clients::Clients ..props.clone() /> },
        missing: needs_project,
        problems: clients::problems,
        is_done: clients::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Access,
        name: "Access",
        heading: |_| "What the users may do",
        render: |props| html! { <access::Access ..props.clone() /> },
        missing: needs_project,
        problems: access::problems,
        is_done: access::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Review,
        name: "Review",
        heading: |_| "Check what will change",
        render: |props| html! { <review::Review ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: review::is_done,
        onward: Onward::Within,
    },
    Entry {
        step: Step::Apply,
        name: "Apply",
        heading: |_| "Apply the changes",
        render: |props| html! { <apply::Apply ..props.clone() /> },
        missing: needs_apply,
        problems: |_| Vec::new(),
        is_done: apply::is_done,
        onward: Onward::Own,
    },
    Entry {
        step: Step::Finish,
        name: "Finish",
        heading: finish::heading,
        render: |props| html! { <finish::Finish ..props.clone() /> },
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: |_| false,
        onward: Onward::Own,
    },
];

/// Whether a step is shown as done: the person was there, and what was done still holds.
pub(super) fn has_tick(step: Step, state: &State) -> bool {
    state.seen.contains(&step) && (entry(step).is_done)(state)
}

/// What a step is to the wizard.
pub(super) fn entry(step: Step) -> &'static Entry {
    // A test holds the entries to the order of the steps.
    &STEPS[step as usize]
}

/// The step before this one.
pub(super) fn before(step: Step) -> Option<Step> {
    (step as usize)
        .checked_sub(1)
        .map(|index| STEPS[index].step)
}

/// The step after this one.
pub(super) fn after(step: Step) -> Option<Step> {
    STEPS.get(step as usize + 1).map(|entry| entry.step)
}

fn needs_connection(state: &State) -> Option<Missing> {
    state.connection.known().is_none().then_some(Missing {
        what: "There is no connection to Atlas yet.",
        step: Step::Connect,
    })
}

fn needs_project(state: &State) -> Option<Missing> {
    needs_connection(state).or_else(|| {
        state.draft.project.is_none().then_some(Missing {
            what: "No project is chosen yet.",
            step: Step::Project,
        })
    })
}

fn needs_apply(state: &State) -> Option<Missing> {
    needs_project(state).or_else(|| {
        state.draft.apply.is_none().then_some(Missing {
            what: "Nothing is being applied. Check first what will change.",
            step: Step::Review,
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
        change::fixture,
        session::state::{Connection, Loaded},
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
    fn every_step_has_its_entry_in_their_order() {
        let steps: Vec<Step> = STEPS.iter().map(|entry| entry.step).collect();
        assert_eq!(steps, Step::ALL);
        for (index, step) in Step::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, index);
        }
    }

    #[test]
    fn only_a_step_that_was_gone_through_and_still_holds_has_a_tick() {
        let mut state = State::default();
        let ticks = |state: &State| {
            let steps = Step::ALL.into_iter();
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
        assert_eq!(ticks(&state), [], "nobody was anywhere");
        state.seen = Step::ALL.into();
        assert_eq!(
            ticks(&state),
            [Step::Connect, Step::Clients],
            "no project is read"
        );
        state.launch_token_refused = true;
        assert_eq!(ticks(&state), [Step::Clients], "the gateway is gone");
        state.work = Work::Judging { done: 0, total: 1 };
        assert_eq!(ticks(&state), [], "what was judged is not what holds");
    }

    #[test]
    fn what_is_missing_leads_to_an_earlier_step_that_can_be_entered() {
        let state = State::default();
        for entry in STEPS {
            if let Some(missing) = (entry.missing)(&state) {
                assert!(missing.step < entry.step, "{}", entry.name);
                let earlier = super::entry(missing.step);
                assert!((earlier.missing)(&state).is_none(), "{}", entry.name);
            }
        }
    }
}
