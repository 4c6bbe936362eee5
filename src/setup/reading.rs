//! Reading what was given, from the desk: file after file, stopped when asked, forgotten with
//! everything else. Private keys stay here, in memory; what is kept of a file is its certificates.
//!
//! What a file holds is read by `pki::input`; judging it is the desk's.

use std::collections::VecDeque;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pki::{
    analysis::Pile,
    input::{self, Content, TooMuch},
};
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{
    desk::{Desk, TURN},
    draft::KeptFile,
    judged,
    state::Action,
};
use crate::{
    browser,
    certificates::work::{Unread, Work},
    ui::file_drop::Given,
};

/// Why a browser does not read a file, and what to do.
const UNREADABLE: &str = "If it is a folder, open it and choose the files in it; else look whether \
    you may read it, and choose it again.";

/// What was given, and how far reading it has come.
#[derive(Default)]
pub(super) struct Reading {
    /// Everything that was given, keys too.
    pile: Pile,
    taken: usize,
    /// Counts the piles: what was being read for one that was forgotten does not come to the next.
    piles: u32,
    /// Files that were given and not read yet.
    waiting: VecDeque<Given>,
    /// How many files are being read at this moment.
    in_flight: usize,
    /// How many files were taken up since nothing was left to do.
    read: usize,
    /// Whether something came that has not been judged yet.
    unjudged: bool,
    /// Whether a person stopped it.
    stopped: bool,
    /// Counts readings: one that was stopped ends without a word.
    number: u32,
}

/// One reading, of one pile.
#[derive(Clone, Copy)]
struct Turn {
    number: u32,
    pile: u32,
}

impl Reading {
    /// Everything that was given, keys too, to be judged now.
    pub(super) fn for_judging(&mut self) -> Pile {
        self.unjudged = false;
        if !self.is_pending() {
            self.read = 0;
        }
        self.pile.clone()
    }

    /// Whether there is something that was given and not judged yet.
    fn is_pending(&self) -> bool {
        !self.waiting.is_empty() || self.in_flight > 0 || self.unjudged
    }

    /// What is left to do beside judging.
    pub(super) fn work(&self) -> Work {
        if !self.is_pending() {
            Work::Idle
        } else if self.stopped {
            Work::Stopped
        } else {
            Work::Reading {
                done: self.read,
                total: self.read + self.waiting.len(),
            }
        }
    }

    /// Forgets everything, and reads the files of a kept draft again.
    pub(super) fn begin_anew(&mut self, files: &[KeptFile]) {
        let mut pile = Pile::new();
        for file in files {
            let pem: String = file
                .certificates
                .iter()
                .filter_map(|text| STANDARD.decode(text).ok())
                .map(|der| input::to_pem(&der))
                .collect();
            pile.add(input::read(&file.name, pem.as_bytes()));
        }
        *self = Self {
            pile,
            piles: self.piles + 1,
            number: self.number + 1,
            ..Self::default()
        };
    }

    /// What is being read is the last.
    pub(super) fn stop(&mut self) {
        self.number += 1;
        self.stopped = true;
    }

    fn begin(&mut self) -> Turn {
        self.number += 1;
        self.stopped = false;
        Turn {
            number: self.number,
            pile: self.piles,
        }
    }

    /// The next file, and how far this is. `None`: there is none.
    fn next(&mut self) -> Option<(Given, Work)> {
        let file = self.waiting.pop_front()?;
        self.in_flight += 1;
        self.read += 1;
        Some((file, self.work()))
    }

    fn admits(&self, name: &str, size: usize) -> Result<(), TooMuch> {
        input::check_sizes([(name, size)])?;
        let size = self.taken.saturating_add(size);
        if size > input::MAX_DROP_BYTES {
            return Err(TooMuch::Drop { size });
        }
        Ok(())
    }

    fn add(&mut self, name: &str, octets: &[u8]) -> Result<KeptFile, TooMuch> {
        let name = self.unique(name);
        let contents = input::read(&name, octets);
        let certificates: Vec<String> = contents
            .blocks
            .iter()
            .filter_map(|block| match &block.content {
                Content::Certificate { der, .. } => Some(STANDARD.encode(der)),
                _ => None,
            })
            .collect();
        input::check_certificates(self.pile.certificate_count() + certificates.len())?;
        self.taken += octets.len();
        self.pile.add(contents);
        self.unjudged = true;
        Ok(KeptFile { name, certificates })
    }

    /// Two files of one name are told apart, for a draft names certificates by their file.
    fn unique(&self, name: &str) -> String {
        let is_there = |name: &str| {
            name == judged::PRESENT || self.pile.files().any(|(other, _)| other == name)
        };
        if !is_there(name) {
            return name.to_owned();
        }
        (2..=input::MAX_CERTIFICATES)
            .map(|number| format!("{name} ({number})"))
            .find(|name| !is_there(name))
            .unwrap_or_else(|| name.to_owned())
    }
}

impl Desk {
    /// Reads what was given, keeps its certificates, and judges everything anew.
    pub(super) fn take(&self, given: Vec<Given>) {
        self.tell(Action::ForgetUnread);
        self.reading.borrow_mut().waiting.extend(given);
        self.go_on();
    }

    /// Reads what is waiting, and judges everything anew.
    pub(super) fn go_on(&self) {
        let turn = self.reading.borrow_mut().begin();
        let this = self.clone();
        spawn_local(async move {
            let mut kept = Vec::new();
            let finished = this.read_waiting(turn, &mut kept).await;
            if this.is_forgotten(turn) {
                return;
            }
            // A file that came after another reading had taken over is judged by nobody else.
            let late = !kept.is_empty() && !this.reading.borrow().stopped;
            // All at once, for every change of the draft is written down.
            this.edit(move |draft| kept.into_iter().for_each(|file| draft.keep(file)));
            if finished.is_some() || late {
                this.judge();
            }
        });
    }

    /// `None` when the reading was stopped, or another has taken its place.
    async fn read_waiting(&self, turn: Turn, kept: &mut Vec<KeptFile>) -> Option<()> {
        let mut began = browser::ticks();
        loop {
            let next = {
                let mut reading = self.reading.borrow_mut();
                if reading.number != turn.number {
                    return None;
                }
                reading.next()
            };
            let Some((file, work)) = next else {
                return Some(());
            };
            self.tell(Action::Working(work));
            let name = file.name();
            let outcome = self.read(file, turn).await?;
            self.reading.borrow_mut().in_flight -= 1;
            match outcome {
                Ok(file) => kept.push(file),
                Err(why) => self.tell(Action::NotRead(Unread { name, why })),
            }
            if browser::ticks() - began > TURN {
                browser::yield_now().await;
                began = browser::ticks();
            }
        }
    }

    /// `None` when everything was forgotten meanwhile.
    async fn read(&self, file: Given, turn: Turn) -> Option<Result<KeptFile, String>> {
        let (name, size) = (file.name(), file.size());
        if let Err(too_much) = self.reading.borrow().admits(&name, size) {
            return Some(Err(too_much.to_string()));
        }
        let octets = file.read().await.map(Zeroizing::new);
        if self.is_forgotten(turn) {
            return None;
        }
        let mut reading = self.reading.borrow_mut();
        Some(match octets {
            Some(octets) => reading
                .add(&name, &octets)
                .map_err(|too_much| too_much.to_string()),
            None => Err(format!("“{name}” could not be read. {UNREADABLE}")),
        })
    }

    /// Whether what was given for this reading was forgotten meanwhile.
    fn is_forgotten(&self, turn: Turn) -> bool {
        self.reading.borrow().piles != turn.pile
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn files_of_one_name_are_told_apart_and_none_is_called_like_the_present_bundle() {
        let mut reading = Reading::default();
        let mut added = |name: &str| reading.add(name, b"").unwrap().name;
        assert_eq!(added("a.pem"), "a.pem");
        assert_eq!(added("a.pem"), "a.pem (2)");
        assert_eq!(added("a.pem"), "a.pem (3)");
        assert_ne!(added(judged::PRESENT), judged::PRESENT);
    }

    fn text(name: &str) -> Given {
        Given::Text {
            name: name.to_owned(),
            text: String::new(),
        }
    }

    #[test]
    fn judging_what_has_come_settles_nothing_while_files_wait_or_are_being_read() {
        let reads = |done, total| Work::Reading { done, total };
        let mut reading = Reading::default();
        assert_eq!(reading.work(), Work::Idle);
        reading.waiting.extend([text("a"), text("b"), text("c")]);
        reading.begin();
        let (_, work) = reading.next().unwrap();
        assert_eq!(work, reads(1, 3));
        reading.for_judging();
        assert_eq!(reading.work(), reads(1, 3), "the first is being read");

        reading.stop();
        reading.for_judging();
        assert_eq!(reading.work(), Work::Stopped, "the rest waits");
        reading.add("a", b"").unwrap();
        reading.in_flight -= 1;
        reading.for_judging();
        assert_eq!(reading.work(), Work::Stopped, "the rest still waits");

        reading.begin();
        assert_eq!(reading.next().unwrap().1, reads(2, 3));
        assert_eq!(reading.next().unwrap().1, reads(3, 3));
        assert!(reading.next().is_none());
        reading.in_flight -= 2;
        reading.add("b", b"").unwrap();
        reading.stop();
        assert_eq!(reading.work(), Work::Stopped, "one came too late");
        reading.for_judging();
        assert_eq!(reading.work(), Work::Idle);
        reading.waiting.push_back(text("d"));
        reading.begin();
        assert_eq!(reading.next().unwrap().1, reads(1, 1));
    }

    #[test]
    fn what_was_forgotten_makes_room_and_its_reading_is_over() {
        let mut reading = Reading::default();
        let turn = reading.begin();
        reading.add("a.pem", b"nothing").unwrap();
        assert!(reading.admits("b.pem", input::MAX_DROP_BYTES).is_err());
        reading.begin_anew(&[]);
        assert_eq!((reading.taken, reading.pile.files().count()), (0, 0));
        assert!(turn.number != reading.number && turn.pile != reading.piles);
    }
}
