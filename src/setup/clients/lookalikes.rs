//! Users whose names were typed by hand and nearly match a client's.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    change::{
        draft::{Draft, Rights},
        facts::Facts,
        lookalike::Lookalike,
        wanted,
    },
    session::desk::Desk,
    ui::{
        alert::{Tone, alert},
        breakable,
        prose::prose,
        show_more::ShowMore,
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
    let shown = use_state_eq(|| PAGE);
    let pairs = &props.pairs;
    if pairs.is_empty() {
        return Html::default();
    }
    let more = {
        let (shown, now) = (shown.setter(), *shown);
        Callback::from(move |()| shown.set(now + PAGE))
    };
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
                { for pairs.iter().take(*shown).map(|found| pair(found, props)) }
            </ul>
            <ShowMore shown={(*shown).min(pairs.len())} total={pairs.len()} step={PAGE} onmore={more} />
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
    let button = |label: &'static str, change: Box<dyn Fn(&mut Draft)>| {
        let (desk, change) = (props.desk.clone(), Rc::new(change));
        let onclick = move |_: MouseEvent| {
            let change = Rc::clone(&change);
            desk.edit(move |draft| change(draft));
        };
        html! {
            <button type="button" class="link" {onclick}>
                { label }<span class="unseen">{ format!(": {}", found.old) }</span>
            </button>
        }
    };
    let old = found.old.clone();
    let is_taken_over = props.draft.rights.get(&found.new).is_some_and(|new| {
        new.wanted
            && rights
                .as_ref()
                .is_some_and(|rights| rights.roles == new.roles)
    });
    let take_over = |rights: &Rights, delete: bool| -> Box<dyn Fn(&mut Draft)> {
        let (new, old, rights) = (found.new.clone(), found.old.clone(), rights.clone());
        Box::new(move |draft| draft.take_over(new.clone(), rights.clone(), old.clone(), delete))
    };
    let ways = match &rights {
        _ if is_deleted => button(
            "Keep the old one",
            Box::new(move |draft| draft.keep_user(&old)),
        ),
        Some(rights) if !is_there && !is_taken_over => html! { <>
            { button("Give its rights to the client's name, and plan to delete it", take_over(rights, true)) }
            { button("Give its rights to the client's name, and keep both for now", take_over(rights, false)) }
        </> },
        _ => button(
            "Plan to delete the old one",
            Box::new(move |draft| draft.delete_user(old.clone())),
        ),
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
