//! The places of the page, in the order of the header. A new place is its addresses in `route.rs`, a
//! folder, and a line here: nothing else names it.

use yew::prelude::*;

use crate::{
    check::Check,
    route::{Route, Step},
    setup::Setup,
    ui::later::later,
    visit::Visit,
};

/// Somewhere that a person does something.
pub(crate) struct Place {
    /// Where it begins. Whatever is beside it is its own.
    pub(crate) route: Route,
    /// What the header calls it.
    pub(crate) name: &'static str,
    pub(crate) render: fn(&Visit) -> Html,
    /// Loads what it needs, so that it is there when somebody comes.
    pub(crate) load_ahead: fn(),
}

pub(crate) const PLACES: &[Place] = &[
    Place {
        route: Route::Check,
        name: "Check",
        render: |visit| html! { <Check ..visit.clone() /> },
        load_ahead: || {},
    },
    Place {
        route: Route::Setup(Step::Connect),
        name: "Setup",
        render: |visit| SETUP.render(visit),
        load_ahead: || SETUP.load_ahead(),
    },
];

later! { SETUP, setup in setup: Visit = |visit| html! { <Setup ..visit.clone() /> } }

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
        others.chain(Step::ALL.map(Route::Setup))
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
            ("/setup/connect/", None),
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
