//! The engine in the place of its worker, for tests: it reads bundles, and judges nothing.

#![expect(
    clippy::unused_self,
    reason = "it is called as the worker is, which keeps more"
)]

use std::{collections::VecDeque, rc::Rc};

use js_sys::Array;
use pki::message::{Reply, Request};
use web_sys::Blob;

use super::Lost;

#[derive(Default)]
pub(super) struct Worker;

/// What is answered to one request.
pub(super) struct Answers(VecDeque<Reply<'static>>);

impl Worker {
    pub(super) fn start(self: &Rc<Self>) {}

    pub(super) fn ask(self: &Rc<Self>, request: &Request, _: Option<&Array>) -> Answers {
        let reply = match request {
            Request::Authorities { pem } => Reply::Authorities(pki::engine::authorities(pem)),
            Request::Judge(_) => Reply::Judged { aside: Vec::new() },
            Request::TryKept { .. } => Reply::FirstUnreadable(None),
            _ => Reply::Done,
        };
        Answers([reply].into())
    }

    pub(super) fn take_back(&self, _: u32) {}

    pub(super) fn watch(&self, _: impl Fn(Lost) + 'static) {}

    pub(super) fn is_busy(&self) -> bool {
        false
    }

    pub(super) fn give_up(&self) {}
}

impl Answers {
    pub(super) fn number(&self) -> u32 {
        0
    }

    pub(super) async fn next(&mut self) -> Result<Option<(Reply<'static>, Option<Blob>)>, Lost> {
        let next = std::future::ready(self.0.pop_front()).await;
        Ok(next.map(|reply| (reply, None)))
    }

    pub(super) async fn last(&mut self) -> Result<(Reply<'static>, Option<Blob>), Lost> {
        self.next().await?.ok_or(Lost::Ended)
    }
}
