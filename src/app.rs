//! The shell: header, the place one is at, and the footer.

use std::rc::Rc;

use web_sys::DragEvent;
use yew::prelude::*;

use crate::{
    address::{Link, go_instead, use_path},
    browser,
    nowhere::Nowhere,
    places::{self, Home, PLACES, REST},
    ui::{
        event::{of_window, use_event},
        theme::ThemeSwitch,
    },
};

/// The id of the content that the shell renders itself.
const SHELL: &str = "main";

#[component]
pub(crate) fn App() -> Html {
    let path = use_path();
    let current = places::at(&path);
    // Places already visited, which stay alive in the background.
    let visited = use_mut_ref(|| vec![false; PLACES.len()]);
    if let Some(current) = current {
        visited.borrow_mut()[current] = true;
    }

    let meant = places::meant(&path).filter(|_| current.is_none());
    use_effect_with(meant.map(|place| place.path), move |_| {
        if let Some(place) = meant {
            go_instead(&(place.entrance)());
        }
    });

    // A drop that nobody took must not make the browser open the file in place of the page.
    use_event(of_window, "dragover", |event| refuse(&event));
    use_event(of_window, "drop", |event| refuse(&event));

    let links = PLACES.iter().enumerate().map(|(index, place)| {
        // Where the person is, the way in leads nowhere else.
        let here = Some(index) == current;
        let to = if here {
            AttrValue::from(Rc::clone(&path))
        } else {
            (place.entrance)()
        };
        html! { <li><Link {to} {here}>{ place.name }</Link></li> }
    });
    let places = PLACES.iter().enumerate().filter_map(|(index, place)| {
        let Home::Shell(render) = place.home else {
            return None;
        };
        let here = Some(index) == current;
        Some(html! {
            <div key={place.path} hidden={!here}>
                if visited.borrow()[index] { { render(here) } }
            </div>
        })
    });
    let at_rest = current.is_some_and(|current| PLACES[current].is_rest());
    use_effect_with(at_rest, |at_rest| {
        // The element of the second program stands beside the shell, in index.html: inside of it,
        // each program would take the other's events for its own.
        if let Some(rest) = browser::element(REST) {
            rest.set_hidden(!at_rest);
        }
        if *at_rest {
            // boot.js hears it, and loads the second program the first time.
            browser::tell(REST);
        }
    });
    html! {
        <>
            <a class="skip" href={format!("#{}", if at_rest { REST } else { SHELL })}>{ "Skip to the content" }</a>
            <header class="masthead">
                <div class="masthead-inner">
                    <span class="brand">{ "Atlas X.509" }</span>
                    <nav aria-label="Places"><ul>{ for links }</ul></nav>
                    <ThemeSwitch />
                </div>
                <p class="sandbox-notice">
                    <strong>{ "Sandbox" }</strong>
                    { " A stand-in for Atlas: whatever you set up here is not real." }
                </p>
            </header>
            <main id={SHELL} tabindex="-1" hidden={at_rest}>
                { for places }
                if current.is_none() && meant.is_none() { <Nowhere {path} /> }
            </main>
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
