//! Whether users can log in: everything that it takes, each with how it stands.
//!
//! It is told from what Atlas has now and from the clients given here, judged against the bundle that
//! Atlas has, not against one that is only planned. What could not be read is said, never assumed.

use atlas::{
    apply::{Apply, ClusterProgress},
    plan::Step,
};
use pki::view::{ClientDetails, GetsIn, View};
use yew::prelude::*;

use super::{clusters, ways::Ways};
use crate::{
    change::{facts::Facts, judged},
    session::state::State,
    ui::{
        alert::{Tone, alert},
        icon::{Icon, icon},
    },
    words,
};

/// How one thing stands; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Good,
    /// Not known, or not for everybody.
    Open,
    /// It keeps users out.
    Bad,
}

/// One of the things that it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    name: &'static str,
    mark: Mark,
    text: String,
}

/// Whether a plan of this tab switched self-managed X.509 off, and it is off still. Whoever wanted
/// that is not told to add an authority.
pub(crate) fn is_switched_off(state: &State) -> bool {
    let mut steps = state.draft.apply.iter().flat_map(Apply::steps);
    let switched_off = steps.any(|progress| {
        matches!(progress.step, Step::Disable { .. }) && progress.outcome.is_done()
    });
    switched_off && state.facts.known().is_some_and(|facts| is_off(facts))
}

/// Whether the project has no bundle.
fn is_off(facts: &Facts) -> bool {
    let present = facts.present.as_ref();
    present.is_some_and(|present| present.pem.is_none())
}

/// Whether users can log in, as a heading, and why, a line each.
pub(crate) fn checklist(state: &State, ways: &Ways) -> Html {
    let Some(facts) = state.facts.known() else {
        return html! { <p role="status">{ "Reading the project." }</p> };
    };
    let lines = lines(state, facts, ways);
    let (title, class, sign) = match lines.iter().map(|line| line.mark).max() {
        Some(Mark::Good) | None => ("Your users can log in", "good", Icon::Check),
        Some(Mark::Open) => (
            "Some users may not be able to log in yet",
            "attention",
            Icon::Attention,
        ),
        Some(Mark::Bad) => ("Your users can't log in yet", "bad", Icon::Cross),
    };
    html! {
        <section aria-labelledby="can-log-in" class="standing">
            <h2 id="can-log-in" class={classes!("standing-head", class)}>{ icon(sign) }<span>{ title }</span></h2>
            <ul class="checklist">{ for lines.iter().map(line) }</ul>
        </section>
    }
}

fn line(line: &Line) -> Html {
    let (class, sign, word) = match line.mark {
        Mark::Good => ("good", Icon::Check, "Yes"),
        Mark::Open => ("attention", Icon::Attention, "Look"),
        Mark::Bad => ("bad", Icon::Cross, "No"),
    };
    html! {
        <li class={classes!("check-line", class)}>
            <span class="stamp">{ icon(sign) }<span class="unseen">{ word }{ ": " }</span>{ line.name }</span>
            <span>{ &line.text }</span>
        </li>
    }
}

/// An empty network access list, which keeps everybody out whatever else is set up.
pub(crate) fn network(facts: &Facts) -> Html {
    match facts.reach() {
        Some(reach) if reach.is_closed() => {
            alert(Tone::Attention, html! { <p>{ reach.sentence() }</p> })
        }
        _ => Html::default(),
    }
}

/// The clusters in the newest answer: of the run that is under way, else of the last question, else
/// of the last run.
pub(crate) fn asked(state: &State) -> Option<&[ClusterProgress]> {
    let of_run = state
        .draft
        .apply
        .as_ref()
        .map(Apply::clusters)
        .filter(|clusters| !clusters.is_empty());
    let asked = state.clusters.known().map(|known| known.as_slice());
    if state.applying {
        of_run.or(asked)
    } else {
        asked.or(of_run)
    }
}

fn lines(state: &State, facts: &Facts, ways: &Ways) -> Vec<Line> {
    let now = state
        .judged
        .as_ref()
        .and_then(|judged| judged.before.as_ref());
    let clients = state
        .judged
        .as_ref()
        .map_or(0, |judged| judged.after.clients());
    let verdicts = match now {
        _ if is_off(facts) && clients > 0 => (
            Mark::Bad,
            "Without a bundle the server refuses every client.".to_owned(),
        ),
        Some(view) if clients > 0 => certificates(view, ways),
        _ => (
            Mark::Open,
            "No client certificate is here, so we can't say what the server makes of it."
                .to_owned(),
        ),
    };
    [
        ("Bundle", bundle(facts, ways)),
        ("Users", users(facts, now, ways)),
        ("Certificates", verdicts),
        (
            "Network",
            match facts.reach() {
                Some(reach) => (
                    if reach.is_closed() {
                        Mark::Bad
                    } else {
                        Mark::Good
                    },
                    reach.sentence(),
                ),
                None => (
                    Mark::Open,
                    "The network access list could not be read.".to_owned(),
                ),
            },
        ),
        ("Clusters", taken_up(asked(state))),
    ]
    .map(|(name, (mark, text))| Line { name, mark, text })
    .into()
}

fn bundle(facts: &Facts, ways: &Ways) -> (Mark, String) {
    let Some(present) = &facts.present else {
        return (Mark::Open, "The bundle could not be read.".to_owned());
    };
    match present.authorities.len() {
        _ if present.pem.is_none() => (
            Mark::Bad,
            format!(
                "Self-managed X.509 is off: the project has no bundle. Add your CA {}.",
                ways.authorities.within
            ),
        ),
        0 => (
            Mark::Bad,
            "No authority in the bundle can be read.".to_owned(),
        ),
        count => (
            Mark::Good,
            format!(
                "The project trusts {}.",
                words::count(count, "authority", "authorities")
            ),
        ),
    }
}

/// Whether Atlas has a user for each client that the server accepts.
fn users(facts: &Facts, now: Option<&View>, ways: &Ways) -> (Mark, String) {
    if facts.users.is_err() {
        return (
            Mark::Open,
            "The database users could not be read.".to_owned(),
        );
    }
    let there = facts.self_managed();
    let accepted = now.into_iter().flat_map(accepted);
    let (with, without): (Vec<&str>, Vec<&str>) =
        accepted.partition(|name| there.contains_key(name));
    match (with.len(), without.as_slice()) {
        (0, []) if there.is_empty() => (
            Mark::Bad,
            "The project has no database user for certificates of your own CA.".to_owned(),
        ),
        (0, []) => (
            Mark::Good,
            format!(
                "The project has {}.",
                words::count(there.len(), "user", "users")
            ),
        ),
        (0, missing) => (Mark::Bad, no_user(missing, ways)),
        (count, []) => (
            Mark::Good,
            format!(
                "Atlas has {} for the clients here.",
                words::count(count, "user", "users")
            ),
        ),
        (_, missing) => (Mark::Open, no_user(missing, ways)),
    }
}

fn no_user(names: &[&str], ways: &Ways) -> String {
    format!(
        "Atlas has no user for {}: {}. Give it one {}.",
        words::count(names.len(), "client", "clients"),
        words::a_few(names),
        ways.users.within
    )
}

/// The user names of the clients that get in, each once.
fn accepted(view: &View) -> Vec<&str> {
    let clients = view.report.clients.iter().zip(&view.clients);
    let mut names: Vec<&str> = clients
        .filter(|(_, details)| judged::gets_in(details))
        .filter_map(|(client, _)| client.username.as_deref())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn certificates(view: &View, ways: &Ways) -> (Mark, String) {
    let total = view.clients.len();
    let count = |wanted: fn(&ClientDetails) -> bool| {
        let clients = view.clients.iter();
        clients.filter(|client| wanted(client)).count()
    };
    let (yes, unknown) = (
        count(judged::gets_in),
        count(|client| client.gets_in == GetsIn::Unknown),
    );
    let text = match (yes, unknown) {
        (yes, _) if yes == total => format!(
            "The server accepts {}.",
            words::count(total, "client", "clients")
        ),
        (0, 0) => {
            format!(
                "None of the clients here gets in. You see why {}.",
                ways.clients.within
            )
        }
        (yes, _) => format!(
            "The server accepts {yes} of {}. You see why {}.",
            words::count(total, "client", "clients"),
            ways.clients.within
        ),
    };
    let mark = match (yes, unknown) {
        (yes, _) if yes == total => Mark::Good,
        (0, 0) => Mark::Bad,
        _ => Mark::Open,
    };
    (mark, text)
}

fn taken_up(clusters: Option<&[ClusterProgress]>) -> (Mark, String) {
    let Some(clusters) = clusters else {
        return (Mark::Open, "Asking the clusters.".to_owned());
    };
    let running = clusters.iter().filter(|cluster| !cluster.paused).count();
    let waiting = clusters::not_ready(clusters);
    match (clusters.len(), running, waiting.as_slice()) {
        (0, ..) => (
            Mark::Open,
            "The project has no cluster yet. Your users can log in to those that you make."
                .to_owned(),
        ),
        (_, 0, _) => (
            Mark::Open,
            "Every cluster is paused. Resume one to log in to it.".to_owned(),
        ),
        (_, running, []) => (
            Mark::Good,
            format!(
                "{} taken up the last change.",
                words::count(running, "running cluster has", "running clusters have")
            ),
        ),
        (_, _, waiting) => (
            Mark::Open,
            format!(
                "Still taking the last change up: {}. Until then a new user can't log in there.",
                words::list(waiting)
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::types::{ChangeStatus, ClusterState};

    use super::*;
    use crate::{change::fixture, review::problems::tests::WAYS};

    fn cluster(name: &str, change: ChangeStatus, paused: bool) -> ClusterProgress {
        ClusterProgress {
            name: name.to_owned(),
            state: Some(ClusterState::Idle),
            change: Some(change),
            paused,
        }
    }

    #[test]
    fn clusters_are_ready_when_each_that_runs_has_taken_the_change_up() {
        let (a, b) = (ChangeStatus::Applied, ChangeStatus::Pending);
        let cases = [
            (None, Mark::Open, "Asking"),
            (Some(vec![]), Mark::Open, "no cluster yet"),
            (
                Some(vec![cluster("x", a.clone(), false)]),
                Mark::Good,
                "1 running cluster has",
            ),
            (
                Some(vec![cluster("x", a.clone(), true)]),
                Mark::Open,
                "Every cluster is paused",
            ),
            (
                Some(vec![cluster("x", a, false), cluster("y", b, false)]),
                Mark::Open,
                "Still taking the last change up: y.",
            ),
        ];
        for (clusters, mark, says) in cases {
            let (found, text) = taken_up(clusters.as_deref());
            assert_eq!(found, mark, "{text}");
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn certificates_are_good_when_the_server_takes_every_one() {
        for (clients, mark, says) in [
            (
                &[("CN=a", true), ("CN=b", true)][..],
                Mark::Good,
                "accepts 2 clients",
            ),
            (
                &[("CN=a", true), ("CN=b", false)],
                Mark::Open,
                "accepts 1 of 2 clients",
            ),
            (&[("CN=a", false)], Mark::Bad, "None of the clients here"),
        ] {
            let (found, text) = certificates(&fixture::judged(clients, &[]).after.view, &WAYS);
            assert_eq!(found, mark, "{text}");
            assert!(text.contains(says), "{text}");
        }
    }

    #[test]
    fn the_newest_answer_of_the_clusters_is_taken() {
        let mut state = State::default();
        assert_eq!(asked(&state), None);
        let answer = vec![cluster("asked", ChangeStatus::Applied, false)];
        state.clusters = crate::session::state::Loaded::Yes(std::rc::Rc::new(answer));
        for applying in [false, true] {
            state.applying = applying;
            assert_eq!(asked(&state).unwrap()[0].name, "asked");
        }
    }
}
