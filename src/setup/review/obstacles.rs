//! What has to be mended before the plan can be applied.

use atlas::plan::{Plan, Problem};

use crate::{route::Step, session::state::State, setup::steps::STEPS};

/// Something that has to be mended in another step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Obstacle {
    pub(super) text: String,
    pub(super) step: Step,
}

/// What the steps before say, and of the plan's own problems those that none of them says.
pub(super) fn obstacles(state: &State, plan: &Plan) -> Vec<Obstacle> {
    let before = STEPS.iter().filter(|entry| entry.step < Step::Review);
    let mut obstacles: Vec<Obstacle> = before
        .flat_map(|entry| {
            let problems = (entry.problems)(state).into_iter();
            problems.map(|problem| Obstacle {
                text: problem.text,
                step: entry.step,
            })
        })
        .collect();
    if state.draft.day.is_some() {
        obstacles.push(Obstacle {
            text: "The certificates are judged for another day than today. Go back to today."
                .to_owned(),
            step: Step::Authorities,
        });
    }
    for problem in &plan.problems {
        let step = match problem {
            Problem::EmptyBundle => Step::Authorities,
            _ => Step::Access,
        };
        if !obstacles.iter().any(|obstacle| obstacle.step == step) {
            let text = problem.sentence();
            obstacles.push(Obstacle { text, step });
        }
    }
    obstacles
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;

    #[test]
    fn the_plan_s_own_problems_are_told_unless_a_step_tells_them() {
        let state = State::default();
        let plan = Plan {
            problems: vec![
                Problem::EmptyBundle,
                Problem::NoRole {
                    username: "CN=a".to_owned(),
                },
            ],
            ..Plan::default()
        };
        let told = obstacles(&state, &plan);
        let of = |step| told.iter().filter(|it| it.step == step).count();
        assert_eq!(of(Step::Access), 1);
        assert!(of(Step::Authorities) >= 1 && of(Step::Connect) == 1);
    }

    #[test]
    fn nothing_is_applied_on_verdicts_for_another_day() {
        let mut state = State::default();
        let told = |state: &State| {
            let told = obstacles(state, &Plan::default());
            told.iter().any(|it| it.text.contains("another day"))
        };
        assert!(!told(&state));
        Rc::make_mut(&mut state.draft).day = Some(0);
        assert!(told(&state));
    }
}
