//! Every change as it will be made, what each means, and what has to be read before. One view for whichever
//! place makes a change.

use std::rc::Rc;

use atlas::{
    apply::Apply,
    export::Target,
    plan::{Notice, Plan, Step},
};
use yew::prelude::*;

use super::{
    asked,
    changes::{self, UserChanges},
    checklist::network,
    exports::Exports,
    former::Former,
    gate::Gate,
    ldap,
    problems::Obstacle,
    trouble,
    ways::Ways,
};
use crate::{
    address::Link,
    api::{Config, config::Mode},
    certificates::work::Work,
    change::{
        decision::Decision,
        facts::Facts,
        outlook::{self, Planned, UnderWay},
    },
    route::Route,
    session::state::State,
    ui::{
        alert::{Tone, alert},
        disclosure::Disclosure,
        icon::{Icon, icon},
        prose::prose,
    },
    visit::Visit,
    words,
};

/// Where Atlas is, for commands that are made in the sandbox.
const ATLAS: &str = "https://cloud.mongodb.com";

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct PanelProps {
    pub(crate) visit: Visit,
    pub(crate) ways: &'static Ways,
    /// What has to be mended before the plan can be applied.
    pub(crate) obstacles: Vec<Obstacle>,
    /// Whether what is asked about is agreed to here, and not where it was decided.
    #[prop_or_default]
    pub(crate) asks: bool,
    /// Where a plan that was begun before goes on.
    pub(crate) begun_at: Route,
    /// The way out of it, beside the button.
    pub(crate) back: Html,
    /// The plan was agreed to.
    pub(crate) onbegun: Callback<()>,
}

#[component]
pub(crate) fn Panel(props: &PanelProps) -> Html {
    let PanelProps { visit, ways, .. } = props;
    let state = &visit.state;
    let entered = use_state_eq(|| false);
    {
        let (desk, entered) = (visit.desk.clone(), entered.setter());
        let busy = state.facts.is_loading() || state.applying;
        use_effect_with(visit.here, move |here| {
            if *here && !busy {
                desk.refresh();
            }
            entered.set(*here);
        });
    }
    // The bundle that was saved as a file.
    let saved = use_state_eq(|| None::<String>);
    let again = {
        let desk = visit.desk.clone();
        Callback::from(move |_: MouseEvent| desk.refresh())
    };
    let back = || way_back(&props.back);
    let facts = match trouble::facts(state, &visit.desk) {
        Ok(facts) => facts,
        Err(instead) => return html! { <>{ instead }{ back() }</> },
    };
    let Some(present) = &facts.present else {
        let means = "There is nothing to compare with: a plan needs Project Owner of this project or Organization Owner.";
        return html! { <>{ trouble::role_too_low(facts, means, &visit.desk) }{ back() }</> };
    };
    let planned = state.outlook.planned.as_ref();
    let Some(planned) = planned.filter(|_| state.judged.is_some()) else {
        return html! { <><p role="status">{ "Judging the certificates." }</p>{ back() }</> };
    };
    let settled = *entered && !state.facts.is_loading() && matches!(state.work, Work::Idle);
    let under_way = outlook::under_way(state.draft.apply.as_ref(), state.applying);
    let obstacles = &props.obstacles;
    html! {
        <>
            { read_when(state, settled, again) }
            { begun(under_way, props.begun_at) }
            if !obstacles.is_empty() {
                { to_be_mended(obstacles) }
            }
            if planned.plan.is_nothing() && obstacles.is_empty() {
                { nothing(settled, ways) }
            }
            { changes::bundle(&planned.plan, &present.authorities, ways) }
            <UserChanges plan={Rc::clone(&planned.plan)} unchanged={Rc::clone(&planned.unchanged)} {ways}
                others={present.users.iter().filter(|user| !user.is_self_managed()).count()} />
            if let Some(effect) = &planned.plan.ldap {
                <div>
                    <h2>{ "LDAP" }</h2>
                    { ldap::explained(effect) }
                </div>
            }
            { notices(&planned.plan) }
            { consents(props) }
            if !planned.plan.steps.is_empty() && planned.plan.is_possible() {
                { exports(state, facts, planned) }
            }
            if !planned.plan.is_nothing() && under_way != UnderWay::Running {
                { last(props, facts, planned, &saved, not_now(settled, obstacles.is_empty())) }
            } else {
                { back() }
            }
        </>
    }
}

/// From when what is shown is, and the way to read it again.
fn read_when(state: &State, settled: bool, again: Callback<MouseEvent>) -> Html {
    let is_stopped = matches!(state.work, Work::Stopped { .. });
    html! {
        <div class="head-row">
            <p class="lead" role="status">
                { match state.work {
                    _ if settled => "Read from Atlas just now.",
                    Work::Stopped { .. } => "Judging the certificates was stopped, so this may not be what holds.",
                    Work::Judging { .. } if !state.facts.is_loading() => "Judging the certificates.",
                    Work::Reading { .. } if !state.facts.is_loading() => "Reading the files.",
                    _ => "Reading what Atlas has now.",
                } }
            </p>
            <button type="button" class="link" onclick={again} disabled={!settled && !is_stopped}>{ "Read again" }</button>
        </div>
    }
}

/// The way out, where there is no button beside it.
fn way_back(back: &Html) -> Html {
    html! { <p class="onwards">{ back.clone() }</p> }
}

/// Why nothing can be applied at this moment, if it cannot.
fn not_now(settled: bool, free: bool) -> Option<&'static str> {
    match (settled, free) {
        (false, _) => Some("Wait until it is read."),
        (true, false) => Some("Mend what is listed above first."),
        (true, true) => None,
    }
}

/// What was asked about: with its box where it is agreed to here, else what was agreed to before.
fn consents(props: &PanelProps) -> Html {
    let Visit { state, desk, .. } = &props.visit;
    let outlook = &state.outlook;
    let asked = [&outlook.asked_of_bundle, &outlook.asked_of_clients];
    let shown = asked.into_iter().flatten().filter_map(|asked| {
        if props.asks {
            return Some(asked::view(asked, &state.draft, desk));
        }
        let told = || alert(Tone::Attention, html! { <p>{ prose(&asked.text) }</p> });
        asked.is_given(&state.draft).then(told)
    });
    html! { { for shown } }
}

/// A plan that was begun before this one.
fn begun(under_way: UnderWay, to: Route) -> Html {
    let (what, link) = match under_way {
        UnderWay::No => return Html::default(),
        UnderWay::Running => (
            "Changes are being applied. Wait until they are finished before you apply others.",
            "See how far they are",
        ),
        UnderWay::Unfinished => (
            "Changes that were begun are not finished. Go on with them, or apply what is shown here \
             in their place: it is what is still missing now. Save the former bundle there first; \
             applying this forgets it.",
            "Go on with them",
        ),
    };
    alert(
        Tone::Attention,
        html! { <><p>{ what }</p><p><Link {to}>{ link }</Link></p></> },
    )
}

fn to_be_mended(obstacles: &[Obstacle]) -> Html {
    html! {
        <section class="problems" aria-labelledby="mend-first">
            <h2 id="mend-first">{ "To be mended first" }</h2>
            <ul>{ for obstacles.iter().map(|obstacle| html! {
                <li>
                    { &obstacle.text }{ " " }
                    <Link to={obstacle.spot.route}>{ format!("Mend it in {}", obstacle.spot.name) }</Link>
                </li>
            }) }</ul>
        </section>
    }
}

fn nothing(settled: bool, ways: &Ways) -> Html {
    if !settled {
        return Html::default();
    }
    html! {
        <div class="panel">
            <p class="verdict good">{ icon(Icon::Check) }
                <strong>{ "Nothing to change: Atlas already has exactly this." }</strong></p>
            <p>{ "Nothing is sent, and no node restarts. " }
                if let Some(to) = ways.finish { <Link {to}>{ "How to log in" }</Link> }</p>
        </div>
    }
}

/// What is said elsewhere on the page is not said again: the restart has its gate, what a removal
/// breaks stands with the authority.
fn notices(plan: &Plan) -> Html {
    let said = plan
        .notices
        .iter()
        .filter(|notice| !matches!(notice, Notice::Restarts | Notice::RemovalBreaks { .. }));
    html! { { for said.map(|notice| alert(Tone::Attention, html! { <p>{ notice.sentence() }</p> })) } }
}

fn exports(state: &State, facts: &Facts, planned: &Planned) -> Html {
    let Some(config) = state.config.known() else {
        return Html::default();
    };
    let plan = Rc::clone(&planned.plan);
    let target = Target {
        project: facts.id().clone(),
        project_name: facts.project.name.clone(),
        origin: origin(config),
    };
    let sandbox = config.mode == Mode::Sandbox;
    let content = Callback::from(move |()| {
        html! { <Exports plan={Rc::clone(&plan)} target={target.clone()} {sandbox} /> }
    });
    html! { <Disclosure summary={html! { { "The same for the Atlas CLI, Terraform, Kubernetes or curl" } }} {content} /> }
}

fn origin(config: &Config) -> String {
    match config.mode {
        Mode::Sandbox => ATLAS.to_owned(),
        Mode::Atlas if config.upstream.contains("://") => config.upstream.clone(),
        Mode::Atlas => format!("https://{}", config.upstream),
    }
}

/// What stands between the plan and Atlas.
fn last(
    props: &PanelProps,
    facts: &Rc<Facts>,
    planned: &Planned,
    saved: &UseStateHandle<Option<String>>,
    not_now: Option<&'static str>,
) -> Html {
    let Visit { state, desk, .. } = &props.visit;
    let config = state.config.known();
    if config.is_some_and(|config| config.read_only) {
        return html! { <>
            { alert(Tone::Plain, html! { <p>
                <strong>{ "This gateway applies nothing: it was started with --read-only." }</strong>
                { " Start it without, or use the commands above." }
            </p> }) }
            { way_back(&props.back) }
        </> };
    }
    let pem = facts
        .present
        .as_ref()
        .and_then(|present| present.pem.clone());
    let is_saved = pem.is_some() && **saved == pem;
    let onagree = {
        let (desk, plan) = (desk.clone(), Rc::clone(&planned.plan));
        let onbegun = props.onbegun.clone();
        let (project, wanted) = (facts.id().clone(), planned.wanted.clone());
        Callback::from(move |()| {
            // The button is dead while there are problems.
            if let Ok(apply) = Apply::new(project.clone(), wanted.clone(), (*plan).clone()) {
                desk.decide(Decision::Begin {
                    apply: Box::new(apply),
                    saved: is_saved,
                });
                onbegun.emit(());
            }
        })
    };
    let onsaved = {
        let (saved, pem) = (saved.setter(), pem.clone());
        Callback::from(move |()| saved.set(pem.clone()))
    };
    let changes = words::count(planned.plan.steps.len(), "change", "changes");
    let project = AttrValue::from(facts.project.name.clone());
    let is_off = matches!(planned.plan.steps.first(), Some(Step::Disable { .. }));
    let undo = props.ways.run.within;
    let otherwise = if is_off {
        format!(
            "If you only want to replace an authority, add the new one first. You can put the former bundle \
             back {undo}."
        )
    } else {
        format!(
            "If you don't want that, keep an authority or a user, and take it out later. You can put the \
             former bundle back {undo}; a deleted user has to be made again."
        )
    };
    html! {
        <section aria-labelledby="apply-to">
            <h2 id="apply-to">{ format!("Apply to {project}") }</h2>
            { network(facts) }
            <Gate id="apply" plan={Rc::clone(&planned.plan)} facts={Rc::clone(facts)}
                locked_out={Rc::clone(&planned.locked_out)} project={project.clone()}
                not_now={not_now.map(AttrValue::from)} button={format!("Apply {changes} to")} {onagree} {otherwise}
                beside={props.back.clone()}>
                <Former pem={pem.map(AttrValue::from)} {project} within={undo} saved={is_saved} {onsaved} />
            </Gate>
        </section>
    }
}
