//! What is there for what, as it is found and after a person has put certificates elsewhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pki::{
    Certificate, Timestamp,
    analysis::{
        Analysis, Pile,
        Placement::{self, Aside, Bundle, Client, NotTrusted},
    },
    input::{self, Contents},
    report::{Role, Sha256},
    verify::{Level, Profile, Purpose},
};
use support::{Attribute, marked, name, oid};

/// Every certificate of these tests has a letter: `R` is a root, `I` an intermediate that it issued,
/// `a` and `b` are clients of that, and `S` is a client's that was made as `openssl req -x509` does
/// it: self-signed, and marked as a CA.
fn der(letter: char) -> Vec<u8> {
    let called = |letter: char| {
        name(&[vec![Attribute {
            oid: oid(&[2, 5, 4, 3]),
            tag: 0x0c,
            value: letter.to_string().into_bytes(),
        }]])
    };
    let issuer = match letter {
        'a' | 'b' => 'I',
        'I' => 'R',
        own => own,
    };
    marked(&called(letter), &called(issuer), letter.is_uppercase())
}

fn sha256(letter: char) -> Sha256 {
    Certificate::from_der(&der(letter)).unwrap().sha256()
}

struct Row {
    /// Each file by the letters of what it holds.
    files: &'static [&'static str],
    moved: &'static [(char, Placement)],
    bundle: &'static str,
    /// Each client as the number of its file and its letter.
    clients: &'static str,
    /// What is in no bundle and no client's own.
    sent: &'static str,
}

const ROWS: &[Row] = &[
    // As it is found.
    row(&["RI", "a"], &[], "RI", "1a", ""),
    row(&["R", "aI"], &[], "R", "1a", "I"),
    row(&["SI"], &[], "SI", "", ""),
    row(&["RI", "aI"], &[], "RI", "1a", ""),
    // Everything in one file, in any order: as in three, unless one of several is a bundle.
    row(&["R", "I", "a"], &[], "RI", "2a", ""),
    row(&["RIa"], &[], "RI", "0a", ""),
    row(&["aIR"], &[], "IR", "0a", ""),
    row(&["RabI"], &[], "RI", "0a 0b", ""),
    row(&["aIR", "b"], &[], "IR", "0a 1b", ""),
    row(&["aR", "bI"], &[], "R", "0a 1b", "I"),
    row(&["aIR", "R"], &[], "R", "0a", "I"),
    row(&["aIR", "S"], &[], "S", "0a", "IR"),
    row(&["aIR"], &[('a', Aside)], "IR", "", ""),
    row(&["aIR", "bI"], &[('a', Aside)], "IR", "1b", ""),
    row(&["aIR"], &[('R', NotTrusted)], "", "0a", "IR"),
    row(&["aIR"], &[('I', NotTrusted)], "R", "0a", "I"),
    // Into the bundle: what is left of a file without a client is a part of it too.
    row(&["R", "aI"], &[('I', Bundle)], "RI", "1a", ""),
    row(&["R", "a"], &[('a', Bundle)], "Ra", "", ""),
    row(&["aI"], &[('a', Bundle)], "aI", "", ""),
    row(&["abI"], &[('a', Bundle)], "a", "0b", "I"),
    // Among the clients: the rest of the file is what it sends.
    row(&["R", "SI"], &[('S', Client)], "R", "1S", "I"),
    row(&["a"], &[('a', Client)], "", "0a", ""),
    row(&["RI", "S", "SI"], &[('S', Client)], "RI", "1S 2S", ""),
    // Out of the bundle: whoever sends it still does.
    row(&["RI"], &[('I', NotTrusted)], "R", "", "I"),
    row(&["R", "aI"], &[('I', NotTrusted)], "R", "1a", "I"),
    row(&["RI", "aI"], &[('I', NotTrusted)], "R", "1a", "I"),
    row(&["R"], &[('R', NotTrusted)], "", "", "R"),
    // Out of the pile: what the client sent becomes no bundle, whatever the client looks like.
    row(&["R", "aI"], &[('a', Aside)], "R", "", "I"),
    row(&["R", "SI"], &[('S', Aside)], "R", "", "I"),
    row(&["abI"], &[('a', Aside)], "", "0b", "I"),
    row(&["SbI"], &[('S', Aside)], "", "0b", "I"),
    row(&["a", "aI", "bI"], &[('a', Aside)], "", "2b", "I"),
    row(&["R", "a"], &[('a', Aside)], "R", "", ""),
];

const fn row(
    files: &'static [&'static str],
    moved: &'static [(char, Placement)],
    bundle: &'static str,
    clients: &'static str,
    sent: &'static str,
) -> Row {
    Row {
        files,
        moved,
        bundle,
        clients,
        sent,
    }
}

#[test]
fn certificates_are_there_for_what_their_file_or_a_person_says() {
    for row in ROWS {
        let mut pile = Pile::new();
        for (number, letters) in row.files.iter().enumerate() {
            pile.add(contents(&number.to_string(), letters));
        }
        for (letter, placement) in row.moved {
            pile.place(sha256(*letter), *placement);
        }
        let [bundle, clients, sent] = found(pile);
        let at = format!("{:?} with {:?}", row.files, row.moved);
        assert_eq!(bundle, row.bundle, "the bundle of {at}");
        assert_eq!(clients, row.clients, "the clients of {at}");
        assert_eq!(sent, row.sent, "what is left of {at}");
    }
}

/// The bundle, the clients and what is neither, as the rows have it.
fn found(pile: Pile) -> [String; 3] {
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(1_795_478_400),
    };
    let report = Analysis::new(pile, profile).finish().report;
    let letter = |wanted: Sha256| {
        let all = "RIabS".chars();
        all.into_iter().find(|letter| sha256(*letter) == wanted)
    };
    let of_role = |role| -> String {
        let held = report.certificates.iter();
        held.filter(|held| held.role == role)
            .filter_map(|held| letter(held.sha256))
            .collect()
    };
    let clients: Vec<String> = report
        .clients
        .iter()
        .map(|client| format!("{}{}", client.file, letter(client.leaf.unwrap()).unwrap()))
        .collect();
    [
        of_role(Role::Authority),
        clients.join(" "),
        of_role(Role::Sent),
    ]
}

fn contents(name: &str, letters: &str) -> Contents {
    let pem: String = letters
        .chars()
        .map(|letter| input::to_pem(&der(letter)))
        .collect();
    input::read(name, pem.as_bytes())
}

#[test]
fn a_root_that_the_bundle_has_makes_a_clients_file_no_bundle() {
    for (bundle, expected) in [
        ("R", ["R", "0a", "I"]),
        ("I", ["IR", "0a", ""]),
        ("S", ["IRS", "0a", ""]),
    ] {
        let mut pile = Pile::new();
        pile.add(contents("0", "aIR"));
        pile.add_bundle(contents("1", bundle));
        assert_eq!(found(pile), expected, "{bundle}");
    }
}

#[test]
fn without_one_of_its_files_a_pile_is_as_if_it_had_never_come() {
    let mut pile = Pile::new();
    for (number, letters) in ["RI", "a", "bI"].iter().enumerate() {
        pile.add(contents(&number.to_string(), letters));
    }
    assert_eq!(found(pile.clone()), ["RI", "1a 2b", ""]);
    pile.take_away(1);
    assert_eq!(found(pile.clone()), ["RI", "2b", ""]);
    pile.take_away(7);
    pile.take_away(0);
    assert_eq!(found(pile.clone()), ["", "2b", "I"]);
    pile.take_away(0);
    assert_eq!(found(pile), ["", "", ""]);
}
