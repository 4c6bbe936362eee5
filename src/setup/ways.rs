//! Where in this place the parts of a change are: in its steps.

use crate::{
    review::ways::{Spot, Ways},
    route::{Route, Step},
};

const fn step(step: Step, name: &'static str, within: &'static str) -> Spot {
    Spot {
        route: Route::Setup(step),
        name,
        within,
    }
}

pub(super) static WAYS: Ways = Ways {
    connect: step(Step::Connect, "Connect", "in the step Connect"),
    project: step(Step::Project, "Project", "in the step Project"),
    authorities: step(Step::Authorities, "Authorities", "in the step Authorities"),
    clients: step(
        Step::Clients,
        "Client certificates",
        "in the step Client certificates",
    ),
    users: step(Step::Access, "Access", "in the step Access"),
    review: step(Step::Review, "Review", "in the step Review"),
    run: step(Step::Apply, "Apply", "in the step Apply"),
    finish: Some(Route::Setup(Step::Finish)),
};
