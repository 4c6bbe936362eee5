//! Switching self-managed X.509 off: every authority is taken out of the bundle.

use yew::prelude::*;

use super::deciding::deciding;
use crate::{
    change::{
        bundle::{Comparison, Row},
        decision::Decision,
        facts::Facts,
    },
    session::desk::Desk,
    ui::icon::{Icon, icon},
    words,
};

/// What it means once everything is taken out.
pub(crate) fn verdict(facts: Option<&Facts>) -> Html {
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

/// Puts every authority back.
pub(crate) fn put_back(desk: &Desk) -> Html {
    let onclick = deciding::<MouseEvent>(desk, Decision::PutAllBack);
    html! {
        <p class="actions">
            <button type="button" class="button" {onclick}>{ "Put every authority back" }</button>
        </p>
    }
}

/// Takes every authority out.
pub(crate) fn take_out(comparison: &Comparison, desk: &Desk) -> Callback<MouseEvent> {
    let rows = comparison.rows();
    let all = rows.into_iter().map(Row::concerned).collect();
    deciding(desk, Decision::LeaveAllOut(all))
}
