//! The pages of the settings, in the order of their navigation. A new page is its address in `route.rs`, a
//! file, and here an entry with its `later!`.

use atlas::plan::Step;
use yew::prelude::*;

use super::{
    authorities::Authorities, history::History, off::Off, overview::Overview, rotate::Rotate,
    users::Users,
};
use crate::{route::Page, ui::later::later, visit::Visit};

/// A page, as the place treats it.
pub(super) struct Entry {
    pub(super) page: Page,
    /// In the navigation.
    pub(super) name: &'static str,
    pub(super) heading: &'static str,
    /// What it shows, once there are a connection and a project.
    pub(super) render: fn(&Visit) -> Html,
    /// Whether a change like this stands on it, to be read and applied.
    pub(super) takes: fn(&Step) -> bool,
}

pub(super) const PAGES: &[Entry] = &[
    Entry {
        page: Page::Overview,
        name: "Overview",
        heading: "How things stand",
        render: |visit| OVERVIEW.render(visit),
        takes: |_| false,
    },
    Entry {
        page: Page::Authorities,
        name: "Authorities",
        heading: "Authorities",
        render: |visit| AUTHORITIES.render(visit),
        takes: |step| matches!(step, Step::ReplaceBundle { .. }),
    },
    Entry {
        page: Page::Users,
        name: "Users",
        heading: "Users",
        render: |visit| USERS.render(visit),
        takes: |step| step.username().is_some(),
    },
    Entry {
        page: Page::Rotate,
        name: "Rotate",
        heading: "Replace an authority",
        render: |visit| ROTATE.render(visit),
        takes: |_| false,
    },
    Entry {
        page: Page::Off,
        name: "Off",
        heading: "Switch self-managed X.509 off",
        render: |visit| OFF.render(visit),
        takes: |step| matches!(step, Step::Disable { .. }),
    },
    Entry {
        page: Page::History,
        name: "History",
        heading: "History",
        render: |visit| HISTORY.render(visit),
        takes: |_| false,
    },
];

later! { OVERVIEW, overview in settings: Visit = |visit| html! { <Overview ..visit.clone() /> } }
later! { AUTHORITIES, authorities in settings: Visit = |visit| html! { <Authorities ..visit.clone() /> } }
later! { ROTATE, rotate in settings: Visit = |visit| html! { <Rotate ..visit.clone() /> } }
later! { USERS, users in settings: Visit = |visit| html! { <Users ..visit.clone() /> } }
later! { HISTORY, history in settings: Visit = |visit| html! { <History ..visit.clone() /> } }
later! { OFF, off in settings: Visit = |visit| html! { <Off ..visit.clone() /> } }

/// Loads what the pages need, so that it is there when the person comes to them. They are in one file.
pub(super) fn load_ahead() {
    OVERVIEW.load_ahead();
}

/// What a page is to the place. Each has its entry: the test below holds the list to the addresses.
pub(super) fn entry(page: Page) -> &'static Entry {
    let own = PAGES.iter().find(|entry| entry.page == page);
    own.unwrap_or(&PAGES[0])
}

/// The page where a change of these steps stands: the one that the first of them is about.
pub(super) fn of_change<'a>(steps: impl Iterator<Item = &'a Step>) -> Page {
    let takes = |step: &Step| PAGES.iter().find(|entry| (entry.takes)(step));
    let mut pages = steps.filter_map(takes);
    pages.next().map_or(Page::Overview, |entry| entry.page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_page_stands_once_in_the_order_of_the_addresses() {
        let pages: Vec<Page> = PAGES.iter().map(|entry| entry.page).collect();
        assert_eq!(pages, Page::ALL);
    }

    #[test]
    fn a_change_stands_on_the_page_that_its_first_step_is_about() {
        let off = Step::Disable {
            removed: Vec::new(),
        };
        assert_eq!(of_change([&off].into_iter()), Page::Off);
        assert_eq!(of_change(std::iter::empty()), Page::Overview);
    }
}
