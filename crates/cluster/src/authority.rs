//! The server's certificate, and the authority that it comes from: made at the start, kept in memory.
//!
//! A client is given the authority's certificate in a file and trusts it for this server alone; its key is
//! gone once the server's certificate is signed.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose, SanType,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

/// As long as the strictest of platforms accept a server's certificate (825 days), less one for clocks
/// that differ.
const VALID: Duration = Duration::days(824);

/// The authority of the server's certificate.
pub struct ServerAuthority {
    pem: String,
    identity: Identity,
}

/// What the server shows.
pub struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivatePkcs8KeyDer<'static>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[error("the certificate of the server cannot be made: {0}")]
pub struct NotMade(#[from] rcgen::Error);

impl ServerAuthority {
    /// A new authority, and a certificate for this computer.
    pub fn new() -> Result<Self, NotMade> {
        let key = KeyPair::generate()?;
        let mut authority = parameters("Atlas X.509 sandbox server CA");
        authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = authority.self_signed(&key)?.pem();

        let own = KeyPair::generate()?;
        let mut server = parameters("Atlas X.509 sandbox");
        server.subject_alt_names = vec![
            SanType::DnsName("localhost".try_into()?),
            SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)),
            SanType::IpAddress(IpAddr::V6(Ipv6Addr::LOCALHOST)),
        ];
        server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        server.use_authority_key_identifier_extension = true;
        let certificate = server.signed_by(&own, &Issuer::new(authority, key))?;
        Ok(Self {
            pem,
            identity: Identity {
                certificate: certificate.der().clone(),
                key: PrivatePkcs8KeyDer::from(own.serialize_der()),
            },
        })
    }

    /// The authority's certificate, for clients.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    pub fn identity(&self) -> Identity {
        self.identity.clone()
    }
}

fn parameters(name: &str) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    let now = OffsetDateTime::now_utc();
    parameters.not_before = now - Duration::DAY;
    parameters.not_after = parameters.not_before + VALID;
    parameters.distinguished_name = rcgen::DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters
}

impl Clone for Identity {
    fn clone(&self) -> Self {
        Self {
            certificate: self.certificate.clone(),
            key: self.key.clone_key(),
        }
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(…)")
    }
}

impl Identity {
    pub(crate) fn chain(&self) -> Vec<CertificateDer<'static>> {
        vec![self.certificate.clone()]
    }

    pub(crate) fn key(&self) -> PrivateKeyDer<'static> {
        PrivateKeyDer::Pkcs8(self.key.clone_key())
    }
}
