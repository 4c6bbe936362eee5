//! A user of Atlas's whose name was probably meant to be that of a client here: both stand in one
//! card, with the ways to put it right.

use atlas::types::DatabaseUser;
use yew::prelude::*;

use super::{
    super::{
        desk::Desk,
        draft::{Draft, Rights},
        lookalike::Lookalike,
        wanted,
    },
    editor::in_words,
};
use crate::ui::{
    breakable,
    icon::{Icon, icon},
    prose::prose,
};

#[derive(Clone, Debug, PartialEq)]
pub(super) struct LookAlike {
    /// The name as Atlas has it.
    pub(super) name: String,
    /// How it differs: a sentence.
    how: String,
    pub(super) rights: Rights,
    pub(super) fate: OldOne,
}

/// What becomes of the user with the wrong name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OldOne {
    /// Nobody has decided, and its rights can be taken over.
    Open,
    /// It stays beside the right one for now.
    Stays,
    Deleted,
}

impl LookAlike {
    /// `is_there`: whether Atlas has the right name, too.
    pub(super) fn new(pair: &Lookalike, old: &DatabaseUser, draft: &Draft, is_there: bool) -> Self {
        let rights = Rights {
            description: Some(old.description.clone()),
            ..wanted::of(old)
        };
        let taken_over = draft
            .rights
            .get(&pair.new)
            .is_some_and(|new| new.wanted && new.roles == rights.roles);
        let fate = if draft.deleted.contains(&pair.old) {
            OldOne::Deleted
        } else if is_there || taken_over {
            OldOne::Stays
        } else {
            OldOne::Open
        };
        Self {
            name: pair.old.clone(),
            how: pair.how.in_words(),
            rights,
            fate,
        }
    }

    /// Beside the user called `new`. `ondecided`: what becomes of the two was decided.
    pub(super) fn view(&self, new: &str, desk: &Desk, ondecided: &Callback<()>) -> Html {
        let (word, class) = match self.fate {
            OldOne::Deleted => ("− to be deleted", "tag-bad"),
            OldOne::Open | OldOne::Stays => ("= there already", ""),
        };
        html! {
            <div class="fine user-note user-note-attention">
                { icon(Icon::Attention) }
                <div class="pair-old">
                    <p class="user-head">
                        <span class={classes!((self.fate == OldOne::Deleted).then_some("user-gone"))}>
                            { breakable::name(&self.name) }</span>
                        <span class={classes!("tag", class)}>{ word }</span>
                    </p>
                    <p>
                        { prose(&self.how) }
                        { " The server compares names letter by letter, so this certificate doesn't log in as that user." }
                        if !self.rights.roles.is_empty() {
                            { format!(" It has {}.", in_words(&self.rights.roles)) }
                        }
                    </p>
                    <p class="actions">{ self.ways(new, desk, ondecided) }</p>
                </div>
            </div>
        }
    }

    fn ways(&self, new: &str, desk: &Desk, ondecided: &Callback<()>) -> Html {
        let button = |label: &'static str, change: fn(&mut Draft, String, Self)| {
            let (desk, new, old) = (desk.clone(), new.to_owned(), self.clone());
            let ondecided = ondecided.clone();
            let onclick = move |_: MouseEvent| {
                ondecided.emit(());
                let (new, old) = (new.clone(), old.clone());
                desk.edit(move |draft| change(draft, new, old));
            };
            html! {
                <button type="button" class="link" {onclick}>
                    { label }<span class="unseen">{ format!(", {}", self.name) }</span>
                </button>
            }
        };
        match self.fate {
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
}
