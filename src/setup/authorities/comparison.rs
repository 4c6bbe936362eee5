//! The bundle as it will be, with what comes to it and what leaves it: one list, as the step Review
//! has it.

use std::{collections::BTreeMap, rc::Rc};

use pki::view::{Details, ValidityState};
use yew::prelude::*;

use crate::{
    certificates::certificate,
    change::{
        bundle::{Comparison, Fate, Row},
        decision::Decision,
        draft::Placed,
        facts::Facts,
        judged::Judged,
        wanted::UserName,
    },
    review::deciding::deciding,
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        breakable,
        disclosure::Disclosure,
        icon::{Icon, icon},
        pages::use_pages,
    },
    words,
};

/// How many authorities of a list are shown at first, and how many more each time.
const PAGE: usize = 12;

/// How many broken clients of one authority are named.
const NAMED: usize = 8;

pub(super) fn comparison(
    comparison: &Comparison,
    judged: &Judged,
    names: &[UserName],
    facts: Option<&Rc<Facts>>,
    desk: &Desk,
) -> Html {
    let breaks = judged.dependents();
    let rows = comparison.rows();
    let items: Vec<Html> = rows.iter().map(|row| item(row, &breaks, desk)).collect();
    html! {
        <>
            if !items.is_empty() {
                <Authorities {items} />
            }
            if comparison.count(Fate::Removed) > 0 && !comparison.is_off {
                { removal(names, facts.map(|facts| &**facts), &breaks) }
            }
            if !comparison.left_out.is_empty() {
                { left_out(comparison, desk) }
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct AuthoritiesProps {
    items: Vec<Html>,
}

/// Everything that is in the bundle, comes to it or leaves it.
#[component]
fn Authorities(props: &AuthoritiesProps) -> Html {
    let pages = use_pages(PAGE);
    let total = props.items.len();
    html! {
        <div class="side">
            <ul class="side-list">{ for props.items.iter().take(pages.shown()).cloned() }</ul>
            { pages.more(total) }
        </div>
    }
}

fn item(row: &Row, breaks: &BTreeMap<String, Vec<String>>, desk: &Desk) -> Html {
    let (class, word) = match row.fate {
        Fate::Added => ("tag-good", "+ trust"),
        Fate::Kept => ("", "= keep"),
        Fate::Removed => ("tag-bad", "− trust"),
    };
    let authority = row.authority;
    html! {
        <li key={authority.sha256.clone()} class={classes!("side-item",
            (row.fate == Fate::Removed).then_some("side-item-removed"))}>
            <div class="node-head">
                <span class="side-name"><span class={classes!("tag", class)}>{ word }</span>{ " " }
                    <strong>{ &authority.title }</strong></span>
                if let Some(details) = row.details { { left(details) } }
            </div>
            if let Some(details) = row.details {
                { certificate::bar(&details.validity) }
                { about(details) }
            }
            if row.fate == Fate::Removed && let Some(names) = breaks.get(&authority.sha256) {
                { breaking(names) }
            }
            <div class="actions side-actions">
                if let Some(details) = row.details {
                    <Disclosure class="fine" content={details_of(details, row, desk)} summary={html! {
                        <>{ "Details" }<span class="unseen">{ format!(" of {}", authority.title) }</span></>
                    }} />
                }
                { take_out(row, desk) }
            </div>
        </li>
    }
}

fn left(details: &Details) -> Html {
    let (class, sign) = match details.validity.state {
        ValidityState::Valid => ("left", None),
        ValidityState::Expired => ("left left-bad", Some(icon(Icon::Cross))),
        _ => ("left left-attention", Some(icon(Icon::Attention))),
    };
    html! { <span {class}>{ sign }{ certificate::state_in_words(&details.validity) }</span> }
}

/// What tells two authorities of one name apart.
fn about(details: &Details) -> Html {
    let end = details.validity.not_after;
    let until = match details.validity.state {
        ValidityState::Expired => "expired on",
        _ => "until",
    };
    let kind = if details.subject == details.issuer {
        "root".to_owned()
    } else {
        "intermediate".to_owned()
    };
    let short: String = details.sha256.chars().take(11).collect();
    html! {
        <ul class="facts">
            <li>{ kind }</li>
            if let Some(end) = end { <li>{ format!("{until} {}", words::date(end)) }</li> }
            <li>{ &details.key }</li>
            <li>{ "SHA-256 " }<code>{ short }{ "…" }</code></li>
        </ul>
    }
}

/// The clients that are known to stop working.
fn breaking(names: &[String]) -> Html {
    let more = names.len().saturating_sub(NAMED);
    alert(
        Tone::Bad,
        html! { <>
            <p><strong>{ format!("Its removal locks out {}:",
                words::count(names.len(), "client given here", "clients given here")) }</strong></p>
            <ul class="plain">
                { for names.iter().take(NAMED).map(|name| html! { <li>{ breakable::name(name) }</li> }) }
                if more > 0 { <li>{ format!("and {more} more") }</li> }
            </ul>
        </> },
    )
}

/// A certificate in full, and below it where else it could go.
fn details_of(details: &Details, row: &Row, desk: &Desk) -> Callback<(), Html> {
    let (details, desk) = (Rc::new(details.clone()), desk.clone());
    let place = Decision::Place(row.authority.sha256.clone(), Placed::Client);
    let movable = row.is_given && row.fate != Fate::Removed;
    Callback::from(move |()| {
        let foot = if movable {
            let onclick = deciding::<MouseEvent>(&desk, place.clone());
            html! {
                <p class="actions">
                    <button type="button" class="link" {onclick}>{ "Judge it as a client" }</button>
                </p>
            }
        } else {
            Html::default()
        };
        certificate::details(&details, foot)
    })
}

/// A way to take an authority out, or to put it back.
fn take_out(row: &Row, desk: &Desk) -> Html {
    let title = &row.authority.title;
    match row.fate {
        Fate::Removed if row.is_taken_out => put_back(&row.authority.sha256, title, desk),
        Fate::Removed => Html::default(),
        Fate::Added | Fate::Kept => {
            let label = if row.is_present {
                "Take out"
            } else {
                "Leave out"
            };
            let onclick = deciding::<MouseEvent>(desk, Decision::LeaveOut(row.concerned()));
            html! {
                <button type="button" class="link" {onclick}>
                    { label }<span class="unseen">{ format!(" {title}") }</span>
                </button>
            }
        }
    }
}

fn put_back(sha256: &str, title: &str, desk: &Desk) -> Html {
    let onclick = deciding::<MouseEvent>(desk, Decision::PutBack(sha256.to_owned()));
    html! {
        <button type="button" class="link" {onclick}>
            { "Put back" }<span class="unseen">{ format!(" {title}") }</span>
        </button>
    }
}

/// Given authorities that were left out.
fn left_out(comparison: &Comparison, desk: &Desk) -> Html {
    html! {
        <div class="side">
            <h3>{ "Given and left out" }</h3>
            <ul class="plain">
                { for comparison.left_out.iter().map(|(sha256, details)| html! {
                    <li key={sha256.clone()} class="actions">
                        <span>{ &details.title }</span>
                        { put_back(sha256, &details.title, desk) }
                    </li>
                }) }
            </ul>
        </div>
    }
}

/// What is not known of a removal.
fn removal(
    names: &[UserName],
    facts: Option<&Facts>,
    breaks: &BTreeMap<String, Vec<String>>,
) -> Html {
    let unknown = facts.map_or(0, |facts| {
        let named = |name: &str| names.iter().any(|user| user.name == name);
        facts
            .self_managed()
            .keys()
            .filter(|name| !named(name))
            .count()
    });
    alert(
        Tone::Attention,
        html! { <>
            <p>
                <strong>{ "Atlas doesn't know who depends on an authority." }</strong>
                { if breaks.is_empty() {
                    " No client given here is known to need what is removed."
                } else {
                    " Clients given here that need one are named beside it."
                } }
                { " Before you remove one, look up what it has issued." }
            </p>
            if unknown > 0 {
                <p>
                    { format!("{} here without a certificate: we can't tell whether a removal locks them \
                        out. Add their certificates to be sure.",
                        words::count(unknown, "user of this project is", "users of this project are")) }
                </p>
            }
        </> },
    )
}
