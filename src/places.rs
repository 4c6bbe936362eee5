//! The places of the page, in the order of the header. A new place is a folder and a line here.

use yew::prelude::*;

use crate::{check::Check, setup};

/// What a place is told.
#[derive(PartialEq, Properties)]
pub(crate) struct PlaceProps {
    /// Whether the person is here. A place stays alive while they are elsewhere, so that nothing
    /// is lost by looking around.
    pub(crate) here: bool,
}

/// A place: what the header calls it, its addresses, and which program renders it.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    /// All its addresses are this one or begin with it and a slash.
    pub(crate) path: &'static str,
    /// Where the header leads.
    pub(crate) entrance: fn() -> AttrValue,
    pub(crate) home: Home,
}

/// The program that a place belongs to.
pub(crate) enum Home {
    /// The one that is loaded first.
    Shell(fn(here: bool) -> Html),
    /// The one that is loaded when somebody first goes there; see [`crate::rest`].
    Rest,
}

/// The id of the element that the second program renders into.
pub(crate) const REST: &str = "rest";

pub(crate) const PLACES: &[Place] = &[
    Place {
        name: "Check",
        path: "/",
        entrance: || "/".into(),
        home: Home::Shell(|here| html! { <Check {here} /> }),
    },
    Place {
        name: "Setup",
        path: setup::PATH,
        entrance: setup::entrance,
        home: Home::Rest,
    },
];

impl Place {
    /// Whether `path` is this place or one inside it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        match path.strip_prefix(self.path) {
            Some("") => true,
            Some(rest) => self.path != "/" && rest.starts_with('/'),
            None => false,
        }
    }

    pub(crate) fn is_rest(&self) -> bool {
        matches!(self.home, Home::Rest)
    }
}

/// The place at `path`, as an index into [`PLACES`]; the first one for an address nobody knows.
pub(crate) fn at(path: &str) -> usize {
    PLACES
        .iter()
        .position(|place| place.holds(path))
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_belongs_to_one_place_and_unknown_ones_to_the_first() {
        for (path, name) in [
            ("/", "Check"),
            ("/nowhere", "Check"),
            ("", "Check"),
            ("/setup/connect", "Setup"),
            ("/setups", "Check"),
        ] {
            assert_eq!(PLACES[at(path)].name, name, "{path}");
        }
        assert!(!PLACES[0].holds("/nowhere"));
    }
}
