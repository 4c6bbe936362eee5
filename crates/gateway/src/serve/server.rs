//! The server: bound to its addresses, with everything that it needs, until it is told to stop.

use std::{net::SocketAddr, sync::Arc};

use axum::extract::Request;
use tower::Service as _;

use super::{
    app::{self, Shared},
    config::{Mode, Name, Network, Settings},
    config_json,
    error::ServeError,
    guards::host::Hosts,
    label::{self, Label},
    launch::Launch,
    limits::Limits,
    listen::Listeners,
    page::Source,
    stand_in::{self, StandIn},
    upstream::{Patience, Upstream},
};
use crate::terminal::clean;

/// A server that listens, and answers once it runs.
#[derive(Debug)]
pub struct Gateway {
    listeners: Listeners,
    pub(super) address: SocketAddr,
    pub(super) shared: Arc<Shared>,
    limits: Limits,
    /// Host and port of the sandbox, when it is one that the calls are for.
    pub(super) sandbox: Option<String>,
    /// The sandbox, when it runs here.
    pub(super) stand_in: Option<StandIn>,
}

impl Gateway {
    pub async fn bind(settings: &Settings, limits: Limits) -> Result<Self, ServeError> {
        let own = own_name(&settings.name)?;
        let listeners = Listeners::bind(settings.listen, own.is_some()).await?;
        let address = listeners
            .address()
            .map_err(|cause| ServeError::bind(settings.listen, cause))?;
        let hosts = Hosts::new(address, own.as_deref(), &settings.allow_hosts);
        let page = match &settings.page {
            None => Source::embedded(),
            Some(folder) => Source::folder(folder).map_err(ServeError::Page)?,
        };
        let (stand_in, origin, credential, network) = match &settings.mode {
            Mode::Sandbox => {
                let stand_in = StandIn::start(&settings.doors).await?;
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
                request_timeout: limits.clients.request,
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
        connections::serve(self.listeners, respond, self.limits.clients, stop).await;
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
