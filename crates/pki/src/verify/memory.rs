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

    /// Whether `issuer` made the signature of `subject`, and what it cost to find out.
    pub(crate) fn has_signed(
        &mut self,
        issuer: &Certificate,
        subject: &Certificate,
    ) -> (bool, u64) {
        let Some(key) = issuer.public_key() else {
            return (false, 1);
        };
        let (outcome, spent) = self.check(subject, issuer, key);
        (outcome == Outcome::Good, spent)
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::Arc;

    use crate::{
        Certificate, Timestamp,
        fixtures::FIXTURES,
        verify::{Budget, Level, Profile, Purpose, SignatureMemory, TrustStore, Verification},
    };

    #[test]
    fn a_pile_verifies_each_signature_once() {
        let read = |name: &str| {
            let der = FIXTURES.file(&format!("{name}.der"));
            Arc::new(Certificate::from_der(&der).unwrap())
        };
        let [root, intermediate, leaf] = ["root", "intermediate", "deep"].map(read);
        let store = Arc::new(TrustStore::new([root]));
        let mut memory = SignatureMemory::default();
        let mut spent = |level| {
            let profile = Profile {
                level,
                purpose: Purpose::TlsClient,
                at: Timestamp::from_unix(0),
            };
            let mut verification = Verification::new(
                Arc::clone(&leaf),
                vec![Arc::clone(&intermediate)],
                Arc::clone(&store),
                profile,
            );
            let mut budget = Budget::unlimited();
            let verdict = verification.step(&mut budget, &mut memory).unwrap();
            assert_eq!(verdict.path.len(), 3);
            budget.used()
        };
        let first = spent(Level::One);
        let second = spent(Level::Two);
        // Two signatures, and everything else is next to nothing.
        assert!(first > 8_000 && second < 1_000, "{first} {second}");
    }
}
