//! `atlas-x509 serve`: hosts the page on this computer.
//!
//! The modules: [`config`] says what was asked for, `app` what is where, `guards` what is not let
//! through (a file each), `forward` what goes to Atlas and comes back, `upstream` how Atlas is
//! spoken to, `launch` gives the page its token, `label` the page its name, `stand_in` runs the
//! sandbox, `page` holds the page's files, `limits` say how patient it is with a client. Nothing but
//! the label is kept after the program ends.

mod app;
mod browser;
pub mod config;
mod config_json;
mod enter;
mod error;
mod forward;
mod guards;
mod headers;
mod label;
mod launch;
mod limits;
mod listen;
mod log;
mod page;
pub(crate) mod private;
mod refusal;
mod secret;
mod signpost;
mod stand_in;
mod upstream;

use std::{
    env, fmt,
    io::{self, IsTerminal as _, Write as _},
    net::SocketAddr,
    process::ExitCode,
    sync::Arc,
};

use axum::extract::Request;
use tower::Service as _;

use app::Shared;
pub use config::Flags;
use config::{Mode, Name, Network, Settings};
pub use error::ServeError;
use guards::host::Hosts;
use label::Label;
use launch::Launch;
pub use limits::Limits;
use listen::Listeners;
use page::Source;
use stand_in::StandIn;
use upstream::{Patience, Upstream};

use crate::{cli::Execute, terminal::clean};

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
    let _ = writeln!(io::stderr(), "{}", clean(&error.to_string()));
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
    if settings.name == Name::Address {
        tracing::warn!(
            "--origin address: whoever has served {} before, another user of this computer or a development server, may have left a page in your browser that takes over this server's credential; use it only with a browser that does not know names below localhost",
            gateway.shared.hosts.to_open()
        );
    }
    if let Some(host) = settings.mode.unusual_host() {
        eprintln!("The credential goes to {host}.");
    }
    let stopped = stop_signal().map_err(ServeError::Signal)?;
    let address = gateway.open_address().map_err(ServeError::Random)?;
    announce(&gateway, &address).map_err(ServeError::Output)?;
    if settings.open {
        browser::open(address);
    }
    let shared = Arc::clone(&gateway.shared);
    enter::watch(move || {
        // Without random numbers, or with nobody to read it, there is no new address.
        if let Ok(address) = shared.open_address() {
            let _ = print(&[format!("Open {address}")]);
        }
    });
    gateway.run(stopped).await;
    Ok(())
}

/// The addresses, for people and for whoever waits for these lines.
fn announce(gateway: &Gateway, address: &str) -> io::Result<()> {
    if gateway.sandbox.is_some() {
        eprintln!(
            "Sandbox: a stand-in for Atlas. Nothing here is real, and nothing reaches Atlas."
        );
    }
    let sandbox = gateway.sandbox.iter();
    let mut lines: Vec<String> = sandbox.map(|it| format!("Sandbox http://{it}")).collect();
    lines.push(format!("Open {address}"));
    print(&lines)?;
    if io::stdin().is_terminal() {
        eprintln!(
            "It works once, within ten minutes: press Enter for another one. If your browser does not find it, start again with --origin address."
        );
    }
    Ok(())
}

fn print(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    // Line-buffered or not, whoever waits gets it now.
    out.flush()
}

/// A server that listens, and answers once it runs.
#[derive(Debug)]
pub struct Gateway {
    listeners: Listeners,
    address: SocketAddr,
    shared: Arc<Shared>,
    limits: Limits,
    /// Host and port of the sandbox, when it is one that the calls are for.
    sandbox: Option<String>,
    /// The sandbox, when it runs here.
    stand_in: Option<StandIn>,
}

impl Gateway {
    pub async fn bind(settings: &Settings, limits: Limits) -> Result<Self, ServeError> {
        let own = own_name(&settings.name)?;
        let listeners = Listeners::bind(settings.listen, own.is_some()).await?;
        let address = listeners.address().map_err(|cause| ServeError::Bind {
            address: settings.listen,
            cause,
        })?;
        let hosts = Hosts::new(address, own.as_deref(), &settings.allow_hosts);
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
            listeners,
            address,
            sandbox: settings.mode.is_sandbox().then_some(origin.authority),
            stand_in,
            limits,
            shared: Arc::new(Shared {
                launch: Launch::new(limits.launch_code).map_err(ServeError::Random)?,
                page,
                hosts,
                read_only: settings.read_only,
                config_json: config_json::render(settings).into(),
                request_timeout: limits.request,
                upstream,
            }),
        })
    }

    /// An address to open, which works once.
    pub fn open_address(&self) -> Result<String, getrandom::Error> {
        self.shared.open_address()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` ends, then lets open requests end.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let router = app::router(&self.shared);
        let respond = move |request: Request, _| router.clone().call(request);
        connections::serve(self.listeners, respond, self.limits.of_connections(), stop).await;
        self.shared.upstream.say_goodbye().await;
        if let Some(stand_in) = self.stand_in {
            stand_in.stop().await;
        }
    }
}

/// The name of the page on this computer, unless it is to be the address.
fn own_name(name: &Name) -> Result<Option<String>, ServeError> {
    let Name::Own { state } = name else {
        return Ok(None);
    };
    let kept = state.as_deref().ok_or(label::Unkept::NoFolder);
    let label = match kept.and_then(Label::kept) {
        Ok(label) => label,
        Err(why) => {
            tracing::warn!(
                "the name of the page cannot be kept, so it is another one at each start, and a tab loses what was entered in it when the server is started again: {}; XDG_STATE_HOME can name another folder",
                clean(&why.to_string())
            );
            Label::generate().map_err(ServeError::Random)?
        }
    };
    Ok(Some(label.host()))
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
