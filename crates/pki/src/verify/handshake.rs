//! Whether a client with a certain key gets through the handshake, once its chain is accepted.
//!
//! mongod sets neither groups nor signature algorithms, so OpenSSL 3.0's defaults hold
//! (`supported_groups_default` and `tls12_sigalgs` in `ssl/t1_lib.c`): at TLS 1.2 it refuses the
//! client's signature by a key on another curve than these (`tls12_check_peer_sigalg`, "wrong
//! curve"), and at TLS 1.3 no signature algorithm is left that such a client could offer, so that it
//! sends no certificate. Keys of authorities do not matter: they sign nothing here.

use crate::{
    Certificate,
    certificate::{Digest, PssParameters, PublicKey, RsaRestriction},
};

use super::{
    rules,
    signature::{self, Outcome},
};

/// At which versions of TLS a key can prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// TLS 1.2 and 1.3.
    Both,
    /// RFC 8446 section 4.2.3 has no signatures by such a key.
    Tls12Only,
    Never,
    /// The key insists on parameters that not everybody reads alike.
    Unknown,
}

impl Handshake {
    /// What the key of a client's certificate can do.
    pub fn of(certificate: &Certificate) -> Self {
        match certificate.public_key() {
            Some(PublicKey::Rsa { restriction, .. }) => of_rsa(*restriction),
            Some(PublicKey::Ec(point)) if rules::is_common_curve(point) => Self::Both,
            Some(PublicKey::Ed25519(_) | PublicKey::Ed448(_)) => Self::Both,
            Some(PublicKey::Dsa(_)) => Self::Tls12Only,
            // X25519 and X448 sign nothing, and TLS in OpenSSL 3.0 has no SM2.
            Some(PublicKey::Ec(_) | PublicKey::X25519 | PublicKey::X448 | PublicKey::Sm2(_))
            | None => Self::Never,
        }
    }

    /// Whether a client has shown that it holds the key of its certificate: `scheme` is TLS's number of
    /// the signature scheme, `message` what is signed.
    pub fn proves_key(
        certificate: &Certificate,
        (scheme, is_tls13): (u16, bool),
        message: &[u8],
        signature: &[u8],
    ) -> bool {
        let of = Self::of(certificate);
        let is_open = if is_tls13 { of.tls13() } else { of.tls12() };
        is_open != Some(false)
            && certificate.public_key().is_some_and(|key| {
                let scheme = (scheme, is_tls13);
                signature::check_handshake(key, scheme, message, signature) == Outcome::Good
            })
    }

    /// The numbers of the signature schemes that [`Self::proves_key`] knows.
    pub fn schemes() -> Vec<u16> {
        signature::schemes().collect()
    }

    pub fn tls12(self) -> Option<bool> {
        match self {
            Self::Both | Self::Tls12Only => Some(true),
            Self::Never => Some(false),
            Self::Unknown => None,
        }
    }

    pub fn tls13(self) -> Option<bool> {
        match self {
            Self::Both => Some(true),
            Self::Tls12Only | Self::Never => Some(false),
            Self::Unknown => None,
        }
    }

    /// Why a version is not open to `key`, as a sentence; `None` where both are.
    pub(crate) fn reason(self, key: &str) -> Option<String> {
        let why = match self {
            Self::Both => return None,
            Self::Tls12Only => "TLS 1.3 has no signatures by such a key",
            Self::Never => {
                "the server takes RSA, Ed25519, Ed448 and, of elliptic curves, P-256, P-384 and \
                 P-521"
            }
            Self::Unknown => "the key insists on its own parameters for PSS",
        };
        Some(format!("The key is {key}: {why}."))
    }
}

/// TLS has RSASSA-PSS with three digests, each for the mask, too, and a salt as long as it
/// (RFC 8446 section 4.2.3).
fn of_rsa(restriction: RsaRestriction) -> Handshake {
    let RsaRestriction::Pss(Some(PssParameters {
        hash,
        mask_hash,
        salt_length,
        ..
    })) = restriction
    else {
        return Handshake::Both;
    };
    let longest = match hash {
        Digest::Sha256 => 32,
        Digest::Sha384 => 48,
        Digest::Sha512 => 64,
        _ => return Handshake::Never,
    };
    if salt_length > longest {
        Handshake::Never
    } else if mask_hash == hash {
        Handshake::Both
    } else {
        Handshake::Unknown
    }
}
