//! Where in this place the parts of a change are: on its pages. What was decided is read, applied and undone on
//! the page that it is about, so those two lead nowhere else.

use crate::{
    review::ways::{Spot, Ways},
    route::{Page, Route, Step},
};

const fn page(page: Page, name: &'static str, within: &'static str) -> Spot {
    Spot {
        route: Route::Settings(page),
        name,
        within,
    }
}

pub(super) static WAYS: Ways = Ways {
    connect: page(Page::Overview, "Overview", "on the page Overview"),
    project: page(Page::Overview, "Overview", "on the page Overview"),
    authorities: page(Page::Authorities, "Authorities", "on the page Authorities"),
    // Clients and users have no page here: they are looked at and changed in Setup, with the same session.
    clients: Spot {
        route: Route::Setup(Step::Clients),
        name: "Client certificates",
        within: "in Setup, in the step Client certificates",
    },
    users: Spot {
        route: Route::Setup(Step::Access),
        name: "Access",
        within: "in Setup, in the step Access",
    },
    review: page(Page::Overview, "Overview", "on this page"),
    run: page(Page::Overview, "Overview", "on this page"),
    finish: None,
};
