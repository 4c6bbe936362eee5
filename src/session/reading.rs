//! Having read what was given, from the desk: stopped when asked, forgotten with everything else.
//! Private keys stay in the engine; what is kept of a file is its certificates.

use std::collections::VecDeque;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pki::message::{Added, Kept, NotAdded, Taken};

use super::{desk::Desk, state::Action};
use crate::{
    certificates::{
        locked::Attempt,
        work::{self, Unread, Work},
    },
    change::{decision::Decision, draft::KeptFile},
    engine::Lost,
    turn::{Turn, Turns},
    ui::file_drop::Given,
};

/// What is gone with an engine that has ended.
pub(crate) const LOST: &str = "Your certificates are kept. Private keys are gone with it: give their \
    files again before you save a file for a driver.";

/// What files are given for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// They belong to the set-up: an accepted client becomes a user.
    SetUp,
    /// They are looked at beside what Atlas has.
    Compare,
}

/// A file that was given and not read yet.
#[derive(Clone)]
struct Waiting {
    given: Given,
    purpose: Purpose,
}

/// What became of files: what a draft keeps of them, and which of them are only compared.
#[derive(Default)]
struct Read {
    kept: Vec<KeptFile>,
    compared: Vec<String>,
}

/// How far reading what was given has come.
#[derive(Default)]
pub(crate) struct Reading {
    /// The piles: what was being read for one that was forgotten does not come to the next.
    piles: Turns,
    /// The present one, since something was read for it.
    pile: Option<Turn>,
    /// Files that were given and not read yet.
    waiting: VecDeque<Waiting>,
    /// How many files are being read at this moment.
    in_flight: usize,
    /// How many files were read since nothing was left to do.
    read: usize,
    /// Whether something came that has not been judged yet.
    unjudged: bool,
    /// Whether a person stopped it.
    stopped: bool,
    /// The readings: one that was stopped ends without a word.
    readings: Turns,
}

impl Reading {
    /// What was read is judged now.
    pub(crate) fn for_judging(&mut self) {
        self.unjudged = false;
        if !self.is_pending() {
            self.read = 0;
            self.stopped = false;
        }
    }

    /// Whether there is something that was given and not judged yet.
    fn is_pending(&self) -> bool {
        !self.waiting.is_empty() || self.in_flight > 0 || self.unjudged
    }

    /// What is left to do beside judging.
    pub(crate) fn work(&self) -> Work {
        if !self.is_pending() {
            Work::Idle
        } else if self.stopped {
            self.stopped_work()
        } else {
            Work::Reading {
                done: self.read,
                total: self.read + self.in_flight + self.waiting.len(),
            }
        }
    }

    /// The work that goes on when the person says so.
    fn stopped_work(&self) -> Work {
        Work::Stopped {
            waiting: self.in_flight + self.waiting.len(),
        }
    }

    /// Forgets everything that was to be read.
    pub(crate) fn begin_anew(&mut self) {
        self.piles.end();
        self.readings.end();
        *self = Self {
            piles: self.piles.clone(),
            readings: self.readings.clone(),
            ..Self::default()
        };
    }

    /// What is being read is the last. What is left to do then.
    pub(crate) fn stop(&mut self) -> Work {
        self.readings.end();
        self.stopped = true;
        self.stopped_work()
    }

    /// Files to be read. After a stop they wait with the rest: what is left to do then.
    fn give(&mut self, given: Vec<Given>, purpose: Purpose) -> Option<Work> {
        let waiting = given.into_iter().map(|given| Waiting { given, purpose });
        self.waiting.extend(waiting);
        self.stopped.then(|| self.stopped_work())
    }

    /// Begins a reading of the pile: its turn, and the pile's.
    fn begin(&mut self) -> (Turn, Turn) {
        self.stopped = false;
        let pile = self.pile.get_or_insert_with(|| self.piles.begin());
        (self.readings.begin(), pile.clone())
    }

    /// All that waits, to be read now.
    fn next(&mut self) -> Vec<Waiting> {
        let files: Vec<Waiting> = self.waiting.drain(..).collect();
        self.in_flight += files.len();
        files
    }

    /// Notes that a file was read.
    fn note(&mut self, was_added: bool) {
        self.in_flight -= 1;
        self.read += 1;
        self.unjudged |= was_added;
    }

    /// Files that were to be read and were not.
    fn put_back(&mut self, files: Vec<Waiting>) {
        self.in_flight -= files.len();
        for file in files.into_iter().rev() {
            self.waiting.push_front(file);
        }
    }
}

/// What a draft keeps of a file. What holds nothing but a key is not kept, and is not missed when the
/// page is loaded anew.
fn kept(added: Added) -> Option<KeptFile> {
    let is_kept = added.is_new && !added.certificates.is_empty();
    is_kept.then(|| keep(added))
}

fn keep(added: Added) -> KeptFile {
    let encode = |der: &Vec<u8>| STANDARD.encode(der);
    KeptFile {
        name: added.name,
        certificates: added.certificates.iter().map(encode).collect(),
    }
}

/// The files of a draft, as the engine takes them.
pub(crate) fn to_engine(files: &[KeptFile]) -> Vec<Kept> {
    let decode = |file: &KeptFile| Kept {
        name: file.name.clone(),
        certificates: file
            .certificates
            .iter()
            .filter_map(|text| STANDARD.decode(text).ok())
            .collect(),
    };
    files.iter().map(decode).collect()
}

impl Desk {
    /// Reads what was given, keeps its certificates, and judges everything anew. After a stop it waits
    /// with the rest.
    pub(crate) fn take(&self, given: Vec<Given>, purpose: Purpose) {
        self.tell(Action::ForgetUnread);
        let stopped = self.reading.borrow_mut().give(given, purpose);
        match stopped {
            Some(stopped) => self.tell(Action::Working(stopped)),
            None => self.go_on(),
        }
    }

    /// Takes a file away again, keys too, and judges the others anew.
    pub(crate) fn take_away(&self, name: &str) {
        let gone = self.engine.take_away(name);
        let (this, name) = (self.clone(), name.to_owned());
        self.outside.spawn(async move {
            // A worker that has ended has forgotten the file as well.
            let _ = gone.await;
            this.decide(Decision::TakeAway(name));
        });
    }

    /// Opens what a password opens, and judges anew.
    pub(crate) fn open(&self, attempt: Attempt) {
        let this = self.clone();
        self.outside.spawn(async move {
            let mut opened = Vec::new();
            let outcome = this
                .engine
                .open(&attempt.file, attempt.password, |added, _| {
                    opened.push(keep(added));
                });
            let outcome = outcome.await;
            match outcome {
                Ok(Ok(())) => {
                    this.decide(Decision::Keep(opened));
                    this.judge();
                }
                Ok(Err(why)) => attempt.onrefused.emit(why.into()),
                Err(lost) => this.recover(lost),
            }
        });
    }

    /// Reads what is waiting, and judges everything anew.
    pub(crate) fn go_on(&self) {
        self.revive();
        let (turn, pile) = self.reading.borrow_mut().begin();
        let this = self.clone();
        self.outside.spawn(async move {
            let mut read = Read::default();
            let finished = this.read_waiting(&turn, &pile, &mut read).await;
            if !pile.is_mine() {
                return;
            }
            // All at once, for every change of the draft is written down.
            if !read.compared.is_empty() {
                this.decide(Decision::Compare(read.compared));
            }
            this.decide(Decision::Keep(read.kept));
            // A file that came after another reading had taken over is judged by nobody else.
            let late = {
                let reading = this.reading.borrow();
                reading.unjudged && !reading.stopped
            };
            match finished {
                Err(lost) => this.recover(lost),
                Ok(true) => this.judge(),
                Ok(false) if late => this.judge(),
                Ok(false) => {}
            }
        });
    }

    /// `false` when the reading was stopped, or another has taken its place.
    async fn read_waiting(&self, turn: &Turn, pile: &Turn, read: &mut Read) -> Result<bool, Lost> {
        loop {
            if !turn.is_mine() {
                return Ok(false);
            }
            let files = self.reading.borrow_mut().next();
            if files.is_empty() {
                return Ok(true);
            }
            self.tell_reading();
            self.read(files, pile, read).await?;
        }
    }

    async fn read(&self, files: Vec<Waiting>, pile: &Turn, read: &mut Read) -> Result<(), Lost> {
        let given: Vec<Given> = files.iter().map(|file| file.given.clone()).collect();
        let mut left: Vec<Option<Waiting>> = files.into_iter().map(Some).collect();
        let outcome = self
            .engine
            .take(&given, |taken| {
                if pile.is_mine() {
                    self.note(taken, &mut left, read);
                }
            })
            .await;
        if !pile.is_mine() {
            return Ok(());
        }
        let mut left: VecDeque<Waiting> = left.into_iter().flatten().collect();
        if outcome == Err(Lost::Ended)
            && let Some(Waiting { given, .. }) = left.pop_front()
        {
            // It was being read, and would end the next worker as well.
            let name = given.name();
            self.reading.borrow_mut().note(false);
            let why = work::too_much_memory(&name);
            self.tell(Action::NotRead(Unread { name, why }));
        }
        self.reading.borrow_mut().put_back(left.into());
        outcome
    }

    /// Notes what became of some files, each of which leaves `left`.
    fn note(&self, taken: Vec<Taken>, left: &mut [Option<Waiting>], read: &mut Read) {
        for Taken { file, outcome } in taken {
            let Some(Waiting { given, purpose }) = left.get_mut(file).and_then(Option::take) else {
                continue;
            };
            self.reading.borrow_mut().note(outcome.is_ok());
            let name = given.name();
            let why = match outcome {
                Ok(added) => {
                    if let Some(file) = kept(added) {
                        if purpose == Purpose::Compare {
                            read.compared.push(file.name.clone());
                        }
                        read.kept.push(file);
                    }
                    continue;
                }
                Err(NotAdded::NotTaken(why)) => why,
                Err(NotAdded::Unreadable) => work::unreadable(&name),
            };
            self.tell(Action::NotRead(Unread { name, why }));
        }
        self.tell_reading();
    }

    /// How far reading has come, unless it was stopped.
    fn tell_reading(&self) {
        let work = self.reading.borrow().work();
        if matches!(work, Work::Reading { .. }) {
            self.tell(Action::Working(work));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str) -> Given {
        Given::Text {
            name: name.to_owned(),
            text: String::new(),
        }
    }

    fn waiting(name: &str) -> Waiting {
        Waiting {
            given: text(name),
            purpose: Purpose::SetUp,
        }
    }

    #[test]
    fn judging_what_has_come_settles_nothing_while_files_wait_or_are_being_read() {
        let reads = |done, total| Work::Reading { done, total };
        let mut reading = Reading::default();
        assert_eq!(reading.work(), Work::Idle);
        reading.waiting.extend(["a", "b", "c"].map(waiting));
        reading.begin();
        let files = reading.next();
        assert_eq!(reading.work(), reads(0, 3));
        reading.note(true);
        reading.for_judging();
        assert_eq!(reading.work(), reads(1, 3), "the others are being read");

        let stopped = |waiting| Work::Stopped { waiting };
        assert_eq!(reading.stop(), stopped(2));
        reading.put_back(files[1..].to_vec());
        reading.for_judging();
        assert_eq!(reading.work(), stopped(2), "the rest waits");
        assert_eq!(
            reading.give(vec![text("e")], Purpose::SetUp),
            Some(stopped(3))
        );

        reading.begin();
        assert_eq!(reading.next().len(), 3);
        reading.note(false);
        reading.note(true);
        reading.note(true);
        assert_eq!(reading.work(), reads(4, 4), "not judged yet");
        reading.stop();
        assert_eq!(reading.work(), stopped(0), "one came too late");
        reading.for_judging();
        assert_eq!(reading.work(), Work::Idle);
        assert_eq!(
            reading.give(vec![text("d")], Purpose::SetUp),
            None,
            "nothing waits"
        );
        reading.begin();
        assert_eq!(reading.work(), reads(0, 1));
    }

    #[test]
    fn what_was_forgotten_is_read_by_nobody() {
        let mut reading = Reading::default();
        reading.waiting.push_back(waiting("a"));
        let (turn, pile) = reading.begin();
        reading.begin_anew();
        assert!(reading.next().is_empty());
        assert!(!turn.is_mine() && !pile.is_mine());
    }
}
