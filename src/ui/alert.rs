//! A note set apart from the text: what is so, what it means, what to do.

use yew::prelude::*;

use super::icon::{Icon, icon};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Bad,
    Attention,
    Plain,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Bad => "alert-bad",
            Self::Attention => "alert-attention",
            Self::Plain => "alert-plain",
        }
    }

    fn icon(self) -> Icon {
        match self {
            Self::Bad => Icon::Cross,
            Self::Attention => Icon::Attention,
            Self::Plain => Icon::Information,
        }
    }
}

/// An alert around `content`.
pub(crate) fn alert(tone: Tone, content: Html) -> Html {
    html! {
        <div class={classes!("alert", tone.class())}>
            { icon(tone.icon()) }
            <div class="alert-text">{ content }</div>
        </div>
    }
}
