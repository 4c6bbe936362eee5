//! What was found, with each finding put where it is read: beside its client, or with the rest.

use std::{collections::HashMap, ops::Deref};

use pki::{
    report::{Client, Finding, Role, Severity, Sha256},
    view::{ClientDetails, Details, View},
};

use crate::words;

/// Above so many clients they are lines to open instead of cards, those that need attention first.
pub(crate) const MANY: usize = 12;

/// A view, and the order in which its findings are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) view: View,
    /// For each client the findings about it, as indexes into the report's.
    of_client: Vec<Vec<usize>>,
    /// The findings that belong to no client.
    elsewhere: Vec<usize>,
}

/// The subjects of findings that are read beside a client.
const BESIDE_A_CLIENT: [&str; 3] = ["client.", "name.", "pair."];

/// Said by the list of private keys already.
const SAID_BY_KEYS: &str = "input.private-key";

/// What the server does with a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Accepted,
    Refused,
    Undetermined,
}

/// Which clients a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) outcome: Option<Outcome>,
    /// A piece of a name, file or reason.
    pub(crate) text: String,
}

impl Outcome {
    pub(crate) const ALL: [Self; 3] = [Self::Refused, Self::Undetermined, Self::Accepted];

    pub(crate) fn of(accepted: Option<bool>) -> Self {
        match accepted {
            Some(true) => Self::Accepted,
            Some(false) => Self::Refused,
            None => Self::Undetermined,
        }
    }
}

impl Deref for Found {
    type Target = View;

    fn deref(&self) -> &View {
        &self.view
    }
}

impl Found {
    pub(crate) fn new(view: View) -> Self {
        let clients = &view.report.clients;
        let mut by_leaf: HashMap<Sha256, Vec<usize>> = HashMap::new();
        for (index, client) in clients.iter().enumerate() {
            if let Some(leaf) = client.leaf {
                by_leaf.entry(leaf).or_default().push(index);
            }
        }
        let mut of_client = vec![Vec::new(); clients.len()];
        let mut elsewhere = Vec::new();
        for (number, finding) in view.report.findings.iter().enumerate() {
            let mut about: Vec<usize> = Vec::new();
            if BESIDE_A_CLIENT
                .iter()
                .any(|prefix| finding.id.starts_with(prefix))
            {
                let leaves = finding
                    .certificates
                    .iter()
                    .filter_map(|sha| by_leaf.get(sha));
                about.extend(leaves.flatten());
                if about.is_empty() && finding.certificates.is_empty() {
                    about.extend(clients.iter().enumerate().filter_map(|(index, client)| {
                        (finding.file.as_deref() == Some(&*client.file)).then_some(index)
                    }));
                }
                // Two files may hold one certificate, and one finding may name it twice.
                about.sort_unstable();
                about.dedup();
            }
            for &client in &about {
                of_client[client].push(number);
            }
            if about.is_empty() && finding.id != SAID_BY_KEYS {
                elsewhere.push(number);
            }
        }
        Self {
            view,
            of_client,
            elsewhere,
        }
    }

    pub(crate) fn clients(&self) -> usize {
        self.view.report.clients.len()
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
        let (client, details) = self.client(index);
        if client.judgement.accepted == Some(true) {
            return Vec::new();
        }
        if details.reasons.is_empty() {
            let grave = |finding: &&Finding| finding.severity == Severity::Error;
            return self.about_client(index).filter(grave).collect();
        }
        let numbers = details.reasons.iter();
        numbers
            .map(|&number| &self.view.report.findings[number])
            .collect()
    }

    /// What else there is to say about a client, the gravest first.
    pub(crate) fn remarks(&self, index: usize) -> Vec<&Finding> {
        let reasons = self.reasons(index);
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
        self.of_client[index]
            .iter()
            .map(|&number| &self.view.report.findings[number])
    }

    /// The findings of one severity that belong to no client.
    pub(crate) fn elsewhere(&self, severity: Severity) -> impl Iterator<Item = &Finding> {
        self.elsewhere
            .iter()
            .map(|&number| &self.view.report.findings[number])
            .filter(move |finding| finding.severity == severity)
    }

    pub(crate) fn outcome(&self, client: usize) -> Outcome {
        Outcome::of(self.view.report.clients[client].judgement.accepted)
    }

    pub(crate) fn count(&self, outcome: Outcome) -> usize {
        (0..self.clients())
            .filter(|&client| self.outcome(client) == outcome)
            .count()
    }

    /// `1 accepted, 1 refused`.
    pub(crate) fn counts(&self) -> String {
        let parts: Vec<String> = [
            (Outcome::Accepted, "accepted"),
            (Outcome::Refused, "refused"),
            (Outcome::Undetermined, "undetermined"),
        ]
        .into_iter()
        .map(|(outcome, word)| (self.count(outcome), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{} {word}", words::grouped(count as u64)))
        .collect();
        parts.join(", ")
    }

    /// Why a client is not accepted, in a sentence; `None` when it is.
    pub(crate) fn reason(&self, index: usize) -> Option<String> {
        let (client, _) = self.client(index);
        if client.judgement.accepted == Some(true) {
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
        let mut clients: Vec<usize> = (0..self.clients())
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
