//! Where in the page one is: the path of the address bar, links that change it without a load, and where
//! the person was in each place.

use std::rc::Rc;

use wasm_bindgen::{JsValue, closure::Closure};
use web_sys::MouseEvent;
use yew::prelude::*;

use crate::{
    browser::{document, session_storage, window},
    route::{Leads, Route},
};

/// The name that boot.js knows: where the person was last, in whichever place works with Atlas.
const LAST: &str = "last-path";

/// The event that [`go`] and [`go_instead`] raise, beside the browser's own `popstate`.
const MOVED: &str = "popstate";

fn path() -> Rc<str> {
    window()
        .location()
        .pathname()
        .map_or_else(|_| "/".into(), Rc::from)
}

/// Goes there without loading the page anew.
pub(crate) fn go(route: Route) {
    if let Ok(history) = window().history() {
        let _ = history.push_state_with_url(&JsValue::NULL, "", Some(route.path()));
    }
    moved();
}

/// Goes there in place of where one is, so that going back does not lead here again.
pub(crate) fn go_instead(route: Route) {
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(route.path()));
    }
    moved();
}

/// Goes to the place of a route: to where the person was in it, over reloads, or else to that route.
pub(crate) fn go_to_place(route: Route) {
    go(last_beside(route));
}

/// Where the person was last in the place of `route`; `route` if they were nowhere.
pub(crate) fn last_beside(route: Route) -> Route {
    let kept = || session_storage()?.get_item(&key(route)?).ok()?;
    match kept().and_then(|path| Route::parse(&path)) {
        Some(Leads::To(last)) if last.is_beside(route) => last,
        _ => route,
    }
}

/// Keeps that the person is there, for [`last_beside`], and for boot.js, which goes back there with a new
/// address of the gateway.
pub(crate) fn keep(route: Route) {
    if let (Some(storage), Some(key)) = (session_storage(), key(route)) {
        let _ = storage.set_item(&key, route.path());
        let _ = storage.set_item(LAST, route.path());
    }
}

/// The name that is kept under, the same for a whole place. None for one that has a single address.
fn key(route: Route) -> Option<String> {
    let place = route.path().split('/').nth(1)?;
    (!place.is_empty()).then(|| format!("{place}-path"))
}

fn moved() {
    if let Ok(event) = Event::new(MOVED) {
        let _ = window().dispatch_event(&event);
    }
    if let Some(root) = document().document_element() {
        root.set_scroll_top(0);
    }
}

/// The path one is at; the component renders again when it changes.
#[hook]
pub(crate) fn use_path() -> Rc<str> {
    let current = use_state_eq(path);
    let set = current.setter();
    use_effect_with((), move |()| {
        // A component may go elsewhere as soon as it is there, before anybody listens.
        set.set(path());
        let listener = Closure::<dyn Fn()>::new(move || set.set(path()));
        let target = window();
        let callback = wasm_bindgen::JsCast::unchecked_ref::<js_sys::Function>(listener.as_ref());
        let _ = target.add_event_listener_with_callback(MOVED, callback);
        move || {
            let callback =
                wasm_bindgen::JsCast::unchecked_ref::<js_sys::Function>(listener.as_ref());
            let _ = window().remove_event_listener_with_callback(MOVED, callback);
        }
    });
    Rc::clone(&current)
}

#[derive(PartialEq, Properties)]
pub(crate) struct LinkProps {
    pub(crate) to: Route,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// Whether this is where one is.
    #[prop_or_default]
    pub(crate) here: bool,
    pub(crate) children: Html,
}

/// A link inside the page. With a modifier key or the middle button it is the browser's own.
#[component]
pub(crate) fn Link(props: &LinkProps) -> Html {
    let to = props.to;
    let onclick = move |event: MouseEvent| {
        let plain = !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
        if plain && event.button() == 0 {
            event.prevent_default();
            go(to);
        }
    };
    html! {
        <a href={props.to.path()} class={props.class.clone()} {onclick}
            aria-current={props.here.then_some("page")}>
            { props.children.clone() }
        </a>
    }
}
