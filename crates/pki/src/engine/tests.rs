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
    assert_eq!(engine.joined_pem(0), None, "its key is gone at once");
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

#[test]
fn a_pile_of_a_callers_own_is_judged_as_it_says_and_leaves_what_was_given() {
    let mut engine = engine(&[("billing.pem", CLIENT)]);
    let mut pile = Pile::new();
    // A client and its issuer, which the server trusts, and an authority that is a client.
    pile.add_bundle(input::read("billing.pem", CLIENT.as_bytes()));
    pile.add_client(input::read("root.pem", ROOT.as_bytes()));
    let question = question();
    engine.judge_pile(pile.clone(), question.at, 1);
    let own = loop {
        if let Ok(answer) = engine.step(&mut Budget::new(4_000)).unwrap() {
            break answer.after;
        }
    };
    let roles = own.report.certificates.iter().map(|entry| entry.role);
    assert_eq!(
        roles.collect::<Vec<_>>(),
        [Role::Authority, Role::Authority, Role::Client],
        "not what their content tells"
    );
    let asked = Question {
        level: 1,
        ..question.clone()
    };
    assert_eq!(own, Analysis::new(pile, profile(&asked)).finish());
    let given = answer(&mut engine, question).after;
    assert_eq!(given.clients.len(), 1);
}

#[test]
fn a_file_has_the_user_name_of_its_client_or_sentences_that_say_why_not() {
    let key = WITH_KEY.find("-----BEGIN EC PRIVATE KEY-----").unwrap();
    for (text, expected) in [
        (CLIENT, Ok(r"CN=billing,OU=Payments,O=Acme\, Inc.,C=US")),
        (WITH_KEY, Ok(r"CN=payments,OU=Payments,O=Acme\, Inc.,C=US")),
        (
            &WITH_KEY[key..],
            Err("“a.pem” holds a private key and no certificate."),
        ),
        ("hello", Err("“a.pem”: This is text without a certificate.")),
        ("", Err("“a.pem”: The file is empty.")),
    ] {
        let told = user_name(input::read("a.pem", text.as_bytes()));
        match (told, expected) {
            (Ok(name), Ok(expected)) => assert_eq!(name, expected),
            (Err(said), Err(expected)) => {
                let said = said.join(" ");
                assert!(said.starts_with(expected), "{said}");
            }
            (told, expected) => panic!("{told:?}, not {expected:?}"),
        }
    }
}
