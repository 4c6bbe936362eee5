//! Certificates that were given, each compared with all users: who would log in with it.

use std::rc::Rc;

use yew::prelude::*;

use super::person;
use crate::{
    change::{facts::Facts, judged::Judged, lookalike::Lookalike, rows::Rows, wanted::UserName},
    review::users::editor::Offer,
    ui::{
        breakable,
        icon::{Icon, icon},
        pages::use_pages,
        prose::prose,
    },
    visit::Visit,
};

/// How many names are shown at first, and how many more each time.
const PAGE: usize = 10;

#[derive(PartialEq, Properties)]
pub(super) struct CompareProps {
    pub(super) visit: Visit,
    pub(super) offer: Rc<Offer>,
}

#[component]
pub(super) fn Compare(props: &CompareProps) -> Html {
    let pages = use_pages(PAGE);
    let state = &props.visit.state;
    let (Some(judged), Some(facts)) = (&state.judged, state.facts.known()) else {
        return Html::default();
    };
    let outlook = &state.outlook;
    let rows = outlook.rows();
    let shown = outlook.names.iter().take(pages.shown()).map(|user| {
        let index = rows.list.iter().position(|row| row.name == user.name);
        let pair = outlook
            .look_alikes
            .iter()
            .find(|pair| pair.new == user.name);
        html! {
            <li key={user.name.clone()}>
                { compared(user, pair, judged, facts) }
                { decide(index, &rows, props) }
            </li>
        }
    });
    html! {
        <>
            <ul class="plain compared">{ for shown }</ul>
            { pages.more(outlook.names.len()) }
            { nameless(judged) }
        </>
    }
}

/// Who would log in with it.
fn compared(user: &UserName, pair: Option<&Lookalike>, judged: &Judged, facts: &Facts) -> Html {
    let users = facts.users.as_ref().map_or(&[][..], Vec::as_slice);
    let mut named = users
        .iter()
        .filter(|it| it.is_external() && it.username == user.name);
    let found = named.find(|it| it.is_self_managed()).or_else(|| {
        users
            .iter()
            .find(|it| it.is_external() && it.username == user.name)
    });
    let (good, says) = match (found, pair) {
        (Some(found), _) if found.is_self_managed() => (true, html! { { ", which exists." } }),
        (Some(found), _) if found.is_managed() => (
            false,
            html! {
                { ", which exists for certificates that Atlas makes, not for yours." }
            },
        ),
        (Some(_), _) => (
            false,
            html! { { ", which exists for another way to log in." } },
        ),
        (None, Some(pair)) => (
            false,
            html! { <>
                { ", which doesn't exist. There is " }{ breakable::name(&pair.old) }{ ": " }
                { prose(&differs(&pair.how.in_words())) }
            </> },
        ),
        (None, None) => (false, html! { { ", which doesn't exist." } }),
    };
    let sign = if good && user.accepted {
        Icon::Check
    } else {
        Icon::Attention
    };
    let class = if good && user.accepted {
        "good"
    } else {
        "attention-text"
    };
    let client = user
        .clients
        .first()
        .and_then(|client| judged.after.view.clients.get(*client));
    let title = client.map_or("", |client| &client.title);
    html! {
        <>
            <p>
                <span class={class}>{ icon(sign) }</span>
                { format!(" {title} would log in as ") }{ breakable::name(&user.name) }{ says }
            </p>
            if !user.accepted {
                <p class="fine bad-text">{ refused(user, judged) }</p>
            }
        </>
    }
}

/// `It says the same, …` as the end of a sentence.
fn differs(how: &str) -> String {
    how.replacen("It says", "it says", 1)
        .replacen("It differs", "it differs", 1)
        .replacen("It lacks", "it lacks", 1)
        .replacen("It has", "it has", 1)
}

/// Why the server refuses its certificate.
fn refused(user: &UserName, judged: &Judged) -> String {
    let view = &judged.after.view;
    let client = user
        .clients
        .first()
        .and_then(|client| view.clients.get(*client));
    let reason = client.and_then(|client| view.report.findings.get(*client.reasons.first()?));
    reason.map_or_else(
        || "The server refuses this certificate.".to_owned(),
        |finding| finding.message.clone(),
    )
}

/// What can be decided about a user that isn't there.
fn decide(index: Option<usize>, rows: &Rows, props: &CompareProps) -> Html {
    let row = index.and_then(|index| Some((index, rows.list.get(index)?)));
    match row {
        Some((index, row)) if row.was.is_none() => {
            let desk = &props.visit.desk;
            person::card(row.clone(), index, &props.offer, desk, Html::default())
        }
        _ => Html::default(),
    }
}

/// Clients without a user name.
fn nameless(judged: &Judged) -> Html {
    let view = &judged.after.view;
    let clients = view.report.clients.iter().zip(&view.clients);
    let nameless = clients.filter(|(client, _)| client.username.is_none());
    let lines: Vec<Html> = nameless
        .take(PAGE)
        .map(|(client, details)| {
            let why = client
                .username_error
                .as_ref()
                .or(client.parse_error.as_ref());
            html! { <li>
                <span class="bad-text">{ icon(Icon::Cross) }</span>
                { format!(" {} has no user name. ", details.title) }
                { why.cloned().unwrap_or_default() }
            </li> }
        })
        .collect();
    if lines.is_empty() {
        return Html::default();
    }
    html! { <ul class="plain compared">{ for lines }</ul> }
}
