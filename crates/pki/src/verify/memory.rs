//! Signatures that were checked already.

use std::collections::HashMap;

use super::{
    budget,
    signature::{Outcome, check},
};
use crate::{Certificate, certificate::PublicKey, report};

/// Remembers the outcome for each pair of certificate and issuer's key, so that a pile verifies
/// each signature once, however many clients share an authority.
#[derive(Debug, Default)]
pub struct SignatureMemory {
    known: HashMap<(report::Sha256, [u8; 32]), Outcome>,
}

impl SignatureMemory {
    /// Whether a self-signed certificate did not make its own signature, and what it cost to find
    /// out. OpenSSL does not look.
    pub(crate) fn has_bad_self_signature(&mut self, certificate: &Certificate) -> (bool, u64) {
        let Some(key) = certificate.public_key() else {
            return (false, 1);
        };
        let (outcome, spent) = self.check(certificate, certificate, key);
        (outcome == Outcome::Bad, spent)
    }

    /// The outcome, and what it cost.
    pub(super) fn check(
        &mut self,
        subject: &Certificate,
        issuer: &Certificate,
        key: &PublicKey,
    ) -> (Outcome, u64) {
        // The fingerprint covers what is signed, the algorithms and the signature.
        let pair = (subject.sha256(), issuer.key_sha256());
        if let Some(outcome) = self.known.get(&pair) {
            return (*outcome, 1);
        }
        let outcome = check(subject, key);
        self.known.insert(pair, outcome);
        (outcome, budget::signature(key, subject.tbs().len()))
    }
}
