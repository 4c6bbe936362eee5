//! Has the engine do what takes time: read files, judge the pile; saves what is asked for.
//!
//! One piece of work is asked for at a time, and after each there is a new look at what there is to
//! do: commands only change that.

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use pki::{
    Placement, Timestamp,
    message::{Added, NotAdded, Progress, Question, Taken},
    report::Sha256,
};
use wasm_bindgen_futures::spawn_local;
use yew::UseReducerDispatcher;

use super::state::{Action, State};
use crate::{
    browser,
    certificates::{
        found::Found,
        locked::Attempt,
        work::{self, Unread, Work},
    },
    engine::{Engine, LEVEL, Lost},
    turn::{Turn, Turns},
    ui::file_drop::Given,
};

/// Said of a file that was being opened when all were read anew.
const AGAIN: &str = "That was interrupted. Give the password again.";

#[derive(Clone)]
pub(super) struct Desk {
    inner: Rc<RefCell<Inner>>,
    engine: Engine,
    dispatch: UseReducerDispatcher<State>,
}

#[derive(Default)]
struct Inner {
    /// The files of the engine's pile by their names there, in its order.
    given: Vec<(String, Given)>,
    waiting: VecDeque<Given>,
    /// How many files were read since none was waiting.
    read: usize,
    /// What was being read when an engine ended.
    suspect: Option<String>,
    placed: Vec<(Sha256, Placement)>,
    day: Option<Timestamp>,
    level: u8,
    /// Whether the present judgement is of everything given and asked for.
    is_current: bool,
    worker: Worker,
    /// How many files are being opened with a password at this moment.
    opening: usize,
    /// Whether work was stopped that is not done, and goes on when the person says so.
    stopped: bool,
    /// It is over once everything was forgotten: a piece of work ends that comes back later.
    desk: Turn,
    desks: Turns,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Worker {
    #[default]
    Resting,
    Working,
    /// Asked to stop, and not yet at the end of its piece of work.
    Stopping,
}

/// The next piece of work.
enum Task {
    Read(Vec<Given>),
    Judge(Question),
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
        let desks = Turns::default();
        let inner = Inner {
            level: LEVEL,
            desk: desks.begin(),
            desks,
            ..Inner::default()
        };
        Self {
            inner: Rc::new(RefCell::new(inner)),
            engine: Engine::default(),
            dispatch,
        }
    }

    /// Gets the engine ready before it is needed, and hears of its end.
    pub(super) fn warm_up(&self) {
        let this = self.clone();
        self.engine.watch(move |lost| this.recover(lost));
        self.engine.warm_up();
    }

    /// Tells the state of something that needs no work.
    pub(super) fn tell(&self, action: Action) {
        self.dispatch.dispatch(action);
    }

    /// Reads what was given and judges everything anew. After a stop it waits with the rest.
    pub(super) fn take(&self, given: Vec<Given>) {
        self.tell(Action::ForgetUnread);
        let mut inner = self.inner.borrow_mut();
        inner.waiting.extend(given);
        inner.is_current = false;
        let stopped = inner.stopped();
        drop(inner);
        match stopped {
            Some(stopped) => self.tell(Action::Working(stopped)),
            None => self.anew(),
        }
    }

    /// Takes a file away again, keys too, and judges the others anew.
    pub(super) fn take_away(&self, name: &str) {
        {
            let mut inner = self.inner.borrow_mut();
            inner.given.retain(|(other, _)| other != name);
            if inner.opening > 0 {
                drop(inner);
                return self.begin_engine_anew();
            }
        }
        let (this, name) = (self.clone(), name.to_owned());
        spawn_local(async move {
            // A worker that has ended has forgotten the file as well.
            let _ = this.engine.take_away(&name).await;
            this.anew();
        });
    }

    /// Gives up the engine in the middle of opening a file, which nothing can interrupt, and has another
    /// one read everything.
    fn begin_engine_anew(&self) {
        self.inner.replace_with(|inner| {
            let given = inner.given.drain(..).map(|(_, given)| given);
            Inner {
                waiting: given.chain(inner.waiting.drain(..)).collect(),
                placed: std::mem::take(&mut inner.placed),
                day: inner.day,
                level: inner.level,
                desk: inner.desks.begin(),
                desks: inner.desks.clone(),
                ..Inner::default()
            }
        });
        let begun = self.engine.begin_anew(Vec::new());
        spawn_local(async move {
            // What asks next hears of it if the engine has ended.
            let _ = begun.await;
        });
        self.anew();
    }

    /// Opens what a password opens, and judges anew.
    pub(super) fn open(&self, attempt: Attempt) {
        let this = self.clone();
        let desk = {
            let mut inner = self.inner.borrow_mut();
            inner.opening += 1;
            inner.desk.clone()
        };
        spawn_local(async move {
            let opened = this
                .engine
                .open(&attempt.file, attempt.password, |added, given| {
                    this.keep_opened(&added, given, &desk);
                });
            let opened = opened.await;
            if let Some(mut inner) = this.at(&desk) {
                inner.opening -= 1;
            }
            match opened {
                Ok(Ok(())) => this.anew(),
                Ok(Err(why)) => attempt.onrefused.emit(why.into()),
                Err(Lost::GivenUp) => attempt.onrefused.emit(AGAIN.into()),
                Err(lost) => this.recover(lost),
            }
        });
    }

    /// From now on an opened file is given as what was in it: nobody is asked for its password again when
    /// it is read anew, here or in another place.
    fn keep_opened(&self, added: &Added, given: Option<Given>, desk: &Turn) {
        if let Some(mut inner) = self.at(desk)
            && let Some(given) = given
            && let Some(place) = inner.given.get_mut(added.file)
        {
            place.1 = given;
        }
    }

    /// What was given, keys too.
    pub(super) fn given(&self) -> Vec<Given> {
        let inner = self.inner.borrow();
        inner.given.iter().map(|(_, given)| given.clone()).collect()
    }

    /// Moves a certificate between the bundle and the clients, and judges anew.
    pub(super) fn place(&self, certificate: Sha256, placement: Placement) {
        {
            let placed = &mut self.inner.borrow_mut().placed;
            placed.retain(|(other, _)| *other != certificate);
            placed.push((certificate, placement));
        }
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
        self.engine.stop();
        let mut inner = self.inner.borrow_mut();
        if inner.worker == Worker::Working {
            inner.worker = Worker::Stopping;
        }
        inner.stopped = true;
        drop(inner);
        self.tell_stopped();
    }

    /// Forgets everything that was given, keys too.
    pub(super) fn start_over(&self) {
        self.inner.replace_with(|inner| Inner {
            level: LEVEL,
            desk: inner.desks.begin(),
            desks: inner.desks.clone(),
            ..Inner::default()
        });
        let engine = self.engine.clone();
        spawn_local(async move {
            // A worker that has ended has forgotten everything as well.
            let _ = engine.begin_anew(Vec::new()).await;
        });
        self.tell(Action::StartOver);
    }

    /// Saves the one PEM a driver wants of this client.
    pub(super) fn save_client_pem(&self, client: usize, name: &str) {
        let (this, name) = (self.clone(), name.to_owned());
        spawn_local(async move {
            if let Err(lost) = this.engine.save_joined_pem(client, &name).await {
                this.recover(lost);
            }
        });
    }

    /// Goes on with whatever there is to do.
    pub(super) fn go_on(&self) {
        let (before, desk) = {
            let mut inner = self.inner.borrow_mut();
            let before = inner.worker;
            inner.worker = Worker::Working;
            inner.stopped = false;
            (before, inner.desk.clone())
        };
        self.tell(Action::Ended(None));
        if before == Worker::Resting {
            let this = self.clone();
            spawn_local(async move {
                this.work(&desk).await;
            });
        }
    }

    fn anew(&self) {
        self.inner.borrow_mut().is_current = false;
        // What is being judged is not what was asked for any more.
        self.engine.stop_judging();
        self.go_on();
    }

    /// Works until there is nothing to do; `None` when everything was forgotten meanwhile.
    async fn work(&self, desk: &Turn) -> Option<()> {
        loop {
            let task = self.at(desk)?.next_task();
            let outcome = match task {
                Task::Read(given) => self.read(given, desk).await?,
                Task::Judge(question) => self.judge(question, desk).await?,
                Task::Empty => {
                    self.tell(Action::Emptied);
                    Ok(())
                }
                Task::Rest => {
                    self.tell_stopped();
                    return Some(());
                }
            };
            if let Err(lost) = outcome {
                self.recover(lost);
                return Some(());
            }
        }
    }

    /// Reads files into the pile, and tells of those that are not there.
    async fn read(&self, files: Vec<Given>, desk: &Turn) -> Option<Result<(), Lost>> {
        self.tell(Action::Working(self.at(desk)?.reading(files.len())));
        let mut left: VecDeque<Option<Given>> = files.iter().cloned().map(Some).collect();
        let outcome = self
            .engine
            .take(&files, |taken| {
                self.note(taken, &mut left, desk);
            })
            .await;
        let mut inner = self.at(desk)?;
        let mut left: VecDeque<Given> = left.into_iter().flatten().collect();
        if outcome == Err(Lost::Ended) {
            // The first that was not read was being read. One that does it twice would do it again.
            let first = left.front().map(Given::name);
            if first.is_some() && first == inner.suspect {
                left.pop_front();
                let name = inner.suspect.take().unwrap_or_default();
                let why = work::too_much_memory(&name);
                self.tell(Action::NotRead(Unread { name, why }));
            } else {
                inner.suspect = first;
            }
        }
        for given in left.into_iter().rev() {
            inner.waiting.push_front(given);
        }
        Some(outcome)
    }

    /// Notes what became of some files, each of which leaves `left`.
    fn note(&self, taken: Vec<Taken>, left: &mut VecDeque<Option<Given>>, desk: &Turn) {
        let Some(mut inner) = self.at(desk) else {
            return;
        };
        for Taken { file, outcome } in taken {
            let Some(given) = left.get_mut(file).and_then(Option::take) else {
                continue;
            };
            inner.read += 1;
            match outcome {
                Ok(added) if added.is_new => inner.given.push((added.name, given)),
                Ok(added) => {
                    if let Some(place) = inner.given.get_mut(added.file) {
                        place.1 = given;
                    }
                }
                Err(not_added) => {
                    let name = given.name();
                    let why = match not_added {
                        NotAdded::NotTaken(why) => why,
                        NotAdded::Unreadable => work::unreadable(&name),
                    };
                    self.tell(Action::NotRead(Unread { name, why }));
                }
            }
        }
        if inner.worker != Worker::Stopping {
            let left = left.iter().flatten().count();
            self.tell(Action::Working(inner.reading(left)));
        }
    }

    async fn judge(&self, question: Question, desk: &Turn) -> Option<Result<(), Lost>> {
        self.tell(Action::Working(Work::Judging { done: 0, total: 0 }));
        let progress = |Progress { done, total }| {
            if self
                .at(desk)
                .is_some_and(|inner| inner.worker == Worker::Working)
            {
                self.tell(Action::Working(Work::Judging { done, total }));
            }
        };
        let answer = self.engine.judge(question, progress).await;
        let mut inner = self.at(desk)?;
        match answer {
            Err(lost) => return Some(Err(lost)),
            // It was stopped: it is judged when the person goes on.
            Ok(None) => inner.is_current = false,
            Ok(Some(answer)) => {
                drop(inner);
                let found = Rc::new(Found::new(answer.after));
                // Rendering it takes its time, too.
                browser::yield_now().await;
                // It may have been forgotten meanwhile.
                let _ = self.at(desk)?;
                self.tell(Action::Judged(found));
            }
        }
        Some(Ok(()))
    }

    /// Says that the engine has ended, and makes ready to go on with what was given.
    fn recover(&self, lost: Lost) {
        if lost == Lost::GivenUp {
            return;
        }
        {
            let mut inner = self.inner.borrow_mut();
            // The files are still the person's own: the next worker reads them again.
            let given: Vec<Given> = inner.given.drain(..).map(|(_, given)| given).collect();
            for given in given.into_iter().rev() {
                inner.waiting.push_front(given);
            }
            (inner.worker, inner.is_current, inner.read) = (Worker::Resting, false, 0);
            inner.stopped = true;
        }
        self.tell(Action::Ended(Some(lost)));
        self.tell_stopped();
    }

    /// What waits after a stop, if there was one.
    fn tell_stopped(&self) {
        let stopped = self.inner.borrow().stopped();
        if let Some(stopped) = stopped {
            self.tell(Action::Working(stopped));
        }
    }

    /// What is on the desk, as long as it is still the same desk.
    fn at(&self, desk: &Turn) -> Option<std::cell::RefMut<'_, Inner>> {
        desk.still()?;
        Some(self.inner.borrow_mut())
    }
}

impl Inner {
    /// How far reading has come, with so many files left of those that are being read.
    fn reading(&self, left: usize) -> Work {
        Work::Reading {
            done: self.read,
            total: self.read + left + self.waiting.len(),
        }
    }

    /// What waits until the person goes on.
    fn stopped(&self) -> Option<Work> {
        self.stopped.then_some(Work::Stopped {
            waiting: self.waiting.len(),
        })
    }

    fn next_task(&mut self) -> Task {
        if self.worker == Worker::Stopping {
            self.worker = Worker::Resting;
            // The stop may have come too late.
            self.stopped = !(self.is_current && self.waiting.is_empty());
            return Task::Rest;
        }
        if !self.waiting.is_empty() {
            return Task::Read(self.waiting.drain(..).collect());
        }
        self.read = 0;
        if self.is_current {
            self.worker = Worker::Resting;
            return Task::Rest;
        }
        self.is_current = true;
        if self.given.is_empty() {
            return Task::Empty;
        }
        Task::Judge(Question {
            at: self.day.unwrap_or_else(browser::now),
            level: self.level,
            bundle: String::new(),
            placed: self.placed.clone(),
            strangers: Vec::new(),
            before: None,
        })
    }
}
