//! X.509 certificates, decoded as OpenSSL decodes them.
//!
//! [`Certificate::from_der`] succeeds exactly where `d2i_X509` does, and what it keeps of the
//! extensions is what OpenSSL keeps (`ossl_x509v3_cache_extensions`): a damaged extension does not
//! make a certificate unreadable, it makes it *invalid*, so that it is never used as an issuer.
//! Nothing is judged here; that is [`crate::verify`]'s part.

mod algorithm;
#[cfg(feature = "rare")]
mod binary_curve;
mod curve;
pub(crate) mod describe;
mod extensions;
mod general_name;
#[cfg(feature = "rare")]
mod prime_curve;
mod public_key;
#[cfg(feature = "rare")]
mod rare_key;
mod resources;
pub(crate) mod trust;
mod validity;

use std::ops::Range;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

pub use algorithm::{AlgorithmIdentifier, Digest, PssParameters, SignatureAlgorithm, SignatureKey};
#[cfg(feature = "rare")]
pub(crate) use binary_curve::BinaryGroup;
pub use curve::Curve;
pub use extensions::{
    AuthorityKeyIdentifier, BasicConstraints, Extension, Extensions, GeneralSubtree, Invalid,
    KeyUsage, NameConstraints, ProxyCertificate, Purposes, ids as extension_ids,
};
pub use general_name::GeneralName;
#[cfg(feature = "rare")]
pub(crate) use prime_curve::PrimeGroup;
pub use public_key::{DsaKey, EcPoint, PublicKey, RsaRestriction};
pub use resources::{
    AddressFamily, AddressRange, AutonomousSystems, Number, NumberRange, Resources,
};
pub use trust::{Trust, TrustSettings};
pub use validity::Time;

use crate::{
    Name, Timestamp,
    asn1::{self, Class, Error, Fields, Position, Reader, Tag, universal as tags},
    report,
};

/// ```asn1
/// Certificate ::= SEQUENCE {
///     tbsCertificate      TBSCertificate,
///     signatureAlgorithm  AlgorithmIdentifier,
///     signatureValue      BIT STRING }
/// ```
#[derive(Clone, Debug)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Range<usize>,
    public_key_info: Range<usize>,
    version: Vec<u8>,
    serial: Vec<u8>,
    issuer: Name,
    subject: Name,
    not_before: Time,
    not_after: Time,
    inner_algorithm: AlgorithmIdentifier,
    outer_algorithm: AlgorithmIdentifier,
    signature: BitString,
    public_key: Option<PublicKey>,
    extensions: Extensions,
    self_issued: bool,
    self_signed: bool,
    sha256: report::Sha256,
    identity: [u8; 32],
    key_sha256: [u8; 32],
    is_loose: bool,
}

/// A string of bits that need not fill its last octet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BitString {
    /// How many low bits of the last octet do not count: 0 to 7.
    pub unused: u8,
    pub octets: Vec<u8>,
}

impl BitString {
    /// From content octets that the reader has checked: unused bits are cleared.
    fn from_content(content: &[u8]) -> Self {
        let (unused, octets) = content.split_first().unwrap_or((&0, &[]));
        let mut octets = octets.to_vec();
        if let Some(last) = octets.last_mut() {
            *last &= 0xffu8 << (unused & 7);
        }
        Self {
            unused: unused & 7,
            octets,
        }
    }
}

/// What stands in the signed part of a certificate.
struct TbsCertificate {
    version: Vec<u8>,
    serial: Vec<u8>,
    algorithm: AlgorithmIdentifier,
    issuer: Name,
    not_before: Time,
    not_after: Time,
    subject: Name,
    public_key: Option<PublicKey>,
    public_key_info: Range<usize>,
    extensions: Vec<Extension>,
}

impl Certificate {
    /// Reads the certificate at the beginning of `der`. What stands behind it is left alone, as
    /// OpenSSL does; [`Certificate::der`] tells how much was read.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(der);
        let (tbs, range, outer_algorithm, signature) = reader.sequence(|fields| {
            let start = fields.offset();
            let tbs = fields.required(|reader| reader.sequence(TbsCertificate::read))?;
            let range = start..fields.offset();
            let algorithm = fields.required(AlgorithmIdentifier::read)?;
            let signature = fields.required(|reader| reader.value(tags::BIT_STRING))?;
            Ok((
                tbs,
                range,
                algorithm,
                BitString::from_content(&signature.content),
            ))
        })?;
        let der = &der[..reader.offset()];
        let self_issued = tbs.issuer.canonical() == tbs.subject.canonical();
        let mut certificate = Self {
            tbs: range,
            public_key_info: tbs.public_key_info,
            version: tbs.version,
            serial: tbs.serial,
            issuer: tbs.issuer,
            subject: tbs.subject,
            not_before: tbs.not_before,
            not_after: tbs.not_after,
            inner_algorithm: tbs.algorithm,
            outer_algorithm,
            signature,
            public_key: tbs.public_key,
            extensions: Extensions::from_list(tbs.extensions),
            self_issued,
            self_signed: false,
            sha256: report::Sha256(Sha256::digest(der).into()),
            identity: [0; 32],
            key_sha256: [0; 32],
            is_loose: asn1::is_loose(der),
            der: der.to_vec(),
        };
        certificate.identity = certificate.digest_of_parts();
        certificate.key_sha256 = Sha256::digest(certificate.public_key_info()).into();
        certificate.self_signed = self_issued
            && certificate.matches_key_identifier_of(&certificate)
            && certificate.algorithm_fits_key_of(&certificate);
        Ok(certificate)
    }

    /// The encoding, without anything that stood behind it.
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// The encoding of the part that is signed.
    pub fn tbs(&self) -> &[u8] {
        &self.der[self.tbs.clone()]
    }

    /// The encoding of the `SubjectPublicKeyInfo`.
    pub fn public_key_info(&self) -> &[u8] {
        &self.der[self.public_key_info.clone()]
    }

    /// The SHA-256 digest of the encoding.
    pub fn sha256(&self) -> report::Sha256 {
        self.sha256
    }

    /// The SHA-1 digest of the encoding, which older tools show.
    pub fn sha1(&self) -> [u8; 20] {
        Sha1::digest(&self.der).into()
    }

    /// The version's content octets: empty when it is not given, which means 1; `[2]` means 3.
    pub fn version(&self) -> &[u8] {
        &self.version
    }

    /// Whether the certificate says it is of version 1, by words or by silence.
    pub fn is_version_1(&self) -> bool {
        matches!(self.version[..], [] | [0])
    }

    /// The serial number's octets, two's complement.
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    pub fn issuer(&self) -> &Name {
        &self.issuer
    }

    pub fn subject(&self) -> &Name {
        &self.subject
    }

    pub fn not_before(&self) -> &Time {
        &self.not_before
    }

    pub fn not_after(&self) -> &Time {
        &self.not_after
    }

    /// The algorithm named in the signed part.
    pub fn inner_algorithm(&self) -> &AlgorithmIdentifier {
        &self.inner_algorithm
    }

    /// The algorithm named beside the signature.
    pub fn outer_algorithm(&self) -> &AlgorithmIdentifier {
        &self.outer_algorithm
    }

    pub fn signature(&self) -> &BitString {
        &self.signature
    }

    /// The public key; `None` when OpenSSL cannot decode it.
    pub fn public_key(&self) -> Option<&PublicKey> {
        self.public_key.as_ref()
    }

    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    /// Whether OpenSSL takes the certificate for damaged (`EXFLAG_INVALID`) and so never uses it
    /// as an issuer, nor finds one for it.
    pub fn is_invalid(&self) -> bool {
        !self.extensions.invalid.is_empty()
    }

    /// Whether issuer and subject are the same name (`EXFLAG_SI`).
    pub fn is_self_issued(&self) -> bool {
        self.self_issued
    }

    /// Whether it looks self-signed to OpenSSL (`EXFLAG_SS`): self-issued, with key identifiers
    /// and algorithms that fit. The signature is not looked at.
    pub fn is_self_signed(&self) -> bool {
        self.self_signed
    }

    /// Whether it is marked as a CA or used like one: not an end entity.
    pub fn is_authority(&self) -> bool {
        match &self.extensions.basic_constraints {
            Some(constraints) => constraints.ca,
            // Without the extension, what it may sign tells; a version 1 certificate is a CA when
            // it is self-signed, for then nobody else could have issued it as a client's.
            None => match self.extensions.key_usage {
                Some(usage) => usage.allows(KeyUsage::KEY_CERT_SIGN),
                None => self.self_signed,
            },
        }
    }

    /// Whether `issuer` may have issued this one, by its name, key identifiers and key type
    /// (`ossl_x509_likely_issued`). The signature is not looked at.
    pub fn is_likely_issued_by(&self, issuer: &Self) -> bool {
        issuer.subject.canonical() == self.issuer.canonical()
            && !issuer.is_invalid()
            && !self.is_invalid()
            && self.matches_key_identifier_of(issuer)
            && self.algorithm_fits_key_of(issuer)
    }

    /// `X509_check_akid`
    pub fn matches_key_identifier_of(&self, issuer: &Self) -> bool {
        let Some(identifier) = &self.extensions.authority_key_identifier else {
            return true;
        };
        if let (Some(wanted), Some(held)) =
            (&identifier.key, &issuer.extensions.subject_key_identifier)
            && wanted != held
        {
            return false;
        }
        if let Some(serial) = &identifier.serial
            && *serial != issuer.serial
        {
            return false;
        }
        identifier
            .directory_name()
            .is_none_or(|name| name.canonical() == issuer.issuer.canonical())
    }

    /// `check_sig_alg_match`: whether the algorithm named in the signed part works with the
    /// issuer's kind of key.
    fn algorithm_fits_key_of(&self, issuer: &Self) -> bool {
        match (
            &issuer.public_key,
            self.inner_algorithm.signature_algorithm(),
        ) {
            (Some(key), Some(algorithm)) => algorithm.key.fits(key),
            _ => false,
        }
    }

    /// A digest of what OpenSSL's own encoding of the certificate would hold.
    fn digest_of_parts(&self) -> [u8; 32] {
        let mut state = Sha256::new();
        // A length before each part, so that none runs into the next.
        let mut add = |part: &[u8]| {
            state.update((part.len() as u64).to_be_bytes());
            state.update(part);
        };
        add(self.tbs());
        add(self.outer_algorithm.oid.content());
        if let Some((kind, parameters)) = &self.outer_algorithm.parameters {
            add(&kind.to_be_bytes());
            add(parameters);
        }
        add(&[self.signature.unused]);
        add(&self.signature.octets);
        state.finalize().into()
    }

    /// The SHA-256 digest of the `SubjectPublicKeyInfo`.
    pub fn key_sha256(&self) -> [u8; 32] {
        self.key_sha256
    }

    /// Whether the encoding is looser than DER ([`asn1::is_loose`]).
    pub fn is_loose(&self) -> bool {
        self.is_loose
    }

    /// Whether both are the same certificate to OpenSSL (`X509_cmp`).
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.identity == other.identity
    }

    /// The moments between which it is valid, where it says them as RFC 5280 asks.
    pub fn validity(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        (self.not_before.moment(), self.not_after.moment())
    }
}

impl TbsCertificate {
    /// ```asn1
    /// TBSCertificate ::= SEQUENCE {
    ///     version         [0] EXPLICIT Version DEFAULT v1,
    ///     serialNumber        INTEGER,
    ///     signature           AlgorithmIdentifier,
    ///     issuer              Name,
    ///     validity            SEQUENCE { notBefore Time, notAfter Time },
    ///     subject             Name,
    ///     subjectPublicKeyInfo SubjectPublicKeyInfo,
    ///     issuerUniqueID  [1] IMPLICIT BIT STRING OPTIONAL,
    ///     subjectUniqueID [2] IMPLICIT BIT STRING OPTIONAL,
    ///     extensions      [3] EXPLICIT SEQUENCE OF Extension OPTIONAL }
    /// ```
    fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let version = fields.optional(Position::Inner, |reader, optional| {
            reader.explicit(Tag::context(0), optional, |inner| {
                inner.value(tags::INTEGER)
            })
        })?;
        let serial = fields.required(|reader| reader.value(tags::INTEGER))?;
        let algorithm = fields.required(AlgorithmIdentifier::read)?;
        let issuer = fields.required(Name::read)?;
        let (not_before, not_after) = fields.required(|reader| {
            reader
                .sequence(|fields| Ok((fields.required(Time::read)?, fields.required(Time::read)?)))
        })?;
        let subject = fields.required(Name::read)?;
        let start = fields.offset();
        let public_key = fields.required(PublicKey::read_info)?;
        let public_key_info = start..fields.offset();
        for number in [1, 2] {
            fields.optional(Position::Inner, |reader, optional| {
                let tag = Tag {
                    class: Class::Context,
                    number,
                };
                reader.value_tagged(tags::BIT_STRING, tag, optional)
            })?;
        }
        let extensions = fields.optional(Position::Last, |reader, optional| {
            reader.explicit(Tag::context(3), optional, |inner| {
                inner.list(Tag::universal(tags::SEQUENCE), false, Extension::read)
            })
        })?;
        Ok(Self {
            version: version
                .map(|value| value.content.into_owned())
                .unwrap_or_default(),
            serial: serial.content.into_owned(),
            algorithm,
            issuer,
            not_before,
            not_after,
            subject,
            public_key,
            public_key_info,
            extensions: extensions.flatten().unwrap_or_default(),
        })
    }
}
