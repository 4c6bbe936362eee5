//! One who holds what was given, and answers for it: the judging machine of whoever works with files,
//! wherever it runs.
//!
//! It takes files ([`taken`]), judges them in small steps, and remembers the signatures it has
//! checked. What it is asked and what it answers is in [`crate::message`].

mod stranger;
pub mod taken;
mod user_name;

use std::collections::BTreeSet;

use zeroize::Zeroizing;

pub use taken::{NotTaken, Taken};
pub use user_name::{in_place_of_a_certificate, user_name};

#[cfg(feature = "rare")]
use crate::Password;
use crate::{
    Certificate, Placement, Timestamp,
    analysis::{self, Analysis, Pile, Progress},
    input::{self, Content},
    message::{Added, Aside, Authority, Kept, PRESENT, Question},
    verify::{Budget, Level, Profile, Purpose, SignatureMemory, platform::WantedSignature},
    view::View,
};

/// Everything that was given, and the judgement of it as far as it has come.
#[derive(Debug, Default)]
pub struct Engine {
    taken: Taken,
    known: SignatureMemory,
    judging: Option<Judging>,
    /// The last judgement that was finished, for joining PEM.
    judged: Option<(Pile, View)>,
}

#[derive(Debug)]
struct Judging {
    question: Question,
    /// What is judged now.
    pile: Pile,
    analysis: Analysis,
    /// The view that was asked for, while the one before is judged.
    after: Option<View>,
}

/// What a question is answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub after: View,
    pub before: Option<View>,
    pub aside: Vec<Aside>,
}

impl Engine {
    /// Makes room for a file of this size; see [`Taken::admit`].
    pub fn admit(&mut self, name: &str, size: usize) -> Result<(), input::TooMuch> {
        self.taken.admit(name, size)
    }

    /// Gives back the room of a file that was admitted and could not be read.
    pub fn give_up(&mut self, size: usize) {
        self.taken.give_up(size);
    }

    /// Takes a file that was admitted with this size; see [`Taken::add`].
    pub fn take(&mut self, name: &str, size: usize, octets: &[u8]) -> Result<Added, NotTaken> {
        self.taken.add(name, size, octets)
    }

    /// Opens what a password opens in a file that was taken, and in others; see [`Taken::open`].
    #[cfg(feature = "rare")]
    pub fn open(&mut self, name: &str, password: &Password) -> Result<Vec<Added>, String> {
        self.judged = None;
        self.taken.open(name, password)
    }

    /// Every file that was taken, as it came, for an engine that has what this one has not.
    #[cfg(not(feature = "rare"))]
    pub fn into_files(self) -> impl Iterator<Item = (String, Zeroizing<Vec<u8>>)> {
        self.taken.into_files()
    }

    /// What a file holds once it was opened; see [`Taken::opened_pem`].
    #[cfg(feature = "rare")]
    pub fn opened_pem(&self, file: usize) -> Option<Zeroizing<String>> {
        self.taken.opened_pem(file)
    }

    /// Forgets a file, keys too.
    pub fn take_away(&mut self, name: &str) {
        // Both have a pile of their own, with its keys.
        self.stop();
        self.judged = None;
        self.taken.take_away(name);
    }

    /// Forgets everything, keys too, and takes what was kept of files that were given earlier.
    /// Signatures that were checked stay known.
    pub fn begin_anew(&mut self, kept: &[Kept]) {
        let known = self.forget();
        *self = Self {
            known,
            ..Self::default()
        };
        // What was kept earlier may have files that held nothing but a key.
        for file in kept.iter().filter(|file| !file.certificates.is_empty()) {
            let pem: String = (file.certificates.iter())
                .map(|der| input::to_pem(der))
                .collect();
            if self.taken.admit(&file.name, pem.len()).is_ok() {
                // One that is too much now was not when it was kept.
                let _ = self.taken.add(&file.name, pem.len(), pem.as_bytes());
            }
        }
    }

    /// Begins to judge what was given, in place of what is being judged.
    pub fn judge(&mut self, question: Question) {
        let mut pile = self.taken.pile().clone();
        add_bundle(&mut pile, &question.bundle);
        for (sha256, placement) in &question.placed {
            pile.place(*sha256, *placement);
        }
        self.begin(pile, question);
    }

    /// Begins to judge files that are not among those given: a caller that says itself what each is there
    /// for, as `check` does.
    pub fn judge_pile(&mut self, pile: Pile, at: Timestamp, level: u8) {
        let question = Question {
            at,
            level,
            bundle: String::new(),
            placed: Vec::new(),
            strangers: Vec::new(),
            before: None,
        };
        self.begin(pile, question);
    }

    fn begin(&mut self, pile: Pile, question: Question) {
        let known = self.forget();
        self.judging = Some(Judging {
            analysis: Analysis::with_memory(pile.clone(), profile(&question), known),
            question,
            pile,
            after: None,
        });
    }

    /// Ends what is being judged.
    pub fn stop(&mut self) {
        self.known = self.forget();
    }

    fn forget(&mut self) -> SignatureMemory {
        match self.judging.take() {
            Some(judging) => judging.analysis.into_memory(),
            None => std::mem::take(&mut self.known),
        }
    }

    /// The next signatures that judging will ask for, and that somebody faster may verify beforehand;
    /// see [`Analysis::wanted`].
    pub fn wanted(&mut self, budget: &mut Budget) -> Option<Vec<WantedSignature>> {
        self.judging.as_mut()?.analysis.wanted(budget)
    }

    /// Takes the word of whoever verified a signature that it is valid.
    pub fn confirm(&mut self, signature: &WantedSignature) {
        if let Some(judging) = &mut self.judging {
            judging.analysis.confirm(signature);
        }
    }

    /// How far judging has come.
    pub fn progress(&self) -> Option<Progress> {
        Some(self.judging.as_ref()?.analysis.progress())
    }

    /// Goes on judging until `budget` is spent; the answer when it is there. `Err` is how far it has
    /// come. `None` when there is nothing to judge.
    pub fn step(&mut self, budget: &mut Budget) -> Option<Result<Answer, Progress>> {
        let mut judging = self.judging.take()?;
        let progress = judging.analysis.step(budget);
        let Some(view) = judging.analysis.view() else {
            self.judging = Some(judging);
            return Some(Err(progress));
        };
        let mut view = view.clone();
        let known = judging.analysis.into_memory();
        let Some(after) = judging.after else {
            stranger::tell(&mut view, &judging.question.strangers);
            if let Some(before) = &judging.question.before {
                let pile = self.before(before, &judging.question.placed);
                self.judging = Some(Judging {
                    analysis: Analysis::with_memory(pile, profile(&judging.question), known),
                    after: Some(view),
                    ..judging
                });
                return Some(Err(progress));
            }
            return Some(Ok(self.finish(judging.pile, known, view, None)));
        };
        Some(Ok(self.finish(judging.pile, known, after, Some(view))))
    }

    fn finish(
        &mut self,
        pile: Pile,
        known: SignatureMemory,
        after: View,
        before: Option<View>,
    ) -> Answer {
        let aside = aside(&pile);
        self.known = known;
        self.judged = Some((pile, after.clone()));
        Answer {
            after,
            before,
            aside,
        }
    }

    /// What was given, with the bundle as it is. All of it has been decoded.
    fn before(&self, bundle: &str, placed: &[(crate::report::Sha256, Placement)]) -> Pile {
        let mut pile = self.taken.pile().clone();
        add_bundle(&mut pile, bundle);
        let in_place: BTreeSet<_> = authorities(bundle)
            .into_iter()
            .map(|authority| authority.sha256)
            .collect();
        for (_, certificate) in self.taken.pile().certificates() {
            let sha256 = certificate.sha256();
            let by_hand = placed.iter().find(|(other, _)| *other == sha256);
            match by_hand.map(|(_, placement)| *placement) {
                Some(placement @ (Placement::Client | Placement::Aside)) => {
                    pile.place(sha256, placement);
                }
                // Authorities that were given are not there yet.
                _ if certificate.is_authority() && !in_place.contains(&sha256) => {
                    pile.place(sha256, Placement::NotTrusted);
                }
                _ => {}
            }
        }
        pile
    }

    /// The one PEM a driver wants of a client of the last answer: its certificate, what it must send
    /// along, its key. `None` when the key is not there.
    pub fn joined_pem(&self, client: usize) -> Option<Zeroizing<String>> {
        let (pile, view) = self.judged.as_ref()?;
        pile.joined_pem(view, client)
    }
}

fn profile(question: &Question) -> Profile {
    Profile {
        level: if question.level == 1 {
            Level::One
        } else {
            Level::Two
        },
        purpose: Purpose::TlsClient,
        at: question.at,
    }
}

fn add_bundle(pile: &mut Pile, pem: &str) {
    if !pem.is_empty() {
        pile.add_bundle(input::read(PRESENT, pem.as_bytes()));
    }
}

/// The authorities of a bundle. What cannot be read as a certificate is not an authority, to a server
/// neither.
pub fn authorities(pem: &str) -> Vec<Authority> {
    let blocks = input::read("bundle", pem.as_bytes()).blocks;
    let certificates = blocks.iter().filter_map(|block| match &block.content {
        Content::Certificate { der, .. } => Certificate::from_der(der).ok(),
        _ => None,
    });
    certificates
        .map(|certificate| Authority {
            sha256: certificate.sha256(),
            title: analysis::title(&certificate),
            pem: input::to_pem(certificate.der()),
            not_after: certificate.validity().1,
            is_authority: certificate.is_authority(),
        })
        .collect()
}

/// The position of the first certificate that cannot be read, or is more than are looked at together.
pub fn first_unreadable(kept: &[Kept]) -> Option<usize> {
    let certificates = kept.iter().flat_map(|file| &file.certificates);
    certificates.enumerate().position(|(index, der)| {
        Certificate::from_der(der).is_err() || input::check_certificates(index + 1).is_err()
    })
}

/// What was put aside by hand, each certificate once.
fn aside(pile: &Pile) -> Vec<Aside> {
    let mut found: Vec<Aside> = Vec::new();
    for (file, certificate) in pile.put_aside() {
        let sha256 = certificate.sha256();
        if !found.iter().any(|known| known.sha256 == sha256) {
            found.push(Aside {
                sha256,
                title: analysis::title(certificate),
                file: file.to_owned(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests;
