//! Step 5: what each user may do. One user, some or all at once; those that are there already are
//! shown as they are, can be changed, and can be deleted.

use std::{collections::BTreeSet, rc::Rc};

use atlas::plan::Present;
use yew::prelude::*;

use crate::{
    address::Link,
    change::{
        decision::Decision,
        facts::Facts,
        rows::{MANY, MEND_FILTER, Row, Rows, Show},
        wanted,
    },
    review::{
        ldap, trouble,
        users::{bulk::Bulk, card::UserCard, editor::Offer},
    },
    route::{Route, Step},
    session::{desk::Desk, state::State},
    ui::{
        alert::{Tone, alert},
        disclosure::Disclosure,
        pages::{Pages, use_pages},
        search::{Search, use_search},
    },
    visit::Visit,
    words,
};

/// How many users are shown at first, and how many more each time.
const PAGE: usize = 20;

/// Up to so many users whose roles are still to be chosen are open from the beginning.
const OPEN: usize = 2;

#[component]
pub(super) fn Access(props: &Visit) -> Html {
    let state = &props.state;
    let rows = state.outlook.rows();
    let show = use_state_eq(Show::default);
    let pages = use_pages(PAGE);
    let search = use_search(&pages);
    // How many times rights were given to several users.
    let set = use_state_eq(|| 0_u32);
    let facts = match trouble::facts(state, &props.desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    let Some(present) = &facts.present else {
        let means = "Nothing can be decided here. You can still check certificates and see their user names.";
        return trouble::role_too_low(facts, means, &props.desk);
    };
    let offer = Rc::new(offer(facts, present));
    let many = rows.list.len() > MANY;
    let filter = search.wanted();
    let matching: Vec<(usize, &Row)> = rows
        .list
        .iter()
        .enumerate()
        .filter(|(_, row)| row.shown_with.is_none())
        .filter(|(_, row)| !many || (show.shows_in_card(row, &rows) && row.mentions(&filter)))
        .collect();
    let several = rows.list.len() > 1;
    let selected = Rc::new(match &state.draft.selected {
        Some(selected) => selected.clone(),
        None => rows.new_ones(),
    });
    let onselect = selecting(&props.desk, &selected);
    let onset = {
        let (set, now) = (set.setter(), *set);
        Callback::from(move |()| set.set(now.wrapping_add(1)))
    };
    let to_choose = rows.count(Show::Mend);
    let cards = matching.iter().take(pages.shown()).map(|(index, row)| {
        let open = !row.wrong.is_empty() && to_choose <= OPEN && rows.list.len() <= MANY;
        html! {
            <li key={row.name.clone()}>
                <UserCard row={(*row).clone()} index={*index} offer={Rc::clone(&offer)}
                    set={*set} selected={several.then(|| selected.contains(&row.name))}
                    onselect={onselect.clone()} mend={rows.mend_id(row)} {open}
                    desk={props.desk.clone()} />
            </li>
        }
    });
    let names: Vec<String> = matching.iter().map(|(_, row)| row.name.clone()).collect();
    html! {
        <>
            if let Some(effect) = &rows.ldap {
                { ldap::explained(effect) }
            }
            { lead(&rows) }
            if let Some(limit) = &rows.limit {
                { alert(Tone::Attention, html! { <p>{ limit }</p> }) }
            }
            if !rows.list.is_empty() {
                <section aria-labelledby="users">
                    <h2 id="users">{ "Users" }</h2>
                    if many {
                        { filters(&rows, matching.len(), &show, &pages, &search) }
                    }
                    <ul class="users">{ for cards }</ul>
                    { pages.more(matching.len()) }
                </section>
            }
            if several {
                <Bulk rows={Rc::clone(&rows)} template={state.draft.template.clone()}
                    selected={Rc::clone(&selected)} shown={Rc::new(names)} offer={Rc::clone(&offer)}
                    onset={onset} desk={props.desk.clone()} />
            }
            { not_concerned(&rows) }
        </>
    }
}

/// Takes a user among the selected, or out again.
fn selecting(desk: &Desk, selected: &Rc<BTreeSet<String>>) -> Callback<String> {
    let (desk, selected) = (desk.clone(), Rc::clone(selected));
    Callback::from(move |name: String| {
        let mut selected = (*selected).clone();
        if !selected.remove(&name) {
            selected.insert(name);
        }
        desk.decide(Decision::Select(selected));
    })
}

pub(super) fn is_done(state: &State) -> bool {
    let rows = state.outlook.rows();
    !rows.list.is_empty() && rows.problems().is_empty()
}

fn offer(facts: &Facts, present: &Present) -> Offer {
    let custom = facts.custom_roles.iter().flatten();
    Offer {
        custom_roles: custom.map(|role| role.role_name.clone()).collect(),
        clusters: facts
            .cluster_names()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        from_ldap: wanted::roles_come_from_ldap(present),
    }
}

fn lead(rows: &Rows) -> Html {
    if rows.list.is_empty() {
        return html! {
            <div class="empty">
                <p>{ "There is no user yet. Every client certificate gives one: add them in the step before." }</p>
                <p><Link to={Route::Setup(Step::Clients)}>{ "Client certificates and their user names" }</Link></p>
            </div>
        };
    }
    let of = |show: Show| rows.count(show);
    let mut parts = Vec::new();
    for (number, one, many) in [
        (of(Show::New), "user is new", "users are new"),
        (
            of(Show::There),
            "user is there already",
            "users are there already",
        ),
        (of(Show::Changed), "of them changes", "of them change"),
        (
            of(Show::Deleted),
            "of them is deleted",
            "of them are deleted",
        ),
        (of(Show::LeftOut), "is left out", "are left out"),
    ] {
        if number > 0 {
            parts.push(words::count(number, one, many));
        }
    }
    html! {
        <p class="lead">
            { format!("{}. ", words::list(&parts)) }
            { "Existing users keep their rights unless you change them here. " }
            { atlas::words::NOT_ATLAS_USERS }
        </p>
    }
}

fn filters(
    rows: &Rows,
    matching: usize,
    show: &UseStateHandle<Show>,
    pages: &Pages,
    search: &Search,
) -> Html {
    let buttons = Show::EACH.into_iter().filter_map(|which| {
        let count = rows.count(which);
        let pressed = **show == which;
        if count == 0 && !pressed {
            return None;
        }
        let onclick = {
            let (show, pages) = (show.setter(), pages.clone());
            move |_: MouseEvent| {
                show.set(which);
                pages.begin_anew();
            }
        };
        Some(html! {
            <button type="button" class="button button-small" {onclick}
                id={(which == Show::Mend).then_some(MEND_FILTER)} aria-pressed={pressed.to_string()}>
                { format!("{} {}", which.word(), words::grouped(count as u64)) }
            </button>
        })
    });
    html! {
        <div class="filters" role="group" aria-label="Show only">
            <div class="segments">{ for buttons }</div>
            <label>
                <span class="unseen">{ "Name contains" }</span>
                <input type="search" placeholder="Name" value={search.text()} oninput={search.oninput()} />
            </label>
            <p class="quiet fine" role="status">
                if matching == 0 {
                    { "No user matches. Take a word out, or choose All." }
                } else if matching < rows.list.len() {
                    { format!("{} of {}", words::grouped(matching as u64), words::count(rows.list.len(), "user", "users")) }
                }
            </p>
        </div>
    }
}

/// Users that this page never touches.
fn not_concerned(rows: &Rows) -> Html {
    if rows.managed.is_empty() && rows.others.is_empty() {
        return Html::default();
    }
    let mut parts = Vec::new();
    if !rows.managed.is_empty() {
        parts.push(format!(
            "{} with certificates that Atlas made",
            words::count(rows.managed.len(), "user", "users")
        ));
    }
    if !rows.others.is_empty() {
        parts.push(words::count(
            rows.others.len(),
            "user without a certificate",
            "users without a certificate",
        ));
    }
    let names: BTreeSet<String> = rows.managed.iter().chain(&rows.others).cloned().collect();
    let content = Callback::from(move |()| {
        html! { <ul class="plain">{ for names.iter().map(|name| html! {
            <li>{ crate::ui::breakable::name(name) }</li>
        }) }</ul> }
    });
    let summary = html! { { format!("Not touched here: {}", words::list(&parts)) } };
    html! { <Disclosure class="fine" {summary} {content} /> }
}
