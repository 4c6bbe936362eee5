//! Step 6: every change as it will be made, and the button that applies them ([`Panel`]).

use yew::prelude::*;

use super::WAYS;
use crate::{
    address::{Link, go},
    change::outlook::{self, UnderWay},
    review::{panel::Panel, problems},
    route::{Route, Step},
    session::state::State,
    visit::Visit,
};

const BEFORE: Route = Route::Setup(Step::Access);

#[component]
pub(super) fn Review(props: &Visit) -> Html {
    let planned = props.state.outlook.planned.as_ref();
    let obstacles = problems::obstacles(&props.state, planned.map(|planned| &*planned.plan), &WAYS);
    let onbegun = Callback::from(|()| go(WAYS.run.route));
    html! {
        <Panel visit={props.clone()} ways={&WAYS} {obstacles} {onbegun} begun_at={WAYS.run.route}
            back={html! { <Link to={BEFORE}>{ "Back" }</Link> }} />
    }
}

/// Whether what was agreed to is all that was decided: it is being applied, or Atlas has it.
pub(super) fn is_done(state: &State) -> bool {
    match outlook::under_way(state.draft.apply.as_ref(), state.applying) {
        UnderWay::No => state.draft.apply.is_some() && state.outlook.is_in_atlas(),
        UnderWay::Running | UnderWay::Unfinished => true,
    }
}
