//! One connection and its patience: how long it may be idle, how long a head may take to arrive,
//! how long an answer may take to be read.
//!
//! The HTTP library's own timer for reading a head runs while a connection is idle too, so it
//! cannot give a browser's spare connection a minute and a trickling head five seconds. Here the
//! stream and the request tell a clock what the connection is doing.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, sleep_until},
};

use super::{GRACE, Limits, room::Visitor};

/// What a connection is doing.
#[derive(Clone, Copy, PartialEq)]
enum Doing {
    /// No request has begun.
    Idle,
    /// The first bytes of a request are here, the end of its head is not.
    Head,
    /// The head is here, the end of the body may not be.
    Body,
    /// The request is complete, and being answered.
    Working,
    /// The answer is complete, and on its way out.
    Answer,
    /// Its place was given to somebody else.
    Over,
}

impl Doing {
    fn waits_for_client(self) -> bool {
        match self {
            Self::Idle | Self::Head | Self::Body | Self::Answer => true,
            Self::Working | Self::Over => false,
        }
    }
}

struct State {
    doing: Doing,
    since: Instant,
    /// When bytes last moved, in either direction.
    moved: Instant,
}

/// The clock of one connection.
#[derive(Clone)]
pub(crate) struct Clock(Arc<Mutex<State>>);

impl Clock {
    pub(crate) fn start() -> Self {
        let now = Instant::now();
        Self(Arc::new(Mutex::new(State {
            doing: Doing::Idle,
            since: now,
            moved: now,
        })))
    }

    /// The head of a request is complete. `false`: it came too late to be looked at.
    pub(crate) fn head_ended(&self) -> bool {
        self.turn(|doing| doing != Doing::Over, Doing::Body)
    }

    /// So is its body. What it may take together goes on.
    fn body_ended(&self) {
        let mut state = self.state();
        if state.doing == Doing::Body {
            state.doing = Doing::Working;
        }
    }

    fn answered(&self) {
        self.turn(|doing| doing != Doing::Over, Doing::Answer);
    }

    fn bytes_arrived(&self) {
        self.turn(|doing| doing == Doing::Idle, Doing::Head);
        self.state().moved = Instant::now();
    }

    fn bytes_written(&self) {
        self.state().moved = Instant::now();
    }

    fn all_left(&self) {
        self.turn(|doing| doing == Doing::Answer, Doing::Idle);
    }

    /// `false`: it is not at what it would have to turn from.
    fn turn(&self, is_from: impl Fn(Doing) -> bool, to: Doing) -> bool {
        let mut state = self.state();
        let turns = is_from(state.doing);
        if turns {
            state.doing = to;
            state.since = Instant::now();
        }
        turns
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends when the connection has been at one thing for longer than it may.
    ///
    /// Nobody wakes it, which would cost each request more than looking now and then: whatever
    /// begins while it sleeps may take at least the shortest of the times that there are.
    pub(crate) async fn run_out(&self, limits: Limits) {
        let shortest = limits
            .idle
            .min(limits.head)
            .min(limits.answer)
            .min(limits.request);
        loop {
            let deadline = {
                let state = self.state();
                state.since
                    + match state.doing {
                        Doing::Idle => limits.idle,
                        Doing::Head => limits.head,
                        Doing::Body | Doing::Working => limits.request + GRACE,
                        Doing::Answer => limits.answer,
                        Doing::Over => return,
                    }
            };
            let now = Instant::now();
            if deadline <= now {
                return;
            }
            sleep_until(deadline.min(now + shortest)).await;
        }
    }
}

impl Visitor for Clock {
    fn waiting_since(&self) -> Option<Instant> {
        let state = self.state();
        state.doing.waits_for_client().then_some(state.moved)
    }

    fn end(&self) -> bool {
        self.turn(Doing::waits_for_client, Doing::Over)
    }
}

/// A stream that tells its clock when bytes move.
pub(crate) struct Timed {
    pub(crate) stream: TcpStream,
    pub(crate) clock: Clock,
}

impl AsyncRead for Timed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buf))?;
        if buf.filled().len() > before {
            self.clock.bytes_arrived();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Timed {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes));
        self.clock.bytes_written();
        Poll::Ready(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, parts));
        self.clock.bytes_written();
        Poll::Ready(written)
    }

    /// Without it the library copies each file of the page, for each client.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The library comes here when it has written everything that it has.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(cx))?;
        self.clock.all_left();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of a request on its way in.
pub(crate) struct Arriving {
    body: Incoming,
    clock: Clock,
}

impl Arriving {
    pub(crate) fn new(body: Incoming, clock: Clock) -> Self {
        let arriving = Self { body, clock };
        arriving.look();
        arriving
    }

    fn look(&self) {
        if self.body.is_end_stream() {
            self.clock.body_ended();
        }
    }
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() {
            self.clock.body_ended();
        } else {
            self.look();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer; when it is gone, the answer is complete.
pub(crate) struct Leaving {
    body: Body,
    clock: Clock,
}

impl Leaving {
    pub(crate) fn new(body: Body, clock: Clock) -> Self {
        Self { body, clock }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.clock.answered();
    }
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
