//! A user of Atlas's whose name was probably meant to be that of a client here: both stand in one
//! card, with the ways to put it right.

use yew::prelude::*;

use crate::{
    change::{
        decision::{Decision, TakeOver},
        roles,
        rows::{LookAlike, OldOne},
    },
    session::desk::Desk,
    ui::{
        breakable,
        icon::{Icon, icon},
        prose::prose,
    },
};

/// Beside the user called `new`. `ondecided`: what becomes of the two was decided.
pub(crate) fn view(old: &LookAlike, new: &str, desk: &Desk, ondecided: &Callback<()>) -> Html {
    let (word, class) = match old.fate {
        OldOne::Deleted => ("− to be deleted", "tag-bad"),
        OldOne::Open | OldOne::Stays => ("= there already", ""),
    };
    html! {
        <div class="fine user-note user-note-attention">
            { icon(Icon::Attention) }
            <div class="pair-old">
                <p class="user-head">
                    <span class={classes!((old.fate == OldOne::Deleted).then_some("user-gone"))}>
                        { breakable::name(&old.name) }</span>
                    <span class={classes!("tag", class)}>{ word }</span>
                </p>
                <p>
                    { prose(&old.how) }
                    { " The server compares names letter by letter, so this certificate doesn't log in as that user." }
                    if !old.rights.roles.is_empty() {
                        { format!(" It has {}.", roles::all_in_words(&old.rights.roles)) }
                    }
                </p>
                <p class="actions">{ ways(old, new, desk, ondecided) }</p>
            </div>
        </div>
    }
}

fn ways(old: &LookAlike, new: &str, desk: &Desk, ondecided: &Callback<()>) -> Html {
    let button = |label: &'static str, decision: Decision| {
        let (desk, ondecided) = (desk.clone(), ondecided.clone());
        let about = format!(", {}", old.name);
        let onclick = move |_: MouseEvent| {
            ondecided.emit(());
            desk.decide(decision.clone());
        };
        html! {
            <button type="button" class="link" {onclick}>
                { label }<span class="unseen">{ about }</span>
            </button>
        }
    };
    let take_over = |delete| {
        Decision::TakeOver(TakeOver {
            to: new.to_owned(),
            rights: old.rights.clone(),
            from: old.name.clone(),
            delete,
        })
    };
    match old.fate {
        OldOne::Open => html! { <>
            { button("Take over its rights and delete it", take_over(true)) }
            { button("Take over its rights and keep both for now", take_over(false)) }
        </> },
        OldOne::Stays => button("Delete it", Decision::DeleteUser(old.name.clone())),
        OldOne::Deleted => button("Keep it", Decision::KeepUser(old.name.clone())),
    }
}
