//! Signatures and dates, from the anchor down (`internal_verify`).

use std::sync::Arc;

use super::{
    Code, Cost, Flow, SignatureMemory, Stage, Undetermined, Verification, signature::Outcome,
};
use crate::{Certificate, certificate::KeyUsage};

/// How far down the chain the checks have come.
#[derive(Debug)]
pub(super) struct Signatures {
    /// The certificate that is next, and its issuer; for the anchor they are the same.
    depth: usize,
    issuer: usize,
}

impl Verification {
    /// Begins at the top: an anchor has its dates checked but not its own signature; the top of an
    /// unanchored chain has neither, unless it stands alone.
    pub(super) fn begin_signatures(&mut self) -> Stage {
        let top = self.path.certificates.len() - 1;
        let anchor = &self.path.certificates[top];
        let mut depth = top;
        if !anchor.is_likely_issued_by(anchor) {
            if top > 0 {
                depth = top - 1;
            } else {
                self.raise(Code::LeafUnverifiable, 0);
            }
        }
        Stage::Signatures(Signatures { depth, issuer: top })
    }

    /// Checks one certificate of the chain.
    pub(super) fn check_signature(
        &mut self,
        state: &mut Signatures,
        memory: &mut SignatureMemory,
    ) -> (Flow, Cost) {
        let depth = state.depth;
        let subject = Arc::clone(&self.path.certificates[depth]);
        let mut cost = Cost::from(1);
        if state.issuer != depth {
            let issuer = Arc::clone(&self.path.certificates[state.issuer]);
            self.check_issuer_usage(&issuer, &subject, state.issuer);
            match issuer.public_key() {
                None => self.raise(Code::IssuerKeyUndecodable, state.issuer),
                Some(key) => {
                    let (outcome, checking) = memory.check(&subject, &issuer, key);
                    cost = checking + 1;
                    match outcome {
                        Outcome::Good => {}
                        Outcome::Bad => self.raise(Code::SignatureFailure, depth),
                        Outcome::Unsupported => self.leave_open(Undetermined::Signature {
                            depth,
                            algorithm: subject.outer_algorithm().name(),
                            key: key.to_string(),
                        }),
                    }
                }
            }
        }
        self.check_dates(&subject, depth);
        if depth == 0 {
            return (Flow::Next, cost);
        }
        *state = Signatures {
            depth: depth - 1,
            issuer: depth,
        };
        (Flow::Again, cost)
    }

    /// `ossl_x509_signing_allowed`
    fn check_issuer_usage(&mut self, issuer: &Certificate, subject: &Certificate, depth: usize) {
        let allows = |usages| super::extensions::usage_allows(issuer, usages);
        if subject.extensions().proxy.is_some() {
            if !allows(KeyUsage::DIGITAL_SIGNATURE) {
                self.raise(Code::KeyUsageWithoutDigitalSignature, depth);
            }
        } else if !allows(KeyUsage::KEY_CERT_SIGN) {
            self.raise(Code::KeyUsageWithoutCertSign, depth);
        }
    }

    /// `ossl_x509_check_cert_time`: the second of the end itself counts as expired.
    fn check_dates(&mut self, certificate: &Certificate, depth: usize) {
        let at = self.profile.at;
        match certificate.not_before().moment() {
            None => self.raise(Code::NotBeforeMalformed, depth),
            Some(from) if from > at => self.raise(Code::NotYetValid, depth),
            Some(_) => {}
        }
        match certificate.not_after().moment() {
            None => self.raise(Code::NotAfterMalformed, depth),
            Some(to) if to <= at => self.raise(Code::Expired, depth),
            Some(_) => {}
        }
    }
}
