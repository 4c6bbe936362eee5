//! A certificate in words, for reading.
//!
//! Nothing here decides anything. The extensions that OpenSSL acts on are shown as the engine has
//! decoded them, others with the same reader, and what it does not know as octets.

use super::{
    Certificate, Extension, Extensions, GeneralName, GeneralSubtree, Invalid, KeyUsage, Purposes,
    extension_ids as ids,
};
use crate::{
    Oid,
    asn1::{Position, Reader, Tag, universal as tags},
    hex,
    name::short_names::short_name,
    view::ExtensionDetails,
};

/// Octets of an unknown extension that are shown.
const MAX_OCTETS: usize = 64;
/// Lines of one extension that are shown; a certificate may hold thousands of names.
const MAX_LINES: usize = 100;
/// Extensions that are shown. No honest certificate has more than twenty.
const MAX_EXTENSIONS: usize = 100;
/// Octets of a name up to which it is printed whole.
const MAX_NAME: usize = 2_000;
/// Octets of a MongoDB roles extension up to which it is looked into.
const MAX_ROLES: usize = 1 << 16;

/// `MongoDBAuthorizationGrants`: roles that are written into the certificate.
pub(crate) const MONGODB_ROLES: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x8e, 0x29, 2, 1, 1];
/// The cluster that a certificate's holder is a member of.
pub(crate) const MONGODB_MEMBERSHIP: &[u8] = &[0x2b, 6, 1, 4, 1, 0x82, 0x8e, 0x29, 2, 1, 2];

/// authorityInfoAccess
const AUTHORITY_INFO_ACCESS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 1];
/// `SignedCertificateTimestampList` of RFC 6962
const TIMESTAMPS: &[u8] = &[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 4, 2];

/// `1`, `2` or `3`; another number as it stands.
pub(crate) fn version(certificate: &Certificate) -> String {
    match certificate.version() {
        [] | [0] => "1".to_owned(),
        [number @ 0..=0x7e] => (number + 1).to_string(),
        octets => format!("0x{}", hex(octets)),
    }
}

/// The key's kind and size; where OpenSSL cannot decode it, the algorithm's name or identifier.
pub(crate) fn key(certificate: &Certificate) -> String {
    match certificate.public_key() {
        Some(key) => key.to_string(),
        None => key_algorithm(certificate).map_or_else(
            || "unreadable".to_owned(),
            |oid| short_name(&oid).map_or_else(|| oid.to_string(), str::to_owned),
        ),
    }
}

fn key_algorithm(certificate: &Certificate) -> Option<Oid> {
    let read = |reader: &mut Reader<'_>| {
        reader.sequence(|fields| {
            let mut oid = None;
            fields.required(|reader| {
                reader.sequence(|fields| {
                    let value = fields.required(|r| r.value(tags::OBJECT_IDENTIFIER))?;
                    oid = Some(Oid::from_content(&value.content));
                    fields.optional(Position::Last, |r, _| r.any().map(Some))
                })
            })?;
            fields.required(Reader::any)?;
            Ok(oid)
        })
    };
    read(&mut Reader::new(certificate.public_key_info()))
        .ok()
        .flatten()
}

/// Why OpenSSL takes a certificate for damaged, as the end of a sentence.
pub(crate) fn invalid(reason: &Invalid) -> String {
    match reason {
        Invalid::Duplicate(oid) => format!("the extension {} occurs more than once", name_of(oid)),
        Invalid::Undecodable(oid) => {
            format!("the extension {} cannot be decoded", name_of(oid))
        }
        Invalid::NegativePathLength => "its path length is negative".to_owned(),
        Invalid::EmptyKeyUsage => "its key usage allows nothing".to_owned(),
        Invalid::EmptyDistributionPoint => {
            "a CRL distribution point has neither a name nor an issuer".to_owned()
        }
        Invalid::ProxyWithNames => {
            "it is a proxy certificate and a CA or has alternative names".to_owned()
        }
    }
}

/// What an extension is called.
pub(crate) fn name_of(oid: &Oid) -> String {
    let name = match oid.content() {
        ids::SUBJECT_KEY_IDENTIFIER => "Subject key identifier",
        ids::KEY_USAGE => "Key usage",
        ids::SUBJECT_ALT_NAME => "Subject alternative names",
        ids::ISSUER_ALT_NAME => "Issuer alternative names",
        ids::BASIC_CONSTRAINTS => "Basic constraints",
        ids::NAME_CONSTRAINTS => "Name constraints",
        ids::CRL_DISTRIBUTION_POINTS => "CRL distribution points",
        ids::CERTIFICATE_POLICIES => "Certificate policies",
        ids::POLICY_MAPPINGS => "Policy mappings",
        ids::AUTHORITY_KEY_IDENTIFIER => "Authority key identifier",
        ids::POLICY_CONSTRAINTS => "Policy constraints",
        ids::EXTENDED_KEY_USAGE => "Extended key usage",
        ids::INHIBIT_ANY_POLICY => "Inhibit anyPolicy",
        ids::IP_ADDRESS_BLOCKS => "IP address blocks",
        ids::AUTONOMOUS_SYSTEMS => "Autonomous systems",
        ids::PROXY_CERTIFICATE => "Proxy certificate",
        ids::OCSP_NO_CHECK => "OCSP no check",
        ids::NETSCAPE_CERT_TYPE => "Netscape certificate type",
        AUTHORITY_INFO_ACCESS => "Authority information access",
        TIMESTAMPS => "Certificate Transparency timestamps",
        MONGODB_ROLES => "MongoDB roles",
        MONGODB_MEMBERSHIP => "MongoDB cluster membership",
        _ => return short_name(oid).map_or_else(|| oid.to_string(), str::to_owned),
    };
    name.to_owned()
}

/// Every extension, in encoded order; of very many, the first ones.
pub(crate) fn extensions(certificate: &Certificate) -> Vec<ExtensionDetails> {
    let extensions = certificate.extensions();
    let mut shown: Vec<ExtensionDetails> = extensions
        .list
        .iter()
        .take(MAX_EXTENSIONS)
        .map(|extension| ExtensionDetails {
            name: name_of(&extension.oid),
            oid: extension.oid.to_string(),
            critical: extension.critical,
            lines: lines(extensions, extension).unwrap_or_else(|| octets(extension)),
        })
        .collect();
    let more = extensions.list.len().saturating_sub(MAX_EXTENSIONS);
    if more > 0 {
        shown.push(ExtensionDetails {
            name: format!("and {more} more"),
            oid: String::new(),
            critical: false,
            lines: Vec::new(),
        });
    }
    shown
}

/// A line for each item; of very many, the first ones.
fn a_line_each<T>(items: &[T], line: impl Fn(&T) -> String) -> Vec<String> {
    let mut lines: Vec<String> = items.iter().take(MAX_LINES).map(line).collect();
    let more = items.len().saturating_sub(MAX_LINES);
    if more > 0 {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// What an extension says; `None` for what is not known or cannot be decoded.
fn lines(known: &Extensions, extension: &Extension) -> Option<Vec<String>> {
    let value = &extension.value[..];
    Some(match extension.oid.content() {
        ids::BASIC_CONSTRAINTS => {
            let constraints = known.basic_constraints?;
            let mut lines = vec![
                if constraints.ca {
                    "is an authority"
                } else {
                    "is no authority"
                }
                .to_owned(),
            ];
            if let Some(length) = constraints.path_length {
                lines.push(format!("at most {length} authorities below it"));
            }
            lines
        }
        ids::KEY_USAGE => usages(known.key_usage?),
        ids::EXTENDED_KEY_USAGE => a_line_each(&known.purposes.as_ref()?.list, purpose),
        ids::SUBJECT_KEY_IDENTIFIER => vec![hex(known.subject_key_identifier.as_deref()?)],
        ids::AUTHORITY_KEY_IDENTIFIER => {
            let identifier = known.authority_key_identifier.as_ref()?;
            let mut lines = Vec::new();
            lines.extend(
                identifier
                    .key
                    .as_deref()
                    .map(|key| format!("key {}", hex(key))),
            );
            let issuer = identifier.issuer.as_deref().unwrap_or_default();
            lines.extend(a_line_each(issuer, |name| {
                format!("issued by {}", general_name(name))
            }));
            lines.extend(
                identifier
                    .serial
                    .as_deref()
                    .map(|serial| format!("serial number {}", hex(serial))),
            );
            lines
        }
        ids::SUBJECT_ALT_NAME => a_line_each(known.subject_alt_names.as_deref()?, general_name),
        ids::NAME_CONSTRAINTS => {
            let constraints = known.name_constraints.as_ref()?;
            let lines = |word: &str, subtrees: &[GeneralSubtree]| {
                a_line_each(subtrees, |tree| {
                    format!("{word} {}", constraint(&tree.base))
                })
            };
            let mut all = lines("only", &constraints.permitted);
            all.extend(lines("not", &constraints.excluded));
            all
        }
        ids::CERTIFICATE_POLICIES => policies(value)?,
        ids::CRL_DISTRIBUTION_POINTS => distribution_points(value)?,
        AUTHORITY_INFO_ACCESS => access_descriptions(value)?,
        MONGODB_ROLES => a_line_each(&mongodb_roles(value)?, |(role, database)| {
            format!("{role} on {database}")
        }),
        MONGODB_MEMBERSHIP => {
            let text = Reader::new(value).value(tags::UTF8_STRING).ok()?;
            vec![readable(&text.content)]
        }
        _ => return None,
    })
}

/// ```asn1
/// MongoDBAuthorizationGrants ::= SET OF SEQUENCE { role UTF8String, database UTF8String }
/// ```
pub(crate) fn mongodb_roles(value: &[u8]) -> Option<Vec<(String, String)>> {
    let grant = |reader: &mut Reader<'_>| {
        reader.sequence(|fields| {
            let role = fields.required(|reader| reader.value(tags::UTF8_STRING))?;
            let database = fields.required(|reader| reader.value(tags::UTF8_STRING))?;
            Ok((readable(&role.content), readable(&database.content)))
        })
    };
    if value.len() > MAX_ROLES {
        return None;
    }
    Reader::new(value)
        .list(Tag::universal(tags::SET), false, grant)
        .ok()
        .flatten()
}

/// The usages by their names in RFC 5280.
pub(crate) fn usages(usage: KeyUsage) -> Vec<String> {
    [
        (KeyUsage::DIGITAL_SIGNATURE, "digitalSignature"),
        (KeyUsage::NON_REPUDIATION, "nonRepudiation"),
        (KeyUsage::KEY_ENCIPHERMENT, "keyEncipherment"),
        (KeyUsage::DATA_ENCIPHERMENT, "dataEncipherment"),
        (KeyUsage::KEY_AGREEMENT, "keyAgreement"),
        (KeyUsage::KEY_CERT_SIGN, "keyCertSign"),
        (KeyUsage::CRL_SIGN, "cRLSign"),
        (KeyUsage::ENCIPHER_ONLY, "encipherOnly"),
        (KeyUsage::DECIPHER_ONLY, "decipherOnly"),
    ]
    .into_iter()
    .filter(|(bit, _)| usage.allows(*bit))
    .map(|(_, name)| name.to_owned())
    .collect()
}

/// An extended key usage by its name.
pub(crate) fn purpose(oid: &Oid) -> String {
    match oid.content() {
        Purposes::SERVER_AUTH => "serverAuth".to_owned(),
        Purposes::CLIENT_AUTH => "clientAuth".to_owned(),
        _ => short_name(oid).map_or_else(|| oid.to_string(), str::to_owned),
    }
}

/// An alternative name with its kind.
pub(crate) fn general_name(name: &GeneralName) -> String {
    let text = readable;
    match name {
        GeneralName::Other { kind, .. } => format!("other name {kind}"),
        GeneralName::Email(email) => format!("mail {}", text(email)),
        GeneralName::Dns(dns) => format!("DNS {}", text(dns)),
        GeneralName::X400 => "X.400 address".to_owned(),
        GeneralName::Directory(name) if name.canonical().len() > MAX_NAME => {
            format!("directory name of {} attributes", name.attribute_count())
        }
        GeneralName::Directory(name) => format!("directory {}", name.rfc2253()),
        GeneralName::EdiParty => "EDI party".to_owned(),
        GeneralName::Uri(uri) => format!("URI {}", text(uri)),
        GeneralName::IpAddress(octets) => {
            address(octets).map_or_else(|| format!("IP {}", hex(octets)), |ip| format!("IP {ip}"))
        }
        GeneralName::RegisteredId(oid) => format!("registered {oid}"),
    }
}

/// The base of a subtree with its kind; an address has its mask behind it.
pub(crate) fn constraint(base: &GeneralName) -> String {
    match base {
        GeneralName::IpAddress(octets) if octets.len() % 2 == 0 => {
            let (ip, mask) = octets.split_at(octets.len() / 2);
            match (address(ip), address(mask)) {
                (Some(ip), Some(mask)) => format!("IP {ip} mask {mask}"),
                _ => format!("IP {}", hex(octets)),
            }
        }
        base => general_name(base),
    }
}

fn address(octets: &[u8]) -> Option<std::net::IpAddr> {
    match octets.len() {
        4 => <[u8; 4]>::try_from(octets).ok().map(Into::into),
        16 => <[u8; 16]>::try_from(octets).ok().map(Into::into),
        _ => None,
    }
}

/// ```asn1
/// CertificatePolicies ::= SEQUENCE OF SEQUENCE {
///     policyIdentifier OBJECT IDENTIFIER, policyQualifiers SEQUENCE OF ANY OPTIONAL }
/// ```
fn policies(value: &[u8]) -> Option<Vec<String>> {
    let policy = |reader: &mut Reader<'_>| {
        reader.sequence(|fields| {
            let oid = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            fields.optional(Position::Last, |reader, _| reader.any().map(Some))?;
            Ok(Oid::from_content(&oid.content).to_string())
        })
    };
    Reader::new(value)
        .list(Tag::universal(tags::SEQUENCE), false, policy)
        .ok()
        .flatten()
}

/// ```asn1
/// AuthorityInfoAccessSyntax ::= SEQUENCE OF SEQUENCE {
///     accessMethod OBJECT IDENTIFIER, accessLocation GeneralName }
/// ```
fn access_descriptions(value: &[u8]) -> Option<Vec<String>> {
    const OCSP: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1];
    const ISSUERS: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 2];
    let description = |reader: &mut Reader<'_>| {
        reader.sequence(|fields| {
            let method = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            let location = general_name(&fields.required(GeneralName::read)?);
            Ok(match &method.content[..] {
                OCSP => format!("OCSP: {location}"),
                ISSUERS => format!("issuer: {location}"),
                other => format!("{}: {location}", Oid::from_content(other)),
            })
        })
    };
    Reader::new(value)
        .list(Tag::universal(tags::SEQUENCE), false, description)
        .ok()
        .flatten()
}

/// The names of the points (see `extensions::read_distribution_point`).
fn distribution_points(value: &[u8]) -> Option<Vec<String>> {
    let point = |reader: &mut Reader<'_>| {
        reader.sequence(|fields| {
            let names = fields.optional(Position::Inner, |reader, optional| {
                reader.explicit(Tag::context(0), optional, |inner| {
                    GeneralName::read_list(inner, Tag::context(0), false)
                })
            })?;
            // What else there may be is not shown.
            for _ in 0..2 {
                fields.optional(Position::Last, |reader, _| reader.any().map(Some))?;
            }
            Ok(names.flatten().unwrap_or_default())
        })
    };
    let points = Reader::new(value)
        .list(Tag::universal(tags::SEQUENCE), false, point)
        .ok()??;
    Some(points.iter().flatten().map(general_name).collect())
}

/// Octets as text, as far as a person wants to read them.
fn readable(octets: &[u8]) -> String {
    let shown = &octets[..octets.len().min(MAX_NAME)];
    let mut text = String::from_utf8_lossy(shown).into_owned();
    if octets.len() > shown.len() {
        text.push('…');
    }
    text
}

fn octets(extension: &Extension) -> Vec<String> {
    let shown = &extension.value[..extension.value.len().min(MAX_OCTETS)];
    let rest = extension.value.len() - shown.len();
    let dots = if rest > 0 {
        format!(" … ({rest} more octets)")
    } else {
        String::new()
    };
    vec![format!("{}{dots}", hex(shown))]
}

fn hex(octets: &[u8]) -> String {
    let shown = &octets[..octets.len().min(MAX_NAME)];
    let mut text = hex::lower_with_colons(shown);
    if octets.len() > shown.len() {
        text.push('…');
    }
    text
}
