//! A stand-in for the parts of the MongoDB Atlas Administration API that the product calls.
//!
//! It has the same paths, media types, handshakes, errors, pages and limits, so that the product
//! can be tried without an account and tested above it. What is not known of the real Atlas is
//! marked as an assumption where it is made. It shares no type with the client: a mistake that both
//! share would cancel itself out.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let sandbox = sandbox::Sandbox::new(sandbox::Settings::default())?;
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! sandbox.serve(listener).await;
//! # Ok(())
//! # }
//! ```

mod app;
mod auth;
mod calls;
pub mod clock;
mod control;
mod doors;
mod faults;
mod guard;
mod journal;
mod media;
mod paging;
mod rate;
mod refusal;
mod server;
mod settings;
mod world;

use std::{
    future::pending,
    net::IpAddr,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
};

use axum::Router;
use tokio::net::TcpListener;

use app::Shared;
use auth::{Gate, digest::Nonces, oauth::Tokens};
pub use doors::{DoorError, Doors, Newcomer};
use faults::Faults;
use rate::Buckets;
pub use settings::{ApiAccess, Credentials, Rate, Rates, Settings};
pub use world::file::StateError;
use world::{file, seed};

/// A stand-in for Atlas, with its projects and what is in them.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error(transparent)]
    State(#[from] StateError),
    #[error("the system gave no random numbers: {0}")]
    Random(getrandom::Error),
}

impl Sandbox {
    /// Makes a sandbox, or takes one up again where its state file says so.
    pub fn new(settings: Settings) -> Result<Self, SandboxError> {
        let now = settings.clock.now();
        let path = settings.state_file.as_deref();
        let world = if let Some(world) = path.map(file::read).transpose()?.flatten() {
            world
        } else {
            let world = seed::world(now);
            // That it cannot be written is found out now, and not at the first change.
            path.map(|path| file::write(path, &world)).transpose()?;
            world
        };
        let credentials = match &settings.credentials {
            Some(credentials) => credentials.clone(),
            None => Credentials::generate().map_err(SandboxError::Random)?,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                gate: Gate {
                    credentials,
                    nonces: Nonces::new(settings.nonce_lifetime).map_err(SandboxError::Random)?,
                    tokens: Tokens::new(settings.token_lifetime),
                },
                faults: Faults::default(),
                buckets: Buckets::new(settings.rates),
                world: Mutex::new(world),
                addresses: OnceLock::new(),
                settings,
            }),
        })
    }

    /// What it accepts.
    pub fn credentials(&self) -> &Credentials {
        &self.shared.gate.credentials
    }

    /// The sandbox as a service. A connection can be closed only by [`Sandbox::serve`]: here, an
    /// answer 502 stands for that.
    pub fn router(&self) -> Router {
        app::router(Arc::clone(&self.shared))
    }

    /// Binds a free port of `ip` for each cluster that runs. From then on the API tells these addresses, and
    /// `server_ca` as the file with [`Doors::server_ca`], which somebody has to write.
    pub async fn open_doors(
        &self,
        ip: IpAddr,
        server_ca: Option<&Path>,
    ) -> Result<Doors, DoorError> {
        Doors::open(&self.shared, ip, server_ca).await
    }

    /// Serves for ever.
    pub async fn serve(&self, listener: TcpListener) {
        self.serve_until(listener, pending()).await;
    }

    /// Serves until `stop` ends.
    pub async fn serve_until(&self, listener: TcpListener, stop: impl Future<Output = ()>) {
        server::serve(self.router(), listener, stop).await;
    }
}
