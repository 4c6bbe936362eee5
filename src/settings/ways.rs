//! Where in this place the parts of a change are: on its pages. What was decided is read, applied and undone on
//! the page that it is about, so those two lead nowhere else.

use crate::{
    review::ways::{Spot, Ways},
    route::{Page, Route},
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
    clients: page(Page::Users, "Users", "on the page Users"),
    users: page(Page::Users, "Users", "on the page Users"),
    review: page(Page::Overview, "Overview", "on this page"),
    run: page(Page::Overview, "Overview", "on this page"),
    finish: None,
};
