//! Signature algorithms: what OpenSSL knows of them, and which can be verified here.

use super::{PublicKey, RsaRestriction};
use crate::{
    Oid,
    asn1::{Error, Position, Reader, Tag, universal as tags},
};

/// ```asn1
/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmIdentifier {
    pub oid: Oid,
    /// The universal type and content octets of the parameters (see [`crate::asn1::Value`]).
    pub parameters: Option<(u32, Vec<u8>)>,
}

impl AlgorithmIdentifier {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Self::read_tagged(reader, Tag::universal(tags::SEQUENCE))
    }

    fn read_tagged(reader: &mut Reader<'_>, tag: Tag) -> Result<Self, Error> {
        let missing = Error {
            offset: reader.offset(),
            kind: crate::asn1::ErrorKind::MissingField,
        };
        reader
            .sequence_tagged(tag, false, |fields| {
                let oid = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
                let parameters =
                    fields.optional(Position::Last, |reader, _| reader.any().map(Some))?;
                Ok(Self {
                    oid: Oid::from_content(&oid.content),
                    parameters: parameters.map(|value| (value.kind, value.content.into_owned())),
                })
            })?
            .ok_or(missing)
    }

    /// What OpenSSL knows of it as a signature algorithm (`OBJ_find_sigid_algs`).
    pub fn signature_algorithm(&self) -> Option<&'static SignatureAlgorithm> {
        ALGORITHMS
            .iter()
            .find(|algorithm| algorithm.oid == self.oid.content())
    }

    /// The name that `openssl x509 -text` prints, else the dotted identifier.
    pub fn name(&self) -> String {
        match self.signature_algorithm() {
            Some(algorithm) => algorithm.name.to_owned(),
            None => self.oid.to_string(),
        }
    }
}

/// A signature algorithm.
#[derive(Debug)]
pub struct SignatureAlgorithm {
    oid: &'static [u8],
    /// As OpenSSL calls it.
    pub name: &'static str,
    /// The digest; `None` where the algorithm brings its own or its parameters say it.
    pub digest: Option<Digest>,
    /// The kind of key it works with.
    pub key: SignatureKey,
}

/// A digest algorithm that OpenSSL knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// MD2, SHA-0 and their like: named by OpenSSL, but not built in.
    Gone,
    Md4,
    Mdc2,
    Md5,
    Ripemd160,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_224,
    Sha512_256,
    Sha3_224,
    Sha3_256,
    Sha3_384,
    Sha3_512,
}

/// The kind of key that a signature algorithm works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKey {
    Rsa,
    RsaPss,
    Ec,
    Ed25519,
    Ed448,
    Dsa,
    Sm2,
    /// Named by OpenSSL, but without a key type that its default provider decodes.
    Foreign,
}

impl SignatureKey {
    /// `check_sig_alg_match`
    pub(super) fn fits(self, key: &PublicKey) -> bool {
        match self {
            Self::Rsa => matches!(
                key,
                PublicKey::Rsa {
                    restriction: RsaRestriction::None,
                    ..
                }
            ),
            // An RSA key without restrictions makes both kinds of signature.
            Self::RsaPss => matches!(key, PublicKey::Rsa { .. }),
            Self::Ec => matches!(key, PublicKey::Ec(_)),
            Self::Ed25519 => matches!(key, PublicKey::Ed25519(_)),
            Self::Ed448 => matches!(key, PublicKey::Ed448(_)),
            Self::Dsa => matches!(key, PublicKey::Dsa(_)),
            Self::Sm2 => matches!(key, PublicKey::Sm2(_)),
            Self::Foreign => false,
        }
    }
}

impl Digest {
    /// Half the digest's bits, less for the broken ones: what OpenSSL holds against the security
    /// level (`x509_sig_info_init`). `None` when OpenSSL has no such digest.
    pub fn security_bits(self) -> Option<u32> {
        Some(match self {
            Self::Gone => return None,
            Self::Md5 => 39,
            // https://eprint.iacr.org/2020/014: chosen-prefix collisions at 2^63.4
            Self::Sha1 => 63,
            Self::Md4 | Self::Mdc2 => 64,
            Self::Ripemd160 => 80,
            Self::Sha224 | Self::Sha512_224 | Self::Sha3_224 => 112,
            Self::Sha256 | Self::Sha512_256 | Self::Sha3_256 => 128,
            Self::Sha384 | Self::Sha3_384 => 192,
            Self::Sha512 | Self::Sha3_512 => 256,
        })
    }

    /// The digest that an identifier names (`EVP_get_digestbyobj`).
    fn from_oid(oid: &[u8]) -> Option<Self> {
        const ALL: [Digest; 14] = [
            Digest::Md4,
            Digest::Md5,
            Digest::Ripemd160,
            Digest::Sha1,
            Digest::Sha224,
            Digest::Sha256,
            Digest::Sha384,
            Digest::Sha512,
            Digest::Sha512_224,
            Digest::Sha512_256,
            Digest::Sha3_224,
            Digest::Sha3_256,
            Digest::Sha3_384,
            Digest::Sha3_512,
        ];
        ALL.into_iter()
            .find(|digest| digest.oid().is_some_and(|known| known == oid))
    }

    /// The content octets of its identifier; `None` for those that have none in this program.
    pub(crate) fn oid(self) -> Option<Vec<u8>> {
        let rsa_data_security = |last| vec![0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 2, last];
        let nist = |last| vec![0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, last];
        Some(match self {
            Self::Gone | Self::Mdc2 => return None,
            Self::Md4 => rsa_data_security(4),
            Self::Md5 => rsa_data_security(5),
            Self::Ripemd160 => vec![0x2b, 0x24, 3, 2, 1],
            Self::Sha1 => vec![0x2b, 14, 3, 2, 26],
            Self::Sha256 => nist(1),
            Self::Sha384 => nist(2),
            Self::Sha512 => nist(3),
            Self::Sha224 => nist(4),
            Self::Sha512_224 => nist(5),
            Self::Sha512_256 => nist(6),
            Self::Sha3_224 => nist(7),
            Self::Sha3_256 => nist(8),
            Self::Sha3_384 => nist(9),
            Self::Sha3_512 => nist(10),
        })
    }
}

/// What an RSASSA-PSS signature is made with (RFC 4055 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PssParameters {
    pub hash: Digest,
    /// The hash of the mask generation, which OpenSSL lets differ.
    pub mask_hash: Digest,
    /// In octets. OpenSSL refuses negative ones when it uses them.
    pub salt_length: i64,
    /// 1 in every signature that verifies.
    pub trailer: i64,
}

impl PssParameters {
    /// ```asn1
    /// RSASSA-PSS-params ::= SEQUENCE {
    ///     hashAlgorithm    [0] EXPLICIT HashAlgorithm DEFAULT sha1,
    ///     maskGenAlgorithm [1] EXPLICIT MaskGenAlgorithm DEFAULT mgf1SHA1,
    ///     saltLength       [2] EXPLICIT INTEGER DEFAULT 20,
    ///     trailerField     [3] EXPLICIT INTEGER DEFAULT 1 }
    /// ```
    ///
    /// `None` when OpenSSL cannot use them (`ossl_rsa_pss_decode`).
    pub fn of(algorithm: &AlgorithmIdentifier) -> Option<Self> {
        const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 8];
        let (kind, encoded) = algorithm.parameters.as_ref()?;
        if *kind != tags::SEQUENCE {
            return None;
        }
        let mut reader = Reader::new(encoded);
        let (hash, mask, salt, trailer) = reader
            .sequence(|fields| {
                let hash = fields.optional(Position::Inner, |reader, optional| {
                    reader.explicit(Tag::context(0), optional, AlgorithmIdentifier::read)
                })?;
                let mask = fields.optional(Position::Inner, |reader, optional| {
                    reader.explicit(Tag::context(1), optional, AlgorithmIdentifier::read)
                })?;
                let mut integer = |number, position| {
                    fields.optional(position, |reader, optional| {
                        reader.explicit(Tag::context(number), optional, |r| r.value(tags::INTEGER))
                    })
                };
                Ok((
                    hash,
                    mask,
                    integer(2, Position::Inner)?,
                    integer(3, Position::Last)?,
                ))
            })
            .ok()?;
        let digest = |algorithm: Option<AlgorithmIdentifier>| match algorithm {
            Some(algorithm) => Digest::from_oid(algorithm.oid.content()),
            None => Some(Digest::Sha1),
        };
        let mask = match mask {
            None => None,
            Some(mask) => {
                let (kind, encoded) = mask.parameters.as_ref()?;
                if mask.oid.content() != MGF1 || *kind != tags::SEQUENCE {
                    return None;
                }
                Some(AlgorithmIdentifier::read(&mut Reader::new(encoded)).ok()?)
            }
        };
        let number = |value: Option<crate::asn1::Value<'_>>, default| {
            value.map_or(default, |value| signed(&value.content))
        };
        Some(Self {
            hash: digest(hash)?,
            mask_hash: digest(mask)?,
            salt_length: number(salt, 20),
            trailer: number(trailer, 1),
        })
    }
}

/// `ASN1_INTEGER_get`: -1 for what does not fit.
fn signed(content: &[u8]) -> i64 {
    if content.len() > 8 {
        return -1;
    }
    let start = if content.first().is_some_and(|octet| octet & 0x80 != 0) {
        -1
    } else {
        0
    };
    content
        .iter()
        .fold(start, |value, octet| value << 8 | i64::from(*octet))
}

macro_rules! algorithms {
    ($($oid:expr, $name:literal, $digest:expr, $key:ident;)*) => {
        [$(SignatureAlgorithm { oid: &$oid, name: $name, digest: $digest, key: SignatureKey::$key },)*]
    };
}

/// The cross reference of signature algorithms in OpenSSL 3.0 (`crypto/objects/obj_xref.txt`).
#[rustfmt::skip]
static ALGORITHMS: [SignatureAlgorithm; 33] = algorithms! {
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 11], "sha256WithRSAEncryption", Some(Digest::Sha256), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 12], "sha384WithRSAEncryption", Some(Digest::Sha384), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 13], "sha512WithRSAEncryption", Some(Digest::Sha512), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 14], "sha224WithRSAEncryption", Some(Digest::Sha224), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 10], "rsassaPss", None, RsaPss;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 5], "sha1WithRSAEncryption", Some(Digest::Sha1), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 4], "md5WithRSAEncryption", Some(Digest::Md5), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 3], "md4WithRSAEncryption", Some(Digest::Md4), Rsa;
    [0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 1, 2], "md2WithRSAEncryption", Some(Digest::Gone), Rsa;
    [0x2b, 14, 3, 2, 3], "md5WithRSA", Some(Digest::Md5), Rsa;
    [0x2b, 14, 3, 2, 29], "sha1WithRSA", Some(Digest::Sha1), Rsa;
    [0x2b, 14, 3, 2, 15], "shaWithRSAEncryption", Some(Digest::Gone), Rsa;
    [0x55, 8, 3, 100], "mdc2WithRSA", Some(Digest::Mdc2), Rsa;
    [0x2b, 0x24, 3, 3, 1, 2], "ripemd160WithRSA", Some(Digest::Ripemd160), Rsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 13], "RSA-SHA3-224", Some(Digest::Sha3_224), Rsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 14], "RSA-SHA3-256", Some(Digest::Sha3_256), Rsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 15], "RSA-SHA3-384", Some(Digest::Sha3_384), Rsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 16], "RSA-SHA3-512", Some(Digest::Sha3_512), Rsa;
    [0x2b, 0x65, 0x70], "ED25519", None, Ed25519;
    [0x2b, 0x65, 0x71], "ED448", None, Ed448;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2], "ecdsa-with-SHA256", Some(Digest::Sha256), Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3], "ecdsa-with-SHA384", Some(Digest::Sha384), Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4], "ecdsa-with-SHA512", Some(Digest::Sha512), Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1], "ecdsa-with-SHA224", Some(Digest::Sha224), Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1], "ecdsa-with-SHA1", Some(Digest::Sha1), Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 2], "ecdsa-with-Recommended", None, Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3], "ecdsa-with-Specified", None, Ec;
    [0x2a, 0x86, 0x48, 0xce, 0x38, 4, 3], "dsaWithSHA1", Some(Digest::Sha1), Dsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 1], "dsa_with_SHA224", Some(Digest::Sha224), Dsa;
    [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 2], "dsa_with_SHA256", Some(Digest::Sha256), Dsa;
    [0x2b, 14, 3, 2, 13], "dsaWithSHA", Some(Digest::Gone), Dsa;
    [0x2b, 14, 3, 2, 27], "dsaWithSHA1-old", Some(Digest::Sha1), Foreign;
    [0x2a, 0x81, 0x1c, 0xcf, 0x55, 1, 0x83, 0x75], "SM2-with-SM3", None, Sm2;
};
