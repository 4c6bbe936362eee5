//! Connections to Atlas: TCP, through a proxy's tunnel if there is one, then TLS.
//!
//! The destination is fixed when this is made; what address a request bears makes no difference.

use std::{
    fmt, io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::http::{Uri, uri::Scheme};
use hyper_util::{
    client::legacy::connect::{Connected, Connection, HttpConnector, proxy::Tunnel},
    rt::TokioIo,
};
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tower::Service;

use crate::serve::config::{Network, Origin, Proxy};

/// Makes connections to one origin.
#[derive(Clone)]
pub(super) struct Connector {
    origin: Uri,
    route: Route,
    /// `None` towards this computer alone, where nobody is on the way.
    tls: Option<(TlsConnector, ServerName<'static>)>,
    patience: Duration,
}

#[derive(Clone, Debug)]
enum Route {
    Direct(HttpConnector),
    Tunnel(Tunnel<HttpConnector>),
}

/// Why there can be no connection at all.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The system names no certificate authority.
    #[error(
        "This system names no certificate authorities, so that Atlas cannot be recognised: install them (the package ca-certificates on most), or name a file of them with --upstream-ca."
    )]
    NoAuthorities,
    /// The TLS library cannot be set up.
    #[error("TLS could not be set up: {0}.")]
    Tls(rustls::Error),
    /// The host cannot stand in an address or in a certificate.
    #[error("--upstream names a host that no certificate can be for.")]
    Host,
}

impl Connector {
    pub(super) fn new(
        origin: &Origin,
        network: &Network,
        patience: Duration,
    ) -> Result<Self, ConnectError> {
        let uri = Uri::builder()
            .scheme(origin.scheme.clone())
            .authority(origin.authority.as_str())
            .path_and_query("/")
            .build()
            .map_err(|_| ConnectError::Host)?;
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        // The scheme is https; TLS is what happens below.
        tcp.enforce_http(false);
        let tls = if origin.scheme == Scheme::HTTPS {
            let host = uri.host().unwrap_or_default();
            let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
                .map_err(|_| ConnectError::Host)?;
            Some((TlsConnector::from(Arc::new(tls(network)?)), name))
        } else {
            None
        };
        Ok(Self {
            origin: uri,
            route: match &network.proxy {
                None => Route::Direct(tcp),
                Some(Proxy {
                    address,
                    authorization,
                }) => {
                    let tunnel = Tunnel::new(address.clone(), tcp);
                    Route::Tunnel(match authorization {
                        Some(value) => tunnel.with_auth(value.clone()),
                        None => tunnel,
                    })
                }
            },
            tls,
            patience,
        })
    }

    async fn connect(mut self) -> io::Result<Stream> {
        let tcp: TcpStream = match &mut self.route {
            Route::Direct(tcp) => tcp.call(self.origin).await.map_err(io::Error::other)?,
            Route::Tunnel(tunnel) => tunnel
                .call(self.origin)
                .await
                .map_err(|error| io::Error::other(format!("HTTPS_PROXY: {}", chain(&error))))?,
        }
        .into_inner();
        Ok(TokioIo::new(match self.tls {
            Some((tls, name)) => Box::new(tls.connect(name, tcp).await?),
            None => Box::new(tcp),
        }))
    }
}

/// What is trusted is what `--upstream-ca` names, or else what the system does.
fn tls(network: &Network) -> Result<ClientConfig, ConnectError> {
    let authorities = if let Some(given) = &network.authorities {
        given.clone()
    } else {
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        store
    };
    if authorities.is_empty() {
        return Err(ConnectError::NoAuthorities);
    }
    Ok(
        ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(ConnectError::Tls)?
            .with_root_certificates(authorities)
            .with_no_client_auth(),
    )
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// A connection, with TLS or without.
pub(crate) trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

type Stream = TokioIo<Box<dyn Io>>;

impl Connection for Box<dyn Io> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Stream>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connecting = timeout(self.patience, self.clone().connect());
        Box::pin(async move {
            connecting.await.unwrap_or_else(|_| {
                Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "no connection came about in time",
                ))
            })
        })
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The route may hold a password for the proxy.
        f.debug_struct("Connector")
            .field("origin", &self.origin)
            .finish_non_exhaustive()
    }
}
