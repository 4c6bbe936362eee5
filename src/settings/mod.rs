//! The Settings place: how things stand in a project that is set up, and what has to be done for it over the
//! years.
//!
//! The pages stand in one table ([`pages`]). They work on the session that Setup works on, so what is decided
//! in either is one change, and is applied in one way ([`crate::review`]).

mod authorities;
mod change;
mod drift;
mod drop;
mod history;
mod logins;
mod off;
mod overview;
mod pages;
mod rotate;
mod users;
mod ways;

use yew::prelude::*;

use crate::{
    address::{Link, use_path},
    browser,
    entrance::{connect::Connect, project::ChooseProject, told},
    route::{Leads, Page, Route},
    session::state::State,
    ui::{
        alert::{Tone, alert},
        focus::use_focus_on_each,
        later::later,
    },
    visit::Visit,
    words,
};
use change::Standing;
use pages::PAGES;
use ways::WAYS;

/// How far the person is on the way in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Connect,
    Project,
    Within,
}

#[component]
pub(crate) fn Settings(props: &Visit) -> Html {
    let (desk, state) = (&props.desk, &props.state);
    {
        let desk = desk.clone();
        use_effect_with((), move |()| desk.begin());
    }
    use_effect_with((), |()| pages::load_ahead());
    use_newest(props);
    let current = use_current_page();
    let page = pages::entry(current);
    let choosing = use_choosing(props);
    let standing = change::use_standing(props, page.page);
    let stage = stage(state, *choosing);
    let heading = match stage {
        Stage::Connect => "Connect to Atlas",
        Stage::Project => "Choose the project",
        Stage::Within => page.heading,
    };
    let project = state.draft.project.as_ref();
    let project = project.filter(|_| stage == Stage::Within);
    {
        let name = project.map(|project| project.name.clone());
        use_effect_with((props.here, heading, name), |(here, heading, name)| {
            if *here {
                browser::set_title(&title(heading, name.as_deref()));
            }
        });
    }
    let focus = use_focus_on_each(props.here, (current, stage));
    let choose = {
        let choosing = choosing.setter();
        move |_: MouseEvent| choosing.set(true)
    };
    html! {
        <div class="place setup settings">
            { navigation(current) }
            if let Some(project) = project {
                { told::of_project(project, html! {
                    <button type="button" class="link" onclick={choose}>{ "Change project" }</button>
                }) }
            }
            <h1 ref={focus} tabindex="-1">{ heading }</h1>
            { told::told(state, desk) }
            { match stage {
                Stage::Connect => html! { <Connect key="connect" ..props.clone() /> },
                Stage::Project => CHOOSING.render(&ProjectProps { visit: props.clone(), chosen: choosing.setter() }),
                Stage::Within => html! {
                    <div key={page.name}>
                        { read_only(state) }
                        { within(page, props, standing) }
                    </div>
                },
            } }
        </div>
    }
}

/// The page in the address. Elsewhere, the page where the person was stays as it is.
#[hook]
fn use_current_page() -> Page {
    let path = use_path();
    let last = use_mut_ref(|| Page::Overview);
    if let Some(Leads::To(Route::Settings(page))) = Route::parse(&path) {
        *last.borrow_mut() = page;
    }
    *last.borrow()
}

/// Has what Atlas has read again whenever the person comes back: what they see here is how things stand now.
#[hook]
fn use_newest(visit: &Visit) {
    let desk = visit.desk.clone();
    use_effect_with(visit.here, move |here| {
        let state = desk.state();
        if *here && state.facts.known().is_some() && !state.facts.is_loading() && !state.applying {
            desk.refresh();
        }
    });
}

/// Whether the person is choosing the project. Where one is chosen when they come in, it is that one.
#[hook]
fn use_choosing(visit: &Visit) -> UseStateHandle<bool> {
    let choosing = use_state_eq(|| false);
    let is_chosen = visit.state.draft.project.is_some();
    {
        let (choosing, desk) = (choosing.setter(), visit.desk.clone());
        use_effect_with((visit.here, is_chosen), move |(here, _)| {
            // As it is now: what was kept is taken up as the person comes in.
            let is_chosen = desk.state().draft.project.is_some();
            if !*here {
                choosing.set(false);
            } else if !is_chosen {
                choosing.set(true);
            }
        });
    }
    choosing
}

fn stage(state: &State, choosing: bool) -> Stage {
    if state.connection.known().is_none() {
        return if told::is_connecting(state) {
            Stage::Within
        } else {
            Stage::Connect
        };
    }
    if choosing || state.draft.project.is_none() {
        Stage::Project
    } else {
        Stage::Within
    }
}

later! { CHOOSING, choosing in settings: ProjectProps = |props| html! { <Project ..props.clone() /> } }

#[derive(Clone, PartialEq, Properties)]
struct ProjectProps {
    visit: Visit,
    /// Set when the person goes on with the project that is chosen.
    chosen: UseStateSetter<bool>,
}

/// Choosing the project, in the place of the page that the person wants to be on.
#[component]
fn Project(props: &ProjectProps) -> Html {
    let onclick = {
        let chosen = props.chosen.clone();
        move |_: MouseEvent| chosen.set(false)
    };
    html! {
        <>
            <ChooseProject visit={props.visit.clone()} ways={&WAYS} />
            if let Some(project) = &props.visit.state.draft.project {
                <p class="onwards">
                    <button type="button" class="button button-primary" {onclick}>
                        { format!("Go on with {}", project.name) }
                    </button>
                </p>
            }
        </>
    }
}

/// The page, as soon as Atlas has answered.
fn within(page: &pages::Entry, visit: &Visit, standing: Standing) -> Html {
    if visit.state.connection.known().is_none() {
        return html! { <p role="status">{ "Connecting to Atlas." }</p> };
    }
    html! {
        <>
            { change::bar(standing, page.page) }
            { (page.render)(visit) }
            { change::view(visit, page.page, standing) }
        </>
    }
}

/// That nothing can be applied from here, whatever the role.
fn read_only(state: &State) -> Html {
    if !state.config.known().is_some_and(|config| config.read_only) {
        return Html::default();
    }
    alert(
        Tone::Plain,
        html! { <p>
            <strong>{ "The gateway was started with --read-only." }</strong>
            { " You can look at everything and plan changes; to apply them, start it without." }
        </p> },
    )
}

/// What the browser calls the page.
fn title(heading: &str, project: Option<&str>) -> String {
    let project = project.map_or_else(String::new, |name| format!(" – {name}"));
    format!("{heading}{project} – Settings – {}", words::PRODUCT)
}

/// The ways to the other pages.
fn navigation(current: Page) -> Html {
    if PAGES.len() < 2 {
        return Html::default();
    }
    let links = PAGES.iter().map(|entry| {
        let here = entry.page == current;
        html! { <li><Link to={Route::Settings(entry.page)} {here}>{ entry.name }</Link></li> }
    });
    html! { <nav aria-label="Settings" class="pages"><ul>{ for links }</ul></nav> }
}
