//! What was found, with each finding put where it is read: beside its client, or with the rest.

use std::{
    collections::{HashMap, HashSet},
    ops::Deref,
};

use pki::{
    report::{Client, Finding, Role, Severity, Sha256},
    view::{ClientDetails, Details, FileDetails, View},
};

pub(crate) use super::outcome::{Filter, Outcome};
use crate::words;
use pki::message::PRESENT;

/// Above so many clients they are lines to open instead of cards, those that need attention first.
pub(crate) const MANY: usize = 12;

/// A view, and the order in which it is read: each certificate of a client on one card, each finding
/// told once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) view: View,
    cards: Vec<Card>,
    /// For each client the findings about it, as indexes into the report's.
    of_client: Vec<Vec<usize>>,
    /// The findings that belong to no client.
    elsewhere: Vec<usize>,
    unusable: Vec<UnusableFile>,
}

/// A client's certificate, wherever it was found. What is sent along with it may differ, so each
/// place is a client of the report.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Card {
    /// The client whose card it is: the first of those that fare best.
    client: usize,
    /// The others.
    others: Vec<usize>,
}

/// A file that holds neither a certificate nor a key that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnusableFile {
    /// An index into the view's files.
    pub(crate) file: usize,
    /// What is said of it, as indexes into the report's findings.
    findings: Vec<usize>,
}

/// The subjects of findings that are read beside a client.
const BESIDE_A_CLIENT: [&str; 3] = ["client.", "name.", "pair."];

/// Said by the list of private keys already.
const SAID_BY_KEYS: &str = "input.private-key";

impl Deref for Found {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl Found {
    pub(crate) fn new(view: View) -> Self {
        let (of_client, elsewhere) = placed(&view);
        Self {
            cards: cards(&view),
            unusable: unusable(&view),
            view,
            of_client,
            elsewhere,
        }
    }

    /// How many clients there are, each certificate once.
    pub(crate) fn clients(&self) -> usize {
        self.cards.len()
    }

    /// The other clients with the certificate of this one: the same in another file.
    pub(crate) fn same(&self, client: usize) -> &[usize] {
        let card = self.cards.iter().find(|card| card.client == client);
        card.map_or(&[], |card| &card.others)
    }

    /// The files that hold nothing which could be used.
    pub(crate) fn unusable(&self) -> &[UnusableFile] {
        &self.unusable
    }

    /// The files that were given and hold something which can be used.
    /// Each with its index.
    pub(crate) fn files_read(&self) -> impl Iterator<Item = (usize, &FileDetails)> {
        // Both are in the order of the files.
        let mut unusable = self.unusable.iter().map(|file| file.file).peekable();
        let files = self.view.files.iter().enumerate();
        files.filter(move |(index, file)| {
            unusable.next_if_eq(index).is_none() && file.name != PRESENT
        })
    }

    /// The files with an encrypted key that a password would open.
    pub(crate) fn locked(&self) -> impl Iterator<Item = &FileDetails> {
        self.files_read()
            .map(|(_, file)| file)
            .filter(|file| file.locked)
    }

    /// What is said of such a file, the gravest first.
    pub(crate) fn about_file(&self, file: &UnusableFile) -> impl Iterator<Item = &Finding> {
        self.findings(&file.findings)
    }

    fn findings(&self, numbers: &[usize]) -> impl Iterator<Item = &Finding> {
        numbers
            .iter()
            .map(|&number| &self.view.report.findings[number])
    }

    pub(crate) fn client(&self, index: usize) -> (&Client, &ClientDetails) {
        (&self.view.report.clients[index], &self.view.clients[index])
    }

    pub(crate) fn certificate(&self, index: usize) -> &Details {
        &self.view.certificates[index]
    }

    pub(crate) fn role(&self, certificate: usize) -> Role {
        self.view.report.certificates[certificate].role
    }

    pub(crate) fn sha256(&self, certificate: usize) -> Sha256 {
        self.view.report.certificates[certificate].sha256
    }

    /// The certificates of one role, as indexes.
    pub(crate) fn certificates_of(&self, role: Role) -> Vec<usize> {
        (0..self.view.certificates.len())
            .filter(|&index| self.role(index) == role)
            .collect()
    }

    /// The findings that explain why a client is not accepted.
    pub(crate) fn reasons(&self, index: usize) -> Vec<&Finding> {
        let (_, details) = self.client(index);
        if self.outcome(index) == Outcome::Accepted {
            return Vec::new();
        }
        if details.reasons.is_empty() {
            let grave = |finding: &&Finding| finding.severity == Severity::Error;
            return self.about_client(index).filter(grave).collect();
        }
        self.findings(&details.reasons).collect()
    }

    /// What else there is to say about a client, the gravest first.
    pub(crate) fn remarks(&self, index: usize) -> Vec<&Finding> {
        let mut reasons = self.reasons(index);
        // What keeps the same certificate out in another file is told with that file.
        for &other in self.same(index) {
            reasons.extend(self.reasons(other));
        }
        // A client's finding and its authority's can say the same.
        let said = |finding: &Finding| {
            reasons
                .iter()
                .any(|reason| reason.message == finding.message)
        };
        self.about_client(index)
            .filter(|finding| !said(finding))
            .collect()
    }

    /// The findings about a client, the gravest first.
    pub(crate) fn about_client(&self, index: usize) -> impl Iterator<Item = &Finding> {
        self.findings(&self.of_client[index])
    }

    /// The findings of one severity that belong to no client, without those that the cards of
    /// [`Self::unusable`] tell if those are shown.
    pub(crate) fn elsewhere(
        &self,
        severity: Severity,
        files_have_cards: bool,
    ) -> impl Iterator<Item = &Finding> {
        let files = self.unusable.iter().filter(move |_| files_have_cards);
        let on_cards: HashSet<usize> = files.flat_map(|file| &file.findings).copied().collect();
        let on_card = move |number: &usize| on_cards.contains(number);
        self.elsewhere
            .iter()
            .filter(move |number| !on_card(number))
            .map(|&number| &self.view.report.findings[number])
            .filter(move |finding| finding.severity == severity)
    }

    pub(crate) fn outcome(&self, client: usize) -> Outcome {
        Outcome::of(&self.view.clients[client])
    }

    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        let cards = self.cards.iter();
        cards
            .filter(|card| self.outcome(card.client) == outcome)
            .count()
    }

    /// `1 accepted, 1 refused`.
    pub(crate) fn counts(&self) -> String {
        let parts: Vec<String> = Outcome::ALL
            .into_iter()
            .rev()
            .map(|outcome| (self.count(outcome), outcome.counted()))
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{} {word}", words::grouped(count as u64)))
            .collect();
        parts.join(", ")
    }

    /// Why a client is not accepted, in a sentence; `None` when it is.
    pub(crate) fn reason(&self, index: usize) -> Option<String> {
        let (client, _) = self.client(index);
        if self.outcome(index) == Outcome::Accepted {
            return None;
        }
        self.reasons(index)
            .first()
            .map(|finding| finding.message.clone())
            .or_else(|| client.judgement.undetermined.clone())
            .or_else(|| client.parse_error.clone())
            .or_else(|| {
                let error = client.judgement.final_error.as_ref()?;
                Some(format!("OpenSSL says: {} ({}).", error.name, error.code))
            })
    }

    /// The clients that a filter leaves, those that need attention first.
    pub(crate) fn filtered(&self, filter: &Filter) -> Vec<usize> {
        let text = filter.text.trim().to_ascii_lowercase();
        let mut clients: Vec<usize> = self
            .cards
            .iter()
            .map(|card| card.client)
            .filter(|&index| {
                filter
                    .outcome
                    .is_none_or(|outcome| outcome == self.outcome(index))
            })
            .filter(|&index| text.is_empty() || self.mentions(index, &text))
            .collect();
        if self.clients() > MANY {
            clients
                .sort_by_key(|&index| Outcome::ALL.iter().position(|o| *o == self.outcome(index)));
        }
        clients
    }

    fn mentions(&self, index: usize, text: &str) -> bool {
        let (client, details) = self.client(index);
        let says = |words: &str| words.to_ascii_lowercase().contains(text);
        says(&details.title)
            || says(&client.file)
            || client.username.as_deref().is_some_and(says)
            || self.reason(index).as_deref().is_some_and(says)
    }
}

/// The findings beside each client, and those that belong to none. What concerns several clients and
/// refuses none of them is told once for all.
fn placed(view: &View) -> (Vec<Vec<usize>>, Vec<usize>) {
    let clients = &view.report.clients;
    let mut by_leaf: HashMap<Sha256, Vec<usize>> = HashMap::new();
    for (index, client) in clients.iter().enumerate() {
        if let Some(leaf) = client.leaf {
            by_leaf.entry(leaf).or_default().push(index);
        }
    }
    let mut by_file: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, client) in clients.iter().enumerate() {
        by_file.entry(&client.file).or_default().push(index);
    }
    let mut of_client = vec![Vec::new(); clients.len()];
    let mut elsewhere = Vec::new();
    for (number, finding) in view.report.findings.iter().enumerate() {
        let mut about: Vec<usize> = Vec::new();
        if BESIDE_A_CLIENT
            .iter()
            .any(|prefix| finding.id.starts_with(prefix))
        {
            let mut leaves: Vec<&Sha256> = finding
                .certificates
                .iter()
                .filter(|sha| by_leaf.contains_key(sha))
                .collect();
            leaves.sort_unstable();
            leaves.dedup();
            if leaves.len() < 2 || finding.severity == Severity::Error {
                about.extend(leaves.into_iter().flat_map(|leaf| &by_leaf[leaf]));
            }
            if about.is_empty() && finding.certificates.is_empty() {
                let file = finding.file.as_deref();
                about.extend(
                    file.and_then(|file| by_file.get(file))
                        .into_iter()
                        .flatten(),
                );
            }
        }
        for &client in &about {
            of_client[client].push(number);
        }
        if about.is_empty() && finding.id != SAID_BY_KEYS {
            elsewhere.push(number);
        }
    }
    (of_client, elsewhere)
}

/// The clients by certificate, in the order given.
fn cards(view: &View) -> Vec<Card> {
    let rank = |client: usize| {
        let outcome = Outcome::of(&view.clients[client]);
        Outcome::ALL.iter().position(|other| *other == outcome)
    };
    let mut by_leaf: HashMap<Sha256, usize> = HashMap::new();
    let mut cards: Vec<Card> = Vec::new();
    for (client, report) in view.report.clients.iter().enumerate() {
        let next = cards.len();
        let card = report
            .leaf
            .map_or(next, |leaf| *by_leaf.entry(leaf).or_insert(next));
        if card == next {
            cards.push(Card {
                client,
                others: Vec::new(),
            });
            continue;
        }
        let card = &mut cards[card];
        // The last of all outcomes is the best.
        let other = if rank(client) > rank(card.client) {
            std::mem::replace(&mut card.client, client)
        } else {
            client
        };
        card.others.push(other);
    }
    cards
}

/// The files that hold nothing which could be used, with what is said of them.
fn unusable(view: &View) -> Vec<UnusableFile> {
    let mut of_file: HashMap<&str, Vec<usize>> = HashMap::new();
    for (number, finding) in view.report.findings.iter().enumerate() {
        if let Some(file) = &finding.file
            && finding.certificates.is_empty()
        {
            of_file.entry(file).or_default().push(number);
        }
    }
    let with_keys: HashSet<&str> = view.keys.iter().map(|key| &*key.source.file).collect();
    let files = view.files.iter().enumerate();
    files
        .filter(|(_, file)| file.certificates.is_empty() && !with_keys.contains(&*file.name))
        .filter_map(|(index, file)| {
            Some(UnusableFile {
                file: index,
                findings: of_file.get(&*file.name)?.clone(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests;
