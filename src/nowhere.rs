//! The page at an address that is nobody's: says so, and leads back.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    address::{self, Link},
    browser,
    places::PLACES,
    words,
};

#[derive(PartialEq, Properties)]
pub(crate) struct NowhereProps {
    pub(crate) path: Rc<str>,
}

#[component]
pub(crate) fn Nowhere(props: &NowhereProps) -> Html {
    use_effect_with((), |()| {
        browser::set_title(&format!("No page here – {}", words::PRODUCT));
    });
    html! {
        <div class="place">
            <h1>{ "There is no page at this address" }</h1>
            <p class="lead"><code class="name">{ &*props.path }</code></p>
            <p>{ "The link may be old, or a letter may be missing. Go on from here:" }</p>
            <ul class="bulleted">
                { for PLACES.iter().map(|place| html! {
                    <li><Link to={address::last_beside(place.route)}>{ place.name }</Link></li>
                }) }
            </ul>
        </div>
    }
}
