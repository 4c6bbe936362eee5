//! Clients that were given with the private key of another certificate.
//!
//! Such a client cannot log in, whatever the server says of its certificate. Keys are never kept, so
//! that after a reload nothing else would tell it: the draft keeps which clients they are, and the engine
//! is told.

use std::collections::BTreeMap;

use pki::view::{ClientDetails, GetsIn, View, Why};

/// The clients' fingerprints, each with the file that the key was in.
pub(crate) type Strangers = BTreeMap<String, String>;

/// What is known after another look: a client that has a key now is told by that one.
pub(crate) fn seen(view: &View, known: &Strangers) -> Strangers {
    let mut seen = known.clone();
    for (sha256, file, details) in clients(view) {
        if details.gets_in == GetsIn::No(Why::PrivateKey) {
            seen.insert(sha256, file.to_owned());
        } else if details.key.is_some() {
            seen.remove(&sha256);
        }
    }
    seen
}

/// Fingerprint, file and details of each client with a certificate that can be read.
fn clients(view: &View) -> impl Iterator<Item = (String, &str, &ClientDetails)> {
    let both = view.report.clients.iter().zip(&view.clients);
    both.filter_map(|(client, details)| {
        let sha256 = client.leaf?.to_string();
        Some((sha256, &*client.file, details))
    })
}

#[cfg(test)]
mod tests {
    use pki::report::Sha256;

    use super::*;
    use crate::change::fixture;

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
        later.clients[0].key = Some(0);
        later.clients[0].gets_in = GetsIn::Yes;
        assert!(seen(&later, &known).is_empty(), "its own key came");
    }
}
