//! Whether the clients have logged in yet, by the access histories of the clusters.

use std::rc::Rc;

use atlas::history::Histories;
use yew::prelude::*;

use super::choices::Login;
use crate::{
    change::{
        arrival::{self, Arrival},
        same::Same,
    },
    review::seen,
    session::state::Loaded,
    ui::{
        breakable,
        icon::{Icon, icon},
        pages::use_pages,
    },
    visit::Visit,
    words,
};

/// How many users are shown at first, and how many more each time.
const PAGE: usize = 10;

#[derive(PartialEq, Properties)]
pub(super) struct ArrivedProps {
    pub(super) visit: Visit,
    pub(super) logins: Rc<Vec<Login>>,
}

#[component]
pub(super) fn Arrived(props: &ArrivedProps) -> Html {
    let (state, desk) = (&props.visit.state, &props.visit.desk);
    use_newest_histories(&props.visit);
    let pages = use_pages(PAGE);
    let histories = state.histories.known().cloned();
    let ground = (histories.as_ref().map(Same::of), Same::of(&props.logins));
    let arrivals = {
        let (histories, logins) = (histories.clone(), Rc::clone(&props.logins));
        use_memo(ground, move |_| {
            histories.map(|histories| arrivals(&histories, &logins))
        })
    };
    let again = {
        let desk = desk.clone();
        Callback::from(move |_: MouseEvent| desk.ask_histories())
    };
    html! {
        <section aria-labelledby="arrived">
            <h2 id="arrived">{ "Has it logged in yet?" }</h2>
            <p role="status">{ summary(arrivals.as_deref(), &state.histories) }</p>
            if let Some(arrivals) = &*arrivals {
                <ul class="plain attempts">
                    { for props.logins.iter().zip(arrivals).take(pages.shown()).map(|(login, arrival)| one(login, arrival)) }
                </ul>
                { pages.more(arrivals.len()) }
                { what_is_told(arrivals, &state.histories) }
            }
            { seen::unread_clusters(&state.histories) }
            <p class="actions">
                <button type="button" class="button button-small" onclick={again}
                    disabled={state.histories.is_loading()}>{ "Check again" }</button>
            </p>
        </section>
    }
}

/// Has the histories read whenever the person comes to the step: what was read before knows nothing of
/// users that were made since.
#[hook]
fn use_newest_histories(visit: &Visit) {
    let state = &visit.state;
    let asks = visit.here && state.facts.known().is_some() && !state.applying;
    let desk = visit.desk.clone();
    use_effect_with(asks, move |asks| {
        if *asks {
            desk.ask_histories();
        }
    });
}

fn arrivals(histories: &Histories, logins: &[Login]) -> Vec<Arrival> {
    let logins = logins.iter();
    logins
        .map(|login| arrival::of(histories, &login.name, &login.only))
        .collect()
}

/// `1 of 2 users has logged in.`
fn summary(arrivals: Option<&[Arrival]>, histories: &Loaded<Histories>) -> String {
    let (Some(arrivals), false) = (arrivals, histories.is_loading()) else {
        return "Reading who logged in lately.".to_owned();
    };
    if arrivals.iter().all(|it| *it == Arrival::Unknown) {
        return "We can't tell: no access history could be read.".to_owned();
    }
    let count = |is: fn(&Arrival) -> bool| arrivals.iter().filter(|it| is(it)).count();
    let logged_in = count(|it| matches!(it, Arrival::LoggedIn(_)));
    let refused = count(|it| matches!(it, Arrival::Refused { .. }));
    let has = |number: usize| if number == 1 { "has" } else { "have" };
    let said = match (logged_in, arrivals.len()) {
        (1, 1) => "The user has logged in.".to_owned(),
        (0, 1) => "The user hasn't logged in yet.".to_owned(),
        (0, _) => "No user has logged in yet.".to_owned(),
        (some, all) if some == all => "All users have logged in.".to_owned(),
        (some, all) => format!(
            "{} of {} users {} logged in.",
            words::grouped(some as u64),
            words::grouped(all as u64),
            has(some)
        ),
    };
    if refused == 0 || arrivals.len() == 1 {
        return said;
    }
    let were = if refused == 1 { "was" } else { "were" };
    format!("{said} {} {were} refused.", words::grouped(refused as u64))
}

fn one(login: &Login, arrival: &Arrival) -> Html {
    let (sign, class, word) = match arrival {
        Arrival::LoggedIn(_) => (Icon::Check, "stamp good", "Logged in"),
        Arrival::Refused { .. } => (Icon::Cross, "stamp bad-text", "Refused"),
        Arrival::NotYet => (Icon::Information, "stamp", "Not yet"),
        Arrival::Unknown => (Icon::Information, "stamp", "Not known"),
    };
    html! {
        <li key={login.name.clone()}>
            <p class="attempt"><span {class}>{ icon(sign) }{ word }</span>{ breakable::name(&login.name) }</p>
            { match arrival {
                Arrival::LoggedIn(seen) => html! {
                    <p class="fine quiet">{ format!("Last login: {}.", seen::sentence(seen)) }</p>
                },
                Arrival::Refused { refusal, login } => html! { <>
                    <p class="fine quiet">
                        { format!("Last refusal: {}.", seen::sentence(refusal)) }
                        if let Some(login) = login { { format!(" Last login: {}.", seen::sentence(login)) } }
                    </p>
                    { seen::reason(&refusal.reason) }
                </> },
                Arrival::NotYet | Arrival::Unknown => Html::default(),
            } }
        </li>
    }
}

/// What it means that somebody isn't there.
fn what_is_told(arrivals: &[Arrival], histories: &Loaded<Histories>) -> Html {
    if !arrivals.contains(&Arrival::NotYet) {
        return Html::default();
    }
    let is_whole = histories
        .known()
        .is_none_or(|histories| arrival::is_whole(histories));
    html! {
        <p class="fine quiet">
            { "“Not yet” means that no attempt with this name is in the history. A client that can't reach the cluster \
               leaves no trace there, and one whose certificate is refused may leave none." }
            if !is_whole {
                { " Atlas didn't give us the whole history, so an attempt may be missing." }
            }
        </p>
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use atlas::history::Seen;

    use super::*;

    fn seen() -> Seen {
        Seen {
            cluster: "orders".to_owned(),
            at: None,
            address: String::new(),
            reason: String::new(),
        }
    }

    #[test]
    fn how_many_have_come_is_said_in_a_sentence() {
        let logged_in = || Arrival::LoggedIn(seen());
        let refused = || Arrival::Refused {
            refusal: seen(),
            login: None,
        };
        let (not_yet, unknown) = (|| Arrival::NotYet, || Arrival::Unknown);
        let read = Loaded::Yes(Rc::new(Histories::default()));
        for (arrivals, expected) in [
            (vec![logged_in()], "The user has logged in."),
            (vec![refused()], "The user hasn't logged in yet."),
            (vec![not_yet(), unknown()], "No user has logged in yet."),
            (vec![logged_in(), logged_in()], "All users have logged in."),
            (
                vec![logged_in(), refused(), not_yet()],
                "1 of 3 users has logged in. 1 was refused.",
            ),
            (
                vec![unknown()],
                "We can't tell: no access history could be read.",
            ),
        ] {
            assert_eq!(summary(Some(&arrivals), &read), expected);
            let reading = summary(Some(&arrivals), &Loaded::Loading(None));
            assert!(reading.starts_with("Reading"), "{reading}");
        }
    }
}
