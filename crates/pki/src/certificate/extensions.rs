//! The extensions that OpenSSL acts on, decoded as it decodes them.
//!
//! Follows `ossl_x509v3_cache_extensions` in `crypto/x509/v3_purp.c`: an extension that occurs
//! twice or cannot be decoded leaves its field empty and is noted in [`Extensions::invalid`].

use super::{
    BitString, GeneralName,
    resources::{self, AddressFamily, AutonomousSystems},
};
use crate::{
    Name, Oid,
    asn1::{Error, ErrorKind, Fields, Position, Reader, Tag, universal as tags},
};

/// Identifiers of extensions, as content octets.
pub mod ids {
    pub const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 14];
    pub const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
    pub const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
    pub const ISSUER_ALT_NAME: &[u8] = &[0x55, 0x1d, 18];
    pub const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
    pub const NAME_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 30];
    pub const CRL_DISTRIBUTION_POINTS: &[u8] = &[0x55, 0x1d, 31];
    pub const CERTIFICATE_POLICIES: &[u8] = &[0x55, 0x1d, 32];
    pub const POLICY_MAPPINGS: &[u8] = &[0x55, 0x1d, 33];
    pub const AUTHORITY_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 35];
    pub const POLICY_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 36];
    pub const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
    pub const INHIBIT_ANY_POLICY: &[u8] = &[0x55, 0x1d, 54];
    /// id-pe-ipAddrBlocks, RFC 3779
    pub const IP_ADDRESS_BLOCKS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 7];
    /// id-pe-autonomousSysIds, RFC 3779
    pub const AUTONOMOUS_SYSTEMS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 8];
    /// id-pe-proxyCertInfo, RFC 3820
    pub const PROXY_CERTIFICATE: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 14];
    /// id-pkix-ocsp-nocheck, RFC 6960
    pub const OCSP_NO_CHECK: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 5];
    /// netscape-cert-type
    pub const NETSCAPE_CERT_TYPE: &[u8] = &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 1, 1];
}

/// The extensions that may be critical without being refused (`X509_supported_extension`). The two
/// key identifiers are not among them.
const SUPPORTED: [&[u8]; 15] = [
    ids::NETSCAPE_CERT_TYPE,
    ids::KEY_USAGE,
    ids::SUBJECT_ALT_NAME,
    ids::BASIC_CONSTRAINTS,
    ids::CERTIFICATE_POLICIES,
    ids::CRL_DISTRIBUTION_POINTS,
    ids::EXTENDED_KEY_USAGE,
    ids::IP_ADDRESS_BLOCKS,
    ids::AUTONOMOUS_SYSTEMS,
    ids::OCSP_NO_CHECK,
    ids::POLICY_CONSTRAINTS,
    ids::PROXY_CERTIFICATE,
    ids::NAME_CONSTRAINTS,
    ids::POLICY_MAPPINGS,
    ids::INHIBIT_ANY_POLICY,
];

/// ```asn1
/// Extension ::= SEQUENCE {
///     extnID    OBJECT IDENTIFIER,
///     critical  BOOLEAN DEFAULT FALSE,
///     extnValue OCTET STRING }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    pub oid: Oid,
    pub critical: bool,
    pub value: Vec<u8>,
}

impl Extension {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.sequence(|fields| {
            let oid = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            let critical = optional_boolean(fields)?;
            let value = fields.required(|reader| reader.value(tags::OCTET_STRING))?;
            Ok(Self {
                oid: Oid::from_content(&oid.content),
                critical,
                value: value.content.into_owned(),
            })
        })
    }

    /// Whether OpenSSL handles the extension, so that it may be critical.
    pub fn is_supported(&self) -> bool {
        SUPPORTED.contains(&self.oid.content())
    }
}

/// All extensions, and what the known ones say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions {
    /// All of them, in encoded order.
    pub list: Vec<Extension>,
    /// The first critical extension that OpenSSL does not handle (`EXFLAG_CRITICAL`), as an index.
    pub unhandled: Option<usize>,
    pub basic_constraints: Option<BasicConstraints>,
    pub key_usage: Option<KeyUsage>,
    pub purposes: Option<Purposes>,
    /// The first octet of netscape-cert-type.
    pub netscape_cert_type: Option<u8>,
    pub subject_key_identifier: Option<Vec<u8>>,
    pub authority_key_identifier: Option<AuthorityKeyIdentifier>,
    pub subject_alt_names: Option<Vec<GeneralName>>,
    pub name_constraints: Option<NameConstraints>,
    pub proxy: Option<ProxyCertificate>,
    pub address_blocks: Option<Vec<AddressFamily>>,
    pub autonomous_systems: Option<AutonomousSystems>,
    /// Why OpenSSL takes the certificate for damaged; empty when it does not.
    pub invalid: Vec<Invalid>,
}

/// A reason for which OpenSSL marks a certificate `EXFLAG_INVALID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invalid {
    /// The extension occurs more than once.
    Duplicate(Oid),
    /// The extension's value cannot be decoded.
    Undecodable(Oid),
    /// pathLenConstraint is negative.
    NegativePathLength,
    /// The key usage allows nothing.
    EmptyKeyUsage,
    /// A CRL distribution point has neither a name nor an issuer.
    EmptyDistributionPoint,
    /// A proxy certificate is a CA or has alternative names.
    ProxyWithNames,
}

/// ```asn1
/// BasicConstraints ::= SEQUENCE {
///     cA                BOOLEAN DEFAULT FALSE,
///     pathLenConstraint INTEGER (0..MAX) OPTIONAL }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    pub ca: bool,
    /// How many authorities may stand below, where the certificate says a number that counts.
    pub path_length: Option<u64>,
}

/// The bits of a key usage (RFC 5280 section 4.2.1.3), bit 0 in the high bit of the first octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUsage(pub u16);

impl KeyUsage {
    pub const DIGITAL_SIGNATURE: u16 = 0x80;
    pub const NON_REPUDIATION: u16 = 0x40;
    pub const KEY_ENCIPHERMENT: u16 = 0x20;
    pub const DATA_ENCIPHERMENT: u16 = 0x10;
    pub const KEY_AGREEMENT: u16 = 0x08;
    pub const KEY_CERT_SIGN: u16 = 0x04;
    pub const CRL_SIGN: u16 = 0x02;
    pub const ENCIPHER_ONLY: u16 = 0x01;
    pub const DECIPHER_ONLY: u16 = 0x8000;

    /// Whether any of `usages` is allowed.
    pub fn allows(self, usages: u16) -> bool {
        self.0 & usages != 0
    }
}

/// The extended key usages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purposes {
    /// All of them, in encoded order.
    pub list: Vec<Oid>,
    pub client_auth: bool,
    /// serverAuth, or what OpenSSL takes for it.
    pub server_auth: bool,
}

impl Purposes {
    /// id-kp-serverAuth
    pub const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
    /// id-kp-clientAuth
    pub const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];
    /// anyExtendedKeyUsage
    pub(super) const ANY: &[u8] = &[0x55, 0x1d, 37, 0];
    /// Microsoft and Netscape Server Gated Crypto, which OpenSSL takes for a server's purpose.
    const SERVER_GATED: [&[u8]; 2] = [
        &[0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 3],
        &[0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1],
    ];

    fn new(list: Vec<Oid>) -> Self {
        let holds = |purpose: &[u8]| list.iter().any(|oid| oid.content() == purpose);
        Self {
            client_auth: holds(Self::CLIENT_AUTH),
            server_auth: holds(Self::SERVER_AUTH) || Self::SERVER_GATED.into_iter().any(holds),
            list,
        }
    }
}

/// ```asn1
/// AuthorityKeyIdentifier ::= SEQUENCE {
///     keyIdentifier             [0] OCTET STRING OPTIONAL,
///     authorityCertIssuer       [1] GeneralNames OPTIONAL,
///     authorityCertSerialNumber [2] INTEGER OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier {
    pub key: Option<Vec<u8>>,
    pub issuer: Option<Vec<GeneralName>>,
    /// The first directory name of `issuer`, as an index: the one that OpenSSL compares.
    pub directory: Option<usize>,
    pub serial: Option<Vec<u8>>,
}

impl AuthorityKeyIdentifier {
    /// The name of the issuer's issuer, if there is one.
    pub fn directory_name(&self) -> Option<&Name> {
        match self.issuer.as_ref()?.get(self.directory?)? {
            GeneralName::Directory(name) => Some(name),
            _ => None,
        }
    }
}

/// ```asn1
/// NameConstraints ::= SEQUENCE {
///     permittedSubtrees [0] GeneralSubtrees OPTIONAL,
///     excludedSubtrees  [1] GeneralSubtrees OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameConstraints {
    pub permitted: Vec<GeneralSubtree>,
    pub excluded: Vec<GeneralSubtree>,
}

/// ```asn1
/// GeneralSubtree ::= SEQUENCE {
///     base        GeneralName,
///     minimum [0] BaseDistance DEFAULT 0,
///     maximum [1] BaseDistance OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneralSubtree {
    pub base: GeneralName,
    /// Whether minimum is absent or zero and maximum is absent: OpenSSL handles nothing else.
    pub is_whole: bool,
}

/// What a proxy certificate (RFC 3820) says of the ones below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProxyCertificate {
    pub path_length: Option<u64>,
}

/// How often an extension occurs, and its value.
enum Occurrence<'a> {
    Absent,
    Once(&'a Extension),
    Twice,
}

impl Extensions {
    pub(super) fn from_list(list: Vec<Extension>) -> Self {
        let unhandled = list
            .iter()
            .position(|extension| extension.critical && !extension.is_supported());
        let mut found = Self {
            list,
            unhandled,
            ..Self::default()
        };
        let mut negative = false;
        found.basic_constraints = found.decode(ids::BASIC_CONSTRAINTS, |reader| {
            let (constraints, sign) = reader.sequence(read_basic_constraints)?;
            negative = sign;
            Ok(constraints)
        });
        if negative {
            found.invalid.push(Invalid::NegativePathLength);
        }
        found.proxy = found.decode(ids::PROXY_CERTIFICATE, |r| r.sequence(read_proxy));
        let is_ca = found
            .basic_constraints
            .is_some_and(|constraints| constraints.ca);
        if found.proxy.is_some()
            && (is_ca || found.has(ids::SUBJECT_ALT_NAME) || found.has(ids::ISSUER_ALT_NAME))
        {
            found.invalid.push(Invalid::ProxyWithNames);
        }
        found.key_usage = found.decode(ids::KEY_USAGE, |reader| {
            let bits = read_bits(reader)?;
            let octet = |i: usize| u16::from(bits.octets.get(i).copied().unwrap_or(0));
            Ok(KeyUsage(octet(0) | octet(1) << 8))
        });
        if found.key_usage == Some(KeyUsage(0)) {
            found.invalid.push(Invalid::EmptyKeyUsage);
        }
        found.purposes = found.decode(ids::EXTENDED_KEY_USAGE, |reader| {
            let read = |reader: &mut Reader<'_>| {
                reader
                    .value(tags::OBJECT_IDENTIFIER)
                    .map(|oid| Oid::from_content(&oid.content))
            };
            required(reader.list(Tag::universal(tags::SEQUENCE), false, read)?).map(Purposes::new)
        });
        found.netscape_cert_type = found.decode(ids::NETSCAPE_CERT_TYPE, |reader| {
            Ok(read_bits(reader)?.octets.first().copied().unwrap_or(0))
        });
        found.subject_key_identifier = found.decode(ids::SUBJECT_KEY_IDENTIFIER, |reader| {
            Ok(reader.value(tags::OCTET_STRING)?.content.into_owned())
        });
        found.authority_key_identifier = found.decode(ids::AUTHORITY_KEY_IDENTIFIER, |reader| {
            reader.sequence(read_authority_key_identifier)
        });
        found.subject_alt_names = found.decode(ids::SUBJECT_ALT_NAME, |reader| {
            required(GeneralName::read_list(
                reader,
                Tag::universal(tags::SEQUENCE),
                false,
            )?)
        });
        found.name_constraints =
            found.decode(ids::NAME_CONSTRAINTS, |r| r.sequence(read_name_constraints));
        let points = found.decode(ids::CRL_DISTRIBUTION_POINTS, |reader| {
            required(reader.list(
                Tag::universal(tags::SEQUENCE),
                false,
                read_distribution_point,
            )?)
        });
        if points.is_some_and(|points| points.contains(&false)) {
            found.invalid.push(Invalid::EmptyDistributionPoint);
        }
        found.address_blocks = found.decode(ids::IP_ADDRESS_BLOCKS, |reader| {
            required(resources::read_address_blocks(reader)?)
        });
        found.autonomous_systems = found.decode(ids::AUTONOMOUS_SYSTEMS, |r| {
            r.sequence(resources::read_autonomous_systems)
        });
        found
    }

    /// Whether the extension is there, readable or not.
    pub fn has(&self, oid: &[u8]) -> bool {
        self.list
            .iter()
            .any(|extension| extension.oid.content() == oid)
    }

    /// The first critical extension that OpenSSL does not handle (`EXFLAG_CRITICAL`).
    pub fn unhandled_critical(&self) -> Option<&Extension> {
        self.list.get(self.unhandled?)
    }

    fn occurrence(&self, oid: &[u8]) -> Occurrence<'_> {
        let mut found = self
            .list
            .iter()
            .filter(|extension| extension.oid.content() == oid);
        match (found.next(), found.next()) {
            (None, _) => Occurrence::Absent,
            (Some(extension), None) => Occurrence::Once(extension),
            (Some(_), Some(_)) => Occurrence::Twice,
        }
    }

    /// Decodes the extension `oid` if it occurs once. What stands behind its value is ignored, as
    /// `ASN1_item_d2i` ignores it.
    fn decode<T>(
        &mut self,
        oid: &[u8],
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
    ) -> Option<T> {
        let failure = match self.occurrence(oid) {
            Occurrence::Absent => return None,
            Occurrence::Twice => Invalid::Duplicate,
            Occurrence::Once(extension) => match read(&mut Reader::new(&extension.value)) {
                Ok(value) => return Some(value),
                Err(_) => Invalid::Undecodable,
            },
        };
        self.invalid.push(failure(Oid::from_content(oid)));
        None
    }
}

fn required<T>(value: Option<T>) -> Result<T, Error> {
    value.ok_or(Error {
        offset: 0,
        kind: ErrorKind::MissingField,
    })
}

/// A BOOLEAN that defaults to FALSE; any other octet than zero is TRUE.
fn optional_boolean(fields: &mut Fields<'_>) -> Result<bool, Error> {
    let value = fields.optional(Position::Inner, |reader, optional| {
        reader.value_tagged(tags::BOOLEAN, Tag::universal(tags::BOOLEAN), optional)
    })?;
    Ok(value.is_some_and(|value| value.content.iter().any(|octet| *octet != 0)))
}

fn read_bits(reader: &mut Reader<'_>) -> Result<BitString, Error> {
    Ok(BitString::from_content(
        &reader.value(tags::BIT_STRING)?.content,
    ))
}

/// The number an INTEGER's octets spell, when it is not negative and fits (`ASN1_INTEGER_get`
/// answers -1, "no limit", for what does not).
fn non_negative(content: &[u8]) -> Option<u64> {
    if content.first().is_none_or(|octet| octet & 0x80 != 0) {
        return None;
    }
    let value = content.iter().try_fold(0u64, |value, octet| {
        Some(value.checked_mul(256)? + u64::from(*octet))
    })?;
    i64::try_from(value).is_ok().then_some(value)
}

/// The constraints, and whether the path length is negative.
fn read_basic_constraints(fields: &mut Fields<'_>) -> Result<(BasicConstraints, bool), Error> {
    let ca = optional_boolean(fields)?;
    let length = fields.optional(Position::Last, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::universal(tags::INTEGER), optional)
    })?;
    let negative = length
        .as_ref()
        .is_some_and(|value| value.content.first().is_some_and(|octet| octet & 0x80 != 0));
    let path_length = length.and_then(|value| non_negative(&value.content));
    Ok((BasicConstraints { ca, path_length }, negative))
}

/// ```asn1
/// ProxyCertInfo ::= SEQUENCE {
///     pCPathLenConstraint INTEGER (0..MAX) OPTIONAL,
///     proxyPolicy         SEQUENCE { policyLanguage OBJECT IDENTIFIER, policy OCTET STRING OPTIONAL } }
/// ```
fn read_proxy(fields: &mut Fields<'_>) -> Result<ProxyCertificate, Error> {
    let length = fields.optional(Position::Inner, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::universal(tags::INTEGER), optional)
    })?;
    fields.required(|reader| {
        reader.sequence(|fields| {
            fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            fields.optional(Position::Last, |reader, optional| {
                reader.value_tagged(
                    tags::OCTET_STRING,
                    Tag::universal(tags::OCTET_STRING),
                    optional,
                )
            })
        })
    })?;
    Ok(ProxyCertificate {
        path_length: length.and_then(|value| non_negative(&value.content)),
    })
}

fn read_authority_key_identifier(fields: &mut Fields<'_>) -> Result<AuthorityKeyIdentifier, Error> {
    let key = fields.optional(Position::Inner, |reader, optional| {
        reader.value_tagged(tags::OCTET_STRING, Tag::context(0), optional)
    })?;
    let issuer = fields.optional(Position::Inner, |reader, optional| {
        GeneralName::read_list(reader, Tag::context(1), optional)
    })?;
    let serial = fields.optional(Position::Last, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::context(2), optional)
    })?;
    let directory = issuer
        .iter()
        .flatten()
        .position(|name| matches!(name, GeneralName::Directory(_)));
    Ok(AuthorityKeyIdentifier {
        directory,
        key: key.map(|value| value.content.into_owned()),
        issuer,
        serial: serial.map(|value| value.content.into_owned()),
    })
}

fn read_name_constraints(fields: &mut Fields<'_>) -> Result<NameConstraints, Error> {
    let mut subtrees = |number, position| {
        let found = fields.optional(position, |reader, optional| {
            reader.list(Tag::context(number), optional, |r| r.sequence(read_subtree))
        })?;
        Ok(found.unwrap_or_default())
    };
    Ok(NameConstraints {
        permitted: subtrees(0, Position::Inner)?,
        excluded: subtrees(1, Position::Last)?,
    })
}

fn read_subtree(fields: &mut Fields<'_>) -> Result<GeneralSubtree, Error> {
    let base = fields.required(GeneralName::read)?;
    let minimum = fields.optional(Position::Inner, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::context(0), optional)
    })?;
    let maximum = fields.optional(Position::Last, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::context(1), optional)
    })?;
    let is_whole = maximum.is_none() && minimum.is_none_or(|value| *value.content == [0]);
    Ok(GeneralSubtree { base, is_whole })
}

/// ```asn1
/// DistributionPoint ::= SEQUENCE {
///     distributionPoint [0] EXPLICIT CHOICE {
///         fullName                [0] GeneralNames,
///         nameRelativeToCRLIssuer [1] RelativeDistinguishedName } OPTIONAL,
///     reasons           [1] BIT STRING OPTIONAL,
///     cRLIssuer         [2] GeneralNames OPTIONAL }
/// ```
///
/// Tells whether it has a name or an issuer, which OpenSSL asks of it (`setup_dp`).
fn read_distribution_point(reader: &mut Reader<'_>) -> Result<bool, Error> {
    reader.sequence(|fields| {
        let point = fields.optional(Position::Inner, |reader, optional| {
            reader.explicit(Tag::context(0), optional, |inner| {
                if inner.peek() == Some(Tag::context(1)) {
                    return Name::read_relative(inner, Tag::context(1));
                }
                required(GeneralName::read_list(inner, Tag::context(0), false)?).map(drop)
            })
        })?;
        fields.optional(Position::Inner, |reader, optional| {
            reader.value_tagged(tags::BIT_STRING, Tag::context(1), optional)
        })?;
        let issuer = fields.optional(Position::Last, |reader, optional| {
            GeneralName::read_list(reader, Tag::context(2), optional)
        })?;
        Ok(point.is_some() || issuer.is_some_and(|names| !names.is_empty()))
    })
}
