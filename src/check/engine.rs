//! The one door to the certificate engine.
//!
//! Everything the place asks of `pki` is asked here, in a few words: place a certificate, judge the
//! pile in small steps, and take the result.

use pki::{
    Timestamp,
    analysis::Analysis,
    report::Sha256,
    verify::{Budget, Level, Profile, Purpose, SignatureMemory},
    view::View,
};
use zeroize::Zeroizing;

use crate::certificates::taken::Taken;

pub(super) use pki::analysis::{Placement, Progress};

/// The security level that is assumed.
pub(super) const LEVEL: u8 = 2;

/// How much work is done between two looks at the clock, in the engine's units: about the cost of
/// one signature, the largest piece that cannot be divided.
const STEP: u64 = 4_000;

/// Everything that was given, and the judgement of it as far as it has come.
#[derive(Default)]
pub(super) struct Engine {
    pub(super) taken: Taken,
    analysis: Option<Analysis>,
}

impl Engine {
    /// Moves a certificate between the bundle and the clients.
    pub(super) fn place(&mut self, certificate: Sha256, placement: Placement) {
        self.taken.pile_mut().place(certificate, placement);
    }

    /// Begins to judge the pile for a moment and a security level.
    pub(super) fn judge(&mut self, at: Timestamp, level: u8) {
        let profile = Profile {
            level: if level == 1 { Level::One } else { Level::Two },
            purpose: Purpose::TlsClient,
            at,
        };
        // Signatures do not change with the day: those known already are not checked again.
        let known = self
            .analysis
            .take()
            .map_or_else(SignatureMemory::default, Analysis::into_memory);
        self.analysis = Some(Analysis::with_memory(
            self.taken.pile().clone(),
            profile,
            known,
        ));
    }

    /// Goes on judging for a moment; `None` when there is nothing to judge.
    pub(super) fn step(&mut self) -> Option<Progress> {
        let analysis = self.analysis.as_mut()?;
        Some(analysis.step(&mut Budget::new(STEP)))
    }

    /// Whether there is nothing left to judge.
    pub(super) fn is_done(&self) -> bool {
        self.analysis.as_ref().is_none_or(Analysis::is_finished)
    }

    /// Forgets what was judged last.
    pub(super) fn forget(&mut self) {
        self.analysis = None;
    }

    /// What was found, once the judging is finished.
    pub(super) fn view(&self) -> Option<&View> {
        self.analysis.as_ref()?.view()
    }

    /// The one PEM a driver wants: the client's certificate, what it must send along, its key.
    pub(super) fn client_pem(&self, client: usize) -> Option<Zeroizing<String>> {
        self.taken.pile().joined_pem(self.view()?, client)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    /// The view of some files, judged in the middle of 2026.
    pub(crate) fn view(files: &[(&str, &str)]) -> View {
        let mut engine = Engine::default();
        for (name, text) in files {
            engine.taken.admit(name, text.len()).unwrap();
            let added = engine.taken.add(name, text.len(), text.as_bytes());
            added.map_err(|why| why.sentence()).unwrap();
        }
        let at = Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap();
        engine.judge(at, LEVEL);
        while engine.view().is_none() {
            engine.step().unwrap();
        }
        engine.view().unwrap().clone()
    }
}
