//! The one door to the certificate engine.
//!
//! Everything the place asks of `pki` is asked here, in a few words: read a file, place a
//! certificate, judge the pile in small steps, and take the result.

use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    input::{self, Content, TooMuch},
    report::Sha256,
    verify::{Budget, Level, Profile, Purpose, SignatureMemory},
    view::View,
};
use zeroize::Zeroizing;

pub(super) use pki::analysis::{Placement, Progress};

/// The security level that is assumed.
pub(super) const LEVEL: u8 = 2;

/// How much work is done between two looks at the clock, in the engine's units: about the cost of
/// one signature, the largest piece that cannot be divided.
const STEP: u64 = 4_000;

/// Everything that was given, and the judgement of it as far as it has come.
#[derive(Default)]
pub(super) struct Engine {
    pile: Pile,
    /// Octets taken so far.
    taken: usize,
    analysis: Option<Analysis>,
}

impl Engine {
    /// Whether a file of this size may be read beside what is there already.
    pub(super) fn admits(&mut self, name: &str, size: usize) -> Result<(), TooMuch> {
        input::check_sizes([(name, size)])?;
        let size_of_all = self.taken.saturating_add(size);
        if size_of_all > input::MAX_DROP_BYTES {
            return Err(TooMuch::Drop { size: size_of_all });
        }
        self.taken = size_of_all;
        Ok(())
    }

    /// Reads a file and adds what it holds to the pile.
    pub(super) fn add(&mut self, name: &str, octets: &[u8]) -> Result<(), TooMuch> {
        let contents = input::read(name, octets);
        let certificates = contents
            .blocks
            .iter()
            .filter(|block| matches!(block.content, Content::Certificate { .. }));
        input::check_certificates(self.pile.certificate_count() + certificates.count())?;
        self.pile.add(contents);
        Ok(())
    }

    /// Moves a certificate between the bundle and the clients.
    pub(super) fn place(&mut self, certificate: Sha256, placement: Placement) {
        self.pile.place(certificate, placement);
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
        self.analysis = Some(Analysis::with_memory(self.pile.clone(), profile, known));
    }

    /// Goes on judging for a moment; `None` when there is nothing to judge.
    pub(super) fn step(&mut self) -> Option<Progress> {
        let analysis = self.analysis.as_mut()?;
        Some(analysis.step(&mut Budget::new(STEP)))
    }

    /// What was found, once the judging is finished.
    pub(super) fn view(&self) -> Option<&View> {
        self.analysis.as_ref()?.view()
    }

    /// The one PEM a driver wants: the client's certificate, what it must send along, its key.
    pub(super) fn client_pem(&self, client: usize) -> Option<Zeroizing<String>> {
        self.pile.joined_pem(self.view()?, client)
    }
}

#[cfg(test)]
pub(super) mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    /// The view of some files, judged in the middle of 2026.
    pub(in crate::check) fn view(files: &[(&str, &str)]) -> View {
        let mut engine = Engine::default();
        for (name, text) in files {
            engine.add(name, text.as_bytes()).unwrap();
        }
        let at = Timestamp::parse_rfc3339("2026-07-01T00:00:00Z").unwrap();
        engine.judge(at, LEVEL);
        while engine.view().is_none() {
            engine.step().unwrap();
        }
        engine.view().unwrap().clone()
    }

    #[test]
    fn files_are_admitted_until_they_are_too_much_together() {
        let mut engine = Engine::default();
        for _ in 0..16 {
            assert_eq!(engine.admits("a.pem", input::MAX_FILE_BYTES), Ok(()));
        }
        assert!(matches!(
            engine.admits("b.pem", 1),
            Err(TooMuch::Drop { .. })
        ));
        assert!(matches!(
            engine.admits("disk.iso", input::MAX_FILE_BYTES + 1),
            Err(TooMuch::File { .. })
        ));
    }
}
