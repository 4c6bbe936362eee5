//! Users whose names were typed by hand and nearly match a client's.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    change::{
        decision::{Decision, TakeOver},
        draft::{Draft, Rights},
        facts::Facts,
        lookalike::Lookalike,
        wanted,
    },
    review::deciding::deciding,
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        breakable,
        pages::use_pages,
        prose::prose,
    },
    words,
};

/// How many pairs are shown at first, and how many more each time.
const PAGE: usize = 5;

#[derive(PartialEq, Properties)]
pub(super) struct LookalikesProps {
    pub(super) pairs: Rc<Vec<Lookalike>>,
    pub(super) facts: Option<Rc<Facts>>,
    pub(super) draft: Rc<Draft>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Lookalikes(props: &LookalikesProps) -> Html {
    let pages = use_pages(PAGE);
    let pairs = &props.pairs;
    if pairs.is_empty() {
        return Html::default();
    }
    let title = match pairs.len() {
        1 => "A user of this project nearly has a client's name, and no client here can log in as it.".to_owned(),
        n => format!(
            "{} of this project nearly have a client's name, and no client here can log in as them.",
            words::count(n, "user", "users")
        ),
    };
    alert(
        Tone::Attention,
        html! { <>
            <p><strong>{ title }</strong>
                { " A server compares user names letter by letter. Such names were often typed by hand." }</p>
            <ul class="plain pairs">
                { for pairs.iter().take(pages.shown()).map(|found| pair(found, props)) }
            </ul>
            { pages.more(pairs.len()) }
        </> },
    )
}

fn pair(found: &Lookalike, props: &LookalikesProps) -> Html {
    let is_deleted = props.draft.deleted.contains(&found.old);
    let is_there = props
        .facts
        .as_ref()
        .is_some_and(|facts| facts.self_managed().contains_key(&*found.new));
    let rights = props.facts.as_ref().and_then(|facts| {
        let user = *facts.self_managed().get(&*found.old)?;
        Some(Rights {
            description: Some(user.description.clone()),
            ..wanted::of(user)
        })
    });
    let button = |label: &'static str, decision: Decision| {
        let onclick = deciding::<MouseEvent>(&props.desk, decision);
        html! {
            <button type="button" class="link" {onclick}>
                { label }<span class="unseen">{ format!(": {}", found.old) }</span>
            </button>
        }
    };
    let is_taken_over = props.draft.rights.get(&found.new).is_some_and(|new| {
        new.wanted
            && rights
                .as_ref()
                .is_some_and(|rights| rights.roles == new.roles)
    });
    let old = || found.old.clone();
    let take_over = |rights: &Rights, delete| {
        Decision::TakeOver(TakeOver {
            to: found.new.clone(),
            rights: rights.clone(),
            from: old(),
            delete,
        })
    };
    let ways = match &rights {
        _ if is_deleted => button("Keep the old one", Decision::KeepUser(old())),
        Some(rights) if !is_there && !is_taken_over => html! { <>
            { button("Give its rights to the client's name, and plan to delete it", take_over(rights, true)) }
            { button("Give its rights to the client's name, and keep both for now", take_over(rights, false)) }
        </> },
        _ => button("Plan to delete the old one", Decision::DeleteUser(old())),
    };
    html! {
        <li key={found.old.clone()}>
            <dl class="pair">
                <div><dt>{ "User in Atlas" }</dt><dd>{ breakable::name(&found.old) }</dd></div>
                <div><dt>{ "Client's name" }</dt><dd>{ breakable::name(&found.new) }</dd></div>
            </dl>
            <p>{ prose(&found.how.in_words()) }
                if is_deleted {
                    <strong>{ " It will be deleted, last of all changes. The step Access shows it." }</strong>
                } else if is_taken_over {
                    <strong>{ " The client's name gets its rights, and both stay for now." }</strong>
                }
            </p>
            <p class="actions">{ ways }</p>
        </li>
    }
}
