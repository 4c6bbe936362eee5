//! A list of which a piece is shown, and more when asked: thousands of items at once would hold up
//! whoever looks at the page.

use yew::prelude::*;

use super::show_more::ShowMore;

/// How many items are shown at first, and how many more each time.
const PAGE: usize = 25;

#[derive(PartialEq, Properties)]
pub(crate) struct PagedProps {
    pub(crate) total: usize,
    /// Renders one item, `<li>` and all, by its position.
    pub(crate) item: Callback<usize, Html>,
    #[prop_or_default]
    pub(crate) class: Classes,
}

#[component]
pub(crate) fn Paged(props: &PagedProps) -> Html {
    let shown = use_state_eq(|| PAGE);
    let now = (*shown).min(props.total);
    let onmore = {
        let shown = shown.setter();
        Callback::from(move |()| shown.set(now + PAGE))
    };
    html! {
        <>
            <ul class={props.class.clone()}>{ for (0..now).map(|index| props.item.emit(index)) }</ul>
            <ShowMore shown={now} total={props.total} step={PAGE} {onmore} />
        </>
    }
}
