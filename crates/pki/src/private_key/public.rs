//! The public half of a key, for comparing: out of a private key, and out of a certificate's
//! `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7).

use std::fmt;

use p256::elliptic_curve::sec1::ToSec1Point;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::{
    Oid,
    asn1::{Reader, universal as tags},
    input::der::{Child, children},
};

/// 1.2.840.113549.1.1.1 and .10 (RFC 8017), 1.2.840.10045.2.1 (RFC 5480), 1.3.101.112 (RFC 8410),
/// 1.2.840.10040.4.1 (RFC 3279).
pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
pub(super) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];

const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
const P521: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x23];
const SECP256K1: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x0a];

/// A curve by its identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Curve(pub(super) Oid);

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.content() {
            P256 => f.write_str("P-256"),
            P384 => f.write_str("P-384"),
            P521 => f.write_str("P-521"),
            SECP256K1 => f.write_str("secp256k1"),
            _ => fmt::Display::fmt(&self.0, f),
        }
    }
}

/// The name of an algorithm that is known by name only.
pub(super) fn algorithm_name(oid: &Oid) -> String {
    match oid.content() {
        [0x2b, 0x65, 0x6e] => "X25519".to_owned(),
        [0x2b, 0x65, 0x6f] => "X448".to_owned(),
        [0x2b, 0x65, 0x71] => "Ed448".to_owned(),
        _ => oid.to_string(),
    }
}

pub(super) fn is_dsa(oid: &Oid) -> bool {
    oid.content() == DSA
}

/// A digest that tells public keys apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PublicId([u8; 32]);

/// [`PublicId`] of a DER `SubjectPublicKeyInfo`; `None` for a key that no private key is compared
/// with here.
pub(crate) fn public_id(subject_public_key_info: &[u8]) -> Option<PublicId> {
    PublicKey::from_spki(subject_public_key_info)?.id()
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    Rsa {
        /// OpenSSL takes a key for PSS alone and one for any use for two different things.
        pss: bool,
        /// Big-endian, without leading zeros.
        modulus: Vec<u8>,
        exponent: Vec<u8>,
    },
    Ec {
        curve: Curve,
        point: Point,
    },
    EcExplicit,
    Ed25519(Vec<u8>),
    Other(Oid),
}

/// A point of a curve (SEC 1, 2.3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Point {
    x: Vec<u8>,
    /// `None` in a compressed point.
    y: Option<Vec<u8>>,
    y_is_odd: bool,
}

impl PublicKey {
    /// ```asn1
    /// SubjectPublicKeyInfo ::= SEQUENCE {
    ///     algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
    /// ```
    pub(super) fn from_spki(der: &[u8]) -> Option<Self> {
        let fields = children(der)?;
        let algorithm = children(fields.first()?.encoding)?;
        let oid = algorithm.first()?.oid()?;
        let mut reader = Reader::new(fields.get(1)?.encoding);
        let bits = reader.value(tags::BIT_STRING).ok()?;
        let key = bits.content.get(1..)?;
        Some(match oid.content() {
            RSA | RSA_PSS => {
                let numbers = children(key)?;
                Self::Rsa {
                    pss: oid.content() == RSA_PSS,
                    modulus: integer(numbers.first()?)?,
                    exponent: integer(numbers.get(1)?)?,
                }
            }
            EC => match super::named_curve(algorithm.get(1)?.encoding) {
                Some(curve) => Self::Ec {
                    curve,
                    point: Point::from_sec1(key)?,
                },
                None => Self::EcExplicit,
            },
            ED25519 => Self::Ed25519(key.to_vec()),
            _ => Self::Other(oid),
        })
    }

    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Ec { curve, point },
                Self::Ec {
                    curve: other_curve,
                    point: other_point,
                },
            ) => curve == other_curve && point.is_same(other_point),
            _ => self == other,
        }
    }

    /// What tells it from other keys. Two that are the same ([`Self::is_same`]) have the same one.
    pub(super) fn id(&self) -> Option<PublicId> {
        let mut state = Sha256::new();
        // A length before each part, so that none runs into the next.
        let mut add = |part: &[u8]| {
            state.update((part.len() as u64).to_be_bytes());
            state.update(part);
        };
        match self {
            Self::Rsa {
                pss,
                modulus,
                exponent,
            } => {
                add(&[u8::from(*pss)]);
                add(modulus);
                add(exponent);
            }
            Self::Ec { curve, point } => {
                add(curve.0.content());
                add(&point.x);
                add(&[u8::from(point.y_is_odd)]);
            }
            Self::Ed25519(key) => add(key),
            Self::EcExplicit | Self::Other(_) => return None,
        }
        Some(PublicId(state.finalize().into()))
    }

    /// The size of an RSA key; of others nothing.
    pub(super) fn bits(&self) -> usize {
        match self {
            Self::Rsa { modulus, .. } => modulus.first().map_or(0, |first| {
                modulus.len() * 8 - first.leading_zeros() as usize
            }),
            _ => 0,
        }
    }

    pub(super) fn for_pss(self) -> Option<Self> {
        match self {
            Self::Rsa {
                modulus, exponent, ..
            } => Some(Self::Rsa {
                pss: true,
                modulus,
                exponent,
            }),
            _ => None,
        }
    }
}

impl Point {
    pub(super) fn from_sec1(octets: &[u8]) -> Option<Self> {
        let (&form, coordinates) = octets.split_first()?;
        let (x, y) = match form {
            2 | 3 => (coordinates, None),
            // Hybrid points, 6 and 7, have both coordinates too.
            4 | 6 | 7 if coordinates.len() % 2 == 0 => {
                let (x, y) = coordinates.split_at(coordinates.len() / 2);
                (x, Some(y))
            }
            _ => return None,
        };
        let y_is_odd = match y {
            Some(y) => y.last()? & 1 == 1,
            None => form == 3,
        };
        Some(Self {
            x: x.to_vec(),
            y: y.map(<[u8]>::to_vec),
            y_is_odd,
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        let same_y = match (&self.y, &other.y) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => self.y_is_odd == other.y_is_odd,
        };
        self.x == other.x && same_y
    }
}

/// ```asn1
/// RSAPrivateKey ::= SEQUENCE { version, modulus, publicExponent, privateExponent, … }
/// ```
pub(super) fn rsa(fields: &[Child<'_>]) -> Option<PublicKey> {
    // The numbers behind these are not looked at, but a key without them is no use.
    let count = fields.len();
    (count >= 9
        && fields[..9]
            .iter()
            .all(|f| f.universal == Some(tags::INTEGER)))
    .then_some(())?;
    Some(PublicKey::Rsa {
        pss: false,
        modulus: integer(fields.get(1)?)?,
        exponent: integer(fields.get(2)?)?,
    })
}

/// ```asn1
/// ECPrivateKey ::= SEQUENCE {
///     version INTEGER, privateKey OCTET STRING,
///     parameters [0] OPTIONAL, publicKey [1] BIT STRING OPTIONAL }
/// ```
///
/// The private number decides where its curve is known here; the public key that is written beside
/// it is believed for other curves only.
pub(super) fn ec(curve: &Curve, fields: &[Child<'_>]) -> Option<PublicKey> {
    macro_rules! multiply {
        ($curve:ident, $octets:literal) => {{
            let private = fields.get(1)?.octets()?;
            let number = trim(&private);
            let mut padded = Zeroizing::new([0u8; $octets]);
            padded
                .get_mut($octets - number.len().min($octets)..)
                .filter(|room| room.len() == number.len())?
                .copy_from_slice(number);
            let secret = $curve::SecretKey::from_slice(&*padded).ok()?;
            Point::from_sec1(secret.public_key().to_sec1_point(false).as_bytes())?
        }};
    }
    let point = match curve.0.content() {
        P256 => multiply!(p256, 32),
        P384 => multiply!(p384, 48),
        #[cfg(feature = "rare")]
        P521 => multiply!(p521, 66),
        #[cfg(not(feature = "rare"))]
        P521 => return crate::rare::miss(),
        _ => {
            let written = fields.iter().find_map(|field| field.tagged(1))?;
            let bits = Reader::new(written).value(tags::BIT_STRING).ok()?;
            Point::from_sec1(bits.content.get(1..)?)?
        }
    };
    let curve = curve.clone();
    Some(PublicKey::Ec { curve, point })
}

#[cfg(not(feature = "rare"))]
pub(super) fn ed25519(_: &[u8]) -> Option<PublicKey> {
    crate::rare::miss()
}

/// An Ed25519 key is an OCTET STRING within the OCTET STRING of PKCS#8 (RFC 8410, 7).
#[cfg(feature = "rare")]
pub(super) fn ed25519(private: &[u8]) -> Option<PublicKey> {
    let seed = Reader::new(private).value(tags::OCTET_STRING).ok()?;
    let seed: Zeroizing<[u8; 32]> = Zeroizing::new((*seed.content).try_into().ok()?);
    let public = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
    Some(PublicKey::Ed25519(public.to_bytes().to_vec()))
}

fn integer(field: &Child<'_>) -> Option<Vec<u8>> {
    let value = Reader::new(field.encoding).value(tags::INTEGER).ok()?;
    Some(trim(&value.content).to_vec())
}

fn trim(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|octet| **octet == 0).count();
    &number[zeros..]
}
