//! The empty place: a zone for files, a box for text, and examples.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::{desk::Desk, examples::EXAMPLES};
use crate::{
    certificates::work::{self, Unread},
    ui::{
        disclosure::Disclosure,
        file_drop::{FileDrop, Given},
    },
};

#[derive(PartialEq, Properties)]
pub(super) struct StartProps {
    pub(super) here: bool,
    pub(super) unread: Vec<Unread>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Start(props: &StartProps) -> Html {
    let ongiven = give(&props.desk);
    html! {
        <>
            <FileDrop button="Choose files" active={props.here} {ongiven}
                hint="or drop or paste your CA and client certificates here, in any order. \
                      Nothing leaves this page." />
            { work::unread(&props.unread) }
            <Disclosure summary={html! { "Paste text instead" }} content={paste_box(&props.desk)} />
            { examples(&props.desk) }
            <section aria-labelledby="limits" class="quiet fine">
                <h2 id="limits" class="minor">{ "What the verdict rests on" }</h2>
                <p>
                    { "A server on Linux with OpenSSL 3 at security level 2, as MongoDB sets it up. \
                       Atlas does not publish which level it runs; where the answer depends on it, \
                       the page says so. Revocation lists are not looked at: the server does not \
                       look at them either." }
                </p>
            </section>
        </>
    }
}

pub(super) fn give(desk: &Desk) -> Callback<Vec<Given>> {
    let desk = desk.clone();
    Callback::from(move |given| desk.take(given))
}

fn paste_box(desk: &Desk) -> Callback<(), Html> {
    let desk = desk.clone();
    Callback::from(move |()| html! { <PasteBox desk={desk.clone()} /> })
}

#[derive(PartialEq, Properties)]
struct PasteBoxProps {
    desk: Desk,
}

#[component]
fn PasteBox(props: &PasteBoxProps) -> Html {
    let field = use_node_ref();
    let onclick = {
        let (field, desk) = (field.clone(), props.desk.clone());
        move |_| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                let text = field.value();
                if text.trim().is_empty() {
                    let _ = field.focus();
                } else {
                    desk.take(vec![Given::Text {
                        name: "pasted text".to_owned(),
                        text,
                    }]);
                }
            }
        }
    };
    html! {
        <div class="field">
            <label for="pasted">{ "Certificates as text" }</label>
            <p id="pasted-hint" class="hint">
                { "Everything between BEGIN CERTIFICATE and END CERTIFICATE, those two lines too." }
            </p>
            <textarea id="pasted" ref={field} rows="8" spellcheck="false" autocomplete="off"
                aria-describedby="pasted-hint" />
            <button type="button" class="button" {onclick}>{ "Check this text" }</button>
        </div>
    }
}

fn examples(desk: &Desk) -> Html {
    let items = EXAMPLES.iter().map(|example| {
        let desk = desk.clone();
        let onclick = move |_| {
            desk.take(
                example
                    .files
                    .iter()
                    .map(|(name, text)| Given::Text {
                        name: (*name).to_owned(),
                        text: (*text).to_owned(),
                    })
                    .collect(),
            );
        };
        html! {
            <li>
                <button type="button" class="link" {onclick}>{ example.title }</button>
                <span class="quiet">{ example.teaches }</span>
            </li>
        }
    });
    html! {
        <section aria-labelledby="examples">
            <h2 id="examples">{ "Load an example" }</h2>
            <ul class="examples">{ for items }</ul>
        </section>
    }
}
