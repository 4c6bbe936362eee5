//! Which authorities go: proposed, and a person's to change.

use std::collections::BTreeSet;

use yew::prelude::*;

use crate::{
    change::rotation::{Lot, Member, Rotation, Stage},
    words,
};

/// Nothing where there is nothing to choose from.
pub(super) fn which(rotation: &Rotation, onchoose: &Callback<BTreeSet<String>>) -> Html {
    let members = &rotation.members;
    if members.len() < 2 || rotation.stage == Stage::NothingTrusted {
        return Html::default();
    }
    html! {
        <fieldset class="which">
            <legend>{ "Which authorities go?" }</legend>
            <p class="fine quiet">{ "We propose those that have a successor, or end first. Choosing changes nothing yet." }</p>
            { for members.iter().map(|member| choice(member, members, onchoose)) }
        </fieldset>
    }
}

fn choice(member: &Member, members: &[Member], onchoose: &Callback<BTreeSet<String>>) -> Html {
    // What follows another one is not named by itself.
    let named: BTreeSet<String> = members
        .iter()
        .filter(|member| member.lot == Lot::Goes)
        .map(|member| member.sha256.clone())
        .collect();
    let onchange = {
        let (sha256, onchoose) = (member.sha256.clone(), onchoose.clone());
        Callback::from(move |_: Event| {
            let mut named = named.clone();
            if !named.remove(&sha256) {
                named.insert(sha256.clone());
            }
            onchoose.emit(named);
        })
    };
    let until = member.end.map_or_else(
        || "an end that we can't read".to_owned(),
        |end| format!("until {}", words::date(end)),
    );
    html! {
        <label class="tick" key={member.sha256.clone()}>
            <input type="checkbox" checked={member.goes()} disabled={member.lot == Lot::Follows} {onchange} />
            <span>{ &member.title }
                <span class="fine quiet">{ format!(" {until}{}{}",
                    if member.is_present { "" } else { ", given here" },
                    if member.lot == Lot::Follows { ", goes with the one above it" } else { "" }) }</span></span>
        </label>
    }
}
