//! Signature algorithms: how they are named in a certificate, and how they sign.

use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::rsa::Padding;
use openssl::sha::sha256;
use openssl::sign::{RsaPssSaltlen, Signer};

use crate::keys::{Key, Kind};
use crate::{Chance, der, predictable};

/// A digest that signatures are made over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha512_256,
    Sha3_224,
    Sha3_384,
    Ripemd160,
    Sm3,
}

impl Digest {
    fn openssl(self) -> MessageDigest {
        match self {
            Self::Md5 => MessageDigest::md5(),
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha224 => MessageDigest::sha224(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
            Self::Sha512_256 => {
                MessageDigest::from_name("SHA512-256").unwrap_or(MessageDigest::sha512())
            }
            Self::Sha3_224 => MessageDigest::sha3_224(),
            Self::Sha3_384 => MessageDigest::sha3_384(),
            Self::Ripemd160 => MessageDigest::ripemd160(),
            Self::Sm3 => MessageDigest::sm3(),
        }
    }

    fn oid(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.2.5",
            Self::Sha1 => "1.3.14.3.2.26",
            Self::Sha224 => "2.16.840.1.101.3.4.2.4",
            Self::Sha256 => "2.16.840.1.101.3.4.2.1",
            Self::Sha384 => "2.16.840.1.101.3.4.2.2",
            Self::Sha512 => "2.16.840.1.101.3.4.2.3",
            Self::Sha512_256 => "2.16.840.1.101.3.4.2.6",
            Self::Sha3_224 => "2.16.840.1.101.3.4.2.7",
            Self::Sha3_384 => "2.16.840.1.101.3.4.2.9",
            Self::Ripemd160 => "1.3.36.3.2.1",
            Self::Sm3 => "1.2.156.10197.1.401",
        }
    }

    /// The algorithm of RSA PKCS #1 v1.5 with this digest (RFC 8017, appendix A.2.4).
    fn rsa_oid(self) -> &'static str {
        match self {
            Self::Md5 => "1.2.840.113549.1.1.4",
            Self::Sha1 => "1.2.840.113549.1.1.5",
            Self::Sha224 => "1.2.840.113549.1.1.14",
            Self::Sha256 => "1.2.840.113549.1.1.11",
            Self::Sha384 => "1.2.840.113549.1.1.12",
            Self::Sha512 => "1.2.840.113549.1.1.13",
            Self::Sha512_256 => "1.2.840.113549.1.1.16",
            Self::Sha3_224 => "2.16.840.1.101.3.4.3.13",
            Self::Sha3_384 => "2.16.840.1.101.3.4.3.15",
            Self::Ripemd160 => "1.3.36.3.3.1.2",
            Self::Sm3 => "1.2.156.10197.1.504",
        }
    }

    /// The algorithm of ECDSA with this digest (RFC 5758, section 3.2); there is none with MD5.
    fn ecdsa_oid(self) -> &'static str {
        match self {
            Self::Md5 | Self::Sha1 => "1.2.840.10045.4.1",
            Self::Sha224 => "1.2.840.10045.4.3.1",
            Self::Sha256 => "1.2.840.10045.4.3.2",
            Self::Sha384 => "1.2.840.10045.4.3.3",
            Self::Sha512 => "1.2.840.10045.4.3.4",
            Self::Sm3 => "1.2.156.10197.1.501",
            // Nobody gave an identifier to ECDSA with these that OpenSSL 3.0 knows.
            Self::Sha512_256 | Self::Sha3_224 | Self::Sha3_384 | Self::Ripemd160 => "1.2.3.4",
        }
    }
}

/// The parameters of RSASSA-PSS.
#[derive(Clone, Copy, Debug)]
pub struct Pss {
    pub hash: Digest,
    pub mask_hash: Digest,
    pub salt: u8,
}

/// A way to sign.
#[derive(Clone, Debug)]
enum Method {
    Plain(Digest),
    Pss(Pss),
    Ed25519,
}

/// An algorithm: its `AlgorithmIdentifier`, and the way the signature is made, which need not be
/// the same.
#[derive(Clone, Debug)]
pub struct Algorithm {
    pub identifier: Vec<u8>,
    method: Method,
}

impl Algorithm {
    /// The algorithm of a key with a digest.
    pub fn of(key: &Key, digest: Digest) -> Self {
        match key.kind {
            Kind::Rsa => Self {
                identifier: der::sequence(&[&der::oid(digest.rsa_oid()), &der::null()]),
                method: Method::Plain(digest),
            },
            Kind::Ec | Kind::LeafOnly => Self {
                identifier: der::sequence(&[&der::oid(digest.ecdsa_oid())]),
                method: Method::Plain(match digest {
                    Digest::Md5 => Digest::Sha1,
                    other => other,
                }),
            },
            Kind::Ed25519 => Self {
                identifier: der::sequence(&[&der::oid("1.3.101.112")]),
                method: Method::Ed25519,
            },
        }
    }

    /// The same for a key that brings its own digest.
    pub fn without_digest(self) -> Self {
        Self {
            method: Method::Ed25519,
            ..self
        }
    }

    /// RSASSA-PSS, its identifier as RFC 4055, section 3.1, writes it.
    pub fn pss(pss: Pss) -> Self {
        let hash = |digest: Digest| der::sequence(&[&der::oid(digest.oid()), &der::null()]);
        let mask = der::sequence(&[&der::oid("1.2.840.113549.1.1.8"), &hash(pss.mask_hash)]);
        let mut parameters = Vec::new();
        if pss.hash != Digest::Sha1 {
            parameters.extend(der::context(0, &[&hash(pss.hash)]));
        }
        if pss.mask_hash != Digest::Sha1 {
            parameters.extend(der::context(1, &[&mask]));
        }
        if pss.salt != 20 {
            parameters.extend(der::context(2, &[&der::integer(&[pss.salt])]));
        }
        Self {
            identifier: der::sequence(&[
                &der::oid("1.2.840.113549.1.1.10"),
                &der::sequence(&[&parameters]),
            ]),
            method: Method::Pss(pss),
        }
    }

    /// The algorithms that certificates mostly have.
    pub fn ordinary(chance: &mut Chance, key: &Key) -> Self {
        let digests = [Digest::Sha256, Digest::Sha384, Digest::Sha512];
        Self::of(key, digests[chance.weighted(&[8, 1, 1])])
    }

    /// An algorithm that is weak, seldom seen, or wrongly described.
    pub fn odd(chance: &mut Chance, key: &Key) -> Self {
        let all = [
            Digest::Md5,
            Digest::Sha1,
            Digest::Sha224,
            Digest::Sha256,
            Digest::Sha384,
            Digest::Sha512,
        ];
        let digest = chance.pick(&all);
        // A PSS signature needs room: a digest and a salt in the modulus.
        let room = key.kind == Kind::Rsa && key.private.bits() >= 2048;
        match chance.below(8) {
            0..3 if room => Self::pss(Pss {
                hash: digest,
                mask_hash: if chance.percent(50) {
                    digest
                } else {
                    chance.pick(&all)
                },
                salt: chance.pick(&[0, 1, 20, 32, 48, 64, 100]),
            }),
            3 if room => Self::misdescribed_pss(chance),
            4 => {
                // Another key's identifier over this key's signature.
                let mut algorithm = Self::of(key, digest);
                let oids = [
                    digest.rsa_oid(),
                    digest.ecdsa_oid(),
                    "1.3.101.112",
                    "1.2.840.113549.1.1.1",
                    "1.2.840.113549.1.1.2",
                    "1.2.3.4",
                    "1.2.840.10040.4.3",
                ];
                algorithm.identifier = der::sequence(&[&der::oid(chance.pick(&oids))]);
                algorithm
            }
            5 => {
                // Parameters that are absent where they belong, or stand where they do not.
                let mut algorithm = Self::of(key, digest);
                let oid = der::oid(match key.kind {
                    Kind::Rsa => digest.rsa_oid(),
                    Kind::Ec | Kind::LeafOnly => digest.ecdsa_oid(),
                    Kind::Ed25519 => "1.3.101.112",
                });
                let parameters =
                    chance.pick(&[Vec::new(), der::null(), der::integer(&[5]), vec![0x30, 0]]);
                algorithm.identifier = der::sequence(&[&oid, &parameters]);
                algorithm
            }
            _ => Self::of(key, digest),
        }
    }

    /// A PSS signature under parameters that leave something out or say something strange.
    fn misdescribed_pss(chance: &mut Chance) -> Self {
        let mut algorithm = Self::pss(Pss {
            hash: Digest::Sha256,
            mask_hash: Digest::Sha256,
            salt: 32,
        });
        let hash = der::context(0, &[&der::sequence(&[&der::oid(Digest::Sha256.oid())])]);
        let mask = der::context(
            1,
            &[&der::sequence(&[
                &der::oid("1.2.840.113549.1.1.8"),
                &der::sequence(&[&der::oid(Digest::Sha256.oid())]),
            ])],
        );
        let salt = |content: &[u8]| der::context(2, &[&der::integer(content)]);
        let trailer = |content: &[u8]| der::context(3, &[&der::integer(content)]);
        let whole = [&hash[..], &mask, &salt(&[32])].concat();
        let parameters = match chance.below(10) {
            0 => der::sequence(&[&whole]),
            1 => der::sequence(&[&whole, &trailer(&[1])]),
            2 => der::sequence(&[&whole, &trailer(&[2])]),
            3 => der::sequence(&[&hash, &mask]),
            4 => der::sequence(&[&hash, &mask, &salt(&[0xff])]),
            5 => der::sequence(&[&hash, &mask, &salt(&[0, 0x80])]),
            6 => der::sequence(&[&hash, &salt(&[32])]),
            7 => der::sequence(&[]),
            8 => der::null(),
            _ => Vec::new(),
        };
        algorithm.identifier = der::sequence(&[&der::oid("1.2.840.113549.1.1.10"), &parameters]);
        algorithm
    }

    /// Signs. What OpenSSL draws at random follows the message, so a message is always signed
    /// alike.
    pub fn sign(&self, key: &Key, message: &[u8]) -> Result<Vec<u8>, ErrorStack> {
        let digest = sha256(message);
        predictable::seed(u64::from_le_bytes(std::array::from_fn(|n| digest[n])));
        match self.method {
            Method::Plain(digest) => {
                let mut signer = Signer::new(digest.openssl(), &key.private)?;
                signer.sign_oneshot_to_vec(message)
            }
            Method::Pss(pss) => {
                let mut signer = Signer::new(pss.hash.openssl(), &key.private)?;
                signer.set_rsa_padding(Padding::PKCS1_PSS)?;
                signer.set_rsa_mgf1_md(pss.mask_hash.openssl())?;
                signer.set_rsa_pss_saltlen(RsaPssSaltlen::custom(i32::from(pss.salt)))?;
                signer.sign_oneshot_to_vec(message)
            }
            Method::Ed25519 => {
                Signer::new_without_digest(&key.private)?.sign_oneshot_to_vec(message)
            }
        }
    }
}
