//! One signature, checked with `RustCrypto` as OpenSSL's default provider would check it.

use md5::Md5;
#[cfg(feature = "rare")]
use ripemd::Ripemd160;
use rsa::{BoxedUint, hazmat::rsa_encrypt};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
#[cfg(feature = "rare")]
use sha3::{Sha3_224, Sha3_256, Sha3_384, Sha3_512};
use signature::hazmat::PrehashVerifier as _;

#[cfg(feature = "rare")]
use super::{
    dsa,
    ecdsa::{self, RareGroup},
    ed448,
};
#[cfg(not(feature = "rare"))]
use crate::rare;
use crate::{
    Certificate,
    certificate::{Curve, Digest, EcPoint, PssParameters, PublicKey, RsaRestriction, SignatureKey},
};

/// Bits of a modulus above which OpenSSL refuses to compute (`OPENSSL_RSA_MAX_MODULUS_BITS`).
const MAX_MODULUS_OCTETS: usize = 16_384 / 8;

/// Octets of a modulus above which it wants a short exponent (`OPENSSL_RSA_SMALL_MODULUS_BITS`),
/// and how short (`OPENSSL_RSA_MAX_PUBEXP_BITS`).
const SMALL_MODULUS_OCTETS: usize = 3_072 / 8;
const MAX_EXPONENT_OCTETS: usize = 64 / 8;

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Good,
    Bad,
    /// OpenSSL can verify it; this program cannot.
    Unsupported,
}

impl From<bool> for Outcome {
    fn from(good: bool) -> Self {
        if good { Self::Good } else { Self::Bad }
    }
}

/// `X509_verify`: whether the key made the certificate's signature.
pub(super) fn check(certificate: &Certificate, key: &PublicKey) -> Outcome {
    let algorithm = certificate.outer_algorithm();
    let signature = certificate.signature();
    if algorithm != certificate.inner_algorithm() || signature.unused != 0 {
        return Outcome::Bad;
    }
    let Some(known) = algorithm.signature_algorithm() else {
        return Outcome::Bad;
    };
    let (message, signature) = (certificate.tbs(), &signature.octets[..]);
    match (key, known.key, known.digest) {
        (
            PublicKey::Rsa {
                restriction: RsaRestriction::None,
                ..
            },
            SignatureKey::Rsa,
            Some(digest),
        ) => check_pkcs1(key, digest, message, signature),
        (PublicKey::Rsa { restriction, .. }, SignatureKey::RsaPss, _) => {
            match PssParameters::of(algorithm) {
                Some(parameters) => check_pss(key, *restriction, parameters, message, signature),
                None => Outcome::Bad,
            }
        }
        (PublicKey::Ec(point), SignatureKey::Ec, Some(digest)) => {
            check_ecdsa(point, digest, message, signature)
        }
        (PublicKey::Ed25519(key), SignatureKey::Ed25519, _) => {
            check_ed25519(key, message, signature)
        }
        (key, kind, digest) => check_rare(key, (kind, digest), message, signature),
    }
}

/// How TLS calls a signature scheme: the numbers of RFC 8446 section 4.2.3 that mongod's OpenSSL takes
/// of a client at security level 2, but for DSA and SHA-224, which no driver uses.
#[rustfmt::skip]
const SCHEMES: &[(u16, Scheme)] = &[
    (0x0401, Scheme::Pkcs1(Digest::Sha256)),
    (0x0501, Scheme::Pkcs1(Digest::Sha384)),
    (0x0601, Scheme::Pkcs1(Digest::Sha512)),
    (0x0403, Scheme::Ecdsa(Digest::Sha256, Curve::P256)),
    (0x0503, Scheme::Ecdsa(Digest::Sha384, Curve::P384)),
    (0x0603, Scheme::Ecdsa(Digest::Sha512, Curve::P521)),
    (0x0804, Scheme::Pss(Digest::Sha256, false)),
    (0x0805, Scheme::Pss(Digest::Sha384, false)),
    (0x0806, Scheme::Pss(Digest::Sha512, false)),
    (0x0807, Scheme::Ed25519),
    (0x0808, Scheme::Ed448),
    (0x0809, Scheme::Pss(Digest::Sha256, true)),
    (0x080a, Scheme::Pss(Digest::Sha384, true)),
    (0x080b, Scheme::Pss(Digest::Sha512, true)),
];

#[derive(Clone, Copy)]
enum Scheme {
    Pkcs1(Digest),
    /// With the curve that TLS 1.3 ties to it.
    Ecdsa(Digest, &'static str),
    /// Whether it is for keys that are for PSS alone.
    Pss(Digest, bool),
    Ed25519,
    Ed448,
}

/// The numbers of the schemes that [`check_handshake`] knows.
pub(super) fn schemes() -> impl Iterator<Item = u16> {
    SCHEMES.iter().map(|(number, _)| *number)
}

/// Whether the key made a signature of TLS's.
pub(super) fn check_handshake(
    key: &PublicKey,
    (scheme, is_tls13): (u16, bool),
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    let known = SCHEMES.iter().find(|(number, _)| *number == scheme);
    match (known.map(|(_, scheme)| *scheme), key) {
        (
            Some(Scheme::Pkcs1(digest)),
            PublicKey::Rsa {
                restriction: RsaRestriction::None,
                ..
            },
        ) if !is_tls13 => check_pkcs1(key, digest, message, signature),
        (Some(Scheme::Pss(hash, for_pss)), PublicKey::Rsa { restriction, .. })
            if for_pss == matches!(restriction, RsaRestriction::Pss(_)) =>
        {
            // A salt as long as the digest, and the same digest for the mask.
            let parameters = PssParameters {
                hash,
                mask_hash: hash,
                salt_length: match hash {
                    Digest::Sha384 => 48,
                    Digest::Sha512 => 64,
                    _ => 32,
                },
                trailer: 1,
            };
            check_pss(key, *restriction, parameters, message, signature)
        }
        // TLS 1.2 ties no curve to a digest.
        (Some(Scheme::Ecdsa(digest, curve)), PublicKey::Ec(point))
            if !is_tls13 || point.curve.name == Some(curve) =>
        {
            check_ecdsa(point, digest, message, signature)
        }
        (Some(Scheme::Ed25519), PublicKey::Ed25519(key)) => check_ed25519(key, message, signature),
        (Some(Scheme::Ed448), PublicKey::Ed448(_)) => {
            check_rare(key, (SignatureKey::Ed448, None), message, signature)
        }
        _ => Outcome::Bad,
    }
}

#[cfg(feature = "rare")]
fn check_rare(
    key: &PublicKey,
    algorithm: (SignatureKey, Option<Digest>),
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    match (key, algorithm) {
        (PublicKey::Ed448(key), (SignatureKey::Ed448, _)) => {
            ed448::verifies(key, message, signature).into()
        }
        (PublicKey::Dsa(key), (SignatureKey::Dsa, Some(digest))) => {
            let hashed = hash(digest, &[message]);
            let verifies = |hashed: Vec<u8>| dsa::verifies(key, &hashed, signature);
            hashed.is_some_and(verifies).into()
        }
        (PublicKey::Sm2(point), (SignatureKey::Sm2, _)) => {
            ecdsa::sm2_verifies(point, message, signature).into()
        }
        _ => Outcome::Bad,
    }
}

#[cfg(not(feature = "rare"))]
fn check_rare(
    key: &PublicKey,
    (kind, _): (SignatureKey, Option<Digest>),
    _: &[u8],
    _: &[u8],
) -> Outcome {
    match (key, kind) {
        (PublicKey::Ed448(_), SignatureKey::Ed448) | (PublicKey::Dsa(_), SignatureKey::Dsa) => {
            rare::miss().unwrap_or(Outcome::Bad)
        }
        _ => Outcome::Bad,
    }
}

/// The digest of `parts`, one after another; `None` where OpenSSL's default provider does not have it
/// either.
fn hash(digest: Digest, parts: &[&[u8]]) -> Option<Vec<u8>> {
    fn with<D: sha2::Digest>(parts: &[&[u8]]) -> Vec<u8> {
        let mut state = D::new();
        for part in parts {
            state.update(part);
        }
        state.finalize().to_vec()
    }
    Some(match digest {
        Digest::Md5 => with::<Md5>(parts),
        Digest::Sha1 => with::<Sha1>(parts),
        Digest::Sha224 => with::<Sha224>(parts),
        Digest::Sha256 => with::<Sha256>(parts),
        Digest::Sha384 => with::<Sha384>(parts),
        Digest::Sha512 => with::<Sha512>(parts),
        Digest::Sha512_224 => with::<Sha512_224>(parts),
        Digest::Sha512_256 => with::<Sha512_256>(parts),
        #[cfg(feature = "rare")]
        Digest::Sha3_224 => with::<Sha3_224>(parts),
        #[cfg(feature = "rare")]
        Digest::Sha3_256 => with::<Sha3_256>(parts),
        #[cfg(feature = "rare")]
        Digest::Sha3_384 => with::<Sha3_384>(parts),
        #[cfg(feature = "rare")]
        Digest::Sha3_512 => with::<Sha3_512>(parts),
        #[cfg(feature = "rare")]
        Digest::Ripemd160 => with::<Ripemd160>(parts),
        #[cfg(not(feature = "rare"))]
        Digest::Sha3_224
        | Digest::Sha3_256
        | Digest::Sha3_384
        | Digest::Sha3_512
        | Digest::Ripemd160 => {
            return rare::miss();
        }
        Digest::Gone | Digest::Md4 | Digest::Mdc2 => return None,
    })
}

/// The signature raised to the public exponent, as long as the modulus. `None` when OpenSSL refuses
/// to compute it.
fn recover(key: &PublicKey, signature: &[u8]) -> Option<Vec<u8>> {
    let PublicKey::Rsa {
        modulus, exponent, ..
    } = key
    else {
        return None;
    };
    let is_odd = modulus.last().is_some_and(|octet| octet & 1 == 1);
    if modulus.len() > MAX_MODULUS_OCTETS
        || !is_odd
        || (modulus.len() > SMALL_MODULUS_OCTETS && exponent.len() > MAX_EXPONENT_OCTETS)
        || signature.len() != modulus.len()
    {
        return None;
    }
    let n = BoxedUint::from_be_slice_vartime(modulus);
    let s = BoxedUint::from_be_slice(signature, n.bits_precision()).ok()?;
    let e = BoxedUint::from_be_slice_vartime(exponent);
    if s >= n || exponent.is_empty() || e >= n {
        return None;
    }
    let message = rsa_encrypt(&rsa::PublicKey::new_unchecked(n, e), &s).ok()?;
    let octets = message.to_be_bytes();
    // As many as the modulus has; the number's own width is a multiple of a word.
    let skip = octets.len().checked_sub(modulus.len())?;
    Some(octets[skip..].to_vec())
}

/// RFC 8017 section 8.2.2: RSASSA-PKCS1-v1_5
fn check_pkcs1(key: &PublicKey, digest: Digest, message: &[u8], signature: &[u8]) -> Outcome {
    let (Some(hashed), Some(recovered)) = (hash(digest, &[message]), recover(key, signature))
    else {
        return Outcome::Bad;
    };
    let Some(tail) = digest_info(digest, &hashed) else {
        return Outcome::Bad;
    };
    // At least eight octets of padding, or the key is too small for the digest.
    let Some(padding) = recovered
        .len()
        .checked_sub(tail.len() + 3)
        .filter(|count| *count >= 8)
    else {
        return Outcome::Bad;
    };
    let expected = [&[0, 1][..], &vec![0xff; padding], &[0], &tail].concat();
    (recovered == expected).into()
}

/// ```asn1
/// DigestInfo ::= SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET STRING }
/// ```
///
/// With NULL for parameters (RFC 8017 section 9.2, note 1).
fn digest_info(digest: Digest, hashed: &[u8]) -> Option<Vec<u8>> {
    let (oid, length) = (digest.oid()?, u8::try_from(hashed.len()).ok()?);
    let named = u8::try_from(oid.len()).ok()?;
    let header = [0x30, named + length + 8, 0x30, named + 4, 6, named];
    Some([&header[..], &oid, &[5, 0, 4, length], hashed].concat())
}

/// RFC 8017 section 8.1.2: RSASSA-PSS. `restriction` is what the key insists on. The mask's hash may differ from the message's, which no library offers.
fn check_pss(
    key: &PublicKey,
    restriction: RsaRestriction,
    parameters: PssParameters,
    message: &[u8],
    signature: &[u8],
) -> Outcome {
    let PssParameters {
        hash: digest,
        mask_hash,
        salt_length,
        trailer,
    } = parameters;
    let Ok(salt_length) = usize::try_from(salt_length) else {
        return Outcome::Bad;
    };
    if trailer != 1
        || matches!(restriction, RsaRestriction::Pss(Some(key)) if {
            key.hash != digest
                || key.mask_hash != mask_hash
                || key.salt_length > parameters.salt_length
        })
    {
        return Outcome::Bad;
    }
    let Some(hashed) = hash(digest, &[message]) else {
        return Outcome::Bad;
    };
    let (Some(recovered), PublicKey::Rsa { modulus, .. }) = (recover(key, signature), key) else {
        return Outcome::Bad;
    };
    is_pss_encoding(&recovered, modulus, &hashed, salt_length, digest, mask_hash)
        .unwrap_or(false)
        .into()
}

/// RFC 8017 section 9.1.2: EMSA-PSS-VERIFY. `None` when the encoding is too short.
fn is_pss_encoding(
    encoded: &[u8],
    modulus: &[u8],
    hashed: &[u8],
    salt_length: usize,
    digest: Digest,
    mask_hash: Digest,
) -> Option<bool> {
    // The encoding has one bit less than the modulus. Where that is a whole number of octets, the
    // first one is not part of it; else some of its bits are not.
    let (encoded, clear) = match modulus.first()?.leading_zeros() {
        7 => (encoded.strip_prefix(&[0])?, 0xff),
        zeros => (encoded, 0x7fu8 >> zeros),
    };
    let (last, body) = encoded.split_last()?;
    let (masked, h) = body.split_at_checked(body.len().checked_sub(hashed.len())?)?;
    if *last != 0xbc || masked.first()? & !clear != 0 {
        return Some(false);
    }
    let mut block: Vec<u8> = Vec::with_capacity(masked.len());
    let mut counter = 0u32;
    while block.len() < masked.len() {
        block.extend(hash(mask_hash, &[h, &counter.to_be_bytes()])?);
        counter += 1;
    }
    for (octet, masked) in block.iter_mut().zip(masked) {
        *octet ^= masked;
    }
    block.truncate(masked.len());
    *block.first_mut()? &= clear;
    let (padding, salt) = block.split_at_checked(block.len().checked_sub(salt_length)?)?;
    let (one, zeros) = padding.split_last()?;
    if *one != 1 || zeros.iter().any(|octet| *octet != 0) {
        return Some(false);
    }
    Some(hash(digest, &[&[0; 8], hashed, salt])? == h)
}

/// FIPS 186-5 section 6.4.2. OpenSSL wants the signature in DER, without anything behind it.
fn check_ecdsa(point: &EcPoint, digest: Digest, message: &[u8], signature: &[u8]) -> Outcome {
    macro_rules! verify {
        ($curve:ident, $hashed:expr) => {{
            let key = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&point.point);
            let signature = $curve::ecdsa::Signature::from_der(signature);
            match (key, signature) {
                (Ok(key), Ok(signature)) => key.verify_prehash($hashed, &signature).is_ok().into(),
                _ => Outcome::Bad,
            }
        }};
    }
    let Some(hashed) = hash(digest, &[message]) else {
        return Outcome::Bad;
    };
    match point.curve.name {
        Some(Curve::P256) => verify!(p256, &hashed),
        Some(Curve::P384) => verify!(p384, &hashed),
        #[cfg(feature = "rare")]
        Some(Curve::P521) => verify!(p521, &hashed),
        #[cfg(feature = "rare")]
        Some(name) => match RareGroup::named(name) {
            Some(group) => group.verifies(&point.point, &hashed, signature).into(),
            None => Outcome::Unsupported,
        },
        // Without the feature `rare`, reading the key has noted what it is.
        _ => Outcome::Unsupported,
    }
}

/// It is the platform that knows these, as a rule.
#[cfg(not(feature = "rare"))]
fn check_ed25519(_: &[u8; 32], _: &[u8], _: &[u8]) -> Outcome {
    rare::miss().unwrap_or(Outcome::Bad)
}

/// RFC 8032 section 5.1.7, without the cofactor, as OpenSSL computes it.
#[cfg(feature = "rare")]
fn check_ed25519(key: &[u8; 32], message: &[u8], signature: &[u8]) -> Outcome {
    let (Ok(key), Ok(signature)) = (
        ed25519_dalek::VerifyingKey::from_bytes(key),
        ed25519_dalek::Signature::from_slice(signature),
    ) else {
        return Outcome::Bad;
    };
    ed25519_dalek::Verifier::verify(&key, message, &signature)
        .is_ok()
        .into()
}
