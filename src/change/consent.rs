//! What is possible, rarely meant, and so asked about before one goes on: an authority that anybody
//! can get a certificate from, and clients of which nobody can say whether they get in.
//!
//! What is wanted all the same is kept in the draft, by fingerprint, so that nothing is asked twice
//! and something new is.

use std::collections::BTreeSet;

use pki::report::Sha256;

use super::{draft::Draft, judged::Judged, problem::Problem};
use crate::{certificates::found::Outcome, words};

/// The finding of an authority that the public web trusts.
const PUBLIC: &str = "authority.public-web-ca";

/// How many clients are named in a sentence.
const NAMED: usize = 5;

/// Something to agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Consent {
    /// The id of the box that is ticked.
    pub(crate) field: &'static str,
    /// The fingerprints that it is about.
    pub(crate) about: Vec<String>,
    /// What is so, and what it means.
    pub(crate) text: String,
    /// What stands beside the box.
    pub(crate) tick: &'static str,
    /// What to do otherwise, for the list of what stands in the way.
    else_do: &'static str,
}

impl Consent {
    pub(crate) fn is_given(&self, draft: &Draft) -> bool {
        self.about
            .iter()
            .all(|sha256| draft.agreed.contains(sha256))
    }

    /// What stands in the way as long as nobody agreed.
    pub(crate) fn problem(&self, draft: &Draft) -> Option<Problem> {
        (!self.is_given(draft)).then(|| {
            Problem::new(
                self.field,
                format!("{} {}", words::plain(&self.text), self.else_do),
            )
        })
    }
}

/// About the bundle as it will be.
pub(crate) fn of_bundle(judged: &Judged) -> Option<Consent> {
    let found = judged.after.report.findings.iter();
    let mut about = Vec::new();
    let mut names = Vec::new();
    let public = found.filter(|finding| finding.id == PUBLIC);
    for sha256 in public.filter_map(|finding| finding.certificates.first()) {
        let sha256 = sha256.to_string();
        let mut bundle = judged.bundle.iter();
        if let Some(authority) = bundle.find(|authority| authority.sha256 == sha256) {
            names.push(format!("“{}”", authority.title));
            about.push(sha256);
        }
    }
    let (is, it) = match names.len() {
        0 => return None,
        1 => ("is a public web CA", "it"),
        _ => ("are public web CAs", "them"),
    };
    Some(Consent {
        field: "trust-public",
        about,
        text: format!(
            "{} {is}. Anybody can get a certificate from {it}, and only the user names of this project \
             keep them out.",
            words::list(&names)
        ),
        tick: "I want the clusters to trust it all the same",
        else_do: "Take it out, or tick the box below it.",
    })
}

/// About the clients, but for those that were given to be compared alone, by their files.
pub(crate) fn of_clients(judged: &Judged, compared: &BTreeSet<String>) -> Option<Consent> {
    let found = &judged.after;
    let unknown: Vec<(Sha256, &str)> = (0..found.report.clients.len())
        .filter(|&client| found.outcome(client) == Outcome::Undetermined)
        .map(|client| found.client(client))
        .filter(|(report, _)| !compared.contains(&report.file))
        .filter_map(|(report, details)| Some((report.leaf?, &*details.title)))
        .collect();
    let mut names: Vec<String> = unknown
        .iter()
        .take(NAMED)
        .map(|(_, title)| (*title).to_owned())
        .collect();
    if unknown.is_empty() {
        return None;
    }
    if unknown.len() > NAMED {
        names.push(format!(
            "{} more",
            words::grouped((unknown.len() - NAMED) as u64)
        ));
    }
    Some(Consent {
        field: "go-on-unjudged",
        about: unknown
            .iter()
            .map(|(sha256, _)| sha256.to_string())
            .collect(),
        text: format!(
            "We can't tell whether the server accepts {}: {}. Each says below why.",
            words::count(unknown.len(), "client", "clients"),
            words::list(&names)
        ),
        tick: "Go on without knowing",
        else_do: "Leave them out, or tick the box beside this.",
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::rc::Rc;

    use pki::{
        report::{Finding, Severity},
        view::GetsIn,
    };

    use super::*;
    use crate::{certificates::found::Found, change::fixture};

    const SHA: Sha256 = Sha256([7; 32]);

    fn about_it() -> Finding {
        Finding {
            id: PUBLIC.into(),
            severity: Severity::Error,
            certificates: vec![SHA],
            file: None,
            line: None,
            message: String::new(),
            meaning: String::new(),
            fix: String::new(),
            citation: "".into(),
            command: None,
        }
    }

    #[test]
    fn a_public_authority_is_asked_about_as_long_as_it_is_in_the_bundle() {
        let mut draft = Draft::default();
        let mut judged = fixture::judged(&[], &["A", "B"]);
        assert_eq!(of_bundle(&judged), None);
        let mut view = judged.after.view.clone();
        view.report.findings.push(about_it());
        judged.after = Rc::new(Found::new(view));
        assert_eq!(of_bundle(&judged), None, "it was left out");
        judged.bundle[1].sha256 = SHA.to_string();
        let asked = of_bundle(&judged).expect("it is there");
        assert!(
            asked.text.starts_with("“B” is a public web CA."),
            "{}",
            asked.text
        );
        assert_eq!(asked.problem(&draft).expect("asked").field, asked.field);
        draft.agreed.insert(SHA.to_string());
        assert_eq!(asked.problem(&draft), None);
    }

    #[test]
    fn clients_without_a_verdict_are_named_and_asked_about() {
        let mut draft = Draft::default();
        let none = BTreeSet::new();
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let mut judged = fixture::judged(&names.map(|name| (name, true)), &[]);
        assert_eq!(of_clients(&judged, &none), None);
        let mut view = judged.after.view.clone();
        let clients = view.report.clients.iter_mut().zip(&mut view.clients);
        for (index, (client, details)) in clients.enumerate().skip(1) {
            client.judgement.accepted = None;
            client.leaf = Some(Sha256([u8::try_from(index).unwrap_or_default(); 32]));
            details.gets_in = GetsIn::Unknown;
        }
        judged.after = Rc::new(Found::new(view));
        let asked = of_clients(&judged, &none).expect("six of them");
        assert!(
            asked.text.contains("6 clients: b, c, d, e, f and 1 more."),
            "{}",
            asked.text
        );
        assert!(asked.problem(&draft).is_some());
        draft.agreed.extend(asked.about.clone());
        assert_eq!(asked.problem(&draft), None);
        let files = judged.after.report.clients.iter();
        let all: BTreeSet<String> = files.map(|client| client.file.clone()).collect();
        assert_eq!(of_clients(&judged, &all), None, "they are only looked at");
    }
}
