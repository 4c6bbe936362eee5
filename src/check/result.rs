//! The verdict: headline, what it rests on, the clients, and what stands beside them.

use std::rc::Rc;

use pki::report::Role;
use yew::prelude::*;

use super::{
    authorities::Authorities,
    desk::Desk,
    mover,
    profile::Profile,
    start,
    state::{Action, State},
};
use crate::{
    browser,
    certificates::{
        client::Extras,
        clients::Clients,
        findings::Findings,
        found::{Filter, Found},
        keys, work,
    },
    ui::file_drop::FileDrop,
    words,
};

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
    found.counts()
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
            { work::unread(&state.unread) }
            <div class="columns">
                <Judged found={found.clone()} filter={state.filter.clone()} shown={state.shown}
                    desk={desk.clone()} />
                <div class="aside">
                    <Authorities found={found.clone()} desk={desk.clone()} />
                    <Findings found={found.clone()} />
                    { keys::keys(found) }
                    { keys::files(found) }
                </div>
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct JudgedProps {
    found: Rc<Found>,
    filter: Filter,
    shown: usize,
    desk: Desk,
}

/// The clients, with what can be done with one here.
#[component]
fn Judged(props: &JudgedProps) -> Html {
    let desk = &props.desk;
    let onfilter = use_callback(desk.clone(), |filter, desk: &Desk| {
        desk.tell(Action::ShowOnly(filter));
    });
    let onmore = use_callback(desk.clone(), |(), desk: &Desk| desk.tell(Action::ShowMore));
    let extras = use_memo((props.found.clone(), desk.clone()), |(found, desk)| {
        Extras {
            place: "check",
            about: Callback::from(|_| Html::default()),
            actions: {
                let (found, desk) = (found.clone(), desk.clone());
                Callback::from(move |index| make_pem(&found, index, &desk))
            },
            foot: {
                let (found, desk) = (found.clone(), desk.clone());
                Callback::from(move |index| {
                    let leaf = found.client(index).1.leaf;
                    leaf.map(|leaf| mover::mover(&found, leaf, &desk))
                        .unwrap_or_default()
                })
            },
        }
    });
    html! {
        <Clients found={props.found.clone()} filter={props.filter.clone()} shown={props.shown}
            {onfilter} {onmore} extras={(*extras).clone()} />
    }
}

fn make_pem(found: &Found, index: usize, desk: &Desk) -> Html {
    let (_, details) = found.client(index);
    if details.key.is_none() {
        return Html::default();
    }
    let (desk, name) = (desk.clone(), words::pem_file_name(&details.title));
    html! {
        <button type="button" class="link" onclick={move |_| desk.save_client_pem(index, &name)}>
            { "Make its PEM" }
        </button>
    }
}
