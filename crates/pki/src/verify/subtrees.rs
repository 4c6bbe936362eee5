//! What lies within a name constraint (`nc_match` and below it in `crypto/x509/v3_ncons.c`).

use super::{Code, budget, names::Failure};
use crate::{
    Name,
    asn1::universal as tags,
    certificate::{GeneralName, GeneralSubtree, NameConstraints},
};

/// id-on-SmtpUTF8Mailbox of RFC 8398
const SMTP_UTF8_MAILBOX: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 8, 9];
/// The longest domain that `ossl_a2ulabel` has room for.
const MAX_DOMAIN: usize = 254;

/// A name that is held against constraints.
pub(super) enum Candidate<'a> {
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
    pub(super) fn email(email: &'a [u8]) -> Self {
        Self::Email(email, last_at(email))
    }

    pub(super) fn of(name: &'a GeneralName) -> Self {
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
pub(super) fn compare(
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
