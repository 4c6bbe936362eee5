//! What a person should know about a pile: one rule, one place.
//!
//! A rule (`rule!`) is a small function with its metadata above it. The metadata are the documentation
//! (`docs/findings.md` is made from them), the function looks at the judged [`Case`] and says each
//! thing it finds in three sentences: what is so, what it means, what to do. Why a client is refused is
//! data as far as it goes: for which errors, at which depth, and what is said. To add a rule, write
//! it in the module of its subject and name it in [`RULES`].

/// Text for the documentation of the rules. A program that shows findings and no documentation, as
/// the page does, leaves the feature `documentation` out and need not carry it.
macro_rules! documentation {
    ($text:expr) => {
        if cfg!(feature = "documentation") {
            $text
        } else {
            ""
        }
    };
}

/// A rule: `visibility NAME = Severity "identifier"`, below its documentation. That is two paragraphs, what
/// the rule looks for and why it matters; and a third, what to do, where that differs from finding to
/// finding. Else it is `fix`, once for both.
macro_rules! rule {
    (
        $(#[doc = $line:literal])+
        $visibility:vis $name:ident = $severity:ident $id:literal,
        $(depends: $on:expr,)?
        $(fix: $fix:literal,)?
        citation: $citation:literal,
        $kind:ident: $find:expr $(,)?
    ) => {
        $visibility static $name: $crate::findings::Rule = $crate::findings::Rule {
            id: $id,
            severity: $crate::report::Severity::$severity,
            severity_note: [$(Some(documentation!($on)),)? None][0],
            documentation: documentation!(concat!($($line, "\n"),+)),
            fix: concat!($($fix)?),
            citation: $citation,
            find: rule!(@ $kind $find),
        };
    };
    (@ find $find:expr) => {
        $crate::findings::Find::With($find)
    };
    (@ refusal $refusal:expr) => {
        $crate::findings::Find::Refusals($refusal)
    };
}

mod authority;
mod client;
mod document;
mod input;
mod key;
mod look_alike;
mod name;
mod pair;
mod public_web;
mod words;

pub use document::document;
pub(crate) use words::trusted_files;

use std::collections::{HashMap, HashSet};

use crate::{
    case::Case,
    report::{Finding, Severity, Sha256},
    view::Why,
};

/// A rule: its metadata, and the function that finds.
#[derive(Debug)]
pub struct Rule {
    /// Stable and dotted, for example `authority.expired`.
    pub id: &'static str,
    /// How grave its findings are, unless `severity_note` says otherwise.
    pub severity: Severity,
    /// On what the severity depends, where it does.
    pub severity_note: Option<&'static str>,
    /// Paragraphs, for the documentation.
    documentation: &'static str,
    /// What to do about its findings; empty where that differs.
    fix: &'static str,
    /// Where the rule stands: an RFC's section, a page of MongoDB's manual, a measured error.
    pub citation: &'static str,
    find: Find,
}

/// How a rule finds.
#[derive(Debug)]
enum Find {
    With(fn(&Rule, &Case, &mut Vec<Finding>)),
    Refusals(client::Refusal),
}

/// Every rule, by subject.
pub static RULES: &[&Rule] = &[
    &input::MALFORMED,
    &input::BUNDLE_NOT_LOADABLE,
    &input::PASSED_OVER,
    &key::PRIVATE_KEY_IN_BUNDLE,
    &key::CA_PRIVATE_KEY,
    &key::PRIVATE_KEY,
    &input::NOT_A_CERTIFICATE,
    &input::TRAILING_DATA,
    &input::NOT_DER,
    &input::DUPLICATE,
    &authority::EXPIRED,
    &authority::NOT_YET_VALID,
    &authority::NOT_A_CA,
    &authority::NO_KEY_CERT_SIGN,
    &authority::PURPOSE_EXCLUDES_CLIENTS,
    &authority::ROOT_MISSING,
    &authority::WEAK_KEY,
    &authority::CRITICAL_EXTENSION,
    &authority::TRUST_SETTINGS,
    &authority::PUBLIC_WEB_CA,
    &authority::EXPIRES_SOON,
    &authority::WEAK_SIGNATURE,
    &authority::SAME_NAME,
    &authority::VERSION_1,
    &authority::SELF_SIGNATURE_BAD,
    &authority::END_ENTITY_AS_ANCHOR,
    &authority::UNUSED,
    &authority::NAME_CONSTRAINED,
    &client::EXPIRED,
    &client::NOT_YET_VALID,
    &client::PURPOSE,
    &client::KEY_USAGE,
    &client::ISSUER_MISSING,
    &client::ISSUER_INCOMPLETE,
    &client::SELF_SIGNED,
    &client::WEAK_KEY,
    &client::WEAK_SIGNATURE,
    &client::BAD_SIGNATURE,
    &client::CRITICAL_EXTENSION,
    &client::PATH_LENGTH,
    &client::NAME_CONSTRAINTS,
    &client::ISSUER_NOT_A_CA,
    &client::MALFORMED,
    &client::KEY_CANNOT_SHAKE_HANDS,
    &client::NO_USER_NAME,
    &client::NO_COMMON_NAME,
    &client::USER_NAME_TOO_LONG,
    &client::EXPIRES_SOON,
    &client::ACCEPTED_AT_LEVEL_ONE_ONLY,
    &client::MUST_SEND_CHAIN,
    &client::GO_JAVA_SEND_NOTHING,
    &client::IS_A_CA,
    &client::ROLES_EXTENSION,
    &client::MEMBERSHIP_EXTENSION,
    &client::ATTRIBUTE_NOT_IN_ATLAS,
    &client::ATTRIBUTE_TOO_LONG,
    &client::COULD_MATCH_CLUSTER_MEMBER,
    &client::UNUSUAL_ALGORITHM,
    &client::TLS_1_2_ONLY,
    &client::VERSION_1,
    &client::SAME_USER_NAME,
    &client::NO_EXTENDED_KEY_USAGE,
    &look_alike::LOOK_ALIKE,
    &pair::KEY_MISMATCH,
    &pair::KEY_NOT_COMPARED,
    &pair::ORDER,
    &name::DIFFERS_FROM_OPENSSL,
];

impl Rule {
    /// Lets the rule look at a case.
    pub(crate) fn apply(&self, case: &Case, found: &mut Vec<Finding>) {
        match &self.find {
            Find::With(find) => find(self, case, found),
            Find::Refusals(refusal) => refusal.find(self, case, found),
        }
    }

    /// What the rule looks for, for the documentation.
    pub fn what(&self) -> String {
        self.paragraph(0)
    }

    /// Why it matters, for the documentation.
    pub fn why(&self) -> String {
        self.paragraph(1)
    }

    /// What to do about it, for the documentation.
    pub fn remedy(&self) -> String {
        if self.fix.is_empty() {
            self.paragraph(2)
        } else {
            self.fix.to_owned()
        }
    }

    fn paragraph(&self, number: usize) -> String {
        let mut paragraphs = self.documentation.split("\n\n");
        let lines = paragraphs.nth(number).unwrap_or_default().lines();
        lines.map(str::trim).collect::<Vec<_>>().join(" ")
    }

    /// A finding of this rule that is about nothing in particular yet.
    fn finding(&self, message: String, meaning: String, fix: String) -> Finding {
        Finding {
            id: self.id.into(),
            severity: self.severity,
            certificates: Vec::new(),
            file: None,
            line: None,
            message,
            meaning,
            fix,
            citation: self.citation.into(),
            command: None,
        }
    }

    /// A finding about the certificate `index`, at the place where it was found first.
    fn about(
        &self,
        case: &Case,
        index: usize,
        message: String,
        meaning: String,
        fix: String,
    ) -> Finding {
        let certificate = &case.certificates[index];
        let source = certificate.source();
        Finding {
            certificates: vec![certificate.certificate.sha256()],
            file: Some(source.file.clone()),
            line: source.line,
            ..self.finding(message, meaning, fix)
        }
    }
}

/// The gravest first; of the same gravity in the order of [`RULES`], then of the pile. What is said
/// twice of the same certificates, because a client was given twice, is said once.
pub(crate) fn sorted(mut found: Vec<Finding>) -> Vec<Finding> {
    let mut told = HashSet::new();
    found.retain(|finding| {
        told.insert((
            finding.id.clone(),
            finding.message.clone(),
            finding.certificates.clone(),
            finding.file.clone(),
            finding.line,
        ))
    });
    // Rules are asked in order, so that what is equally grave is in order already.
    let (mut sorted, rest): (Vec<_>, Vec<_>) = found
        .into_iter()
        .partition(|finding| finding.severity == Severity::Error);
    let (warnings, notes): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|finding| finding.severity == Severity::Warning);
    sorted.extend(warnings);
    sorted.extend(notes);
    sorted
}

/// The findings that explain refusals, by the certificates they are about. Two that say the same,
/// one of the client and one of its authority, count once.
pub(crate) fn reasons(found: &[Finding]) -> HashMap<Sha256, Vec<usize>> {
    let mut reasons: HashMap<Sha256, Vec<usize>> = HashMap::new();
    for (index, finding) in found.iter().enumerate() {
        if finding.severity == Severity::Error {
            for certificate in &finding.certificates {
                let told = reasons.entry(*certificate).or_default();
                if !told
                    .iter()
                    .any(|earlier| found[*earlier].message == finding.message)
                {
                    told.push(index);
                }
            }
        }
    }
    reasons
}

/// What keeps a client out although its certificate is accepted, by the findings that say so. A
/// finding counts where it is an error.
static BARRIERS: [(&Rule, Why); 5] = [
    (&pair::KEY_MISMATCH, Why::PrivateKey),
    (&client::NO_USER_NAME, Why::UserName),
    (&client::NO_COMMON_NAME, Why::UserName),
    (&client::USER_NAME_TOO_LONG, Why::UserName),
    (&input::BUNDLE_NOT_LOADABLE, Why::Bundle),
];

/// [`pair::KEY_MISMATCH`] of a client whose key is not here any more: the client's certificate and what it
/// is called, and the file that the key was in.
pub(crate) fn remembered_key_mismatch(leaf: Sha256, title: &str, file: &str) -> Finding {
    pair::remembered_mismatch(leaf, title, file)
}

/// What a finding, which is an error, keeps a client out by, if anything.
pub(crate) fn barrier(id: &str) -> Option<Why> {
    let mut barriers = BARRIERS.iter();
    barriers
        .find(|(rule, _)| rule.id == id)
        .map(|(_, why)| *why)
}

/// The findings, as indexes, that say why a server loads nothing of a file of the bundle.
pub(crate) fn of_bundle(found: &[Finding]) -> Vec<usize> {
    let is_one = |finding: &Finding| {
        finding.severity == Severity::Error && finding.id == input::BUNDLE_NOT_LOADABLE.id
    };
    let all = found.iter().enumerate();
    all.filter(|(_, finding)| is_one(finding))
        .map(|(index, _)| index)
        .collect()
}

/// Of several findings that say the same, one of a client and one of its authority, the first.
pub(crate) fn without_repetition(found: &[Finding], indexes: &[usize]) -> Vec<usize> {
    let mut told = HashSet::new();
    indexes
        .iter()
        .copied()
        .filter(|index| told.insert(&found[*index].message[..]))
        .collect()
}
