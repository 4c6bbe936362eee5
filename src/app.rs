//! The shell: header, the place one is at, and what stands there in its stead.

use std::rc::Rc;

use web_sys::DragEvent;
use yew::prelude::*;

use crate::{
    address::{self, Link, go_instead, use_path},
    browser,
    nowhere::Nowhere,
    places::{self, PLACES, Shown, WITH_ATLAS},
    route::{Leads, Route},
    ui::{
        event::{of_window, use_event},
        focus::use_kept_focus,
        theme::ThemeSwitch,
    },
    visit::{Hands, Presence},
};

/// The id of what the page holds besides its header.
const CONTENT: &str = "main";

/// After how many milliseconds the other places are loaded, so that they are not in the way of the one
/// that the person came for.
const QUIET: i32 = 1_500;

#[component]
pub(crate) fn App() -> Html {
    let path = use_path();
    let leads = Route::parse(&path);
    use_effect_with(leads, |leads| match *leads {
        Some(Leads::To(route)) => address::keep(route),
        Some(Leads::ToPlace(route)) => go_instead(address::last_beside(route)),
        None => {}
    });

    use_kept_focus();
    // A drop that nobody took must not make the browser open the file in place of the page.
    use_event(of_window, "dragover", |event| refuse(&event));
    use_event(of_window, "drop", |event| refuse(&event));

    let route = match leads {
        Some(Leads::To(route)) => Some(route),
        _ => None,
    };
    html! {
        <>
            <a class="skip" href={format!("#{CONTENT}")}>{ "Skip to the content" }</a>
            { masthead(route) }
            <main id={CONTENT} tabindex="-1">
                <Places {route} />
                if leads.is_none() { <Nowhere path={Rc::clone(&path)} /> }
            </main>
        </>
    }
}

fn masthead(route: Option<Route>) -> Html {
    let links = PLACES.iter().map(|place| {
        // Where the person is, the way in leads nowhere else.
        let here = route.filter(|route| route.is_beside(place.route));
        let to = here.unwrap_or_else(|| address::last_beside(place.route));
        html! { <li><Link {to} here={here.is_some()}>{ place.name }</Link></li> }
    });
    html! {
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
    }
}

#[derive(PartialEq, Properties)]
struct PlacesProps {
    route: Option<Route>,
}

/// The place one is at, and those already visited, which stay alive in the background.
#[component]
fn Places(props: &PlacesProps) -> Html {
    let hands = use_state(Hands::default);
    let visited = use_mut_ref(|| vec![false; PLACES.len()]);
    let current = props.route.and_then(places::of);
    if let Some(current) = current {
        visited.borrow_mut()[current] = true;
    }
    use_effect_with((), |()| {
        wasm_bindgen_futures::spawn_local(async {
            browser::sleep(QUIET).await;
            WITH_ATLAS.load_ahead();
        });
    });
    let presence = |here| Presence {
        here,
        hands: (*hands).clone(),
    };
    let by_themselves = PLACES.iter().enumerate().filter_map(|(index, place)| {
        let Shown::ByItself(render) = place.shown else {
            return None;
        };
        let here = Some(index) == current;
        Some(html! {
            <div key={place.name} hidden={!here}>
                if visited.borrow()[index] { { render(&presence(here)) } }
            </div>
        })
    });
    let is_with_atlas = |index: usize| matches!(PLACES[index].shown, Shown::WithAtlas);
    let here = current.is_some_and(is_with_atlas);
    let was_there = (0..PLACES.len()).any(|index| is_with_atlas(index) && visited.borrow()[index]);
    html! {
        <>
            { for by_themselves }
            <div key="with-atlas" hidden={!here}>
                if was_there { { WITH_ATLAS.render(&presence(here)) } }
            </div>
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
