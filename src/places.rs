//! The places of the page, in the order of the header. A new place is its addresses in `route.rs`, a
//! folder, and a line here: nothing else names it.

use yew::prelude::*;

use crate::{
    check::Check,
    entrance::session::{OfAtlas, Session},
    route::{Page, Route, Step},
    settings::Settings,
    setup::Setup,
    ui::later::later,
    visit::Presence,
};

/// Somewhere that a person does something.
pub(crate) struct Place {
    /// Where it begins. Whatever is beside it is its own.
    pub(crate) route: Route,
    /// What the header calls it.
    pub(crate) name: &'static str,
    pub(crate) shown: Shown,
}

/// How a place is shown.
#[derive(Clone, Copy)]
pub(crate) enum Shown {
    ByItself(fn(&Presence) -> Html),
    /// By [`WITH_ATLAS`], with the session that it has in common with others.
    WithAtlas,
}

pub(crate) const PLACES: &[Place] = &[
    Place {
        route: Route::Check,
        name: "Check",
        shown: Shown::ByItself(|presence| html! { <Check ..presence.clone() /> }),
    },
    Place {
        route: Route::Setup(Step::Connect),
        name: "Setup",
        shown: Shown::WithAtlas,
    },
    Place {
        route: Route::Settings(Page::Overview),
        name: "Settings",
        shown: Shown::WithAtlas,
    },
];

/// The places that work with Atlas, each at its route.
const OF_ATLAS: &[OfAtlas] = &[
    OfAtlas {
        route: Route::Setup(Step::Connect),
        render: |visit| html! { <Setup ..visit.clone() /> },
    },
    OfAtlas {
        route: Route::Settings(Page::Overview),
        render: |visit| html! { <Settings ..visit.clone() /> },
    },
];

later! { pub(crate) WITH_ATLAS, with_atlas in setup under "Work with Atlas": Presence = |presence| {
    html! { <Session presence={presence.clone()} places={OF_ATLAS} /> }
} }

/// The place that a route is in, as an index into [`PLACES`].
pub(crate) fn of(route: Route) -> Option<usize> {
    PLACES.iter().position(|place| place.route.is_beside(route))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::route::{ADDRESSES, Leads};

    /// Every route there is.
    fn routes() -> impl Iterator<Item = Route> {
        let others = ADDRESSES.iter().map(|(_, route)| *route);
        let others = others.chain(Step::ALL.map(Route::Setup));
        others.chain(Page::ALL.map(Route::Settings))
    }

    #[test]
    fn every_route_has_an_address_of_its_own_and_is_in_one_place() {
        for route in routes() {
            assert_eq!(Route::parse(route.path()), Some(Leads::To(route)));
            let places = PLACES.iter().filter(|place| place.route.is_beside(route));
            assert_eq!(places.count(), 1, "{route:?}");
        }
    }

    #[test]
    fn a_place_that_works_with_atlas_is_in_both_tables() {
        for place in PLACES {
            let of_atlas = OF_ATLAS.iter().any(|other| other.route == place.route);
            let is_with_atlas = matches!(place.shown, Shown::WithAtlas);
            assert_eq!(is_with_atlas, of_atlas, "{}", place.name);
        }
    }

    #[test]
    fn every_address_leads_somewhere_and_unknown_ones_nowhere() {
        let connect = Route::Setup(Step::Connect);
        for (path, leads) in [
            ("/", Some(Leads::To(Route::Check))),
            ("/index.html", Some(Leads::To(Route::Check))),
            ("/setup/connect", Some(Leads::To(connect))),
            ("/setup/finish", Some(Leads::To(Route::Setup(Step::Finish)))),
            ("/setup", Some(Leads::ToPlace(connect))),
            ("/setup/", Some(Leads::ToPlace(connect))),
            ("/check", Some(Leads::ToPlace(Route::Check))),
            ("/check/", Some(Leads::ToPlace(Route::Check))),
            (
                "/settings",
                Some(Leads::To(Route::Settings(Page::Overview))),
            ),
            ("/settings/off", Some(Leads::To(Route::Settings(Page::Off)))),
            (
                "/settings/",
                Some(Leads::ToPlace(Route::Settings(Page::Overview))),
            ),
            ("/setup/connect/", None),
            ("/settings/off/", None),
            ("/setup/nowhere", None),
            ("/checks", None),
            ("/nowhere", None),
            ("", None),
        ] {
            assert_eq!(Route::parse(path), leads, "{path}");
        }
    }

    #[test]
    fn no_address_stands_twice() {
        for (index, (address, _)) in ADDRESSES.iter().enumerate() {
            let first = ADDRESSES.iter().position(|(other, _)| other == address);
            assert_eq!(first, Some(index), "{address}");
        }
    }
}
