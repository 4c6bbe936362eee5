//! The second move: who has been renewed, who has not, and who is not known.

use std::rc::Rc;

use yew::prelude::*;

use crate::{
    browser,
    change::{
        decision::{Decision, TakeOver},
        facts::Facts,
        rotation::{Client, Logins, Newcomer, Rotation, Stage, Unseen, Way},
        wanted,
    },
    review::deciding::deciding,
    session::{desk::Desk, state::State},
    ui::{breakable, disclosure::Disclosure, pages::use_pages},
    words,
};

/// How many clients are shown at first, and how many more each time.
const PAGE: usize = 25;

/// How many names are told without asking for them.
const NAMED: usize = 8;

pub(super) fn renew(rotation: &Rotation, logins: &Logins, state: &State, desk: &Desk) -> Html {
    let facts = state.facts.known();
    let is_read = !logins.read.is_empty();
    html! {
        <>
            if rotation.stage <= Stage::Renew {
                <p>
                    { "Issue each client a new certificate from the new authority, with the same subject: its user name \
                       then stays as it is, and Atlas needs no change. Give the new certificates here, and we compare \
                       them." }
                </p>
            }
            if !rotation.clients.is_empty() {
                <Clients clients={Rc::new(rotation.clients.clone())} {is_read} />
            }
            { newcomers(&rotation.newcomers, facts, state, desk) }
            { unseen(&rotation.unseen, is_read) }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ClientsProps {
    clients: Rc<Vec<Client>>,
    /// Whether logins of at least one cluster are known.
    is_read: bool,
}

#[component]
fn Clients(props: &ClientsProps) -> Html {
    let pages = use_pages(PAGE);
    let rows = props.clients.iter().take(pages.shown());
    html! {
        <>
            <table class="span-table">
                <thead>
                    <tr>
                        <th scope="col">{ "Client given here" }</th>
                        <th scope="col">{ "How it stands" }</th>
                        <th scope="col">{ "Last login" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows.map(|client| row(client, props.is_read)) }</tbody>
            </table>
            { pages.more(props.clients.len()) }
        </>
    }
}

fn row(client: &Client, is_read: bool) -> Html {
    let (tag, class) = match client.way {
        Way::Old => ("needs the old one", "tag-attention"),
        Way::Both | Way::New => ("renewed", "tag-good"),
        Way::Refused => ("refused", "tag-bad"),
    };
    let means = match client.way {
        Way::Old => "Locked out when the old authority goes.".to_owned(),
        Way::Both => format!(
            "A certificate that needs the old authority is here too ({}). Make sure that nobody uses it any more.",
            words::list(&client.old_files)
        ),
        Way::New => "Gets in without the old authority.".to_owned(),
        Way::Refused => "The server accepts no certificate of it that was given here.".to_owned(),
    };
    let login = match client.last_login {
        Some(at) => words::distance(browser::now().days_until(at)),
        None if is_read => "none in seven days".to_owned(),
        None => "not known".to_owned(),
    };
    html! {
        <tr key={client.name.clone()}>
            <th scope="row">{ breakable::name(&client.name) }</th>
            <td data-label="How it stands"><span class={classes!("tag", class)}>{ tag }</span>{ " " }{ means }</td>
            <td data-label="Last login">{ login }</td>
        </tr>
    }
}

/// Renewed clients whose names have no user yet.
fn newcomers(
    newcomers: &[Newcomer],
    facts: Option<&Rc<Facts>>,
    state: &State,
    desk: &Desk,
) -> Html {
    let undecided: Vec<&Newcomer> = newcomers
        .iter()
        .filter(|one| {
            !state
                .draft
                .rights
                .get(&one.name)
                .is_some_and(|rights| rights.wanted)
        })
        .collect();
    if undecided.is_empty() {
        return Html::default();
    }
    html! {
        <div class="stack-tight">
            <h3>{ "Renewed under another name" }</h3>
            <p>{ "No user of the project has these names, so these clients can't log in yet." }</p>
            <ul class="plain">{ for undecided.into_iter().map(|one| newcomer(one, facts, desk)) }</ul>
        </div>
    }
}

fn newcomer(one: &Newcomer, facts: Option<&Rc<Facts>>, desk: &Desk) -> Html {
    let users = facts.map(|facts| facts.self_managed()).unwrap_or_default();
    let offers = one.like.iter().filter_map(|like| {
        let user = users.get(&**like)?;
        let decision = Decision::TakeOver(TakeOver {
            to: one.name.clone(),
            rights: wanted::of(user),
            from: like.clone(),
            // Its old certificate works until the third move.
            delete: false,
        });
        Some((like, deciding::<MouseEvent>(desk, decision)))
    });
    html! {
        <li key={one.name.clone()} class="stack-tight">
            <p>{ breakable::name(&one.name) }</p>
            { for offers.map(|(like, onclick)| html! {
                <p class="actions">
                    <button type="button" class="button button-small" {onclick}>{ format!("Give it the rights of {like}") }</button>
                    <span class="fine quiet">{ "Both stay for now." }</span>
                </p>
            }) }
            if one.like.is_empty() {
                <p class="fine quiet">{ "Make a user of this name under Users." }</p>
            }
        </li>
    }
}

/// Users of whom nothing was given.
fn unseen(unseen: &[Unseen], is_read: bool) -> Html {
    if unseen.is_empty() {
        return Html::default();
    }
    let lately = unseen
        .iter()
        .filter(|user| user.last_login.is_some())
        .count();
    let summary = format!(
        "{} without a certificate here{}",
        words::count(unseen.len(), "user", "users"),
        match lately {
            0 if is_read => ", none of whom logged in during the last seven days".to_owned(),
            0 => String::new(),
            n => format!(
                ", of whom {} logged in during the last seven days",
                words::grouped(n as u64)
            ),
        }
    );
    let (few, users) = (unseen.len() <= NAMED, Rc::new(unseen.to_vec()));
    let content = Callback::from(move |()| html! { <Users users={Rc::clone(&users)} /> });
    html! {
        <>
            <p>{ "We can't tell which authority these need. Give their certificates, or look them up where they run." }</p>
            <Disclosure class="fine" open={few} summary={html! { { summary } }} {content} />
        </>
    }
}

#[derive(PartialEq, Properties)]
struct UsersProps {
    users: Rc<Vec<Unseen>>,
}

#[component]
fn Users(props: &UsersProps) -> Html {
    let pages = use_pages(PAGE);
    let shown = props.users.iter().take(pages.shown());
    html! {
        <>
            <ul class="plain names">{ for shown.map(|user| html! {
                <li key={user.name.clone()}>
                    { breakable::name(&user.name) }
                    if let Some(at) = user.last_login {
                        <span class="fine quiet">{ format!(" logged in {}", words::distance(browser::now().days_until(at))) }</span>
                    }
                </li>
            }) }</ul>
            { pages.more(props.users.len()) }
        </>
    }
}
