//! What happened: why a client was refused, who came to the clusters, and who changed what.

mod attempts;
mod events;
mod why;

use yew::prelude::*;

use crate::{
    review::{seen, trouble},
    session::state::Loaded,
    visit::Visit,
};
use attempts::Attempts;
use events::Events;
use why::WhyRefused;

#[component]
pub(crate) fn History(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    seen::use_histories(props);
    use_asked(props);
    if let Err(instead) = trouble::facts(state, desk) {
        return instead;
    }
    html! {
        <>
            <WhyRefused visit={props.clone()} />
            <section aria-labelledby="attempts">
                <h2 id="attempts">{ "Logins and refusals" }</h2>
                { seen::unread(&state.histories, desk) }
                if let Some(histories) = state.histories.known() {
                    <Attempts histories={histories.clone()} />
                }
            </section>
            <section aria-labelledby="events">
                <h2 id="events">{ "Changes" }</h2>
                <Events events={state.events.clone()} desk={desk.clone()} />
            </section>
        </>
    }
}

/// Asks whether the clusters have taken up the last change, and who changed what.
#[hook]
fn use_asked(visit: &Visit) {
    let state = &visit.state;
    let asks = visit.here && state.facts.known().is_some() && !state.applying;
    let clusters = asks && matches!(state.clusters, Loaded::No);
    let events = asks && matches!(state.events, Loaded::No);
    let desk = visit.desk.clone();
    use_effect_with((clusters, events), move |(clusters, events)| {
        if *clusters {
            desk.ask_clusters();
        }
        if *events {
            desk.ask_events();
        }
    });
}
