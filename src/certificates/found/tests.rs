#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::engine::fixture::view;

const ROOT: &str = include_str!("../../check/examples/acme-root.pem");
const ISSUING: &str = include_str!("../../check/examples/acme-issuing.pem");
const INVENTORY: &str = include_str!("../../check/examples/inventory.pem");
const LIST: &str = "-----BEGIN X509 CRL-----\nMAA=\n-----END X509 CRL-----\n";

fn found(files: &[(&str, &str)]) -> Found {
    Found::new(view(files))
}

#[test]
fn one_certificate_in_several_files_has_one_card_and_the_best_outcome() {
    let chain = format!("{INVENTORY}{ISSUING}");
    let files = [("root", ROOT), ("alone", INVENTORY), ("chain", &chain)];
    let found = found(&files);
    assert_eq!(found.view.report.clients.len(), 2);
    let cards = found.filtered(&Filter::default());
    assert_eq!(cards.len(), 1);
    assert_eq!(found.client(cards[0]).0.file, "chain");
    assert_eq!(found.outcome(cards[0]), Outcome::Accepted);
    let [other] = found.same(cards[0]) else {
        panic!("one other file")
    };
    assert_eq!(found.client(*other).0.file, "alone");
    assert_eq!((found.clients(), &*found.counts()), (1, "1 accepted"));
}

#[test]
fn what_concerns_several_clients_and_refuses_none_is_told_once() {
    let other = include_str!("../../check/examples/legacy-expired.pem");
    let found = found(&[
        ("root", ROOT),
        ("issuing", ISSUING),
        ("a", INVENTORY),
        ("b", other),
    ]);
    let of_clients = found.of_client.iter().flatten();
    for number in of_clients {
        let finding = &found.view.report.findings[*number];
        assert!(
            finding.certificates.len() < 2 || finding.severity == Severity::Error,
            "{}",
            finding.id
        );
    }
    let told: usize = found.of_client.iter().map(Vec::len).sum::<usize>() + found.elsewhere.len();
    assert!(told >= found.view.report.findings.len(), "none is left out");
}

#[test]
fn a_file_that_cannot_be_used_has_what_is_said_of_it() {
    let found = found(&[("root", ROOT), ("list.crl", LIST)]);
    let [file] = found.unusable() else {
        panic!("one file")
    };
    assert_eq!(found.view.files[file.file].name, "list.crl");
    let said: Vec<&str> = found.about_file(file).map(|finding| &*finding.id).collect();
    assert!(!said.is_empty() && said.iter().all(|id| id.starts_with("input.")));
    let left = |files_have_cards| {
        [Severity::Error, Severity::Warning, Severity::Note]
            .into_iter()
            .flat_map(|severity| found.elsewhere(severity, files_have_cards))
            .filter(|finding| finding.file.as_deref() == Some("list.crl"))
            .count()
    };
    assert_eq!((left(true), left(false)), (0, said.len()));
}

#[test]
fn files_that_were_read_are_told_from_the_others_in_any_order() {
    let question = pki::message::Question {
        bundle: LIST.to_owned(),
        ..crate::engine::fixture::question()
    };
    let files = [
        ("a.crl", LIST),
        ("root", ROOT),
        ("b.crl", LIST),
        ("c.crl", LIST),
        ("issuing", ISSUING),
    ];
    let found = Found::new(crate::engine::fixture::answer(&files, question).after);
    let read: Vec<_> = found.files_read().map(|(_, file)| &*file.name).collect();
    assert_eq!(read, ["root", "issuing"]);
}
