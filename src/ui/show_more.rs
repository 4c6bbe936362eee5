//! A button that lengthens a long list by a piece.

use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct ShowMoreProps {
    pub(crate) shown: usize,
    pub(crate) total: usize,
    /// How many more the button shows.
    pub(crate) step: usize,
    pub(crate) onmore: Callback<()>,
}

#[component]
pub(crate) fn ShowMore(props: &ShowMoreProps) -> Html {
    let left = props.total.saturating_sub(props.shown);
    if left == 0 {
        return Html::default();
    }
    let onclick = props.onmore.reform(|_: MouseEvent| ());
    html! {
        <p class="show-more">
            <button type="button" class="button" {onclick}>
                { format!("Show {} more", left.min(props.step)) }
            </button>
            <span class="quiet">{ format!("{} of {} shown", props.shown, props.total) }</span>
        </p>
    }
}
