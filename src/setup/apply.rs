//! Step 7: carries the plan out and shows how far it has come ([`Run`]).

use atlas::apply::{Apply as Carried, Phase};
use yew::prelude::*;

use super::WAYS;
use crate::{review::run::Run, session::state::State, visit::Visit};

#[component]
pub(super) fn Apply(props: &Visit) -> Html {
    let Some(apply) = props.state.draft.apply.as_ref() else {
        return Html::default();
    };
    html! { <Run apply={apply.clone()} visit={props.clone()} ways={&WAYS} /> }
}

/// Whether everything that was agreed upon is in Atlas, and nothing else was decided since.
pub(super) fn is_done(state: &State) -> bool {
    match state.draft.apply.as_ref().map(Carried::phase) {
        Some(Phase::Waiting { .. }) => true,
        Some(Phase::Finished) => state.outlook.is_in_atlas(),
        _ => false,
    }
}
