//! TLS as mongod sets it up: a client's certificate is asked for and not demanded, the names of the bundle
//! are sent as the list of authorities (drivers in Go and Java choose by it), and whoever proves that it holds its
//! certificate's key is let through, for the verdict comes afterwards (`SSL_VERIFY_PEER` with a callback
//! that lets everything pass).
//!
//! The proof is checked by [`pki`], which knows every key that OpenSSL takes, and decodes certificates as it
//! does; the rest of TLS is `rustls`.

use std::sync::{Arc, Mutex, PoisonError};

use pki::{
    Certificate,
    verify::{Handshake, TrustStore},
};
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerMisbehaved,
    ServerConfig, SignatureScheme, SupportedProtocolVersion,
    client::danger::HandshakeSignatureValid,
    crypto::ring,
    pki_types::{CertificateDer, UnixTime},
    server::{
        NoServerSessionStorage,
        danger::{ClientCertVerified, ClientCertVerifier},
    },
    version::{TLS12, TLS13},
};

use crate::{Identity, MinimumTls, State, judge};

/// Octets of the list of authorities. TLS has room for 65,535; a longer list is not sent, and a client
/// chooses by itself then.
const LONGEST_LIST: usize = 60_000;

/// What is needed for connections while the bundle stays as it is.
pub(crate) struct Ready {
    bundle: Option<String>,
    minimum: MinimumTls,
    pub(crate) store: Arc<TrustStore>,
    pub(crate) config: Arc<ServerConfig>,
}

/// The last one made.
#[derive(Default)]
pub(crate) struct Prepared(Mutex<Option<Arc<Ready>>>);

impl Prepared {
    /// For the bundle of this moment.
    pub(crate) fn of(&self, state: &State, identity: &Identity) -> Result<Arc<Ready>, Error> {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ready) = &*last
            && ready.bundle == state.bundle
            && ready.minimum == state.minimum_tls
        {
            return Ok(Arc::clone(ready));
        }
        let (authorities, store) = judge::load(state.bundle.as_deref());
        let ready = Arc::new(Ready {
            bundle: state.bundle.clone(),
            minimum: state.minimum_tls,
            store,
            config: Arc::new(config(identity, state.minimum_tls, &authorities)?),
        });
        *last = Some(Arc::clone(&ready));
        Ok(ready)
    }
}

fn config(
    identity: &Identity,
    minimum: MinimumTls,
    authorities: &[Arc<Certificate>],
) -> Result<ServerConfig, Error> {
    let versions: &[&SupportedProtocolVersion] = match minimum {
        MinimumTls::Tls12 => &[&TLS12, &TLS13],
        MinimumTls::Tls13 => &[&TLS13],
    };
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)?
        .with_client_cert_verifier(Arc::new(AnyClient {
            authorities: names(authorities),
        }))
        .with_single_cert(identity.chain(), identity.key())?;
    // Each connection shows its certificate, so that a change of the bundle holds for the next one.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

fn names(authorities: &[Arc<Certificate>]) -> Vec<DistinguishedName> {
    let subjects = authorities.iter().filter_map(|it| subject(it.tbs()));
    let names: Vec<&[u8]> = subjects.filter(|name| name.len() > 2).collect();
    let octets: usize = names.iter().map(|name| name.len() + 2).sum();
    if octets > LONGEST_LIST {
        return Vec::new();
    }
    names.into_iter().map(|name| name.to_vec().into()).collect()
}

/// The subject as it is encoded.
///
/// ```asn1
/// TBSCertificate ::= SEQUENCE { version [0] DEFAULT v1, serialNumber INTEGER, signature, issuer, validity, subject, … }
/// ```
fn subject(tbs: &[u8]) -> Option<&[u8]> {
    let (_, content) = value(tbs)?;
    let mut rest = content;
    if rest.first() == Some(&0xa0) {
        rest = &rest[value(rest)?.0..];
    }
    for _ in 0..4 {
        rest = rest.get(value(rest)?.0..)?;
    }
    rest.get(..value(rest)?.0)
}

/// The length of the value at the beginning, with its header, and its content. Of definite length.
fn value(der: &[u8]) -> Option<(usize, &[u8])> {
    let first = usize::from(*der.get(1)?);
    let (header, length) = if first < 0x80 {
        (2, first)
    } else {
        let octets = der.get(2..2 + (first & 0x7f))?;
        if octets.is_empty() || octets.len() > 3 {
            return None;
        }
        let length = octets.iter().fold(0, |sum, it| sum << 8 | usize::from(*it));
        (2 + octets.len(), length)
    };
    Some((header + length, der.get(header..header + length)?))
}

/// Takes every client that holds its key.
#[derive(Debug)]
struct AnyClient {
    authorities: Vec<DistinguishedName>,
}

impl AnyClient {
    fn check(
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
        is_tls13: bool,
        message: &[u8],
    ) -> Result<HandshakeSignatureValid, Error> {
        let certificate =
            Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
        let scheme = (u16::from(signed.scheme), is_tls13);
        if !Handshake::schemes().contains(&scheme.0) {
            return Err(PeerMisbehaved::SignedHandshakeWithUnadvertisedSigScheme.into());
        }
        if Handshake::proves_key(&certificate, scheme, message, signed.signature()) {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(CertificateError::BadSignature.into())
        }
    }
}

impl ClientCertVerifier for AnyClient {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &self.authorities
    }

    fn verify_client_cert(
        &self,
        leaf: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        let mut chain = std::iter::once(leaf).chain(sent);
        // OpenSSL reads all of them, or refuses the message.
        if chain.any(|der| Certificate::from_der(der).is_err()) {
            return Err(CertificateError::BadEncoding.into());
        }
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::check(certificate, signed, false, message)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::check(certificate, signed, true, message)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let schemes = Handshake::schemes().into_iter();
        schemes.map(SignatureScheme::from).collect()
    }
}
