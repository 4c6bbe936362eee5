//! Switching self-managed X.509 off: every authority is taken out of the bundle.

use yew::prelude::*;

use crate::{
    change::{
        bundle::{Comparison, Row},
        decision::Decision,
        facts::Facts,
    },
    review::deciding::deciding,
    session::desk::Desk,
    ui::{
        disclosure::Disclosure,
        icon::{Icon, icon},
    },
    words,
};

/// What it means once everything is taken out.
pub(super) fn verdict(facts: Option<&Facts>) -> Html {
    let users = facts.map_or(0, |facts| facts.self_managed().len());
    html! {
        <p class="verdict bad">
            { icon(Icon::Cross) }
            <span>
                <strong>{ "This switches self-managed X.509 off." }</strong>
                { " Nobody can log in with a certificate of your own CA any more" }
                if users > 0 { { format!(": {} here", words::count(users, "user", "users")) } }
                { ". The users stay in Atlas, and you can put the bundle back later." }
                if let Some(restarts) = facts.and_then(Facts::restarts) { { " " }{ restarts } }
            </span>
        </p>
    }
}

/// The ways to and from there.
pub(super) fn switch(comparison: &Comparison, desk: &Desk) -> Html {
    if comparison.present.is_empty() {
        return Html::default();
    }
    if comparison.is_off {
        let onclick = deciding::<MouseEvent>(desk, Decision::PutAllBack);
        return html! {
            <p class="actions">
                <button type="button" class="button" {onclick}>{ "Put every authority back" }</button>
            </p>
        };
    }
    let rows = comparison.rows();
    let all = rows.into_iter().map(Row::concerned).collect();
    let onclick = deciding::<MouseEvent>(desk, Decision::LeaveAllOut(all));
    let content = Callback::from(move |()| {
        let onclick = onclick.clone();
        html! {
            <>
                <p class="fine">
                    { "Without a bundle no client gets in with a certificate of your own CA. Nothing is sent \
                       yet: the step Review shows what would happen and asks for the project's name." }
                </p>
                <p class="actions">
                    <button type="button" class="button button-small" {onclick}>{ "Take every authority out" }</button>
                </p>
            </>
        }
    });
    html! { <Disclosure class="fine" summary={html! { { "Switch self-managed X.509 off" } }} {content} /> }
}
