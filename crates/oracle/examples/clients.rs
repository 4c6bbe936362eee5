//! How long `atlas-x509 check` takes for a folder of 1,000 clients under one intermediate, on all cores and
//! without the help of `ring`, beside OpenSSL verifying their signatures on one core:
//! `cargo run --release -p oracle --example clients PROGRAM`.

#![allow(clippy::unwrap_used)]

use std::{
    env, fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use openssl::x509::X509;
use oracle::{
    algorithm::{Algorithm, Digest},
    draft::Draft,
    extension::{CLIENT_AUTH, Extension, usage},
    keys::KeyRing,
    name::Name,
};

const CLIENTS: u32 = 1_000;

/// The quickest of some runs is the one that was disturbed least.
const RUNS: usize = 20;

fn main() {
    let program = env::args().nth(1).unwrap();
    println!(
        "{:<16}{:>14}{:>14}{:>30}",
        "1,000 clients", "check", "engine only", "OpenSSL: signatures, one core"
    );
    for label in ["RSA 2048", "EC prime256v1", "EC secp384r1"] {
        let folder = tempfile::tempdir().unwrap();
        let clients = make(label, folder.path());
        let check = |engine_only: bool| {
            let mut command = Command::new(&program);
            command
                .current_dir(folder.path())
                .args(["check", "--at", "2026-11-23", "--quiet"])
                .args(["--ca", "ca.pem", "--client", "clients"])
                .stdout(Stdio::null());
            if engine_only {
                command.env("ATLAS_X509_ENGINE_ONLY", "1");
            }
            quickest(|| assert!(command.status().unwrap().success()))
        };
        let [issuer, ..] =
            &X509::stack_from_pem(&fs::read(folder.path().join("ca.pem")).unwrap()).unwrap()[..]
        else {
            return;
        };
        let key = issuer.public_key().unwrap();
        let theirs = quickest(|| {
            for client in &clients {
                assert!(client.verify(&key).unwrap());
            }
        });
        let (all, engine) = (check(false), check(true));
        println!("{label:<16}{all:>14.1?}{engine:>14.1?}{theirs:>30.1?}");
    }
}

fn quickest(mut work: impl FnMut()) -> Duration {
    let run = |_| {
        let begun = Instant::now();
        work();
        begun.elapsed()
    };
    (0..RUNS).map(run).min().unwrap()
}

/// Writes the bundle, its intermediate first, and a file for each client.
fn make(label: &str, folder: &Path) -> Vec<X509> {
    let ring = KeyRing::shared();
    let key = &ring.keys[ring.labelled(label)[0]];
    let issue = |number: u32, subject: &str, issuer: &str, extensions: &[Extension]| {
        let algorithm = Algorithm::of(key, Digest::Sha256);
        let mut draft = Draft::new(Name::common(subject), key, Name::common(issuer), algorithm);
        draft.extensions = extensions.to_vec();
        draft.serial = (0x4000_0000 | number).to_be_bytes().to_vec();
        draft.sign(key).unwrap()
    };
    let authority = [
        Extension::authority(None),
        Extension::key_usage(usage::KEY_CERT_SIGN),
    ];
    let bundle = [("Intermediate", "Root"), ("Root", "Root")]
        .map(|(subject, issuer)| pki::input::to_pem(&issue(0, subject, issuer, &authority)));
    fs::write(folder.join("ca.pem"), bundle.concat()).unwrap();
    fs::create_dir(folder.join("clients")).unwrap();
    let extensions = [Extension::extended_key_usage(&[CLIENT_AUTH])];
    (1..=CLIENTS)
        .map(|number| {
            let der = issue(
                number,
                &format!("Client {number}"),
                "Intermediate",
                &extensions,
            );
            let file = folder.join(format!("clients/{number}.pem"));
            fs::write(file, pki::input::to_pem(&der)).unwrap();
            X509::from_der(&der).unwrap()
        })
        .collect()
}
