//! The certificates a server trusts.

use std::{collections::HashMap, sync::Arc};

use super::Purpose;
use crate::{
    Certificate,
    certificate::{Trust, TrustSettings},
    report::Sha256,
};

/// The bundle, as an `X509_STORE` holds it: each certificate once, found by its subject, those of
/// one subject in the order in which they were added.
#[derive(Debug, Default)]
pub struct TrustStore {
    by_subject: HashMap<Vec<u8>, Vec<Arc<Certificate>>>,
    /// Of the few certificates that came with any.
    settings: HashMap<Sha256, TrustSettings>,
}

impl TrustStore {
    /// Takes certificates in the order of the bundle.
    pub fn new(certificates: impl IntoIterator<Item = Arc<Certificate>>) -> Self {
        let mut store = Self::default();
        for certificate in certificates {
            let subject = certificate.subject().canonical().to_vec();
            let same_named = store.by_subject.entry(subject).or_default();
            // By fingerprint: comparing everything would be quadratic in same-named certificates
            // of any size, comparing 32 octets is not worth an index.
            if !same_named
                .iter()
                .any(|held| held.sha256() == certificate.sha256())
            {
                same_named.push(certificate);
            }
        }
        store
    }

    /// The same, where some certificates came with trust settings.
    pub fn with_settings(
        certificates: impl IntoIterator<Item = Arc<Certificate>>,
        settings: HashMap<Sha256, TrustSettings>,
    ) -> Self {
        Self {
            settings,
            ..Self::new(certificates)
        }
    }

    /// What the settings of a certificate of this store say.
    pub(super) fn settings_on(&self, certificate: &Certificate, purpose: Purpose) -> Trust {
        self.settings
            .get(&certificate.sha256())
            .map_or(Trust::Unsaid, |settings| settings.on(purpose))
    }

    /// The certificates whose subject is `canonical` (see [`crate::Name::canonical`]).
    pub(crate) fn with_subject(&self, canonical: &[u8]) -> &[Arc<Certificate>] {
        self.by_subject.get(canonical).map_or(&[], Vec::as_slice)
    }
}
