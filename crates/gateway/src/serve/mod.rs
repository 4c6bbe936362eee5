//! `atlas-x509 serve`: hosts the page on this computer.
//!
//! The modules: [`config`] says what was asked for, `app` what is where, `guards` what is not let
//! through (a file each), `forward` what goes to Atlas and comes back, `upstream` how Atlas is
//! spoken to, `server` puts these together, `launch` gives the page its token, `label` the page its name, `stand_in` runs the
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
mod refusal;
mod secret;
mod server;
mod signpost;
mod stand_in;
mod upstream;

use std::{
    env, fmt,
    io::{self, IsTerminal as _, Write as _},
    process::ExitCode,
    sync::Arc,
};

pub use config::Flags;
use config::{Name, Settings};
pub use error::ServeError;
pub use limits::Limits;
pub use server::Gateway;

use crate::{
    execute::{Execute, USAGE_ERROR},
    stop::stop_signal,
    terminal::clean,
};

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        let settings = match Settings::resolve(&self, &|name| {
            env::var_os(name).map(|value| value.to_string_lossy().into_owned())
        }) {
            Ok(settings) => settings,
            Err(error) => return refuse(&error, USAGE_ERROR),
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
    let stand_in = gateway.stand_in.as_ref();
    if let Some(words) = stand_in.and_then(|it| it.clusters.as_ref()) {
        eprintln!("{words}");
    }
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
