//! A sentence in which `backticks` set a piece in monospace.

use yew::prelude::*;

pub(crate) fn prose(text: &str) -> Html {
    let pieces = text.split('`').enumerate().map(|(index, piece)| {
        if index % 2 == 1 {
            super::breakable::name(piece)
        } else {
            html! { { piece } }
        }
    });
    html! { { for pieces } }
}
