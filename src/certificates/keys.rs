//! The private keys that were found and left out, and the files that were read.

use std::rc::Rc;

use yew::prelude::*;

use super::found::Found;
use crate::{
    ui::{
        alert::{Tone, alert},
        disclosure::Disclosure,
    },
    words,
};

/// What is known of the private keys: where they were, and whose they are.
pub(crate) fn keys(found: &Found) -> Html {
    let keys = &found.view.keys;
    if keys.is_empty() {
        return Html::default();
    }
    let title = match keys.len() {
        1 => "A private key was left out.".to_owned(),
        n => format!("{n} private keys were left out."),
    };
    let items = keys.iter().map(|key| {
        let at = match key.source.line {
            Some(line) => format!("{}, line {line}", key.source.file),
            None => key.source.file.clone(),
        };
        let owners: Vec<String> = key
            .certificates
            .iter()
            .map(|&index| found.certificate(index).title.clone())
            .collect();
        let whose = if key.encrypted {
            "encrypted, so whose it is cannot be seen".to_owned()
        } else if owners.is_empty() {
            "belongs to none of these certificates".to_owned()
        } else {
            format!("belongs to {}", words::list(&owners))
        };
        html! { <li>{ format!("{at}: {}, {whose}.", key.kind) }</li> }
    });
    html! {
        <section>
            <h2 class="minor">{ "Private keys" }</h2>
            { alert(Tone::Plain, html! { <>
                <p><strong>{ title }</strong>
                    { " It stays in this tab and is never sent. Take it out of a file before you \
                       share that file." }</p>
                <ul class="plain">{ for items }</ul>
            </> }) }
        </section>
    }
}

/// The files that were read, and what was in them.
pub(crate) fn files(found: &Rc<Found>) -> Html {
    let count = found.view.files.len();
    let summary = html! { { words::count(count, "file read", "files read") } };
    let found = found.clone();
    let content = Callback::from(move |()| {
        html! { <ul class="plain files">
            { for found.view.files.iter().map(|file| html! {
                <li>
                    <code class="name">{ &file.name }</code>
                    <span class="quiet">{ format!(" {}, {}", words::size(file.bytes as u64),
                        match file.certificates.len() {
                            0 => "no certificate".to_owned(),
                            n => words::count(n, "certificate", "certificates"),
                        }) }</span>
                </li>
            }) }
        </ul> }
    });
    html! { <Disclosure class="fine" {summary} {content} /> }
}
