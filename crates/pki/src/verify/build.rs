//! Finding the issuers (`build_chain`).
//!
//! An issuer is sought by name, key identifier and kind of key, first in the bundle, then among
//! what the client sent. Of several candidates the first one that is valid now is taken, else the
//! one that expires last. Signatures are not looked at, and no choice is ever taken back.

use std::sync::Arc;

use super::{Code, Flow, Verification, budget};
use crate::{Certificate, Timestamp, certificate::Trust};

/// Certificates above the leaf's issuer that OpenSSL allows (`X509_VERIFY_PARAM` depth 100, and
/// one more before it gives up).
const MAX_DEPTH: usize = 101;

/// How the search stands.
#[derive(Debug)]
pub(super) struct Build {
    /// What the client sent and the chain does not use yet.
    sent: Vec<Arc<Certificate>>,
    search_sent: bool,
    search_bundle: bool,
}

impl Build {
    /// Begins with the bundle (`X509_V_FLAG_TRUSTED_FIRST`).
    pub(super) fn new(sent: Vec<Arc<Certificate>>) -> Self {
        Self {
            sent,
            search_sent: true,
            search_bundle: true,
        }
    }
}

/// What a look into the bundle came to.
enum Anchor {
    /// The chain has an anchor.
    Found,
    /// The chain grew by a certificate that is no anchor.
    Grown,
    /// The chain has come to its end in the bundle, and trust settings keep that from being an anchor.
    Distrusted,
    /// Nothing fits.
    Nothing,
    /// OpenSSL breaks off.
    Abort,
}

impl Verification {
    /// One round of the search: one look into the bundle and one among what was sent.
    pub(super) fn build(&mut self, build: &mut Build) -> (Flow, u64) {
        let mut spent = 1;
        if build.search_bundle {
            match self.search_bundle(&mut spent) {
                Anchor::Found => return (Flow::Next, spent),
                Anchor::Abort => return (Flow::InternalError, spent),
                Anchor::Grown => {
                    build.search_sent = false;
                    return (Flow::Again, spent);
                }
                Anchor::Nothing if build.search_sent => {}
                Anchor::Nothing | Anchor::Distrusted => {
                    self.report_no_anchor();
                    return (Flow::Next, spent);
                }
            }
        }
        if let Some(position) = self.search_sent(&build.sent, &mut spent) {
            let issuer = build.sent.remove(position);
            self.path.certificates.push(issuer);
            self.path.untrusted += 1;
        } else {
            build.search_sent = false;
            build.search_bundle = true;
        }
        (Flow::Again, spent)
    }

    fn top(&self) -> &Arc<Certificate> {
        // The path begins with the leaf and never shrinks.
        &self.path.certificates[self.path.certificates.len() - 1]
    }

    fn search_bundle(&mut self, spent: &mut u64) -> Anchor {
        if self.path.certificates.len() > MAX_DEPTH {
            return Anchor::Nothing;
        }
        let current = Arc::clone(self.top());
        let store = Arc::clone(&self.store);
        let name = current.issuer().canonical();
        let candidates = store.with_subject(name);
        let name_cost = 2 + budget::reading(name.len());
        *spent += (1 + candidates.len() as u64) * name_cost;
        if !self.path.leaf_is_examined {
            self.path.leaf_is_examined = candidates.iter().any(|candidate| !candidate.is_invalid());
        }
        let Some(issuer) = choose(candidates, self.profile.at, |candidate| {
            current.is_likely_issued_by(candidate)
        }) else {
            return Anchor::Nothing;
        };
        let issuer = Arc::clone(&candidates[issuer]);
        if current.public_key().is_none() {
            return Anchor::Abort;
        }
        if !current.is_self_signed() {
            let is_self_signed = issuer.is_self_signed();
            self.path.certificates.push(issuer);
            return match self.top_is_trusted() {
                true => Anchor::Found,
                false if is_self_signed => Anchor::Distrusted,
                false => Anchor::Grown,
            };
        }
        // A self-signed certificate is an anchor only when it is itself in the bundle; another
        // one of the same name does not count.
        if !current.is_same_as(&issuer) {
            return Anchor::Nothing;
        }
        self.path.untrusted -= 1;
        let last = self.path.certificates.len() - 1;
        self.path.certificates[last] = issuer;
        if self.top_is_trusted() {
            Anchor::Found
        } else {
            Anchor::Distrusted
        }
    }

    /// `check_trust`, of the certificate of the bundle that the chain has grown by.
    fn top_is_trusted(&mut self) -> bool {
        let depth = self.path.certificates.len() - 1;
        let top = Arc::clone(self.top());
        match self.store.settings_on(&top, self.profile.purpose) {
            Trust::Trusted => true,
            Trust::Unsaid => top.is_self_signed(),
            Trust::Rejected => {
                self.raise(Code::Rejected, depth);
                false
            }
        }
    }

    fn search_sent(&mut self, offered: &[Arc<Certificate>], spent: &mut u64) -> Option<usize> {
        let current = Arc::clone(self.top());
        let is_self_signed =
            current.public_key().is_some() && !current.is_invalid() && current.is_self_signed();
        if is_self_signed || self.path.certificates.len() > MAX_DEPTH {
            return None;
        }
        let issuer = current.issuer().canonical();
        // The leaf itself is among what a client sends.
        if !self.path.leaf_is_examined {
            self.path.leaf_is_examined = current.is_self_issued()
                || offered.iter().any(|candidate| {
                    !candidate.is_invalid() && candidate.subject().canonical() == issuer
                });
        }
        // Names of another length are told apart at once.
        let alike = offered
            .iter()
            .filter(|candidate| candidate.subject().canonical().len() == issuer.len());
        *spent += offered.len() as u64 + alike.count() as u64 * budget::reading(issuer.len());
        let may_repeat = current.is_self_issued() && self.path.certificates.len() == 1;
        choose(offered, self.profile.at, |candidate| {
            current.is_likely_issued_by(candidate)
                && (may_repeat
                    || !self
                        .path
                        .certificates
                        .iter()
                        .any(|held| held.is_same_as(candidate)))
        })
    }

    /// The end of `build_chain`, when the search came to nothing.
    fn report_no_anchor(&mut self) {
        let depth = self.path.certificates.len() - 1;
        // An earlier error (a weak leaf key, a rejected anchor) is raised again in place of the real
        // one.
        if let Some(error) = self.sticky {
            self.raise(error.code, depth);
            return;
        }
        if self.path.certificates.len() > MAX_DEPTH {
            self.raise(Code::ChainTooLong, depth);
        }
        let top = self.top();
        let code = if top.public_key().is_some() && !top.is_invalid() && top.is_self_signed() {
            if depth == 0 {
                Code::SelfSignedLeaf
            } else {
                Code::SelfSignedInChain
            }
        } else if self.path.untrusted < self.path.certificates.len() {
            Code::IssuerOfTrustedMissing
        } else {
            Code::IssuerMissing
        };
        self.raise(code, depth);
    }
}

/// The first candidate that fits and is valid now, else of those that fit the one that expires
/// last (`find_issuer`, `X509_STORE_CTX_get1_issuer`).
fn choose(
    candidates: &[Arc<Certificate>],
    at: Timestamp,
    fits: impl Fn(&Certificate) -> bool,
) -> Option<usize> {
    let mut best: Option<usize> = None;
    for (position, candidate) in candidates.iter().enumerate() {
        if !fits(candidate) {
            continue;
        }
        if is_valid_at(candidate, at) {
            return Some(position);
        }
        let expires_later = |held: usize| {
            let ends = |certificate: &Certificate| certificate.not_after().lenient_moment();
            // `ASN1_TIME_compare` answers -2 when either is no date.
            matches!((ends(candidate), ends(&candidates[held])), (Some(this), Some(that)) if this > that)
        };
        if best.is_none_or(expires_later) {
            best = Some(position);
        }
    }
    best
}

/// `ossl_x509_check_cert_time` without a callback.
fn is_valid_at(certificate: &Certificate, at: Timestamp) -> bool {
    matches!(certificate.validity(), (Some(from), Some(to)) if from <= at && at < to)
}
