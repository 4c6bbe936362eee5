//! Keeps the focus near where a person was, when what had it is gone.
//!
//! A browser gives it back to the whole document then, and whoever works by keyboard starts again at
//! the top. Here the heading of what stood around it takes it, unless the component that took it
//! away has moved the focus itself, as most do.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    Element, Event, FocusEvent, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit,
    NodeList,
};
use yew::prelude::*;

use super::event::{of_document, use_event};
use crate::browser;

const HEADINGS: &str = "h1, h2, h3";

/// A heading that takes the focus whenever there is another `page` under it, but for the first that one comes
/// to. `here`: whether the person is where it stands.
#[hook]
pub(crate) fn use_focus_on_each<P: PartialEq + 'static>(here: bool, page: P) -> NodeRef {
    let heading = use_node_ref();
    {
        let heading = heading.clone();
        let first = use_mut_ref(|| true);
        use_effect_with((here, page), move |(here, _)| {
            if *here
                && !std::mem::take(&mut *first.borrow_mut())
                && let Some(heading) = heading.cast::<HtmlElement>()
            {
                browser::focus(&heading);
            }
        });
    }
    heading
}

/// Where a person is.
#[derive(Default)]
struct Whereabouts {
    /// What has the focus, and everything around it, from the inside out. Empty when it was left on
    /// purpose.
    trail: Vec<Element>,
    /// Whether they point. Then nothing jumps: they look where they are.
    points: bool,
}

/// Keeps the focus, everywhere in the document.
#[hook]
pub(crate) fn use_kept_focus() {
    let whereabouts = use_mut_ref(Whereabouts::default);
    {
        let whereabouts = whereabouts.clone();
        use_event(of_document, "focusin", move |event: FocusEvent| {
            let focused = event.target().and_then(|target| target.dyn_into().ok());
            let around = |element: &Element| element.parent_element();
            whereabouts.borrow_mut().trail = std::iter::successors(focused, around).collect();
        });
    }
    {
        let whereabouts = whereabouts.clone();
        use_event(of_document, "pointerdown", move |_: Event| {
            *whereabouts.borrow_mut() = Whereabouts {
                trail: Vec::new(),
                points: true,
            };
        });
    }
    {
        let whereabouts = whereabouts.clone();
        use_event(of_document, "keydown", move |_: Event| {
            whereabouts.borrow_mut().points = false;
        });
    }
    use_effect_with((), move |()| {
        let look = Closure::<dyn Fn()>::new(move || {
            // Apart, for moving the focus is noted as well.
            let next = whereabouts.borrow().next();
            if let Some((heading, options)) = next {
                let _ = heading.focus_with_options(&options);
            }
        });
        // A page in a browser without it has its focus as the browser leaves it.
        let observer = MutationObserver::new(look.as_ref().unchecked_ref()).ok();
        let changes = MutationObserverInit::new();
        changes.set_child_list(true);
        changes.set_subtree(true);
        if let Some(observer) = &observer {
            let _ = observer.observe_with_options(&browser::document(), &changes);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(look);
        }
    });
}

impl Whereabouts {
    /// The nearest heading, if what had the focus is gone, and how it is to be focused.
    fn next(&self) -> Option<(HtmlElement, FocusOptions)> {
        let is_gone = self.trail.first().is_some_and(|last| !last.is_connected());
        if !is_gone || !browser::focus_is_lost() {
            return None;
        }
        let around = self.trail.iter().filter(|element| element.is_connected());
        let heading = around.into_iter().find_map(heading_in)?;
        if !heading.has_attribute("tabindex") {
            heading.set_tab_index(-1);
        }
        let options = FocusOptions::new();
        options.set_prevent_scroll(self.points);
        Some((heading, options))
    }
}

/// The first heading in `around` that is shown.
fn heading_in(around: &Element) -> Option<HtmlElement> {
    let headings: NodeList = around.query_selector_all(HEADINGS).ok()?;
    (0..headings.length())
        .filter_map(|index| headings.get(index)?.dyn_into::<HtmlElement>().ok())
        .find(|heading| heading.offset_parent().is_some())
}
