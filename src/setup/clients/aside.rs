//! Clients that were given and left out.

use std::rc::Rc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pki::{Certificate, analysis};
use yew::prelude::*;

use crate::setup::{
    desk::Desk,
    draft::{Draft, Placed},
};

#[derive(PartialEq, Properties)]
pub(super) struct AsideProps {
    pub(super) draft: Rc<Draft>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Aside(props: &AsideProps) -> Html {
    let left_out = use_memo(props.draft.clone(), |draft| left_out(draft));
    if left_out.is_empty() {
        return Html::default();
    }
    let items = left_out.iter().map(|client| {
        let (desk, sha256) = (props.desk.clone(), client.sha256.clone());
        // One that looks like an authority would be found to be one, so that it is placed again.
        let onclick = move |_| desk.place(sha256.clone(), Placed::Client);
        html! {
            <li key={client.sha256.clone()} class="actions">
                <span>{ &client.title }</span>
                <span class="quiet fine">{ &client.file }</span>
                <button type="button" class="link" {onclick}>
                    { "Take back" }<span class="unseen">{ format!(" {}", client.title) }</span>
                </button>
            </li>
        }
    });
    html! {
        <section aria-labelledby="left-out-clients">
            <h2 class="minor" id="left-out-clients">{ "Given and left out" }</h2>
            <ul class="plain">{ for items }</ul>
        </section>
    }
}

#[derive(Debug, PartialEq, Eq)]
struct LeftOut {
    sha256: String,
    title: String,
    file: String,
}

/// The certificates that were put aside, each once.
fn left_out(draft: &Draft) -> Vec<LeftOut> {
    let mut found: Vec<LeftOut> = Vec::new();
    if !draft.placed.values().any(|placed| *placed == Placed::Aside) {
        return found;
    }
    for file in &draft.files {
        for text in &file.certificates {
            let certificate = STANDARD
                .decode(text)
                .ok()
                .and_then(|der| Certificate::from_der(&der).ok());
            let Some(certificate) = certificate else {
                continue;
            };
            let sha256 = certificate.sha256().to_string();
            let is_aside = draft.placed.get(&sha256) == Some(&Placed::Aside);
            if is_aside && !found.iter().any(|known| known.sha256 == sha256) {
                found.push(LeftOut {
                    sha256,
                    title: analysis::title(&certificate),
                    file: file.name.clone(),
                });
            }
        }
    }
    found
}
