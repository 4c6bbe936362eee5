//! Name constraints (`check_name_constraints`, `crypto/x509/v3_ncons.c`).

use std::{cell::LazyCell, collections::VecDeque, sync::Arc};

use super::{
    Code, Flow, Path, Undetermined, Verification, budget,
    subtrees::{Candidate, compare},
};
use crate::{
    Certificate, Name,
    asn1::universal as tags,
    certificate::{GeneralName, NameConstraints},
    name::Attribute,
};

/// Names times constraints above which OpenSSL gives up (`NAME_CHECK_MAX`).
const MAX_COMPARISONS: usize = 1 << 20;

/// emailAddress of PKCS #9
const EMAIL_ADDRESS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 13, 1, 9, 1];
/// commonName of X.520
const COMMON_NAME: &[u8] = &[0x55, 4, 3];

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
pub(super) enum Failure {
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
