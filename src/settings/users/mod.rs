//! Everybody with a certificate: who they are, what they may do, when they were there last, and those whose
//! names nobody can have.

mod compare;
mod person;

use std::{collections::HashMap, rc::Rc};

use atlas::plan::LdapEffect;
use yew::prelude::*;

use super::drop::DropZone;
use crate::{
    browser,
    change::{
        facts::Facts,
        people::{self, Order, Person, Show},
        rows::{Row, Rows, Standing},
        same::Same,
        wanted,
    },
    review::{ldap, seen, trouble, users::editor::Offer},
    ui::{
        pages::{Pages, use_pages},
        search::{Search, use_search},
    },
    visit::Visit,
    words,
};
use compare::Compare;
use person::{Doubtful, PersonCard};

/// How many users are shown at first, and how many more each time.
const PAGE: usize = 20;

/// Up to so many users the list is shown whole, without filters.
const MANY: usize = 5;

#[component]
pub(crate) fn Users(props: &Visit) -> Html {
    let (state, desk) = (&props.state, &props.desk);
    seen::use_histories(props);
    let show = use_state_eq(Show::default);
    let order = use_state_eq(Order::default);
    let pages = use_pages(PAGE);
    let search = use_search(&pages);
    let facts = state.facts.known().cloned();
    let histories = state.histories.known().cloned();
    let ground = (
        facts.as_ref().map(Same::of),
        histories.as_ref().map(Same::of),
    );
    let people = {
        let facts = facts.clone();
        use_memo(ground, move |_| {
            of_project(facts.as_deref(), histories.as_deref())
        })
    };
    let rows = state.outlook.rows();
    let by_name = use_memo(Same::of(&rows), |_| by_name(&rows));
    let facts = match trouble::facts(state, desk) {
        Ok(facts) => facts,
        Err(instead) => return instead,
    };
    if let Err(why) = &facts.users {
        return trouble::failure(why, None);
    }
    let offer = Rc::new(offer(facts));
    let chosen = people::chosen(&people, *show, *order, &search.wanted());
    let cards = chosen.iter().take(pages.shown()).map(|place| {
        let person = people[*place].clone();
        let row = by_name.get(&person.name);
        let row = row.and_then(|index| Some((*index, rows.list.get(*index)?.clone())));
        let doubt = Doubtful::of(&person, row.as_ref().map(|(_, row)| row), &state.draft);
        let key = person.name.clone();
        html! {
            <li {key}>
                <PersonCard {person} {row} {doubt} offer={Rc::clone(&offer)}
                    read={state.histories.known().is_some()} desk={desk.clone()} />
            </li>
        }
    });
    let made = rows.list.iter().enumerate().filter(|(_, row)| is_made(row));
    html! {
        <>
            { lead(&people) }
            if facts.present.is_none() {
                { trouble::role_too_low(facts, "You can look at the users. To change them, the credential \
                    has to be Project Owner of this project or Organization Owner.", desk) }
            }
            if let Some(effect) = ldap_effect(facts) {
                { ldap::explained(&effect) }
            }
            <section aria-labelledby="people">
                <h2 id="people">{ "Users with certificates" }</h2>
                { seen::unread(&state.histories, desk) }
                if people.len() > MANY {
                    { filters(&people, chosen.len(), &show, &order, &pages, &search) }
                }
                if people.is_empty() {
                    <p class="quiet">{ "Nobody can log in with a certificate yet. Drop a client's certificate below \
                        to see its user name, or go through Setup." }</p>
                }
                <ul class="users">{ for cards }</ul>
                { pages.more(chosen.len()) }
                if !people.is_empty() {
                    { save(&facts.project.name, &people, &chosen) }
                }
            </section>
            { to_be_made(made, &offer, desk) }
            <section aria-labelledby="compare">
                <h2 id="compare">{ "Compare certificates with the users" }</h2>
                <DropZone visit={props.clone()} hint="or drop or paste client certificates anywhere on this page, to see \
                    the exact user name of each and whether there is such a user. A key never leaves this tab." />
                <Compare visit={props.clone()} offer={Rc::clone(&offer)} />
            </section>
        </>
    }
}

fn of_project(facts: Option<&Facts>, histories: Option<&atlas::history::Histories>) -> Vec<Person> {
    let users = facts.and_then(|facts| facts.users.as_ref().ok());
    let from_ldap = facts.is_some_and(roles_come_from_ldap);
    users.map_or_else(Vec::new, |users| people::all(users, from_ldap, histories))
}

fn roles_come_from_ldap(facts: &Facts) -> bool {
    let security = facts.security.as_ref();
    security.is_ok_and(|security| security.ldap.authorization_enabled)
}

fn ldap_effect(facts: &Facts) -> Option<LdapEffect> {
    let security = facts.security.as_ref().ok()?;
    LdapEffect::of_users(&security.ldap, facts.users.as_ref().ok()?)
}

/// Where each user is among the rows.
fn by_name(rows: &Rows) -> HashMap<String, usize> {
    let rows = rows.list.iter().enumerate();
    rows.map(|(index, row)| (row.name.clone(), index)).collect()
}

/// Whether a user that Atlas hasn't got is to be made, without its certificate being compared below.
fn is_made(row: &Row) -> bool {
    let is_alone = row.certificate == crate::change::rows::Certificate::NotHere;
    row.was.is_none() && is_alone && (row.standing == Standing::New || row.gone)
}

fn offer(facts: &Facts) -> Offer {
    let custom = facts.custom_roles.iter().flatten();
    let clusters = facts.cluster_names().into_iter();
    Offer {
        custom_roles: custom.map(|role| role.role_name.clone()).collect(),
        clusters: clusters.map(str::to_owned).collect(),
        from_ldap: facts
            .present
            .as_ref()
            .is_some_and(wanted::roles_come_from_ldap),
    }
}

fn lead(people: &[Person]) -> Html {
    let of = |show: Show| people.iter().filter(|person| show.shows(person)).count();
    let mut parts = vec![format!(
        "{}: {} self-managed, {} Atlas-managed.",
        words::count(
            people.len(),
            "user has certificates",
            "users have certificates"
        ),
        words::grouped(of(Show::SelfManaged) as u64),
        words::grouped(of(Show::Managed) as u64),
    )];
    match of(Show::Doubtful) {
        0 => {}
        1 => parts.push("The name of 1 is probably wrong.".to_owned()),
        doubtful => parts.push(format!(
            "The names of {} are probably wrong.",
            words::grouped(doubtful as u64)
        )),
    }
    html! { <p class="lead">{ parts.join(" ") }{ " " }{ atlas::words::NOT_ATLAS_USERS }</p> }
}

fn filters(
    people: &[Person],
    matching: usize,
    show: &UseStateHandle<Show>,
    order: &UseStateHandle<Order>,
    pages: &Pages,
    search: &Search,
) -> Html {
    let buttons = Show::EACH.into_iter().filter_map(|which| {
        let count = people.iter().filter(|person| which.shows(person)).count();
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
            <button type="button" class="button button-small" {onclick} aria-pressed={pressed.to_string()}>
                { format!("{} {}", which.word(), words::grouped(count as u64)) }
            </button>
        })
    });
    let onorder = {
        let (order, pages) = (order.setter(), pages.clone());
        move |event: Event| {
            let field = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            let chosen = field.and_then(|field| usize::try_from(field.selected_index()).ok());
            if let Some(chosen) = chosen.and_then(|index| Order::EACH.get(index)) {
                order.set(*chosen);
                pages.begin_anew();
            }
        }
    };
    html! {
        <div class="filters" role="group" aria-label="Show only">
            <div class="segments">{ for buttons }</div>
            <label>
                <span class="unseen">{ "Name, role or description contains" }</span>
                <input type="search" placeholder="Name, role, description" value={search.text()}
                    oninput={search.oninput()} />
            </label>
            <label class="order">
                { "Sort by " }
                <select onchange={onorder}>
                    { for Order::EACH.into_iter().map(|which| html! {
                        <option selected={which == **order}>{ which.word() }</option>
                    }) }
                </select>
            </label>
            <p class="quiet fine" role="status">
                if matching == 0 {
                    { "No user matches. Take a word out, or choose All." }
                } else if matching < people.len() {
                    { format!("{} of {}", words::grouped(matching as u64),
                        words::count(people.len(), "user", "users")) }
                }
            </p>
        </div>
    }
}

/// Saves those that are chosen, as a table.
fn save(project: &str, people: &Rc<Vec<Person>>, chosen: &[usize]) -> Html {
    let onclick = {
        let (people, chosen) = (Rc::clone(people), chosen.to_vec());
        let name = words::pem_file_name(project).replace(".pem", "-users.csv");
        move |_: MouseEvent| {
            let table = people::csv(chosen.iter().filter_map(|place| people.get(*place)));
            // A spreadsheet takes the text for UTF-8 only with this mark.
            let text = format!("\u{feff}{table}");
            let _ = browser::save(&name, "text/csv;charset=utf-8", text.as_bytes());
        }
    };
    html! {
        <p class="actions">
            <button type="button" class="button button-small" {onclick} disabled={chosen.is_empty()}>
                { format!("Save {} as CSV", words::count(chosen.len(), "user", "users")) }
            </button>
        </p>
    }
}

/// Users that Atlas has not got and that were asked for.
fn to_be_made<'a>(
    rows: impl Iterator<Item = (usize, &'a Row)>,
    offer: &Rc<Offer>,
    desk: &crate::session::desk::Desk,
) -> Html {
    let cards: Vec<Html> = rows
        .take(PAGE)
        .map(|(index, row)| {
            html! { <li key={row.name.clone()}>{ person::card(row.clone(), index, offer, desk, Html::default()) }</li> }
        })
        .collect();
    if cards.is_empty() {
        return Html::default();
    }
    html! {
        <section aria-labelledby="to-be-made">
            <h2 id="to-be-made">{ "Not in Atlas yet" }</h2>
            <ul class="users">{ for cards }</ul>
        </section>
    }
}
