//! Looking something up in a long list, by a piece of its text.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::pages::Pages;

/// What is looked for.
#[derive(Clone)]
pub(crate) struct Search {
    text: UseStateHandle<String>,
    pages: Pages,
}

/// A search through a list that is shown in these pages.
#[hook]
pub(crate) fn use_search(pages: &Pages) -> Search {
    Search {
        text: use_state_eq(String::new),
        pages: pages.clone(),
    }
}

impl Search {
    /// As it was typed.
    pub(crate) fn text(&self) -> String {
        (*self.text).clone()
    }

    /// To compare with, in lower case.
    pub(crate) fn wanted(&self) -> String {
        self.text.trim().to_lowercase()
    }

    /// For the field.
    pub(crate) fn oninput(&self) -> Callback<InputEvent> {
        let (text, pages) = (self.text.setter(), self.pages.clone());
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                text.set(field.value());
                pages.begin_anew();
            }
        })
    }
}
