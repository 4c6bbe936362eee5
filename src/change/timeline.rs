//! Who ends when: each authority that Atlas trusts and each client given here, and the first day on which
//! something stops working.
//!
//! What is told is what follows from the certificates at hand. Atlas doesn't know what an authority has issued.

use std::collections::{BTreeMap, BTreeSet};

use pki::{
    Timestamp,
    report::{Role, Sha256},
    view::{Details, Validity, View},
};

use super::judged::Judged;
use crate::words;

/// Everything that ends, as far as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Timeline {
    pub(crate) today: Timestamp,
    /// Those of the bundle that Atlas has, then those that come to it; the first to end first.
    pub(crate) authorities: Vec<Authority>,
    /// The clients given here, each certificate once; the first to stop working first.
    pub(crate) clients: Vec<Client>,
    /// The next day on which something stops working.
    pub(crate) next: Option<Next>,
}

/// From when to when a certificate is valid; what it does not say in a readable way is left open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: Option<Timestamp>,
    pub(crate) end: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Authority {
    pub(crate) sha256: String,
    pub(crate) title: String,
    pub(crate) span: Span,
    /// Whether Atlas has it; else it was given here.
    pub(crate) is_present: bool,
    pub(crate) is_root: bool,
    /// The clients given here whose path ends or passes there, by user name.
    pub(crate) rests: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// Its user name, or what it is called else.
    pub(crate) name: String,
    pub(crate) file: String,
    pub(crate) span: Span,
    /// Whether the server accepts it today.
    pub(crate) gets_in: bool,
    /// Whether it accepts it once what was decided is applied.
    pub(crate) gets_in_then: bool,
    /// When the first certificate of its path ends, and which one that is.
    pub(crate) works_until: Option<(Timestamp, EndsBy)>,
    /// The authorities of the bundle that its path passes, lowest first.
    pub(crate) through: Vec<String>,
}

/// What ends first of a client's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum EndsBy {
    Itself,
    /// An authority of the bundle, by its title.
    Authority(String),
    /// A certificate that it sends along.
    Sent(String),
}

/// A day on which something stops working.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Next {
    /// The first moment of it.
    pub(crate) at: Timestamp,
    /// Indexes into [`Timeline::authorities`].
    pub(crate) authorities: Vec<usize>,
    /// Indexes into [`Timeline::clients`]: those of which another certificate than such an authority ends.
    pub(crate) clients: Vec<usize>,
}

impl Timeline {
    /// `today`: the present moment, whatever day the certificates were judged for.
    pub(crate) fn new(judged: &Judged, today: Timestamp) -> Self {
        let paths = Paths::new(judged);
        let mut timeline = Self {
            today,
            authorities: authorities(judged, &paths),
            clients: clients(judged, &paths),
            next: None,
        };
        timeline.next = timeline.next();
        timeline
    }

    fn next(&self) -> Option<Next> {
        let ends = |at: Option<Timestamp>| at.filter(|at| *at > self.today);
        let of_authority = |one: &Authority| ends(one.span.end).filter(|_| one.is_present);
        let of_client = |one: &Client| {
            let (at, by) = one.works_until.as_ref()?;
            let is_told = matches!(by, EndsBy::Authority(_));
            ends(Some(*at)).filter(|_| one.gets_in && !is_told)
        };
        let authorities = self.authorities.iter().filter_map(of_authority);
        let clients = self.clients.iter().filter_map(of_client);
        let at = authorities.chain(clients).min()?;
        let is_then = |other: Option<Timestamp>| other.is_some_and(|other| day(other) == day(at));
        let those = |all: Vec<Option<Timestamp>>| {
            let positions = all.into_iter().enumerate();
            positions
                .filter(|(_, end)| is_then(*end))
                .map(|(index, _)| index)
                .collect()
        };
        Some(Next {
            at,
            authorities: those(self.authorities.iter().map(of_authority).collect()),
            clients: those(self.clients.iter().map(of_client).collect()),
        })
    }

    /// The next day on which something stops working, and what: in one breath.
    pub(crate) fn next_in_words(&self) -> Option<String> {
        let next = self.next.as_ref()?;
        let when = format!(
            "{}, {}",
            words::date(next.at),
            words::distance(self.today.days_until(next.at))
        );
        let parts = [self.authorities_in_words(next), self.clients_in_words(next)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        Some(format!("On {when}: {}", parts.join(" ")))
    }

    fn authorities_in_words(&self, next: &Next) -> Option<String> {
        let authorities: Vec<&Authority> = next
            .authorities
            .iter()
            .map(|&index| &self.authorities[index])
            .collect();
        let titles: Vec<String> = authorities
            .iter()
            .map(|one| format!("“{}”", one.title))
            .collect();
        let (ends, it) = match titles.len() {
            0 => return None,
            1 => ("ends", "it"),
            _ => ("end", "them"),
        };
        let mut names: Vec<&str> = authorities
            .iter()
            .flat_map(|one| &one.rests)
            .map(|name| &**name)
            .collect();
        names.sort_unstable();
        names.dedup();
        let known = if names.is_empty() {
            format!("No client given here is below {it}; Atlas doesn't know which others are.")
        } else {
            let are = words::count(
                names.len(),
                "client given here is",
                "clients given here are",
            );
            format!("{are} below {it}: {}.", words::a_few(&names))
        };
        let titles = words::list(&titles);
        Some(format!(
            "{titles} {ends}, and the clusters then refuse every client below {it}. {known}"
        ))
    }

    /// The clients whose own certificates end, or those that they send along.
    fn clients_in_words(&self, next: &Next) -> Option<String> {
        let names: Vec<&str> = next
            .clients
            .iter()
            .map(|&index| &*self.clients[index].name)
            .collect();
        let what = match names.len() {
            0 => return None,
            1 => "The certificate of 1 client given here ends".to_owned(),
            n => format!(
                "The certificates of {} clients given here end",
                words::grouped(n as u64)
            ),
        };
        Some(format!("{what}: {}.", words::a_few(&names)))
    }
}

/// The day of a moment, in UTC.
fn day(at: Timestamp) -> i64 {
    at.unix().div_euclid(Timestamp::DAY)
}

/// What is known of the certificates of both views, and of the accepted paths.
struct Paths<'a> {
    details: BTreeMap<Sha256, &'a Details>,
    /// Those that Atlas trusts or will.
    trusted: BTreeSet<Sha256>,
    /// The view that says what the server does today: against the bundle that Atlas has.
    today: Option<&'a View>,
}

impl<'a> Paths<'a> {
    fn new(judged: &'a Judged) -> Self {
        let views = judged
            .before
            .iter()
            .chain(std::iter::once(&judged.after.view));
        let mut details = BTreeMap::new();
        let mut trusted = BTreeSet::new();
        for view in views {
            for (entry, about) in view.report.certificates.iter().zip(&view.certificates) {
                details.entry(entry.sha256).or_insert(about);
                if entry.role == Role::Authority {
                    trusted.insert(entry.sha256);
                }
            }
        }
        Self {
            details,
            trusted,
            today: judged.before.as_ref(),
        }
    }

    fn title(&self, sha256: &Sha256) -> String {
        let details = self.details.get(sha256);
        details.map_or_else(|| sha256.to_string(), |details| details.title.clone())
    }
}

fn authorities(judged: &Judged, paths: &Paths) -> Vec<Authority> {
    let present = judged.before.as_ref();
    let resting = judged.resting_on();
    let planned = resting_on(&judged.after);
    let mut all = Vec::new();
    let mut seen = BTreeSet::new();
    let views = present.into_iter().map(|view| (view, true));
    for (view, is_present) in views.chain([(&judged.after.view, false)]) {
        for entry in &view.report.certificates {
            if entry.role != Role::Authority || !seen.insert(entry.sha256) {
                continue;
            }
            let Some(details) = paths.details.get(&entry.sha256) else {
                continue;
            };
            let sha256 = entry.sha256.to_string();
            let rests = if is_present { &resting } else { &planned };
            let mut rests = rests.get(&sha256).cloned().unwrap_or_default();
            rests.sort();
            rests.dedup();
            all.push(Authority {
                sha256,
                title: details.title.clone(),
                span: span(&details.validity),
                is_present,
                is_root: details.subject == details.issuer,
                rests,
            });
        }
    }
    all.sort_by_key(|one| (!one.is_present, last_if_open(one.span.end)));
    all
}

/// The clients that are accepted in a view, by the authorities of their paths.
fn resting_on(view: &View) -> BTreeMap<String, Vec<String>> {
    let mut resting: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (client, details) in view.report.clients.iter().zip(&view.clients) {
        if client.judgement.accepted == Some(true) {
            let name = client.username.as_ref().unwrap_or(&details.title);
            for sha256 in client.judgement.chain.iter().skip(1) {
                resting
                    .entry(sha256.to_string())
                    .or_default()
                    .push(name.clone());
            }
        }
    }
    resting
}

fn clients(judged: &Judged, paths: &Paths) -> Vec<Client> {
    // Without a bundle nobody gets in, and the plan tells where the paths would lead.
    let view = paths.today.unwrap_or(&judged.after.view);
    let accepted = judged.after.report.clients.iter();
    let accepted = accepted.filter(|client| client.judgement.accepted == Some(true));
    let then: BTreeSet<Sha256> = accepted.filter_map(|client| client.leaf).collect();
    let mut seen = BTreeSet::new();
    let mut all: Vec<Client> = view
        .report
        .clients
        .iter()
        .zip(&view.clients)
        .filter_map(|(client, details)| {
            let leaf = client.leaf.filter(|leaf| seen.insert(*leaf))?;
            let about = paths.details.get(&leaf)?;
            let ends = client.judgement.chain.iter().filter_map(|sha256| {
                Some((paths.details.get(sha256)?.validity.not_after?, *sha256))
            });
            // The client itself comes first, and first of those that end together.
            let first = ends.min_by_key(|(end, _)| *end);
            let works_until = first.map(|(end, sha256)| {
                let by = if sha256 == leaf {
                    EndsBy::Itself
                } else if paths.trusted.contains(&sha256) {
                    EndsBy::Authority(paths.title(&sha256))
                } else {
                    EndsBy::Sent(paths.title(&sha256))
                };
                (end, by)
            });
            let above = client.judgement.chain.iter().skip(1);
            Some(Client {
                name: client
                    .username
                    .clone()
                    .unwrap_or_else(|| details.title.clone()),
                file: client.file.clone(),
                span: span(&about.validity),
                gets_in_then: then.contains(&leaf),
                gets_in: paths.today.is_some() && client.judgement.accepted == Some(true),
                works_until,
                through: above
                    .filter(|sha256| paths.trusted.contains(sha256))
                    .map(|sha256| paths.title(sha256))
                    .collect(),
            })
        })
        .collect();
    all.sort_by_key(|client| {
        let until = client.works_until.as_ref().map(|(end, _)| *end);
        last_if_open(until.or(client.span.end))
    });
    all
}

fn span(validity: &Validity) -> Span {
    Span {
        start: validity.not_before,
        end: validity.not_after,
    }
}

fn last_if_open(end: Option<Timestamp>) -> i64 {
    end.map_or(i64::MAX, Timestamp::unix)
}

/// The picture of a timeline: places in hundredths of a percent of its width, from left to right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) today: u32,
    /// The next day on which something stops working.
    pub(crate) next: Option<u32>,
    /// The beginnings of years.
    pub(crate) years: Vec<(u32, i32)>,
    pub(crate) bars: Vec<Bar>,
    /// How many clients are not drawn.
    pub(crate) left_out: usize,
}

/// A certificate's span as far as it is in the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) title: String,
    pub(crate) is_authority: bool,
    pub(crate) from: u32,
    pub(crate) to: u32,
    /// Whether it goes on beyond the picture's right side.
    pub(crate) goes_on: bool,
    pub(crate) tone: Tone,
    /// As [`Timestamp::days_until`] counts.
    pub(crate) days_left: Option<i64>,
}

/// How near an end is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Far,
    Soon,
    Ended,
}

/// The whole width of a picture.
pub(crate) const WIDTH: u32 = 10_000;

/// So many days before today are drawn: enough to see what has just ended.
const DAYS_BEFORE: i64 = 120;

/// So many days after today are drawn: authorities last for decades, and drawn whole, the weeks that matter would be a
/// hair's breadth.
const DAYS_AFTER: i64 = 730;

/// So many days beyond the next end are drawn where that is later still.
const BEYOND: i64 = 90;

/// So long before an end it is time for a successor, in days.
const SOON: i64 = 30;

/// So many clients are drawn; more would be no picture. The table has all of them.
const DRAWN: usize = 12;

impl Timeline {
    pub(crate) fn picture(&self) -> Picture {
        let from = self.today.plus(-DAYS_BEFORE * Timestamp::DAY);
        let far = self.today.plus(DAYS_AFTER * Timestamp::DAY);
        let to = self
            .next
            .as_ref()
            .map_or(far, |next| far.max(next.at.plus(BEYOND * Timestamp::DAY)));
        let place = |at: Timestamp| place(at, from, to);
        let bar = |title: &str, span: Span, is_authority: bool| Bar {
            title: title.to_owned(),
            is_authority,
            from: span.start.map_or(0, place),
            to: span.end.map_or(WIDTH, place),
            goes_on: span.end.is_none_or(|end| end > to),
            days_left: span.end.map(|end| self.today.days_until(end)),
            tone: match span.end.map(|end| self.today.days_until(end)) {
                Some(..0) => Tone::Ended,
                Some(0..SOON) => Tone::Soon,
                _ => Tone::Far,
            },
        };
        let authorities = self.authorities.iter();
        let clients = self.clients.iter().take(DRAWN);
        let bars = authorities
            .map(|one| bar(&one.title, one.span, true))
            .chain(clients.map(|one| bar(&one.name, one.span, false)))
            .collect();
        let years = (from.date().map_or(0, |(year, ..)| year)
            ..=to.date().map_or(0, |(year, ..)| year))
            .filter_map(|year| {
                let begins = Timestamp::parse_moment(&format!("{year:04}-01-01")).ok()?;
                (begins > from).then(|| (place(begins), year))
            })
            .collect();
        Picture {
            today: place(self.today),
            next: self.next.as_ref().map(|next| place(next.at)),
            years,
            bars,
            left_out: self.clients.len().saturating_sub(DRAWN),
        }
    }
}

/// Where a moment is between two others, kept inside.
fn place(at: Timestamp, from: Timestamp, to: Timestamp) -> u32 {
    let whole = i128::from(to.unix()) - i128::from(from.unix());
    let part = i128::from(at.unix()) - i128::from(from.unix());
    if whole <= 0 {
        return 0;
    }
    let place = (part * i128::from(WIDTH) / whole).clamp(0, i128::from(WIDTH));
    u32::try_from(place).unwrap_or(WIDTH)
}

#[cfg(test)]
mod tests;
