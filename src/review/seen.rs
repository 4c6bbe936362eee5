//! When somebody was at a cluster last, and why they were refused, in words.

use atlas::history::{Histories, Reason, Seen};
use pki::Timestamp;
use yew::prelude::*;

use crate::{
    session::{desk::Desk, state::Loaded},
    ui::{disclosure::Disclosure, prose::prose},
    visit::Visit,
    words,
};

/// Has the access histories read as soon as the project is known.
#[hook]
pub(crate) fn use_histories(visit: &Visit) {
    let state = &visit.state;
    let asks = visit.here && state.facts.known().is_some() && matches!(state.histories, Loaded::No);
    let desk = visit.desk.clone();
    use_effect_with(asks, move |asks| {
        if *asks {
            desk.ask_histories();
        }
    });
}

/// `29 November 2026, 10:15 UTC`.
pub(crate) fn moment(at: Option<i64>) -> String {
    at.map_or_else(
        || "a moment that we can't read".to_owned(),
        |at| words::moment(Timestamp::from_unix(at)),
    )
}

/// `29 November 2026, 10:15 UTC, on orders, from 203.0.113.21`.
pub(crate) fn sentence(seen: &Seen) -> String {
    let from = if seen.address.is_empty() {
        String::new()
    } else {
        format!(", from {}", seen.address)
    };
    format!("{}, on {}{from}", moment(seen.at), seen.cluster)
}

/// What a server's words mean, and the words themselves.
pub(crate) fn reason(words: &str) -> Html {
    let reason = Reason::of(words);
    let said = words.to_owned();
    let content = Callback::from(move |()| {
        let reason = Reason::of(&said);
        html! { <>
            <p>{ reason.what }{ " " }{ reason.means }</p>
            <p><strong>{ "What to do: " }</strong>{ prose(reason.then) }</p>
            if !said.is_empty() {
                <p class="fine quiet">{ "In the server's words: " }<code class="name">{ &said }</code></p>
            }
        </> }
    });
    let summary = html! { { reason.short } };
    html! { <Disclosure class="fine" {summary} {content} /> }
}

/// Why nothing is known of some clusters, each for itself, and a way to read all again.
pub(crate) fn unread(histories: &Loaded<Histories>, desk: &Desk) -> Html {
    let again = {
        let desk = desk.clone();
        move |_: MouseEvent| desk.ask_histories()
    };
    if histories.known().is_none() {
        return html! { <p class="fine quiet" role="status">{ "Reading who logged in lately." }</p> };
    }
    html! {
        <div class="histories-read">
            <p class="fine quiet" role="status">
                if histories.is_loading() {
                    { "Reading who logged in lately." }
                } else {
                    { "Logins and refusals of the last seven days, as Atlas tells them. " }
                    <button type="button" class="link" onclick={again}>{ "Read again" }</button>
                }
            </p>
            { unread_clusters(histories) }
        </div>
    }
}

/// Why nothing is known of some clusters, each for itself.
pub(crate) fn unread_clusters(histories: &Loaded<Histories>) -> Html {
    let clusters = histories.known().map_or(&[][..], |known| &known.clusters);
    let failed: Vec<Html> = clusters
        .iter()
        .filter_map(|(name, history)| Some((name, history.as_ref().err()?)))
        .map(|(name, why)| html! { <li key={name.clone()}>{ &why.what }{ " " }{ &why.next }</li> })
        .collect();
    if failed.is_empty() {
        return Html::default();
    }
    html! { <ul class="plain fine quiet">{ for failed }</ul> }
}
