//! A small Atlas in the place of the page's own server, for tests. Its answers can be held back.

use std::{cell::RefCell, fmt, rc::Rc, time::Duration};

use atlas::{
    Transport,
    error::Explanation,
    fake::Fake,
    oauth::ServiceAccount,
    transport::{NoAnswer, Request, Response},
};
use futures_channel::oneshot::{Sender, channel};

use super::Config;

#[derive(Clone, Default)]
pub(crate) struct Http {
    pub(crate) atlas: Rc<Fake>,
    gate: Rc<RefCell<Option<Gate>>>,
}

/// Holds calls back until it is opened.
#[derive(Clone, Default)]
pub(crate) struct Gate(Rc<RefCell<Vec<Sender<()>>>>);

impl Gate {
    pub(crate) fn open(&self) {
        for waiting in self.0.take() {
            let _ = waiting.send(());
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Http")
    }
}

impl Http {
    pub(crate) fn new(_: Config, _: Option<ServiceAccount>) -> Self {
        Self::default()
    }

    /// Calls to this Atlas.
    pub(crate) fn to(atlas: Fake) -> Self {
        Self {
            atlas: Rc::new(atlas),
            ..Self::default()
        }
    }

    pub(crate) async fn log_in(&self) -> Result<(), Explanation> {
        std::future::ready(Ok(())).await
    }

    /// Holds back the calls from now on.
    pub(crate) fn hold(&self) -> Gate {
        let gate = Gate::default();
        self.gate.replace(Some(gate.clone()));
        gate
    }

    /// Lets the calls from now on through.
    pub(crate) fn let_through(&self) {
        self.gate.take();
    }
}

impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let gate = self.gate.borrow().clone();
        if let Some(gate) = gate {
            let (sender, opened) = channel();
            gate.0.borrow_mut().push(sender);
            let _ = opened.await;
        }
        self.atlas.send(request).await
    }

    async fn sleep(&self, time: Duration) {
        self.atlas.sleep(time).await;
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}
