//! Bundles of CA certificates: what Atlas takes, and when what it has expires.

use pki::{Certificate, input};

use crate::{clock::Moment, refusal::Refusal};

/// Checks a bundle that somebody wants to save.
///
/// Assumption: Atlas refuses with `ATLAS_INVALID_AUTH_SETTINGS` what is not PEM certificates through
/// and through, and what is not a CA; only the code for an expired CA is published.
pub(crate) fn check(pem: &str, now: Moment) -> Result<(), Refusal> {
    let invalid = |why: &str| Refusal::InvalidAuthSettings {
        why: why.to_owned(),
    };
    let contents = input::read("cas", pem.as_bytes());
    if !contents.bundle_obstacles.is_empty() {
        return Err(invalid("The certificate authority is not valid PEM"));
    }
    let mut expired = false;
    for block in &contents.blocks {
        let input::Content::Certificate { der, .. } = &block.content else {
            return Err(invalid(
                "The certificate authority holds something that is not a certificate",
            ));
        };
        let certificate = Certificate::from_der(der)
            .map_err(|_| invalid("The certificate authority cannot be decoded"))?;
        if !certificate.is_authority() {
            return Err(invalid("A certificate is not a certificate authority"));
        }
        expired |= expiry(&certificate).is_some_and(|end| end < now);
    }
    if expired {
        Err(Refusal::ExpiredAuthority)
    } else {
        Ok(())
    }
}

/// A CA of a saved bundle.
pub(crate) struct Saved {
    /// The first twelve bytes of its SHA-256 digest, in hexadecimal.
    pub(crate) mark: String,
    pub(crate) end: Moment,
}

/// The CAs of a saved bundle, with their ends.
pub(crate) fn authorities(pem: &str) -> Vec<Saved> {
    input::read("cas", pem.as_bytes())
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            input::Content::Certificate { der, .. } => Certificate::from_der(der).ok(),
            _ => None,
        })
        .filter_map(|certificate| {
            Some(Saved {
                mark: certificate.sha256().to_string().get(..24)?.to_owned(),
                end: expiry(&certificate)?,
            })
        })
        .collect()
}

fn expiry(certificate: &Certificate) -> Option<Moment> {
    certificate.validity().1.map(Moment::from)
}
