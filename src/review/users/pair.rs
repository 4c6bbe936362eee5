//! A user of Atlas's whose name was probably meant to be that of a client here: both stand in one
//! card, with the ways to put it right.

use yew::prelude::*;

use crate::{
    change::{
        draft::Draft,
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
    let button = |label: &'static str, change: fn(&mut Draft, String, LookAlike)| {
        let (desk, new, old) = (desk.clone(), new.to_owned(), old.clone());
        let (ondecided, about) = (ondecided.clone(), format!(", {}", old.name));
        let onclick = move |_: MouseEvent| {
            ondecided.emit(());
            let (new, old) = (new.clone(), old.clone());
            desk.edit(move |draft| change(draft, new, old));
        };
        html! {
            <button type="button" class="link" {onclick}>
                { label }<span class="unseen">{ about }</span>
            </button>
        }
    };
    match old.fate {
        OldOne::Open => html! { <>
            { button("Take over its rights and delete it", |draft, new, old| {
                draft.take_over(new, old.rights, old.name, true);
            }) }
            { button("Take over its rights and keep both for now", |draft, new, old| {
                draft.take_over(new, old.rights, old.name, false);
            }) }
        </> },
        OldOne::Stays => button("Delete it", |draft, _, old| draft.delete_user(old.name)),
        OldOne::Deleted => button("Keep it", |draft, _, old| draft.keep_user(&old.name)),
    }
}
