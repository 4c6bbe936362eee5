//! What was decided and is not in Atlas yet: read, applied and undone on the page that it is about, so that
//! nobody is sent into the wizard. The other pages say that it is there.

use atlas::{
    apply::{Apply, Phase},
    plan::Step,
};
use yew::prelude::*;

use super::{pages, ways::WAYS};
use crate::{
    address::Link,
    browser,
    change::{
        decision::{AsItIs, Decision},
        outlook::{self, UnderWay},
    },
    review::{deciding::deciding, panel::Panel, problems, run::Run},
    route::{Page, Route},
    session::state::State,
    ui::{
        icon::{Icon, icon},
        later::later,
    },
    visit::Visit,
    words,
};

/// The id of the change, on the page where it stands.
const HERE: &str = "decided";

/// What there is to say about a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    Nothing,
    /// So many changes are decided and not applied.
    Decided(usize),
    Running,
    Unfinished,
}

/// What is to be read or done about a change, and the pages where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    said: Said,
    /// Whether the plan is shown, to be applied.
    plan: Option<Page>,
    /// Whether the run is shown, the last one too.
    run: Option<Page>,
}

impl Standing {
    /// `began`: the page on which the run began, if it was one of these. `is_shown`: whether the plan is on the
    /// page already.
    fn of(state: &State, began: Option<Page>, is_shown: bool) -> Self {
        let apply = state.draft.apply.as_ref();
        let under_way = outlook::under_way(apply, state.applying);
        let run = apply.map(|apply| began.unwrap_or_else(|| pages::of_change(steps_of(apply))));
        let planned = state.outlook.planned.as_ref();
        let steps = planned.map_or(&[][..], |planned| &planned.plan.steps);
        // Until what a run left has been read, what it did looks like something to do.
        let is_done = state.facts.is_loading()
            && apply.is_some_and(|apply| is_over(apply) && steps_of(apply).eq(steps));
        let waits = under_way == UnderWay::Running || (is_done && !is_shown);
        let plan = (!steps.is_empty() && !waits).then(|| pages::of_change(steps.iter()));
        let said = match under_way {
            UnderWay::Running => Said::Running,
            UnderWay::Unfinished => Said::Unfinished,
            UnderWay::No if plan.is_some() => Said::Decided(steps.len()),
            UnderWay::No => Said::Nothing,
        };
        Self { said, plan, run }
    }

    /// The page where it stands, if there is something to say.
    fn page(self) -> Option<Page> {
        match self.said {
            Said::Nothing => None,
            Said::Decided(_) => self.plan,
            Said::Running | Said::Unfinished => self.run,
        }
    }

    fn text(self) -> (String, &'static str) {
        match self.said {
            Said::Nothing => (String::new(), ""),
            Said::Decided(number) => (
                format!(
                    "{} decided, not applied.",
                    words::count(number, "change is", "changes are")
                ),
                "See what will change",
            ),
            Said::Running => (
                "Changes are being applied.".to_owned(),
                "See how far they are",
            ),
            Said::Unfinished => (
                "A change that was begun is not finished.".to_owned(),
                "Go on with it",
            ),
        }
    }
}

/// Whether a change that has its place on one page is read on another one. A rotation is made of changes of the bundle
/// and of users, and whoever is at it stays there.
fn stands_on(page: Page, current: Page) -> bool {
    page == current || current == Page::Rotate && page != Page::Off
}

/// Whether everything of it is in Atlas.
fn is_over(apply: &Apply) -> bool {
    matches!(apply.phase(), Phase::Waiting { .. } | Phase::Finished)
}

fn steps_of(apply: &Apply) -> impl Iterator<Item = &Step> {
    apply.steps().iter().map(|progress| &progress.step)
}

/// How the change stands, for a person on the page `current`.
#[hook]
pub(super) fn use_standing(visit: &Visit, current: Page) -> Standing {
    let began = use_state_eq(|| None);
    {
        let (began, here) = (began.setter(), visit.here);
        use_effect_with(visit.state.applying, move |applying| {
            if *applying && here {
                began.set(Some(current));
            }
        });
    }
    let shown = use_mut_ref(|| false);
    let standing = Standing::of(&visit.state, *began, *shown.borrow());
    *shown.borrow_mut() = standing.plan.is_some();
    standing
}

/// That something is decided, above every page, and the way to where it stands.
pub(super) fn bar(standing: Standing, current: Page) -> Html {
    let (text, link) = standing.text();
    let way = standing.page().map(|page| {
        if stands_on(page, current) {
            let onclick = |event: MouseEvent| {
                event.prevent_default();
                if let Some(heading) = browser::element(HERE) {
                    browser::focus(&heading);
                }
            };
            html! { <a href={format!("#{HERE}")} {onclick}>{ link }</a> }
        } else {
            html! { <Link to={Route::Settings(page)}>{ link }</Link> }
        }
    });
    html! {
        <div role="status">
            if let Some(way) = way {
                <p class="decided">{ icon(Icon::Attention) }<span>{ text }{ " " }{ way }</span></p>
            }
        </div>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChangeProps {
    visit: Visit,
    current: Page,
    standing: Standing,
}

later! { CHANGE, change in settings: ChangeProps = |props| html! { <Change ..props.clone() /> } }

/// The change, if it stands on the page `current`.
pub(super) fn view(visit: &Visit, current: Page, standing: Standing) -> Html {
    let mut pages = [standing.plan, standing.run].into_iter().flatten();
    if !pages.any(|page| stands_on(page, current)) {
        return Html::default();
    }
    CHANGE.render(&ChangeProps {
        visit: visit.clone(),
        current,
        standing,
    })
}

/// The change: the plan with the button, then how far it has come, and the way back.
#[component]
fn Change(props: &ChangeProps) -> Html {
    let Visit { state, desk, .. } = &props.visit;
    let standing = props.standing;
    let is_here = |page: Option<Page>| page.is_some_and(|page| stands_on(page, props.current));
    let planned = state.outlook.planned.as_ref();
    let plan = planned.filter(|_| is_here(standing.plan)).map(|planned| {
        let mut obstacles = problems::obstacles(state, Some(&planned.plan), &WAYS);
        if !planned.plan.steps.iter().any(Step::restarts) {
            // Users can be changed whatever there is to say about a bundle that stays as it is.
            obstacles.retain(|obstacle| obstacle.spot != WAYS.authorities);
        }
        let begun_at = Route::Settings(standing.run.unwrap_or(props.current));
        let as_it_is = AsItIs::in_place_of(&planned.plan);
        let onclick = deciding::<MouseEvent>(desk, Decision::LeaveAsItIs(as_it_is));
        let back = html! {
            <button type="button" class="link" {onclick}>{ "Leave everything as it is" }</button>
        };
        html! {
            <section class="decided-plan" aria-labelledby={HERE}>
                <h2 id={HERE} tabindex="-1">{ "What will change" }</h2>
                <Panel visit={props.visit.clone()} ways={&WAYS} {obstacles} asks=true {back} {begun_at} onbegun={|()| ()} />
            </section>
        }
    });
    let apply = state.draft.apply.as_ref();
    let run = apply.filter(|_| is_here(standing.run)).map(|apply| {
        let id = if plan.is_some() { "carried" } else { HERE };
        html! {
            <section class="decided-run" aria-labelledby={id}>
                <h2 {id} tabindex="-1" class="unseen">{ "The last change" }</h2>
                <Run apply={apply.clone()} visit={props.visit.clone()} ways={&WAYS} />
            </section>
        }
    });
    html! { <>{ plan }{ run }</> }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::rc::Rc;

    use atlas::plan::{Plan, Wanted};
    use serde_json::{from_value, json};

    use super::*;
    use crate::{
        change::outlook::{Outlook, Planned},
        session::state::Loaded,
    };

    fn off() -> Step {
        Step::Disable {
            removed: Vec::new(),
        }
    }

    /// A run that switches X.509 off and stands so.
    fn apply(phase: &str) -> Apply {
        let outcome = json!({"is": "done", "found": false});
        from_value(json!({
            "project": "32b6e34b3d91647abb20e7b8",
            "wanted": {
                "bundle": "off", "users": [], "deleted": [], "dependents": {}, "user_limit": null,
            },
            "steps": [{"step": off(), "outcome": outcome}],
            "phase": {"is": phase},
            "replaced": null,
            "clusters": [],
        }))
        .unwrap()
    }

    fn state(steps: Vec<Step>, apply: Option<Apply>) -> State {
        let mut outlook = Outlook::default();
        outlook.planned = Some(Planned {
            wanted: Wanted::default(),
            plan: Rc::new(Plan {
                steps,
                ..Plan::default()
            }),
            rows: Rc::default(),
            locked_out: Rc::default(),
            unchanged: Rc::default(),
        });
        let mut state = State {
            outlook: Rc::new(outlook),
            ..State::default()
        };
        Rc::make_mut(&mut state.draft).apply = apply;
        state
    }

    #[test]
    fn a_change_stands_on_its_page_until_atlas_has_it() {
        let on_off = Some(Page::Off);
        let nothing = (Said::Nothing, None, None);
        for (state, expected, note) in [
            (state(vec![], None), nothing, "nothing is decided"),
            (
                state(vec![off()], None),
                (Said::Decided(1), on_off, None),
                "decided",
            ),
            (
                State {
                    applying: true,
                    ..state(vec![off()], Some(apply("running")))
                },
                (Said::Running, None, on_off),
                "it is being applied",
            ),
            (
                state(vec![off()], Some(apply("stopped"))),
                (Said::Unfinished, on_off, on_off),
                "it was stopped",
            ),
            (
                State {
                    facts: Loaded::Loading(None),
                    ..state(vec![off()], Some(apply("finished")))
                },
                (Said::Nothing, None, on_off),
                "what it did has not been read yet",
            ),
            (
                state(vec![], Some(apply("finished"))),
                (Said::Nothing, None, on_off),
                "it can be undone",
            ),
            (
                state(vec![off()], Some(apply("finished"))),
                (Said::Decided(1), on_off, on_off),
                "somebody else undid it",
            ),
        ] {
            let standing = Standing::of(&state, None, false);
            let found = (standing.said, standing.plan, standing.run);
            assert_eq!(found, expected, "{note}");
        }
        let again = State {
            facts: Loaded::Loading(None),
            ..state(vec![off()], Some(apply("finished")))
        };
        let shown = Standing::of(&again, None, true);
        assert_eq!(
            shown.plan, on_off,
            "what is on the page stays while it is read again"
        );
        let undone = Standing::of(
            &state(vec![], Some(apply("finished"))),
            Some(Page::Overview),
            false,
        );
        assert_eq!(undone.run, Some(Page::Overview), "where it began");
    }
}
