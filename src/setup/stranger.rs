//! Clients that were given with the private key of another certificate.
//!
//! Such a client cannot log in, whatever the server says of its certificate. Keys are never kept, so
//! that after a reload nothing else would tell it: the draft keeps which clients they are.

use std::collections::BTreeMap;

use pki::{
    report::{Finding, Severity},
    view::{ClientDetails, GetsIn, View, Why},
};

/// The clients' fingerprints, each with the file that the key was in.
pub(super) type Strangers = BTreeMap<String, String>;

/// What is known after another look: a client that has a key now is told by that one.
pub(super) fn seen(view: &View, known: &Strangers) -> Strangers {
    let mut seen = known.clone();
    for (_, sha256, file, details) in clients(view) {
        if details.gets_in == GetsIn::No(Why::PrivateKey) {
            seen.insert(sha256, file.to_owned());
        } else if details.key.is_some() {
            seen.remove(&sha256);
        }
    }
    seen
}

/// Says of the clients that are known so what was said when their keys were there.
pub(super) fn tell(view: &mut View, known: &Strangers) {
    let told: Vec<(usize, Finding)> = clients(view)
        .filter_map(|(index, sha256, _, details)| {
            let file = known.get(&sha256)?;
            let is_untold = details.gets_in == GetsIn::Yes && details.key.is_none();
            is_untold.then(|| (index, finding(view, index, file)))
        })
        .collect();
    for (index, finding) in told {
        let reason = view.report.findings.len();
        view.report.findings.push(finding);
        let details = &mut view.clients[index];
        details.gets_in = GetsIn::No(Why::PrivateKey);
        details.reasons.insert(0, reason);
    }
}

/// Position, fingerprint, file and details of each client with a certificate that can be read.
fn clients(view: &View) -> impl Iterator<Item = (usize, String, &str, &ClientDetails)> {
    let both = view.report.clients.iter().zip(&view.clients).enumerate();
    both.filter_map(|(index, (client, details))| {
        let sha256 = client.leaf?.to_string();
        Some((index, sha256, &*client.file, details))
    })
}

fn finding(view: &View, client: usize, file: &str) -> Finding {
    Finding {
        id: "pair.key-mismatch",
        severity: Severity::Error,
        certificates: view.report.clients[client].leaf.into_iter().collect(),
        file: Some(file.to_owned()),
        line: None,
        message: format!(
            "The private key that came with “{}” in “{file}” does not belong to it.",
            view.clients[client].title
        ),
        meaning: "A driver refuses the pair, so this client cannot log in with this file.".to_owned(),
        fix: "Take the file away, and add one with the key that this certificate was requested with, or without a key.".to_owned(),
        citation: "X509_check_private_key(3)",
        command: None,
    }
}

#[cfg(test)]
mod tests {
    use pki::report::Sha256;

    use super::*;
    use crate::setup::fixture;

    #[test]
    fn what_a_key_told_is_told_without_it_until_another_key_is_there() {
        let judged = fixture::judged(&[("a", true), ("b", true)], &[]);
        let mut first = judged.after.view.clone();
        for (client, digit) in first.report.clients.iter_mut().zip(["a", "b"]) {
            client.leaf = Sha256::parse(&digit.repeat(64));
        }
        let mut view = first.clone();
        view.clients[0].gets_in = GetsIn::No(Why::PrivateKey);
        let known = seen(&view, &Strangers::new());
        assert_eq!(known.len(), 1);

        let mut later = first;
        assert_eq!(seen(&later, &known), known, "no key is there");
        tell(&mut later, &known);
        assert_eq!(later.clients[0].gets_in, GetsIn::No(Why::PrivateKey));
        assert_eq!(later.clients[1].gets_in, GetsIn::Yes);
        let reason = later.clients[0].reasons[0];
        assert_eq!(later.report.findings[reason].id, "pair.key-mismatch");

        later.clients[0].key = Some(0);
        later.clients[0].gets_in = GetsIn::Yes;
        assert!(seen(&later, &known).is_empty(), "its own key came");
    }
}
