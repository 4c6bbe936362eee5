//! One client: accepted, refused or undetermined; its user name; why; what to do.

use std::rc::Rc;

use pki::report::{Finding, Severity};
use yew::prelude::*;

use super::{
    certificate,
    found::{Found, Outcome},
    openssl,
};
use crate::{
    ui::{
        breakable,
        copy_button::CopyButton,
        disclosure::Disclosure,
        icon::{Icon, icon},
        prose::prose,
    },
    words,
};

/// What a place adds to the cards of its clients. Each callback gets the client's index.
#[derive(Clone, PartialEq)]
pub(crate) struct Extras {
    /// Begins the ids of the cards' elements: two places are in one document.
    pub(crate) place: &'static str,
    /// Below the user name.
    pub(crate) about: Callback<usize, Html>,
    /// Behind the buttons that every card has.
    pub(crate) actions: Callback<usize, Html>,
    /// Below the client's certificate in full.
    pub(crate) foot: Callback<usize, Html>,
}

#[derive(PartialEq, Properties)]
pub(crate) struct ClientCardProps {
    pub(crate) found: Rc<Found>,
    pub(crate) index: usize,
    /// Whether it is a line to open.
    pub(crate) compact: bool,
    pub(crate) extras: Extras,
}

#[component]
pub(crate) fn ClientCard(props: &ClientCardProps) -> Html {
    let outcome = props.found.outcome(props.index);
    let class = classes!("card", outcome.class());
    let (client, details) = props.found.client(props.index);
    if props.compact {
        let summary = html! {
            <span class="line">
                { stamp(outcome) }
                <strong class="card-title">{ &details.title }</strong>
                if let Some(name) = &client.username { { breakable::name(name) } }
                if let Some(reason) = props.found.reason(props.index) {
                    <span class="line-reason">{ prose(&reason) }</span>
                }
            </span>
        };
        let (found, index, extras) = (props.found.clone(), props.index, props.extras.clone());
        let content = Callback::from(move |()| {
            html! { <Body found={found.clone()} {index} extras={extras.clone()} /> }
        });
        return html! { <Disclosure {class} {summary} {content} /> };
    }
    let id = format!("{}-client-{}", props.extras.place, props.index);
    html! {
        <article {class} aria-labelledby={id.clone()}>
            <div class="card-head">
                <h3 {id}>
                    { stamp(outcome) }{ " " }<span class="card-title">{ &details.title }</span>
                </h3>
                { files(&props.found, props.index) }
            </div>
            <Body found={props.found.clone()} index={props.index} extras={props.extras.clone()} />
        </article>
    }
}

/// Shape, word and colour of an outcome.
fn stamp(outcome: Outcome) -> Html {
    html! { <span class="stamp">{ icon(outcome.icon()) }{ outcome.word() }</span> }
}

/// The files that a card's certificate is in, as far as its title does not say it.
fn files(found: &Found, index: usize) -> Html {
    let (client, details) = found.client(index);
    let others = found
        .same(index)
        .iter()
        .map(|&other| &found.client(other).0.file);
    let files: Vec<String> = std::iter::once(&client.file)
        .filter(|file| **file != details.title)
        .chain(others)
        .cloned()
        .collect();
    if files.is_empty() {
        return Html::default();
    }
    html! { <span class="card-file">{ words::list(&files) }</span> }
}

/// What opens below the card's facts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Panel {
    Openssl,
    Details,
}

#[derive(PartialEq, Properties)]
struct BodyProps {
    found: Rc<Found>,
    index: usize,
    extras: Extras,
}

#[component]
fn Body(props: &BodyProps) -> Html {
    let open = use_state_eq(|| None::<Panel>);
    let found = &props.found;
    let (client, details) = found.client(props.index);
    let outcome = found.outcome(props.index);
    let remarks = found.remarks(props.index);
    let extras = &props.extras;
    let panel_id = format!("{}-panel-{}", extras.place, props.index);

    let toggle = |panel: Panel, label: &'static str| {
        let expanded = *open == Some(panel);
        let open = open.setter();
        html! {
            <button type="button" class="link" aria-expanded={expanded.to_string()}
                aria-controls={panel_id.clone()}
                onclick={move |_| open.set((!expanded).then_some(panel))}>
                { label }
            </button>
        }
    };
    html! {
        <>
            if outcome != Outcome::Accepted {
                { why(found, props.index) }
            }
            { user_name(found, props.index) }
            { extras.about.emit(props.index) }
            { for found.same(props.index).iter().map(|&other| elsewhere(found, props.index, other)) }
            { for remarks.iter().map(|finding| remark(finding)) }
            { other_level(outcome, details.other_level) }
            { facts(found, props.index) }
            if let Some(log) = &details.mongod_log {
                <p class="fine quiet">{ "mongod logs: " }<code>{ log }</code>
                    if let Some(error) = &client.judgement.final_error {
                        { format!(" ({})", error.code) }
                    }
                </p>
            }
            <p class="actions">
                { toggle(Panel::Openssl, "Check with openssl") }
                if details.leaf.is_some() {
                    { toggle(Panel::Details, "Details") }
                }
                { extras.actions.emit(props.index) }
            </p>
            <div id={panel_id.clone()}>
                { match (*open, details.leaf) {
                    (Some(Panel::Openssl), _) => openssl::commands(found, props.index),
                    (Some(Panel::Details), Some(leaf)) => {
                        certificate::details(found.certificate(leaf), extras.foot.emit(props.index))
                    }
                    _ => Html::default(),
                } }
            </div>
        </>
    }
}

/// Why the client is not accepted, and how to mend it.
fn why(found: &Found, index: usize) -> Html {
    let reasons = found.reasons(index);
    if reasons.is_empty() {
        let reason = found.reason(index).unwrap_or_default();
        return html! { <p class="why">{ prose(&reason) }</p> };
    }
    html! { { for reasons.iter().map(|finding| html! {
        <>
            <p class="why">{ prose(&finding.message) }{ " " }{ prose(&finding.meaning) }</p>
            if !finding.fix.is_empty() { <p class="fix">{ prose(&finding.fix) }</p> }
        </>
    }) } }
}

/// A finding that does not decide the verdict: a line that opens to what it means and what to do.
fn remark(finding: &Finding) -> Html {
    let (class, sign) = match finding.severity {
        Severity::Error => ("remark-bad", Icon::Cross),
        Severity::Warning => ("remark-attention", Icon::Attention),
        Severity::Note => ("remark-note", Icon::Information),
    };
    let (meaning, fix) = (finding.meaning.clone(), finding.fix.clone());
    let content =
        Callback::from(move |()| html! { <p>{ prose(&meaning) }{ " " }{ prose(&fix) }</p> });
    let summary = html! { <>{ icon(sign) }<span>{ prose(&finding.message) }</span></> };
    html! { <Disclosure class={classes!("remark-line", class)} {summary} {content} /> }
}

fn user_name(found: &Found, index: usize) -> Html {
    let (client, _) = found.client(index);
    let says = match found.outcome(index) {
        Outcome::Accepted => "The server will know this client as",
        Outcome::Refused => "Once it is accepted, its user name is",
        Outcome::CannotLogIn => "The user name that the server makes of it is",
        Outcome::Undetermined => "If it is accepted, its user name is",
    };
    match (&client.username, &client.username_error) {
        (Some(name), _) => html! {
            <div class="user-name">
                <span class="fine quiet">{ says }</span>
                <div class="user-name-box">
                    { breakable::name(name) }
                    <CopyButton text={name.clone()} what="user name" />
                </div>
            </div>
        },
        (None, Some(why)) => html! {
            <p class="fine">{ "No user name: " }{ prose(why) }</p>
        },
        (None, None) => Html::default(),
    }
}

/// How the same certificate fares in another file, where that is not the same.
fn elsewhere(found: &Found, index: usize, other: usize) -> Html {
    let outcome = found.outcome(other);
    if outcome == found.outcome(index) {
        return Html::default();
    }
    let file = &found.client(other).0.file;
    let reason = found.reason(other).unwrap_or_default();
    html! {
        <div class="remark remark-attention">
            { icon(Icon::Attention) }
            <p>
                { format!("With what stands beside it in {file}, it {}. ", match outcome {
                    Outcome::Accepted => "is accepted",
                    Outcome::Refused => "is refused",
                    Outcome::CannotLogIn => "cannot log in",
                    Outcome::Undetermined => "is undetermined",
                }) }
                { prose(&reason) }
            </p>
        </div>
    }
}

/// That the answer depends on a setting of the server which is not known.
fn other_level(outcome: Outcome, other: Option<(u8, Option<bool>)>) -> Html {
    let Some((level, would)) = other else {
        return Html::default();
    };
    let then = match would {
        Some(true) => "accepted",
        Some(false) => "refused",
        None => "undetermined",
    };
    let now = if outcome == Outcome::Accepted {
        "accepted"
    } else {
        "not accepted"
    };
    html! {
        <div class="remark remark-attention">
            { icon(Icon::Attention) }
            <p>
                { format!("It depends on the server: {now} here, {then} at OpenSSL's security level \
                    {level}. Atlas doesn't publish its level.") }
            </p>
        </div>
    }
}

/// A remark that the card has: what it says is no fact to say again.
const MUST_SEND: &str = "client.must-send-chain";
const KEY_NOT_COMPARED: &str = "pair.key-not-compared";

/// Validity, key and what must be sent along, in one line.
fn facts(found: &Found, index: usize) -> Html {
    let (_, details) = found.client(index);
    let is_said = |id: &str| found.remarks(index).iter().any(|remark| remark.id == id);
    let mut parts = Vec::new();
    if let Some(leaf) = details.leaf {
        let certificate = found.certificate(leaf);
        if let Some(when) = certificate::when_valid(&certificate.validity) {
            parts.push(html! { { when } });
        }
        parts.push(html! { { &certificate.key } });
    }
    if !details.must_send.is_empty() && !is_said(MUST_SEND) {
        let titles: Vec<String> = details
            .must_send
            .iter()
            .map(|&index| found.certificate(index).title.clone())
            .collect();
        parts.push(html! { <>{ "client must send " }<strong>{ words::list(&titles) }</strong>{ " along" }</> });
    }
    if let Some(key) = details.key
        && !is_said(KEY_NOT_COMPARED)
    {
        let key = &found.view.keys[key];
        let which = if key.encrypted {
            "an encrypted key, not compared with it,"
        } else {
            "its private key"
        };
        parts.push(html! { { format!("{which} is in {}", key.source.file) } });
    }
    let parts = parts.into_iter().map(|part| html! { <li>{ part }</li> });
    html! { <ul class="facts">{ for parts }</ul> }
}
