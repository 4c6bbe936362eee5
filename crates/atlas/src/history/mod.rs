//! What an access history says: who logged in to a cluster, who was refused and why, and when each
//! was there last.
//!
//! A cluster may have twenty thousand entries in a week that all say much the same. Texts are kept
//! once, an entry is a few numbers, and nothing here looks at an entry more than once.

mod read;
mod reason;
#[cfg(test)]
mod tests;
mod when;

use std::collections::HashMap;

use crate::{
    Error,
    error::Explanation,
    types::{AccessLog, Event},
};

pub use reason::{Kind, Reason};

/// The most that Atlas tells of a cluster, and how many entries are read.
pub const MOST: usize = 20_000;

/// How far back Atlas tells, in seconds: seven days.
pub const KEPT: i64 = 7 * 86_400;

/// One attempt to log in: a place in the texts of a [`History`] for each word of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// When, in seconds since 1970; `None`: Atlas wrote it in a way that is not read here.
    pub at: Option<i64>,
    /// Who: an index into [`History::people`].
    pub person: usize,
    /// Why it was refused: an index into [`History::reasons`]; `None`: it was let in.
    pub refused: Option<usize>,
    address: usize,
    host: usize,
}

/// Somebody who came to a cluster, by the name that the server knew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Person {
    /// The user name; for X.509 exactly what the server derived from the certificate.
    pub name: String,
    /// How often the login worked.
    pub logins: usize,
    /// How often it was refused.
    pub refusals: usize,
    /// The newest login: an index into [`History::attempts`].
    pub login: Option<usize>,
    /// The newest refusal.
    pub refusal: Option<usize>,
}

/// The access history of one cluster, as far as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    attempts: Vec<Attempt>,
    people: Vec<Person>,
    reasons: Vec<String>,
    texts: Vec<String>,
    /// Where each name, reason and text is.
    places: [HashMap<String, usize>; 3],
    /// Logins with a password, which are left out.
    passwords: usize,
    missing: Option<Missing>,
}

/// Why a history is not whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It has [`MOST`] entries, and older ones are not told.
    Older,
    /// Reading it stopped in the middle.
    Rest(Explanation),
}

impl History {
    /// The attempts, the newest first.
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// Everybody who came.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Each reason for a refusal, in the server's words.
    pub fn reasons(&self) -> &[String] {
        &self.reasons
    }

    /// Why it is not whole, if it is not.
    pub fn missing(&self) -> Option<&Missing> {
        self.missing.as_ref()
    }

    /// How many attempts with a password were left out.
    pub fn passwords(&self) -> usize {
        self.passwords
    }

    /// Who made an attempt.
    pub fn name_of(&self, attempt: &Attempt) -> &str {
        self.people
            .get(attempt.person)
            .map_or("", |person| &person.name)
    }

    /// Where an attempt came from.
    pub fn address_of(&self, attempt: &Attempt) -> &str {
        self.texts.get(attempt.address).map_or("", String::as_str)
    }

    /// The node that it went to.
    pub fn host_of(&self, attempt: &Attempt) -> &str {
        self.texts.get(attempt.host).map_or("", String::as_str)
    }

    /// Why it was refused, in the server's words; `None`: it was let in.
    pub fn refusal_of(&self, attempt: &Attempt) -> Option<&str> {
        let reason = self.reasons.get(attempt.refused?);
        Some(reason.map_or("", String::as_str))
    }

    /// Whoever came with this name.
    pub fn person(&self, name: &str) -> Option<&Person> {
        self.people.get(*self.places[0].get(name)?)
    }

    /// Takes one more entry, older than all before it.
    fn take(&mut self, log: AccessLog) {
        let attempt = self.attempt(log);
        let index = self.attempts.len();
        let Some(person) = self.people.get_mut(attempt.person) else {
            return;
        };
        if attempt.refused.is_some() {
            person.refusals += 1;
            person.refusal.get_or_insert(index);
        } else {
            person.logins += 1;
            person.login.get_or_insert(index);
        }
        self.attempts.push(attempt);
    }

    fn attempt(&mut self, log: AccessLog) -> Attempt {
        let [names, reasons, texts] = &mut self.places;
        let person = place(names, log.username, |name| {
            self.people.push(Person {
                name,
                ..Person::default()
            });
        });
        let mut keep = |text| place(texts, text, |text| self.texts.push(text));
        let (address, host) = (keep(log.ip_address), keep(log.hostname));
        let refused = (!log.auth_result)
            .then(|| place(reasons, log.failure_reason, |text| self.reasons.push(text)));
        Attempt {
            at: when::parse(&log.timestamp),
            person,
            refused,
            address,
            host,
        }
    }
}

/// Where a text is kept; a new one is put at the end.
fn place(places: &mut HashMap<String, usize>, text: String, put: impl FnOnce(String)) -> usize {
    let end = places.len();
    if let Some(place) = places.get(&text) {
        return *place;
    }
    put(text.clone());
    places.insert(text, end);
    end
}

/// When something was seen, and on which cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The cluster.
    pub cluster: String,
    /// In seconds since 1970, if that can be told.
    pub at: Option<i64>,
    /// Where the client came from.
    pub address: String,
    /// Why it was refused, in the server's words; empty: it was let in.
    pub reason: String,
}

/// What all clusters of a project say of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The newest login.
    pub login: Option<Seen>,
    /// The newest refusal.
    pub refusal: Option<Seen>,
}

impl Known {
    /// Whether it was refused when it came last.
    pub fn is_refused(&self) -> bool {
        let at = |seen: &Option<Seen>| seen.as_ref().and_then(|seen| seen.at);
        match (&self.login, &self.refusal) {
            (_, None) => false,
            (None, Some(_)) => true,
            // Nothing is said of a moment that cannot be told.
            (login @ Some(_), refusal) => at(login) < at(refusal),
        }
    }
}

/// The histories of all clusters of a project, or why there is none of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histories {
    /// By cluster, in the order of the project.
    pub clusters: Vec<(String, Result<History, Explanation>)>,
}

impl Histories {
    /// Of one cluster.
    pub fn of(&self, cluster: &str) -> Option<&Result<History, Explanation>> {
        let mut clusters = self.clusters.iter();
        let (_, history) = clusters.find(|(name, _)| name == cluster)?;
        Some(history)
    }

    /// Those that could be read.
    pub fn read(&self) -> impl Iterator<Item = (&str, &History)> {
        let clusters = self.clusters.iter();
        clusters.filter_map(|(name, history)| Some((&**name, history.as_ref().ok()?)))
    }

    /// What is known of a name.
    pub fn known(&self, name: &str) -> Known {
        let mut known = Known::default();
        for (cluster, history) in self.read() {
            let Some(person) = history.person(name) else {
                continue;
            };
            let seen = |index: Option<usize>| history.seen(cluster, index?);
            known.login = newest(known.login, seen(person.login));
            known.refusal = newest(known.refusal, seen(person.refusal));
        }
        known
    }

    /// Every name that came, and whether it ever got in.
    pub fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        let people = self.read().flat_map(|(_, history)| history.people());
        people.map(|person| (&*person.name, person.logins > 0))
    }
}

impl History {
    /// An attempt with its words.
    pub fn seen(&self, cluster: &str, index: usize) -> Option<Seen> {
        let attempt = self.attempts.get(index)?;
        Some(Seen {
            cluster: cluster.to_owned(),
            at: attempt.at,
            address: self.address_of(attempt).to_owned(),
            reason: self.refusal_of(attempt).unwrap_or_default().to_owned(),
        })
    }
}

fn newest(one: Option<Seen>, other: Option<Seen>) -> Option<Seen> {
    match (one, other) {
        (Some(one), Some(other)) if other.at > one.at => Some(other),
        (one, other) => one.or(other),
    }
}

/// Why there is no history of a cluster, for what it is: another role reads it than the one that sets
/// X.509 up, and small clusters have none.
pub fn unavailable(cluster: &str, error: &Error) -> Explanation {
    if error.code() == "FEATURE_UNSUPPORTED" {
        return Explanation {
            code: Some(error.code().to_owned()),
            ..not_kept(cluster)
        };
    }
    let explanation = error.explain();
    if !error.is_role_too_low() {
        return explanation;
    }
    Explanation {
        what: format!("This credential may not read the access history of {cluster}."),
        next: "Give it the role Project Database Access Admin, Project Cluster Log Viewer or Project Monitoring Admin, then read the history again.".to_owned(),
        ..explanation
    }
}

/// The same, for a cluster of which it is known beforehand.
pub fn not_kept(cluster: &str) -> Explanation {
    Explanation {
        code: None,
        what: format!(
            "Atlas keeps no access history of {cluster}: it is a free (M0) or flex cluster."
        ),
        next: "Look at what the client prints when it is refused.".to_owned(),
        detail: None,
    }
}

/// When an event happened, in seconds since 1970, if that can be told.
pub fn moment(event: &Event) -> Option<i64> {
    when::parse(&event.created)
}

/// A moment as Atlas writes it, for a test's Atlas.
#[cfg(any(test, feature = "fake"))]
pub(crate) fn read_moment(text: &str) -> Option<i64> {
    when::parse(text)
}
