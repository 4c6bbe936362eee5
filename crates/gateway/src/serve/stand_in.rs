//! The sandbox in this process, on a listener of its own, so that calls reach it as they reach
//! Atlas.

use std::net::Ipv4Addr;

use ::sandbox::{Credentials, Sandbox, Settings};
use axum::http::uri::Scheme;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{
    ServeError,
    config::{Credential, Origin},
};

/// A sandbox that runs. It stops when this is gone.
#[derive(Debug)]
pub(super) struct StandIn {
    authority: String,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
}

impl StandIn {
    pub(super) async fn start() -> Result<Self, ServeError> {
        let sandbox = Sandbox::new(Settings::default()).map_err(ServeError::Sandbox)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(ServeError::SandboxListener)?;
        let authority = listener
            .local_addr()
            .map_err(ServeError::SandboxListener)?
            .to_string();
        let (stop, told) = oneshot::channel();
        let running = tokio::spawn(async move {
            sandbox
                .serve_until(listener, async { drop(told.await) })
                .await;
        });
        Ok(Self {
            authority,
            stop,
            running,
        })
    }

    pub(super) fn origin(&self) -> Origin {
        Origin {
            scheme: Scheme::HTTP,
            authority: self.authority.clone(),
        }
    }

    pub(super) async fn stop(self) {
        drop(self.stop);
        // It ends by itself after a moment; one that cannot is cut off with the program.
        let _ = self.running.await;
    }
}

/// What every sandbox accepts. It opens nothing else.
pub(super) fn credential() -> Credential {
    let Credentials {
        client_id,
        client_secret,
        ..
    } = Credentials::default();
    Credential::ServiceAccount {
        id: client_id,
        secret: client_secret.into(),
    }
}
