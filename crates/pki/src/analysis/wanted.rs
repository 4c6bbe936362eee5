//! Which signatures judging a pile will ask for.
//!
//! Each client's chain is built as it will be built when it is judged, which looks at names and keys
//! alone; every certificate of it but the last is verified with the key of the next one. A client that
//! sends its certificate alone asks for nothing that it does not ask for when it sends everything, for
//! its chain is the same one or ends sooner. Then come the roots' own signatures. What is asked to find
//! out who signed what the issuer did not ([`super::signers`]) is not foreseen.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::case::{Case, ClientCase};
use crate::{
    Certificate,
    report::Sha256,
    verify::{
        Budget, SignatureMemory, TrustStore, Verification, WORK_OF_A_PILE,
        platform::{PlainKey, WantedSignature},
    },
};

/// Signatures that are listed for each certificate of a pile, on average: a certificate is verified
/// with more than one key only where clients send cross certificates.
const MOST_A_CERTIFICATE: usize = 4;

/// Work that the search may cause: what it spends on a hostile pile is lost.
const WORK: u64 = WORK_OF_A_PILE / 8;

/// The search, a part of a chain at a time.
#[derive(Debug)]
pub(super) struct Seeking {
    client: usize,
    running: Option<Verification>,
    /// The next certificate of the bundle, once the clients are done.
    root: usize,
    listed: HashSet<(Sha256, [u8; 32])>,
    /// What each issuer's key is, by its digest.
    keys: HashMap<[u8; 32], Option<PlainKey>>,
    /// The certificates above a leaf that some chain goes through.
    passed: HashSet<Sha256>,
    work_left: u64,
}

impl Default for Seeking {
    fn default() -> Self {
        Self {
            client: 0,
            running: None,
            root: 0,
            listed: HashSet::new(),
            keys: HashMap::new(),
            passed: HashSet::new(),
            work_left: WORK,
        }
    }
}

impl Seeking {
    /// Goes on with one chain or one root. What was found; `None` at the end.
    pub(super) fn advance(
        &mut self,
        case: &Case,
        store: &Arc<TrustStore>,
        known: &SignatureMemory,
        budget: &mut Budget,
    ) -> Option<Vec<WantedSignature>> {
        let before = budget.used();
        if self.work_left == 0 || self.listed.len() >= MOST_A_CERTIFICATE * case.certificates.len()
        {
            return None;
        }
        let mut found = Vec::new();
        if let Some(client) = case.clients.get(self.client) {
            self.seek_chain(case, store, client, known, budget, &mut found);
        } else {
            let index = *case.bundle.get(self.root)?;
            self.root += 1;
            let root = &case.certificates[index].certificate;
            if root.is_self_signed() {
                found.extend(self.want(root, root, known));
            }
            budget.spend(1);
        }
        self.work_left = self.work_left.saturating_sub(budget.used() - before);
        Some(found)
    }

    fn seek_chain(
        &mut self,
        case: &Case,
        store: &Arc<TrustStore>,
        client: &ClientCase,
        known: &SignatureMemory,
        budget: &mut Budget,
        found: &mut Vec<WantedSignature>,
    ) {
        let Some(leaf) = client.leaf else {
            budget.spend(1);
            self.client += 1;
            return;
        };
        let at = |index: &usize| Arc::clone(&case.certificates[*index].certificate);
        let Some(mut chain) = self.running.take() else {
            if client.sent.is_empty() && self.is_known(&at(&leaf), store, known) {
                budget.spend(2);
                self.client += 1;
                return;
            }
            budget.spend(1 + client.sent.len() as u64 / 4);
            let sent = client.sent.iter().map(at).collect();
            let chain = Verification::new(at(&leaf), sent, Arc::clone(store), case.profile);
            self.running = Some(chain);
            return;
        };
        if let Some(path) = chain.build_path(budget) {
            for pair in path.windows(2) {
                found.extend(self.want(&pair[0], &pair[1], known));
                self.passed.insert(pair[1].sha256());
            }
            budget.spend(path.len() as u64);
            self.client += 1;
        } else {
            self.running = Some(chain);
        }
    }

    /// Whether the signature of a client is known, and the chain of another one has gone through its issuer.
    /// Its own chain may yet be another one: then the engine verifies a signature more.
    fn is_known(&self, leaf: &Certificate, store: &TrustStore, known: &SignatureMemory) -> bool {
        let issuers = store.with_subject(leaf.issuer().canonical()).iter();
        issuers
            .take(MOST_A_CERTIFICATE)
            .any(|issuer| self.passed.contains(&issuer.sha256()) && known.knows(leaf, issuer))
    }

    /// The signature of `subject`, if it is one for anybody, is asked for once.
    fn want(
        &mut self,
        subject: &Arc<Certificate>,
        issuer: &Arc<Certificate>,
        known: &SignatureMemory,
    ) -> Option<WantedSignature> {
        let pair = (subject.sha256(), issuer.key_sha256());
        if self.listed.contains(&pair) || known.knows(subject, issuer) {
            return None;
        }
        let key = *self
            .keys
            .entry(issuer.key_sha256())
            .or_insert_with(|| PlainKey::of(issuer));
        let wanted = WantedSignature::new(subject, issuer, key?)?;
        self.listed.insert(pair);
        Some(wanted)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::LazyLock,
        time::{SystemTime, UNIX_EPOCH},
    };

    use super::super::{Analysis, Likely, Pile};
    use crate::{
        Timestamp,
        fixtures::FIXTURES,
        input,
        verify::{Budget, Level, Profile, Purpose},
        view::View,
    };

    /// The program that makes certificates knows what day it is. One moment for all, or two views differ
    /// by it.
    static MADE: LazyLock<u64> = LazyLock::new(|| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        now.map_or(0, |since| since.as_secs() + 3_600)
    });

    fn analysis() -> Analysis {
        let mut pile = Pile::new();
        let mut read = |name: &str, add: fn(&mut Pile, input::Contents), files: &[&str]| {
            let text: String = files.iter().map(|file| FIXTURES.text(file)).collect();
            add(&mut pile, input::read(name, text.as_bytes()));
        };
        read("ca.pem", Pile::add_bundle, &["root.pem"]);
        read("client.pem", Pile::add_client, &["client.pem"]);
        read(
            "deep.pem",
            Pile::add_client,
            &["deep.pem", "intermediate.pem"],
        );
        let at = *MADE;
        Analysis::new(
            pile,
            profile(Timestamp::from_unix(at.try_into().unwrap_or(0))),
        )
    }

    fn profile(at: Timestamp) -> Profile {
        Profile {
            level: Level::Two,
            purpose: Purpose::TlsClient,
            at,
        }
    }

    /// Confirms every signature that is asked for. The view, and how many signatures there were left to
    /// verify; none may be asked for twice.
    fn finish(mut analysis: Analysis, asks: bool) -> (View, usize, usize) {
        let mut count = 0;
        while asks && let Some(wanted) = analysis.wanted(&mut Budget::new(1)) {
            for signature in &wanted {
                analysis.confirm(signature);
                count += 1;
            }
        }
        while !analysis.is_finished() {
            analysis.step(&mut Budget::unlimited());
        }
        let verified = analysis.memory().verified();
        (analysis.finish(), count, verified)
    }

    #[test]
    fn nothing_is_verified_here_that_somebody_else_has() {
        let (without, _, alone) = finish(analysis(), false);
        let (with, wanted, verified) = finish(analysis(), true);
        let outcomes: Vec<_> = without
            .report
            .clients
            .iter()
            .map(|client| client.judgement.accepted)
            .collect();
        assert_eq!(outcomes, [Some(true), Some(true)]);
        assert_eq!(with, without);
        // Two clients, the intermediate, and the root's own.
        assert_eq!((wanted, verified, alone), (4, 0, 4));
    }

    #[test]
    fn an_outline_says_what_the_view_says_also_of_what_was_decoded_beforehand() {
        let view = analysis().finish();
        let decoded = analysis();
        (0..decoded.pile.files().count()).for_each(|file| decoded.pile.decode(file));
        let mut half_written = analysis();
        while !matches!(half_written.stage, super::super::Stage::Present(_)) {
            half_written.step(&mut Budget::new(1));
        }
        half_written.step(&mut Budget::new(1));
        for analysis in [analysis(), decoded, half_written] {
            assert_eq!(analysis.outline(), view.clone().into());
        }
    }

    #[test]
    fn what_is_likely_is_what_is_asked_for() {
        let mut analysis = analysis();
        let pile = analysis.pile.clone();
        let likely = Likely::of(&pile);
        let mut count = 0;
        for file in 0..pile.files().count() {
            for signature in likely.signatures(&pile, file) {
                analysis.confirm(&signature);
                count += 1;
            }
        }
        let without = self::analysis().finish();
        let (with, wanted, verified) = finish(analysis, true);
        assert_eq!(with, without);
        // The root's own, the client's and the intermediate's; then that of the client below it.
        assert_eq!((count, wanted, verified), (3, 1, 0));
    }

    #[test]
    fn a_limit_is_reached_with_help_as_without() {
        let mut left_open = 0;
        for work in (0..40).map(|step| step * 500) {
            let limited = || {
                let mut analysis = analysis();
                analysis.work_left = work;
                analysis
            };
            let (without, ..) = finish(limited(), false);
            let (with, ..) = finish(limited(), true);
            assert_eq!(with, without, "{work}");
            let clients = &without.report.clients;
            left_open += clients
                .iter()
                .filter(|client| client.judgement.accepted.is_none())
                .count();
        }
        assert!(left_open > 0, "no limit was low enough to tell");
    }

    #[test]
    fn what_an_earlier_analysis_found_out_counts_again() {
        let mut first = analysis();
        first.step(&mut Budget::unlimited());
        let memory = first.into_memory();
        let mut again = analysis();
        let (pile, profile) = (again.pile.clone(), again.profile);
        again.work_left = 9_000;
        let mut remembering = Analysis::with_memory(pile, profile, memory);
        remembering.work_left = 9_000;
        let (with, wanted, _) = finish(remembering, true);
        assert_eq!((with, wanted), (finish(again, false).0, 0));
    }
}
