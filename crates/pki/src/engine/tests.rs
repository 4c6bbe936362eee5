#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::{
    Timestamp,
    message::{Gathered, Reply, pieces},
    report::Role,
    view::{GetsIn, Why},
};

const ROOT: &str = include_str!("../../../../src/check/examples/acme-root.pem");
const ISSUING: &str = include_str!("../../../../src/check/examples/acme-issuing.pem");
const CLIENT: &str = include_str!("../../../../src/check/examples/billing.pem");
const WITH_KEY: &str = include_str!("../../../../src/check/examples/payments-with-key.pem");

fn engine(files: &[(&str, &str)]) -> Engine {
    let mut engine = Engine::default();
    for (name, text) in files {
        engine.admit(name, text.len()).unwrap();
        engine.take(name, text.len(), text.as_bytes()).unwrap();
    }
    engine
}

fn question() -> Question {
    Question {
        at: Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap(),
        level: 2,
        bundle: String::new(),
        placed: Vec::new(),
        strangers: Vec::new(),
        before: None,
    }
}

fn answer(engine: &mut Engine, question: Question) -> Answer {
    engine.judge(question);
    loop {
        if let Ok(answer) = engine.step(&mut Budget::new(4_000)).unwrap() {
            return answer;
        }
    }
}

fn accepted(view: &View) -> Vec<Option<bool>> {
    let clients = view.report.clients.iter();
    clients.map(|client| client.judgement.accepted).collect()
}

#[test]
fn a_client_is_judged_against_the_bundle_that_will_be_and_the_one_that_is() {
    let mut engine = engine(&[("root.pem", ROOT), ("billing.pem", CLIENT)]);
    let both = answer(
        &mut engine,
        Question {
            before: Some(ISSUING.to_owned()),
            ..question()
        },
    );
    assert_eq!(accepted(&both.after), [Some(true)]);
    assert_eq!(accepted(&both.before.unwrap()), [Some(false)]);
    let bundle = answer(
        &mut engine,
        Question {
            bundle: ISSUING.to_owned(),
            ..question()
        },
    );
    assert_eq!(bundle.before, None);
    let entries = bundle.after.report.certificates.iter();
    let trusted = entries.filter(|entry| entry.role == Role::Authority);
    assert_eq!(trusted.count(), 2);
}

#[test]
fn what_is_put_aside_is_no_client_and_is_told() {
    let mut engine = engine(&[("root.pem", ROOT), ("billing.pem", CLIENT)]);
    let client = answer(&mut engine, question()).after.report.clients[0].leaf;
    let placed = vec![(client.unwrap(), Placement::Aside)];
    let left = answer(
        &mut engine,
        Question {
            placed,
            ..question()
        },
    );
    assert!(left.after.clients.is_empty());
    assert_eq!(left.aside[0].sha256, client.unwrap());
    assert_eq!(left.aside[0].file, "billing.pem");
}

#[test]
fn a_key_is_joined_until_its_file_is_forgotten() {
    let mut engine = engine(&[
        ("root.pem", ROOT),
        ("issuing.pem", ISSUING),
        ("payments.pem", WITH_KEY),
    ]);
    assert_eq!(engine.joined_pem(0), None, "nothing was judged");
    answer(&mut engine, question());
    let pem = engine.joined_pem(0).unwrap();
    assert!(pem.contains("PRIVATE KEY") && pem.starts_with("-----BEGIN CERTIFICATE-----"));
    engine.take_away("payments.pem");
    answer(&mut engine, question());
    assert_eq!(engine.joined_pem(0), None);
}

#[test]
fn what_was_kept_is_taken_again_and_everything_else_is_forgotten() {
    let kept = |name: &str, text: &str| Kept {
        name: name.to_owned(),
        certificates: engine(&[(name, text)])
            .taken
            .pile()
            .certificates()
            .map(|(_, certificate)| certificate.der().to_vec())
            .collect(),
    };
    let root = kept("ca.pem", ROOT);
    let only_a_key = Kept {
        name: "client.key".to_owned(),
        certificates: Vec::new(),
    };
    let mut engine = engine(&[("payments.pem", WITH_KEY)]);
    engine.begin_anew(&[root.clone(), only_a_key]);
    let files = answer(&mut engine, question()).after.files;
    let names: Vec<&str> = files.iter().map(|file| &*file.name).collect();
    assert_eq!(names, ["ca.pem"]);
    engine.admit("ca.pem", ROOT.len()).unwrap();
    let again = engine.take("ca.pem", ROOT.len(), ROOT.as_bytes()).unwrap();
    assert!(!again.is_new);

    let mut broken = root.clone();
    broken.certificates[0].truncate(20);
    assert_eq!(first_unreadable(std::slice::from_ref(&root)), None);
    assert_eq!(first_unreadable(&[root, broken]), Some(1));
}

#[test]
fn a_stranger_to_its_key_is_remembered_until_another_key_is_there() {
    let certificate = &WITH_KEY[..WITH_KEY.find("-----END CERTIFICATE-----").unwrap() + 26];
    let mut engine = engine(&[
        ("root.pem", ROOT),
        ("issuing.pem", ISSUING),
        ("payments.pem", certificate),
    ]);
    let leaf = answer(&mut engine, question()).after.report.clients[0].leaf;
    let asked = Question {
        strangers: vec![(leaf.unwrap(), "payments.pem".to_owned())],
        ..question()
    };
    let told = answer(&mut engine, asked.clone()).after;
    assert_eq!(told.clients[0].gets_in, GetsIn::No(Why::PrivateKey));
    let reason = &told.report.findings[told.clients[0].reasons[0]];
    assert_eq!(reason.id, "pair.key-mismatch");
    engine.admit("payments.pem", WITH_KEY.len()).unwrap();
    (engine.take("payments.pem", WITH_KEY.len(), WITH_KEY.as_bytes())).unwrap();
    let now = answer(&mut engine, asked).after;
    assert_eq!(now.clients[0].gets_in, GetsIn::Yes, "its own key came");
}

#[test]
fn a_view_is_put_together_from_its_pieces() {
    let mut engine = engine(&[
        ("root.pem", ROOT),
        ("billing.pem", CLIENT),
        ("x.pem", WITH_KEY),
    ]);
    let view = answer(&mut engine, question()).after;
    let mut gathered = Gathered::default();
    for piece in pieces(&view) {
        let octets = borsh::to_vec(&Reply::Piece {
            before: true,
            piece,
        })
        .unwrap();
        match borsh::from_slice(&octets).unwrap() {
            Reply::Piece {
                before: true,
                piece,
            } => gathered.add(piece),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(gathered.view(), Some(view));
    assert_eq!(Gathered::default().view(), None);
}
