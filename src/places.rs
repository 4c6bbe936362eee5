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
    /// What tells it from the others.
    pub(crate) path: &'static str,
    /// What somebody types who means it. It leads to its entrance.
    pub(crate) short: &'static str,
    /// Whether an address is one of its own.
    pub(crate) holds: fn(&str) -> bool,
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
        short: "/check",
        // A web server of files may be asked for the file itself.
        holds: |path| matches!(path, "/" | "/index.html"),
        entrance: || "/".into(),
        home: Home::Shell(|here| html! { <Check {here} /> }),
    },
    Place {
        name: "Setup",
        path: setup::PATH,
        short: setup::PATH,
        holds: setup::holds,
        entrance: setup::entrance,
        home: Home::Rest,
    },
];

impl Place {
    pub(crate) fn is_rest(&self) -> bool {
        matches!(self.home, Home::Rest)
    }
}

/// The place at `path`, as an index into [`PLACES`]; `None` for an address that is nobody's.
pub(crate) fn at(path: &str) -> Option<usize> {
    PLACES.iter().position(|place| (place.holds)(path))
}

/// The place that is meant by an address which is nobody's; a slash at its end changes nothing.
pub(crate) fn meant(path: &str) -> Option<&'static Place> {
    let path = path.strip_suffix('/').unwrap_or(path);
    PLACES.iter().find(|place| place.short == path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_belongs_to_one_place_and_unknown_ones_to_none() {
        for (path, name) in [
            ("/", Some("Check")),
            ("/index.html", Some("Check")),
            ("/setup/connect", Some("Setup")),
            ("/setup/finish", Some("Setup")),
            ("/setup", None),
            ("/setup/connect/", None),
            ("/setup/nowhere", None),
            ("/check", None),
            ("/nowhere", None),
            ("", None),
        ] {
            assert_eq!(at(path).map(|index| PLACES[index].name), name, "{path}");
        }
    }

    #[test]
    fn the_name_of_a_place_leads_to_it() {
        for (path, name) in [
            ("/setup", Some("Setup")),
            ("/setup/", Some("Setup")),
            ("/check", Some("Check")),
            ("/check/", Some("Check")),
            ("/setup/nowhere", None),
            ("/checks", None),
            ("", None),
        ] {
            assert_eq!(meant(path).map(|place| place.name), name, "{path}");
            assert_eq!(at(path), None, "{path}");
        }
    }
}
