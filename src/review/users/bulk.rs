//! The same for several users: filled in once, given to those that are selected.

use std::{collections::BTreeSet, rc::Rc};

use yew::prelude::*;

use super::editor::{Offer, RightsEditor};
use crate::{
    change::{
        decision::Decision,
        draft::{Give, Rights},
        rows::{Row, Rows, Standing},
        wrong::wrong_with,
    },
    review::deciding::deciding,
    session::desk::Desk,
    words,
};

#[derive(PartialEq, Properties)]
pub(crate) struct BulkProps {
    pub(crate) rows: Rc<Rows>,
    pub(crate) template: Rights,
    pub(crate) selected: Rc<BTreeSet<String>>,
    /// Those that the filters of the list let through.
    pub(crate) shown: Rc<Vec<String>>,
    pub(crate) offer: Rc<Offer>,
    /// The rights were given.
    pub(crate) onset: Callback<()>,
    pub(crate) desk: Desk,
}

/// Whether a user can be given rights at all, and has a card to be selected by.
pub(crate) fn can_be_selected(row: &Row) -> bool {
    row.shown_with.is_none()
        && matches!(
            row.standing,
            Standing::New | Standing::Kept | Standing::Changed
        )
}

/// The ways to select users at once, each with its words. One that would change nothing is not
/// offered, and none twice.
fn choices(
    all: &BTreeSet<String>,
    shown: &BTreeSet<String>,
    new: &BTreeSet<String>,
    ticked: &BTreeSet<String>,
) -> Vec<(String, BTreeSet<String>)> {
    let number = |names: &BTreeSet<String>| words::grouped(names.len() as u64);
    let mut choices: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (label, names) in [
        (format!("Select all {}", number(all)), all),
        (format!("Select the {} shown", number(shown)), shown),
        (format!("Select the {} new", number(new)), new),
        ("Clear the selection".to_owned(), &BTreeSet::new()),
    ] {
        let is_of_use = names != ticked && (!names.is_empty() || label.starts_with("Clear"));
        if is_of_use && !choices.iter().any(|(_, other)| other == names) {
            choices.push((label, names.clone()));
        }
    }
    choices
}

#[component]
pub(crate) fn Bulk(props: &BulkProps) -> Html {
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
            said.set(message.clone());
            onset.emit(());
            desk.decide(Decision::SetRightsOf(changes.clone()));
        })
    };
    let onchange = {
        let (desk, said) = (props.desk.clone(), said.setter());
        Callback::from(move |template: Rights| {
            said.set(String::new());
            desk.decide(Decision::Template(template));
        })
    };
    let ready = wrong.is_empty();
    html! {
        <section class="panel bulk" aria-labelledby="bulk">
            <div class="head-row">
                <h2 id="bulk">{ "Give several users the same rights" }</h2>
                <p class="actions">{ selections(props, &selected) }</p>
            </div>
            <RightsEditor id="all" whose="the selected users" rights={props.template.clone()} {wrong}
                offer={Rc::clone(&props.offer)} {onchange} />
            if count > 0 {
                <p class="actions">
                    <button type="button" class="button" disabled={!ready} onclick={give(Give::Exactly)}>
                        { format!("Give these rights to {users}") }
                    </button>
                    if !from_ldap {
                        <button type="button" class="button" disabled={!ready} onclick={give(Give::RolesToo)}>
                            { "Only add these roles" }
                        </button>
                    }
                </p>
            }
            <p class="fine quiet" role="status">
                if !said.is_empty() {
                    { &*said }
                } else if count == 0 {
                    { "Tick the users in the list above first." }
                } else {
                    { if from_ldap {
                        "These clusters replace the ones that they have."
                    } else {
                        "“Give these rights” replaces the roles and clusters that they have. “Only add” keeps both."
                    } }
                }
            </p>
        </section>
    }
}

/// The ways to select several users at once.
fn selections(props: &BulkProps, selected: &[&Row]) -> Html {
    let select = |names| deciding::<MouseEvent>(&props.desk, Decision::Select(names));
    let able = |row: &&Row| can_be_selected(row);
    let all: BTreeSet<String> = props
        .rows
        .list
        .iter()
        .filter(able)
        .map(|row| row.name.clone())
        .collect();
    let shown: BTreeSet<String> = all
        .iter()
        .filter(|name| props.shown.contains(name))
        .cloned()
        .collect();
    let ticked: BTreeSet<String> = selected.iter().map(|row| row.name.clone()).collect();
    let choices = choices(&all, &shown, &props.rows.new_ones(), &ticked);
    html! {
                    { for choices.into_iter().map(|(label, names)| html! {
                        <button key={label.clone()} type="button" class="link" onclick={select(names)}>{ &label }</button>
                    }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_selections_that_change_something_are_offered() {
        let set = |names: &str| -> BTreeSet<String> {
            names.split_whitespace().map(String::from).collect()
        };
        for (all, shown, new, ticked, expected) in [
            (
                "a b c",
                "a b c",
                "c",
                "c",
                &["Select all 3", "Clear the selection"][..],
            ),
            (
                "a b c",
                "a b",
                "c",
                "",
                &["Select all 3", "Select the 2 shown", "Select the 1 new"],
            ),
            ("a b", "a b", "a b", "a b", &["Clear the selection"]),
            ("a b", "", "", "", &["Select all 2"]),
            ("", "", "", "", &[]),
        ] {
            let offered = choices(&set(all), &set(shown), &set(new), &set(ticked));
            let labels: Vec<&str> = offered.iter().map(|(label, _)| &**label).collect();
            assert_eq!(labels, expected, "{all}/{shown}/{new}/{ticked}");
        }
    }
}
