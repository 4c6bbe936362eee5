//! Does what takes time: reads files, judges the pile in small pieces, saves what is asked for.
//!
//! Every command leaves the page free to paint and take input: work runs for a few milliseconds,
//! then waits for its next turn. A newer command ends an older one's run.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use pki::{Timestamp, report::Sha256};
use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use super::{
    engine::{DROP_LIMIT, Engine, FILE_LIMIT, LEVEL, Placement, Profile},
    state::{Action, State, Unread, WhyUnread, Work},
};
use crate::{browser, ui::file_drop::Given};

/// How long work runs before the page gets its turn, in milliseconds. A task over 50 is felt, and
/// one step of the engine may overrun.
const TURN: f64 = 16.0;

/// Units of work between two looks at the clock: about one signature.
const STEP: u32 = 1;

#[derive(Clone)]
pub(super) struct Desk {
    inner: Rc<RefCell<Inner>>,
    dispatch: UseReducerDispatcher<State>,
}

struct Inner {
    engine: Engine,
    waiting: VecDeque<Given>,
    /// Octets taken so far.
    taken: u64,
    day: Option<Timestamp>,
    level: u8,
    /// Whether the judgement begun last is not finished and still holds.
    judging: bool,
    /// Counts commands; a run that is not the newest ends.
    run: u32,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Inner {
    fn new(run: u32) -> Self {
        Self {
            engine: Engine::default(),
            waiting: VecDeque::new(),
            taken: 0,
            day: None,
            level: LEVEL,
            judging: false,
            run,
        }
    }
}

impl Desk {
    pub(super) fn new(dispatch: UseReducerDispatcher<State>) -> Self {
        Self {
            inner: Rc::new(RefCell::new(Inner::new(0))),
            dispatch,
        }
    }

    /// Tells the state of something that needs no work.
    pub(super) fn tell(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Reads what was given and judges everything anew.
    pub(super) fn take(&self, given: Vec<Given>) {
        self.dispatch.dispatch(Action::ForgetUnread);
        {
            let mut inner = self.inner.borrow_mut();
            for one in given {
                let size = one.size();
                let why = if size > FILE_LIMIT {
                    Some(WhyUnread::TooLong(size))
                } else if inner.taken + size > DROP_LIMIT {
                    Some(WhyUnread::TooMuch)
                } else {
                    None
                };
                match why {
                    None => {
                        inner.taken += size;
                        inner.waiting.push_back(one);
                    }
                    Some(why) => self.not_read(one.name(), why),
                }
            }
            inner.judging = false;
        }
        self.go_on();
    }

    /// Moves a certificate between the bundle and the clients, and judges anew.
    pub(super) fn place(&self, certificate: Sha256, placement: Placement) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.engine.place(certificate, placement);
            inner.judging = false;
        }
        self.go_on();
    }

    /// Judges anew for `day` (today when `None`) and a server of security level `level`.
    pub(super) fn judge_for(&self, day: Option<Timestamp>, level: u8) {
        self.dispatch.dispatch(Action::JudgeFor { day, level });
        {
            let mut inner = self.inner.borrow_mut();
            (inner.day, inner.level) = (day, level);
            inner.judging = false;
        }
        self.go_on();
    }

    pub(super) fn stop(&self) {
        self.inner.borrow_mut().run += 1;
        self.dispatch.dispatch(Action::Working(Work::Stopped));
    }

    /// Forgets everything that was given, keys too.
    pub(super) fn start_over(&self) {
        let mut inner = self.inner.borrow_mut();
        *inner = Inner::new(inner.run + 1);
        self.dispatch.dispatch(Action::StartOver);
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
        let run = {
            let mut inner = self.inner.borrow_mut();
            inner.run += 1;
            inner.run
        };
        let desk = self.clone();
        spawn_local(async move {
            if desk.read_waiting(run).await.is_some() {
                desk.judge(run).await;
            }
        });
    }

    /// Reads the waiting files one by one; `None` when a newer command has come.
    async fn read_waiting(&self, run: u32) -> Option<()> {
        let total = self.inner.borrow().waiting.len();
        let mut turn = browser::ticks();
        loop {
            let next = {
                let mut inner = self.newest(run)?;
                let left = inner.waiting.len();
                self.working(Work::Reading {
                    done: small(total.saturating_sub(left)),
                    total: small(total),
                });
                inner.waiting.pop_front()
            };
            let Some(given) = next else { return Some(()) };
            let name = given.name();
            let octets = given.clone().read().await;
            let Some(mut inner) = self.newest(run) else {
                // Stopped while the browser read: the file is the first one to go on with.
                self.inner.borrow_mut().waiting.push_front(given);
                return None;
            };
            match octets {
                Some(octets) => inner.engine.add(&name, &octets),
                None => self.not_read(name, WhyUnread::Unreadable),
            }
            drop(inner);
            if browser::ticks() - turn > TURN {
                browser::yield_now().await;
                turn = browser::ticks();
            }
        }
    }

    async fn judge(&self, run: u32) -> Option<()> {
        {
            let mut inner = self.newest(run)?;
            if !inner.judging {
                let at = inner.day.unwrap_or_else(browser::now);
                let profile = Profile {
                    at,
                    level: inner.level,
                };
                inner.engine.judge(profile);
                inner.judging = true;
            }
        }
        loop {
            let began = browser::ticks();
            let progress = {
                let mut inner = self.newest(run)?;
                loop {
                    let progress = inner.engine.step(STEP);
                    if progress.is_finished() || browser::ticks() - began > TURN {
                        break progress;
                    }
                }
            };
            self.working(Work::Judging {
                done: progress.done,
                total: progress.total,
            });
            if progress.is_finished() {
                break;
            }
            browser::yield_now().await;
        }
        let view = self.newest(run)?.engine.view();
        if let Some(view) = view {
            self.dispatch.dispatch(Action::Judged(view));
        }
        Some(())
    }

    fn newest(&self, run: u32) -> Option<std::cell::RefMut<'_, Inner>> {
        let inner = self.inner.borrow_mut();
        (inner.run == run).then_some(inner)
    }

    fn working(&self, work: Work) {
        self.dispatch.dispatch(Action::Working(work));
    }

    fn not_read(&self, name: String, why: WhyUnread) {
        self.dispatch
            .dispatch(Action::NotRead(Unread { name, why }));
    }
}

/// A count for a progress bar.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
