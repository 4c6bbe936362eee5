//! Trouble that people reported in public, made anew: each row is a bundle and a client, with what
//! OpenSSL raises, whether there is a handshake, and the user name. Both the system's OpenSSL, in a
//! real handshake with a server that is set up as mongod is, and the engine have to say exactly this.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chains;
mod curves;
mod files;
#[allow(dead_code)]
#[path = "../findings/make.rs"]
mod make;
mod names;
mod server;
mod twins;

use openssl::pkey::{PKey, Private};
use oracle::case::AT;
use oracle::keys::KeyRing;
use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    verify::{Level, Profile, Purpose},
    view::View,
};

use make::Made;
use server::{Client, Outcome, VERSIONS, knock};

/// Errors in order, as (code, depth).
type Errors = &'static [(u16, u32)];

/// A bundle, a client, and what is so.
struct Row {
    what: &'static str,
    bundle: Vec<u8>,
    /// The leaf, and what is sent along.
    chain: Vec<Vec<u8>>,
    key: PKey<Private>,
    errors: Errors,
    /// Whether there is a handshake at TLS 1.2 and at 1.3.
    handshake: (bool, bool),
}

impl Row {
    /// A client with a usual key, below what is in the bundle.
    fn new(
        what: &'static str,
        bundle: impl Into<Vec<u8>>,
        client: &[&Made],
        errors: Errors,
    ) -> Self {
        let leaf = client[0];
        Self {
            what,
            bundle: bundle.into(),
            chain: client.iter().map(|made| made.der.clone()).collect(),
            key: KeyRing::shared().keys[leaf.key()].private.clone(),
            errors,
            handshake: (true, true),
        }
    }

    fn shaking(self, tls12: bool, tls13: bool) -> Self {
        Self {
            handshake: (tls12, tls13),
            ..self
        }
    }

    /// What is not as the row says.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let client = Client {
            chain: &self.chain,
            key: &self.key,
        };
        let expected = [self.handshake.0, self.handshake.1];
        for (version, expected) in VERSIONS.into_iter().zip(expected) {
            let outcome = knock(&self.bundle, &client, version).expect("the bundle is loaded");
            let is_right = match &outcome {
                Outcome::Through { errors } => expected && errors == self.errors,
                Outcome::Stopped(_) => !expected,
            };
            if !is_right {
                faults.push(format!("{}: OpenSSL: {outcome:?}", self.what));
            }
        }
        let report = judge(&self.bundle, &self.chain).report;
        let client = &report.clients[0];
        let errors: Vec<(u16, u32)> = client
            .judgement
            .errors
            .iter()
            .map(|error| (error.code, u32::try_from(error.depth).unwrap()))
            .collect();
        let handshake = (client.handshake.tls12, client.handshake.tls13);
        let is_possible = self.handshake.0 || self.handshake.1;
        if errors != self.errors
            || client.judgement.accepted != Some(errors.is_empty() && is_possible)
            || handshake != (Some(self.handshake.0), Some(self.handshake.1))
            || client.handshake.reason.is_some() == (self.handshake == (true, true))
        {
            faults.push(format!("{}: the engine: {client:?}", self.what));
        }
        faults
    }
}

/// What the engine says of a bundle's file and a client's.
fn judge(bundle: &[u8], chain: &[Vec<u8>]) -> View {
    let pems = chain.iter().map(|der| pki::input::to_pem(der));
    let mut pile = Pile::new();
    pile.add_bundle(pki::input::read("ca.pem", bundle));
    pile.add_client(pki::input::read(
        "client.pem",
        pems.collect::<String>().as_bytes(),
    ));
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(AT),
    };
    Analysis::new(pile, profile).finish()
}

/// A PEM file of certificates.
fn pems(certificates: &[&Made]) -> String {
    certificates.iter().map(|made| made.pem()).collect()
}

fn assert_all(rows: &[Row]) {
    let faults: Vec<String> = rows.iter().flat_map(Row::faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
