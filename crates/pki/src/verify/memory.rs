//! Signatures that were checked already.

use std::collections::HashMap;

use super::{
    budget::{self, Cost},
    platform::WantedSignature,
    signature::{Outcome, check},
};
use crate::{Certificate, certificate::PublicKey, report};

/// Remembers the outcome for each pair of certificate and issuer's key, so that a pile verifies
/// each signature once, however many clients share an authority.
#[derive(Debug, Default)]
pub struct SignatureMemory {
    known: HashMap<Pair, Known>,
    verified: usize,
}

/// A certificate and the key that is to have signed it. The fingerprint covers what is signed, the
/// algorithms and the signature.
type Pair = (report::Sha256, [u8; 32]);

#[derive(Clone, Copy, Debug)]
struct Known {
    outcome: Outcome,
    /// Whether this analysis has counted what it costs to find out.
    is_counted: bool,
}

impl SignatureMemory {
    /// How many signatures were verified here, and not by anybody else.
    pub fn verified(&self) -> usize {
        self.verified
    }

    /// Takes somebody else's word that a signature is valid. What was found out here stays.
    pub(crate) fn confirm(&mut self, signature: &WantedSignature) {
        let pair = pair(signature.subject(), signature.issuer());
        self.known.entry(pair).or_insert(Known {
            outcome: Outcome::Good,
            is_counted: false,
        });
    }

    /// Whether the outcome is known for a certificate and its issuer.
    pub(crate) fn knows(&self, subject: &Certificate, issuer: &Certificate) -> bool {
        self.known.contains_key(&pair(subject, issuer))
    }

    /// Begins another analysis: what it finds known counts against its limits all the same.
    pub(crate) fn begin(&mut self) {
        for known in self.known.values_mut() {
            known.is_counted = false;
        }
    }

    /// Whether a self-signed certificate did not make its own signature, and what it cost to find
    /// out. OpenSSL does not look.
    pub(crate) fn has_bad_self_signature(&mut self, certificate: &Certificate) -> (bool, Cost) {
        let Some(key) = certificate.public_key() else {
            return (false, 1.into());
        };
        let (outcome, cost) = self.check(certificate, certificate, key);
        (outcome == Outcome::Bad, cost)
    }

    /// Whether `issuer` made the signature of `subject`, and what it cost to find out.
    pub(crate) fn has_signed(
        &mut self,
        issuer: &Certificate,
        subject: &Certificate,
    ) -> (bool, Cost) {
        let Some(key) = issuer.public_key() else {
            return (false, 1.into());
        };
        let (outcome, cost) = self.check(subject, issuer, key);
        (outcome == Outcome::Good, cost)
    }

    /// The outcome, and what it cost.
    pub(super) fn check(
        &mut self,
        subject: &Certificate,
        issuer: &Certificate,
        key: &PublicKey,
    ) -> (Outcome, Cost) {
        let pair = pair(subject, issuer);
        if let Some(known) = self.known.get_mut(&pair) {
            let counted = if known.is_counted {
                1
            } else {
                budget::signature(key, subject.tbs().len())
            };
            known.is_counted = true;
            return (known.outcome, Cost { spent: 1, counted });
        }
        let outcome = check(subject, key);
        self.verified += 1;
        let known = Known {
            outcome,
            is_counted: true,
        };
        self.known.insert(pair, known);
        let cost = budget::signature(key, subject.tbs().len());
        (outcome, cost.into())
    }
}

fn pair(subject: &Certificate, issuer: &Certificate) -> Pair {
    (subject.sha256(), issuer.key_sha256())
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
