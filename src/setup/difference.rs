//! A difference between what Atlas has and what is wanted, change by change, and the gate before
//! one that restarts the clusters.

use std::rc::Rc;

use atlas::{
    plan::{Authority, Notice, Plan, Step, UserState, WantedUser},
    types::{Role, Scope},
};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::roles::in_words;
use crate::{
    ui::{
        alert::{Tone, alert},
        breakable,
        show_more::ShowMore,
    },
    words,
};

/// How many changes are shown at first, and how many more each time.
const PAGE: usize = 20;

#[derive(PartialEq, Properties)]
pub(super) struct DifferenceProps {
    pub(super) plan: Rc<Plan>,
}

/// Every change of a plan, with what to know and what makes it impossible.
#[component]
pub(super) fn Difference(props: &DifferenceProps) -> Html {
    let pages = use_state_eq(|| PAGE);
    let plan = &props.plan;
    let more = {
        let (pages, now) = (pages.setter(), *pages);
        Callback::from(move |()| pages.set(now + PAGE))
    };
    let total = plan.steps.len();
    html! {
        <>
            { for plan.problems.iter().map(|problem| alert(Tone::Bad, html! { <p>{ problem.sentence() }</p> })) }
            <ul class="carried">
                { for plan.steps.iter().take(*pages).enumerate().map(|(index, step)| html! {
                    <li key={index} class="carried-line">
                        <span class="stamp">{ short(step) }</span>
                        <div class="carried-what">
                            <p class="carried-title">{ verb(step) }{ " " }
                                if let Some(username) = step.username() { { breakable::name(username) } }</p>
                            { details(step) }
                        </div>
                    </li>
                }) }
            </ul>
            <ShowMore shown={(*pages).min(total)} {total} step={PAGE} onmore={more} />
            { for plan.notices.iter().filter(|notice| **notice != Notice::Restarts)
                .map(|notice| alert(Tone::Attention, html! { <p>{ notice.sentence() }</p> })) }
        </>
    }
}

/// What a change does, before the name of the user if it is about one.
pub(super) fn verb(step: &Step) -> String {
    match step {
        Step::CreateUser { .. } => "Create user".to_owned(),
        Step::UpdateUser { .. } => "Change user".to_owned(),
        Step::DeleteUser { .. } => "Delete user".to_owned(),
        other => other.title(),
    }
}

fn short(step: &Step) -> &'static str {
    match step {
        Step::ReplaceBundle { .. } => "± bundle",
        Step::Disable { .. } => "− bundle",
        Step::CreateUser { .. } => "+ user",
        Step::UpdateUser { .. } => "± user",
        Step::DeleteUser { .. } => "− user",
    }
}

/// What a change consists of.
pub(super) fn details(step: &Step) -> Html {
    let rows: Vec<(&str, Vec<String>)> = rows(step);
    html! {
        <dl class="rows fine">
            { for rows.into_iter().map(|(name, values)| html! {
                <div>
                    <dt>{ name }</dt>
                    <dd>{ for values.into_iter().map(|value| html! { <p>{ value }</p> }) }</dd>
                </div>
            }) }
        </dl>
    }
}

/// What a change consists of, as rows of a name and lines.
fn rows(step: &Step) -> Vec<(&'static str, Vec<String>)> {
    let titles = |authorities: &[Authority]| -> Vec<String> {
        authorities
            .iter()
            .map(|authority| authority.title.clone())
            .collect()
    };
    let mut rows = match step {
        Step::ReplaceBundle { added, kept, .. } => {
            vec![("Added", titles(added)), ("Kept", titles(kept))]
        }
        Step::Disable { .. } => Vec::new(),
        Step::CreateUser { user } => rights(user, None),
        Step::UpdateUser { user, was } => rights(user, Some(was)),
        Step::DeleteUser { was, .. } => vec![("Had", vec![roles(&was.roles)])],
    };
    let removed = step.removed().iter().map(|removed| {
        let title = &removed.authority.title;
        match removed.breaks.as_slice() {
            [] => title.clone(),
            breaks => format!("{title}. What stops working: {}.", breaks.join("; ")),
        }
    });
    rows.push(("Removed", removed.collect()));
    rows.retain(|(_, values)| !values.is_empty());
    rows
}

fn rights(user: &WantedUser, was: Option<&UserState>) -> Vec<(&'static str, Vec<String>)> {
    let became = |now: String, before: Option<String>| match before {
        Some(before) if before != now => vec![now, format!("before: {before}")],
        _ => vec![now],
    };
    let state = UserState::new(
        &user.roles,
        &user.scopes,
        user.description
            .as_deref()
            .or(was.map(|was| &*was.description))
            .unwrap_or_default(),
    );
    let mut rows = vec![
        (
            "Roles",
            became(roles(&state.roles), was.map(|was| roles(&was.roles))),
        ),
        (
            "Clusters",
            became(
                clusters(&state.scopes),
                was.map(|was| clusters(&was.scopes)),
            ),
        ),
    ];
    let description = |text: &str| {
        if text.is_empty() {
            "none".to_owned()
        } else {
            text.to_owned()
        }
    };
    let before = was.map(|was| description(&was.description));
    if !state.description.is_empty() || before.as_deref().is_some_and(|before| before != "none") {
        rows.push((
            "Description",
            became(description(&state.description), before),
        ));
    }
    rows
}

fn roles(roles: &[Role]) -> String {
    let roles: Vec<String> = roles.iter().map(in_words).collect();
    if roles.is_empty() {
        "no role".to_owned()
    } else {
        roles.join(", ")
    }
}

fn clusters(scopes: &[Scope]) -> String {
    let names: Vec<String> = scopes.iter().map(|scope| scope.name.clone()).collect();
    if names.is_empty() {
        "every cluster".to_owned()
    } else {
        words::list(&names)
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct GateProps {
    /// Tells the box from another one on the page.
    pub(super) id: AttrValue,
    pub(super) plan: Rc<Plan>,
    pub(super) button: AttrValue,
    pub(super) onagree: Callback<()>,
}

/// The button that begins, dead until a person has acknowledged that the nodes restart, if they do.
#[component]
pub(super) fn Gate(props: &GateProps) -> Html {
    // For the plan that was on the screen: another one has to be read again.
    let read = use_state_eq(|| None::<Rc<Plan>>);
    let is_read = read.as_ref() == Some(&props.plan);
    let restarts = props.plan.restarts();
    let onchange = {
        let (read, plan) = (read.setter(), Rc::clone(&props.plan));
        move |event: Event| {
            if let Some(field) = event.target_dyn_into::<HtmlInputElement>() {
                read.set(field.checked().then(|| Rc::clone(&plan)));
            }
        }
    };
    let onclick = props.onagree.reform(|_: MouseEvent| ());
    let dead = !props.plan.is_possible() || (restarts && !is_read);
    html! {
        <>
            if restarts {
                { alert(Tone::Attention, html! {
                    <>
                        <p><strong>{ Notice::Restarts.sentence() }</strong></p>
                        <p><label class="agree" for={props.id.clone()}>
                            <input id={props.id.clone()} type="checkbox" checked={is_read} {onchange} />
                            { "I have read this and it may happen now" }
                        </label></p>
                    </>
                }) }
            }
            <p class="actions">
                <button type="button" class="button button-primary" disabled={dead} {onclick}>
                    { &*props.button }
                </button>
            </p>
        </>
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::plan::Removed;

    use super::*;

    fn authority(title: &str) -> Authority {
        Authority {
            sha256: title.to_owned(),
            title: title.to_owned(),
            pem: String::new(),
        }
    }

    #[test]
    fn every_change_is_told_in_rows() {
        let user = WantedUser {
            username: "CN=a".to_owned(),
            roles: vec![Role::on("readWrite", "sales")],
            ..WantedUser::default()
        };
        let was = UserState::new(&[Role::on("read", "sales")], &[], "old");
        for (step, expected) in [
            (
                Step::ReplaceBundle {
                    pem: String::new(),
                    added: vec![authority("B")],
                    kept: Vec::new(),
                    removed: vec![Removed {
                        authority: authority("A"),
                        breaks: vec!["CN=x".to_owned()],
                    }],
                },
                "Added: B | Removed: A. What stops working: CN=x.",
            ),
            (
                Step::CreateUser { user: user.clone() },
                "Roles: readWrite on sales | Clusters: every cluster",
            ),
            (
                Step::UpdateUser {
                    user: WantedUser {
                        description: Some(String::new()),
                        ..user
                    },
                    was: was.clone(),
                },
                "Roles: readWrite on sales, before: read on sales | Clusters: every cluster | \
                 Description: none, before: old",
            ),
            (
                Step::DeleteUser {
                    username: "CN=a".to_owned(),
                    was,
                },
                "Had: read on sales",
            ),
        ] {
            let told: Vec<String> = rows(&step)
                .into_iter()
                .map(|(name, values)| format!("{name}: {}", values.join(", ")))
                .collect();
            assert_eq!(told.join(" | "), expected);
        }
    }
}
