//! The small signs beside words. They carry no meaning of their own: the word stands next to them.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    Check,
    Cross,
    Question,
    Attention,
    Information,
    Theme,
}

/// The sign, as large as the text around it and in its colour.
pub(crate) fn icon(which: Icon) -> Html {
    let path = match which {
        Icon::Check => "M3 8.5 6.5 12 13 4.5",
        Icon::Cross => "M4 4l8 8M12 4l-8 8",
        Icon::Question => "M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9 8 10M8 12.9v.2",
        Icon::Attention => "M8 3v6M8 12.4v.2",
        Icon::Information => "M8 7v6M8 3.4v.2",
        Icon::Theme => "M8 2a6 6 0 1 0 0 12A6 6 0 1 0 8 2v12M10.5 3v10",
    };
    html! {
        <svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <path d={path} />
        </svg>
    }
}
