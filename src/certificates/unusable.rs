//! The files that were not read, and those of which nothing could be used: what each is, and the command that gets the certificates
//! out of it, where there is one.

use std::rc::Rc;

use pki::report::Finding;
use yew::prelude::*;

use super::{
    found::{Found, UnusableFile},
    keys,
    locked::{Attempt, Unlock},
    work::Unread,
};
use crate::{
    ui::{
        copy_button::CopyButton,
        icon::{Icon, icon},
        paged::Paged,
        prose::prose,
    },
    words,
};

/// What the id of the section ends with.
const SECTION: &str = "not-read";

/// How many files were not read: those that were not taken at all, and those that hold nothing which
/// could be used.
pub(crate) fn count(found: &Found, unread: &[Unread]) -> usize {
    found.unusable().len() + unread.len()
}

/// A card for each. `place` begins their ids, for two places are in one document. `ontake` gets the
/// name of the file to take away.
pub(crate) fn cards(
    place: &'static str,
    found: &Rc<Found>,
    unread: &[Unread],
    ontake: &Callback<String>,
    onattempt: &Callback<Attempt>,
) -> Html {
    let total = count(found, unread);
    if total == 0 {
        return Html::default();
    }
    let section = id(place);
    let not_taken = {
        let unread = unread.to_vec();
        Callback::from(move |index: usize| match unread.get(index) {
            Some(file) => not_taken(place, index, file),
            None => Html::default(),
        })
    };
    let card = {
        let (found, ontake, onattempt) = (found.clone(), ontake.clone(), onattempt.clone());
        Callback::from(move |index: usize| match found.unusable().get(index) {
            Some(file) => card(place, &found, file, &ontake, &onattempt),
            None => Html::default(),
        })
    };
    html! {
        <section aria-labelledby={section.clone()}>
            <h2 id={section}>{ words::count(total, "file not read", "files not read") }</h2>
            if !unread.is_empty() {
                <div role="alert">
                    <Paged class="cards" total={unread.len()} item={not_taken} />
                </div>
            }
            if !found.unusable().is_empty() {
                <Paged class="cards" total={found.unusable().len()} item={card} />
            }
        </section>
    }
}

/// The id of the section in a place, for links to it.
pub(crate) fn id(place: &str) -> String {
    format!("{place}-{SECTION}")
}

fn head(id: String, name: &str) -> Html {
    html! {
        <h3 {id}>
            <span class="stamp">{ icon(Icon::Attention) }{ "Not read" }</span>{ " " }
            <span class="card-title">{ name }</span>
        </h3>
    }
}

/// A file that was not taken, and so need not be taken away.
fn not_taken(place: &str, index: usize, file: &Unread) -> Html {
    let id = format!("{place}-unread-{index}");
    html! {
        <li key={index}>
            <article class="card card-undetermined" aria-labelledby={id.clone()}>
                { head(id, &file.name) }
                <p class="why">{ without_name(&file.why, &file.name) }</p>
            </article>
        </li>
    }
}

fn card(
    place: &'static str,
    found: &Found,
    file: &UnusableFile,
    ontake: &Callback<String>,
    onattempt: &Callback<Attempt>,
) -> Html {
    let details = &found.view.files[file.file];
    let name = &details.name;
    let id = format!("{place}-file-{}", file.file);
    html! {
        <li key={&**name}>
            <article class="card card-undetermined" aria-labelledby={id.clone()}>
                { head(id, name) }
                { for found.about_file(file).map(|finding| said(finding, name)) }
                if details.locked {
                    <Unlock {place} file={name.clone()} onattempt={onattempt.clone()} />
                }
                { for found.about_file(file).filter_map(command) }
                <p class="actions">{ keys::take_away(name, ontake) }</p>
            </article>
        </li>
    }
}

/// The title says the name already.
fn without_name<'a>(sentence: &'a str, name: &str) -> &'a str {
    let rest = sentence.strip_prefix(&format!("“{name}”: "));
    rest.unwrap_or(sentence)
}

fn said(finding: &Finding, name: &str) -> Html {
    let message = without_name(&finding.message, name);
    html! {
        <>
            <p class="why">{ prose(message) }{ " " }{ prose(&finding.meaning) }</p>
            <p class="fix">{ prose(&finding.fix) }</p>
        </>
    }
}

/// The command that the fix speaks of. It comes below the field for a password, which is the shorter
/// way.
fn command(finding: &Finding) -> Option<Html> {
    let command = finding.command.as_ref()?;
    Some(html! {
        <div class="code-box">
            <pre tabindex="0" role="region" aria-label="Command"><code>{ command }</code></pre>
            <CopyButton text={command.clone()} what="command" />
        </div>
    })
}
