//! Whose signature it is that an issuer of the right name did not make.
//!
//! The server takes the first authority of a name and never tries another. Where that one is the
//! wrong one, the right one is often in the pile, too: an authority that was given a new key and kept
//! its name, or a root above an intermediate that bears its name. A person is to be told which.

use std::collections::{BTreeSet, HashMap};

use crate::case::Case;
use crate::verify::{Code, Cost, SignatureMemory};

/// Authorities of one name that are looked at and tried: more than anybody has, and few enough for a
/// hostile pile of thousands.
const MAX_NAMESAKES: usize = 64;
const MAX_CANDIDATES: usize = 8;

/// Certificates whose signer is sought. A pile with more has one fault that repeats itself.
const MAX_SOUGHT: usize = 100;

/// What looking at a certificate or client costs.
pub(super) const LOOK: u64 = 2;

/// The search, a signature at a time.
#[derive(Debug)]
pub(super) struct Signers {
    /// Pairs to be tried: a certificate and who may have signed it. The last one is next.
    open: Vec<(usize, usize)>,
}

impl Signers {
    /// Looks for certificates with a signature that is not their issuer's.
    pub(super) fn new(case: &Case) -> Self {
        let mut sought: BTreeSet<usize> = BTreeSet::new();
        for judged in case
            .clients
            .iter()
            .filter_map(|client| client.sends_all.as_ref())
        {
            let failures = judged
                .errors
                .iter()
                .filter(|error| error.code == Code::SignatureFailure);
            sought.extend(failures.filter_map(|error| judged.path.get(error.depth)));
        }
        let roots = case.bundle.iter().copied();
        sought.extend(roots.filter(|index| case.certificates[*index].has_bad_self_signature));
        if sought.is_empty() {
            return Self { open: Vec::new() };
        }
        let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
        // Those of the bundle first, for they only have to change places.
        let others = (0..case.certificates.len()).filter(|index| !case.is_in_bundle(*index));
        for index in case.bundle.iter().copied().chain(others) {
            let subject = case.certificate(index).subject().canonical();
            by_subject.entry(subject).or_default().push(index);
        }
        let mut open = Vec::new();
        for subject in sought.into_iter().take(MAX_SOUGHT) {
            let certificate = case.certificate(subject);
            let namesakes = by_subject.get(certificate.issuer().canonical());
            let namesakes = namesakes.into_iter().flatten().copied();
            let candidates = namesakes.take(MAX_NAMESAKES).filter(|issuer| {
                *issuer != subject && certificate.is_likely_issued_by(case.certificate(*issuer))
            });
            open.extend(
                candidates
                    .take(MAX_CANDIDATES)
                    .map(|issuer| (subject, issuer)),
            );
        }
        open.reverse();
        Self { open }
    }

    /// Tries one pair. What was spent; `None` when there are no more.
    pub(super) fn advance(
        &mut self,
        case: &mut Case,
        memory: &mut SignatureMemory,
    ) -> Option<Cost> {
        let (subject, issuer) = self.open.pop()?;
        if case.certificates[subject].signed_by.is_some() {
            return Some(LOOK.into());
        }
        let (is_signer, cost) =
            memory.has_signed(case.certificate(issuer), case.certificate(subject));
        if is_signer {
            case.certificates[subject].signed_by = Some(issuer);
        }
        Some(cost + LOOK)
    }
}
