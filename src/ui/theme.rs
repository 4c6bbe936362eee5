//! Light, dark, or as the system says. The choice outlives the tab.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::icon::{Icon, icon};
use crate::browser;

/// The key in local storage, and the name of the attribute on the root element; boot.js sets the
/// attribute before the first paint.
const KEY: &str = "theme";
const ATTRIBUTE: &str = "data-theme";

/// What is stored and what it is called. `system` is not stored and sets no attribute.
const CHOICES: [(&str, &str); 3] = [
    ("system", "Like the system"),
    ("light", "Light"),
    ("dark", "Dark"),
];

fn stored() -> &'static str {
    let value = browser::local_storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    CHOICES
        .iter()
        .map(|(choice, _)| *choice)
        .find(|choice| value.as_deref() == Some(choice))
        .unwrap_or(CHOICES[0].0)
}

fn apply(choice: &str) {
    let system = choice == CHOICES[0].0;
    if let Some(root) = browser::document().document_element() {
        let _ = if system {
            root.remove_attribute(ATTRIBUTE)
        } else {
            root.set_attribute(ATTRIBUTE, choice)
        };
    }
    if let Some(storage) = browser::local_storage() {
        let _ = if system {
            storage.remove_item(KEY)
        } else {
            storage.set_item(KEY, choice)
        };
    }
}

/// The browser's own list of choices, under an icon and a word: the colours themselves say which one
/// holds.
#[component]
pub(crate) fn ThemeSwitch() -> Html {
    let choice = use_state_eq(stored);
    use_effect_with(*choice, |choice| apply(choice));
    let onchange = {
        let choice = choice.setter();
        move |event: Event| {
            let value = event
                .target_dyn_into::<HtmlSelectElement>()
                .map(|select| select.value());
            let known = CHOICES
                .iter()
                .find(|(name, _)| value.as_deref() == Some(name));
            if let Some((name, _)) = known {
                choice.set(name);
            }
        }
    };
    html! {
        <label class="theme">
            { icon(Icon::Theme) }
            <span>{ "Theme" }</span>
            <select {onchange}>
                { for CHOICES.iter().map(|(name, label)| html! {
                    <option value={*name} selected={*name == *choice}>{ *label }</option>
                }) }
            </select>
        </label>
    }
}
