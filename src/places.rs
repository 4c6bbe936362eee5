//! The places of the page, in the order of the header. A new place is a folder and a line here.

use yew::prelude::*;

use crate::check::Check;

/// What a place is told.
#[derive(PartialEq, Properties)]
pub(crate) struct PlaceProps {
    /// Whether the person is here. A place stays alive while they are elsewhere, so that nothing
    /// is lost by looking around.
    pub(crate) here: bool,
}

/// A place: what the header calls it, its address, and what it renders.
pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) path: &'static str,
    pub(crate) render: fn(here: bool) -> Html,
}

pub(crate) const PLACES: &[Place] = &[Place {
    name: "Check",
    path: "/",
    render: |here| html! { <Check {here} /> },
}];

impl Place {
    /// Whether `path` is this place or one inside it.
    pub(crate) fn holds(&self, path: &str) -> bool {
        match path.strip_prefix(self.path) {
            Some("") => true,
            Some(rest) => self.path != "/" && rest.starts_with('/'),
            None => false,
        }
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
    fn the_check_place_is_at_the_root_and_takes_unknown_addresses() {
        for path in ["/", "/nowhere", ""] {
            assert_eq!(PLACES[at(path)].name, "Check", "{path}");
        }
        assert!(!PLACES[0].holds("/nowhere"));
    }
}
