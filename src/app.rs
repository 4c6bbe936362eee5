//! The shell: header, the place one is at, and the footer.

use web_sys::DragEvent;
use yew::prelude::*;

use crate::{
    address::{Link, use_path},
    places::{self, PLACES},
    ui::{
        event::{of_window, use_event},
        theme::ThemeSwitch,
    },
};

#[component]
pub(crate) fn App() -> Html {
    let path = use_path();
    let current = places::at(&path);
    // Places already visited, which stay alive in the background.
    let visited = use_mut_ref(|| vec![false; PLACES.len()]);
    visited.borrow_mut()[current] = true;

    // A drop that nobody took must not make the browser open the file in place of the page.
    use_event(of_window, "dragover", |event| refuse(&event));
    use_event(of_window, "drop", |event| refuse(&event));

    let links = PLACES.iter().enumerate().map(|(index, place)| {
        html! { <li><Link to={place.path} here={index == current}>{ place.name }</Link></li> }
    });
    let places = PLACES.iter().enumerate().map(|(index, place)| {
        let here = index == current;
        html! {
            <div key={place.path} hidden={!here}>
                if visited.borrow()[index] { { (place.render)(here) } }
            </div>
        }
    });
    html! {
        <>
            <a class="skip" href="#main">{ "Skip to the content" }</a>
            <header class="masthead">
                <div class="masthead-inner">
                    <span class="brand">{ "Atlas X.509" }</span>
                    <nav aria-label="Places"><ul>{ for links }</ul></nav>
                    <ThemeSwitch />
                </div>
            </header>
            <main id="main" tabindex="-1">{ for places }</main>
        </>
    }
}

fn refuse(event: &DragEvent) {
    if !event.default_prevented() {
        event.prevent_default();
        if let Some(transfer) = event.data_transfer() {
            transfer.set_drop_effect("none");
        }
    }
}
