//! The steps of the wizard, in their order. A new step is its address in `route.rs`, a file, and an entry
//! here.

use yew::prelude::*;

use super::{
    WAYS, access, apply, authorities, clients, finish, review,
    step::{Entry, Missing, Onward},
};
use crate::{
    entrance::{connect::Connect, project::ChooseProject},
    review::problems,
    route::Step,
    session::state::State,
    ui::later::later,
    visit::Visit,
};

pub(super) const STEPS: &[Entry] = &[
    Entry {
        step: Step::Connect,
        name: "Connect",
        heading: |_| "Connect to Atlas",
        render: |props| html! { <Connect ..props.clone() /> },
        missing: |_| None,
        problems: problems::connection,
        is_done: |state| state.connection.known().is_some() && !state.launch_token_refused,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Project,
        name: "Project",
        heading: |_| "Choose the project",
        render: |props| PROJECT.render(props),
        missing: needs_connection,
        problems: problems::project,
        is_done: |state| problems::project(state).is_empty(),
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Authorities,
        name: "Authorities",
        heading: |_| "Whose certificates the project trusts",
        render: |props| AUTHORITIES.render(props),
        missing: needs_project,
        problems: problems::bundle,
        is_done: authorities::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Clients,
        name: "Client certificates",
        heading: |_| "Client certificates and their user names",
        render: |props| CLIENTS.render(props),
        missing: needs_project,
        problems: problems::clients,
        is_done: clients::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Access,
        name: "Access",
        heading: |_| "What the users may do",
        render: |props| ACCESS.render(props),
        missing: needs_project,
        problems: problems::users,
        is_done: access::is_done,
        onward: Onward::Continue,
    },
    Entry {
        step: Step::Review,
        name: "Review",
        heading: |_| "Check what will change",
        render: |props| REVIEW.render(props),
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: review::is_done,
        onward: Onward::Within,
    },
    Entry {
        step: Step::Apply,
        name: "Apply",
        heading: |_| "Apply the changes",
        render: |props| APPLY.render(props),
        missing: needs_apply,
        problems: |_| Vec::new(),
        is_done: apply::is_done,
        onward: Onward::Own,
    },
    Entry {
        step: Step::Finish,
        name: "Finish",
        heading: finish::heading,
        render: |props| FINISH.render(props),
        missing: needs_project,
        problems: |_| Vec::new(),
        is_done: |_| false,
        onward: Onward::Own,
    },
];

later! { PROJECT, project in steps: Visit = |props| html! { <ChooseProject visit={props.clone()} ways={&WAYS} /> } }
later! { AUTHORITIES, authorities in steps: Visit = |props| html! { <authorities::Authorities ..props.clone() /> } }
later! { CLIENTS, clients in steps: Visit = |props| html! { <clients::Clients ..props.clone() /> } }
later! { ACCESS, access in steps: Visit = |props| html! { <access::Access ..props.clone() /> } }
later! { REVIEW, review in steps: Visit = |props| html! { <review::Review ..props.clone() /> } }
later! { APPLY, apply in steps: Visit = |props| html! { <apply::Apply ..props.clone() /> } }
later! { FINISH, finish in steps: Visit = |props| html! { <finish::Finish ..props.clone() /> } }

/// Loads what the steps need, so that it is there when the person comes to them. They are in one file.
pub(super) fn load_ahead() {
    PROJECT.load_ahead();
}

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

    use std::rc::Rc;

    use serde_json::{from_value, json};

    use super::*;
    use crate::{
        certificates::work::Work,
        change::fixture,
        session::state::{Connection, Loaded},
    };

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
