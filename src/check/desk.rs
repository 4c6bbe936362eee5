//! Does what takes time: reads files, judges the pile in small pieces, saves what is asked for.
//!
//! Every command leaves the page free to paint and take input: work runs for a few milliseconds,
//! then waits for its next turn. A newer command ends an older one's run.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use pki::{Timestamp, report::Sha256};
use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use super::{
    engine::{Engine, LEVEL, Placement},
    state::{Action, State, Unread, Work},
};
use crate::{browser, ui::file_drop::Given};

/// How long work runs before the page gets its turn, in milliseconds. A task over 50 is felt, and
/// one step of the engine may overrun.
const TURN: f64 = 12.0;

/// Why a browser does not read a file, and what to do.
const UNREADABLE: &str = "If it is a folder, open it and choose the files in it; else look whether \
    you may read it, and choose it again.";

#[derive(Clone)]
pub(super) struct Desk {
    inner: Rc<RefCell<Inner>>,
    dispatch: UseReducerDispatcher<State>,
}

struct Inner {
    engine: Engine,
    waiting: VecDeque<Given>,
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
        self.tell(Action::ForgetUnread);
        let mut refused = Vec::new();
        {
            let mut inner = self.inner.borrow_mut();
            for one in given {
                match inner.engine.admits(&one.name(), one.size()) {
                    Ok(()) => inner.waiting.push_back(one),
                    Err(why) => refused.push((one.name(), why.to_string())),
                }
            }
            inner.judging = false;
        }
        for (name, why) in refused {
            self.not_read(name, why);
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
        self.tell(Action::JudgeFor { day, level });
        {
            let mut inner = self.inner.borrow_mut();
            (inner.day, inner.level) = (day, level);
            inner.judging = false;
        }
        self.go_on();
    }

    pub(super) fn stop(&self) {
        self.inner.borrow_mut().run += 1;
        self.tell(Action::Working(Work::Stopped));
    }

    /// Forgets everything that was given, keys too.
    pub(super) fn start_over(&self) {
        self.inner.replace_with(|inner| Inner::new(inner.run + 1));
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
            let (next, left) = {
                let mut inner = self.newest(run)?;
                let left = inner.waiting.len();
                (inner.waiting.pop_front(), left)
            };
            let Some(given) = next else { return Some(()) };
            self.tell(Action::Working(Work::Reading {
                done: total.saturating_sub(left),
                total,
            }));
            let name = given.name();
            let octets = given.clone().read().await;
            let added = {
                let Some(mut inner) = self.newest(run) else {
                    // Stopped while the browser read: the file is the first one to go on with.
                    self.inner.borrow_mut().waiting.push_front(given);
                    return None;
                };
                match octets {
                    Some(octets) => inner
                        .engine
                        .add(&name, &octets)
                        .map_err(|too_much| too_much.to_string()),
                    None => Err(format!("“{name}” could not be read. {UNREADABLE}")),
                }
            };
            if let Err(why) = added {
                self.not_read(name, why);
            }
            if browser::ticks() - turn > TURN {
                browser::yield_now().await;
                turn = browser::ticks();
            }
        }
    }

    async fn judge(&self, run: u32) -> Option<()> {
        {
            let mut inner = self.newest(run)?;
            if inner.engine.is_empty() {
                drop(inner);
                self.tell(Action::Working(Work::Idle));
                return None;
            }
            if !inner.judging {
                let (at, level) = (inner.day.unwrap_or_else(browser::now), inner.level);
                inner.engine.judge(at, level);
                inner.judging = true;
            }
        }
        let view = loop {
            browser::yield_now().await;
            let began = browser::ticks();
            let progress = {
                let mut inner = self.newest(run)?;
                loop {
                    let progress = inner.engine.step()?;
                    if inner.engine.view().is_some() || browser::ticks() - began > TURN {
                        break progress;
                    }
                }
            };
            self.tell(Action::Working(Work::Judging {
                done: progress.done,
                total: progress.total,
            }));
            if let Some(view) = self.newest(run)?.engine.view() {
                break view.clone();
            }
        };
        self.tell(Action::Judged(view));
        Some(())
    }

    fn newest(&self, run: u32) -> Option<std::cell::RefMut<'_, Inner>> {
        let inner = self.inner.borrow_mut();
        (inner.run == run).then_some(inner)
    }

    fn not_read(&self, name: String, why: String) {
        self.tell(Action::NotRead(Unread { name, why }));
    }
}
