//! The page's side of the certificate engine, which runs beside the page in a worker.
//!
//! The page holds no file and no key: it hands over the browser's own files, asks, and gets plain data
//! ([`pki::view`]). A worker can end, out of memory for one; then what was asked is answered with
//! [`Lost`], and the next question starts a new one, which knows nothing yet.

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod stand_in;
#[cfg_attr(test, allow(dead_code))]
mod worker;

use std::{
    cell::{Cell, RefCell},
    collections::BTreeSet,
    rc::Rc,
};

use crate::{browser, ui::file_drop::Given};
use js_sys::Array;
use pki::{
    message::{
        Added, Aside, Authority, Gathered, Kept, Progress, Question, Reply, Request, Secret, Taken,
    },
    view::View,
};
#[cfg(test)]
use stand_in::Worker;
pub(crate) use worker::Lost;
#[cfg(not(test))]
use worker::Worker;

/// The security level that is assumed.
pub(crate) const LEVEL: u8 = 2;

#[derive(Clone, Default)]
pub(crate) struct Engine {
    worker: Rc<Worker>,
    /// The judgement that is under way.
    judging: Rc<Cell<Option<u32>>>,
    /// The requests by which files are being read.
    taking: Rc<RefCell<BTreeSet<u32>>>,
}

/// What a question is answered with.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) after: View,
    pub(crate) before: Option<View>,
    /// What was put aside by hand.
    pub(crate) aside: Vec<Aside>,
}

impl Engine {
    /// Has `onend` hear when the worker ends by itself, also while nobody has asked anything.
    pub(crate) fn watch(&self, onend: impl Fn(Lost) + 'static) {
        self.worker.watch(onend);
    }

    /// Starts the worker, so that it is there when it is needed.
    pub(crate) fn warm_up(&self) {
        self.worker.start();
    }

    /// Has files read, in their order. `each` hears what became of them, some at a time; those it
    /// does not hear of were not read, because of [`Self::stop`].
    pub(crate) async fn take(
        &self,
        files: &[Given],
        mut each: impl FnMut(Vec<Taken>),
    ) -> Result<(), Lost> {
        let files: Array = files.iter().filter_map(Given::to_file).collect();
        let mut answers = self.worker.ask(&Request::Take, Some(&files));
        let number = answers.number();
        self.taking.borrow_mut().insert(number);
        while let Some((reply, _)) = answers.next().await? {
            if let Reply::Taken(taken) = reply {
                each(taken);
            }
        }
        self.taking.borrow_mut().remove(&number);
        Ok(())
    }

    /// Opens what a password opens in a file that was taken, and in others. `each` hears of those that
    /// were opened, each with what is in it. The inner error is a sentence.
    pub(crate) async fn open(
        &self,
        name: &str,
        password: Secret,
        mut each: impl FnMut(Added, Option<Given>),
    ) -> Result<Result<(), String>, Lost> {
        let request = Request::Open {
            name: name.to_owned(),
            password,
        };
        let mut answers = self.worker.ask(&request, None);
        drop(request);
        while let Some((reply, blob)) = answers.next().await? {
            match reply {
                Reply::Opened(added) => {
                    let file = blob.and_then(|blob| browser::file_of(&added.name, &blob));
                    each(added, file.map(Given::File));
                }
                Reply::NotOpened(why) => return Ok(Err(why)),
                _ => {}
            }
        }
        Ok(Ok(()))
    }

    /// Has a file forgotten, keys too. It is asked for at once.
    pub(crate) fn take_away(&self, name: &str) -> impl Future<Output = Result<(), Lost>> + use<> {
        let name = name.to_owned();
        self.tell(&Request::TakeAway { name })
    }

    /// Has everything forgotten, keys too, and takes what was kept of earlier files. Whatever the worker
    /// is doing ends with it: another one is asked then. One that rests goes on, for another would have to
    /// be loaded, and there may be no network.
    pub(crate) fn begin_anew(
        &self,
        kept: Vec<Kept>,
    ) -> impl Future<Output = Result<(), Lost>> + use<> {
        if self.worker.is_busy() {
            self.worker.give_up();
        }
        self.judging.set(None);
        self.taking.borrow_mut().clear();
        self.tell(&Request::BeginAnew { kept })
    }

    fn tell(&self, request: &Request) -> impl Future<Output = Result<(), Lost>> + use<> {
        let mut answers = self.worker.ask(request, None);
        async move { answers.last().await.map(drop) }
    }

    /// Judges what was taken, in place of what is being judged. `None` when it was stopped.
    pub(crate) async fn judge(
        &self,
        question: Question,
        mut progress: impl FnMut(Progress),
    ) -> Result<Option<Answer>, Lost> {
        self.stop_judging();
        let mut answers = self.worker.ask(&Request::Judge(Box::new(question)), None);
        self.judging.set(Some(answers.number()));
        let (mut after, mut before) = (Gathered::default(), Gathered::default());
        while let Some((reply, _)) = answers.next().await? {
            match reply {
                Reply::Progress(now) => progress(now),
                Reply::Piece {
                    before: false,
                    piece,
                } => after.add(piece),
                Reply::Piece {
                    before: true,
                    piece,
                } => before.add(piece),
                Reply::Judged { aside } => {
                    return Ok(after.view().map(|after| Answer {
                        after,
                        before: before.view(),
                        aside,
                    }));
                }
                _ => {}
            }
        }
        Ok(None)
    }

    /// Ends what is being judged.
    pub(crate) fn stop_judging(&self) {
        if let Some(number) = self.judging.take() {
            self.worker.take_back(number);
        }
    }

    /// Ends what is being read and judged.
    pub(crate) fn stop(&self) {
        self.stop_judging();
        for number in self.taking.take() {
            self.worker.take_back(number);
        }
    }

    /// Saves the one PEM a driver wants of a client that was judged last, if its key is there. The key
    /// goes from the worker into the person's own file and nowhere else.
    pub(crate) async fn save_joined_pem(&self, client: usize, name: &str) -> Result<(), Lost> {
        let mut answers = self.worker.ask(&Request::JoinedPem { client }, None);
        if let Some(pem) = answers.last().await?.1 {
            browser::save_blob(name, &pem);
        }
        Ok(())
    }

    /// The authorities of a CA bundle. What cannot be read as a certificate is none.
    pub(crate) async fn authorities(&self, pem: String) -> Result<Vec<Authority>, Lost> {
        let mut answers = self.worker.ask(&Request::Authorities { pem }, None);
        match answers.last().await?.0 {
            Reply::Authorities(authorities) => Ok(authorities),
            // No answer is not an empty bundle.
            _ => Err(Lost::Ended),
        }
    }

    /// The position (from 0) of the first certificate that cannot be read.
    pub(crate) async fn first_unreadable(&self, kept: Vec<Kept>) -> Result<Option<usize>, Lost> {
        let mut answers = self.worker.ask(&Request::TryKept { kept }, None);
        match answers.last().await?.0 {
            Reply::FirstUnreadable(position) => Ok(position),
            _ => Err(Lost::Ended),
        }
    }
}
