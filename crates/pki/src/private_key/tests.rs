#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;
use crate::{
    fixtures::FIXTURES,
    input::{Content, read},
};

fn key(name: &str, bytes: &[u8]) -> PrivateKey {
    let contents = read(name, bytes);
    let keys = contents
        .blocks
        .into_iter()
        .filter_map(|block| match block.content {
            Content::PrivateKey(key) => Some(key),
            _ => None,
        });
    let mut keys: Vec<_> = keys.collect();
    assert_eq!(keys.len(), 1, "{name}");
    keys.remove(0)
}

/// The forms `openssl` writes a key in: what it is called, and the command that makes it.
fn forms(name: &str) -> Vec<(&'static str, Vec<u8>)> {
    let f = &*FIXTURES;
    let mut forms = vec![
        ("PKCS#8", f.file(&format!("{name}.key"))),
        (
            "PKCS#8 DER",
            f.openssl(&format!("pkey -in {name}.key -outform DER")),
        ),
    ];
    // PKCS#1 or SEC1, where there is such a form.
    let traditional = f.run(&format!("pkey -in {name}.key -traditional"));
    if !name.starts_with("ed") && name != "rsa-pss" {
        assert!(traditional.status.success());
        forms.push(("traditional", traditional.stdout));
        forms.push((
            "traditional DER",
            f.openssl(&format!("pkey -in {name}.key -traditional -outform DER")),
        ));
    }
    if name.starts_with('p') {
        forms.push((
            "SEC1 without its public key",
            f.openssl(&format!("ec -in {name}.key -no_public")),
        ));
    }
    forms
}

#[test]
fn keys_in_every_form_are_named_and_matched() {
    let f = &*FIXTURES;
    for (name, kind, others) in [
        (
            "rsa",
            "RSA 2048",
            &["rsa-other", "rsa-pss", "p256", "ed25519"][..],
        ),
        ("rsa-pss", "RSA-PSS 2048", &["rsa", "p256"]),
        (
            "p256",
            "EC P-256",
            &["p256-other", "p384", "rsa", "secp256k1"],
        ),
        ("p384", "EC P-384", &["p256", "p521"]),
        ("p521", "EC P-521", &["p256", "p384", "ed25519"]),
        ("secp256k1", "EC secp256k1", &["p256", "rsa"]),
        ("ed25519", "Ed25519", &["ed25519-other", "ed448", "p256"]),
        ("ed448", "Ed448", &["ed25519", "rsa"]),
    ] {
        for (form, bytes) in forms(name) {
            let key = key(name, &bytes);
            assert_eq!(key.kind(), kind, "{name} as {form}");
            assert!(!key.is_encrypted());
            let own = key.belongs_to(&f.file(&format!("{name}.spki")));
            // Nothing here multiplies on Ed448.
            let expected = if name == "ed448" { None } else { Some(true) };
            assert_eq!(own, expected, "{name} as {form}");
            for other in others {
                let found = key.belongs_to(&f.file(&format!("{other}.spki")));
                assert_eq!(found, Some(false), "{name} as {form} and {other}");
            }
            assert_eq!(key.belongs_to(b""), None);
        }
    }
}

#[test]
fn a_compressed_public_key_is_matched() {
    let f = &*FIXTURES;
    for name in ["p256", "p384", "p521", "secp256k1"] {
        let key = key(name, &f.file(&format!("{name}.key")));
        for form in ["compressed", "hybrid"] {
            let spki = f.openssl(&format!(
                "ec -in {name}.key -pubout -conv_form {form} -outform DER"
            ));
            assert_eq!(key.belongs_to(&spki), Some(true), "{name} {form}");
        }
    }
}

#[test]
fn the_private_number_decides_and_not_the_public_key_beside_it() {
    let f = &*FIXTURES;
    let mut der = f.openssl("ec -in p256.key -outform DER");
    let other = f.file("p256-other.spki");
    let length = der.len();
    // SEC1 ends in the public point, as the other SubjectPublicKeyInfo does.
    der[length - 64..].copy_from_slice(&other[other.len() - 64..]);
    let key = key("mixed", &der);
    assert_eq!(key.belongs_to(&f.file("p256.spki")), Some(true));
    assert_eq!(key.belongs_to(&other), Some(false));
}

#[test]
fn encrypted_keys_are_recognised_and_left_alone() {
    let f = &*FIXTURES;
    f.openssl("rsa -in rsa.key -aes256 -passout pass:x -traditional -out encrypted-rsa.pem");
    f.openssl("ec -in p256.key -aes256 -passout pass:x -out encrypted-ec.pem");
    f.openssl("pkcs8 -topk8 -in rsa.key -passout pass:x -out encrypted-8.pem");
    f.openssl("pkcs8 -topk8 -in rsa.key -passout pass:x -outform DER -out encrypted-8.der");
    for (name, kind) in [
        ("encrypted-rsa.pem", "encrypted RSA key"),
        ("encrypted-ec.pem", "encrypted EC key"),
        ("encrypted-8.pem", "encrypted private key"),
        ("encrypted-8.der", "encrypted private key"),
    ] {
        let key = key(name, &f.file(name));
        assert!(key.is_encrypted(), "{name}");
        assert_eq!(key.kind(), kind);
        assert_eq!(key.belongs_to(&f.file("rsa.spki")), None, "{name}");
    }
}

#[test]
fn nothing_of_a_key_is_printed() {
    let f = &*FIXTURES;
    let key = key("rsa.key", &f.file("rsa.key"));
    assert_eq!(
        format!("{key:?}"),
        "PrivateKey { kind: \"RSA 2048\", source: Source { file: \"rsa.key\", line: Some(1), offset: 0 }, .. }"
    );
}
