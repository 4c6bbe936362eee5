//! Step 4: the client certificates, judged against the bundle as it will be, and their user names.

mod about;
mod aside;
mod drivers;
mod lookalikes;

use std::rc::Rc;

use yew::prelude::*;

use super::authorities::{give, not_read, open, progress, take_away};
use crate::{
    address::Link,
    certificates::{
        client::Extras,
        clients::{Clients as ClientList, PAGE},
        found::{Filter, Outcome},
        keys,
    },
    change::{
        decision::Decision,
        draft::Placed,
        facts::Facts,
        judged::{Change, Judged},
    },
    review::{asked, deciding::deciding, problems},
    route::{Route, Step},
    session::{desk::Desk, state::State},
    ui::{
        alert::{Tone, alert},
        copy_button::CopyButton,
        file_drop::FileDrop,
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

#[component]
pub(super) fn Clients(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    html! {
        <>
            <p class="lead">
                { "Each is judged against the bundle as it will be. The server makes the user name out of \
                   the certificate, letter by letter, so nobody has to type it." }
            </p>
            <FileDrop button="Choose files" active={props.here} ongiven={give(desk)}
                small={state.judged.as_ref().is_some_and(|judged| judged.after.clients() > 0)}
                hint="or drop or paste client certificates anywhere on this page, with or without their \
                      keys. A key never leaves this tab." />
            { progress(state, desk) }
            { not_read(state, desk) }
            if let Some(judged) = &state.judged {
                { summary(state, judged) }
                if let Some(asked) = &state.outlook.asked_of_clients {
                    { asked::view(asked, &state.draft, desk) }
                }
                <lookalikes::Lookalikes pairs={Rc::clone(&state.outlook.look_alikes)} facts={state.facts.known().cloned()}
                    draft={Rc::clone(&state.draft)} desk={desk.clone()} />
                <Judgements judged={Rc::clone(judged)} facts={state.facts.known().cloned()}
                    desk={desk.clone()} />
                <aside::Aside judged={Rc::clone(judged)} desk={desk.clone()} />
                { keys::unlock("setup", keys::locked(&judged.after), &open(desk)) }
                { keys::files(&judged.after, &take_away(desk)) }
            }
        </>
    }
}

pub(super) fn is_done(state: &State) -> bool {
    let clients = state.judged.as_ref().map(|judged| judged.after.clients());
    clients.is_some_and(|clients| clients > 0) && problems::clients(state).is_empty()
}

/// How the clients stand altogether, and what follows from it.
fn summary(state: &State, judged: &Judged) -> Html {
    let found = &judged.after;
    if found.clients() == 0 {
        return html! {
            <p class="quiet">
                { "You don't need any: go on without one, and only the bundle changes. You can add users \
                   another day." }
            </p>
        };
    }
    let refused = found.clients() - found.count(Outcome::Accepted);
    // Those that are of use: nobody logs in with the name of a client that is refused.
    let names: Vec<&str> = state
        .outlook
        .names
        .iter()
        .filter(|user| user.accepted)
        .map(|user| &*user.name)
        .collect();
    let sign = if refused == 0 {
        Icon::Check
    } else {
        Icon::Attention
    };
    html! {
        <>
            <div class="tally" role="status" id="clients-summary" tabindex="-1">
                <span class={if refused == 0 { "good" } else { "left-attention" }}>{ icon(sign) }</span>
                <strong>{ found.counts() }</strong>
                if names.len() > 1 {
                    <span class="quiet fine">{ words::count(names.len(), "user name", "user names") }</span>
                    <CopyButton text={names.join("\n")} what="the user names of the clients that get in, a line each" />
                }
            </div>
            if let Some(text) = about::for_all(judged, state.facts.known().map(|facts| &**facts)) {
                <p>{ text }</p>
            }
            if found.view.clients.iter().any(|client| client.key.is_none()) {
                <p class="fine quiet">
                    { "You don't need private keys here. If you add one, the last step can save the one PEM that \
                       drivers want (the certificate, what it must send along, its key). A reload of the page \
                       forgets keys: add their files again then." }
                </p>
            }
            { drivers::what_they_want() }
            if state.draft.day.is_some() {
                <p class="fine quiet">
                    { format!("Judged for {}, not for today. ", words::date(found.report.at)) }
                    <Link to={Route::Setup(Step::Authorities)}>{ "Change the day under Authorities" }</Link>
                </p>
            }
            if refused > 0 {
                { alert(Tone::Attention, html! { <p>
                    <strong>{ format!("We won't make a user for {}",
                        match refused {
                            1 => "the client that can't log in,".to_owned(),
                            n => format!("the {} clients that can't log in,", words::grouped(n as u64)),
                        }) }</strong>
                    { " unless you ask for it in the step Access. If you have a certificate issued again with the \
                       same subject, its user name stays the same." }
                </p> }) }
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct JudgementsProps {
    judged: Rc<Judged>,
    facts: Option<Rc<Facts>>,
    desk: Desk,
}

/// A card for each client, with what can be done with one here.
#[component]
fn Judgements(props: &JudgementsProps) -> Html {
    let filter = use_state_eq(Filter::default);
    let shown = use_state_eq(|| PAGE);
    let onfilter = {
        let (filter, shown) = (filter.setter(), shown.setter());
        Callback::from(move |chosen| {
            filter.set(chosen);
            shown.set(PAGE);
        })
    };
    let onmore = {
        let (shown, now) = (shown.setter(), *shown);
        Callback::from(move |()| shown.set(now + PAGE))
    };
    let extras = {
        let known = (
            props.judged.clone(),
            props.facts.clone(),
            props.desk.clone(),
        );
        use_memo(known, |(judged, facts, desk)| {
            extras(judged, facts.as_ref(), desk)
        })
    };
    html! {
        <ClientList found={Rc::clone(&props.judged.after)} filter={(*filter).clone()} shown={*shown}
            {onfilter} {onmore} extras={(*extras).clone()} />
    }
}

fn extras(judged: &Rc<Judged>, facts: Option<&Rc<Facts>>, desk: &Desk) -> Extras {
    let changes: Rc<[Option<Change>]> = judged.changes().into();
    let about = {
        let (judged, facts) = (Rc::clone(judged), facts.cloned());
        let same = about::Same::of(&judged, facts.as_deref());
        Callback::from(move |client: usize| {
            about::about(&judged, client, changes[client], facts.as_deref(), same)
        })
    };
    let place = |label: &'static str, placed: Placed, is_fixed: bool| {
        let (judged, desk) = (Rc::clone(judged), desk.clone());
        Callback::from(move |client: usize| {
            let (leaf, details) = judged.after.client(client);
            let Some(sha256) = leaf.leaf else {
                return Html::default();
            };
            let onclick =
                deciding::<MouseEvent>(&desk, Decision::Place(sha256.to_string(), placed));
            let button = html! {
                <button type="button" class="link" {onclick}>
                    { label }<span class="unseen">{ format!(" {}", details.title) }</span>
                </button>
            };
            if is_fixed {
                html! { <p class="actions">{ button }</p> }
            } else {
                button
            }
        })
    };
    Extras {
        place: "setup",
        about,
        actions: place("Leave out", Placed::Aside, false),
        foot: place("Put it in the bundle", Placed::Bundle, true),
    }
}
