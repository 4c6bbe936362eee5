//! Reading what was given, from the desk: file after file, stopped when asked, forgotten with
//! everything else. Private keys stay here, in memory; what is kept of a file is its certificates.
//!
//! What a file holds is read by `pki::input`; judging it is the desk's.

use std::collections::VecDeque;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pki::{analysis::Pile, input};
use wasm_bindgen_futures::spawn_local;
use zeroize::Zeroizing;

use super::{
    desk::{Desk, TURN},
    draft::KeptFile,
    state::Action,
};
use crate::{
    address::go,
    browser,
    certificates::{
        taken::Taken,
        work::{self, Unread, Work},
    },
    ui::file_drop::Given,
};

/// What was given, and how far reading it has come.
#[derive(Default)]
pub(super) struct Reading {
    /// Everything that was given, keys too.
    taken: Taken,
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
        self.taken.pile().clone()
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
        let mut taken = Taken::default();
        // A draft of an earlier version may have those that held nothing but a key.
        for file in files.iter().filter(|file| !file.certificates.is_empty()) {
            let pem: String = file
                .certificates
                .iter()
                .filter_map(|text| STANDARD.decode(text).ok())
                .map(|der| input::to_pem(&der))
                .collect();
            if taken.admit(&file.name, pem.len()).is_ok() {
                // One that is too much now was not when it was kept.
                let _ = taken.add(&file.name, pem.len(), pem.as_bytes());
            }
        }
        *self = Self {
            taken,
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

    /// Takes what a file holds, and says what of it a draft keeps.
    fn add(&mut self, name: &str, size: usize, octets: &[u8]) -> Result<Option<KeptFile>, String> {
        let added = self.taken.add(name, size, octets);
        let added = added.map_err(|not_taken| not_taken.sentence())?;
        self.unjudged = true;
        // What holds nothing but a key is not kept, and is not missed when the page is loaded anew.
        let is_kept = added.is_new && !added.certificates.is_empty();
        Ok(is_kept.then(|| KeptFile {
            name: added.name,
            certificates: added
                .certificates
                .iter()
                .map(|der| STANDARD.encode(der))
                .collect(),
        }))
    }
}

impl Desk {
    /// Reads what was given, keeps its certificates, and judges everything anew.
    pub(super) fn take(&self, given: Vec<Given>) {
        self.tell(Action::ForgetUnread);
        self.reading.borrow_mut().waiting.extend(given);
        self.go_on();
    }

    /// Takes what Check has handed over, and goes to where it is used if there is a project for it.
    pub(super) fn take_handed_over(&self) {
        let files = browser::handed_over();
        if files.is_empty() {
            return;
        }
        let this = self.clone();
        spawn_local(async move {
            // After a kept draft has been taken up, with which it goes.
            let state = this.latest().await;
            this.take(files.into_iter().map(Given::File).collect());
            if state.draft.project.is_some() {
                go("/setup/authorities");
            }
        });
    }

    /// Takes a file away again, keys too, and judges the others anew.
    pub(super) fn take_away(&self, name: &str) {
        self.reading.borrow_mut().taken.take_away(name);
        let name = name.to_owned();
        self.edit_and_judge(move |draft| {
            draft.files.retain(|file| file.name != name);
            draft.strangers.retain(|_, file| *file != name);
        });
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
            let late = {
                let reading = this.reading.borrow();
                reading.unjudged && !reading.stopped
            };
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
                Ok(file) => kept.extend(file),
                Err(why) => self.tell(Action::NotRead(Unread { name, why })),
            }
            if browser::ticks() - began > TURN {
                browser::yield_now().await;
                began = browser::ticks();
            }
        }
    }

    /// `None` when everything was forgotten meanwhile.
    async fn read(&self, file: Given, turn: Turn) -> Option<Result<Option<KeptFile>, String>> {
        let (name, size) = (file.name(), file.size());
        if let Err(too_much) = self.reading.borrow_mut().taken.admit(&name, size) {
            return Some(Err(too_much.to_string()));
        }
        let octets = file.read().await.map(Zeroizing::new);
        if self.is_forgotten(turn) {
            return None;
        }
        let mut reading = self.reading.borrow_mut();
        Some(if let Some(octets) = octets {
            reading.add(&name, size, &octets)
        } else {
            reading.taken.give_up(size);
            Err(work::unreadable(&name))
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

    const ROOT: &str = include_str!("../check/examples/acme-root.pem");

    fn add(reading: &mut Reading, name: &str, text: &str) -> Option<KeptFile> {
        reading.taken.admit(name, text.len()).unwrap();
        reading.add(name, text.len(), text.as_bytes()).unwrap()
    }

    #[test]
    fn a_kept_draft_is_read_again_and_its_files_given_again_are_no_others() {
        let mut reading = Reading::default();
        let kept = add(&mut reading, "ca.pem", ROOT).unwrap();
        let only_a_key = KeptFile {
            name: "client.key".to_owned(),
            certificates: Vec::new(),
        };
        reading.begin_anew(&[kept, only_a_key]);
        let names: Vec<&str> = reading.taken.pile().files().map(|(name, _)| name).collect();
        assert_eq!(names, ["ca.pem"]);
        assert_eq!(add(&mut reading, "ca.pem", ROOT), None);
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
        add(&mut reading, "a", ROOT);
        reading.in_flight -= 1;
        reading.for_judging();
        assert_eq!(reading.work(), Work::Stopped, "the rest still waits");

        reading.begin();
        assert_eq!(reading.next().unwrap().1, reads(2, 3));
        assert_eq!(reading.next().unwrap().1, reads(3, 3));
        assert!(reading.next().is_none());
        reading.in_flight -= 2;
        add(&mut reading, "b", ROOT);
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
        add(&mut reading, "a.pem", ROOT);
        assert!(reading.taken.admit("b.pem", input::MAX_FILE_BYTES).is_ok());
        reading.begin_anew(&[]);
        assert!(reading.taken.is_empty());
        assert!(turn.number != reading.number && turn.pile != reading.piles);
    }
}
