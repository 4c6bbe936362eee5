//! Name constraints (`check_name_constraints`, `crypto/x509/v3_ncons.c`).

use std::{collections::VecDeque, sync::Arc};

use super::{Code, Flow, Path, Undetermined, Verification};
use crate::{
    Certificate, Name,
    asn1::universal as tags,
    certificate::{GeneralName, GeneralSubtree, NameConstraints},
    name::Attribute,
};

/// Names times constraints above which OpenSSL gives up (`NAME_CHECK_MAX`).
const MAX_COMPARISONS: usize = 1 << 20;

/// emailAddress of PKCS #9
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 1];
/// commonName of X.520
const COMMON_NAME: &[u8] = &[0x55, 4, 3];
/// id-on-SmtpUTF8Mailbox of RFC 8398
const SMTP_UTF8_MAILBOX: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];
/// The longest domain that `ossl_a2ulabel` has room for.
const MAX_DOMAIN: usize = 254;

/// The comparisons that are still to be made, in OpenSSL's order: certificates from the anchor
/// down, and for each of them the constraints from the anchor down.
#[derive(Debug)]
pub(super) struct Names {
    pending: VecDeque<Piece>,
}

#[derive(Clone, Copy, Debug)]
enum Piece {
    ProxySubject { depth: usize },
    Constraints { depth: usize, of: usize },
}

impl Names {
    pub(super) fn new(path: &Path) -> Self {
        let mut pending = VecDeque::new();
        let certificates = &path.certificates;
        for (depth, certificate) in certificates.iter().enumerate().rev() {
            if depth != 0 && certificate.is_self_issued() {
                continue;
            }
            if certificate.extensions().proxy.is_some() {
                pending.push_back(Piece::ProxySubject { depth });
            }
            for of in (depth + 1..certificates.len()).rev() {
                if certificates[of].extensions().name_constraints.is_some() {
                    pending.push_back(Piece::Constraints { depth, of });
                }
            }
        }
        Self { pending }
    }
}

/// What a comparison came to, where it is not simply good.
enum Failure {
    /// An error that is raised.
    Code(Code),
    /// OpenSSL breaks off.
    Abort,
    /// It cannot be compared here.
    Open,
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl Verification {
    /// Compares one certificate's names with one certificate's constraints.
    pub(super) fn check_names(&mut self, names: &mut Names) -> (Flow, u64) {
        let Some(piece) = names.pending.pop_front() else {
            return (Flow::Next, 1);
        };
        let (depth, of) = match piece {
            Piece::ProxySubject { depth } => {
                if !has_proxy_subject(&self.path.certificates[depth]) {
                    self.raise(Code::ProxySubjectViolation, depth);
                }
                return (Flow::Again, 1);
            }
            Piece::Constraints { depth, of } => (depth, of),
        };
        let certificate = Arc::clone(&self.path.certificates[depth]);
        let holder = Arc::clone(&self.path.certificates[of]);
        let Some(constraints) = &holder.extensions().name_constraints else {
            return (Flow::Again, 1);
        };
        let spent = 1 + comparisons(&certificate, constraints).min(MAX_COMPARISONS) as u64;
        match check(&certificate, constraints, depth == 0) {
            Ok(()) => {}
            Err(Failure::Code(code)) => self.raise(code, depth),
            Err(Failure::Abort) => return (Flow::Abort, spent),
            Err(Failure::Open) => self.leave_open(Undetermined::MailConstraint { depth: of }),
        }
        (Flow::Again, spent)
    }
}

fn names_of(certificate: &Certificate) -> &[GeneralName] {
    certificate
        .extensions()
        .subject_alt_names
        .as_deref()
        .unwrap_or(&[])
}

fn comparisons(certificate: &Certificate, constraints: &NameConstraints) -> usize {
    let names = certificate.subject().attributes().count() + names_of(certificate).len();
    names.saturating_mul(constraints.permitted.len() + constraints.excluded.len())
}

/// `NAME_CONSTRAINTS_check`, and for the certificate in question `NAME_CONSTRAINTS_check_CN`.
fn check(
    certificate: &Certificate,
    constraints: &NameConstraints,
    is_leaf: bool,
) -> Result<(), Failure> {
    let subject = certificate.subject();
    let names = names_of(certificate);
    if comparisons(certificate, constraints) > MAX_COMPARISONS {
        return Err(Code::Unspecified.into());
    }
    if !subject.is_empty() {
        compare(&Candidate::Directory(subject), constraints)?;
        for attribute in attributes(subject, EMAIL_ADDRESS) {
            if attribute.tag != tags::IA5_STRING {
                return Err(Code::NameSyntaxUnsupported.into());
            }
            compare(&Candidate::Email(&attribute.value), constraints)?;
        }
    }
    for name in names {
        compare(&Candidate::of(name), constraints)?;
    }
    let has_host_name = names.iter().any(|name| matches!(name, GeneralName::Dns(_)));
    if is_leaf && !has_host_name {
        for attribute in attributes(subject, COMMON_NAME) {
            if let Some(host) = host_name(attribute)? {
                compare(&Candidate::Dns(&host), constraints)?;
            }
        }
    }
    Ok(())
}

fn attributes<'a>(name: &'a Name, oid: &'a [u8]) -> impl Iterator<Item = &'a Attribute> {
    name.attributes()
        .filter(move |attribute| attribute.oid.content() == oid)
}

/// A name that is held against constraints.
enum Candidate<'a> {
    Directory(&'a Name),
    Email(&'a [u8]),
    /// An internationalised address: the type and content of its value.
    MailBox(u32, &'a [u8]),
    Dns(&'a [u8]),
    Uri(&'a [u8]),
    Ip(&'a [u8]),
    Other(&'a crate::Oid),
    Unsupported(&'a GeneralName),
}

impl<'a> Candidate<'a> {
    fn of(name: &'a GeneralName) -> Self {
        match name {
            GeneralName::Other {
                kind,
                value_kind,
                value,
            } if kind.content() == SMTP_UTF8_MAILBOX => Self::MailBox(*value_kind, value),
            GeneralName::Other { kind, .. } => Self::Other(kind),
            GeneralName::Email(email) => Self::Email(email),
            GeneralName::Dns(dns) => Self::Dns(dns),
            GeneralName::Directory(name) => Self::Directory(name),
            GeneralName::Uri(uri) => Self::Uri(uri),
            GeneralName::IpAddress(ip) => Self::Ip(ip),
            GeneralName::X400 | GeneralName::EdiParty | GeneralName::RegisteredId(_) => {
                Self::Unsupported(name)
            }
        }
    }

    /// What a constraint says of the name; `None` when it is of another kind.
    fn within(&self, base: &GeneralName) -> Option<Result<bool, Failure>> {
        Some(match (self, base) {
            (Self::Directory(name), GeneralName::Directory(base)) => {
                Ok(name.canonical().starts_with(base.canonical()))
            }
            (Self::Email(email), GeneralName::Email(base)) => is_email_within(email, base),
            (Self::MailBox(kind, value), GeneralName::Email(base)) => {
                is_mail_box_within(*kind, value, base)
            }
            (Self::Dns(dns), GeneralName::Dns(base)) => Ok(is_dns_within(dns, base)),
            (Self::Uri(uri), GeneralName::Uri(base)) => is_uri_within(uri, base),
            (Self::Ip(ip), GeneralName::IpAddress(base)) => is_ip_within(ip, base),
            (Self::Other(kind), GeneralName::Other { kind: base, .. }) if *kind == base => {
                Err(Code::ConstraintTypeUnsupported.into())
            }
            (Self::Unsupported(name), base)
                if std::mem::discriminant(*name) == std::mem::discriminant(base) =>
            {
                Err(Code::ConstraintTypeUnsupported.into())
            }
            _ => return None,
        })
    }
}

/// `nc_match`: within one of the permitted subtrees of its kind, if there are any, and within none
/// of the excluded ones.
fn compare(name: &Candidate<'_>, constraints: &NameConstraints) -> Result<(), Failure> {
    let mut permitted = None;
    for subtree in &constraints.permitted {
        if let Some(within) = within(name, subtree, permitted == Some(true)) {
            permitted = Some(within? || permitted == Some(true));
        }
    }
    if permitted == Some(false) {
        return Err(Code::PermittedViolation.into());
    }
    for subtree in &constraints.excluded {
        if let Some(within) = within(name, subtree, false)
            && within?
        {
            return Err(Code::ExcludedViolation.into());
        }
    }
    Ok(())
}

fn within(
    name: &Candidate<'_>,
    subtree: &GeneralSubtree,
    settled: bool,
) -> Option<Result<bool, Failure>> {
    let found = name.within(&subtree.base)?;
    if !subtree.is_whole {
        return Some(Err(Code::SubtreeMinMax.into()));
    }
    // Once one subtree matches, the others are not compared any more.
    if settled { Some(Ok(true)) } else { Some(found) }
}

/// `nc_dns`
fn is_dns_within(dns: &[u8], base: &[u8]) -> bool {
    if base.is_empty() {
        return true;
    }
    let Some(start) = dns.len().checked_sub(base.len()) else {
        return false;
    };
    if start > 0 && base[0] != b'.' && dns[start - 1] != b'.' {
        return false;
    }
    dns[start..].eq_ignore_ascii_case(base)
}

fn last_at(text: &[u8]) -> Option<usize> {
    text.iter().rposition(|octet| *octet == b'@')
}

/// Whether `text` is longer than `suffix` and ends in it, whatever the case.
fn ends_beyond(text: &[u8], suffix: &[u8]) -> bool {
    text.len() > suffix.len() && text[text.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
}

/// `nc_email`
fn is_email_within(email: &[u8], base: &[u8]) -> Result<bool, Failure> {
    let at = last_at(email).ok_or(Code::NameSyntaxUnsupported)?;
    let host = match last_at(base) {
        None if base.starts_with(b".") => return Ok(ends_beyond(email, base)),
        None => base,
        Some(0) => &base[1..],
        Some(base_at) => {
            if base_at != at {
                return Ok(false);
            }
            if base[..at].contains(&0) || email[..at].contains(&0) {
                return Err(Code::NameSyntaxUnsupported.into());
            }
            if base[..at] != email[..at] {
                return Ok(false);
            }
            &base[base_at + 1..]
        }
    };
    Ok(host.eq_ignore_ascii_case(&email[at + 1..]))
}

/// `nc_email_eai`, except for domains that are spelled in Punycode.
fn is_mail_box_within(kind: u32, value: &[u8], base: &[u8]) -> Result<bool, Failure> {
    if base.contains(&0) || kind != tags::UTF8_STRING {
        return Err(Code::NameSyntaxUnsupported.into());
    }
    let at = last_at(value).ok_or(Code::NameSyntaxUnsupported)?;
    if base
        .split(|octet| *octet == b'.')
        .any(|label| label.starts_with(b"xn--"))
    {
        return Err(Failure::Open);
    }
    if base.len() > MAX_DOMAIN {
        return Err(Code::Unspecified.into());
    }
    if base.starts_with(b".") {
        // OpenSSL puts a dot of its own before the one that is there.
        let doubled = [b".", base].concat();
        return Ok(ends_beyond(value, &doubled));
    }
    Ok(base.eq_ignore_ascii_case(&value[at + 1..]))
}

/// `nc_uri`
fn is_uri_within(uri: &[u8], base: &[u8]) -> Result<bool, Failure> {
    let malformed = || Failure::Code(Code::NameSyntaxUnsupported);
    let colon = uri
        .iter()
        .position(|octet| *octet == b':')
        .ok_or_else(malformed)?;
    let rest = uri[colon..].strip_prefix(b"://").ok_or_else(malformed)?;
    // A port ends the host, else a slash does; OpenSSL looks for the port in all that follows.
    let end = rest
        .iter()
        .position(|octet| *octet == b':')
        .or_else(|| rest.iter().position(|octet| *octet == b'/'))
        .unwrap_or(rest.len());
    let host = &rest[..end];
    if host.is_empty() {
        return Err(malformed());
    }
    if base.starts_with(b".") {
        return Ok(ends_beyond(host, base));
    }
    Ok(host.eq_ignore_ascii_case(base))
}

/// `nc_ip`
fn is_ip_within(ip: &[u8], base: &[u8]) -> Result<bool, Failure> {
    if !matches!(ip.len(), 4 | 16) || !matches!(base.len(), 8 | 32) {
        return Err(Code::NameSyntaxUnsupported.into());
    }
    if ip.len() * 2 != base.len() {
        return Ok(false);
    }
    let (address, mask) = base.split_at(ip.len());
    Ok(ip
        .iter()
        .zip(address)
        .zip(mask)
        .all(|((ip, address), mask)| ip & mask == address & mask))
}

/// `cn2dnsid`: the common name, if it looks like a host name of at least two labels.
fn host_name(attribute: &Attribute) -> Result<Option<Vec<u8>>, Failure> {
    let text = attribute.to_utf8().ok_or(Failure::Abort)?.into_bytes();
    let length = text.len() - text.iter().rev().take_while(|octet| **octet == 0).count();
    let text = &text[..length];
    if text.contains(&0) {
        return Err(Code::NameSyntaxUnsupported.into());
    }
    let mut has_dot = false;
    for (i, octet) in text.iter().enumerate() {
        if octet.is_ascii_alphanumeric() || *octet == b'_' {
            continue;
        }
        if i == 0 || i + 1 == text.len() {
            return Ok(None);
        }
        match octet {
            b'-' => {}
            b'.' if !matches!(text[i + 1], b'.' | b'-') && text[i - 1] != b'-' => has_dot = true,
            _ => return Ok(None),
        }
    }
    Ok(has_dot.then(|| text.to_vec()))
}

/// RFC 3820 section 3.4: a proxy's subject is its issuer's with one common name behind it.
fn has_proxy_subject(certificate: &Certificate) -> bool {
    let subject = certificate.subject();
    let issuer = certificate.issuer();
    let count = subject.attributes().count();
    if count < 2 || count != issuer.attributes().count() + 1 {
        return false;
    }
    let Some((last, rest)) = subject.rdns().split_last() else {
        return false;
    };
    matches!(&last[..], [attribute] if attribute.oid.content() == COMMON_NAME)
        && Name::canonical_of(rest).as_deref() == Some(issuer.canonical())
}
