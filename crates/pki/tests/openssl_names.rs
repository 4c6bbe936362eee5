//! A second opinion on `Name::rfc2253`: what the `openssl` program prints, where there is one of
//! version 3. Without it these tests say so and pass.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Write,
    process::{Command, Stdio},
};

use pki::{Name, name::short_names};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use support::Attribute;

/// Each costs a process.
const SUBJECTS: usize = 300;

#[test]
fn random_subjects_are_printed_as_openssl_prints_them() {
    if !is_openssl_3() {
        return;
    }
    let mut runner = TestRunner::deterministic();
    let mut read = 0;
    for _ in 0..SUBJECTS {
        let rdns = rdns().new_tree(&mut runner).unwrap().current();
        let subject = support::name(&rdns);
        let ours = Name::from_der(&subject).ok().map(|name| name.rfc2253());
        assert_eq!(ours, openssl(&subject), "{rdns:?}");
        read += usize::from(ours.is_some());
    }
    assert!(read > SUBJECTS / 3, "only {read} could be read");
}

#[test]
fn every_pair_of_special_characters_is_escaped_as_openssl_escapes_it() {
    if !is_openssl_3() {
        return;
    }
    let specials = b" #,+\"\\<>;=a\n\x7f\xc3";
    let mut values = vec![Vec::new()];
    for first in specials {
        values.push(vec![*first]);
        values.extend(specials.iter().map(|second| vec![*first, *second]));
    }
    // As Latin-1, so that any octets are a string.
    let attribute = |value: &Vec<u8>| Attribute {
        oid: support::oid(&[2, 5, 4, 3]),
        tag: 20,
        value: value.clone(),
    };
    let rdns: Vec<_> = values.iter().map(|value| vec![attribute(value)]).collect();
    let subject = support::name(&rdns);
    let ours = Name::from_der(&subject).unwrap().rfc2253();
    assert_eq!(Some(ours), openssl(&subject));
}

#[test]
fn every_short_name_is_openssls_own() {
    if !is_openssl_3() {
        return;
    }
    let rdns: Vec<_> = short_names::all()
        .map(|(arcs, _)| {
            vec![Attribute {
                oid: support::oid(arcs),
                tag: 12,
                value: Vec::new(),
            }]
        })
        .collect();
    let subject = support::name(&rdns);
    let ours = Name::from_der(&subject).unwrap().rfc2253();
    let theirs = openssl(&subject).unwrap();
    let pairs = ours.split(',').zip(theirs.split(','));
    let different: Vec<_> = pairs.filter(|(ours, theirs)| ours != theirs).collect();
    assert!(different.is_empty(), "{different:?}");
    assert_eq!(rdns.len(), theirs.split(',').count());
}

#[test]
fn types_that_do_not_fit_openssls_buffer_are_cut_as_it_cuts_them() {
    if !is_openssl_3() {
        return;
    }
    // The 79th and the 127th character fall on digits, on dots, and within numbers of more than 64
    // bits, as the last number grows.
    for length in 1..140 {
        let long_number = [vec![0x2a], vec![0xff; length], vec![1, 1, 1]].concat();
        let many_numbers = [vec![0x2a], vec![0x7f; length]].concat();
        for oid in [long_number, many_numbers, vec![1; length + 490]] {
            let subject = support::name(&[vec![Attribute {
                oid,
                tag: 12,
                value: vec![b'a'],
            }]]);
            let ours = Name::from_der(&subject).ok().map(|name| name.rfc2253());
            assert_eq!(ours, openssl(&subject), "{length}");
        }
    }
}

fn rdns() -> impl Strategy<Value = Vec<Vec<Attribute>>> {
    let oids: [&[u64]; 5] = [
        &[2, 5, 4, 3],
        &[2, 5, 4, 45],
        &[1, 2, 840, 113_549, 1, 9, 1],
        &[1, 2, 3, 56],
        &[2, 999, u64::MAX, 1],
    ];
    let oid = select(oids.map(support::oid).to_vec());
    let tag = prop_oneof![
        40 => select(&[3, 7, 8, 9, 11, 12, 12, 13, 14, 15, 0x30, 18, 19, 20, 22, 28, 29, 30][..]),
        1 => 1..31u8,
    ];
    let text = vec(
        prop_oneof![
            select(
                " #,+\"\\<>;=a\0\t\n\u{7f}\u{80}\u{ff}\u{100}"
                    .chars()
                    .collect::<Vec<_>>()
            ),
            any::<char>(),
        ],
        0..6,
    );
    let attribute = (oid, tag, text, vec(any::<u8>(), 0..6), 0..50u8).prop_map(
        |(oid, tag, text, octets, wild)| {
            let text: String = text.into_iter().collect();
            let value = match tag {
                _ if wild == 0 => octets,
                3 => [vec![wild % 8], octets].concat(),
                28 => text
                    .chars()
                    .flat_map(|c| u32::from(c).to_be_bytes())
                    .collect(),
                30 => text
                    .chars()
                    .filter_map(|c| u16::try_from(u32::from(c)).ok())
                    .flat_map(u16::to_be_bytes)
                    .collect(),
                _ => text.into_bytes(),
            };
            Attribute { oid, tag, value }
        },
    );
    vec(vec(attribute, 0..3), 0..8)
}

/// What `openssl x509` prints; `None` when it cannot read the certificate.
fn openssl(subject: &[u8]) -> Option<String> {
    let mut child = Command::new("openssl")
        .args([
            "x509", "-inform", "DER", "-noout", "-subject", "-nameopt", "RFC2253",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&support::certificate(subject)).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let text = printed.strip_prefix("subject=")?.strip_suffix('\n')?;
    output.status.success().then(|| text.to_owned())
}

fn is_openssl_3() -> bool {
    let version = Command::new("openssl").arg("version").output();
    let found = version.is_ok_and(|output| output.stdout.starts_with(b"OpenSSL 3."));
    if !found {
        eprintln!("no openssl program of version 3 here: nothing was compared");
    }
    found
}
