//! Who came to a cluster in the last seven days: by name, or every attempt, the newest first.

use std::rc::Rc;

use atlas::history::{Histories, History, MOST, Missing, Person, Reason};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{
    change::same::Same,
    review::seen,
    ui::{
        breakable,
        icon::{Icon, icon},
        pages::use_pages,
        search::{Search, use_search},
    },
    words,
};

/// How many lines are shown at first, and how many more each time.
const PAGE: usize = 25;

/// What is shown of the attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Show {
    #[default]
    All,
    Logins,
    Refusals,
}

impl Show {
    const EACH: [Self; 3] = [Self::All, Self::Logins, Self::Refusals];

    fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Logins => "Logins",
            Self::Refusals => "Refusals",
        }
    }

    fn shows(self, is_refused: bool) -> bool {
        match self {
            Self::All => true,
            Self::Logins => !is_refused,
            Self::Refusals => is_refused,
        }
    }
}

/// One line for each of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Each {
    #[default]
    Name,
    Attempt,
}

#[derive(Properties)]
pub(super) struct AttemptsProps {
    pub(super) histories: Rc<Histories>,
}

impl PartialEq for AttemptsProps {
    /// What was read in one go is the same; twenty thousand entries are not compared for it.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.histories, &other.histories)
    }
}

#[component]
pub(super) fn Attempts(props: &AttemptsProps) -> Html {
    let chosen = use_state_eq(|| None::<String>);
    let show = use_state_eq(Show::default);
    let each = use_state_eq(Each::default);
    let pages = use_pages(PAGE);
    let search = use_search(&pages);
    let histories = &props.histories;
    let cluster = (*chosen).clone().or_else(|| first(histories));
    let asked = (
        Same::of(histories),
        cluster.clone(),
        *show,
        *each,
        search.wanted(),
    );
    let lines = {
        let histories = Rc::clone(histories);
        use_memo(asked, move |(_, cluster, show, each, text)| {
            let history = cluster
                .as_deref()
                .and_then(|name| histories.of(name)?.as_ref().ok());
            history.map_or_else(Vec::new, |history| lines(history, *show, *each, text))
        })
    };
    let Some(cluster) = cluster else {
        return html! { <p class="quiet">{ "The project has no cluster that tells who came." }</p> };
    };
    let Some(Ok(history)) = histories.of(&cluster) else {
        return Html::default();
    };
    let shown = lines.iter().take(pages.shown());
    let shown: Vec<Html> = match *each {
        Each::Name => shown
            .map(|index| by_name(history, &cluster, *index))
            .collect(),
        Each::Attempt => shown.map(|index| by_attempt(history, *index)).collect(),
    };
    let anew = {
        let pages = pages.clone();
        Callback::from(move |()| pages.begin_anew())
    };
    html! {
        <>
            <div class="filters" role="group" aria-label="Show only">
                { clusters(histories, &cluster, &chosen, &anew) }
                { segments(&show, &each, &anew) }
                { field(&search) }
                <p class="quiet fine" role="status">{ counted(lines.len(), *each) }</p>
            </div>
            { whole(history) }
            <ul class="plain attempts">{ for shown }</ul>
            { pages.more(lines.len()) }
        </>
    }
}

/// The cluster that is shown as long as nobody chose: one with refusals, else the first that tells.
fn first(histories: &Histories) -> Option<String> {
    let has_refusals = |history: &History| history.people().iter().any(|it| it.refusals > 0);
    let mut read = histories.read();
    let with = histories.read().find(|(_, history)| has_refusals(history));
    with.or_else(|| read.next())
        .map(|(name, _)| name.to_owned())
}

/// What is shown, as places among the people or the attempts. A name is looked at once, however often it
/// came.
fn lines(history: &History, show: Show, each: Each, text: &str) -> Vec<usize> {
    let people = history.people();
    let matches: Vec<bool> = people
        .iter()
        .map(|person| text.is_empty() || person.name.to_lowercase().contains(text))
        .collect();
    match each {
        Each::Name => {
            let newest = |index: &usize| {
                people[*index]
                    .login
                    .into_iter()
                    .chain(people[*index].refusal)
                    .min()
            };
            let has = |person: &Person| match show {
                Show::All => true,
                Show::Logins => person.logins > 0,
                Show::Refusals => person.refusals > 0,
            };
            let all = (0..people.len()).filter(|index| matches[*index] && has(&people[*index]));
            let mut all: Vec<usize> = all.collect();
            all.sort_by_key(newest);
            all
        }
        Each::Attempt => {
            let attempts = history.attempts().iter().enumerate();
            attempts
                .filter(|(_, it)| {
                    matches.get(it.person) == Some(&true) && show.shows(it.refused.is_some())
                })
                .map(|(index, _)| index)
                .collect()
        }
    }
}

fn by_name(history: &History, cluster: &str, index: usize) -> Html {
    let Some(person) = history.people().get(index) else {
        return Html::default();
    };
    let login = person.login.and_then(|index| history.seen(cluster, index));
    let refusal = person
        .refusal
        .and_then(|index| history.seen(cluster, index));
    // The newest comes first.
    let is_refused = match (person.login, person.refusal) {
        (Some(login), Some(refusal)) => refusal < login,
        (login, _) => login.is_none(),
    };
    html! {
        <li key={person.name.clone()}>
            <p class="attempt">{ outcome(is_refused) }{ name(&person.name) }</p>
            <p class="fine quiet">
                { words::count(person.logins, "login", "logins") }
                if let Some(login) = &login { { format!(", the last on {}", seen::moment(login.at)) } }
                { format!("; {}", words::count(person.refusals, "refusal", "refusals")) }
                if let Some(refusal) = &refusal { { format!(", the last on {}", seen::moment(refusal.at)) } }
                { "." }
            </p>
            if let Some(refusal) = refusal { { seen::reason(&refusal.reason) } }
        </li>
    }
}

fn by_attempt(history: &History, index: usize) -> Html {
    let Some(attempt) = history.attempts().get(index) else {
        return Html::default();
    };
    let refusal = history.refusal_of(attempt);
    html! {
        <li key={index}>
            <p class="attempt">{ outcome(refusal.is_some()) }{ name(history.name_of(attempt)) }</p>
            <p class="fine quiet">
                { format!("{}, from {}, to {}", seen::moment(attempt.at), known(history.address_of(attempt)),
                    known(history.host_of(attempt))) }
                if let Some(words) = refusal { { format!(": {}", Reason::of(words).short) } }
            </p>
            if let Some(words) = refusal { { seen::reason(words) } }
        </li>
    }
}

fn known(text: &str) -> &str {
    if text.is_empty() { "unknown" } else { text }
}

fn name(name: &str) -> Html {
    if name.is_empty() {
        html! { <span class="quiet">{ "no name" }</span> }
    } else {
        breakable::name(name)
    }
}

fn outcome(is_refused: bool) -> Html {
    let (sign, class, word) = if is_refused {
        (Icon::Cross, "stamp bad-text", "Refused")
    } else {
        (Icon::Check, "stamp good", "Logged in")
    };
    html! { <span {class}>{ icon(sign) }{ word }</span> }
}

fn clusters(
    histories: &Histories,
    current: &str,
    chosen: &UseStateHandle<Option<String>>,
    anew: &Callback<()>,
) -> Html {
    let names: Vec<String> = histories.read().map(|(name, _)| name.to_owned()).collect();
    let onchange = {
        let (names, chosen, anew) = (names.clone(), chosen.setter(), anew.clone());
        move |event: Event| {
            let field = event.target_dyn_into::<HtmlSelectElement>();
            let index = field.and_then(|field| usize::try_from(field.selected_index()).ok());
            chosen.set(index.and_then(|index| names.get(index)).cloned());
            anew.emit(());
        }
    };
    html! {
        <label>
            { "Cluster " }
            <select {onchange}>
                { for names.iter().map(|name| html! { <option selected={name == current}>{ name }</option> }) }
            </select>
        </label>
    }
}

fn segments(show: &UseStateHandle<Show>, each: &UseStateHandle<Each>, anew: &Callback<()>) -> Html {
    let whats = Show::EACH.into_iter().map(|which| {
        let (show, anew, pressed) = (show.setter(), anew.clone(), **show == which);
        let onclick = move |_: MouseEvent| {
            show.set(which);
            anew.emit(());
        };
        html! {
            <button type="button" class="button button-small" {onclick} aria-pressed={pressed.to_string()}>
                { which.word() }
            </button>
        }
    });
    let hows = [(Each::Name, "By name"), (Each::Attempt, "Every attempt")];
    let hows = hows.into_iter().map(|(which, word)| {
        let (each, anew, pressed) = (each.setter(), anew.clone(), **each == which);
        let onclick = move |_: MouseEvent| {
            each.set(which);
            anew.emit(());
        };
        html! {
            <button type="button" class="button button-small" {onclick} aria-pressed={pressed.to_string()}>
                { word }
            </button>
        }
    });
    html! { <>
        <div class="segments">{ for whats }</div>
        <div class="segments">{ for hows }</div>
    </> }
}

fn field(search: &Search) -> Html {
    html! {
        <label>
            <span class="unseen">{ "User name contains" }</span>
            <input type="search" placeholder="User name" value={search.text()} oninput={search.oninput()} />
        </label>
    }
}

fn counted(number: usize, each: Each) -> String {
    match (number, each) {
        (0, _) => "Nobody matches. Take a word out, or choose All.".to_owned(),
        (_, Each::Name) => words::count(number, "name", "names"),
        (_, Each::Attempt) => words::count(number, "attempt", "attempts"),
    }
}

/// What is not in it.
fn whole(history: &History) -> Html {
    let missing = match history.missing() {
        None => None,
        Some(Missing::Older) => Some(format!(
            "Atlas tells the last {} attempts; older ones aren't here.",
            words::grouped(MOST as u64)
        )),
        Some(Missing::Rest(why)) => Some(format!(
            "Older attempts couldn't be read. {} {}",
            why.what, why.next
        )),
    };
    let passwords = history.passwords();
    html! { <>
        if let Some(missing) = missing { <p class="fine attention-text">{ missing }</p> }
        if passwords > 0 {
            <p class="fine quiet">{ format!("{} left out: they were made with a password.",
                words::count(passwords, "attempt is", "attempts are")) }</p>
        }
    </> }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::fake;
    use futures_util::FutureExt as _;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shown_is_the_newest_first_and_looked_up_by_name() {
        let log = |name: &str, minute: u32, is_in: bool| {
            json!({
                "authResult": is_in, "authSource": "$external", "username": name, "failureReason": "why",
                "timestamp": format!("2025-11-24T15:{minute:02}:00Z"),
            })
        };
        let fake = fake::Fake::new(None, &[]);
        fake.0.borrow_mut().access_logs = vec![
            log("CN=b", 50, false),
            log("CN=a", 40, true),
            log("CN=b", 30, true),
            log("CN=c", 20, true),
        ];
        let client = fake.client();
        let project = fake::project();
        let read = client.history(&project, "orders", 1_764_000_000);
        let history = read.now_or_never().unwrap().unwrap();
        for (show, each, text, expected) in [
            (Show::All, Each::Name, "", vec![0, 1, 2]),
            (Show::Logins, Each::Name, "", vec![0, 1, 2]),
            (Show::Refusals, Each::Name, "", vec![0]),
            (Show::All, Each::Name, "cn=c", vec![2]),
            (Show::All, Each::Attempt, "", vec![0, 1, 2, 3]),
            (Show::Logins, Each::Attempt, "", vec![1, 2, 3]),
            (Show::Refusals, Each::Attempt, "", vec![0]),
            (Show::All, Each::Attempt, "cn=b", vec![0, 2]),
            (Show::All, Each::Attempt, "nobody", vec![]),
        ] {
            assert_eq!(
                lines(&history, show, each, text),
                expected,
                "{show:?} {each:?} {text}"
            );
        }
    }
}
