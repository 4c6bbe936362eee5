#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::{fixtures::FIXTURES, input::read};

fn key_of(contents: &Contents) -> &PrivateKey {
    let key = contents
        .blocks
        .iter()
        .find_map(|block| match &block.content {
            Content::PrivateKey(key) => Some(key),
            _ => None,
        });
    key.expect("a key")
}

#[test]
fn the_joined_file_is_certificate_intermediates_and_key_as_found() {
    let f = &*FIXTURES;
    f.openssl("rsa -in rsa.key -traditional -out pair-1.key");
    f.openssl("rsa -in rsa.key -aes128 -passout pass:x -traditional -out pair-encrypted.key");
    f.openssl("pkcs8 -topk8 -in rsa.key -passout pass:x -out pair-encrypted-8.key");
    for name in [
        "rsa.key",
        "pair-1.key",
        "pair-encrypted.key",
        "pair-encrypted-8.key",
    ] {
        let crlf = f.text(name).replace('\n', "\r\n");
        let contents = read(name, crlf.as_bytes());
        let joined = joined_pem(
            &f.file("deep.der"),
            &[&f.file("intermediate.der")],
            key_of(&contents),
        );
        let expected = [f.text("deep.pem"), f.text("intermediate.pem"), f.text(name)].concat();
        assert_eq!(*joined, expected, "{name}");
        // OpenSSL finds certificate and key in it.
        f.write("joined.pem", joined.as_bytes());
        let public = f.openssl("pkey -in joined.pem -passin pass:x -pubout -outform DER");
        assert_eq!(public, f.file("rsa.spki"), "{name}");
    }
}

#[test]
fn the_joined_file_never_grows_beyond_the_room_it_was_given() {
    let f = &*FIXTURES;
    for name in ["rsa.key", "p521.key", "ed25519.key"] {
        let contents = read(name, &f.file(name));
        let key = key_of(&contents);
        let mut out = Zeroizing::new(String::new());
        key.write_pem(&mut out);
        assert!(out.len() <= key.pem_capacity(), "{name}");
    }
}

#[test]
fn the_order_of_one_file_is_judged_by_key_and_issuers() {
    let f = &*FIXTURES;
    let client_key = f.file("rsa.spki");
    let other_key = f.file("p384.spki");
    let parts = |order: &str| {
        let file = |letter| match letter {
            'l' => "deep.pem",
            'i' => "intermediate.pem",
            'r' => "root.pem",
            _ => "rsa.key",
        };
        let text: String = order.chars().map(|letter| f.text(file(letter))).collect();
        let links: Vec<Link<'_>> = order
            .char_indices()
            .filter_map(|(block, letter)| {
                let (subject, issuer, public_key) = match letter {
                    'l' => (&b"l"[..], &b"i"[..], &client_key[..]),
                    'i' => (&b"i"[..], &b"r"[..], &other_key[..]),
                    'r' => (&b"r"[..], &b"r"[..], &other_key[..]),
                    _ => return None,
                };
                Some(Link {
                    block,
                    subject,
                    issuer,
                    public_key,
                })
            })
            .collect();
        order_problems(&read("pair.pem", text.as_bytes()), &links)
    };
    let leaf = |leaf, first| OrderProblem::LeafNotFirst { leaf, first };
    let next = |certificate, issuer| OrderProblem::IssuerNotNext {
        certificate,
        issuer,
    };
    let last = |key| OrderProblem::KeyNotLast { key };
    for (order, expected) in [
        ("lk", vec![]),
        ("lik", vec![]),
        ("lirk", vec![]),
        ("li", vec![]),
        ("k", vec![]),
        ("kl", vec![last(0)]),
        ("lki", vec![last(1)]),
        ("ilk", vec![leaf(1, 0), next(1, 0)]),
        ("lrik", vec![next(0, 2), next(2, 1)]),
        ("rilk", vec![leaf(2, 0), next(2, 1), next(1, 0)]),
        ("kil", vec![leaf(2, 1), next(2, 1), last(0)]),
    ] {
        assert_eq!(parts(order), expected, "{order}");
    }
}
