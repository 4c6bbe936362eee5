//! One connection and its patience: how long it may be idle, how long a head may take to arrive.
//!
//! The HTTP library's own timer for reading a head runs while a connection is idle too, so it
//! cannot give a browser's spare connection a minute and a trickling head five seconds. Here the
//! stream and the request tell a clock what the connection is doing.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    sync::watch,
    time::{Instant, sleep_until},
};

use super::Limits;

/// What a connection is doing, and since when.
#[derive(Clone, Copy)]
enum Phase {
    /// No request has begun; the last answer may still be on its way out.
    Idle(Instant),
    /// The first bytes of a request are here, the end of its head is not.
    Head(Instant),
    /// A request is being answered.
    Busy(Instant),
}

/// The clock of one connection.
#[derive(Clone)]
pub(crate) struct Clock(watch::Sender<Phase>);

impl Clock {
    pub(crate) fn start() -> Self {
        Self(watch::Sender::new(Phase::Idle(Instant::now())))
    }

    /// The head of a request is complete.
    pub(crate) fn busy(&self) {
        self.0.send_replace(Phase::Busy(Instant::now()));
    }

    fn bytes_arrived(&self) {
        self.0.send_if_modified(|phase| {
            let begins = matches!(phase, Phase::Idle(_));
            if begins {
                *phase = Phase::Head(Instant::now());
            }
            begins
        });
    }

    fn bytes_left(&self) {
        self.0.send_if_modified(|phase| {
            if let Phase::Idle(since) = phase {
                *since = Instant::now();
            }
            // A later deadline need not wake anybody.
            false
        });
    }

    fn answered(&self) {
        self.0.send_replace(Phase::Idle(Instant::now()));
    }

    /// Ends when the connection has been at one thing for longer than it may.
    pub(crate) async fn run_out(&self, limits: Limits) {
        let deadline = |phase| match phase {
            Phase::Idle(since) => since + limits.idle,
            Phase::Head(since) => since + limits.head,
            // The request's own limit answers before this one cuts the connection off.
            Phase::Busy(since) => since + limits.request + GRACE,
        };
        let mut phase = self.0.subscribe();
        loop {
            let at = deadline(*phase.borrow_and_update());
            tokio::select! {
                () = sleep_until(at) => {
                    if deadline(*phase.borrow()) <= Instant::now() {
                        return;
                    }
                }
                // The sender is `self`: it is there as long as this runs.
                _ = phase.changed() => {}
            }
        }
    }
}

/// What an answer may take to leave after a request has been cut short.
const GRACE: Duration = Duration::from_secs(5);

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
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.clock.bytes_left();
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of an answer; when it is gone, so is the request.
pub(crate) struct TimedBody {
    body: Body,
    clock: Clock,
}

impl TimedBody {
    pub(crate) fn new(body: Body, clock: Clock) -> Self {
        Self { body, clock }
    }
}

impl Drop for TimedBody {
    fn drop(&mut self) {
        self.clock.answered();
    }
}

impl HttpBody for TimedBody {
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
