//! Signatures that somebody faster may verify beforehand: the browser's or Node's `SubtleCrypto`, or
//! a library with the processor's own instructions.
//!
//! A verdict stays the engine's. [`Analysis::wanted`] lists signatures, whoever has the means verifies
//! them side by side, and [`Analysis::confirm`] takes those that are *valid*. Every other answer, and a
//! signature nobody answered for, is the engine's to decide. So the only way to a wrong verdict is a
//! platform that calls a signature valid which OpenSSL refuses, and therefore only those are listed
//! that no two implementations see differently: usual keys and digests, encoded in the one way there
//! is, without the corners that standards leave open.
//!
//! What is known beforehand counts against the limits of a verification and of a pile as if the engine
//! had verified it. So verdicts and *undetermined* are the same with and without, to the letter.
//!
//! [`Analysis::wanted`]: crate::analysis::Analysis::wanted
//! [`Analysis::confirm`]: crate::analysis::Analysis::confirm

use std::{borrow::Cow, sync::Arc};

use crate::{
    Certificate,
    certificate::{Curve, Digest, PssParameters, PublicKey, RsaRestriction, SignatureKey},
};

/// A certificate whose signature is to be verified with an issuer's key. It shares the certificates
/// with the analysis, can go to another thread, and outlives the analysis.
#[derive(Clone, Debug)]
pub struct WantedSignature {
    subject: Arc<Certificate>,
    issuer: Arc<Certificate>,
    algorithm: PlainAlgorithm,
}

/// How a signature was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlainAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2).
    RsaPkcs1(Sha2),
    /// RSASSA-PSS (RFC 8017 section 8.1), its mask made with the same digest, its salt as long as it.
    RsaPss(Sha2),
    /// ECDSA (FIPS 186-5 section 6.4).
    Ecdsa(NistCurve, Sha2),
    /// Ed25519 (RFC 8032 section 5.1), verified without the cofactor, as Web Cryptography wants it.
    Ed25519,
}

/// A digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sha2 {
    Sha256,
    Sha384,
    Sha512,
}

/// A curve of SP 800-186.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NistCurve {
    P256,
    P384,
    P521,
}

/// An issuer's key that everybody reads alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlainKey {
    /// With as many octets in its modulus.
    Rsa(usize),
    Ec(NistCurve),
    Ed25519,
}

/// Octets of a modulus: 2,048 to 8,192 bits, which is what `ring` and browsers take.
const MODULUS: std::ops::RangeInclusive<usize> = 256..=1_024;

/// Octets of an exponent; some libraries have no room for more.
const MAX_EXPONENT: usize = 4;

impl WantedSignature {
    /// `None` when two implementations might not agree on it.
    pub(crate) fn new(
        subject: &Arc<Certificate>,
        issuer: &Arc<Certificate>,
        key: PlainKey,
    ) -> Option<Self> {
        let algorithm = subject.outer_algorithm();
        let signature = subject.signature();
        if algorithm != subject.inner_algorithm() || signature.unused != 0 {
            return None;
        }
        let known = algorithm.signature_algorithm()?;
        let octets = &signature.octets[..];
        let algorithm = match (key, known.key) {
            (PlainKey::Rsa(modulus), SignatureKey::Rsa) if octets.len() == modulus => {
                PlainAlgorithm::RsaPkcs1(Sha2::of(known.digest?)?)
            }
            (PlainKey::Rsa(modulus), SignatureKey::RsaPss) if octets.len() == modulus => {
                PlainAlgorithm::RsaPss(plain_pss(PssParameters::of(algorithm)?)?)
            }
            (PlainKey::Ec(curve), SignatureKey::Ec) => {
                let digest = Sha2::of(known.digest?)?;
                fixed_width(octets, curve)?;
                PlainAlgorithm::Ecdsa(curve, digest)
            }
            (PlainKey::Ed25519, SignatureKey::Ed25519) => {
                let (r, s) = octets.split_first_chunk()?;
                let is_plain = is_plain_point(r) && is_reduced(s.try_into().ok()?);
                is_plain.then_some(PlainAlgorithm::Ed25519)?
            }
            _ => return None,
        };
        Some(Self {
            subject: Arc::clone(subject),
            issuer: Arc::clone(issuer),
            algorithm,
        })
    }

    pub fn algorithm(&self) -> PlainAlgorithm {
        self.algorithm
    }

    /// The issuer's key, a `SubjectPublicKeyInfo` in DER.
    pub fn key(&self) -> &[u8] {
        self.issuer.public_key_info()
    }

    /// What is inside of [`Self::key`]: an `RSAPublicKey` in DER, an uncompressed point, or 32 octets.
    pub fn raw_key(&self) -> &[u8] {
        let info = self.key();
        let length = match self.issuer.public_key() {
            // A plain key's encoding is its last part: see `plain_info`.
            Some(PublicKey::Ec(point)) => point.point.len(),
            Some(PublicKey::Ed25519(key)) => key.len(),
            Some(PublicKey::Rsa {
                modulus, exponent, ..
            }) => rsa_key(modulus, exponent).len(),
            _ => 0,
        };
        info.get(info.len().saturating_sub(length)..)
            .unwrap_or_default()
    }

    /// What is signed.
    pub fn message(&self) -> &[u8] {
        self.subject.tbs()
    }

    /// The signature as the certificate has it: of ECDSA an `ECDSA-Sig-Value` in DER.
    pub fn signature(&self) -> &[u8] {
        &self.subject.signature().octets
    }

    /// The signature as Web Cryptography takes it: of ECDSA both numbers in as many octets as the
    /// curve's field has.
    pub fn fixed_signature(&self) -> Cow<'_, [u8]> {
        match self.algorithm {
            PlainAlgorithm::Ecdsa(curve, _) => {
                // It was, when the signature was found plain.
                Cow::Owned(fixed_width(self.signature(), curve).unwrap_or_default())
            }
            _ => Cow::Borrowed(self.signature()),
        }
    }

    pub(crate) fn subject(&self) -> &Certificate {
        &self.subject
    }

    pub(crate) fn issuer(&self) -> &Certificate {
        &self.issuer
    }
}

impl Sha2 {
    fn of(digest: Digest) -> Option<Self> {
        match digest {
            Digest::Sha256 => Some(Self::Sha256),
            Digest::Sha384 => Some(Self::Sha384),
            Digest::Sha512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Octets of the digest.
    pub fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }
}

impl NistCurve {
    /// Octets of a coordinate, and of a number of a signature.
    fn octets(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => 66,
        }
    }

    fn oid(self) -> &'static [u8] {
        match self {
            Self::P256 => &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
            Self::P384 => &[0x2b, 0x81, 4, 0, 34],
            Self::P521 => &[0x2b, 0x81, 4, 0, 35],
        }
    }
}

impl PlainKey {
    /// The key of an issuer; `None` when it is of another kind, of an unusual size, or encoded in any
    /// other way than the one that everybody writes.
    pub(crate) fn of(issuer: &Certificate) -> Option<Self> {
        const RSA: &[u8] = &[6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1, 5, 0];
        const EC: &[u8] = &[6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
        const ED25519: &[u8] = &[6, 3, 0x2b, 0x65, 0x70];
        let (key, info) = match issuer.public_key()? {
            PublicKey::Rsa {
                modulus,
                exponent,
                restriction: RsaRestriction::None,
            } => {
                let is_odd = |number: &[u8]| number.last().is_some_and(|octet| octet & 1 == 1);
                let fills_octets = modulus.first().is_some_and(|octet| octet & 0x80 != 0);
                let is_usual = MODULUS.contains(&modulus.len())
                    && fills_octets
                    && is_odd(modulus)
                    && exponent.len() <= MAX_EXPONENT
                    && is_odd(exponent)
                    && exponent[..] != [1];
                if !is_usual {
                    return None;
                }
                let key = rsa_key(modulus, exponent);
                (Self::Rsa(modulus.len()), plain_info(RSA, &key))
            }
            PublicKey::Ec(point) => {
                let curve = match point.curve.name? {
                    Curve::P256 => NistCurve::P256,
                    Curve::P384 => NistCurve::P384,
                    Curve::P521 => NistCurve::P521,
                    _ => return None,
                };
                if point.point.first() != Some(&4) {
                    return None;
                }
                let algorithm = [EC, &tlv(6, &[curve.oid()])].concat();
                (Self::Ec(curve), plain_info(&algorithm, &point.point))
            }
            PublicKey::Ed25519(key) if is_plain_point(key) => {
                (Self::Ed25519, plain_info(ED25519, key))
            }
            _ => return None,
        };
        (info == issuer.public_key_info()).then_some(key)
    }
}

/// `SubjectPublicKeyInfo` as DER has it, of an algorithm's fields and a key.
fn plain_info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(0x30, &[algorithm]), &tlv(3, &[&[0], key])])
}

/// `RSAPublicKey` as DER has it.
fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    let integer = |number: &[u8]| match number.first() {
        Some(octet) if octet & 0x80 != 0 => tlv(2, &[&[0], number]),
        _ => tlv(2, &[number]),
    };
    tlv(0x30, &[&integer(modulus), &integer(exponent)])
}

/// A value in DER, up to 65,535 octets long, which no plain key comes near.
fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let octets = length.to_be_bytes();
    let mut value = vec![tag];
    match (length, octets) {
        (0..0x80, [.., low]) => value.push(low),
        (0x80..0x100, [.., low]) => value.extend([0x81, low]),
        (_, [.., high, low]) => value.extend([0x82, high, low]),
    }
    for part in parts {
        value.extend_from_slice(part);
    }
    value
}

/// The digest of parameters that Web Cryptography has; no others are asked for.
fn plain_pss(parameters: PssParameters) -> Option<Sha2> {
    let digest = Sha2::of(parameters.hash)?;
    let is_plain = parameters.mask_hash == parameters.hash
        && usize::try_from(parameters.salt_length) == Ok(digest.length())
        && parameters.trailer == 1;
    is_plain.then_some(digest)
}

/// Both numbers of an ECDSA signature in as many octets as the curve has; `None` when it is not in
/// DER, or a number is too long.
fn fixed_width(signature: &[u8], curve: NistCurve) -> Option<Vec<u8>> {
    let width = curve.octets();
    let mut fixed = Vec::with_capacity(2 * width);
    for number in der_integers(signature)? {
        let number = number.strip_prefix(&[0]).unwrap_or(number);
        let padding = width.checked_sub(number.len())?;
        fixed.resize(fixed.len() + padding, 0);
        fixed.extend_from_slice(number);
    }
    Some(fixed)
}

/// ```asn1
/// ECDSA-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }
/// ```
///
/// The contents of both, which are not negative; `None` for anything but DER, which OpenSSL refuses
/// (`ossl_ecdsa_verify` and its like want the octets that they would write themselves).
pub(super) fn der_integers(signature: &[u8]) -> Option<[&[u8]; 2]> {
    let (length, mut rest) = match signature {
        [0x30, length @ ..=0x7f, rest @ ..] | [0x30, 0x81, length @ 0x80..=0xff, rest @ ..] => {
            (*length, rest)
        }
        _ => return None,
    };
    if rest.len() != usize::from(length) {
        return None;
    }
    let mut integer = || {
        let (&[2, length @ 1..=0x7f], behind) = rest.split_first_chunk()? else {
            return None;
        };
        let number;
        (number, rest) = behind.split_at_checked(length.into())?;
        match number {
            [0x80..=0xff, ..] | [0, ..=0x7f, ..] => None,
            number => Some(number),
        }
    };
    let numbers = [integer()?, integer()?];
    rest.is_empty().then_some(numbers)
}

/// Whether 32 octets are the only encoding of what they encode, if it is a point, and no point of
/// small order: implementations differ on both.
fn is_plain_point(encoded: &[u8; 32]) -> bool {
    /// 2^255 - 19
    #[rustfmt::skip]
    const PRIME: [u8; 32] = [
        0xed, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f,
    ];
    /// The second coordinates of the points whose order is 8.
    #[rustfmt::skip]
    const ORDER_8: [[u8; 32]; 2] = [
        [
            0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
            0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
        ],
        [
            0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
            0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
        ],
    ];
    let mut y = *encoded;
    y[31] &= 0x7f;
    let is_small = |number: u8| y[0] == number && y[1..].iter().all(|octet| *octet == 0);
    let is_minus_one = y[0] == PRIME[0] - 1 && y[1..] == PRIME[1..];
    is_less(&y, &PRIME) && !is_small(0) && !is_small(1) && !is_minus_one && !ORDER_8.contains(&y)
}

/// Whether the second half of an Ed25519 signature is less than the group's order (RFC 8032 section
/// 5.1.7).
fn is_reduced(s: &[u8; 32]) -> bool {
    /// 2^252 + 27742317777372353535851937790883648493
    #[rustfmt::skip]
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x10,
    ];
    is_less(s, &ORDER)
}

/// Whether one little-endian number is less than another one.
fn is_less(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().rev().lt(other.iter().rev())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Little-endian, like everything of Ed25519.
    fn number(last: u8, between: u8, first: u8) -> [u8; 32] {
        let mut octets = [between; 32];
        (octets[0], octets[31]) = (last, first);
        octets
    }

    #[test]
    fn points_of_small_order_and_second_encodings_are_not_plain() {
        let hex = |text: &str| -> [u8; 32] {
            let octet = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
            std::array::from_fn(|place| octet(2 * place))
        };
        let order_8 = [
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        ];
        let mut small = vec![
            number(0, 0, 0),
            number(1, 0, 0),
            number(0xec, 0xff, 0x7f),
            hex(order_8[0]),
            hex(order_8[1]),
        ];
        // With the other sign, too.
        small.extend(small.clone().into_iter().map(|mut point| {
            point[31] |= 0x80;
            point
        }));
        for point in small {
            assert!(!is_plain_point(&point), "{point:x?}");
            // Of two of them the first coordinate is zero, which has no sign: other libraries refuse them.
            let key = ed25519_dalek::VerifyingKey::from_bytes(&point);
            assert!(key.is_err() || key.unwrap().is_weak(), "{point:x?}");
        }
        // The base point, and as large a number as there is.
        assert!(is_plain_point(&number(0x58, 0x66, 0x66)));
        assert!(is_plain_point(&number(0xeb, 0xff, 0x7f)));
        for (last, first) in [(0xed, 0x7f), (0xee, 0x7f), (0xff, 0x7f), (0xff, 0xff)] {
            assert!(!is_plain_point(&number(last, 0xff, first)), "{last}");
        }
    }

    #[test]
    fn the_second_half_of_an_ed25519_signature_is_less_than_the_order() {
        let order: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9,
            0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
        ];
        let mut less = order;
        less[0] -= 1;
        assert!(is_reduced(&less) && is_reduced(&[0; 32]));
        assert!(!is_reduced(&order) && !is_reduced(&[0xff; 32]));
    }

    #[test]
    fn an_ecdsa_signature_is_written_in_one_way_only() {
        let long = [
            &[0x30, 0x81, 0x84, 2, 0x40][..],
            &[1; 64],
            &[2, 0x40],
            &[1; 64],
        ]
        .concat();
        let cases: [(&str, &[u8], bool); 15] = [
            ("two numbers", &[0x30, 6, 2, 1, 1, 2, 1, 2], true),
            (
                "with a sign octet",
                &[0x30, 7, 2, 2, 0, 0x80, 2, 1, 2],
                true,
            ),
            ("a long one", &long, true),
            ("nothing", &[], false),
            ("one number", &[0x30, 3, 2, 1, 1], false),
            (
                "three numbers",
                &[0x30, 9, 2, 1, 1, 2, 1, 2, 2, 1, 3],
                false,
            ),
            (
                "something behind it",
                &[0x30, 6, 2, 1, 1, 2, 1, 2, 0],
                false,
            ),
            (
                "a length of its own",
                &[0x30, 0x81, 6, 2, 1, 1, 2, 1, 2],
                false,
            ),
            (
                "an open length",
                &[0x30, 0x80, 2, 1, 1, 2, 1, 2, 0, 0],
                false,
            ),
            (
                "a long length inside",
                &[0x30, 7, 2, 0x81, 1, 1, 2, 1, 2],
                false,
            ),
            ("a needless zero", &[0x30, 7, 2, 2, 0, 1, 2, 1, 2], false),
            ("a negative number", &[0x30, 6, 2, 1, 0x80, 2, 1, 2], false),
            ("an empty number", &[0x30, 5, 2, 0, 2, 1, 2], false),
            ("another type", &[0x31, 6, 2, 1, 1, 2, 1, 2], false),
            ("too short", &[0x30, 6, 2, 1, 1, 2, 2, 2], false),
        ];
        for (case, signature, good) in cases {
            assert_eq!(der_integers(signature).is_some(), good, "{case}");
        }
        let fixed = fixed_width(&[0x30, 7, 2, 2, 0, 0x80, 2, 1, 2], NistCurve::P256).unwrap();
        assert_eq!((fixed.len(), fixed[31], fixed[63]), (64, 0x80, 2));
        assert!(fixed_width(&long, NistCurve::P521).is_some());
        assert!(fixed_width(&long, NistCurve::P384).is_none(), "too long");
    }
}
