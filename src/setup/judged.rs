//! The certificates, judged against the bundle as it will be and as it is.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use atlas::plan::Authority;
use pki::{
    analysis::{Pile, Placement},
    input,
    report::Role,
    view::View,
};

use super::draft::{BundleChoice, Draft};
use crate::certificates::found::Found;

/// What the present bundle is called among the files.
pub(super) const PRESENT: &str = "present bundle";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    /// What was given, judged against the bundle as it will be.
    pub(super) after: Rc<Found>,
    /// The same clients against the bundle as it is, if there is one.
    pub(super) before: Option<View>,
    /// The bundle as it will be.
    pub(super) bundle: Vec<Authority>,
}

/// What the bundle that will be changes for a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// Refused now, accepted then.
    LetIn,
    /// Accepted now, not any more then.
    ShutOut,
}

/// The two piles that are judged: what was given with the bundle as it will be, and as it is.
pub(super) fn piles(given: &Pile, present: &[Authority], draft: &Draft) -> (Pile, Option<Pile>) {
    let mut after = given.clone();
    let stays = |authority: &&Authority| {
        draft.bundle == BundleChoice::Add && !draft.taken_out.contains(&authority.sha256)
    };
    add_bundle(&mut after, present.iter().filter(stays));
    let by_hand = placed(given, draft);
    for (certificate, placed) in &by_hand {
        after.place(*certificate, *placed);
    }
    if present.is_empty() {
        return (after, None);
    }
    let mut before = given.clone();
    add_bundle(&mut before, present.iter());
    for (certificate, placed) in by_hand {
        if matches!(placed, Placement::Client | Placement::Aside) {
            before.place(certificate, placed);
        }
    }
    let in_place: BTreeSet<&str> = present.iter().map(|authority| &*authority.sha256).collect();
    for (_, certificate) in given.certificates() {
        let sha256 = certificate.sha256();
        // Authorities that were given are not there yet.
        if certificate.is_authority() && !in_place.contains(&*sha256.to_string()) {
            before.place(sha256, Placement::NotTrusted);
        }
    }
    (after, Some(before))
}

fn add_bundle<'a>(pile: &mut Pile, authorities: impl Iterator<Item = &'a Authority>) {
    let pem: String = authorities.map(|authority| &*authority.pem).collect();
    if !pem.is_empty() {
        pile.add_bundle(input::read(PRESENT, pem.as_bytes()));
    }
}

fn placed(given: &Pile, draft: &Draft) -> Vec<(pki::report::Sha256, Placement)> {
    let mut seen = BTreeSet::new();
    given
        .certificates()
        .map(|(_, certificate)| certificate.sha256())
        .filter(|sha256| seen.insert(*sha256))
        .filter_map(|sha256| {
            let placed = draft.placed.get(&sha256.to_string())?;
            Some((sha256, (*placed).into()))
        })
        .collect()
}

impl Judged {
    pub(super) fn new(after: View, before: Option<View>) -> Self {
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
        }
    }

    /// For each client what the bundle that will be changes for it.
    pub(super) fn changes(&self) -> Vec<Option<Change>> {
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
    pub(super) fn dependents(&self) -> BTreeMap<String, Vec<String>> {
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
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use pki::{
        Timestamp,
        analysis::Analysis,
        verify::{Budget, Level, Profile, Purpose},
    };

    use super::*;

    /// What was given and decided, judged in the middle of 2026.
    pub(in crate::setup) fn judge(given: &[&str], present: &[Authority], draft: &Draft) -> Judged {
        let mut pile = Pile::new();
        for (index, text) in given.iter().enumerate() {
            pile.add(input::read(&format!("{index}.pem"), text.as_bytes()));
        }
        let (after, before) = piles(&pile, present, draft);
        Judged::new(view(after), before.map(view))
    }

    fn view(pile: Pile) -> View {
        let profile = Profile {
            level: Level::Two,
            purpose: Purpose::TlsClient,
            at: Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap(),
        };
        let mut analysis = Analysis::new(pile, profile);
        while !analysis.is_finished() {
            analysis.step(&mut Budget::new(1_000_000));
        }
        analysis.view().unwrap().clone()
    }
}
