//! How much of a span of time is left, as a thin bar. The words beside it say the same.

use yew::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BarTone {
    Good,
    Attention,
    Bad,
    Unknown,
}

/// A bar filled to `percent` of its width.
pub(crate) fn validity_bar(percent: u8, tone: BarTone) -> Html {
    let class = match tone {
        BarTone::Good => "bar-good",
        BarTone::Attention => "bar-attention",
        BarTone::Bad => "bar-bad",
        BarTone::Unknown => "bar-unknown",
    };
    // Drawn, because a width in a style attribute is not allowed on this page.
    html! {
        <svg class={classes!("bar", class)} viewBox="0 0 100 4" preserveAspectRatio="none"
            aria-hidden="true" focusable="false">
            <rect class="bar-track" width="100" height="4" />
            <rect class="bar-fill" width={percent.min(100).to_string()} height="4" />
        </svg>
    }
}
