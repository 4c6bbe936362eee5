//! The plan, a line a change: what, and what it means.

use std::rc::Rc;

use atlas::plan::{Authority, Plan, Removed, Step};
use yew::prelude::*;

use super::ways::{Spot, Ways};
use crate::{
    address::Link,
    change::{
        outlook::differences,
        roles::{all_in_words, scopes_in_words},
    },
    ui::{breakable, disclosure::Disclosure, pages::use_pages},
    words,
};

/// Up to so many names are read without asking for them.
const NAMED: usize = 8;

/// How many changes of users are shown at first, and how many more each time.
const PAGE: usize = 25;

/// What happens, as a sign and a word.
#[derive(Clone, Copy)]
enum Sign {
    Trust,
    Keep,
    Distrust,
    Off,
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
            Self::Off => ("− off", "tag-bad"),
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

/// The heading of a group, and the way to where it is decided.
fn head(id: &'static str, title: &'static str, spot: Spot) -> Html {
    html! {
        <div class="head-row">
            <h2 {id}>{ title }</h2>
            <Link to={spot.route}>{ "Change" }<span class="unseen">{ format!(" {}", title.to_lowercase()) }</span></Link>
        </div>
    }
}

/// What becomes of the bundle. `present`: the authorities that Atlas has.
pub(crate) fn bundle(plan: &Plan, present: &[Authority], ways: &Ways) -> Html {
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
            { head("review-bundle", "Authorities", ways.authorities) }
            { content }
        </section>
    }
}

/// The lines of a change: one a user, one and more a bundle.
pub(crate) fn lines(step: &Step) -> Html {
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
                { distrusted(removed) }
            </>
        },
        Step::Disable { removed } => html! {
            <>
                { line(Sign::Off, html! { <strong>{ "Self-managed X.509" }</strong> }, html! {
                    <p>{ "It is switched off. Nobody gets in with a certificate of your own CA any more; users with \
                          certificates that Atlas made, or with a password, are not concerned." }</p>
                }) }
                { distrusted(removed) }
            </>
        },
        Step::CreateUser { .. } | Step::UpdateUser { .. } | Step::DeleteUser { .. } => user(step),
    }
}

fn trusted(authority: &Authority) -> Html {
    line(
        Sign::Trust,
        called(authority),
        html! { <p>{ "Clients with a certificate from it can log in, if they have a user." }</p> },
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

/// The authorities that go. Those that lock the same clients out are told together, so that no name
/// is read twice.
fn distrusted(removed: &[Removed]) -> Html {
    let mut groups: Vec<(&[String], Vec<&Authority>)> = Vec::new();
    for removed in removed {
        match groups
            .iter_mut()
            .find(|(breaks, _)| *breaks == removed.breaks)
        {
            Some((_, authorities)) => authorities.push(&removed.authority),
            None => groups.push((&removed.breaks, vec![&removed.authority])),
        }
    }
    html! { { for groups.into_iter().map(|(breaks, authorities)| {
        let called = html! { { for authorities.iter().map(|authority| called(authority)) } };
        line(Sign::Distrust, called, html! { <Breaks breaks={breaks.to_vec()} several={authorities.len() > 1} /> })
    }) } }
}

#[derive(PartialEq, Properties)]
struct BreaksProps {
    /// Clients given here that stop working.
    breaks: Vec<String>,
    /// Whether more than one authority goes.
    several: bool,
}

/// Who is known to be locked out when authorities go.
#[component]
fn Breaks(props: &BreaksProps) -> Html {
    let (on, from) = if props.several {
        ("on them", "one of them")
    } else {
        ("on it", "it")
    };
    if props.breaks.is_empty() {
        return html! { <p>{ format!("No certificate given here depends {on}. Atlas doesn't know which others \
        do: whoever has a certificate from {from} can't log in any more.") }</p> };
    }
    let names = props.breaks.clone();
    let list = move || {
        html! { <ul class="plain names">{ for names.iter().map(|name| html! {
            <li>{ breakable::name(name) }</li>
        }) }</ul> }
    };
    let count = words::count(
        props.breaks.len(),
        "client of those given here stops working",
        "clients of those given here stop working",
    );
    html! {
        <>
            <p><strong class="bad-text">{ count }</strong></p>
            if props.breaks.len() > NAMED {
                <Disclosure class="fine" summary={html! { { "Their names" } }} content={Callback::from(move |()| list())} />
            } else {
                { list() }
            }
            <p class="fine">{ format!("Others may depend {on} too; Atlas doesn't know.") }</p>
        </>
    }
}

#[derive(PartialEq, Properties)]
pub(crate) struct UserChangesProps {
    pub(crate) plan: Rc<Plan>,
    /// Self-managed users that stay as they are.
    pub(crate) unchanged: Rc<Vec<String>>,
    /// Other database users, which are never touched.
    pub(crate) others: usize,
    pub(crate) ways: &'static Ways,
}

/// What becomes of the users; the unchanged ones folded away.
#[component]
pub(crate) fn UserChanges(props: &UserChangesProps) -> Html {
    let pages = use_pages(PAGE);
    let steps: Vec<&Step> = props
        .plan
        .steps
        .iter()
        .filter(|step| !step.restarts())
        .collect();
    html! {
        <section aria-labelledby="review-users">
            { head("review-users", "Users", props.ways.users) }
            if steps.is_empty() {
                <p class="quiet">{ "No user is made, changed or deleted." }</p>
            } else {
                if steps.len() > PAGE {
                    <p class="quiet">{ tally(&steps) }</p>
                }
                <ul class="changes">{ for steps.iter().take(pages.shown()).map(|step| user(step)) }</ul>
                { pages.more(steps.len()) }
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
                    <p><strong>{ all_in_words(&user.roles) }</strong>
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
                <p>{ format!("Can't log in any more. Had {}, on {}.", all_in_words(&was.roles),
                    scopes_in_words(&was.scopes)) }</p>
            },
        ),
        Step::ReplaceBundle { .. } | Step::Disable { .. } => Html::default(),
    }
}

fn unchanged(props: &UserChangesProps) -> Html {
    let others = (props.others > 0).then(|| {
        html! {
            <p class="fine quiet">{ format!("{} without certificates from your own CA.",
                words::count(props.others, "other database user stays as it is, one",
                    "other database users stay as they are, all")) }</p>
        }
    });
    let count = props.unchanged.len();
    let folded = (count > 0).then(|| {
        let names = Rc::clone(&props.unchanged);
        let content = Callback::from(move |()| {
            html! { <ul class="plain names">{ for names.iter().map(|name| html! {
                <li>{ breakable::name(name) }</li>
            }) }</ul> }
        });
        let summary = html! { { format!("{} {} as {}", words::count(count, "user", "users"),
            if count == 1 { "stays" } else { "stay" }, if count == 1 { "it is" } else { "they are" }) } };
        html! { <Disclosure class="fine" {summary} {content} /> }
    });
    html! { <>{ for folded }{ for others }</> }
}
