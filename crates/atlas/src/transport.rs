//! The outside world as this crate sees it: something that carries a request, can wait, and can
//! throw a die.
//!
//! The page implements it with `fetch` and the browser's timers, tests with a script. It adds the
//! origin, the base path and the credential; it does not retry and follows no redirect.

use std::{future::Future, time::Duration};

use crate::calls::{Call, Method};

/// A request to the Administration API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The row of the table that it belongs to.
    pub call: &'static Call,
    /// The path below [`BASE`](crate::calls::BASE), percent-encoded, with its query. May be empty.
    pub target: String,
    /// JSON, for the calls that take a body.
    pub body: Option<String>,
}

impl Request {
    /// The method to use.
    pub fn method(&self) -> Method {
        self.call.method
    }

    /// What `Accept` has to say, and `Content-Type` too when there is a body.
    pub fn media_type(&self) -> String {
        self.call.media_type()
    }
}

/// What came back, whatever its status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After` as it was written, if it was there.
    pub retry_after: Option<String>,
    /// The body, decoded as UTF-8.
    pub body: String,
}

/// No answer came back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NoAnswer {
    /// What the transport knows about it, for people.
    pub reason: String,
    /// Whether the request certainly never left. A browser cannot tell: then false.
    pub never_sent: bool,
}

/// Carries requests. The futures need not be `Send`, so that a browser's will do.
pub trait Transport {
    /// Sends one request once.
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, NoAnswer>>;

    /// Ends after this time at the earliest.
    fn sleep(&self, time: Duration) -> impl Future<Output = ()>;

    /// A random number from 0 to 1, so that many clients do not try again at the same moment. It
    /// protects nothing; `Math.random` will do.
    fn jitter(&self) -> f64;
}

impl<T: Transport> Transport for &T {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, NoAnswer>> {
        (**self).send(request)
    }

    fn sleep(&self, time: Duration) -> impl Future<Output = ()> {
        (**self).sleep(time)
    }

    fn jitter(&self) -> f64 {
        (**self).jitter()
    }
}
