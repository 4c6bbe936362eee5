//! Listening, from a component, to events that reach the document or the window.

use std::{cell::RefCell, rc::Rc};

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, EventTarget};
use yew::prelude::*;

use crate::browser;

pub(crate) fn of_document() -> EventTarget {
    browser::document().into()
}

pub(crate) fn of_window() -> EventTarget {
    browser::window().into()
}

/// Calls the newest `handler` for each event called `name` that reaches `target`, as long as the
/// component lives. `E` is the class of that event.
#[hook]
pub(crate) fn use_event<E: JsCast + 'static>(
    target: fn() -> EventTarget,
    name: &'static str,
    handler: impl Fn(E) + 'static,
) {
    type Slot<E> = Rc<RefCell<Option<Rc<dyn Fn(E)>>>>;
    let slot: Slot<E> = use_mut_ref(|| None);
    *slot.borrow_mut() = Some(Rc::new(handler));
    use_effect_with((), move |()| {
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let handler = slot.borrow().clone();
            if let Some(handler) = handler {
                handler(event.unchecked_into());
            }
        });
        let function: js_sys::Function = listener.as_ref().clone().unchecked_into();
        let _ = target().add_event_listener_with_callback(name, &function);
        move || {
            let _ = target().remove_event_listener_with_callback(name, &function);
            drop(listener);
        }
    });
}
