//! Why the server refuses a client because of the certificates above its own.

use std::collections::HashMap;

use super::{REFUSED, anywhere, at_depth, because_of, for_each_refusal, is_leaf};
use crate::{
    Certificate,
    case::{Case, Judged},
    certificate::describe,
    findings::{Rule, authority, words},
    report::Severity,
    verify::Code,
};

pub(in crate::findings) static ISSUER_MISSING: Rule = Rule {
    id: "client.issuer-missing",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "The CA that issued a client's certificate, or one above it, is neither in the bundle nor sent by the client."
    ),
    why: documentation!(
        "The server cannot connect the certificate with anything it trusts and refuses it."
    ),
    fix: documentation!(
        "Add the missing CA: an intermediate to what the client sends or to the bundle, a root to the bundle."
    ),
    citation: "RFC 5280 section 6.1; OpenSSL errors 20, 21 and 19",
    find: |rule, case, found| {
        let mut namesakes: HashMap<&[u8], usize> = HashMap::new();
        for (index, held) in case.certificates.iter().enumerate() {
            let subject = held.certificate.subject().canonical();
            namesakes.entry(subject).or_insert(index);
        }
        for_each_refusal(
            case,
            &[
                Code::IssuerMissing,
                Code::SelfSignedInChain,
                Code::LeafUnverifiable,
            ],
            anywhere,
            |leaf, judged, depth| {
                let top = judged.path.get(depth).copied().unwrap_or(leaf);
                let certificate = case.certificate(top);
                if judged
                    .errors
                    .iter()
                    .any(|error| error.code == Code::SelfSignedInChain)
                {
                    found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    format!("{} ends at {}, which is sent along but is not in the bundle.", words::quoted(case, leaf), words::quoted(case, top)),
                    "The server trusts only what is in the bundle, whatever a client sends. Another root of the same name does not count.".to_owned(),
                    format!("If clients of {} are to log in, add exactly this root to the bundle.", words::quoted(case, top)),
                ));
                    return;
                }
                if certificate.is_invalid() {
                    let reasons: Vec<String> = certificate
                        .extensions()
                        .invalid
                        .iter()
                        .map(describe::invalid)
                        .collect();
                    found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    format!("{} is damaged: {}.", words::quoted(case, top), words::list(&reasons, "")),
                    "OpenSSL looks for no issuer of a damaged certificate, so the server refuses this client.".to_owned(),
                    "Issue the certificate again without the damage.".to_owned(),
                ));
                    return;
                }
                if certificate.issuer().is_empty() {
                    found.push(because_of(
                        rule,
                        case,
                        (leaf, judged, depth),
                        format!("{} does not name the CA that issued it.", words::quoted(case, top)),
                        "The server finds an issuer by its name, so it cannot connect this client with anything it trusts, and refuses it.".to_owned(),
                        "Give the CA a subject, add its certificate to the bundle, and issue the client's certificate again.".to_owned(),
                    ));
                    return;
                }
                let issuer = words::name(certificate.issuer());
                let (message, fix) = match namesakes.get(certificate.issuer().canonical()) {
                    None => (
                        format!(
                            "The CA that issued {}, {issuer}, is not in the bundle, and the client does not send it.",
                            words::quoted(case, top)
                        ),
                        format!(
                            "Add the certificate of {issuer}: to the bundle if it is a root, else to the bundle or to what the client sends."
                        ),
                    ),
                    Some(namesake) => (
                        format!(
                            "{} names {issuer} as its issuer. A certificate of that name is here, but it cannot have issued this one: {}.",
                            words::quoted(case, top),
                            why_not(certificate, case.certificate(*namesake))
                        ),
                        format!(
                            "Find the certificate of {issuer} that issued it, perhaps an older or newer one, and add that."
                        ),
                    ),
                };
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                message,
                "The server cannot connect this client with anything it trusts, and refuses it.".to_owned(),
                fix,
            ));
            },
        );
    },
};

/// Why a certificate of the right name is not the issuer, as the end of a sentence.
fn why_not(certificate: &Certificate, namesake: &Certificate) -> &'static str {
    if namesake.is_invalid() {
        "that certificate is damaged"
    } else if !certificate.matches_key_identifier_of(namesake) {
        "its key identifier is another (the CA was given a new key)"
    } else {
        "its key is of another kind, or it is not where the server looks for it"
    }
}

pub(in crate::findings) static ISSUER_INCOMPLETE: Rule = Rule {
    id: "client.issuer-incomplete",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's issuer is in the bundle, but the root above it is not."),
    why: documentation!(
        "OpenSSL goes up to a self-signed certificate of the bundle; an intermediate alone is no anchor, even when the client sends the root."
    ),
    fix: documentation!("Add the root to the bundle."),
    citation: "OpenSSL error 2 (X509_V_FLAG_PARTIAL_CHAIN is not set)",
    find: |rule, case, found| {
        let mut namesakes: HashMap<&[u8], usize> = HashMap::new();
        for (index, held) in case.authorities() {
            let subject = held.certificate.subject().canonical();
            namesakes.entry(subject).or_insert(index);
        }
        for_each_refusal(
            case,
            &[Code::IssuerOfTrustedMissing],
            anywhere,
            |leaf, judged, depth| {
                let top = judged.path.get(depth).copied().unwrap_or(leaf);
                let certificate = case.certificate(top);
                let root = words::name(certificate.issuer());
                let namesake = namesakes.get(certificate.issuer().canonical()).copied();
                let (message, meaning, fix) = match (authority::crossed(case, top), namesake) {
                    (Some((message, fix)), _) => (
                        message,
                        "The server takes the one that comes first and looks for the CA that signed it, which is not in the bundle.",
                        fix,
                    ),
                    (None, Some(namesake)) => (
                        format!(
                            "{} names {root} as its issuer. A certificate of that name is in the bundle, but it cannot have issued this one: {}.",
                            words::quoted(case, top),
                            why_not(certificate, case.certificate(namesake))
                        ),
                        "The server needs the one that did, and refuses every client of this intermediate.",
                        format!(
                            "Find the certificate of {root} that issued it, perhaps an older or newer one, and add that to the bundle."
                        ),
                    ),
                    (None, None) => (
                        format!(
                            "The bundle holds the intermediate {} but not its root {root}.",
                            words::quoted(case, top)
                        ),
                        "The server needs the root too, and refuses every client of this intermediate.",
                        format!("Add the certificate of {root} to the bundle."),
                    ),
                };
                found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    message,
                    meaning.to_owned(),
                    fix,
                ));
            },
        );
    },
};

pub(in crate::findings) static SELF_SIGNED: Rule = Rule {
    id: "client.self-signed",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's certificate is self-signed and not itself in the bundle."),
    why: documentation!("Nobody vouches for it, so the server refuses it."),
    fix: documentation!(
        "Have a CA of the bundle issue the certificate, or put the certificate itself into the bundle."
    ),
    citation: "OpenSSL error 18",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::SelfSignedLeaf],
            is_leaf,
            |leaf, judged, depth| {
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                format!("{} is self-signed, and it is not in the bundle.", words::quoted(case, leaf)),
                REFUSED.to_owned(),
                "Have a CA of the bundle issue the client's certificate. Or, for a single client, add this certificate itself to the bundle.".to_owned(),
            ));
            },
        );
    },
};

pub(in crate::findings) static BAD_SIGNATURE: Rule = Rule {
    id: "client.bad-signature",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A signature in a client's chain was not made by the CA it names."),
    why: documentation!(
        "The server takes the certificate for forged and refuses it. Often the CA was renewed with the same name and a new key."
    ),
    fix: documentation!("Put the CA certificate that really issued it into the bundle."),
    citation: "RFC 5280 section 6.1.3; OpenSSL error 7",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::SignatureFailure],
            anywhere,
            |leaf, judged, depth| {
                let (message, meaning, fix) = wrong_signer(case, judged, depth);
                found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    message,
                    meaning.to_owned(),
                    fix,
                ));
            },
        );
    },
};

/// What to say of the certificate at `depth` of a chain, which its issuer there did not sign.
fn wrong_signer(case: &Case, judged: &Judged, depth: usize) -> (String, &'static str, String) {
    let subject = judged.path.get(depth).copied();
    let taken = judged.path.get(depth + 1).copied();
    let signer = subject.and_then(|subject| case.certificates[subject].signed_by);
    let (Some(taken), Some(signer)) = (taken, signer) else {
        return (
            format!("{} was not signed by {}, the CA it names.", at_depth(case, judged, depth), at_depth(case, judged, depth + 1)),
            "The server refuses this client. Perhaps the CA was renewed with the same name and a new key, or the certificate was changed after it was signed.",
            "Find the CA certificate with the key that signed it and add that to the bundle; CA certificates with key identifiers would keep the two apart. If the certificate was changed, have it issued again.".to_owned(),
        );
    };
    let held = |index: usize| &case.certificates[index];
    let message = format!(
        "{} was not signed by the {} that the server takes ({}), but by another CA of that name ({}).",
        at_depth(case, judged, depth),
        words::quoted(case, taken),
        words::source(held(taken)),
        words::source(held(signer)),
    );
    let (right, wrong) = words::two_sources(held(signer), held(taken));
    let fix = if !case.is_in_bundle(signer) {
        format!(
            "Put the one from {right} into the bundle, before the one from {wrong} or in its place."
        )
    } else if case.needed.contains(&taken) {
        format!(
            "No order serves the clients of both. Have the CA's certificates and those of its clients issued again with key identifiers, or issue the clients of {wrong} again from the one at {right} and put that one first."
        )
    } else {
        format!(
            "Put the one at {right} before the one at {wrong}, or take that one out: no client here needs it."
        )
    };
    (
        message,
        "The server takes the first authority of a name that is valid and never tries another, so it refuses this client.",
        fix,
    )
}

pub(in crate::findings) static ISSUER_NOT_A_CA: Rule = Rule {
    id: "client.issuer-not-a-ca",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "A certificate that issued a client's, or one above it, is not marked as a CA."
    ),
    why: documentation!("The server refuses the chain, for the issuer had no right to issue."),
    fix: documentation!(
        "Have the CA's certificate issued again with basicConstraints=CA:TRUE and keyUsage keyCertSign."
    ),
    citation: "RFC 5280 section 4.2.1.9; OpenSSL errors 79, 26 and 32",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::InvalidCa, Code::KeyUsageWithoutCertSign],
            |depth| depth > 0,
            |leaf, judged, depth| {
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                format!("{} issued {} but may not issue certificates: {}.", at_depth(case, judged, depth), at_depth(case, judged, depth - 1), judged.path.get(depth).map_or("", |index| words::why_no_ca(case.certificate(*index)))),
                REFUSED.to_owned(),
                "Have that CA's certificate issued again, with the same key, with basicConstraints=critical,CA:TRUE and keyUsage=critical,keyCertSign,cRLSign.".to_owned(),
            ));
            },
        );
    },
};
