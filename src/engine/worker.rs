//! The worker: started when it is first needed, its answers brought to those who asked.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::StreamExt;
use js_sys::{Array, Uint8Array};
use pki::message::{Reply, Request};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use web_sys::{Blob, Event, MessageEvent, Worker as BrowserWorker};
use zeroize::Zeroizing;

#[wasm_bindgen]
extern "C" {
    /// Starts the worker of the engine's module (boot.js).
    #[wasm_bindgen(catch, js_name = startEngine)]
    fn start_engine() -> Result<BrowserWorker, JsValue>;
}

/// The engine has ended before it answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    /// It could not be started: a file of the page did not come.
    NotStarted,
    /// It ended by itself.
    Ended,
    /// It was ended here, and what it knew with it.
    GivenUp,
}

impl Lost {
    /// What to tell the person.
    pub(crate) fn sentence(self) -> &'static str {
        match self {
            Self::NotStarted => {
                "The part of this page that reads certificates could not be loaded. Check that the \
                 page's server is still running, then try again."
            }
            Self::Ended | Self::GivenUp => {
                "The browser ended the part of this page that reads certificates, probably because \
                 it needed too much memory. Try again with fewer or smaller files."
            }
        }
    }
}

/// Hears of an end.
type OnEnd = Rc<dyn Fn(Lost)>;

/// A reply, and the file that came with it.
type Answered = (Reply<'static>, Option<Blob>);

#[derive(Default)]
pub(super) struct Worker {
    running: RefCell<Option<Running>>,
    /// The number of the last request.
    last: Cell<u32>,
    open: RefCell<HashMap<u32, UnboundedSender<Answered>>>,
    /// Hears when it has ended by itself.
    onend: RefCell<Option<OnEnd>>,
}

struct Running {
    worker: BrowserWorker,
    stage: Rc<Cell<Stage>>,
    /// What is to be sent once it does.
    backlog: Vec<Array>,
    _onmessage: Closure<dyn Fn(MessageEvent)>,
    _onerror: Closure<dyn Fn(Event)>,
}

/// How far a worker has come.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Starting,
    Listening,
    GivenUp,
}

/// What is answered to one request.
pub(super) struct Answers {
    number: u32,
    replies: UnboundedReceiver<Answered>,
    is_answered: bool,
    stage: Rc<Cell<Stage>>,
}

impl Worker {
    /// Starts it, unless it runs.
    pub(super) fn start(self: &Rc<Self>) {
        if self.running.borrow().is_some() {
            return;
        }
        let Ok(worker) = start_engine() else {
            return;
        };
        let onmessage = {
            let this = Rc::downgrade(self);
            Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
                if let Some(this) = this.upgrade() {
                    this.receive(event.data().unchecked_ref());
                }
            })
        };
        let onerror = {
            let this = Rc::downgrade(self);
            Closure::<dyn Fn(Event)>::new(move |event: Event| {
                // It is told on the page.
                event.prevent_default();
                if let Some(this) = this.upgrade() {
                    this.end();
                }
            })
        };
        worker.set_onmessage(Some(onmessage.as_ref().unchecked_ref()));
        worker.set_onerror(Some(onerror.as_ref().unchecked_ref()));
        *self.running.borrow_mut() = Some(Running {
            worker,
            stage: Rc::default(),
            backlog: Vec::new(),
            _onmessage: onmessage,
            _onerror: onerror,
        });
    }

    /// Asks something, with files of the browser's where the request wants some.
    pub(super) fn ask(self: &Rc<Self>, request: &Request, files: Option<&Array>) -> Answers {
        let number = self.last.get() + 1;
        self.last.set(number);
        let (sender, replies) = unbounded();
        self.start();
        if let Some(octets) = written(request)
            && self.running.borrow().is_some()
        {
            self.open.borrow_mut().insert(number, sender);
            let message = Array::of2(&number.into(), &Uint8Array::from(&octets[..]));
            if let Some(files) = files {
                message.push(files);
            }
            self.send(message);
        }
        let running = self.running.borrow();
        Answers {
            number,
            replies,
            is_answered: false,
            stage: running
                .as_ref()
                .map_or_else(Rc::default, |running| Rc::clone(&running.stage)),
        }
    }

    /// Takes a request back. It is answered as far as it has come.
    pub(super) fn take_back(&self, number: u32) {
        if self.open.borrow().contains_key(&number) {
            self.send(Array::of1(&number.into()));
        }
    }

    fn send(&self, message: Array) {
        if let Some(running) = &mut *self.running.borrow_mut() {
            if running.stage.get() == Stage::Listening {
                running.post(&message);
            } else {
                running.backlog.push(message);
            }
        }
    }

    fn receive(&self, message: &Array) {
        if let Some(listens) = message.get(0).as_bool() {
            self.listens(listens);
            return;
        }
        let Some(number) = message.get(0).as_f64() else {
            return;
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the page itself counts in u32"
        )]
        let number = number as u32;
        let octets: Uint8Array = message.get(1).unchecked_into();
        let reply: Reply<'static> = match borsh::from_slice(&octets.to_vec()) {
            Ok(reply) => reply,
            // Both sides are built from the same sources; a server that has files of two builds is
            // one whose page cannot work.
            Err(_) => return self.end(),
        };
        let mut open = self.open.borrow_mut();
        let is_last = reply.is_last();
        if let Some(sender) = open.get(&number) {
            let _ = sender.unbounded_send((reply, message.get(2).dyn_into().ok()));
        }
        if is_last {
            open.remove(&number);
        }
    }

    /// Whether it listens from now on. One that has another engine take its place does not, until that one
    /// is there.
    fn listens(&self, listens: bool) {
        if let Some(running) = &mut *self.running.borrow_mut() {
            if !listens {
                running.stage.set(Stage::Starting);
                return;
            }
            running.stage.set(Stage::Listening);
            for message in std::mem::take(&mut running.backlog) {
                running.post(&message);
            }
        }
    }

    /// Has `onend` hear when it ends by itself, also while nobody has asked anything.
    pub(super) fn watch(&self, onend: impl Fn(Lost) + 'static) {
        *self.onend.borrow_mut() = Some(Rc::new(onend));
    }

    /// Whether something that was asked has not been answered yet.
    pub(super) fn is_busy(&self) -> bool {
        !self.open.borrow().is_empty()
    }

    /// Ends it with all that it knows, and whatever it is doing.
    pub(super) fn give_up(&self) {
        if let Some(running) = &*self.running.borrow() {
            running.stage.set(Stage::GivenUp);
        }
        self.end();
    }

    /// Ends the worker, and what was asked of it.
    fn end(&self) {
        let running = self.running.borrow_mut().take();
        if let Some(running) = running {
            running.worker.terminate();
            let lost = running.stage.get().lost();
            let onend = self.onend.borrow().clone();
            if let (true, Some(onend)) = (lost != Lost::GivenUp, onend) {
                onend(lost);
            }
            // The closure that called this is still running.
            wasm_bindgen_futures::spawn_local(async move { drop(running) });
        }
        self.open.borrow_mut().clear();
    }
}

/// The compact form of a request, made in one piece of memory that is wiped: a password may be in it.
fn written(request: &Request) -> Option<Zeroizing<Vec<u8>>> {
    // Neither fails for anything that fits into memory.
    let length = borsh::object_length(request).ok()?;
    let mut octets = Zeroizing::new(Vec::with_capacity(length));
    borsh::to_writer(&mut *octets, request).ok()?;
    Some(octets)
}

impl Stage {
    /// What an end in this stage means.
    fn lost(self) -> Lost {
        match self {
            Self::Starting => Lost::NotStarted,
            Self::Listening => Lost::Ended,
            Self::GivenUp => Lost::GivenUp,
        }
    }
}

impl Running {
    /// Sends a message. What it says is moved, so that no copy of it stays here.
    fn post(&self, message: &Array) {
        let moved = message.get(1).dyn_into::<Uint8Array>();
        let moved: Array = moved.iter().map(Uint8Array::buffer).collect();
        let _ = self.worker.post_message_with_transfer(message, &moved);
    }
}

impl Answers {
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The next reply; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Answered>, Lost> {
        if self.is_answered {
            return Ok(None);
        }
        match self.replies.next().await {
            Some(answered) => {
                self.is_answered = answered.0.is_last();
                Ok(Some(answered))
            }
            None => Err(self.stage.get().lost()),
        }
    }

    /// The last reply, for a request that has one.
    pub(super) async fn last(&mut self) -> Result<Answered, Lost> {
        let mut last = None;
        while let Some(answered) = self.next().await? {
            last = Some(answered);
        }
        last.ok_or(Lost::Ended)
    }
}
