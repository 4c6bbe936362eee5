//! What a step is to the wizard.

use yew::prelude::*;

use crate::{change::problem::Problem, route::Step, session::state::State, visit::Visit};

/// A step, as the wizard treats it.
pub(super) struct Entry {
    pub(super) step: Step,
    /// In the list of steps.
    pub(super) name: &'static str,
    /// What is to be done in it, as things stand.
    pub(super) heading: fn(&State) -> &'static str,
    pub(super) render: fn(&Visit) -> Html,
    /// What has to come before: the step where it is done, and a sentence. `None`: it can be
    /// entered.
    pub(super) missing: fn(&State) -> Option<Missing>,
    /// What stands in the way of going on; empty: nothing.
    pub(super) problems: fn(&State) -> Vec<Problem>,
    /// Whether what is to be done in it is done, and still holds. A tick needs that the person was
    /// there, too (`steps::has_tick`).
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

#[cfg(test)]
mod tests {
    use super::*;

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
}
