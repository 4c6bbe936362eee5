//! One authority in the place of another, in three moves of which none locks anybody out: trust both, renew the
//! clients, take the old one out.
//!
//! Weeks lie between them, and another computer perhaps. So nothing of it is remembered: where it stands is read
//! from the bundle that Atlas has, from the certificates given here, and from who has logged in lately.

use std::collections::{BTreeMap, BTreeSet};

use atlas::{apply::Apply, plan};
use pki::{
    Timestamp,
    message::Question,
    report::{self, Role},
    view::{AuthorityNode, View},
};

use super::{decision, judged::Judged};
use crate::words;

/// What is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) judged: &'a Judged,
    /// The same clients against the bundle without the authorities that go, if that was asked. Without it, who rests
    /// on them is told from the paths as they are, and somebody with two ways is taken for one who needs the old one.
    pub(crate) without: Option<&'a Without>,
    /// The self-managed users that Atlas has.
    pub(crate) users: &'a [&'a str],
    pub(crate) logins: &'a Logins,
    /// The authorities that go, by fingerprint, where somebody chose them.
    pub(crate) chosen: Option<&'a BTreeSet<String>>,
    /// The titles of those that a finished run of this tab took out.
    pub(crate) gone: &'a [String],
    pub(crate) today: Timestamp,
}

/// Verdicts against a bundle without some authorities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Without {
    /// Which ones, by fingerprint.
    pub(crate) gone: BTreeSet<String>,
    pub(crate) view: View,
}

/// Who logged in lately, as far as Atlas tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Logins {
    /// The last login of each user name.
    pub(crate) last: BTreeMap<String, Timestamp>,
    /// The clusters whose history was read.
    pub(crate) read: Vec<String>,
    /// Those whose history could not be read.
    pub(crate) unread: Vec<String>,
}

impl Logins {
    /// Notes a login.
    pub(crate) fn note(&mut self, name: &str, at: Timestamp) {
        match self.last.get_mut(name) {
            Some(last) => *last = at.max(*last),
            None => {
                self.last.insert(name.to_owned(), at);
            }
        }
    }
}

/// How far one authority has taken the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rotation {
    pub(crate) stage: Stage,
    /// Every authority that Atlas trusts or that was given, as it is arranged here.
    pub(crate) members: Vec<Member>,
    /// Everybody of whom a certificate was given, by name.
    pub(crate) clients: Vec<Client>,
    /// Self-managed users of whom no certificate was given that could tell anything.
    pub(crate) unseen: Vec<Unseen>,
    /// Renewed clients that have no user yet.
    pub(crate) newcomers: Vec<Newcomer>,
}

/// Where it stands: the move that is to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The project trusts nobody: there is nothing to be replaced.
    NothingTrusted,
    /// None of the authorities goes.
    NothingGoes,
    /// There is none that could take the place of those that go.
    NoSuccessor,
    /// The first move.
    TrustBoth,
    /// The second one.
    Renew,
    /// The third one.
    TakeOut,
    /// Atlas trusts none of those that were to go.
    Done,
}

/// An authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) sha256: String,
    pub(crate) title: String,
    pub(crate) end: Option<Timestamp>,
    pub(crate) is_present: bool,
    pub(crate) is_given: bool,
    pub(crate) lot: Lot,
    pem: String,
    subject: Vec<(String, String)>,
    is_root: bool,
    start: Option<Timestamp>,
    /// By fingerprint.
    parent: Option<String>,
}

/// What becomes of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lot {
    /// It is there and stays, or it comes.
    Stays,
    Goes,
    /// It goes because the one above it does.
    Follows,
}

impl Member {
    pub(crate) fn goes(&self) -> bool {
        self.lot != Lot::Stays
    }

    /// What a decision about it names.
    pub(crate) fn concerned(&self) -> decision::Authority {
        decision::Authority {
            sha256: self.sha256.clone(),
            is_present: self.is_present,
            is_given: self.is_given,
        }
    }
}

/// Somebody of whom at least one certificate was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// The user name, or what it is called else.
    pub(crate) name: String,
    pub(crate) way: Way,
    /// The files with certificates that need an authority that goes.
    pub(crate) old_files: Vec<String>,
    pub(crate) last_login: Option<Timestamp>,
}

/// What a client's certificates rest on; what matters most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Way {
    /// Each one that gets in needs an authority that goes.
    Old,
    /// It was renewed, and a certificate that needs the old authority is here too.
    Both,
    /// It gets in without those that go.
    New,
    /// The server accepts none of them.
    Refused,
}

/// A user without a certificate here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unseen {
    pub(crate) name: String,
    pub(crate) last_login: Option<Timestamp>,
}

/// A client of the new authority that has no user in Atlas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Newcomer {
    pub(crate) name: String,
    /// Users with the same common name: it is probably one of them, renewed.
    pub(crate) like: Vec<String>,
}

/// So long before its end an authority is replaced, in days.
const SOON: i64 = 90;

impl Rotation {
    pub(crate) fn new(ground: &Ground) -> Self {
        let members = arranged(ground);
        let clients = clients(ground, &members);
        let told: BTreeSet<&str> = clients
            .iter()
            .filter(|client| client.way != Way::Refused)
            .map(|client| &*client.name)
            .collect();
        let mut unseen: Vec<Unseen> = ground
            .users
            .iter()
            .filter(|name| !told.contains(**name))
            .map(|name| Unseen {
                name: (*name).to_owned(),
                last_login: ground.logins.last.get(*name).copied(),
            })
            .collect();
        // Whoever logged in most lately is hit first.
        unseen.sort_by(|one, other| {
            let newest = other.last_login.cmp(&one.last_login);
            newest.then_with(|| one.name.cmp(&other.name))
        });
        let newcomers = newcomers(ground, &clients);
        let mut rotation = Self {
            stage: Stage::Done,
            members,
            clients,
            unseen,
            newcomers,
        };
        rotation.stage = rotation.stage(ground);
        rotation
    }

    fn stage(&self, ground: &Ground) -> Stage {
        let mut present = self.members.iter().filter(|member| member.is_present);
        let (old, new) = (self.old(), self.staying());
        if old.is_empty() && !ground.gone.is_empty() {
            return Stage::Done;
        }
        if present.next().is_none() {
            return Stage::NothingTrusted;
        }
        if old.is_empty() {
            let several = self.members.iter().filter(|member| member.is_root).count() > 1;
            return if several || ground.chosen.is_some_and(BTreeSet::is_empty) {
                Stage::NothingGoes
            } else {
                Stage::NoSuccessor
            };
        }
        if !old.iter().any(|member| member.is_present) {
            return Stage::Done;
        }
        if new.is_empty() {
            return Stage::NoSuccessor;
        }
        if new.iter().any(|member| !member.is_present) {
            return Stage::TrustBoth;
        }
        if self.is_to_be_renewed(ground) {
            Stage::Renew
        } else {
            Stage::TakeOut
        }
    }

    /// Whether somebody is known to need an authority that goes, or probably does; or nothing is known at all.
    fn is_to_be_renewed(&self, ground: &Ground) -> bool {
        let has = |way| self.clients.iter().any(|client| client.way == way);
        let nobody = ground.users.is_empty() && self.clients.is_empty();
        let nothing_known = !has(Way::New) && !has(Way::Both) && !nobody;
        has(Way::Old) || nothing_known || self.unseen_lately().next().is_some()
    }

    /// What the engine is asked to know who gets in without the authorities that go, from what it was asked last.
    /// `None`: none goes, or nobody would be trusted then.
    pub(crate) fn question(&self, last: Question) -> Option<Question> {
        let stays: String = self.staying().iter().map(|member| &*member.pem).collect();
        let is_asked = !stays.is_empty() && !self.old().is_empty();
        // In the place of the bundle as it is: what is asked beside it is answered as before.
        is_asked.then_some(Question {
            before: Some(stays),
            ..last
        })
    }

    /// The fingerprints of those that go.
    pub(crate) fn going(&self) -> BTreeSet<String> {
        let old = self.old().into_iter();
        old.map(|member| member.sha256.clone()).collect()
    }

    /// The authorities that go.
    pub(crate) fn old(&self) -> Vec<&Member> {
        self.members.iter().filter(|member| member.goes()).collect()
    }

    /// Those that stay, or come.
    pub(crate) fn staying(&self) -> Vec<&Member> {
        self.members
            .iter()
            .filter(|member| !member.goes())
            .collect()
    }

    /// Clients given here that are locked out when the old authorities go. As long as there is one, they are not
    /// taken out.
    pub(crate) fn locked_out(&self) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(|client| client.way == Way::Old)
    }

    /// Users that logged in lately and of whom no certificate was given: nobody can tell which authority they need.
    pub(crate) fn unseen_lately(&self) -> impl Iterator<Item = &Unseen> {
        self.unseen.iter().filter(|user| user.last_login.is_some())
    }

    /// Whether the old authorities may be taken out: nobody given here would be locked out.
    pub(crate) fn may_take_out(&self) -> bool {
        let both_there = matches!(self.stage, Stage::Renew | Stage::TakeOut);
        both_there && self.locked_out().next().is_none()
    }

    /// Whether anything is known to rest on the old authorities, in a sentence.
    pub(crate) fn in_short(&self) -> String {
        let locked_out = self.locked_out().count();
        let lately = self.unseen_lately().count();
        let it = match self.old().len() {
            0 | 1 => "the old authority",
            _ => "the old authorities",
        };
        match (locked_out, lately) {
            (0, 0) if self.clients.is_empty() && !self.unseen.is_empty() => format!(
                "Nothing is known of who rests on {it}: no client certificate was given here."
            ),
            (0, 0) => {
                format!("Nothing rests on {it} as far as we can see, and this is how far that is:")
            }
            (0, n) => format!(
                "No certificate given here rests on {it}, but {} in lately without one here.",
                words::count(n, "user has logged", "users have logged")
            ),
            (n, _) => format!(
                "{} on {it} and would be locked out.",
                words::count(n, "client given here rests", "clients given here rest")
            ),
        }
    }
}

/// How far what is known goes: a sentence each. `logins` of the last seven days.
pub(crate) fn how_far(rotation: &Rotation, logins: &Logins) -> Vec<String> {
    let seen = match rotation.clients.len() {
        0 => "No client certificate was given here.".to_owned(),
        given => format!(
            "We looked at {}.",
            words::count(
                given,
                "client whose certificate was given here",
                "clients whose certificates were given here"
            )
        ),
    };
    let mut said = vec![format!(
        "{seen} Atlas doesn't know what an authority has issued, so a certificate that nobody gives us is one that \
         we don't see."
    )];
    if !logins.read.is_empty() {
        said.push(format!(
            "We looked at who logged in to {} in the last seven days. A login tells a user name and not which \
             certificate it was: we can tie it to an authority only where a certificate of that name was given here. \
             Who comes once a month is not in it.",
            words::list(&logins.read)
        ));
    }
    if !logins.unread.is_empty() {
        said.push(format!(
            "We couldn't read who logged in to {}.",
            words::list(&logins.unread)
        ));
    }
    if logins.read.is_empty() && logins.unread.is_empty() {
        said.push("We know of no logins: no cluster was asked.".to_owned());
    }
    let quiet = rotation.unseen.len() - rotation.unseen_lately().count();
    if quiet > 0 {
        said.push(format!(
            "{} no certificate here and no login that we know of.",
            words::count(
                quiet,
                "user of the project has",
                "users of the project have"
            )
        ));
    }
    said
}

/// The titles of the authorities that a run took out and that Atlas does not trust now.
pub(crate) fn taken_out(run: Option<&Apply>, present: &[plan::Authority]) -> Vec<String> {
    let steps = run.into_iter().flat_map(Apply::steps);
    let done = steps.filter(|progress| progress.outcome.is_done());
    let removed = done.flat_map(|progress| progress.step.removed());
    let is_back = |sha256: &str| present.iter().any(|authority| authority.sha256 == sha256);
    removed
        .filter(|removed| !is_back(&removed.authority.sha256))
        .map(|removed| removed.authority.title.clone())
        .collect()
}

/// Every authority, with whether it goes.
fn arranged(ground: &Ground) -> Vec<Member> {
    let mut members = members(ground.judged);
    let is_over = !ground.gone.is_empty() && members.iter().all(|member| member.is_present);
    let named = match ground.chosen {
        Some(chosen) => chosen.clone(),
        // The next one is not begun by itself.
        None if is_over => BTreeSet::new(),
        None => suggested(&members, ground.today),
    };
    let above: BTreeMap<String, Option<String>> = members
        .iter()
        .map(|member| (member.sha256.clone(), member.parent.clone()))
        .collect();
    for member in &mut members {
        let mut higher = ancestors(&above, &member.sha256).skip(1);
        member.lot = if higher.any(|sha256| named.contains(sha256)) {
            Lot::Follows
        } else if named.contains(&member.sha256) {
            Lot::Goes
        } else {
            Lot::Stays
        };
    }
    members
}

/// An authority, the one above it, and so on. There are no rings in a forest.
fn ancestors<'a>(
    above: &'a BTreeMap<String, Option<String>>,
    sha256: &'a str,
) -> impl Iterator<Item = &'a str> {
    std::iter::successors(Some(sha256), |sha256| above.get(*sha256)?.as_deref())
        // Two forests were put together here.
        .take(above.len())
}

/// Every authority that Atlas trusts, and those that come to it.
fn members(judged: &Judged) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::new();
    let views = judged.before.iter().map(|view| (view, true));
    for (view, is_present) in views.chain([(&judged.after.view, false)]) {
        let parents = parents(view);
        for (entry, details) in view.report.certificates.iter().zip(&view.certificates) {
            let sha256 = entry.sha256.to_string();
            let is_given = super::bundle::is_given(details);
            if entry.role != Role::Authority {
                continue;
            }
            if let Some(known) = members.iter_mut().find(|known| known.sha256 == sha256) {
                known.is_given |= is_given;
                // The one above it may have been given here alone.
                if known.parent.is_none() {
                    known.parent = parents.get(&sha256).cloned();
                }
                continue;
            }
            members.push(Member {
                parent: parents.get(&sha256).cloned(),
                sha256,
                title: details.title.clone(),
                end: details.validity.not_after,
                start: details.validity.not_before,
                pem: details.pem.clone(),
                subject: details.subject.clone(),
                is_root: details.subject == details.issuer,
                is_present,
                is_given,
                lot: Lot::Stays,
            });
        }
    }
    members
}

/// For each authority of a view the one above it, by fingerprint.
fn parents(view: &View) -> BTreeMap<String, String> {
    let name = |node: &AuthorityNode| {
        let entry = view.report.certificates.get(node.certificate)?;
        Some(entry.sha256.to_string())
    };
    let mut parents = BTreeMap::new();
    let mut open: Vec<&AuthorityNode> = view.authorities.iter().collect();
    while let Some(node) = open.pop() {
        for child in &node.children {
            if let (Some(child), Some(parent)) = (name(child), name(node)) {
                parents.insert(child, parent);
            }
            open.push(child);
        }
    }
    parents
}

/// Which authorities are probably meant to go, where nobody has said it.
///
/// One that has a successor of its own name; else as many of those that Atlas trusts as new ones were given; else, of
/// several that Atlas trusts, those that end soon, or the one that ends first. An authority stands for everything below
/// it.
fn suggested(members: &[Member], today: Timestamp) -> BTreeSet<String> {
    let mut named: BTreeSet<String> = members
        .iter()
        .filter_map(|old| {
            let new = members.iter().find(|new| succeeds(new, old))?;
            // A root that was certified by the one before it: that one goes.
            let is_crossed = new.is_root && !old.is_root;
            let above = old.parent.as_ref().filter(|_| is_crossed);
            Some(above.unwrap_or(&old.sha256).clone())
        })
        .collect();
    let tops = |is_present: bool| {
        let tops = members.iter().filter(|member| member.parent.is_none());
        tops.filter(move |member| member.is_present == is_present)
    };
    let is_successor = |new: &&Member| members.iter().any(|old| succeeds(new, old));
    let fresh: Vec<&Member> = tops(false).filter(|new| !is_successor(new)).collect();
    let mut staying: Vec<(Timestamp, &Member)> = tops(true)
        .filter(|member| !named.contains(&member.sha256) && !is_successor(member))
        .filter_map(|member| Some((member.end?, member)))
        .collect();
    staying.sort_by_key(|(end, member)| (*end, member.start));
    let last = staying.last().map(|(end, _)| *end);
    let to_go: Vec<&Member> = if let Some(latest) = fresh.iter().filter_map(|new| new.end).max() {
        let earlier = staying.iter().filter(|(end, _)| *end < latest);
        earlier.take(fresh.len()).map(|(_, old)| *old).collect()
    } else if !named.is_empty() || fresh.is_empty() && staying.len() < 2 {
        Vec::new()
    } else {
        let is_soon = |end: Timestamp| today.days_until(end) < SOON;
        let before_others = staying.iter().filter(|(end, _)| Some(*end) < last);
        let count = before_others
            .clone()
            .filter(|(end, _)| is_soon(*end))
            .count();
        before_others
            .take(count.max(1))
            .map(|(_, old)| *old)
            .collect()
    };
    named.extend(to_go.into_iter().map(|old| old.sha256.clone()));
    named
}

/// Whether one authority has the name of another, and lasts longer. A root is never succeeded by the same one
/// certified by another.
fn succeeds(new: &Member, old: &Member) -> bool {
    new.sha256 != old.sha256
        && new.subject == old.subject
        && (new.is_root || !old.is_root)
        && new.end > old.end
}

/// What the certificates given here rest on, by name.
fn clients(ground: &Ground, members: &[Member]) -> Vec<Client> {
    let old: BTreeSet<&str> = members
        .iter()
        .filter(|member| member.goes())
        .map(|member| &*member.sha256)
        .collect();
    let without = ground
        .without
        .filter(|without| {
            without
                .gone
                .iter()
                .map(|sha256| &**sha256)
                .eq(old.iter().copied())
        })
        .map(|without| accepted(&without.view));
    let before = ground
        .judged
        .before
        .as_ref()
        .map(accepted)
        .unwrap_or_default();
    let mut found: BTreeMap<&str, (Vec<Way>, Vec<String>)> = BTreeMap::new();
    let after = &ground.judged.after;
    for (client, details) in after.report.clients.iter().zip(&after.clients) {
        let name = client.username.as_ref().unwrap_or(&details.title);
        let today = before.get(&key(client)).copied();
        let planned = Some(client).filter(|client| is_accepted(client));
        let path = today.or(planned).map(|client| &client.judgement.chain);
        let rests = |path: &Vec<report::Sha256>| {
            let mut path = path.iter();
            path.any(|sha256| old.contains(&*sha256.to_string()))
        };
        let survives = match &without {
            Some(without) => without.contains_key(&key(client)),
            None => planned
                .or(today)
                .is_some_and(|client| !rests(&client.judgement.chain)),
        };
        let way = match path {
            _ if survives => Way::New,
            Some(_) => Way::Old,
            None => Way::Refused,
        };
        let (ways, files) = found.entry(name).or_default();
        ways.push(way);
        if way == Way::Old {
            files.push(client.file.clone());
        }
    }
    let mut clients: Vec<Client> = found
        .into_iter()
        .map(|(name, (ways, old_files))| Client {
            name: name.to_owned(),
            way: together(&ways),
            old_files,
            last_login: ground.logins.last.get(name).copied(),
        })
        .collect();
    clients.sort_by(|one, other| (one.way, &one.name).cmp(&(other.way, &other.name)));
    clients
}

/// What several certificates of one name come to.
fn together(ways: &[Way]) -> Way {
    match (ways.contains(&Way::Old), ways.contains(&Way::New)) {
        (true, true) => Way::Both,
        (true, false) => Way::Old,
        (false, true) => Way::New,
        (false, false) => Way::Refused,
    }
}

type Key = (Option<report::Sha256>, String);

fn key(client: &report::Client) -> Key {
    (client.leaf, client.file.clone())
}

fn is_accepted(client: &report::Client) -> bool {
    client.judgement.accepted == Some(true)
}

/// The clients that a view accepts.
fn accepted(view: &View) -> BTreeMap<Key, &report::Client> {
    let clients = view.report.clients.iter();
    clients
        .filter(|client| is_accepted(client))
        .map(|client| (key(client), client))
        .collect()
}

fn newcomers(ground: &Ground, clients: &[Client]) -> Vec<Newcomer> {
    let users: BTreeSet<&str> = ground.users.iter().copied().collect();
    let renewed = clients.iter().filter(|client| client.way == Way::New);
    renewed
        .filter(|client| !users.contains(&*client.name))
        .map(|client| {
            let common = common_name(&client.name);
            let like = ground.users.iter();
            Newcomer {
                name: client.name.clone(),
                like: like
                    .filter(|user| common.is_some() && common_name(user) == common)
                    .map(|user| (*user).to_owned())
                    .collect(),
            }
        })
        .collect()
}

/// The first common name in a user name, as it is written there (RFC 4514, section 2).
fn common_name(name: &str) -> Option<&str> {
    let mut escaped = false;
    let parts = name.split(move |c: char| {
        let separates = matches!(c, ',' | '+') && !escaped;
        escaped = c == '\\' && !escaped;
        separates
    });
    let mut values = parts.filter_map(|part| part.strip_prefix("CN="));
    values.next()
}

#[cfg(test)]
mod tests;
