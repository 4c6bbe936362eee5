//! The Setup place: from files to users who can log in, step by step.
//!
//! The steps stand in one table ([`steps`]). What they are about is a change to a project
//! ([`crate::change`]), within a session with Atlas ([`crate::session`]); what another place would show of
//! it in the same way is in [`crate::review`].

mod access;
mod apply;
mod authorities;
mod clients;
mod finish;
mod keeping;
mod practice;
mod review;
mod step;
mod steps;
mod ways;

use std::rc::Rc;

use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    address::{Link, go, use_path},
    browser,
    change::problem::Problem,
    entrance::{lost, told},
    route::{Leads, Route, Step},
    session::{desk::Desk, reading::Purpose, state::State},
    ui::{
        file_drop::Given,
        focus::use_focus_on_each,
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};
use step::{Onward, Way};
use steps::STEPS;
use ways::WAYS;

/// The steps that use files which a reload may have lost.
const USE_FILES: [Step; 3] = [Step::Authorities, Step::Clients, Step::Finish];

#[component]
pub(crate) fn Setup(props: &Visit) -> Html {
    let (desk, state) = (&props.desk, &props.state);
    use_files_that_come_in(props);
    let current = use_current_step();
    let step = steps::entry(current);
    let missing = (step.missing)(state);
    let heading = (step.heading)(state);
    let project = state.draft.project.as_ref();
    let project = project.filter(|_| tells_project(current));
    {
        let desk = desk.clone();
        let is_open = props.here && missing.is_none();
        use_effect_with((is_open, current), move |(is_open, current)| {
            if *is_open {
                desk.enter(*current);
            }
        });
    }
    {
        let name = project.map(|project| project.name.clone());
        use_effect_with(
            (props.here, current, heading, name),
            |(here, current, heading, name)| {
                if *here {
                    browser::set_title(&title(*current, heading, name.as_deref()));
                }
            },
        );
    }
    use_effect_with((), |()| steps::load_ahead());
    let focus = use_focus_on_each(props.here, current);
    html! {
        <div class="place setup">
            { indicator(current, state) }
            if let Some(project) = project {
                { told::of_project(project, html! {
                    <Link to={Route::Setup(Step::Project)}>{ "Change project" }</Link>
                }) }
            }
            <h1 ref={focus} tabindex="-1">{ heading }</h1>
            { told::told(state, desk) }
            { waiting_files(current, state) }
            if USE_FILES.contains(&current) {
                { lost::told(state) }
            }
            if let Some(missing) = missing {
                { comes_before(missing, state) }
            } else {
                <div key={step.name}>{ (step.render)(props) }</div>
                <Onwards key={format!("on-{}", step.name)} {current} state={Rc::clone(state)} here={props.here} />
            }
            <keeping::Keeping state={Rc::clone(state)} desk={desk.clone()} />
        </div>
    }
}

/// Begins the session if no place has, and takes what comes in with the person.
#[hook]
fn use_files_that_come_in(visit: &Visit) {
    {
        let desk = visit.desk.clone();
        use_effect_with((), move |()| desk.begin());
    }
    let (desk, hands) = (visit.desk.clone(), visit.hands.clone());
    use_effect_with(visit.here, move |here| {
        if *here {
            take_handed_over(&desk, hands.take());
        }
    });
}

/// The step in the address. Elsewhere, the step where the person was stays as it is.
#[hook]
fn use_current_step() -> Step {
    let path = use_path();
    let last = use_mut_ref(|| Step::Connect);
    if let Some(Leads::To(Route::Setup(step))) = Route::parse(&path) {
        *last.borrow_mut() = step;
    }
    *last.borrow()
}

/// What has to come before a step, in its place.
fn comes_before(missing: step::Missing, state: &State) -> Html {
    if told::is_connecting(state) {
        return html! { <p role="status">{ "Connecting to Atlas." }</p> };
    }
    html! {
        <div class="empty">
            <p>{ missing.what }</p>
            <p><Link to={Route::Setup(missing.step)}>{ (steps::entry(missing.step).heading)(state) }</Link></p>
        </div>
    }
}

/// Takes what another place has handed over, and goes to where it is used if there is a project for it.
fn take_handed_over(desk: &Desk, files: Vec<Given>) {
    if files.is_empty() {
        return;
    }
    // The draft that was kept has been taken up, with which they go.
    desk.take(files, Purpose::SetUp);
    if desk.state().draft.project.is_some() {
        go(Route::Setup(Step::Authorities));
    }
}

/// That files were given before there is a project to use them in.
fn waiting_files(current: Step, state: &State) -> Html {
    let has_project = state.draft.project.is_some();
    if state.draft.files.is_empty() || has_project || current >= Step::Authorities {
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
fn tells_project(step: Step) -> bool {
    step > Step::Project
}

/// What the browser calls the page.
fn title(step: Step, heading: &str, project: Option<&str>) -> String {
    let project = project.map_or_else(String::new, |name| format!(" – {name}"));
    format!(
        "{heading}{project} – Step {} of {} – Setup – {}",
        step as usize + 1,
        STEPS.len(),
        words::PRODUCT
    )
}

/// Which step this is, which are done, and a way to each that can be entered.
fn indicator(current: Step, state: &State) -> Html {
    let items = STEPS.iter().enumerate().map(|(index, step)| {
        let here = step.step == current;
        let done = !here && steps::has_tick(step.step, state);
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
                    <Link to={Route::Setup(step.step)}>{ name }</Link>
                } else {
                    <span class="step-still">{ name }</span>
                }
            </li>
        }
    });
    html! {
        <nav aria-label="Steps" class="steps">
            <p class="steps-where">
                { format!("Step {} of {}", current as usize + 1, STEPS.len()) }
            </p>
            <ol>{ for items }</ol>
        </nav>
    }
}

#[derive(PartialEq, Properties)]
struct OnwardsProps {
    current: Step,
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
    let step = steps::entry(props.current);
    let problems = (step.problems)(&props.state);
    let way = Way::of(&problems);
    let next = steps::after(props.current).map(Route::Setup);
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
    let back = steps::before(props.current).map(Route::Setup);
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
