//! `atlas-x509 serve`: hosts the page on this computer.
//!
//! The modules: [`config`] says what was asked for, `app` what is where, `guards` what is not let
//! through (a file each), `forward` what goes to Atlas and comes back, `upstream` how Atlas is
//! spoken to, `stand_in` runs the sandbox, `page` holds the page's files, `connection` the patience
//! with a client. Nothing is kept after the program ends.

mod app;
mod browser;
pub mod config;
mod config_json;
mod connection;
mod forward;
mod guards;
mod headers;
mod log;
mod page;
mod private;
mod refusal;
mod stand_in;
mod token;
mod upstream;

use std::{
    env, fmt,
    io::{self, Write as _},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use ::sandbox::SandboxError;
use axum::{extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{rt::TokioIo, server::graceful::GracefulShutdown};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};
use tower::Service as _;

use app::Shared;
pub use config::Flags;
use config::{Mode, Network, Settings};
use connection::{Clock, Timed, TimedBody};
use guards::host::Hosts;
use page::Source;
use stand_in::StandIn;
use token::LaunchToken;
use upstream::{ConnectError, Patience, Upstream};

use crate::cli::Execute;

/// How patient and how large the server is.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first byte of a request to the end of its head.
    pub head: Duration,
    /// From the end of the head to the answer.
    pub request: Duration,
    /// Between two requests of one connection.
    pub idle: Duration,
    /// Connections at a time; more wait until one ends. A browser opens six.
    pub connections: usize,
    /// For a connection to Atlas: name, TCP, proxy and TLS together.
    pub upstream_connect: Duration,
    /// For a call to Atlas. Shorter than `request`, so that the page is told which of the two was
    /// slow: a call that Atlas is slow to answer may have been carried out.
    pub upstream: Duration,
    /// How long open requests may take to end after the server was told to stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(5),
            request: Duration::from_secs(30),
            idle: Duration::from_mins(1),
            connections: 128,
            upstream_connect: Duration::from_secs(5),
            upstream: Duration::from_secs(25),
            stop: Duration::from_secs(10),
        }
    }
}

/// The most that the HTTP library reads before it gives up on a head. It is above the limit of the
/// guard, which answers in the shape of all other errors, and above what a browser sends.
const READ_BUFFER: usize = 256 * 1024;

/// After an accept failed (no file descriptor is left, mostly): time for some to become free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

impl Execute for Flags {
    fn execute(self) -> ExitCode {
        let settings = match Settings::resolve(&self, &|name| {
            env::var_os(name).map(|value| value.to_string_lossy().into_owned())
        }) {
            Ok(settings) => settings,
            Err(error) => return refuse(&error, 2),
        };
        log::start();
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return refuse(&ServeError::Runtime(error), 1),
        };
        match runtime.block_on(serve(&settings)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error, 1),
        }
    }
}

fn refuse(error: &dyn fmt::Display, status: u8) -> ExitCode {
    // Nothing is left to tell when standard error is gone.
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::from(status)
}

async fn serve(settings: &Settings) -> Result<(), ServeError> {
    let gateway = Gateway::bind(settings, Limits::default()).await?;
    if !gateway.address.ip().is_loopback() {
        tracing::warn!(
            "listening on {}: other computers can reach this server, and without TLS in front of it whoever is on the way can read the launch token and everything the page sends",
            gateway.address
        );
    }
    if let Some(host) = settings.mode.unusual_host() {
        eprintln!("The credential goes to {host}.");
    }
    let stopped = stop_signal().map_err(ServeError::Signal)?;
    announce(&gateway).map_err(ServeError::Output)?;
    if settings.open {
        browser::open(gateway.open_address());
    }
    gateway.run(stopped).await;
    Ok(())
}

/// The addresses, for people and for whoever waits for these lines.
fn announce(gateway: &Gateway) -> io::Result<()> {
    if gateway.sandbox.is_some() {
        eprintln!(
            "Sandbox: a stand-in for Atlas. Nothing here is real, and nothing reaches Atlas."
        );
    }
    let mut out = io::stdout().lock();
    if let Some(sandbox) = &gateway.sandbox {
        writeln!(out, "Sandbox http://{sandbox}")?;
    }
    writeln!(out, "Open {}", gateway.open_address())?;
    // Line-buffered or not, whoever waits gets it now.
    out.flush()
}

/// A server that listens, and answers once it runs.
#[derive(Debug)]
pub struct Gateway {
    listener: TcpListener,
    address: SocketAddr,
    shared: Arc<Shared>,
    limits: Limits,
    /// The host and port that a person opens.
    authority: String,
    /// Host and port of the sandbox, when it is one that the calls are for.
    sandbox: Option<String>,
    /// The sandbox, when it runs here.
    stand_in: Option<StandIn>,
}

impl Gateway {
    pub async fn bind(settings: &Settings, limits: Limits) -> Result<Self, ServeError> {
        let bind_error = |cause| ServeError::Bind {
            address: settings.listen,
            cause,
        };
        let listener = TcpListener::bind(settings.listen)
            .await
            .map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let hosts = Hosts::new(address, &settings.allow_hosts);
        let page = match &settings.page {
            None => Source::embedded(),
            Some(folder) => Source::folder(folder).map_err(ServeError::Page)?,
        };
        let (stand_in, origin, credential, network) = match &settings.mode {
            Mode::Sandbox => {
                let stand_in = StandIn::start().await?;
                let (origin, credential) = (stand_in.origin(), stand_in.credential());
                (Some(stand_in), origin, credential, Network::default())
            }
            Mode::SandboxAt(origin) => (
                None,
                origin.clone(),
                stand_in::credential_of(origin).await?,
                Network::default(),
            ),
            Mode::Atlas {
                origin,
                credential,
                network,
            } => (None, origin.clone(), credential.clone(), network.clone()),
        };
        let patience = Patience {
            connect: limits.upstream_connect,
            whole: limits.upstream,
        };
        let upstream =
            Upstream::new(&origin, credential, &network, patience).map_err(ServeError::Connect)?;
        Ok(Self {
            listener,
            address,
            sandbox: settings.mode.is_sandbox().then_some(origin.authority),
            stand_in,
            authority: hosts.to_open(),
            limits,
            shared: Arc::new(Shared {
                token: LaunchToken::generate().map_err(ServeError::Token)?,
                page,
                hosts,
                read_only: settings.read_only,
                config_json: config_json::render(settings).into(),
                request_timeout: limits.request,
                upstream,
            }),
        })
    }

    /// The address to open, with this launch's token in its fragment.
    pub fn open_address(&self) -> String {
        format!(
            "http://{}/#token={}",
            self.authority,
            self.shared.token.reveal()
        )
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` ends, then lets open requests end.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let router = app::router(&self.shared);
        let room = Arc::new(Semaphore::new(self.limits.connections));
        let open = GracefulShutdown::new();
        let accept = async {
            loop {
                // The semaphore is never closed; without a permit there would be no limit.
                let Ok(place) = Arc::clone(&room).acquire_owned().await else {
                    return;
                };
                let Ok((stream, _)) = self.listener.accept().await else {
                    sleep(ACCEPT_PAUSE).await;
                    continue;
                };
                let connection = answer(stream, router.clone(), self.limits, open.watcher());
                tokio::spawn(async move {
                    connection.await;
                    drop(place);
                });
            }
        };
        tokio::select! {
            () = accept => {}
            () = stop => {}
        }
        drop(self.listener);
        // Whatever has not ended by then is cut off with the program.
        let _ = timeout(self.limits.stop, open.shutdown()).await;
        self.shared.upstream.say_goodbye().await;
        if let Some(stand_in) = self.stand_in {
            stand_in.stop().await;
        }
    }
}

/// Answers the requests of one connection until it ends, is told to stop, or takes too long.
async fn answer(
    stream: TcpStream,
    router: axum::Router,
    limits: Limits,
    watcher: hyper_util::server::graceful::Watcher,
) {
    // An answer is one write; there is nothing to gather.
    let _ = stream.set_nodelay(true);
    let clock = Clock::start();
    let of_request = clock.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        of_request.busy();
        let clock = of_request.clone();
        let answer = router.clone().call(request);
        async move {
            answer
                .await
                .map(|response: Response| response.map(|body| TimedBody::new(body, clock)))
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

/// Ends when the program is told to: by Ctrl-C or, where there is one, SIGTERM. The handlers are in
/// place when this returns.
#[cfg(unix)]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(not(unix))]
pub(crate) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Why the server could not serve.
#[derive(Debug)]
pub enum ServeError {
    Bind {
        address: SocketAddr,
        cause: io::Error,
    },
    Page(io::Error),
    Token(getrandom::Error),
    Sandbox(SandboxError),
    SandboxListener(io::Error),
    NoSandbox {
        authority: String,
        cause: String,
    },
    Connect(ConnectError),
    Runtime(io::Error),
    Signal(io::Error),
    Output(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { address, cause } if cause.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "Another program listens on {address}: stop it, or give another port with --listen (port 0 takes a free one)."
            ),
            Self::Bind { address, cause } => write!(f, "Listening on {address} failed: {cause}."),
            Self::Page(cause) => write!(f, "The folder of --page cannot be read: {cause}."),
            Self::Token(cause) => write!(f, "The system gave no random numbers: {cause}."),
            Self::Sandbox(cause) => write!(f, "The sandbox could not start: {cause}."),
            Self::SandboxListener(cause) => {
                write!(f, "The sandbox could not listen on this computer: {cause}.")
            }
            Self::NoSandbox { authority, cause } => write!(
                f,
                "No sandbox answers at {authority} ({cause}): start one with atlas-x509 sandbox, and give the address that it prints."
            ),
            Self::Connect(cause) => cause.fmt(f),
            Self::Runtime(cause) => write!(f, "The program could not start its threads: {cause}."),
            Self::Signal(cause) => write!(f, "The program could not wait for signals: {cause}."),
            Self::Output(cause) => write!(f, "Standard output cannot be written: {cause}."),
        }
    }
}

impl std::error::Error for ServeError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tests over sockets set limits of their own, so as not to wait.
    #[test]
    fn the_limits_are_those_that_the_documents_promise() {
        let Limits {
            head,
            request,
            idle,
            connections,
            upstream,
            ..
        } = Limits::default();
        let seconds = [head, request, idle].map(|time| time.as_secs());
        assert_eq!((seconds, connections), ([5, 30, 60], 128));
        assert!(
            upstream < request,
            "the page is told which of the two was slow"
        );
    }
}
