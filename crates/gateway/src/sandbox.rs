//! `atlas-x509 sandbox`: a stand-in for Atlas, as a server of its own.

use std::{
    fmt,
    future::pending,
    io::{self, Write as _},
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use clap::Args;
use sandbox::{Sandbox, SandboxError, Settings};
use tokio::net::TcpListener;

use crate::{
    doors::{DoorFlags, OpenDoors, OpenError},
    execute::{Execute, USAGE_ERROR},
    stop::stop_signal,
    terminal,
};

/// The flags of `sandbox`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8788")]
    listen: SocketAddr,
    /// Keep the state in this file, and take it up again from there
    #[arg(long, value_name = "FILE")]
    sandbox_state: Option<PathBuf>,
    #[command(flatten)]
    doors: DoorFlags,
}

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        let settings = Settings {
            state_file: self.sandbox_state,
            ..Settings::default()
        };
        let sandbox = match Sandbox::new(settings) {
            Ok(sandbox) => sandbox,
            Err(error) => {
                let status = match &error {
                    SandboxError::State(_) => USAGE_ERROR,
                    SandboxError::Random(_) => 1,
                };
                return refuse(&error, status);
            }
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return refuse(&error, 1),
        };
        let doors = match runtime.block_on(self.doors.open(&sandbox)) {
            Ok(doors) => doors,
            Err(error) => {
                let is_usage = matches!(error, OpenError::File(_));
                return refuse(&error, if is_usage { USAGE_ERROR } else { 1 });
            }
        };
        match runtime.block_on(run(self.listen, &sandbox, doors)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&format_args!("{}: {error}", self.listen), 1),
        }
    }
}

async fn run(listen: SocketAddr, sandbox: &Sandbox, doors: Option<OpenDoors>) -> io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    if !address.ip().is_loopback() {
        eprintln!(
            "atlas-x509 sandbox: listening on {address}, so that other computers reach it too, and whoever does may turn it over; use it for nothing that matters"
        );
    }
    let stopped = stop_signal()?;
    announce(sandbox, address, doors.as_ref())?;
    let letting_in = async {
        match doors {
            Some(doors) => doors.serve().await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = sandbox.serve_until(listener, stopped) => {}
        () = letting_in => {}
    }
    Ok(())
}

/// The credentials, a line each, and where it listens, for whoever waits for that line.
fn announce(sandbox: &Sandbox, address: SocketAddr, doors: Option<&OpenDoors>) -> io::Result<()> {
    let credentials = sandbox.credentials();
    let mut out = io::stdout().lock();
    writeln!(out, "ATLAS_CLIENT_ID={}", credentials.client_id)?;
    writeln!(out, "ATLAS_CLIENT_SECRET={}", credentials.client_secret)?;
    writeln!(out, "ATLAS_PUBLIC_KEY={}", credentials.public_key)?;
    writeln!(out, "ATLAS_PRIVATE_KEY={}", credentials.private_key)?;
    if let Some(doors) = doors {
        writeln!(out, "SERVER_CA={}", doors.server_ca().display())?;
        eprintln!("{}", doors.words());
    }
    // Nobody can open the address that stands for all of them.
    let shown = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => format!("127.0.0.1:{}", address.port()),
        IpAddr::V6(ip) if ip.is_unspecified() => format!("[::1]:{}", address.port()),
        _ => address.to_string(),
    };
    writeln!(out, "Listening on http://{shown}")?;
    out.flush()
}

fn refuse(error: &dyn fmt::Display, status: u8) -> ExitCode {
    terminal::complain("sandbox", error);
    ExitCode::from(status)
}
