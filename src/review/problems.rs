//! What stands in the way of a change, part by part, wherever it is planned.

use atlas::plan::{Plan, Problem as OfPlan};

use super::ways::{Spot, Ways};
use crate::{
    browser,
    certificates::work::Work,
    change::{bundle::Comparison, problem::Problem},
    session::state::{Loaded, State},
};

/// The id of the element where everything that stands in the way of the bundle can be mended.
pub(crate) const BUNDLE: &str = "bundle";

/// Something that has to be mended before a plan can be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    pub(crate) text: String,
    /// Where it is mended.
    pub(crate) spot: Spot,
}

/// What stands in the way of applying the plan: what the parts say, and of the plan's own problems those that
/// none of them says.
pub(crate) fn obstacles(state: &State, plan: Option<&Plan>, ways: &'static Ways) -> Vec<Obstacle> {
    let parts = [
        (ways.connect, connection(state)),
        (ways.project, project(state)),
        (ways.authorities, bundle(state)),
        (ways.clients, clients(state)),
        (ways.users, users(state)),
    ];
    let mut obstacles: Vec<Obstacle> = parts
        .into_iter()
        .flat_map(|(spot, problems)| {
            let problems = problems.into_iter();
            problems.map(move |problem| Obstacle {
                text: problem.text,
                spot,
            })
        })
        .collect();
    if state.draft.day.is_some() {
        let text = "The certificates are judged for another day than today. Go back to today.";
        obstacles.push(Obstacle {
            text: text.to_owned(),
            spot: ways.authorities,
        });
    }
    for problem in plan.iter().flat_map(|plan| &plan.problems) {
        let spot = match problem {
            OfPlan::EmptyBundle => ways.authorities,
            _ => ways.users,
        };
        if !obstacles.iter().any(|obstacle| obstacle.spot == spot) {
            obstacles.push(Obstacle {
                text: problem.sentence(),
                spot,
            });
        }
    }
    obstacles
}

pub(crate) fn connection(state: &State) -> Vec<Problem> {
    if state.connection.known().is_some() {
        return Vec::new();
    }
    let is_loading = state.connection.is_loading();
    vec![if is_loading {
        Problem::passing("connection", "Wait until Atlas has answered.")
    } else {
        Problem::new("connection", "Connect to Atlas first.")
    }]
}

pub(crate) fn project(state: &State) -> Vec<Problem> {
    const FIELD: &str = "projects";
    vec![match (&state.draft.project, &state.facts) {
        (None, _) => Problem::new(FIELD, "Choose a project."),
        (Some(_), Loaded::Loading(None) | Loaded::No) => {
            Problem::passing(FIELD, "Wait until the project has been read.")
        }
        (Some(_), Loaded::Failed(_)) => Problem::new(
            FIELD,
            "The project could not be read. Try again, or choose another.",
        ),
        _ => return Vec::new(),
    }]
}

pub(crate) fn bundle(state: &State) -> Vec<Problem> {
    let passing = |text| vec![Problem::passing(BUNDLE, text)];
    let lasting = |text| vec![Problem::new(BUNDLE, text)];
    match (&state.facts, state.work, &state.judged) {
        (Loaded::Failed(_), ..) => {
            lasting("The project could not be read. Try again, or choose another.")
        }
        (Loaded::No | Loaded::Loading(None), ..) => {
            passing("Wait until the project has been read.")
        }
        (_, Work::Stopped { .. }, _) => lasting("Judging was stopped. Press “Go on” first."),
        (_, Work::Idle, Some(judged)) => {
            let comparison = Comparison::new(judged, state.authorities(), &state.draft);
            // Whoever may not read the bundle may look at everything all the same.
            let facts = state.facts.known();
            let is_unreadable = facts.is_some_and(|facts| facts.role_too_low().is_some());
            if comparison.new.is_empty() && is_unreadable {
                return Vec::new();
            }
            let obstacles = comparison.obstacles(judged, &state.draft, browser::now());
            let asked = state.outlook.asked_of_bundle.as_ref();
            obstacles
                .into_iter()
                .map(|text| Problem::new(BUNDLE, text))
                .chain(asked.and_then(|asked| asked.problem(&state.draft)))
                .collect()
        }
        _ => passing("Wait until the certificates have been judged."),
    }
}

pub(crate) fn clients(state: &State) -> Vec<Problem> {
    match (state.work, &state.judged) {
        (Work::Idle, Some(_)) => {
            let asked = state.outlook.asked_of_clients.iter();
            asked
                .filter_map(|asked| asked.problem(&state.draft))
                .collect()
        }
        (Work::Reading { .. } | Work::Judging { .. }, Some(judged))
            if judged.after.clients() > 0 =>
        {
            vec![Problem::passing(
                "clients-summary",
                "Wait until the certificates have been judged.",
            )]
        }
        _ => Vec::new(),
    }
}

pub(crate) fn users(state: &State) -> Vec<Problem> {
    state.outlook.rows().problems()
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::rc::Rc;

    use super::*;
    use crate::route::{Route, Step};

    const fn spot(step: Step, name: &'static str) -> Spot {
        Spot {
            route: Route::Setup(step),
            name,
            within: "",
        }
    }

    pub(crate) static WAYS: Ways = Ways {
        connect: spot(Step::Connect, "Connect"),
        project: spot(Step::Project, "Project"),
        authorities: spot(Step::Authorities, "Authorities"),
        clients: spot(Step::Clients, "Clients"),
        users: spot(Step::Access, "Users"),
        review: spot(Step::Review, "Review"),
        run: spot(Step::Apply, "Apply"),
        finish: None,
    };

    #[test]
    fn the_plan_s_own_problems_are_told_unless_a_part_tells_them() {
        let plan = Plan {
            problems: vec![
                OfPlan::EmptyBundle,
                OfPlan::NoRole {
                    username: "CN=a".to_owned(),
                },
            ],
            ..Plan::default()
        };
        let told = obstacles(&State::default(), Some(&plan), &WAYS);
        let of = |spot| told.iter().filter(|it| it.spot == spot).count();
        assert_eq!(of(WAYS.users), 1);
        assert!(of(WAYS.authorities) >= 1 && of(WAYS.connect) == 1);
    }

    #[test]
    fn nothing_is_applied_on_verdicts_for_another_day() {
        let mut state = State::default();
        let told = |state: &State| {
            let told = obstacles(state, None, &WAYS);
            told.iter().any(|it| it.text.contains("another day"))
        };
        assert!(!told(&state));
        Rc::make_mut(&mut state.draft).day = Some(0);
        assert!(told(&state));
    }
}
