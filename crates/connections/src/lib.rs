//! HTTP for clients that may be slow, silent or many: what the gateway and the sandbox have in
//! common. What is answered is the caller's business; here is how long a client may take, and who
//! has to go when there are too many. [`Room`] is for connections of any kind.

mod clock;
mod room;

use std::{error::Error, io, net::SocketAddr, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};

use clock::{Arriving, Clock, Leaving, Timed};
pub use room::{Place, Room, Visitor};

/// The most that the HTTP library reads before it gives up on a head: above what a browser sends,
/// and above what the gateway allows, which answers in the shape of all other errors.
const READ_BUFFER: usize = 256 * 1024;

/// What an answer may take to leave that says that a request took too long.
const GRACE: Duration = Duration::from_secs(5);

/// After an accept failed (no file descriptor is left, mostly): time for some to become free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Times and numbers, each the most that there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// From the end of the head to the answer. Whoever answers is to know; a moment later the connection
    /// is closed, with no answer.
    pub request: Duration,
    /// Between two requests of one connection.
    pub idle: Duration,
    /// From the answer being complete to its having left.
    pub answer: Duration,
    /// Connections at a time; for one more, one that waits for its client goes, first those that have
    /// been at it for long. A browser opens six.
    pub connections: usize,
    /// How long open requests may take to end after the server was told to stop.
    pub stop: Duration,
}

impl Limits {
    /// Those of a server for one person.
    pub const USUAL: Self = Self {
        head: Duration::from_secs(5),
        request: Duration::from_secs(30),
        idle: Duration::from_mins(1),
        answer: Duration::from_secs(30),
        connections: 128,
        stop: Duration::from_secs(10),
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

/// Where connections come from.
pub trait Listener {
    /// The next one.
    fn accept(&self) -> impl Future<Output = io::Result<TcpStream>>;
}

impl Listener for TcpListener {
    async fn accept(&self) -> io::Result<TcpStream> {
        Ok(Self::accept(self).await?.0)
    }
}

/// Serves until `stop` ends, then lets open requests end. `respond` is given a request and who sent
/// it; where it fails, the connection is closed without an answer.
pub async fn serve<R, A, E>(
    listener: impl Listener,
    respond: R,
    limits: Limits,
    stop: impl Future<Output = ()>,
) where
    R: Fn(Request, SocketAddr) -> A + Clone + Send + 'static,
    A: Future<Output = Result<Response, E>> + Send + 'static,
    E: Into<Box<dyn Error + Send + Sync>> + 'static,
{
    let room = Room::new(limits.connections);
    let open = GracefulShutdown::new();
    let accept = async {
        loop {
            let Ok(stream) = listener.accept().await else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            let clock = Clock::start();
            let place = room.enter(clock.clone()).await;
            let connection = answer(stream, clock, respond.clone(), limits, open.watcher());
            tokio::spawn(async move {
                tokio::select! {
                    () = connection => {}
                    () = place.wanted() => {}
                }
            });
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    // Whatever has not ended by then is cut off with the program.
    let _ = timeout(limits.stop, open.shutdown()).await;
}

/// Answers the requests of one connection until it ends, is told to stop, or takes too long.
async fn answer<R, A, E>(
    stream: TcpStream,
    clock: Clock,
    respond: R,
    limits: Limits,
    watcher: Watcher,
) where
    R: Fn(Request, SocketAddr) -> A,
    A: Future<Output = Result<Response, E>>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    let Ok(peer) = stream.peer_addr() else {
        // It is gone already.
        return;
    };
    // An answer is one write; there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let of_request = clock.clone();
    let service = service_fn(move |request: hyper::Request<_>| {
        let clock = of_request.clone();
        let answer = clock.head_ended().then(|| {
            let body = |body| Body::new(Arriving::new(body, clock.clone()));
            respond(request.map(body), peer)
        });
        async move {
            let answer = answer.ok_or(Unanswered::TooLate)?.await;
            let response = answer.map_err(|error| Unanswered::Failed(error.into()))?;
            Ok::<_, Unanswered>(response.map(|body| Leaving::new(body, clock)))
        }
    });
    let io = TokioIo::new(Timed {
        stream,
        clock: clock.clone(),
    });
    let connection = http1::Builder::new()
        .max_buf_size(READ_BUFFER)
        .header_read_timeout(None)
        .serve_connection(io, service);
    tokio::select! {
        // A client that goes away in the middle is none of our business.
        _ = watcher.watch(connection) => {}
        () = clock.run_out(limits) => {}
    }
}

/// Why a connection is closed without an answer.
#[derive(Debug, thiserror::Error)]
enum Unanswered {
    #[error("its place was given to somebody else before the request was here")]
    TooLate,
    #[error(transparent)]
    Failed(Box<dyn Error + Send + Sync>),
}
