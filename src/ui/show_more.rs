//! A button that lengthens a long list by a piece.

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{browser, words::grouped};

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
    let pressed = use_mut_ref(|| false);
    let line = use_node_ref();
    {
        // The button goes with the last piece. What stays in its place keeps the focus.
        let (pressed, line) = (pressed.clone(), line.clone());
        use_effect_with(left == 0, move |is_all| {
            if *is_all
                && pressed.take()
                && let Some(line) = line.cast::<HtmlElement>()
            {
                browser::focus(&line);
            }
        });
    }
    if left == 0 && !*pressed.borrow() {
        return Html::default();
    }
    let number = |count: usize| grouped(count as u64);
    let onclick = {
        let (onmore, pressed) = (props.onmore.clone(), pressed.clone());
        move |_: MouseEvent| {
            pressed.replace(true);
            onmore.emit(());
        }
    };
    html! {
        <p class="show-more" ref={line} tabindex={(left == 0).then_some("-1")}>
            if left > 0 {
                <button type="button" class="button" {onclick}>
                    { format!("Show {} more", number(left.min(props.step))) }
                </button>
            }
            <span class="quiet">{ format!("{} of {} shown", number(props.shown), number(props.total)) }</span>
        </p>
    }
}
