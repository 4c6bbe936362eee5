//! Answers the messages of a page, in the order in which they come; files are read beside that, for one
//! may take its time.
//!
//! A message to it is `[number, request, files]`: a number that the page chose, a [`Request`] in its
//! compact form, and the browser's own files where the request wants some. An answer is `[number,
//! reply, blob]`, with the PEM that was asked for as a blob, so that a private key goes from here into
//! the person's own file. `[number]` alone takes a request back. `[true]` says that messages are received
//! from now on, `[false]` that the whole engine has to be loaded first ([`crate::hand_over`]).

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use futures_channel::oneshot;
use futures_util::{
    StreamExt,
    future::{Either, select},
    stream,
};
use js_sys::{Array, Uint8Array};
#[cfg(feature = "rare")]
use pki::{Password, message::Added};
use pki::{
    engine::{Answer, Engine, authorities, first_unreadable},
    message::{NotAdded, Progress, Question, Reply, Request, Taken, pieces},
    rare,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, BlobPropertyBag, DedicatedWorkerGlobalScope, File, MessageEvent};
use zeroize::Zeroizing;

#[cfg(not(feature = "rare"))]
use crate::hand_over::hand_over;
use crate::{
    judge::{Asker, judge},
    platform::Platform,
    task, warm,
};

/// How many files are read at once: a browser takes its time to answer each.
const FILES_AT_ONCE: usize = 32;

/// Answers messages from now on, for as long as the worker lives.
#[wasm_bindgen]
pub fn serve() {
    let desk = Desk::new();
    desk.listen();
    spawn_local(async move {
        warm::up(|| desk.was_asked.get()).await;
    });
}

pub(crate) struct Desk {
    scope: DedicatedWorkerGlobalScope,
    engine: RefCell<Engine>,
    waiting: RefCell<VecDeque<Asked>>,
    /// The requests that were taken back and not looked at yet.
    taken_back: RefCell<BTreeSet<u32>>,
    /// Whoever reads files hears here that they are not wanted any more.
    reading: RefCell<BTreeMap<u32, oneshot::Sender<()>>>,
    is_working: Cell<bool>,
    /// Whether anything was asked yet.
    was_asked: Cell<bool>,
    /// The messages for the engine that takes the place of this one.
    #[cfg(not(feature = "rare"))]
    kept_for_another: RefCell<Option<Array>>,
}

struct Asked {
    number: u32,
    request: Request,
}

impl Desk {
    pub(crate) fn new() -> Rc<Self> {
        Rc::new(Self {
            scope: js_sys::global().unchecked_into(),
            engine: RefCell::default(),
            waiting: RefCell::default(),
            taken_back: RefCell::default(),
            reading: RefCell::default(),
            is_working: Cell::default(),
            was_asked: Cell::default(),
            #[cfg(not(feature = "rare"))]
            kept_for_another: RefCell::default(),
        })
    }

    /// Receives messages from now on.
    pub(crate) fn listen(self: &Rc<Self>) {
        let this = Rc::clone(self);
        let onmessage = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            this.receive(&event.data());
        });
        self.scope
            .set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
        onmessage.forget();
        self.listens(true);
    }

    /// Tells the page whether messages are received. It keeps them to itself until they are.
    fn listens(&self, listens: bool) {
        let _ = self.scope.post_message(&Array::of1(&listens.into()));
    }

    pub(crate) fn receive(self: &Rc<Self>, message: &JsValue) {
        #[cfg(not(feature = "rare"))]
        if let Some(kept) = &*self.kept_for_another.borrow() {
            kept.push(message);
            return;
        }
        self.was_asked.set(true);
        let message: &Array = message.unchecked_ref();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the page counts in u32"
        )]
        let Some(number) = message.get(0).as_f64().map(|number| number as u32) else {
            return;
        };
        let Ok(octets) = message.get(1).dyn_into::<Uint8Array>() else {
            self.take_back(number);
            return;
        };
        // A password may be in it.
        let request = Zeroizing::new(octets.to_vec());
        octets.fill(0, 0, octets.length());
        let Ok(request) = borsh::from_slice(&request) else {
            self.reply(number, &Reply::Done);
            return;
        };
        let files = message.get(2);
        if let (Request::Take, Some(files)) = (&request, files.dyn_ref::<Array>()) {
            let files = files.iter().filter_map(|file| file.dyn_into().ok());
            let (this, files) = (Rc::clone(self), files.collect());
            spawn_local(async move {
                this.take(number, files).await;
                this.taken_back.borrow_mut().remove(&number);
            });
            return;
        }
        self.waiting
            .borrow_mut()
            .push_back(Asked { number, request });
        if !self.is_working.replace(true) {
            let this = Rc::clone(self);
            spawn_local(async move {
                this.work().await;
            });
        }
    }

    fn take_back(&self, number: u32) {
        let mut waiting = self.waiting.borrow_mut();
        if let Some(place) = waiting.iter().position(|asked| asked.number == number) {
            waiting.remove(place);
            drop(waiting);
            self.reply(number, &Reply::Done);
            return;
        }
        self.taken_back.borrow_mut().insert(number);
        let reading = self.reading.borrow_mut().remove(&number);
        if let Some(stop) = reading {
            let _ = stop.send(());
        }
    }

    async fn work(&self) {
        loop {
            // Apart, so that nothing is borrowed while the request is answered.
            let next = self.waiting.borrow_mut().pop_front();
            let Some(asked) = next else { break };
            let number = asked.number;
            if !self.answer(&asked).await {
                // Whoever takes the place of this engine goes on.
                return self.hand_over(asked).await;
            }
            self.taken_back.borrow_mut().remove(&number);
        }
        self.is_working.set(false);
    }

    /// Whether it was answered; if not, another engine has to.
    async fn answer(&self, asked: &Asked) -> bool {
        let number = asked.number;
        let reply = match &asked.request {
            // Done beside everything else, by whoever received it.
            Request::Take => return true,
            #[cfg(feature = "rare")]
            Request::Open { name, password } => {
                let password = Password::new(password.0.clone());
                let opened = self.engine.borrow_mut().open(name, &password);
                self.opened(number, opened);
                return true;
            }
            #[cfg(not(feature = "rare"))]
            Request::Open { .. } => return false,
            Request::TakeAway { name } => {
                self.engine.borrow_mut().take_away(name);
                Reply::Done
            }
            Request::BeginAnew { kept } => {
                self.engine.borrow_mut().begin_anew(kept);
                Reply::Done
            }
            Request::TryKept { kept } => Reply::FirstUnreadable(first_unreadable(kept)),
            Request::Judge(question) => return self.judge(number, question).await,
            Request::JoinedPem { client } => {
                let pem = self.engine.borrow().joined_pem(*client);
                let blob = pem.and_then(|pem| blob(&pem));
                self.post(number, &Reply::Done, blob.as_ref());
                return true;
            }
            Request::Authorities { pem } => Reply::Authorities(authorities(pem)),
        };
        if !rare::is_missed() {
            self.reply(number, &reply);
        }
        !rare::is_missed()
    }

    /// Hands over what was opened, so that nobody is asked for its password again.
    #[cfg(feature = "rare")]
    fn opened(&self, number: u32, opened: Result<Vec<Added>, String>) {
        let opened = match opened {
            Ok(opened) => opened,
            Err(why) => return self.reply(number, &Reply::NotOpened(why)),
        };
        for added in opened {
            let pem = self.engine.borrow().opened_pem(added.file);
            let blob = pem.and_then(|pem| blob(&pem));
            self.post(number, &Reply::Opened(added), blob.as_ref());
        }
        self.reply(number, &Reply::Done);
    }

    /// Reads files, side by side, and takes them in their order.
    async fn take(&self, number: u32, files: Vec<File>) {
        let (stop, mut stopped) = oneshot::channel();
        self.reading.borrow_mut().insert(number, stop);
        // The room that files have which are being read.
        let admitted = RefCell::new(BTreeMap::new());
        let read = async |(index, file): (usize, File)| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a whole number; one that this machine cannot count to becomes the largest it can"
            )]
            let (name, size) = (file.name(), file.size() as usize);
            if let Err(too_much) = self.engine.borrow_mut().admit(&name, size) {
                return (index, name, Err(NotAdded::NotTaken(too_much.to_string())));
            }
            admitted.borrow_mut().insert(index, size);
            let octets = task::read(&file).await.map(Zeroizing::new);
            (index, name, octets.ok_or(NotAdded::Unreadable))
        };
        let files = files.into_iter().enumerate();
        let mut reading = Box::pin(stream::iter(files.map(read)).buffered(FILES_AT_ONCE));
        let mut taken = Vec::new();
        let mut began = task::ticks();
        // The stop first: what was forgotten meanwhile gets no file of before.
        while let Either::Right((Some((file, name, octets)), _)) =
            select(&mut stopped, reading.next()).await
        {
            let outcome = octets.and_then(|octets| {
                let size = admitted.borrow_mut().remove(&file).unwrap_or_default();
                let added = self.engine.borrow_mut().take(&name, size, &octets);
                added.map_err(|not_taken| NotAdded::NotTaken(not_taken.sentence()))
            });
            taken.push(Taken { file, outcome });
            if task::ticks() - began > task::TURN {
                self.reply(number, &Reply::Taken(std::mem::take(&mut taken)));
                task::yield_now().await;
                began = task::ticks();
            }
        }
        drop(reading);
        self.reading.borrow_mut().remove(&number);
        for size in admitted.into_inner().into_values() {
            self.engine.borrow_mut().give_up(size);
        }
        self.reply(number, &Reply::Taken(taken));
        self.reply(number, &Reply::Done);
    }

    /// Whether it was answered.
    async fn judge(&self, number: u32, question: &Question) -> bool {
        self.engine.borrow_mut().judge(question.clone());
        let asker = Page { desk: self, number };
        let answer = judge(&self.engine, Platform::new(), &asker).await;
        if rare::is_missed() {
            return false;
        }
        if let Some(answer) = answer {
            self.verdicts(number, &answer);
        } else {
            self.engine.borrow_mut().stop();
            self.reply(number, &Reply::Done);
        }
        true
    }

    fn verdicts(&self, number: u32, answer: &Answer) {
        for piece in pieces(&answer.after) {
            let before = false;
            self.reply(number, &Reply::Piece { before, piece });
        }
        for piece in answer.before.iter().flat_map(pieces) {
            let before = true;
            self.reply(number, &Reply::Piece { before, piece });
        }
        let aside = answer.aside.clone();
        self.reply(number, &Reply::Judged { aside });
    }

    fn is_taken_back(&self, number: u32) -> bool {
        self.taken_back.borrow().contains(&number)
    }

    fn reply(&self, number: u32, reply: &Reply<'_>) {
        self.post(number, reply, None);
    }

    fn post(&self, number: u32, reply: &Reply<'_>, blob: Option<&Blob>) {
        // Writing into memory fails for nothing but a text of more than 4 GiB.
        let Ok(octets) = borsh::to_vec(reply) else {
            return;
        };
        let octets = Uint8Array::from(&octets[..]);
        let message = Array::of2(&number.into(), &octets);
        if let Some(blob) = blob {
            message.push(blob);
        }
        let moved = Array::of1(&octets.buffer());
        let _ = self.scope.post_message_with_transfer(&message, &moved);
    }
}

#[cfg(feature = "rare")]
impl Desk {
    /// Takes a file that another engine had taken.
    pub(crate) fn take_again(&self, name: &str, octets: &Uint8Array) {
        let copy = Zeroizing::new(octets.to_vec());
        octets.fill(0, 0, octets.length());
        let mut engine = self.engine.borrow_mut();
        // It was there, so there is room for it.
        if engine.admit(name, copy.len()).is_ok() {
            let _ = engine.take(name, copy.len(), &copy);
        }
    }

    /// There is no other one.
    #[expect(clippy::unused_async, reason = "as with the engine that has one")]
    async fn hand_over(&self, asked: Asked) {
        self.reply(asked.number, &Reply::Done);
    }
}

#[cfg(not(feature = "rare"))]
impl Desk {
    /// Has the whole engine take the place of this one, and answer this before anything else.
    async fn hand_over(&self, asked: Asked) {
        let messages = Array::new();
        for Asked { number, request } in [asked].into_iter().chain(self.waiting.take()) {
            // Writing into memory fails for nothing that fits into it.
            let octets = borsh::to_vec(&request).map(Zeroizing::new);
            let octets = octets.unwrap_or_default();
            messages.push(&Array::of2(&number.into(), &Uint8Array::from(&octets[..])));
        }
        for number in self.taken_back.take() {
            messages.push(&Array::of1(&number.into()));
        }
        self.listens(false);
        self.kept_for_another.replace(Some(messages.clone()));
        while !self.reading.borrow().is_empty() {
            task::yield_now().await;
        }
        let files = Array::new();
        for (name, octets) in self.engine.take().into_files() {
            files.push(&Array::of2(&name.into(), &Uint8Array::from(&octets[..])));
        }
        hand_over(&files, &messages);
    }
}

/// The page that waits for the answer to this request.
struct Page<'a> {
    desk: &'a Desk,
    number: u32,
}

impl Asker for Page<'_> {
    fn tell(&self, progress: Progress) {
        self.desk.reply(self.number, &Reply::Progress(progress));
    }

    fn is_waiting(&self) -> bool {
        !self.desk.is_taken_back(self.number)
    }
}

/// A PEM file of the browser's.
fn blob(pem: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type("application/x-pem-file");
    let octets = Uint8Array::from(pem.as_bytes());
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&octets), &options).ok();
    // The blob has its own copy.
    octets.fill(0, 0, octets.length());
    blob
}
