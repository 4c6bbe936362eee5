//! The authorities of the bundle as a tree: roots first, what they issued below them.

use std::rc::Rc;

use pki::{
    report::Role,
    view::{AuthorityNode, ValidityState},
};
use yew::prelude::*;

use super::{desk::Desk, mover};
use crate::{
    certificates::{certificate, found::Found},
    ui::{
        disclosure::Disclosure,
        icon::{Icon, icon},
        pages::use_pages,
    },
    words,
};

/// How many roots are shown at first, and how many more each time.
const ROOTS: usize = 20;

/// How many clients of one authority are named.
const NAMED: usize = 4;

#[derive(PartialEq, Properties)]
pub(super) struct AuthoritiesProps {
    pub(super) found: Rc<Found>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Authorities(props: &AuthoritiesProps) -> Html {
    let pages = use_pages(ROOTS);
    let found = &props.found;
    let roots = &found.view.authorities;
    let sent = found.certificates_of(Role::Sent);
    html! {
        <section aria-labelledby="authorities">
            <h2 id="authorities">{ "Authorities in the bundle" }</h2>
            if roots.is_empty() {
                <p class="empty">
                    { "No authority yet. Add the certificate of your CA: its root, and its \
                       intermediates if it has any." }
                </p>
            } else {
                <div class="box">
                    <ul class="tree">
                        { for roots.iter().take(pages.shown()).map(|root| node(props, root)) }
                    </ul>
                    { pages.more(roots.len()) }
                    <p class="actions box-foot">{ certificate::save_bundle(found) }</p>
                </div>
            }
            if !sent.is_empty() {
                { sent_along(props, sent) }
            }
        </section>
    }
}

fn node(props: &AuthoritiesProps, node: &AuthorityNode) -> Html {
    let found = &props.found;
    let authority = found.certificate(node.certificate);
    let state = authority.validity.state;
    let sign = match state {
        ValidityState::Valid => None,
        ValidityState::Expired => Some(icon(Icon::Cross)),
        _ => Some(icon(Icon::Attention)),
    };
    let class = match state {
        ValidityState::Valid => "left",
        ValidityState::Expired => "left left-bad",
        _ => "left left-attention",
    };
    html! {
        <li key={node.certificate}>
            <div class="node">
                <div class="node-head">
                    <strong>{ &authority.title }</strong>
                    <span {class}>{ sign }{ certificate::state_in_words(&authority.validity) }</span>
                </div>
                { certificate::bar(&authority.validity) }
                { issued(found, &node.clients) }
                <Disclosure class="fine" summary={html! {
                        <>{ "Details" }<span class="unseen">{ format!(" of {}", authority.title) }</span></>
                    }} content={details_of(props, node.certificate)} />
            </div>
            if !node.children.is_empty() {
                <ul class="branch">{ for node.children.iter().map(|child| self::node(props, child)) }</ul>
            }
        </li>
    }
}

fn details_of(props: &AuthoritiesProps, index: usize) -> Callback<(), Html> {
    let (found, desk) = (props.found.clone(), props.desk.clone());
    Callback::from(move |()| mover::details(&found, index, &desk))
}

/// The clients an authority issued, the first few by name.
fn issued(found: &Found, clients: &[usize]) -> Html {
    if clients.is_empty() {
        return Html::default();
    }
    let mut names: Vec<String> = clients
        .iter()
        .take(NAMED)
        .map(|&client| found.view.clients[client].title.clone())
        .collect();
    let rest = clients.len().saturating_sub(NAMED);
    if rest > 0 {
        names.push(format!("{} more", words::grouped(rest as u64)));
    }
    html! { <p class="fine quiet">{ words::list(&names) }</p> }
}

/// Certificates that clients send along, which the server does not trust by themselves.
fn sent_along(props: &AuthoritiesProps, sent: Vec<usize>) -> Html {
    let summary =
        html! { { format!("Sent along by clients: {}", words::grouped(sent.len() as u64)) } };
    let (found, desk) = (props.found.clone(), props.desk.clone());
    let content = Callback::from(move |()| {
        html! { <ul class="plain">
            { for sent.iter().map(|&index| {
                let (inner, desk) = (found.clone(), desk.clone());
                let content = Callback::from(move |()| mover::details(&inner, index, &desk));
                html! { <li key={index}><Disclosure {content}
                    summary={html! { { &found.certificate(index).title } }} /></li> }
            }) }
        </ul> }
    });
    html! { <Disclosure {summary} {content} /> }
}
