//! How things stand: on or off, and what needs somebody, most urgent first, each with what mends it.

use std::rc::Rc;

use pki::Timestamp;
use yew::prelude::*;

use super::{drop::DropZone, ways::WAYS};
use crate::{
    address::Link,
    browser,
    change::{
        attention::{Ground, Need, Remedy, Urgency},
        facts::Facts,
        outlook,
        same::Same,
    },
    entrance::project::HowItStands,
    review::{checklist, trouble},
    route::{Page, Route, Step},
    session::{
        desk::Desk,
        state::{Loaded, State},
    },
    ui::{
        breakable,
        disclosure::Disclosure,
        icon::{Icon, icon},
    },
    visit::Visit,
    words,
};

/// Up to so many names are read without asking for them.
const NAMED: usize = 6;

#[component]
pub(super) fn Overview(props: &Visit) -> Html {
    let Visit {
        state, desk, here, ..
    } = props;
    use_asked(props);
    let facts = state.facts.known().cloned();
    let clusters = checklist::asked(state).map(<[_]>::to_vec);
    let under_way = outlook::under_way(state.draft.apply.as_ref(), state.applying);
    let needs = use_memo(
        (facts.as_ref().map(Same::of), clusters, under_way, *here),
        |(_, clusters, under_way, _)| {
            facts.as_ref().map(|facts| {
                let ground = Ground {
                    facts,
                    clusters: clusters.as_deref(),
                    under_way: *under_way,
                    now: browser::now(),
                };
                ground.needs()
            })
        },
    );
    let facts = match trouble::facts(state, desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    let needs = needs.as_deref().unwrap_or_default();
    html! {
        <>
            { on_or_off(facts, state) }
            <section aria-labelledby="needs">
                <h2 id="needs">{ "What needs somebody" }</h2>
                if needs.is_empty() {
                    <p class="verdict good">{ icon(Icon::Check) }<span>{ nothing(facts) }</span></p>
                } else {
                    <ul class="needs">{ for needs.iter().map(|need| self::need(need, state, desk)) }</ul>
                }
            </section>
            <HowItStands title="At a glance" facts={Rc::clone(facts)} desk={desk.clone()} ways={&WAYS} />
            <section aria-labelledby="look-at">
                <h2 id="look-at">{ "Look at certificates" }</h2>
                <DropZone visit={props.clone()} hint="or drop or paste certificates anywhere on this page, to see how \
                    they stand beside what Atlas has. Nobody becomes a user by that." />
                { given(state) }
            </section>
        </>
    }
}

/// Asks what only this page shows, as soon as the project is known and whenever the person comes back: whether
/// the clusters have taken up the last change, and when it was.
#[hook]
fn use_asked(visit: &Visit) {
    let state = &visit.state;
    let asks = visit.here && state.facts.known().is_some() && !state.applying;
    let project = state.project().cloned().filter(|_| asks);
    let desk = visit.desk.clone();
    use_effect_with(project, move |project| {
        if project.is_some() {
            desk.ask_clusters();
            desk.ask_events();
        }
    });
}

/// On or off, with how many, and since when as far as Atlas tells.
fn on_or_off(facts: &Facts, state: &State) -> Html {
    let authorities = state.authorities().len();
    let users = facts.self_managed().len();
    let users = words::count(users, "user", "users");
    let text = match facts.is_off() {
        Some(true) => format!("Self-managed X.509 is off, with {users} for it."),
        Some(false) => format!(
            "Self-managed X.509 is on, with {} and {users}.",
            words::count(authorities, "authority", "authorities")
        ),
        None => {
            "We can't tell whether self-managed X.509 is on: only Project Owner of this project or \
                 Organization Owner may read that."
                .to_owned()
        }
    };
    html! {
        <p class="lead">
            <strong>{ text }</strong>
            if let Some(changed) = last_change(state) { { " " }{ changed } }
            if facts.is_off() == Some(true) {
                { " " }<Link to={Route::Setup(Step::Authorities)}>{ "Set it up" }</Link>
            }
        </p>
    }
}

/// When the authorities were changed last, and by whom: the newest event of that kind.
fn last_change(state: &State) -> Option<String> {
    /// The name of the event in Atlas.
    const CHANGED: &str = "USER_SECURITY_SETTINGS_UPDATED";
    let events = state.events.known()?;
    let of_security = events
        .iter()
        .filter(|event| event.event_type_name == CHANGED);
    // Moments in Atlas's form are in their order as texts.
    let last = of_security.max_by(|a, b| a.created.cmp(&b.created))?;
    let day = Timestamp::parse_rfc3339(&last.created)
        .ok()
        .map(words::date)?;
    let by = match last.who() {
        "" => String::new(),
        who => format!(" by {who}"),
    };
    Some(format!(
        "Authorities or LDAP were last changed on {day}{by}."
    ))
}

/// That client certificates are here, and where to see how they stand.
fn given(state: &State) -> Html {
    let clients = state
        .judged
        .as_ref()
        .map_or(0, |judged| judged.after.clients());
    if clients == 0 {
        return Html::default();
    }
    html! {
        <p>
            { words::count(clients, "client certificate is here. ", "client certificates are here. ") }
            <Link to={WAYS.clients.route}>{ "See how they stand" }</Link>
        </p>
    }
}

fn nothing(facts: &Facts) -> &'static str {
    if facts.role_too_low().is_some() {
        "Nothing, as far as this credential can see."
    } else {
        "Nothing."
    }
}

fn need(need: &Need, state: &State, desk: &Desk) -> Html {
    let (class, tag) = match need.urgency {
        Urgency::Now => ("need need-now", "Now"),
        Urgency::Soon => ("need need-soon", "Soon"),
        Urgency::Sometime => ("need", "When you can"),
    };
    html! {
        <li {class}>
            <span class="stamp">{ icon(Icon::Attention) }{ tag }</span>
            <div class="need-what">
                <p><strong>{ &need.what }</strong></p>
                <p>{ &need.means }</p>
                { names(&need.names) }
                { remedy(need.remedy, state, desk) }
            </div>
        </li>
    }
}

fn names(names: &[String]) -> Html {
    if names.is_empty() {
        return Html::default();
    }
    let all: Rc<[String]> = names.into();
    let list = move || {
        html! { <ul class="plain names">{ for all.iter().map(|name| html! { <li>{ breakable::name(name) }</li> }) }</ul> }
    };
    if names.len() > NAMED {
        let summary = html! { { "Their names" } };
        html! { <Disclosure class="fine" {summary} content={Callback::from(move |()| list())} /> }
    } else {
        list()
    }
}

/// The button or link that mends it.
fn remedy(remedy: Remedy, state: &State, desk: &Desk) -> Html {
    let link = |page: Page, text: &'static str| {
        html! { <p class="actions"><Link to={Route::Settings(page)}>{ text }</Link></p> }
    };
    let button = |label: &'static str, act: fn(&Desk), waits: bool| {
        let desk = desk.clone();
        html! {
            <p class="actions">
                <button type="button" class="button button-small" disabled={waits} onclick={move |_| act(&desk)}>
                    { label }
                </button>
            </p>
        }
    };
    match remedy {
        Remedy::Rotate => link(Page::Rotate, "Replace it in three safe moves"),
        Remedy::Authorities => link(Page::Authorities, "Add an authority"),
        Remedy::ChangeAlert => link(Page::Authorities, "Change the alert"),
        Remedy::Users => link(Page::Users, "See these users"),
        Remedy::AskClusters => button(
            "Check again",
            Desk::ask_clusters,
            state.clusters.is_loading(),
        ),
        Remedy::MakeAlert => match state.cannot_write() {
            Some(why) => html! { <p class="fine quiet">{ why }</p> },
            None => html! {
                <>
                    if let Loaded::Failed(why) = &state.alert { { trouble::failure(why, None) } }
                    { button("Create the alert", Desk::make_alert, state.alert.is_loading()) }
                    <p class="fine quiet">{ "It goes to the project's owners by mail, every day from 30 days before." }</p>
                </>
            },
        },
        // The bar above the page leads to the run.
        Remedy::Run | Remedy::Elsewhere => Html::default(),
    }
}
