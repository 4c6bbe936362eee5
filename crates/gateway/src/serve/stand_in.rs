//! The sandbox in this process, on a listener of its own, so that calls reach it as they reach
//! Atlas.

use std::{error::Error, future::pending, net::Ipv4Addr, time::Duration};

use ::sandbox::{Sandbox, Settings};
use axum::{body::Bytes, http::uri::Scheme};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use serde::Deserialize;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time::timeout};

use crate::doors::{DoorFlags, OpenDoors};

use super::{
    config::{Credential, Origin},
    error::ServeError,
};

/// For a sandbox on this computer to say what it accepts.
const PATIENCE: Duration = Duration::from_secs(5);

/// Far more than credentials need.
const LARGEST_ANSWER: usize = 16 * 1024;

/// A sandbox that runs. It stops when this is gone.
#[derive(Debug)]
pub(super) struct StandIn {
    authority: String,
    credential: Credential,
    stop: oneshot::Sender<()>,
    running: JoinHandle<()>,
    /// What is said of its clusters.
    pub(super) clusters: Option<String>,
}

impl StandIn {
    pub(super) async fn start(doors: &DoorFlags) -> Result<Self, ServeError> {
        let sandbox = Sandbox::new(Settings::default()).map_err(ServeError::Sandbox)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(ServeError::SandboxListener)?;
        let authority = listener
            .local_addr()
            .map_err(ServeError::SandboxListener)?
            .to_string();
        let doors = doors.open(&sandbox).await.map_err(ServeError::Clusters)?;
        let clusters = doors.as_ref().map(OpenDoors::words);
        let accepted = sandbox.credentials();
        let credential = account(accepted.client_id.clone(), accepted.client_secret.clone());
        let (stop, told) = oneshot::channel();
        let running = tokio::spawn(async move {
            let letting_in = async {
                match doors {
                    Some(doors) => doors.serve().await,
                    None => pending().await,
                }
            };
            tokio::select! {
                () = sandbox.serve_until(listener, async { drop(told.await) }) => {}
                () = letting_in => {}
            }
        });
        Ok(Self {
            authority,
            credential,
            stop,
            running,
            clusters,
        })
    }

    pub(super) fn origin(&self) -> Origin {
        Origin {
            scheme: Scheme::HTTP,
            authority: self.authority.clone(),
        }
    }

    /// What it accepts, as long as it runs.
    pub(super) fn credential(&self) -> Credential {
        self.credential.clone()
    }

    pub(super) async fn stop(self) {
        drop(self.stop);
        // It ends by itself after a moment; one that cannot is cut off with the program.
        let _ = self.running.await;
    }
}

/// What a sandbox that runs on this computer already accepts. It tells whoever asks from here.
pub(super) async fn credential_of(origin: &Origin) -> Result<Credential, ServeError> {
    let no_sandbox = |cause: String| ServeError::NoSandbox {
        authority: origin.authority.clone(),
        cause,
    };
    let answer = timeout(PATIENCE, ask(origin)).await;
    let answer = answer
        .map_err(|_| no_sandbox("no answer came in time".to_owned()))?
        .map_err(|error| no_sandbox(error.to_string()))?;
    let Accepted {
        client_id,
        client_secret,
    } = serde_json::from_slice(&answer).map_err(|error| no_sandbox(error.to_string()))?;
    Ok(account(client_id, client_secret))
}

async fn ask(origin: &Origin) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let uri = format!("http://{}/sandbox/credentials", origin.authority).parse()?;
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let answer = client.get(uri).await?;
    let body = Limited::new(answer.into_body(), LARGEST_ANSWER);
    Ok(body.collect().await?.to_bytes())
}

/// A part of what `/sandbox/credentials` answers.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    client_id: String,
    client_secret: String,
}

fn account(id: String, secret: String) -> Credential {
    Credential::ServiceAccount {
        id,
        secret: secret.into(),
    }
}
