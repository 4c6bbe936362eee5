//! What mongod says of a client's certificate, once TLS has shown that the client holds its key.

use std::{collections::HashMap, sync::Arc};

use pki::{
    Certificate, Timestamp,
    certificate::TrustSettings,
    input::{self, Content, Form},
    name::NoUserName,
    verify::{self, Level, Profile, Purpose, TrustStore},
};

/// The authorities of a bundle and what they are trusted for, as the server has loaded it. Of what OpenSSL
/// does not load nobody is trusted.
pub(crate) fn load(bundle: Option<&str>) -> (Vec<Arc<Certificate>>, Arc<TrustStore>) {
    let contents = input::read("cas", bundle.unwrap_or_default().as_bytes());
    let mut authorities = Vec::new();
    let mut settings = HashMap::new();
    let is_loaded = contents.bundle_obstacles.is_empty();
    for (at, block) in contents.blocks.iter().enumerate().filter(|_| is_loaded) {
        let Content::Certificate { der, form } = &block.content else {
            continue;
        };
        let Ok(certificate) = Certificate::from_der(der) else {
            continue;
        };
        if contents.passed_over.contains(&at) {
            continue;
        }
        if matches!(form, Form::Pem { label } if label == TRUSTED) {
            let behind = der.get(certificate.der().len()..).unwrap_or_default();
            let said = TrustSettings::read(behind).unwrap_or_default();
            settings.insert(certificate.sha256(), said);
        }
        authorities.push(Arc::new(certificate));
    }
    let store = TrustStore::with_settings(authorities.iter().cloned(), settings);
    (authorities, Arc::new(store))
}

/// OpenSSL's own label, for a certificate with what it is trusted for behind it.
const TRUSTED: &str = "TRUSTED CERTIFICATE";

/// What becomes of a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is let in, and has this name; an empty one belongs to nobody.
    Accepted(String),
    /// Its connection is dropped. The name is what would have been derived.
    Refused { name: String, why: String },
}

/// Judges a chain, the leaf first.
pub(crate) fn judge(chain: &[Vec<u8>], store: &Arc<TrustStore>, at: Timestamp) -> Verdict {
    let decoded: Option<Vec<Arc<Certificate>>> = chain
        .iter()
        .map(|der| Certificate::from_der(der).ok().map(Arc::new))
        .collect();
    let Some((leaf, sent)) = decoded.as_deref().and_then(<[_]>::split_first) else {
        // The handshake would not have come to its end.
        return Verdict::Refused {
            name: String::new(),
            why: "the certificate cannot be decoded".to_owned(),
        };
    };
    let profile = Profile {
        level: Level::default(),
        purpose: Purpose::TlsClient,
        at,
    };
    let verdict = verify::verify(leaf, sent, store, profile);
    let name = leaf.subject().user_name();
    let said = match (verdict.accepted(), verdict.final_error) {
        (Some(true), _) => None,
        (_, Some(error)) => Some(error.code.text().to_owned()),
        (_, None) => Some(verdict.undetermined.map_or_else(
            || verify::Code::Unspecified.text().to_owned(),
            |why| why.to_string(),
        )),
    };
    match (said, name) {
        (Some(why), name) => Verdict::Refused {
            name: name.unwrap_or_default(),
            why: format!("SSL peer certificate validation failed: {why}"),
        },
        (None, Ok(name)) => Verdict::Accepted(name),
        (None, Err(NoUserName::NoAttributes | NoUserName::TooLong { .. })) => {
            Verdict::Accepted(String::new())
        }
        (None, Err(why)) => Verdict::Refused {
            name: String::new(),
            why: why.to_string(),
        },
    }
}
