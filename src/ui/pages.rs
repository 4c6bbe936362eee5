//! A piece of a long list, and more when asked: thousands of items at once would hold up whoever looks at
//! the page.

use yew::prelude::*;

use super::show_more::ShowMore;

/// How much of a list is shown.
#[derive(Clone)]
pub(crate) struct Pages {
    shown: UseStateHandle<usize>,
    step: usize,
}

/// A list of which `step` items are shown at first, and as many more each time.
#[hook]
pub(crate) fn use_pages(step: usize) -> Pages {
    Pages {
        shown: use_state_eq(|| step),
        step,
    }
}

impl Pages {
    /// How many items there are to show, if there are so many.
    pub(crate) fn shown(&self) -> usize {
        *self.shown
    }

    /// Shows the beginning of another list.
    pub(crate) fn begin_anew(&self) {
        self.shown.set(self.step);
    }

    /// What stands below a list of so many items.
    pub(crate) fn more(&self, total: usize) -> Html {
        let (setter, next) = (self.shown.setter(), *self.shown + self.step);
        let onmore = Callback::from(move |()| setter.set(next));
        html! { <ShowMore shown={(*self.shown).min(total)} {total} step={self.step} {onmore} /> }
    }
}
