//! Whether users can log in yet, from what the clusters say.

use std::rc::Rc;

use atlas::apply::{ClusterProgress, Phase};
use yew::prelude::*;

use crate::{
    setup::{
        clusters,
        desk::Desk,
        state::{Loaded, State},
        trouble,
    },
    ui::icon::{Icon, icon},
    words,
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
    let known = known(state);
    html! {
        <section aria-labelledby="ready" class="standing">
            { match known {
                None => html! { <h2 id="ready">{ "Asking the clusters" }</h2> },
                Some(known) => verdict(known),
            } }
            if let Some(unfinished) = unfinished(state) { <p>{ unfinished }</p> }
            if let Some(why) = failed { { trouble::failure(why, None) } }
            if let Some(known) = known.filter(|known| !known.is_empty()) {
                { clusters::list(known) }
                { clusters::what_they_tell() }
            }
            if state.applying {
                <p class="quiet fine" role="status">{ "They are asked again every few seconds." }</p>
            } else {
                <p class="actions">
                    <button type="button" class="button button-small" onclick={again}
                        disabled={state.clusters.is_loading()}>{ "Ask again" }</button>
                </p>
            }
        </section>
    }
}

/// The newest answer: of the run that is under way, else of the last question, else of the last run.
fn known(state: &State) -> Option<&[ClusterProgress]> {
    let of_run = state
        .draft
        .apply
        .as_ref()
        .map(atlas::apply::Apply::clusters)
        .filter(|clusters| !clusters.is_empty());
    let asked = state.clusters.known().map(|known| known.as_slice());
    if state.applying {
        of_run.or(asked)
    } else {
        asked.or(of_run)
    }
}

fn verdict(clusters: &[ClusterProgress]) -> Html {
    let waiting = clusters::not_ready(clusters);
    if clusters.is_empty() {
        return html! {
            <>
                <h2 id="ready" class="standing-head">{ "There is no cluster yet" }</h2>
                <p>{ "Your users can log in to the clusters that you make in this project." }</p>
            </>
        };
    }
    if waiting.is_empty() {
        return html! {
            <h2 id="ready" class="standing-head good">
                { icon(Icon::Check) }<span>{ "Your users can log in" }</span>
            </h2>
        };
    }
    html! {
        <>
            <h2 id="ready" class="standing-head attention">
                { icon(Icon::Attention) }<span>{ "Not everywhere yet" }</span>
            </h2>
            <p>
                { words::list(&waiting) }
                { if waiting.len() == 1 { " is" } else { " are" } }
                { " still taking the last change up. Until then a new user cannot log in there." }
            </p>
        </>
    }
}

/// That the plan is not carried out to its end.
fn unfinished(state: &State) -> Option<&'static str> {
    match state.draft.apply.as_ref()?.phase() {
        Phase::Finished | Phase::Waiting { .. } => None,
        _ => Some(
            "The plan is not carried out to its end: see the step Apply. Below are the users that \
             Atlas has.",
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn an_answer_is_taken_from_where_it_is_newest() {
        let cluster = |name: &str| ClusterProgress {
            name: name.to_owned(),
            state: None,
            change: None,
            paused: false,
        };
        let mut state = State::default();
        assert_eq!(known(&state), None);
        state.clusters = Loaded::Yes(Rc::new(vec![cluster("asked")]));
        for applying in [false, true] {
            state.applying = applying;
            assert_eq!(known(&state).unwrap()[0].name, "asked");
        }
    }
}
