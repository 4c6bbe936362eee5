//! The handshake, and what it shows that a driver keeps to itself: the server's certificate, whether the
//! server asks for one, and which authorities it names.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, ProtocolVersion,
    RootCertStore, SignatureScheme,
    client::{
        ResolvesClientCert, WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
    sign::CertifiedKey,
};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// What a handshake showed, however it ended.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What the server sent, its own certificate first.
    pub(super) chain: Vec<CertificateDer<'static>>,
    /// Whether it asked for a certificate.
    pub(super) asked: bool,
    /// Whether one was sent.
    pub(super) sent: bool,
    /// The names of the authorities that it says it trusts, in DER.
    pub(super) authorities: Vec<Vec<u8>>,
}

/// Why there is no connection with TLS.
#[derive(Debug)]
pub(super) enum NoTls {
    /// The server closed or reset the connection.
    Closed,
    Alert(AlertDescription),
    Silent,
    /// What came is not TLS.
    Other,
    /// The server's certificate is not trusted.
    Untrusted(CertificateError),
    Failed(String),
}

/// A connection with TLS.
pub(super) struct Secured {
    pub(super) stream: TlsStream<TcpStream>,
    pub(super) version: &'static str,
}

/// Shakes hands with a server that these roots vouch for, with a certificate or without.
pub(super) async fn shake_hands(
    stream: TcpStream,
    host: &str,
    roots: &Arc<RootCertStore>,
    key: Option<&Arc<CertifiedKey>>,
    patience: Duration,
) -> (Result<Secured, NoTls>, Seen) {
    let seen = Arc::default();
    let result = match config(roots, key, &seen) {
        Ok(config) => connect(stream, host, config, patience).await,
        Err(error) => Err(NoTls::Failed(error)),
    };
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    (result, seen)
}

fn config(
    roots: &Arc<RootCertStore>,
    key: Option<&Arc<CertifiedKey>>,
    seen: &Arc<Mutex<Seen>>,
) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let inner =
        WebPkiServerVerifier::builder_with_provider(Arc::clone(roots), Arc::clone(&provider))
            .build()
            .map_err(|error| error.to_string())?;
    let verifier = Watched {
        inner,
        seen: Arc::clone(seen),
    };
    let resolver = Watched {
        inner: key.cloned(),
        seen: Arc::clone(seen),
    };
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_client_cert_resolver(Arc::new(resolver));
    Ok(config)
}

async fn connect(
    stream: TcpStream,
    host: &str,
    config: ClientConfig,
    patience: Duration,
) -> Result<Secured, NoTls> {
    let name = ServerName::try_from(host.trim_matches(['[', ']']).to_owned())
        .map_err(|error| NoTls::Failed(error.to_string()))?;
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let stream = match timeout(patience, connecting).await {
        Ok(connected) => connected.map_err(|error| no_tls(&error))?,
        Err(_) => return Err(NoTls::Silent),
    };
    let version = match stream.get_ref().1.protocol_version() {
        Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
        Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
        _ => "TLS",
    };
    Ok(Secured { stream, version })
}

/// The fault of TLS within an error of a stream.
pub(super) fn cause(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref()?.downcast_ref()
}

fn no_tls(error: &io::Error) -> NoTls {
    match cause(error) {
        None => NoTls::Closed,
        Some(rustls::Error::AlertReceived(alert)) => NoTls::Alert(*alert),
        Some(
            rustls::Error::InvalidMessage(_)
            | rustls::Error::InappropriateMessage { .. }
            | rustls::Error::InappropriateHandshakeMessage { .. },
        ) => NoTls::Other,
        Some(rustls::Error::InvalidCertificate(reason)) => NoTls::Untrusted(reason.clone()),
        Some(other) => NoTls::Failed(other.to_string()),
    }
}

/// What decides, and what it was asked.
#[derive(Debug)]
struct Watched<T> {
    inner: T,
    seen: Arc<Mutex<Seen>>,
}

impl<T> Watched<T> {
    fn note(&self, what: impl FnOnce(&mut Seen)) {
        what(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl ServerCertVerifier for Watched<Arc<WebPkiServerVerifier>> {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        self.note(|seen| {
            let intermediates = intermediates.iter().cloned();
            let chain = std::iter::once(end_entity.clone()).chain(intermediates);
            seen.chain = chain.map(CertificateDer::into_owned).collect();
        });
        self.inner
            .verify_server_cert(end_entity, intermediates, name, ocsp, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.inner
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

impl ResolvesClientCert for Watched<Option<Arc<CertifiedKey>>> {
    fn resolve(
        &self,
        authorities: &[&[u8]],
        schemes: &[SignatureScheme],
    ) -> Option<Arc<CertifiedKey>> {
        let key = self.inner.clone();
        // Without a scheme in common TLS goes on without a certificate.
        let key = key.filter(|key| key.key.choose_scheme(schemes).is_some());
        self.note(|seen| {
            seen.asked = true;
            seen.sent = key.is_some();
            seen.authorities = authorities.iter().map(|name| name.to_vec()).collect();
        });
        key
    }

    fn has_certs(&self) -> bool {
        self.inner.is_some()
    }
}
