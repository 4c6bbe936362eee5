//! What a session needs of the world around it, apart from Atlas and the engine: somebody who is told that
//! it has changed, who runs what takes long, who keeps things over a reload, and a clock.

use std::rc::Rc;

use atlas::oauth::ServiceAccount;
use futures_util::{FutureExt as _, future::LocalBoxFuture};
use pki::Timestamp;

use super::storage::{Store, Tab};
use crate::{
    api::{Config, Http},
    browser,
};

/// The world, as a browser has it; a test makes one of its own.
#[derive(Clone)]
pub(crate) struct Outside {
    /// Hears that the state is another one.
    pub(crate) changed: Rc<dyn Fn()>,
    pub(crate) spawn: Rc<dyn Fn(LocalBoxFuture<'static, ()>)>,
    pub(crate) store: Rc<dyn Store>,
    pub(crate) now: fn() -> Timestamp,
    /// What calls are made with, to a server that says this of itself.
    pub(crate) http: Rc<dyn Fn(Config, Option<ServiceAccount>) -> Http>,
}

impl Outside {
    /// A browser's, with somebody who shows the state.
    pub(crate) fn browser(changed: impl Fn() + 'static) -> Self {
        Self {
            changed: Rc::new(changed),
            spawn: Rc::new(wasm_bindgen_futures::spawn_local),
            store: Rc::new(Tab),
            now: browser::now,
            http: Rc::new(Http::new),
        }
    }

    /// Runs something in the background.
    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + 'static) {
        (self.spawn)(future.boxed_local());
    }
}
