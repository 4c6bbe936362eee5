//! Which Atlas, and the way to it: origin, proxy, trusted authorities.

use std::{env, net::IpAddr, path::Path};

use axum::http::{HeaderValue, Uri, uri::Scheme};
use hyper_util::client::proxy::matcher::Matcher;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use super::{
    SettingError,
    sources::{Key, Place, Sources},
};
use crate::private::{self, Danger};

/// The commercial Atlas.
pub(super) const DEFAULT_HOST: &str = "cloud.mongodb.com";

const UPSTREAM: Key = Key {
    flag: "--upstream",
    env: "ATLAS_X509_UPSTREAM",
    file: "upstream",
};
const UPSTREAM_CA: Key = Key {
    flag: "--upstream-ca",
    env: "ATLAS_X509_UPSTREAM_CA",
    file: "upstream-ca",
};
const SANDBOX_AT: Key = Key {
    flag: "--sandbox-at",
    env: "ATLAS_X509_SANDBOX_AT",
    file: "sandbox-at",
};

/// The origin of an Atlas: `https`, or `http` on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    pub scheme: Scheme,
    /// Host, and the port if it is not the usual one.
    pub authority: String,
}

/// The way there.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// What `--upstream-ca` names; without it, what the system trusts.
    pub authorities: Option<RootCertStore>,
    pub proxy: Option<Proxy>,
}

/// A proxy that opens a tunnel (HTTP CONNECT).
#[derive(Clone, Debug)]
pub struct Proxy {
    pub address: Uri,
    /// The value of `Proxy-Authorization`, marked as sensitive.
    pub authorization: Option<HeaderValue>,
}

/// The Atlas that was asked for, or the commercial one.
pub(super) fn upstream(sources: &Sources<'_>) -> Result<Origin, SettingError> {
    let given = sources.text(UPSTREAM, sources.flags.upstream.as_ref(), |file| {
        file.upstream.as_ref()
    });
    match given {
        None => Ok(Origin {
            scheme: Scheme::HTTPS,
            authority: DEFAULT_HOST.to_owned(),
        }),
        Some(given) => parse(&given.value).ok_or(SettingError::Upstream {
            place: given.place,
            value: given.value,
        }),
    }
}

/// A sandbox that runs on this computer already, and where that was said.
pub(super) fn sandbox_at(sources: &Sources<'_>) -> Result<Option<(Origin, Place)>, SettingError> {
    let Some(given) = sources.text(SANDBOX_AT, sources.flags.sandbox_at.as_ref(), |file| {
        file.sandbox_at.as_ref()
    }) else {
        return Ok(None);
    };
    match parse(&given.value).filter(|origin| origin.scheme == Scheme::HTTP) {
        Some(origin) => Ok(Some((origin, given.place))),
        None => Err(SettingError::SandboxAt {
            place: given.place,
            value: given.value,
        }),
    }
}

/// The way to this origin. Nothing is on the way to this computer itself.
pub(super) fn network(
    sources: &Sources<'_>,
    origin: &Origin,
    authorities: Option<Authorities>,
) -> Result<Network, SettingError> {
    if origin.scheme == Scheme::HTTP {
        return Ok(Network::default());
    }
    Ok(Network {
        authorities: authorities.map(|authorities| authorities.store),
        proxy: proxy(sources, origin)?,
    })
}

/// What `--upstream-ca` names.
pub(super) struct Authorities {
    pub(super) store: RootCertStore,
    place: Place,
    /// Why others may have written the file.
    danger: Option<Danger>,
}

impl Authorities {
    /// A credential must not be used with authorities that others may have chosen.
    pub(super) fn check_file(&self) -> Result<(), SettingError> {
        match &self.danger {
            None => Ok(()),
            Some(danger) => Err(SettingError::WrittenByOthers {
                place: self.place.clone(),
                danger: danger.clone(),
            }),
        }
    }
}

/// What the environment names in place of the system's authorities (`rustls-native-certs` reads these
/// two, as OpenSSL does), and nobody else may be able to change.
pub(super) fn check_system_authorities(sources: &Sources<'_>) -> Result<(), SettingError> {
    for name in ["SSL_CERT_FILE", "SSL_CERT_DIR"] {
        let Some(given) = sources.variable(name) else {
            continue;
        };
        for path in env::split_paths(&given.value) {
            private::way_in(&path).map_err(|danger| SettingError::WrittenByOthers {
                place: given.place.clone(),
                danger,
            })?;
        }
    }
    Ok(())
}

/// What `--upstream-ca` names.
pub(super) fn authorities(sources: &Sources<'_>) -> Result<Option<Authorities>, SettingError> {
    let Some(given) = sources.text(UPSTREAM_CA, sources.flags.upstream_ca.as_ref(), |file| {
        file.upstream_ca.as_ref()
    }) else {
        return Ok(None);
    };
    let place = given.place.clone();
    let unusable = |cause: String| SettingError::UpstreamCa {
        place: place.clone(),
        file: given.value.clone(),
        cause,
    };
    let opened =
        private::read(Path::new(&given.value)).map_err(|error| unusable(error.to_string()))?;
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&opened.bytes) {
        let certificate = certificate.map_err(|_| unusable("it is not PEM".to_owned()))?;
        store
            .add(certificate)
            .map_err(|error| unusable(error.to_string()))?;
    }
    if store.is_empty() {
        return Err(unusable("it holds no certificate in PEM".to_owned()));
    }
    Ok(Some(Authorities {
        store,
        place: given.place,
        danger: opened.danger,
    }))
}

/// `HTTPS_PROXY` and `NO_PROXY`, as curl reads them, in capitals or not.
fn proxy(sources: &Sources<'_>, origin: &Origin) -> Result<Option<Proxy>, SettingError> {
    let either = |upper, lower| sources.variable(upper).or_else(|| sources.variable(lower));
    let Some(given) = either("HTTPS_PROXY", "https_proxy") else {
        return Ok(None);
    };
    let no = either("NO_PROXY", "no_proxy").map_or_else(String::new, |given| given.value);
    let to_origin = Uri::builder()
        .scheme(origin.scheme.clone())
        .authority(origin.authority.as_str())
        .path_and_query("/")
        .build()
        .unwrap_or_default();
    let matcher = |no: String| Matcher::builder().https(given.value.clone()).no(no).build();
    let Some(proxy) = matcher(String::new())
        .intercept(&to_origin)
        .filter(|proxy| proxy.uri().scheme() == Some(&Scheme::HTTP))
    else {
        return Err(SettingError::Proxy { place: given.place });
    };
    Ok(matcher(no).intercept(&to_origin).map(|_| Proxy {
        address: proxy.uri().clone(),
        authorization: proxy.basic_auth().cloned(),
    }))
}

fn parse(text: &str) -> Option<Origin> {
    let uri = Uri::try_from(text.strip_suffix('/').unwrap_or(text)).ok()?;
    let parts = uri.into_parts();
    let (scheme, authority) = (parts.scheme?, parts.authority?);
    let no_path = parts.path_and_query.is_none_or(|path| path == "/");
    // Without TLS everybody on the way could read the credential; on this computer nobody is.
    let safe =
        scheme == Scheme::HTTPS || (scheme == Scheme::HTTP && is_this_computer(authority.host()));
    (no_path && safe && !authority.as_str().contains('@')).then(|| Origin {
        scheme,
        authority: authority.as_str().to_ascii_lowercase(),
    })
}

fn is_this_computer(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_is_an_https_origin_or_plain_http_on_this_computer() {
        let cases = [
            ("https://cloud.mongodb.com", Some("cloud.mongodb.com")),
            (
                "https://cloud.mongodbgov.com/",
                Some("cloud.mongodbgov.com"),
            ),
            ("https://Proxy.Example:8443", Some("proxy.example:8443")),
            ("http://127.0.0.1:9000", Some("127.0.0.1:9000")),
            ("http://localhost:9000", Some("localhost:9000")),
            ("http://[::1]:9000", Some("[::1]:9000")),
            ("http://cloud.mongodb.com", None),
            ("http://localhost.evil.example", None),
            ("https://user:word@cloud.mongodb.com", None),
            ("https://cloud.mongodb.com/api", None),
            ("https://cloud.mongodb.com?x=1", None),
            ("cloud.mongodb.com", None),
            ("", None),
        ];
        for (text, expected) in cases {
            let authority = parse(text).map(|origin| origin.authority);
            assert_eq!(authority.as_deref(), expected, "{text}");
        }
    }
}
