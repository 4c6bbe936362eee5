//! Keys and digests against the security level (`check_key_level`, `check_auth_level`).

use super::{Code, Level, Verification};
use crate::{
    Certificate,
    certificate::{Digest, PssParameters, SignatureKey},
};

impl Verification {
    /// The very first check, before any issuer is sought.
    pub(super) fn check_leaf_key(&mut self) {
        if !key_is_strong(&self.path.certificates[0], self.profile.level) {
            self.raise(Code::LeafKeyTooSmall, 0);
        }
    }

    /// The keys of the issuers, and the digests of all but the top of the chain.
    pub(super) fn check_strength(&mut self) {
        let level = self.profile.level;
        let top = self.path.certificates.len() - 1;
        for depth in 0..=top {
            if depth > 0 && !key_is_strong(&self.path.certificates[depth], level) {
                self.raise(Code::AuthorityKeyTooSmall, depth);
            }
            if depth < top && !digest_is_strong(&self.path.certificates[depth], level) {
                self.raise(Code::DigestTooWeak, depth);
            }
        }
    }
}

/// Whether the keys and digests of a chain, its leaf first, are as good at one level as at the other.
/// Nothing else that decides about a chain depends on the level.
pub(crate) fn level_is_nothing_to<'a>(chain: impl Iterator<Item = &'a Certificate>) -> bool {
    let at_both = |is_strong: fn(&Certificate, Level) -> bool, certificate: &Certificate| {
        is_strong(certificate, Level::One) == is_strong(certificate, Level::Two)
    };
    let mut chain = chain.peekable();
    while let Some(certificate) = chain.next() {
        // The digest of the top is not looked at.
        let is_top = chain.peek().is_none();
        if !at_both(key_is_strong, certificate)
            || !is_top && !at_both(digest_is_strong, certificate)
        {
            return false;
        }
    }
    true
}

/// A key that cannot be decoded has no strength.
pub(crate) fn key_is_strong(certificate: &Certificate, level: Level) -> bool {
    certificate
        .public_key()
        .is_some_and(|key| key.security_bits() >= level.bits())
}

/// Looks at the algorithm beside the signature, as `x509_sig_info_init` does.
pub(crate) fn digest_is_strong(certificate: &Certificate, level: Level) -> bool {
    digest_bits(certificate).is_some_and(|bits| bits >= level.bits())
}

fn digest_bits(certificate: &Certificate) -> Option<u32> {
    let identifier = certificate.outer_algorithm();
    let algorithm = identifier.signature_algorithm()?;
    match (algorithm.digest, algorithm.key) {
        (Some(digest), _) => digest.security_bits(),
        (None, SignatureKey::RsaPss) => {
            let parameters = PssParameters::of(identifier)?;
            // `ossl_rsa_pss_get_param` wants them to make sense.
            if parameters.salt_length < 0 || parameters.trailer != 1 {
                return None;
            }
            match parameters.hash {
                // One more than elsewhere, in `rsa_sig_info_set`.
                Digest::Sha1 => Some(64),
                hash => hash.security_bits(),
            }
        }
        (None, SignatureKey::Ed25519 | SignatureKey::Sm2) => Some(128),
        (None, SignatureKey::Ed448) => Some(224),
        (None, _) => None,
    }
}
