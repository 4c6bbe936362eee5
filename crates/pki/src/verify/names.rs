//! Name constraints (`check_name_constraints`, `crypto/x509/v3_ncons.c`).

use std::{cell::LazyCell, collections::VecDeque, sync::Arc};

use super::{Code, Flow, Path, Undetermined, Verification, budget};
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
    ProxySubject {
        depth: usize,
    },
    Constraints {
        depth: usize,
        of: usize,
        /// How many of the certificate's names are compared already.
        done: usize,
    },
}

/// Work after which a comparison of many names with many constraints takes breath.
const BREATH: u64 = 20_000;

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
                    pending.push_back(Piece::Constraints { depth, of, done: 0 });
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
    /// Compares names of one certificate with the constraints of another.
    pub(super) fn check_names(&mut self, names: &mut Names) -> (Flow, u64) {
        let Some(piece) = names.pending.pop_front() else {
            return (Flow::Next, 1);
        };
        let (depth, of, mut done) = match piece {
            Piece::ProxySubject { depth } => {
                let certificate = &self.path.certificates[depth];
                let spent = 1 + budget::reading(certificate.der().len());
                if !has_proxy_subject(certificate) {
                    self.raise(Code::ProxySubjectViolation, depth);
                }
                return (Flow::Again, spent);
            }
            Piece::Constraints { depth, of, done } => (depth, of, done),
        };
        let certificate = Arc::clone(&self.path.certificates[depth]);
        let holder = Arc::clone(&self.path.certificates[of]);
        let Some(constraints) = &holder.extensions().name_constraints else {
            return (Flow::Again, 1);
        };
        let mut spent = 1;
        match check(&certificate, constraints, depth == 0, &mut done, &mut spent) {
            Ok(true) => {}
            Ok(false) => names
                .pending
                .push_front(Piece::Constraints { depth, of, done }),
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
    let names = certificate.subject().attribute_count() + names_of(certificate).len();
    names.saturating_mul(constraints.permitted.len() + constraints.excluded.len())
}

/// `NAME_CONSTRAINTS_check`, and for the certificate in question `NAME_CONSTRAINTS_check_CN`.
/// Whether it came to the end; if not, it goes on at `done` when it is called again.
fn check(
    certificate: &Certificate,
    constraints: &NameConstraints,
    is_leaf: bool,
    done: &mut usize,
    spent: &mut u64,
) -> Result<bool, Failure> {
    if comparisons(certificate, constraints) > MAX_COMPARISONS {
        return Err(Code::Unspecified.into());
    }
    let subject = certificate.subject();
    let names = names_of(certificate);
    let has_host_name =
        LazyCell::new(|| names.iter().any(|name| matches!(name, GeneralName::Dns(_))));
    let may_be_host = |attribute: &Attribute| {
        is_leaf && attribute.oid.content() == COMMON_NAME && !*has_host_name
    };
    let whole = (!subject.is_empty()).then_some(Pending::Whole(subject));
    let all = whole
        .into_iter()
        .chain(subject.attributes().map(Pending::Email))
        .chain(names.iter().map(Pending::Alternative))
        .chain(subject.attributes().map(Pending::HostName));
    for pending in all.skip(*done) {
        if *spent > BREATH {
            return Ok(false);
        }
        *done += 1;
        let host;
        let candidate = match pending {
            Pending::Whole(subject) => Candidate::Directory(subject),
            Pending::Email(attribute) if attribute.oid.content() == EMAIL_ADDRESS => {
                if attribute.tag != tags::IA5_STRING {
                    return Err(Code::NameSyntaxUnsupported.into());
                }
                Candidate::email(&attribute.value)
            }
            Pending::Alternative(name) => Candidate::of(name),
            Pending::HostName(attribute) if may_be_host(attribute) => {
                *spent += budget::reading(attribute.value.len());
                match host_name(attribute)? {
                    Some(name) => host = name,
                    None => continue,
                }
                Candidate::Dns(&host)
            }
            Pending::Email(_) | Pending::HostName(_) => continue,
        };
        compare(&candidate, constraints, spent)?;
    }
    Ok(true)
}

/// A name, or what may be one, in the order in which OpenSSL looks at them.
enum Pending<'a> {
    Whole(&'a Name),
    Email(&'a Attribute),
    Alternative(&'a GeneralName),
    HostName(&'a Attribute),
}

/// A name that is held against constraints.
enum Candidate<'a> {
    Directory(&'a Name),
    /// A mail address, and where its last `@` is.
    Email(&'a [u8], Option<usize>),
    /// An internationalised address: the type and content of its value, and where its last `@` is.
    MailBox(u32, &'a [u8], Option<usize>),
    Dns(&'a [u8]),
    /// The host of a URI, if it has one.
    Uri(Option<&'a [u8]>),
    Ip(&'a [u8]),
    Other(&'a crate::Oid),
    Unsupported(&'a GeneralName),
}

impl<'a> Candidate<'a> {
    fn email(email: &'a [u8]) -> Self {
        Self::Email(email, last_at(email))
    }

    fn of(name: &'a GeneralName) -> Self {
        match name {
            GeneralName::Other {
                kind,
                value_kind,
                value,
            } if kind.content() == SMTP_UTF8_MAILBOX => {
                Self::MailBox(*value_kind, value, last_at(value))
            }
            GeneralName::Other { kind, .. } => Self::Other(kind),
            GeneralName::Email(email) => Self::email(email),
            GeneralName::Dns(dns) => Self::Dns(dns),
            GeneralName::Directory(name) => Self::Directory(name),
            GeneralName::Uri(uri) => Self::Uri(host_of(uri)),
            GeneralName::IpAddress(ip) => Self::Ip(ip),
            GeneralName::X400 | GeneralName::EdiParty | GeneralName::RegisteredId(_) => {
                Self::Unsupported(name)
            }
        }
    }

    /// How long the name is: it was read once before it is compared.
    fn octets(&self) -> usize {
        match self {
            Self::Email(octets, _) | Self::MailBox(_, octets, _) | Self::Uri(Some(octets)) => {
                octets.len()
            }
            _ => 0,
        }
    }

    /// What a constraint says of the name; `None` when it is of another kind.
    fn within(&self, base: &GeneralName) -> Option<Result<bool, Failure>> {
        Some(match (self, base) {
            (Self::Directory(name), GeneralName::Directory(base)) => {
                Ok(name.canonical().starts_with(base.canonical()))
            }
            (Self::Email(email, at), GeneralName::Email(base)) => is_email_within(email, *at, base),
            (Self::MailBox(kind, value, at), GeneralName::Email(base)) => {
                is_mail_box_within(*kind, value, *at, base)
            }
            (Self::Dns(dns), GeneralName::Dns(base)) => Ok(is_dns_within(dns, base)),
            (Self::Uri(host), GeneralName::Uri(base)) => is_uri_within(*host, base),
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
fn compare(
    name: &Candidate<'_>,
    constraints: &NameConstraints,
    spent: &mut u64,
) -> Result<(), Failure> {
    *spent += budget::reading(name.octets());
    let mut permitted = None;
    for subtree in &constraints.permitted {
        *spent += cost(&subtree.base);
        if let Some(within) = within(name, subtree, permitted == Some(true)) {
            permitted = Some(within? || permitted == Some(true));
        }
    }
    if permitted == Some(false) {
        return Err(Code::PermittedViolation.into());
    }
    for subtree in &constraints.excluded {
        *spent += cost(&subtree.base);
        if let Some(within) = within(name, subtree, false)
            && within?
        {
            return Err(Code::ExcludedViolation.into());
        }
    }
    Ok(())
}

/// What it costs to compare a name with a constraint.
fn cost(base: &GeneralName) -> u64 {
    let octets = match base {
        GeneralName::Directory(name) => name.canonical().len(),
        GeneralName::Email(octets) | GeneralName::Dns(octets) | GeneralName::Uri(octets) => {
            octets.len()
        }
        _ => 0,
    };
    1 + budget::reading(octets)
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
fn is_email_within(email: &[u8], at: Option<usize>, base: &[u8]) -> Result<bool, Failure> {
    let at = at.ok_or(Code::NameSyntaxUnsupported)?;
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
fn is_mail_box_within(
    kind: u32,
    value: &[u8],
    at: Option<usize>,
    base: &[u8],
) -> Result<bool, Failure> {
    if base.contains(&0) || kind != tags::UTF8_STRING {
        return Err(Code::NameSyntaxUnsupported.into());
    }
    let at = at.ok_or(Code::NameSyntaxUnsupported)?;
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

/// The host of a URI, as `nc_uri` finds it.
fn host_of(uri: &[u8]) -> Option<&[u8]> {
    let colon = uri.iter().position(|octet| *octet == b':')?;
    let rest = uri[colon..].strip_prefix(b"://")?;
    // A port ends the host, else a slash does; OpenSSL looks for the port in all that follows.
    let end = rest
        .iter()
        .position(|octet| *octet == b':')
        .or_else(|| rest.iter().position(|octet| *octet == b'/'))
        .unwrap_or(rest.len());
    Some(&rest[..end]).filter(|host| !host.is_empty())
}

/// `nc_uri`
fn is_uri_within(host: Option<&[u8]>, base: &[u8]) -> Result<bool, Failure> {
    let host = host.ok_or(Code::NameSyntaxUnsupported)?;
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
    let count = subject.attribute_count();
    if count < 2 || count != issuer.attribute_count() + 1 {
        return false;
    }
    let Some((last, rest)) = subject.rdns().split_last() else {
        return false;
    };
    matches!(&last[..], [attribute] if attribute.oid.content() == COMMON_NAME)
        && Name::canonical_of(rest).as_deref() == Some(issuer.canonical())
}
