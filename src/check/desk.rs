//! Does what takes time: reads files, judges the pile in small pieces, saves what is asked for.
//!
//! One worker does it all. It works for a few milliseconds, then gives the page its turn to paint
//! and take input, and looks anew at what there is to do: commands only change that.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use pki::{Timestamp, report::Sha256};
use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use super::{
    engine::{Engine, LEVEL, Placement},
    state::{Action, State},
};
use crate::{
    browser,
    certificates::work::{self, Unread, Work},
    ui::file_drop::Given,
};

/// How long work runs before the page gets its turn, in milliseconds. A task over 50 is felt, and
/// one step of the engine may overrun.
const TURN: f64 = 12.0;

#[derive(Clone)]
pub(super) struct Desk {
    inner: Rc<RefCell<Inner>>,
    dispatch: UseReducerDispatcher<State>,
}

#[derive(Default)]
struct Inner {
    engine: Engine,
    /// What the files of the engine's pile were read from, in its order.
    given: Vec<Given>,
    waiting: VecDeque<Given>,
    /// How many files were read since none was waiting.
    read: usize,
    day: Option<Timestamp>,
    level: u8,
    /// Whether the engine's present judgement is of everything given and asked for.
    is_current: bool,
    worker: Worker,
    /// Counts how often everything was forgotten: a worker ends that comes back to another desk.
    desk: u32,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Worker {
    #[default]
    Resting,
    Working,
    /// Asked to stop, and not yet at the end of its turn.
    Stopping,
}

/// The next piece of work.
enum Task {
    Read(Given),
    Judge,
    /// Everything was taken away, or nothing of it was kept.
    Empty,
    Rest,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Desk {
    pub(super) fn new(dispatch: UseReducerDispatcher<State>) -> Self {
        let inner = Inner {
            level: LEVEL,
            ..Inner::default()
        };
        Self {
            inner: Rc::new(RefCell::new(inner)),
            dispatch,
        }
    }

    /// Tells the state of something that needs no work.
    pub(super) fn tell(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Reads what was given and judges everything anew.
    pub(super) fn take(&self, given: Vec<Given>) {
        self.tell(Action::ForgetUnread);
        self.inner.borrow_mut().waiting.extend(given);
        self.anew();
    }

    /// Takes a file away again, keys too, and judges the others anew.
    pub(super) fn take_away(&self, name: &str) {
        {
            let mut inner = self.inner.borrow_mut();
            if let Some(position) = inner.engine.taken.take_away(name) {
                inner.given.remove(position);
            }
        }
        self.anew();
    }

    /// Hands what was given, keys too, to Setup.
    pub(super) fn hand_over(&self) {
        let files = self
            .inner
            .borrow()
            .given
            .iter()
            .filter_map(Given::to_file)
            .collect();
        browser::hand_over(&files);
    }

    /// Moves a certificate between the bundle and the clients, and judges anew.
    pub(super) fn place(&self, certificate: Sha256, placement: Placement) {
        self.inner.borrow_mut().engine.place(certificate, placement);
        self.anew();
    }

    /// Judges anew for `day` (today when `None`) and a server of security level `level`.
    pub(super) fn judge_for(&self, day: Option<Timestamp>, level: u8) {
        self.tell(Action::JudgeFor { day, level });
        {
            let mut inner = self.inner.borrow_mut();
            (inner.day, inner.level) = (day, level);
        }
        self.anew();
    }

    pub(super) fn stop(&self) {
        let mut inner = self.inner.borrow_mut();
        if inner.worker == Worker::Working {
            inner.worker = Worker::Stopping;
        }
        drop(inner);
        self.tell(Action::Working(Work::Stopped));
    }

    /// Forgets everything that was given, keys too.
    pub(super) fn start_over(&self) {
        self.inner.replace_with(|inner| Inner {
            level: LEVEL,
            desk: inner.desk + 1,
            ..Inner::default()
        });
        self.tell(Action::StartOver);
    }

    /// Saves the one PEM a driver wants of this client. The key in it goes from this tab into the
    /// person's own file and nowhere else.
    pub(super) fn save_client_pem(&self, client: usize, name: &str) {
        if let Some(pem) = self.inner.borrow().engine.client_pem(client) {
            browser::save(name, "application/x-pem-file", pem.as_bytes());
        }
    }

    /// Goes on with whatever there is to do.
    pub(super) fn go_on(&self) {
        let (before, desk) = {
            let mut inner = self.inner.borrow_mut();
            let before = inner.worker;
            inner.worker = Worker::Working;
            (before, inner.desk)
        };
        if before == Worker::Resting {
            let this = self.clone();
            spawn_local(async move {
                this.work(desk).await;
            });
        }
    }

    fn anew(&self) {
        self.inner.borrow_mut().is_current = false;
        self.go_on();
    }

    /// Works until there is nothing to do; `None` when everything was forgotten meanwhile.
    async fn work(&self, desk: u32) -> Option<()> {
        let mut began = browser::ticks();
        loop {
            let task = self.at(desk)?.next_task();
            match task {
                Task::Read(given) => self.read(given, desk).await?,
                Task::Judge => self.judge(began, desk)?,
                Task::Empty => self.tell(Action::Emptied),
                Task::Rest => return Some(()),
            }
            if browser::ticks() - began > TURN {
                browser::yield_now().await;
                began = browser::ticks();
            }
        }
    }

    async fn read(&self, given: Given, desk: u32) -> Option<()> {
        let name = given.name();
        let done = {
            let mut inner = self.at(desk)?;
            inner.read += 1;
            Work::Reading {
                done: inner.read,
                total: inner.read + inner.waiting.len(),
            }
        };
        let outcome = self.read_into(given, &name, desk).await?;
        let stopped = self.at(desk)?.worker == Worker::Stopping;
        if let Err(why) = outcome {
            self.tell(Action::NotRead(Unread { name, why }));
        }
        if !stopped {
            self.tell(Action::Working(done));
        }
        Some(())
    }

    /// Reads one file into the pile, or says why it is not there.
    async fn read_into(&self, given: Given, name: &str, desk: u32) -> Option<Result<(), String>> {
        // A browser asks the disk for a file's size, so this too is done one by one.
        let size = given.size();
        if let Err(too_much) = self.at(desk)?.engine.taken.admit(name, size) {
            return Some(Err(too_much.to_string()));
        }
        let octets = given.clone().read().await;
        let mut inner = self.at(desk)?;
        let Some(octets) = octets else {
            inner.engine.taken.give_up(size);
            return Some(Err(work::unreadable(name)));
        };
        Some(match inner.engine.taken.add(name, size, &octets) {
            Err(not_taken) => Err(not_taken.sentence()),
            Ok(added) => {
                if added.is_new {
                    inner.given.push(given);
                } else {
                    inner.given[added.file] = given;
                }
                Ok(())
            }
        })
    }

    /// Judges until the turn that `began` is over or there is a verdict.
    fn judge(&self, began: f64, desk: u32) -> Option<()> {
        let (progress, view) = {
            let mut inner = self.at(desk)?;
            loop {
                let progress = inner.engine.step()?;
                let view = inner.engine.view().cloned();
                if view.is_some() || browser::ticks() - began > TURN {
                    break (progress, view);
                }
            }
        };
        self.tell(match view {
            Some(view) => Action::Judged(view),
            None => Action::Working(Work::Judging {
                done: progress.done,
                total: progress.total,
            }),
        });
        Some(())
    }

    /// What is on the desk, as long as it is still the same desk.
    fn at(&self, desk: u32) -> Option<std::cell::RefMut<'_, Inner>> {
        let inner = self.inner.borrow_mut();
        (inner.desk == desk).then_some(inner)
    }
}

impl Inner {
    fn next_task(&mut self) -> Task {
        if self.worker == Worker::Stopping {
            self.worker = Worker::Resting;
            return Task::Rest;
        }
        if let Some(given) = self.waiting.pop_front() {
            return Task::Read(given);
        }
        self.read = 0;
        if !self.is_current {
            self.is_current = true;
            if self.engine.taken.is_empty() {
                self.engine.forget();
                return Task::Empty;
            }
            let at = self.day.unwrap_or_else(browser::now);
            self.engine.judge(at, self.level);
        } else if self.engine.is_done() {
            self.worker = Worker::Resting;
            return Task::Rest;
        }
        Task::Judge
    }
}
