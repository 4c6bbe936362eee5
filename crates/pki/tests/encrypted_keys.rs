//! Which private key goes with which certificate when the key is encrypted and cannot tell.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    input,
    verify::{Level, Profile, Purpose},
    view::View,
};
use support::{Attribute, marked, name, oid, tlv};

/// A certificate of that name and issuer; an authority when the name is in capitals.
fn certificate(called: &str, issuer: &str) -> String {
    let name = |text: &str| {
        name(&[vec![Attribute {
            oid: oid(&[2, 5, 4, 3]),
            tag: 0x0c,
            value: text.as_bytes().to_vec(),
        }]])
    };
    let is_ca = called == called.to_uppercase();
    input::to_pem(&marked(&name(called), &name(issuer), is_ca))
}

/// What looks like an encrypted key (PKCS#8); `number` makes it differ from others.
fn encrypted(number: u8) -> String {
    let algorithm = tlv(
        0x30,
        &tlv(0x06, &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 5, 13]),
    );
    let der = tlv(0x30, &[algorithm, tlv(0x04, &[number; 32])].concat());
    input::to_pem(&der).replace("CERTIFICATE", "ENCRYPTED PRIVATE KEY")
}

fn pile(files: &[(&str, &str)]) -> Pile {
    let mut pile = Pile::new();
    for (name, text) in files {
        pile.add(input::read(name, text.as_bytes()));
    }
    pile
}

fn view(pile: &Pile) -> View {
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(1_795_478_400),
    };
    Analysis::new(pile.clone(), profile).finish()
}

#[test]
fn an_encrypted_key_goes_with_the_one_certificate_that_its_file_or_its_name_points_to() {
    let (jane, joe, root) = (
        &certificate("jane", "ROOT"),
        &certificate("joe", "ROOT"),
        &certificate("ROOT", "ROOT"),
    );
    let inner = &certificate("INNER", "ROOT");
    let key = &encrypted(1);
    let with = |parts: &[&str]| parts.concat();
    for (case, files, expected) in [
        (
            "in one file",
            vec![("jane.pem", with(&[jane, key]))],
            vec!["jane"],
        ),
        (
            "in one file, with a chain, the key first",
            vec![("jane.pem", with(&[key, jane, inner]))],
            vec!["jane"],
        ),
        (
            "in a file that is called like the certificate's",
            vec![("jane.crt", jane.clone()), ("jane.key", key.clone())],
            vec!["jane"],
        ),
        (
            "the key comes first, and there are others",
            vec![
                ("jane.key", key.clone()),
                ("joe.crt", joe.clone()),
                ("jane.crt", with(&[jane, inner])),
                ("ca.pem", root.clone()),
            ],
            vec!["jane"],
        ),
        (
            "its own file says more than the name",
            vec![("joe.key", with(&[jane, key])), ("joe.crt", joe.clone())],
            vec!["jane"],
        ),
        (
            "an authority's",
            vec![("ca.crt", root.clone()), ("ca.key", key.clone())],
            vec!["ROOT"],
        ),
        (
            "two clients in its file",
            vec![("both.pem", with(&[jane, joe, key]))],
            vec![""],
        ),
        (
            "two certificates of its name",
            vec![
                ("a.crt", jane.clone()),
                ("a.pem", joe.clone()),
                ("a.key", key.clone()),
            ],
            vec![""],
        ),
        (
            "one certificate twice",
            vec![
                ("a.crt", jane.clone()),
                ("a.pem", jane.clone()),
                ("a.key", key.clone()),
            ],
            vec!["jane"],
        ),
        (
            "another name, in a folder with a dot",
            vec![("x.d/jane", jane.clone()), ("x.d/joe", key.clone())],
            vec![""],
        ),
        (
            "keys of two",
            vec![
                ("jane.pem", with(&[jane, key])),
                ("joe.crt", joe.clone()),
                ("joe.key", encrypted(2)),
            ],
            vec!["jane", "joe"],
        ),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
        let pile = pile(&files);
        let view = view(&pile);
        let titles: Vec<&str> = view
            .keys
            .iter()
            .map(|key| {
                assert!(key.encrypted, "{case}");
                let certificate = key.certificates.first();
                certificate.map_or("", |index| &view.certificates[*index].title)
            })
            .collect();
        assert_eq!(titles, expected, "{case}");
        for (number, client) in view.clients.iter().enumerate() {
            let expected = expected.contains(&&*client.title);
            assert_eq!(client.key.is_some(), expected, "{case}: {}", client.title);
            let joined = pile.joined_pem(&view, number);
            let key = client.key.map(|key| match key {
                0 => encrypted(1),
                _ => encrypted(2),
            });
            assert_eq!(
                joined.is_some_and(|pem| pem.ends_with(&key.unwrap())),
                expected,
                "{case}: the key is joined as it is"
            );
        }
    }
}
