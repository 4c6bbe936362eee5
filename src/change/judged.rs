//! The certificates, judged against the bundle as it will be and as it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use atlas::plan::{Authority, Plan, Step};
use pki::{
    Placement, Timestamp,
    message::{Aside, Question},
    report::{Role, Sha256},
    view::{ClientDetails, GetsIn, View, Why},
};

use super::draft::{BundleChoice, Draft};
use crate::{
    certificates::found::Found,
    engine::{Answer, LEVEL},
};

/// What the present bundle is called among the files.
pub(crate) use pki::message::PRESENT;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    /// What was given, judged against the bundle as it will be.
    pub(crate) after: Rc<Found>,
    /// The same clients against the bundle as it is, if there is one.
    pub(crate) before: Option<View>,
    /// The bundle as it will be.
    pub(crate) bundle: Vec<Authority>,
    /// The clients that were put aside.
    pub(crate) aside: Vec<Aside>,
}

/// What the bundle that will be changes for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Refused now, accepted then.
    LetIn,
    /// Accepted now, not any more then.
    ShutOut,
}

/// What the engine is asked: how what was given fares with the bundle as it will be, and with the
/// bundle as it is, if there is one.
pub(crate) fn question(present: &[Authority], draft: &Draft, at: Timestamp) -> Question {
    let stays = |authority: &&Authority| {
        draft.bundle == BundleChoice::Add && !draft.taken_out.contains(&authority.sha256)
    };
    let pem = |authority: &Authority| authority.pem.clone();
    let placed = draft
        .placed
        .iter()
        .filter_map(|(sha256, placed)| Some((Sha256::parse(sha256)?, Placement::from(*placed))));
    let strangers = draft
        .strangers
        .iter()
        .filter_map(|(sha256, file)| Some((Sha256::parse(sha256)?, file.clone())));
    Question {
        at,
        level: LEVEL,
        bundle: present.iter().filter(stays).map(pem).collect(),
        placed: placed.collect(),
        strangers: strangers.collect(),
        before: (!present.is_empty()).then(|| present.iter().map(pem).collect()),
    }
}

/// Whether a client gets in. The bundle is written anew here, so how the file looked that it was given
/// in is in nobody's way.
pub(crate) fn gets_in(client: &ClientDetails) -> bool {
    matches!(client.gets_in, GetsIn::Yes | GetsIn::No(Why::Bundle))
}

impl Judged {
    pub(crate) fn new(answer: Answer) -> Self {
        let Answer {
            after,
            before,
            aside,
        } = answer;
        let entries = after.report.certificates.iter().zip(&after.certificates);
        let bundle = entries
            .filter(|(entry, _)| entry.role == Role::Authority)
            .map(|(entry, details)| Authority {
                sha256: entry.sha256.to_string(),
                title: details.title.clone(),
                pem: details.pem.clone(),
            })
            .collect();
        Self {
            after: Rc::new(Found::new(after)),
            before,
            bundle,
            aside,
        }
    }

    /// For each authority of the bundle as it is, the clients that are accepted through it today.
    pub(crate) fn resting_on(&self) -> BTreeMap<String, Vec<String>> {
        let mut resting: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(before) = &self.before else {
            return resting;
        };
        for (client, details) in before.report.clients.iter().zip(&before.clients) {
            if client.judgement.accepted != Some(true) {
                continue;
            }
            let name = client.username.as_ref().unwrap_or(&details.title);
            // The first one is the client itself.
            for sha256 in client.judgement.chain.iter().skip(1) {
                let clients = resting.entry(sha256.to_string()).or_default();
                clients.push(name.clone());
            }
        }
        resting
    }

    /// The plan, with what is known now to rest on the authorities that go.
    pub(crate) fn with_what_rests(&self, plan: &Plan) -> Plan {
        let resting = self.resting_on();
        let mut plan = plan.clone();
        for step in &mut plan.steps {
            let (Step::ReplaceBundle { removed, .. } | Step::Disable { removed }) = step else {
                continue;
            };
            for removed in removed {
                if let Some(clients) = resting.get(&removed.authority.sha256) {
                    removed.breaks.clone_from(clients);
                }
            }
        }
        plan
    }

    /// For each client what the bundle that will be changes for it.
    pub(crate) fn changes(&self) -> Vec<Option<Change>> {
        let key = |client: &pki::report::Client| (client.leaf, client.file.clone());
        let before: BTreeMap<_, Option<bool>> = self
            .before
            .iter()
            .flat_map(|before| &before.report.clients)
            .map(|client| (key(client), client.judgement.accepted))
            .collect();
        let clients = self.after.report.clients.iter();
        clients
            .map(|client| {
                let was = *before.get(&key(client))?;
                match (was == Some(true), client.judgement.accepted == Some(true)) {
                    (false, true) => Some(Change::LetIn),
                    (true, false) => Some(Change::ShutOut),
                    _ => None,
                }
            })
            .collect()
    }

    /// For each authority of the present bundle that goes, the clients that stop working: accepted
    /// now, through it, and not any more.
    pub(crate) fn dependents(&self) -> BTreeMap<String, Vec<String>> {
        let mut dependents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(before) = &self.before else {
            return dependents;
        };
        let stays: BTreeSet<&str> = self
            .bundle
            .iter()
            .map(|authority| &*authority.sha256)
            .collect();
        for (client, details) in before.report.clients.iter().zip(&before.clients) {
            let still = |other: &&pki::report::Client| {
                other.leaf == client.leaf && other.file == client.file
            };
            let after = self.after.report.clients.iter().find(still);
            let accepted = |client: &pki::report::Client| client.judgement.accepted == Some(true);
            if !accepted(client) || after.is_some_and(accepted) {
                continue;
            }
            for sha256 in &client.judgement.chain {
                let sha256 = sha256.to_string();
                if Some(&sha256) != client.leaf.map(|leaf| leaf.to_string()).as_ref()
                    && !stays.contains(&*sha256)
                {
                    let name = client
                        .username
                        .clone()
                        .unwrap_or_else(|| details.title.clone());
                    dependents.entry(sha256).or_default().push(name);
                }
            }
        }
        dependents
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::engine::fixture;

    /// What was given and decided, judged in the middle of 2026.
    pub(crate) fn judge(given: &[&str], present: &[Authority], draft: &Draft) -> Judged {
        let names: Vec<String> = (0..given.len())
            .map(|index| format!("{index}.pem"))
            .collect();
        let files: Vec<(&str, &str)> = names
            .iter()
            .map(|name| &**name)
            .zip(given.iter().copied())
            .collect();
        let at = fixture::question().at;
        Judged::new(fixture::answer(&files, question(present, draft, at)))
    }

    /// The authorities of a bundle.
    pub(crate) fn authorities(pem: &str) -> Vec<Authority> {
        let found = pki::engine::authorities(pem).into_iter();
        found.map(crate::change::facts::authority).collect()
    }
}
