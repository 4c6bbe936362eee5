//! How many chains a second the engine and OpenSSL judge, each chain of three certificates and
//! decoded anew: `cargo run --release -p oracle --example speed`.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use oracle::Case;
use oracle::algorithm::{Algorithm, Digest};
use oracle::case::AT;
use oracle::compare::{ask_engine, ask_openssl};
use oracle::draft::Draft;
use oracle::extension::{Extension, usage};
use oracle::keys::KeyRing;
use oracle::name::Name;
use pki::verify::Level;

const FOR: Duration = Duration::from_secs(1);

fn main() {
    println!("{:<14}{:>12}{:>12}", "chains a second", "here", "OpenSSL");
    for label in [
        "RSA 2048",
        "EC prime256v1",
        "EC secp384r1",
        "EC secp521r1",
        "Ed25519",
    ] {
        let case = chain(label);
        assert_eq!(
            ask_openssl(&case, Level::Two).unwrap().accepted,
            Some(true),
            "{label}"
        );
        let ours = rate(|| ask_engine(&case, Level::Two).is_some());
        let theirs = rate(|| ask_openssl(&case, Level::Two).is_some());
        println!("{label:<14}{ours:>12}{theirs:>12}");
    }
}

/// A root, an intermediate and a leaf, all of one kind of key.
fn chain(label: &str) -> Case {
    let ring = KeyRing::shared();
    let keys = ring.labelled(label);
    let key = &ring.keys[keys[0]];
    let certificate = |subject: &str, issuer: &str, extensions: &[Extension]| {
        let algorithm = Algorithm::of(key, Digest::Sha256);
        let mut draft = Draft::new(Name::common(subject), key, Name::common(issuer), algorithm);
        draft.extensions = extensions.to_vec();
        draft.sign(key).unwrap()
    };
    let authority = [
        Extension::authority(None),
        Extension::key_usage(usage::KEY_CERT_SIGN),
    ];
    Case {
        leaf: certificate("leaf", "intermediate", &[Extension::end_entity()]),
        sent: vec![certificate("intermediate", "root", &authority)],
        store: vec![certificate("root", "root", &authority)],
        at: AT,
    }
}

/// How often a second something can be done.
fn rate(mut work: impl FnMut() -> bool) -> u128 {
    let (begun, mut count) = (Instant::now(), 0);
    while begun.elapsed() < FOR {
        assert!(work());
        count += 1;
    }
    count * 1_000_000 / begun.elapsed().as_micros()
}
