//! Whether users can log in yet, and what the clusters say.

use std::rc::Rc;

use atlas::apply::Phase;
use yew::prelude::*;

use super::super::WAYS;
use crate::{
    review::{checklist, clusters, trouble},
    session::{
        desk::Desk,
        state::{Loaded, State},
    },
};

#[derive(PartialEq, Properties)]
pub(super) struct ReadyProps {
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
    pub(super) here: bool,
}

#[component]
pub(super) fn Ready(props: &ReadyProps) -> Html {
    let state = &props.state;
    {
        let (desk, ask) = (
            props.desk.clone(),
            props.here && !state.applying && matches!(state.clusters, Loaded::No),
        );
        use_effect_with(ask, move |ask| {
            if *ask {
                desk.ask_clusters();
            }
        });
    }
    let again = {
        let desk = props.desk.clone();
        Callback::from(move |_: MouseEvent| desk.ask_clusters())
    };
    let failed = match &state.clusters {
        Loaded::Failed(why) if !state.applying => Some(why),
        _ => None,
    };
    let known = checklist::asked(state).filter(|known| !known.is_empty());
    html! {
        <>
            { checklist::checklist(state, &WAYS) }
            if let Some(unfinished) = unfinished(state) { <p>{ unfinished }</p> }
            if let Some(why) = failed { { trouble::failure(why, None) } }
            if let Some(known) = known {
                { clusters::list(known) }
                { clusters::what_they_tell() }
            }
            if state.applying {
                <p class="quiet fine" role="status">{ "We ask the clusters again every few seconds." }</p>
            } else {
                <p class="actions">
                    <button type="button" class="button button-small" onclick={again}
                        disabled={state.clusters.is_loading()}>{ "Check again" }</button>
                </p>
            }
        </>
    }
}

/// That the changes are not all made.
fn unfinished(state: &State) -> Option<&'static str> {
    match state.draft.apply.as_ref()?.phase() {
        Phase::Finished | Phase::Waiting { .. } => None,
        _ => Some(
            "Not all changes are made yet: see the step Apply. The users below are those that Atlas has.",
        ),
    }
}
