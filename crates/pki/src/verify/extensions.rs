//! Critical extensions, CA marks, purpose and path length (`check_extensions`).

use super::{Code, Purpose, Verification};
use crate::{
    Certificate,
    certificate::{KeyUsage, PublicKey, Purposes, Trust},
};

/// Bits of netscape-cert-type.
mod netscape {
    pub(super) const SSL_CLIENT: u8 = 0x80;
    pub(super) const SSL_SERVER: u8 = 0x40;
    pub(super) const SSL_CA: u8 = 0x04;
    pub(super) const ANY_CA: u8 = 0x07;
}

/// What a certificate must be, by its place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The leaf may be anything.
    Anything,
    /// Above a proxy certificate stands an end entity.
    EndEntity,
    Authority,
}

/// Why `check_ca` takes a certificate for a CA.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CaMark {
    BasicConstraints,
    /// Version 1 and self-signed.
    VersionOne,
    /// No basicConstraints, but keyUsage with keyCertSign.
    KeyUsage,
    /// Neither, but netscape-cert-type says so.
    Netscape,
}

impl Verification {
    pub(super) fn check_extensions(&mut self) {
        let count = self.path.certificates.len();
        let mut place = Place::Anything;
        let mut authorities_below = 0;
        let mut proxies_below = 0;
        for depth in 0..count {
            let certificate = std::sync::Arc::clone(&self.path.certificates[depth]);
            let extensions = certificate.extensions();
            // OpenSSL reads the extensions when it first needs them, which for these two checks
            // can be too late.
            let is_examined = depth > 0 || self.path.leaf_is_examined;
            if is_examined && extensions.unhandled_critical().is_some() {
                self.raise(Code::CriticalExtension, depth);
            }
            if is_examined && extensions.proxy.is_some() {
                self.raise(Code::ProxyNotAllowed, depth);
            }
            let mark = if certificate.is_invalid() {
                None
            } else {
                ca_mark(&certificate)
            };
            match place {
                Place::EndEntity if mark.is_some() => self.raise(Code::InvalidNonCa, depth),
                Place::Anything | Place::EndEntity => {}
                Place::Authority => {
                    // Below the top, nothing but basicConstraints makes a CA.
                    let good = match mark {
                        None => false,
                        Some(CaMark::BasicConstraints) => true,
                        Some(_) => depth + 1 == count,
                    };
                    if !good {
                        self.raise(Code::InvalidCa, depth);
                    }
                }
            }
            if count > 1 {
                match certificate.public_key() {
                    None => self.raise(Code::Unspecified, depth),
                    Some(PublicKey::Ec(point)) if point.explicit => {
                        self.raise(Code::ExplicitCurve, depth);
                    }
                    Some(_) => {}
                }
            }
            if !self.purpose_suits(&certificate, depth, place == Place::Authority) {
                self.raise(Code::PurposeUnsuitable, depth);
            }
            let path_length = extensions
                .basic_constraints
                .and_then(|constraints| constraints.path_length);
            if depth > 1 && path_length.is_some_and(|most| authorities_below > most + proxies_below)
            {
                self.raise(Code::PathLengthExceeded, depth);
            }
            if depth > 0 && !certificate.is_self_issued() {
                authorities_below += 1;
            }
            if let Some(proxy) = extensions.proxy {
                if let Some(most) = proxy.path_length {
                    if proxies_below > most {
                        self.raise(Code::ProxyPathLengthExceeded, depth);
                    }
                    proxies_below = most;
                }
                proxies_below += 1;
                place = Place::EndEntity;
            } else {
                place = Place::Authority;
            }
        }
    }
}

impl Verification {
    /// `check_purpose`: trust settings of a certificate of the bundle outdo what it says itself.
    fn purpose_suits(&self, certificate: &Certificate, depth: usize, as_authority: bool) -> bool {
        let purpose = self.profile.purpose;
        let settings = if depth < self.path.untrusted {
            Trust::Unsaid
        } else {
            self.store.settings_on(certificate, purpose)
        };
        match settings {
            Trust::Trusted => true,
            Trust::Rejected => false,
            // The purpose of a damaged certificate is not looked at (`X509_check_purpose` is -1).
            Trust::Unsaid => certificate.is_invalid() || suits(certificate, purpose, as_authority),
        }
    }
}

/// `check_ca`: whether and why a certificate counts as a CA.
pub(crate) fn ca_mark(certificate: &Certificate) -> Option<CaMark> {
    let extensions = certificate.extensions();
    if !usage_allows(certificate, KeyUsage::KEY_CERT_SIGN) {
        return None;
    }
    if let Some(constraints) = extensions.basic_constraints {
        return constraints.ca.then_some(CaMark::BasicConstraints);
    }
    if certificate.is_version_1() && certificate.is_self_signed() {
        return Some(CaMark::VersionOne);
    }
    if extensions.key_usage.is_some() {
        return Some(CaMark::KeyUsage);
    }
    extensions
        .netscape_cert_type
        .is_some_and(|kind| kind & netscape::ANY_CA != 0)
        .then_some(CaMark::Netscape)
}

/// Whether the key usage, where there is one, allows any of `usages`.
pub(crate) fn usage_allows(certificate: &Certificate, usages: u16) -> bool {
    certificate
        .extensions()
        .key_usage
        .is_none_or(|usage| usage.allows(usages))
}

/// `check_purpose_ssl_client` and `check_purpose_ssl_server`. anyExtendedKeyUsage does not help.
pub(crate) fn suits(certificate: &Certificate, purpose: Purpose, as_authority: bool) -> bool {
    let extensions = certificate.extensions();
    let for_purpose = |purposes: &Purposes| match purpose {
        Purpose::TlsClient => purposes.client_auth,
        Purpose::TlsServer => purposes.server_auth,
    };
    if !extensions.purposes.as_ref().is_none_or(for_purpose) {
        return false;
    }
    let netscape_allows = |kinds: u8| {
        extensions
            .netscape_cert_type
            .is_none_or(|kind| kind & kinds != 0)
    };
    if as_authority {
        return match ca_mark(certificate) {
            None => false,
            Some(CaMark::Netscape) => netscape_allows(netscape::SSL_CA),
            Some(_) => true,
        };
    }
    let (usages, kind) = match purpose {
        Purpose::TlsClient => (
            KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_AGREEMENT,
            netscape::SSL_CLIENT,
        ),
        Purpose::TlsServer => (
            KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_ENCIPHERMENT | KeyUsage::KEY_AGREEMENT,
            netscape::SSL_SERVER,
        ),
    };
    usage_allows(certificate, usages) && netscape_allows(kind)
}
