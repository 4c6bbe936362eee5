//! The private keys that were found and left out, and the files that were read.

use std::rc::Rc;

use pki::view::FileDetails;
use yew::prelude::*;

use super::{
    found::Found,
    locked::{Attempt, Unlock},
};
use crate::{
    ui::{
        alert::{Tone, alert},
        disclosure::Disclosure,
        paged::Paged,
    },
    words,
};

/// What is known of the private keys: where they were, and whose they are.
pub(crate) fn keys(place: &'static str, found: &Rc<Found>, onattempt: &Callback<Attempt>) -> Html {
    let keys = &found.view.keys;
    if keys.is_empty() {
        return Html::default();
    }
    let (title, then) = match keys.len() {
        1 => (
            "A private key was left out.".to_owned(),
            " It stays in this tab and is never sent. Take it out of the file before you share that file.",
        ),
        n => (
            format!("{} private keys were left out.", words::grouped(n as u64)),
            " They stay in this tab and are never sent. Take them out of the files before you share those files.",
        ),
    };
    let item = {
        let found = found.clone();
        Callback::from(move |index| key(&found, index))
    };
    html! {
        <section>
            <h2 class="minor">{ "Private keys" }</h2>
            { alert(Tone::Plain, html! { <>
                <p><strong>{ title }</strong>{ then }</p>
                <Paged class="plain" total={keys.len()} {item} />
            </> }) }
            { unlock(place, locked(found), onattempt) }
        </section>
    }
}

/// The files with an encrypted key that a password would open.
pub(crate) fn locked(found: &Found) -> Vec<String> {
    found.locked().map(|file| file.name.clone()).collect()
}

/// Asks for the passwords of these files.
pub(crate) fn unlock(
    place: &'static str,
    locked: Vec<String>,
    onattempt: &Callback<Attempt>,
) -> Html {
    let (total, onattempt) = (locked.len(), onattempt.clone());
    let item = Callback::from(move |index: usize| match locked.get(index) {
        Some(file) => html! {
            <li key={&**file}>
                <p>
                    { "The key in " }<code class="name">{ file }</code>
                    { " is encrypted. With its password we can compare it with its certificate." }
                </p>
                <Unlock {place} file={file.clone()} onattempt={onattempt.clone()} />
            </li>
        },
        None => Html::default(),
    });
    html! { <Paged class="plain" {total} {item} /> }
}

/// Where a private key was, and whose it is.
fn key(found: &Found, index: usize) -> Html {
    let Some(key) = found.view.keys.get(index) else {
        return Html::default();
    };
    let at = match key.source.line {
        Some(line) => format!("{}, line {line}", key.source.file),
        None => key.source.file.clone(),
    };
    let owners: Vec<String> = key
        .certificates
        .iter()
        .map(|&index| found.certificate(index).title.clone())
        .collect();
    let is = match (key.encrypted, owners.is_empty()) {
        (true, true) => {
            "encrypted private key (we can't tell which certificate it belongs to)".to_owned()
        }
        (true, false) => format!(
            "encrypted private key, found beside {} (we can't compare them)",
            words::list(&owners)
        ),
        (false, true) => format!("{}, belongs to none of these certificates", key.kind),
        (false, false) => format!("{}, belongs to {}", key.kind, words::list(&owners)),
    };
    let is = if key.opened {
        format!("{is} (opened with its password)")
    } else {
        is
    };
    html! { <li key={index}>{ format!("{at}: {is}.") }</li> }
}

/// The files that were read, what was in them, and a way to take each away again. Those of which
/// nothing could be used have cards of their own ([`super::unusable`]).
pub(crate) fn files(found: &Rc<Found>, ontake: &Callback<String>) -> Html {
    let count = found.files_read().count();
    if count == 0 {
        return Html::default();
    }
    let summary = html! { { words::count(count, "file", "files") } };
    let (found, ontake) = (found.clone(), ontake.clone());
    let content = Callback::from(move |()| {
        let files: Vec<usize> = found.files_read().map(|(index, _)| index).collect();
        let total = files.len();
        let (found, ontake) = (found.clone(), ontake.clone());
        let item = Callback::from(move |position: usize| match files.get(position) {
            Some(&index) => file_read(&found.view.files[index], &ontake),
            None => Html::default(),
        });
        html! { <Paged class="plain files" {total} {item} /> }
    });
    html! { <Disclosure class="fine" {summary} {content} /> }
}

fn file_read(file: &FileDetails, ontake: &Callback<String>) -> Html {
    let holds = match file.certificates.len() {
        0 => "no certificate".to_owned(),
        n => words::count(n, "certificate", "certificates"),
    };
    html! {
        <li key={&*file.name}>
            <code class="name">{ &file.name }</code>
            <span class="quiet">{ format!("{}, {holds}", words::size(file.bytes as u64)) }</span>
            { take_away(&file.name, ontake) }
        </li>
    }
}

/// A button that takes a file away again.
pub(crate) fn take_away(file: &str, ontake: &Callback<String>) -> Html {
    let onclick = {
        let (file, ontake) = (file.to_owned(), ontake.clone());
        move |_| ontake.emit(file.clone())
    };
    html! {
        <button type="button" class="link" {onclick}>
            { "Take away" }<span class="unseen">{ format!(" {file}") }</span>
        </button>
    }
}
