//! Step.

use yew::prelude::*;

use super::{
    state::State,
    steps::{Problem, StepProps},
};

#[component]
pub(super) fn Clients(_props: &StepProps) -> Html {
    html! { <p>{ "" }</p> }
}

pub(super) fn problems(_state: &State) -> Vec<Problem> {
    Vec::new()
}

pub(super) fn is_done(_state: &State) -> bool {
    false
}
