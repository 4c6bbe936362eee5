//! The same for several users: filled in once, given to those that are selected.

use std::{collections::BTreeSet, rc::Rc};

use yew::prelude::*;

use super::{
    super::{
        desk::Desk,
        draft::{Give, Rights},
    },
    editor::{Offer, RightsEditor},
    rows::{Row, Rows, Standing},
    wrong::wrong_with,
};
use crate::words;

#[derive(PartialEq, Properties)]
pub(super) struct BulkProps {
    pub(super) rows: Rc<Rows>,
    pub(super) template: Rights,
    pub(super) selected: Rc<BTreeSet<String>>,
    /// Those that the filters of the list let through.
    pub(super) shown: Rc<Vec<String>>,
    pub(super) offer: Rc<Offer>,
    /// The rights were given.
    pub(super) onset: Callback<()>,
    pub(super) desk: Desk,
}

/// Whether a user can be given rights at all, and has a card to be selected by.
pub(super) fn can_be_selected(row: &Row) -> bool {
    row.shown_with.is_none()
        && matches!(
            row.standing,
            Standing::New | Standing::Kept | Standing::Changed
        )
}

#[component]
pub(super) fn Bulk(props: &BulkProps) -> Html {
    let said = use_state_eq(String::new);
    let from_ldap = props.offer.from_ldap;
    let selected: Vec<&Row> = props
        .rows
        .list
        .iter()
        .filter(|row| can_be_selected(row) && props.selected.contains(&row.name))
        .collect();
    let count = selected.len();
    let users = words::count(count, "user", "users");
    let wrong = wrong_with(&props.template, from_ldap);
    let give = |how: Give| {
        let (desk, said, onset) = (props.desk.clone(), said.setter(), props.onset.clone());
        let changes: Vec<(String, Rights)> = selected
            .iter()
            .map(|row| {
                let mut rights = row.rights.given(&props.template, how);
                rights.wanted = true;
                (row.name.clone(), rights)
            })
            .collect();
        let message = format!("Given to {users}.");
        Callback::from(move |_: MouseEvent| {
            let changes = changes.clone();
            said.set(message.clone());
            onset.emit(());
            desk.edit(move |draft| {
                for (name, rights) in changes {
                    draft.set_rights(name, rights);
                }
            });
        })
    };
    let onchange = {
        let (desk, said) = (props.desk.clone(), said.setter());
        Callback::from(move |template: Rights| {
            said.set(String::new());
            desk.edit(move |draft| draft.template = template);
        })
    };
    let select = |names: BTreeSet<String>| {
        let desk = props.desk.clone();
        Callback::from(move |_: MouseEvent| {
            let names = names.clone();
            desk.edit(move |draft| draft.selected = Some(names));
        })
    };
    let able: BTreeSet<String> = props
        .rows
        .list
        .iter()
        .filter(|row| can_be_selected(row) && props.shown.contains(&row.name))
        .map(|row| row.name.clone())
        .collect();
    let ready = wrong.is_empty() && count > 0;
    html! {
        <section class="panel bulk" aria-labelledby="bulk">
            <div class="head-row">
                <h2 id="bulk">{ "The same for several users" }</h2>
                <p class="actions">
                    <button type="button" class="link" onclick={select(able.clone())}>
                        { if able.len() < props.rows.list.len() {
                            format!("Select these {}", words::grouped(able.len() as u64))
                        } else {
                            format!("Select all {}", words::grouped(able.len() as u64))
                        } }
                    </button>
                    <button type="button" class="link" onclick={select(props.rows.new_ones())}>{ "Select new ones" }</button>
                    <button type="button" class="link" onclick={select(BTreeSet::new())}>{ "Select none" }</button>
                </p>
            </div>
            <RightsEditor id="all" whose="the selected users" rights={props.template.clone()} {wrong}
                offer={Rc::clone(&props.offer)} {onchange} />
            <p class="actions">
                <button type="button" class="button" disabled={!ready} onclick={give(Give::Exactly)}>
                    { format!("Set for {users}") }
                </button>
                if !from_ldap {
                    <button type="button" class="button" disabled={!ready} onclick={give(Give::RolesToo)}>
                        { format!("Add the roles to those of {users}") }
                    </button>
                }
            </p>
            <p class="fine quiet" role="status">
                if !said.is_empty() {
                    { &*said }
                } else if count == 0 {
                    { "No user is selected. Tick them in the list above." }
                } else {
                    { if from_ldap {
                        "“Set” puts these clusters in place of what they have."
                    } else {
                        "“Set” puts these roles and clusters in place of what they have."
                    } }
                }
            </p>
        </section>
    }
}
