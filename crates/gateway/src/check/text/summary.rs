//! The first line and the last: how many are accepted, and, when all are and something is wrong all
//! the same, what.

use anstyle::Style;
use pki::{
    report::{Client, Finding, Severity},
    view::{ClientDetails, GetsIn},
    words::grouped,
};

use super::{super::Judged, BAD, GOOD, UNSURE};

/// What becomes of a client, as far as the summary tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Accepted,
    Refused,
    /// The server accepts the certificate, and something else keeps the client out.
    KeptOut,
    Undetermined,
    /// There is no certificate that can be read.
    NotRead,
}

impl Outcome {
    pub(super) fn of(client: &Client, details: &ClientDetails) -> Self {
        match client.judgement.accepted {
            _ if client.leaf.is_none() => Self::NotRead,
            Some(true) if matches!(details.gets_in, GetsIn::No(_)) => Self::KeptOut,
            Some(true) => Self::Accepted,
            Some(false) => Self::Refused,
            None => Self::Undetermined,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Refused => "refused",
            Self::KeptOut => "cannot log in",
            Self::Undetermined => "undetermined",
            Self::NotRead => "not read",
        }
    }

    pub(super) fn mark(self) -> char {
        match self {
            Self::Accepted => '✔',
            Self::Refused | Self::KeptOut | Self::NotRead => '✖',
            Self::Undetermined => '?',
        }
    }

    pub(super) fn tone(self) -> Style {
        match self {
            Self::Accepted => GOOD,
            Self::Refused | Self::KeptOut | Self::NotRead => BAD,
            Self::Undetermined => UNSURE,
        }
    }
}

/// The sentence, and how it looks.
pub(super) fn summary(judged: &Judged) -> (Style, String) {
    let report = &judged.outline.report;
    let clients = report.clients.iter().zip(&judged.outline.clients);
    let outcomes: Vec<Outcome> = clients
        .map(|(client, details)| Outcome::of(client, details))
        .collect();
    let all = [
        Outcome::Accepted,
        Outcome::Refused,
        Outcome::KeptOut,
        Outcome::Undetermined,
        Outcome::NotRead,
    ];
    let parts: Vec<String> = all
        .into_iter()
        .filter_map(|outcome| {
            let count = outcomes.iter().filter(|each| **each == outcome).count();
            (count > 0).then(|| format!("{} {}", grouped(count as u64), outcome.word()))
        })
        .collect();
    let errors: Vec<&Finding> = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .collect();
    if let Some(summary) = judged.mistaken.summary() {
        return (BAD.bold(), summary);
    }
    let counts = parts.join(", ");
    match errors.first() {
        None if parts.is_empty() => (GOOD.bold(), "The bundle is in order".to_owned()),
        Some(first) if parts.is_empty() => (
            BAD.bold(),
            format!(
                "The bundle needs attention: {}",
                and_more(first, errors.len())
            ),
        ),
        // Each client says below why it is not accepted.
        _ if outcomes.iter().any(|outcome| *outcome != Outcome::Accepted) => (BAD.bold(), counts),
        None => (GOOD.bold(), counts),
        Some(first) => (
            BAD.bold(),
            format!("{counts}, but: {}", and_more(first, errors.len())),
        ),
    }
}

/// What the first of some errors says, and that there are more.
fn and_more(first: &Finding, errors: usize) -> String {
    match errors {
        0 | 1 => first.message.clone(),
        2 => format!("{} 1 more error is below.", first.message),
        _ => format!(
            "{} {} more errors are below.",
            first.message,
            grouped(errors as u64 - 1)
        ),
    }
}
