//! The Setup place: from files to users who can log in, step by step.
//!
//! The steps stand in one table ([`steps`]). What is known is in one reducer ([`state`]), of which a
//! person's own decisions ([`draft`]) survive a reload ([`storage`]); what takes time is done by the
//! desk ([`desk`]). Certificates are judged by `pki` ([`judged`]), what has to change is planned and
//! carried out by `atlas` ([`wanted`]).

mod access;
mod apply;
mod authorities;
mod bundle;
mod carrying;
mod checklist;
mod clients;
mod clusters;
mod connect;
mod consent;
mod desk;
mod difference;
mod draft;
mod facts;
mod finish;
#[cfg(test)]
mod fixture;
mod judged;
mod keeping;
mod ldap;
mod lookalike;
mod lost;
mod namespace;
mod project;
mod reading;
mod review;
mod roles;
mod same;
mod saved;
mod state;
mod steps;
mod storage;
mod stranger;
mod trouble;
mod wanted;

use std::rc::Rc;

use atlas::types::Project;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    address::{Link, go, use_path},
    api::config::Holder,
    browser,
    certificates::work,
    places::PlaceProps,
    ui::{
        event::{of_window, use_event},
        icon::{Icon, icon},
    },
};
use desk::Desk;
use same::Same;
use state::{Loaded, State};
use steps::{Onward, PROJECT, Problem, STEPS, Step, StepProps, Way};

pub(crate) const PATH: &str = "/setup";

/// The addresses of the steps, in their order. They stand apart from the steps, because the shell
/// asks for them and must not carry what the steps render.
pub(crate) const ADDRESSES: [&str; 8] = [
    "/setup/connect",
    "/setup/project",
    "/setup/authorities",
    "/setup/clients",
    "/setup/access",
    "/setup/review",
    "/setup/apply",
    "/setup/finish",
];

/// Whether `path` is the address of a step.
pub(crate) fn holds(path: &str) -> bool {
    ADDRESSES.contains(&path)
}

/// The steps that use files which a reload may have lost.
const USE_FILES: [&str; 3] = ["/setup/authorities", "/setup/clients", "/setup/finish"];

/// What the browser calls the page, after what this place says.
const PRODUCT: &str = "X.509 for MongoDB Atlas";

/// Where the header leads: to the step where the person was.
pub(crate) fn entrance() -> AttrValue {
    browser::session_storage()
        .and_then(|storage| storage.get_item(storage::PATH).ok().flatten())
        .map_or(AttrValue::from(ADDRESSES[0]), AttrValue::from)
}

#[component]
pub(crate) fn Setup(props: &PlaceProps) -> Html {
    let state = use_reducer(State::begin);
    let desk = {
        let dispatch = state.dispatcher();
        (*use_memo((), |()| Desk::new(dispatch))).clone()
    };
    let snapshot = Rc::new((*state).clone());
    desk.see(&snapshot);
    {
        let desk = desk.clone();
        use_effect_with((), move |()| {
            desk.begin();
            desk.take_handed_over();
        });
    }
    {
        // Check has handed files over while this place was there.
        let desk = desk.clone();
        use_event(of_window, browser::HANDED_OVER, move |_: Event| {
            desk.take_handed_over();
        });
    }
    {
        let desk = desk.clone();
        let keeper = use_mut_ref(storage::Keeper::default);
        use_effect_with(
            (Rc::clone(&state.draft), state.applying),
            move |(draft, _)| {
                let not_kept = !keeper.borrow_mut().keep(draft, desk.run_is_kept());
                if not_kept != desk.state().not_kept {
                    desk.tell(state::Action::NotKept(not_kept));
                }
            },
        );
    }

    // Elsewhere, the step where the person was stays as it is.
    let path = use_path();
    let last = use_mut_ref(|| 0);
    if props.here {
        *last.borrow_mut() = steps::at(&path);
    }
    let current = *last.borrow();
    let step = &STEPS[current];

    {
        let desk = desk.clone();
        let is_open = props.here && (step.missing)(&state).is_none();
        use_effect_with((is_open, current), move |(is_open, current)| {
            if *is_open {
                desk.tell(state::Action::At(*current));
            }
        });
    }
    use_effect_with(state.seen.clone(), storage::keep_seen);
    {
        let (lost, judged) = (state.lost.clone(), state.judged.clone());
        use_effect_with(state.judged.as_ref().map(Same::of), move |_| {
            if let Some(judged) = &judged {
                storage::keep_lost(&lost::by_a_reload(&lost, &judged.after));
            }
        });
    }

    let heading = use_node_ref();
    {
        let heading = heading.clone();
        let first = use_mut_ref(|| true);
        use_effect_with((props.here, current), move |(here, current)| {
            if !*here {
                return;
            }
            storage::keep_path(STEPS[*current].path);
            if !std::mem::take(&mut *first.borrow_mut())
                && let Some(heading) = heading.cast::<HtmlElement>()
            {
                browser::focus(&heading);
            }
        });
    }

    let project = state
        .draft
        .project
        .as_ref()
        .filter(|_| tells_project(current));
    {
        let name = project.map(|project| project.name.clone());
        let heading = (step.heading)(&state);
        use_effect_with(
            (props.here, current, heading, name),
            |(here, current, heading, name)| {
                if *here {
                    browser::set_title(&title(*current, heading, name.as_deref()));
                }
            },
        );
    }

    let step_props = StepProps {
        state: Rc::clone(&snapshot),
        desk: desk.clone(),
        here: props.here,
    };
    html! {
        <div class="place setup">
            { indicator(current, &state) }
            { of_project(project) }
            <h1 ref={heading} tabindex="-1">{ (step.heading)(&state) }</h1>
            if state.launch_token_refused {
                <trouble::NewAddress />
            }
            if state.not_kept {
                { keeping::not_kept(&snapshot) }
            }
            { ended(&snapshot, &desk) }
            { waiting_files(current, &state) }
            if USE_FILES.contains(&step.path) {
                { lost::told(&snapshot) }
            }
            if (step.missing)(&state).is_some() && is_connecting(&state) {
                <p role="status">{ "Connecting to Atlas." }</p>
            } else if let Some(missing) = (step.missing)(&state) {
                <div class="empty">
                    <p>{ missing.what }</p>
                    <p><Link to={missing.step}>{ (STEPS[steps::at(missing.step)].heading)(&state) }</Link></p>
                </div>
            } else {
                <div key={step.path}>{ (step.render)(&step_props) }</div>
                <Onwards key={format!("on-{}", step.path)} {current} state={Rc::clone(&snapshot)} here={props.here} />
            }
            <keeping::Keeping state={snapshot} {desk} />
        </div>
    }
}

/// That the engine has ended, in every step: what is planned rests on what it said.
fn ended(state: &State, desk: &Desk) -> Html {
    let told = work::ended(state.ended, reading::LOST);
    let go_on = {
        let desk = desk.clone();
        move |_| desk.go_on()
    };
    html! {
        <>
            { told }
            if state.ended.is_some() {
                <p class="actions">
                    <button type="button" class="button button-small" onclick={go_on}>{ "Read the certificates again" }</button>
                </p>
            }
        </>
    }
}

/// That files were given before there is a project to use them in.
fn waiting_files(current: usize, state: &State) -> Html {
    let has_project = state.draft.project.is_some();
    if state.draft.files.is_empty() || has_project || current >= steps::at("/setup/authorities") {
        return Html::default();
    }
    html! {
        <p class="remark" role="status">
            { icon(Icon::Information) }
            <span>{ "Your files are here. Choose the project; they're used from the step Authorities on." }</span>
        </p>
    }
}

/// Whether a step is about the project that is chosen, and so says which one it is.
fn tells_project(step: usize) -> bool {
    step > steps::at(PROJECT)
}

/// Which project is changed, above everything else.
fn of_project(project: Option<&Project>) -> Html {
    let Some(project) = project else {
        return Html::default();
    };
    html! {
        <p class="of-project">
            <span class="quiet">{ "Project " }</span><strong>{ &project.name }</strong>
            <Link to={PROJECT}>{ "Change project" }</Link>
        </p>
    }
}

/// What the browser calls the page.
fn title(step: usize, heading: &str, project: Option<&str>) -> String {
    let project = project.map_or_else(String::new, |name| format!(" – {name}"));
    format!(
        "{heading}{project} – Step {} of {} – Setup – {PRODUCT}",
        step + 1,
        STEPS.len()
    )
}

/// After a reload, whether what a step needs is still on its way.
fn is_connecting(state: &State) -> bool {
    !state.launch_token_refused
        && match &state.config {
            Loaded::No | Loaded::Loading(_) => true,
            Loaded::Failed(_) => false,
            Loaded::Yes(config) => {
                config.credential == Holder::Gateway
                    && matches!(state.connection, Loaded::No | Loaded::Loading(None))
            }
        }
}

/// Which step this is, which are done, and a way to each that can be entered.
fn indicator(current: usize, state: &State) -> Html {
    let items = STEPS.iter().enumerate().map(|(index, step)| {
        let here = index == current;
        let done = !here && steps::has_tick(index, state);
        let open = (step.missing)(state).is_none();
        let class = classes!(
            "step",
            here.then_some("step-here"),
            done.then_some("step-done"),
        );
        let name = html! {
            <>
                <span class="step-number" aria-hidden="true">
                    { if done { "✔".to_owned() } else { (index + 1).to_string() } }
                </span>
                <span class="step-name">
                    { step.name }
                    if done { <span class="unseen">{ ", completed" }</span> }
                </span>
            </>
        };
        html! {
            <li {class} aria-current={here.then_some("step")}>
                if open && !here {
                    <Link to={step.path}>{ name }</Link>
                } else {
                    <span class="step-still">{ name }</span>
                }
            </li>
        }
    });
    html! {
        <nav aria-label="Steps" class="steps">
            <p class="steps-where">
                { format!("Step {} of {}", current + 1, STEPS.len()) }
            </p>
            <ol>{ for items }</ol>
        </nav>
    }
}

#[derive(PartialEq, Properties)]
struct OnwardsProps {
    current: usize,
    state: Rc<State>,
    /// Whether the person is in this place.
    here: bool,
}

/// Back, and on to the next step: at once, or by itself as soon as what is under way is done. What
/// somebody has to do first takes the focus.
#[component]
fn Onwards(props: &OnwardsProps) -> Html {
    let asked = use_state_eq(|| false);
    let waits = use_state_eq(|| false);
    let summary = use_node_ref();
    let step: &Step = &STEPS[props.current];
    let problems = (step.problems)(&props.state);
    let way = Way::of(&problems);
    let next = STEPS.get(props.current + 1).map(|next| next.path);
    {
        let summary = summary.clone();
        use_effect_with(*asked, move |asked| {
            if *asked && let Some(summary) = summary.cast::<HtmlElement>() {
                browser::focus(&summary);
            }
        });
    }
    {
        let (asked, waits_on) = (asked.setter(), waits.setter());
        use_effect_with((*waits && props.here, way), move |(waits, way)| {
            match (waits, way, next) {
                (true, Way::Free, Some(next)) => {
                    waits_on.set(false);
                    go(next);
                }
                (true, Way::Blocked, _) => {
                    waits_on.set(false);
                    asked.set(true);
                }
                _ => {}
            }
        });
    }
    let onclick = {
        let (asked, waits, summary) = (asked.setter(), waits.setter(), summary.clone());
        move |_| match (way, next) {
            (Way::Free, Some(next)) => go(next),
            (Way::Wait, _) => {
                asked.set(false);
                waits.set(true);
            }
            _ => {
                asked.set(true);
                if let Some(summary) = summary.cast::<HtmlElement>() {
                    browser::focus(&summary);
                }
            }
        }
    };
    let back = props.current.checked_sub(1).map(|index| STEPS[index].path);
    if step.onward == Onward::Within {
        return Html::default();
    }
    html! {
        <>
            if *asked && !problems.is_empty() {
                <div ref={summary} tabindex="-1" role="alert" class="problems">
                    <h2>{ "Before you go on" }</h2>
                    <ul>{ for problems.iter().map(problem) }</ul>
                </div>
            }
            <p class="onwards">
                if step.onward == Onward::Continue {
                    <button type="button" class="button button-primary" {onclick}>{ "Continue" }</button>
                }
                if let Some(back) = back {
                    <Link to={back}>{ "Back" }</Link>
                }
                <span class="quiet fine" role="status">
                    if *waits && let Some(problem) = problems.first() {
                        { &problem.text }{ " You don't have to press it again." }
                    }
                </span>
            </p>
        </>
    }
}

fn problem(problem: &Problem) -> Html {
    let field = problem.field;
    let onclick = move |event: MouseEvent| {
        event.prevent_default();
        if let Some(element) = browser::element(field) {
            browser::focus(&element);
        }
    };
    html! { <li><a href={format!("#{field}")} {onclick}>{ &problem.text }</a></li> }
}
