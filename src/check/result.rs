//! The verdict: headline, what it rests on, the clients, and what stands beside them.

use std::rc::Rc;

use pki::report::Role;
use yew::prelude::*;

use super::{
    authorities::Authorities,
    clients::Clients,
    desk::Desk,
    findings::Findings,
    found::Found,
    keys,
    profile::Profile,
    start,
    state::{Outcome, State},
};
use crate::{browser, ui::file_drop::FileDrop, words};

/// `1 accepted, 1 refused`; without clients, what there is instead.
pub(super) fn headline(found: &Found) -> String {
    if found.clients() == 0 {
        let authorities = found.certificates_of(Role::Authority).len();
        return match authorities {
            0 => "No certificate found".to_owned(),
            n => format!(
                "{}, no client certificate yet",
                words::count(n, "authority", "authorities")
            ),
        };
    }
    let parts: Vec<String> = [
        (Outcome::Accepted, "accepted"),
        (Outcome::Refused, "refused"),
        (Outcome::Undetermined, "undetermined"),
    ]
    .into_iter()
    .map(|(outcome, word)| (found.count(outcome), word))
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| format!("{} {word}", words::grouped(count as u64)))
    .collect();
    parts.join(", ")
}

/// What was read, for when it was judged, and what can be done with the whole of it.
pub(super) fn lead(state: &State, found: &Rc<Found>, desk: &Desk) -> Html {
    html! { <Lead found={found.clone()} day={state.day} desk={desk.clone()} /> }
}

#[derive(PartialEq, Properties)]
struct LeadProps {
    found: Rc<Found>,
    day: Option<pki::Timestamp>,
    desk: Desk,
}

#[component]
fn Lead(props: &LeadProps) -> Html {
    let choosing = use_state_eq(|| false);
    let found = &props.found;
    let report = &found.view.report;
    let day = match props.day {
        None => format!("today, {}", words::date(report.at)),
        Some(day) => words::moment(day),
    };
    let level = match report.level {
        super::engine::LEVEL => String::new(),
        other => format!(" and security level {other}"),
    };
    let toggle = {
        let choosing = choosing.clone();
        move |_| choosing.set(!*choosing)
    };
    let close = {
        let choosing = choosing.setter();
        Callback::from(move |()| choosing.set(false))
    };
    let save = {
        let found = found.clone();
        move |_| {
            // The report is plain data whose keys are strings, which always has a JSON form.
            if let Ok(json) = serde_json::to_vec_pretty(&found.view.report) {
                browser::save("x509-report.json", "application/json", &json);
            }
        }
    };
    let start_over = {
        let desk = props.desk.clone();
        move |_| desk.start_over()
    };
    html! {
        <>
            <p class="lead">
                { words::count(found.view.files.len(), "file", "files") }
                { ", " }
                { words::count(found.view.certificates.len(), "certificate", "certificates") }
                { format!(". Judged for {day}{level}; nothing has left this page.") }
            </p>
            <p class="actions">
                <button type="button" class="link" onclick={toggle}
                    aria-expanded={choosing.to_string()} aria-controls="profile">
                    { "Another day" }
                </button>
                <button type="button" class="link" onclick={save}>{ "Save report" }</button>
                <button type="button" class="link" onclick={|_| browser::print()}>{ "Print" }</button>
                <button type="button" class="link" onclick={start_over}>{ "Start over" }</button>
            </p>
            <div id="profile">
                if *choosing {
                    <Profile found={found.clone()} day={props.day} desk={props.desk.clone()} onclose={close} />
                }
            </div>
        </>
    }
}

/// The zone for more files, the clients, and what their verdicts rest on.
pub(super) fn result(state: &State, found: &Rc<Found>, desk: &Desk, here: bool) -> Html {
    html! {
        <>
            <FileDrop button="Add files" small=true active={here} ongiven={start::give(desk)}
                hint="or drop or paste more certificates anywhere on this page" />
            { start::unread(&state.unread) }
            <div class="columns">
                <Clients found={found.clone()} filter={state.filter.clone()} shown={state.shown}
                    desk={desk.clone()} />
                <div class="aside">
                    <Authorities found={found.clone()} desk={desk.clone()} />
                    <Findings found={found.clone()} />
                    { keys::keys(found, desk) }
                    { keys::files(found) }
                </div>
            </div>
        </>
    }
}
