//! What is there for what, as it is found and after a person has put certificates elsewhere.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pki::{
    Certificate, Timestamp,
    analysis::{
        Analysis, Pile,
        Placement::{self, Aside, Bundle, Client, NotTrusted},
    },
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
            let pem: String = letters
                .chars()
                .map(|letter| pki::input::to_pem(&der(letter)))
                .collect();
            pile.add(pki::input::read(&number.to_string(), pem.as_bytes()));
        }
        for (letter, placement) in row.moved {
            pile.place(sha256(*letter), *placement);
        }
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
        let at = format!("{:?} with {:?}", row.files, row.moved);
        assert_eq!(of_role(Role::Authority), row.bundle, "the bundle of {at}");
        assert_eq!(clients.join(" "), row.clients, "the clients of {at}");
        assert_eq!(of_role(Role::Sent), row.sent, "what is left of {at}");
    }
}
