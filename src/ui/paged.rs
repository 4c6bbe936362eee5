//! A list in pages.

use yew::prelude::*;

use super::pages::use_pages;

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
    let pages = use_pages(PAGE);
    let now = pages.shown().min(props.total);
    html! {
        <>
            <ul class={props.class.clone()}>{ for (0..now).map(|index| props.item.emit(index)) }</ul>
            { pages.more(props.total) }
        </>
    }
}
