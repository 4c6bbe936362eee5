//! A first program in each language.

use atlas::connect::{Language, snippet, with_password};
use yew::prelude::*;

use crate::ui::{code_box::code, prose::prose};

#[derive(PartialEq, Properties)]
pub(super) struct SnippetsProps {
    /// Without the file.
    pub(super) uri: AttrValue,
    pub(super) path: AttrValue,
    /// Whether the key is encrypted.
    pub(super) encrypted: bool,
}

#[component]
pub(super) fn Snippets(props: &SnippetsProps) -> Html {
    let language = use_state_eq(|| Language::Mongosh);
    let choices = Language::ALL.into_iter().map(|choice| {
        let onclick = {
            let language = language.setter();
            move |_| language.set(choice)
        };
        html! {
            <button type="button" class="button button-small" {onclick}
                aria-pressed={(choice == *language).to_string()}>{ choice.title() }</button>
        }
    });
    let shown = snippet(*language, &props.uri, &props.path);
    html! {
        <section aria-labelledby="program">
            <h2 id="program">{ "A first program" }</h2>
            <div class="segments" role="group" aria-label="Language">{ for choices }</div>
            if let Some(before) = &shown.before {
                <p class="fine">{ "This language takes PKCS#12 in place of PEM. Make it once:" }</p>
                { code(before, "Commands to run once before", "commands") }
            }
            { code(&shown.code, language.title(), "program") }
            <ul class="bulleted fine">
                if props.encrypted { <li>{ prose(with_password(*language)) }</li> }
                { for shown.notes.iter().map(|note| html! { <li>{ prose(note) }</li> }) }
            </ul>
        </section>
    }
}
