//! The plan, a line a change: what, and what it means.

use std::rc::Rc;

use atlas::plan::{Authority, Plan, Removed, Step};
use yew::prelude::*;

use super::{
    super::access::scopes_in_words,
    outlook::{differences, roles_in_words},
};
use crate::{
    address::Link,
    ui::{breakable, disclosure::Disclosure, show_more::ShowMore},
    words,
};

/// How many changes of users are shown at first, and how many more each time.
const PAGE: usize = 25;

/// What happens, as a sign and a word.
#[derive(Clone, Copy)]
enum Sign {
    Trust,
    Keep,
    Distrust,
    Create,
    Change,
    Delete,
}

impl Sign {
    fn tag(self) -> Html {
        let (word, class) = match self {
            Self::Trust => ("+ trust", "tag-good"),
            Self::Keep => ("= keep", ""),
            Self::Distrust => ("− trust", "tag-bad"),
            Self::Create => ("+ user", "tag-good"),
            Self::Change => ("~ user", "tag-attention"),
            Self::Delete => ("− user", "tag-bad"),
        };
        html! { <span class={classes!("tag", class)}>{ word }</span> }
    }
}

fn line(sign: Sign, what: Html, means: Html) -> Html {
    html! {
        <li class="change">
            <span class="change-sign">{ sign.tag() }</span>
            <div class="change-what">{ what }</div>
            <div class="change-means">{ means }</div>
        </li>
    }
}

/// The heading of a group, and the way to the step where it is decided.
fn head(id: &'static str, title: &'static str, step: &'static str) -> Html {
    html! {
        <div class="head-row">
            <h2 {id}>{ title }</h2>
            <Link to={step}>{ "Change" }<span class="unseen">{ format!(" {}", title.to_lowercase()) }</span></Link>
        </div>
    }
}

/// What becomes of the bundle. `present`: the authorities that Atlas has.
pub(super) fn bundle(plan: &Plan, present: &[Authority]) -> Html {
    let step = plan.steps.iter().find(|step| step.restarts());
    let content = match step {
        Some(step) => html! { <ul class="changes">{ lines(step) }</ul> },
        _ if present.is_empty() => html! {
            <p class="quiet">{ "There is no bundle and none is put there." }</p>
        },
        _ => html! { <ul class="changes">{ stays(present) }</ul> },
    };
    html! {
        <section aria-labelledby="review-bundle">
            { head("review-bundle", "Authorities", "/setup/authorities") }
            { content }
        </section>
    }
}

/// The lines of a change: one a user, one and more a bundle.
pub(in crate::setup) fn lines(step: &Step) -> Html {
    match step {
        Step::ReplaceBundle {
            added,
            kept,
            removed,
            ..
        } => html! {
            <>
                { for added.iter().map(trusted) }
                if !kept.is_empty() { { stays(kept) } }
                { for removed.iter().map(distrusted) }
            </>
        },
        Step::Disable { removed } => html! { { for removed.iter().map(distrusted) } },
        Step::CreateUser { .. } | Step::UpdateUser { .. } | Step::DeleteUser { .. } => user(step),
    }
}

fn trusted(authority: &Authority) -> Html {
    line(
        Sign::Trust,
        called(authority),
        html! { <p>{ "Clients that it certifies may log in, if they have a user." }</p> },
    )
}

fn called(authority: &Authority) -> Html {
    html! {
        <>
            <strong>{ &authority.title }</strong>
            <Disclosure class="fine" summary={html! { <>{ "Fingerprint" }
                <span class="unseen">{ format!(" of {}", authority.title) }</span></> }}
                content={ {
                    let sha256 = authority.sha256.clone();
                    Callback::from(move |()| breakable::digits(&sha256))
                } } />
        </>
    }
}

fn stays(authorities: &[Authority]) -> Html {
    let titles: Vec<String> = authorities
        .iter()
        .map(|authority| authority.title.clone())
        .collect();
    let means = if titles.len() == 1 {
        "Stays trusted."
    } else {
        "Stay trusted."
    };
    line(
        Sign::Keep,
        html! { { words::list(&titles) } },
        html! { <p class="quiet">{ means }</p> },
    )
}

fn distrusted(removed: &Removed) -> Html {
    let means = if removed.breaks.is_empty() {
        html! { <p>{ "No certificate given here depends on it. Atlas does not know which others do: \
        whoever has one from it cannot log in any more." }</p> }
    } else {
        html! {
            <>
                <p><strong class="bad-text">{ format!("{} stop working:",
                    words::count(removed.breaks.len(), "client of those given here", "clients of those given here")) }</strong></p>
                <ul class="plain">{ for removed.breaks.iter().map(|name| html! {
                    <li>{ breakable::name(name) }</li>
                }) }</ul>
                <p class="fine">{ "Others may depend on it too; Atlas does not know." }</p>
            </>
        }
    };
    line(Sign::Distrust, called(&removed.authority), means)
}

#[derive(PartialEq, Properties)]
pub(super) struct UserChangesProps {
    pub(super) plan: Rc<Plan>,
    /// Self-managed users that stay as they are.
    pub(super) unchanged: Rc<Vec<String>>,
    /// Other database users, which are never touched.
    pub(super) others: usize,
}

/// What becomes of the users; the unchanged ones folded away.
#[component]
pub(super) fn UserChanges(props: &UserChangesProps) -> Html {
    let shown = use_state_eq(|| PAGE);
    let steps: Vec<&Step> = props
        .plan
        .steps
        .iter()
        .filter(|step| !step.restarts())
        .collect();
    let more = {
        let (shown, now) = (shown.setter(), *shown);
        Callback::from(move |()| shown.set(now + PAGE))
    };
    html! {
        <section aria-labelledby="review-users">
            { head("review-users", "Users", "/setup/access") }
            if steps.is_empty() {
                <p class="quiet">{ "No user is made, changed or deleted." }</p>
            } else {
                if steps.len() > PAGE {
                    <p class="quiet">{ tally(&steps) }</p>
                }
                <ul class="changes">{ for steps.iter().take(*shown).map(|step| user(step)) }</ul>
                <ShowMore shown={(*shown).min(steps.len())} total={steps.len()} step={PAGE} onmore={more} />
            }
            { unchanged(props) }
        </section>
    }
}

/// `100 new, 2 changed, 1 deleted`.
fn tally(steps: &[&Step]) -> String {
    let count = |is: fn(&Step) -> bool| steps.iter().filter(|step| is(step)).count();
    [
        (count(|step| matches!(step, Step::CreateUser { .. })), "new"),
        (
            count(|step| matches!(step, Step::UpdateUser { .. })),
            "changed",
        ),
        (
            count(|step| matches!(step, Step::DeleteUser { .. })),
            "deleted",
        ),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, word)| format!("{} {word}", words::grouped(number as u64)))
    .collect::<Vec<_>>()
    .join(", ")
}

fn user(step: &Step) -> Html {
    match step {
        Step::CreateUser { user } => line(
            Sign::Create,
            breakable::name(&user.username),
            html! {
                <>
                    <p><strong>{ roles_in_words(&user.roles) }</strong>
                        { format!(", on {}", scopes_in_words(&user.scopes)) }</p>
                    if let Some(text) = user.description.as_deref().filter(|text| !text.is_empty()) {
                        <p class="quiet">{ format!("“{text}”") }</p>
                    }
                </>
            },
        ),
        Step::UpdateUser { user, was, .. } => line(
            Sign::Change,
            breakable::name(&user.username),
            html! {
                <dl class="differences">
                    { for differences(user, was).into_iter().map(|difference| html! {
                        <div>
                            <dt>{ difference.what }</dt>
                            <dd><span class="unseen">{ "from " }</span><del>{ difference.before }</del>
                                <span aria-hidden="true">{ " → " }</span><span class="unseen">{ " to " }</span>
                                <ins>{ difference.after }</ins></dd>
                        </div>
                    }) }
                </dl>
            },
        ),
        Step::DeleteUser { username, was } => line(
            Sign::Delete,
            breakable::name(username),
            html! {
                <p>{ format!("Cannot log in any more. Had {}, on {}.", roles_in_words(&was.roles),
                    scopes_in_words(&was.scopes)) }</p>
            },
        ),
        Step::ReplaceBundle { .. } | Step::Disable { .. } => Html::default(),
    }
}

fn unchanged(props: &UserChangesProps) -> Html {
    let others = (props.others > 0).then(|| {
        html! {
            <p class="fine quiet">{ format!("{} with other ways to log in {} not concerned.",
                words::count(props.others, "database user", "database users"),
                if props.others == 1 { "is" } else { "are" }) }</p>
        }
    });
    let count = props.unchanged.len();
    let folded = (count > 0).then(|| {
        let names = Rc::clone(&props.unchanged);
        let content = Callback::from(move |()| {
            html! { <ul class="plain">{ for names.iter().map(|name| html! {
                <li>{ breakable::name(name) }</li>
            }) }</ul> }
        });
        let summary = html! { { format!("{} {} as {}", words::count(count, "user", "users"),
            if count == 1 { "stays" } else { "stay" }, if count == 1 { "it is" } else { "they are" }) } };
        html! { <Disclosure class="fine" {summary} {content} /> }
    });
    html! { <>{ for folded }{ for others }</> }
}
