//! Public keys, as far as OpenSSL decodes them.

use std::fmt;

use super::{AlgorithmIdentifier, BitString, Curve, PssParameters};
use crate::asn1::{Error, Reader, universal as tags};

/// A public key that OpenSSL can decode. What it cannot is `None` where this type is used: such a
/// key is too weak for any security level and fits no signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    Rsa {
        /// Big-endian, without leading zeros.
        modulus: Vec<u8>,
        /// Big-endian, without leading zeros.
        exponent: Vec<u8>,
        restriction: RsaRestriction,
    },
    Ec(EcPoint),
    Ed25519([u8; 32]),
    Ed448([u8; 57]),
    X25519,
    X448,
    Dsa(DsaKey),
    /// The point, encoded as in [`EcPoint`].
    Sm2(Vec<u8>),
}

/// A DSA key: big-endian numbers without leading zeros, and the content of an INTEGER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DsaKey {
    pub p: Vec<u8>,
    pub q: Vec<u8>,
    pub g: Vec<u8>,
    pub y: Vec<u8>,
}

/// What an RSA key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaRestriction {
    /// Every kind of signature.
    None,
    /// PSS only, with the parameters it insists on, if any.
    Pss(Option<PssParameters>),
}

/// A key on an elliptic curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EcPoint {
    pub curve: Curve,
    /// As RFC 5480 section 2.2 encodes it; a hybrid form is turned into the plain one.
    pub point: Vec<u8>,
    /// Whether the curve is spelled out instead of named.
    pub explicit: bool,
}

mod ids {
    pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 1];
    pub(super) const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 10];
    pub(super) const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    pub(super) const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 4, 1];
    pub(super) const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
    pub(super) const X448: &[u8] = &[0x2b, 0x65, 0x6f];
    pub(super) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
    pub(super) const ED448: &[u8] = &[0x2b, 0x65, 0x71];
}

impl PublicKey {
    /// ```asn1
    /// SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
    /// ```
    ///
    /// An error when the frame is damaged, for then OpenSSL reads no certificate; `None` when it is
    /// the key inside that cannot be decoded.
    pub(super) fn read_info(reader: &mut Reader<'_>) -> Result<Option<Self>, Error> {
        reader.sequence(|fields| {
            let algorithm = fields.required(AlgorithmIdentifier::read)?;
            let key = fields.required(|reader| reader.value(tags::BIT_STRING))?;
            Ok(Self::decode(
                &algorithm,
                &BitString::from_content(&key.content).octets,
            ))
        })
    }

    fn decode(algorithm: &AlgorithmIdentifier, key: &[u8]) -> Option<Self> {
        let bare = algorithm.parameters.is_none();
        match algorithm.oid.content() {
            ids::RSA => decode_rsa(key, RsaRestriction::None),
            ids::RSA_PSS => {
                // Restrictions that cannot be read make the key unreadable.
                let restrictions = match &algorithm.parameters {
                    None => None,
                    Some(_) => Some(PssParameters::of(algorithm)?),
                };
                decode_rsa(key, RsaRestriction::Pss(restrictions))
            }
            ids::EC => decode_ec(algorithm, key),
            ids::ED25519 if bare => key.try_into().ok().map(Self::Ed25519),
            ids::ED448 if bare => key.try_into().ok().map(Self::Ed448),
            ids::X25519 if bare && key.len() == 32 => Some(Self::X25519),
            ids::X448 if bare && key.len() == 56 => Some(Self::X448),
            ids::DSA => decode_dsa(algorithm, key),
            _ => None,
        }
    }

    /// What OpenSSL holds against the security level (`EVP_PKEY_get_security_bits`).
    pub fn security_bits(&self) -> u32 {
        match self {
            Self::Rsa { modulus, .. } => rsa_security_bits(bits(modulus)),
            Self::Ec(point) => point.curve.security_bits(),
            Self::Ed25519(_) | Self::X25519 | Self::Sm2(_) => 128,
            Self::Ed448(_) | Self::X448 => 224,
            Self::Dsa(key) => rsa_security_bits(bits(&key.p)).min(bits(&key.q) / 2),
        }
    }
}

impl fmt::Display for PublicKey {
    /// `RSA 2048`, `EC P-256`, `Ed25519` and the like.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa {
                modulus,
                restriction: RsaRestriction::None,
                ..
            } => write!(f, "RSA {}", bits(modulus)),
            Self::Rsa {
                modulus,
                restriction: RsaRestriction::Pss(_),
                ..
            } => write!(f, "RSA-PSS {}", bits(modulus)),
            Self::Ec(point) => match point.curve.name {
                Some(name) => write!(f, "EC {name}"),
                None => write!(f, "EC {} bits", point.curve.order_bits),
            },
            Self::Ed25519(_) => f.write_str("Ed25519"),
            Self::Ed448(_) => f.write_str("Ed448"),
            Self::X25519 => f.write_str("X25519"),
            Self::X448 => f.write_str("X448"),
            Self::Dsa(key) => write!(f, "DSA {}", bits(&key.p)),
            Self::Sm2(_) => f.write_str("SM2"),
        }
    }
}

/// The steps of `ossl_ifc_ffc_compute_security_bits` that matter to levels 1 and 2: the least
/// number of bits for each strength, measured with OpenSSL 3.0.19.
fn rsa_security_bits(bits: u32) -> u32 {
    match bits {
        2671.. => 128,
        2301.. => 120,
        1963.. => 112,
        1657.. => 104,
        1383.. => 96,
        1137.. => 88,
        920.. => 80,
        _ => 0,
    }
}

/// How many bits a big-endian number has.
pub(super) fn bits(number: &[u8]) -> u32 {
    let number = strip(number);
    // No certificate is long enough for the count to overflow.
    let octets = u32::try_from(number.len()).unwrap_or(u32::MAX / 8);
    number
        .first()
        .map_or(0, |first| octets * 8 - first.leading_zeros())
}

pub(super) fn strip(number: &[u8]) -> &[u8] {
    &number[number.iter().take_while(|octet| **octet == 0).count()..]
}

/// ```asn1
/// RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }
/// ```
fn decode_rsa(key: &[u8], restriction: RsaRestriction) -> Option<PublicKey> {
    Reader::new(key)
        .sequence(|fields| {
            let modulus = strip(&fields.required(Reader::big_number)?).to_vec();
            let exponent = strip(&fields.required(Reader::big_number)?).to_vec();
            Ok(PublicKey::Rsa {
                modulus,
                exponent,
                restriction,
            })
        })
        .ok()
}

fn decode_ec(algorithm: &AlgorithmIdentifier, key: &[u8]) -> Option<PublicKey> {
    let (kind, parameters) = algorithm.parameters.as_ref()?;
    let usual = match *kind {
        tags::OBJECT_IDENTIFIER => Curve::usual(parameters),
        _ => None,
    };
    let Some(curve) = usual else {
        #[cfg(feature = "rare")]
        return super::rare_key::decode_ec(*kind, parameters, key);
        #[cfg(not(feature = "rare"))]
        return crate::rare::miss();
    };
    let point = plain_point(key, curve.field_octets)?;
    is_on_usual(&curve, &point).then_some(PublicKey::Ec(EcPoint {
        curve,
        point,
        explicit: false,
    }))
}

/// Whether a point lies on one of the usual curves.
pub(super) fn is_on_usual(curve: &Curve, point: &[u8]) -> bool {
    match curve.name {
        Some(Curve::P256) => p256::PublicKey::from_sec1_bytes(point).is_ok(),
        Some(Curve::P384) => p384::PublicKey::from_sec1_bytes(point).is_ok(),
        #[cfg(feature = "rare")]
        Some(Curve::P521) => p521::PublicKey::from_sec1_bytes(point).is_ok(),
        _ => false,
    }
}

/// Checks the form of an encoded point of a prime curve and turns the hybrid form (X9.62) into the plain
/// one.
pub(super) fn plain_point(encoded: &[u8], field_octets: usize) -> Option<Vec<u8>> {
    let mut plain = well_formed(encoded, field_octets)?;
    if let [form @ (6 | 7), .., last] = &mut plain[..] {
        if *last & 1 != *form & 1 {
            return None;
        }
        *form = 4;
    }
    Some(plain)
}

/// Checks the form of an encoded point.
pub(super) fn well_formed(encoded: &[u8], field_octets: usize) -> Option<Vec<u8>> {
    let (&form, coordinates) = encoded.split_first()?;
    let length = match form {
        2 | 3 => field_octets,
        4 | 6 | 7 => 2 * field_octets,
        _ => return None,
    };
    (coordinates.len() == length).then(|| encoded.to_vec())
}

/// ```asn1
/// Dss-Parms ::= SEQUENCE { p INTEGER, q INTEGER, g INTEGER }
/// DSAPublicKey ::= INTEGER
/// ```
fn decode_dsa(algorithm: &AlgorithmIdentifier, key: &[u8]) -> Option<PublicKey> {
    let y = Reader::new(key).value(tags::INTEGER).ok()?;
    let y = y.content.into_owned();
    // OpenSSL 3 decodes no key whose parameters are to be those of its issuer.
    let Some((tags::SEQUENCE, parameters)) = &algorithm.parameters else {
        return None;
    };
    Reader::new(parameters)
        .sequence(|fields| {
            let mut number = || {
                let number = fields.required(Reader::big_number)?;
                Ok(strip(&number).to_vec())
            };
            Ok(PublicKey::Dsa(DsaKey {
                p: number()?,
                q: number()?,
                g: number()?,
                y,
            }))
        })
        .ok()
}
