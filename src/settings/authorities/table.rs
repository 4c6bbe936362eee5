//! The timeline as a table: of the authorities, with what can be done with each, and of the clients given here.

use std::{collections::BTreeMap, rc::Rc};

use atlas::plan;
use pki::Timestamp;
use yew::prelude::*;

use crate::{
    browser,
    certificates::certificate,
    change::{
        bundle::{Comparison, Fate, Row},
        decision::Decision,
        rotation::Logins,
        timeline::{Authority, Client, EndsBy, Timeline},
    },
    review::deciding::deciding,
    session::{desk::Desk, state::State},
    ui::{breakable, disclosure::Disclosure, pages::use_pages},
    words,
};

/// How many rows are shown at first, and how many more each time.
const PAGE: usize = 25;

/// How many names are told without asking for them.
const NAMED: usize = 5;

#[derive(PartialEq, Properties)]
pub(super) struct TableProps {
    pub(super) timeline: Rc<Timeline>,
    /// `None`: not read yet.
    pub(super) logins: Option<Rc<Logins>>,
    pub(super) state: Rc<State>,
    pub(super) desk: Desk,
}

#[component]
pub(super) fn Table(props: &TableProps) -> Html {
    let pages = use_pages(PAGE);
    let (state, timeline) = (&props.state, &props.timeline);
    let present = present(state);
    let Some(judged) = &state.judged else {
        return Html::default();
    };
    let comparison = Comparison::new(judged, present, &state.draft);
    let rows = comparison.rows();
    let rows: BTreeMap<&str, &Row> = rows
        .into_iter()
        .map(|row| (&*row.authority.sha256, row))
        .collect();
    let shown = timeline.authorities.iter().take(pages.shown());
    let shown = shown.filter_map(|one| Some((one, *rows.get(&*one.sha256)?)));
    html! {
        <section aria-labelledby="trusted">
            <h2 id="trusted">{ "Whom the clusters trust" }</h2>
            <table class="span-table">
                <thead>
                    <tr>
                        <th scope="col">{ "Authority" }</th>
                        <th scope="col">{ "Ends" }</th>
                        <th scope="col">{ "Who depends on it" }</th>
                        <th scope="col">{ "What you can do" }</th>
                    </tr>
                </thead>
                <tbody>
                    { for shown.map(|(one, row)| authority(one, row, props)) }
                </tbody>
            </table>
            { pages.more(timeline.authorities.len()) }
            { how_far(props.logins.as_deref()) }
        </section>
    }
}

fn present(state: &State) -> &[plan::Authority] {
    let facts = state.facts.known();
    let present = facts.and_then(|facts| facts.present.as_ref());
    present
        .map(|present| present.authorities.as_slice())
        .unwrap_or_default()
}

fn authority(one: &Authority, row: &Row, props: &TableProps) -> Html {
    let short: String = one.sha256.chars().take(8).collect();
    let (tag, class) = match row.fate {
        Fate::Added => ("+ trust", "tag-good"),
        Fate::Removed => ("− trust", "tag-bad"),
        Fate::Kept => ("", ""),
    };
    html! {
        <tr key={one.sha256.clone()}>
            <th scope="row">
                <span class="span-name">{ &one.title }</span>
                if !tag.is_empty() { <>{ " " }<span class={classes!("tag", class)}>{ tag }</span></> }
                <span class="fine quiet">
                    { if one.is_root { "root" } else { "intermediate" } }{ ", SHA-256 " }<code>{ short }{ "…" }</code>
                    { match row.fate {
                        Fate::Added => ". Comes with what you decided here.",
                        Fate::Removed => ". Goes with what you decided here.",
                        Fate::Kept => "",
                    } }
                </span>
            </th>
            { ends(one.span.end, props.timeline.today) }
            <td data-label="Who depends on it">{ depends(one, props.logins.as_deref()) }</td>
            <td data-label="What you can do">
                <div class="actions span-actions">
                    { decide(row, &props.desk) }
                    { save(row) }
                    if let Some(details) = row.details {
                        <Disclosure class="fine" content={ {
                            let details = Rc::new(details.clone());
                            Callback::from(move |()| certificate::details(&details, Html::default()))
                        } } summary={html! { <>{ "Details" }<span class="unseen">{ format!(" of {}", one.title) }</span></> }} />
                    }
                </div>
            </td>
        </tr>
    }
}

/// The day, and how far it is.
fn ends(end: Option<Timestamp>, today: Timestamp) -> Html {
    let Some(end) = end else {
        return html! { <td data-label="Ends">{ "We can't read when." }</td> };
    };
    let days = today.days_until(end);
    let class = match days {
        ..0 => Some("bad-text"),
        0..30 => Some("attention-text"),
        _ => None,
    };
    html! {
        <td data-label="Ends">
            <span class="span-date">{ words::date(end) }</span>
            <span class={classes!("fine", class.unwrap_or("quiet"))}>{ words::distance(days) }</span>
        </td>
    }
}

/// The clients given here, and of those who logged in lately.
fn depends(one: &Authority, logins: Option<&Logins>) -> Html {
    if one.rests.is_empty() {
        return html! { <span class="quiet">{ "No client given here." }</span> };
    }
    let lately = |name: &str| logins.is_some_and(|logins| logins.last.contains_key(name));
    let count = one.rests.iter().filter(|name| lately(name)).count();
    let names = Rc::new(one.rests.clone());
    let list = {
        let names = Rc::clone(&names);
        Callback::from(move |()| {
            html! {
                <ul class="plain names">{ for names.iter().map(|name| html! { <li>{ breakable::name(name) }</li> }) }</ul>
            }
        })
    };
    html! {
        <>
            if names.len() > NAMED {
                <Disclosure class="fine" content={list} summary={html! {
                    { words::count(names.len(), "client given here", "clients given here") }
                }} />
            } else {
                { list.emit(()) }
            }
            if count > 0 {
                <span class="fine quiet">{ format!("{} logged in during the last seven days.",
                    words::grouped(count as u64)) }</span>
            }
        </>
    }
}

/// How far it is known who depends on an authority.
fn how_far(logins: Option<&Logins>) -> Html {
    let of_logins = match logins {
        Some(logins) if !logins.read.is_empty() => {
            " A login tells a user name and not the authority, so a login counts only where a certificate of that name \
             was given here."
        }
        Some(logins) if !logins.unread.is_empty() => " We couldn't read who logged in lately.",
        _ => "",
    };
    html! {
        <p class="fine quiet">
            { "Atlas doesn't know who depends on an authority: we tell it from the client certificates given here." }
            { of_logins }
        </p>
    }
}

fn decide(row: &Row, desk: &Desk) -> Html {
    let title = &row.authority.title;
    let (label, decision) = match row.fate {
        Fate::Removed if row.is_taken_out => {
            ("Keep it", Decision::PutBack(row.authority.sha256.clone()))
        }
        Fate::Removed => return Html::default(),
        Fate::Kept => ("Take out", Decision::LeaveOut(row.concerned())),
        Fate::Added => ("Leave out", Decision::LeaveOut(row.concerned())),
    };
    let onclick = deciding::<MouseEvent>(desk, decision);
    html! {
        <button type="button" class="link" {onclick}>{ label }<span class="unseen">{ format!(" {title}") }</span></button>
    }
}

fn save(row: &Row) -> Html {
    let (name, pem) = (
        words::pem_file_name(&row.authority.title),
        row.authority.pem.clone(),
    );
    let onclick = move |_: MouseEvent| {
        browser::save_pem(&name, &pem);
    };
    html! {
        <button type="button" class="link" {onclick}>
            { "Save" }<span class="unseen">{ format!(" {}", row.authority.title) }</span>{ " as PEM" }
        </button>
    }
}

/// When the clients given here stop working.
pub(super) fn clients(timeline: &Rc<Timeline>) -> Html {
    if timeline.clients.is_empty() {
        return html! {
            <p class="quiet">{ "Give client certificates here to see when each ends and which authority it depends on." }</p>
        };
    }
    html! { <Clients timeline={Rc::clone(timeline)} /> }
}

#[derive(PartialEq, Properties)]
struct ClientsProps {
    timeline: Rc<Timeline>,
}

#[component]
fn Clients(props: &ClientsProps) -> Html {
    let pages = use_pages(PAGE);
    let timeline = &props.timeline;
    let rows = timeline.clients.iter().take(pages.shown());
    html! {
        <section aria-labelledby="clients-given">
            <h2 id="clients-given">{ "Clients given here" }</h2>
            <table class="span-table">
                <thead>
                    <tr>
                        <th scope="col">{ "Client" }</th>
                        <th scope="col">{ "Ends" }</th>
                        <th scope="col">{ "Depends on" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows.map(|one| client(one, timeline.today)) }</tbody>
            </table>
            { pages.more(timeline.clients.len()) }
        </section>
    }
}

fn client(one: &Client, today: Timestamp) -> Html {
    let earlier = match &one.works_until {
        Some((at, EndsBy::Authority(title))) => Some(format!(
            "It stops working on {}, with “{title}”.",
            words::date(*at)
        )),
        Some((at, EndsBy::Sent(title))) => Some(format!(
            "It stops working on {}, with “{title}”, which it sends along.",
            words::date(*at)
        )),
        _ => None,
    };
    html! {
        <tr key={format!("{} {}", one.file, one.name)}>
            <th scope="row">{ breakable::name(&one.name) }<span class="fine quiet">{ &one.file }</span></th>
            { ends(one.span.end, today) }
            <td data-label="Depends on">
                if one.gets_in {
                    { words::list(&one.through) }
                } else {
                    <span class="quiet">{ if one.gets_in_then {
                        "The server doesn't accept it today. It will with what you decided here."
                    } else {
                        "The server doesn't accept it today."
                    } }</span>
                }
                if let Some(earlier) = earlier.filter(|_| one.gets_in) {
                    <span class="fine attention-text">{ earlier }</span>
                }
            </td>
        </tr>
    }
}
