//! Why the server refuses a client because of the certificates above its own.

use std::{cell::LazyCell, collections::HashMap};

use super::{At, Refusal, Refused, Said, at_depth, for_each_refusal};
use crate::{
    Certificate,
    case::{Case, CertificateCase, Judged},
    certificate::describe,
    findings::{Rule, authority, words},
    report::Finding,
    verify::Code,
};

rule! {
    /// The CA that issued a client's certificate, or one above it, is neither in the bundle nor
    /// sent by the client.
    ///
    /// The server cannot connect the certificate with anything it trusts and refuses it.
    ///
    /// Add the missing CA: an intermediate to what the client sends or to the bundle, a root to the
    /// bundle.
    pub(in crate::findings) ISSUER_MISSING = Error "client.issuer-missing",
    citation: "RFC 5280 section 6.1; OpenSSL errors 20, 21 and 19",
    find: issuer_missing,
}

fn issuer_missing(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let namesakes = LazyCell::new(|| first_of_each_name(case.certificates.iter().enumerate()));
    let codes = [
        Code::IssuerMissing,
        Code::SelfSignedInChain,
        Code::LeafUnverifiable,
    ];
    for_each_refusal(case, &codes, At::Anywhere, |refused| {
        let certificate = case.certificate(refused.culprit());
        let said = without_issuer(case, refused).unwrap_or_else(|| {
            let namesake = namesakes.get(certificate.issuer().canonical()).copied();
            issuer_elsewhere(case, refused, namesake)
        });
        found.push(refused.finding(rule, case, said));
    });
}

fn first_of_each_name<'a>(
    certificates: impl Iterator<Item = (usize, &'a CertificateCase)>,
) -> HashMap<&'a [u8], usize> {
    let mut first = HashMap::new();
    for (index, held) in certificates {
        let subject = held.certificate.subject().canonical();
        first.entry(subject).or_insert(index);
    }
    first
}

/// What to say of a chain that ends where nobody looks for an issuer.
fn without_issuer(case: &Case, refused: Refused<'_>) -> Option<Said> {
    let top = refused.culprit();
    let quoted = words::quoted(case, top);
    let certificate = case.certificate(top);
    let mut errors = refused.judged.errors.iter();
    if errors.any(|error| error.code == Code::SelfSignedInChain) {
        let said = Said::that(format!(
            "{} ends at {quoted}, which is sent along but is not in the bundle.",
            words::quoted(case, refused.leaf)
        ));
        return Some(
            said.meaning("The server trusts only what is in the bundle, whatever a client sends. Another root of the same name does not count.")
                .fix(format!("If clients of {quoted} are to log in, add exactly this root to the bundle.")),
        );
    }
    if certificate.is_invalid() {
        let reasons: Vec<String> = certificate
            .extensions()
            .invalid
            .iter()
            .map(describe::invalid)
            .collect();
        let said = Said::that(format!(
            "{quoted} is damaged: {}.",
            words::list(&reasons, "")
        ));
        return Some(
            said.meaning("OpenSSL looks for no issuer of a damaged certificate, so the server refuses this client.")
                .fix("Issue the certificate again without the damage.".to_owned()),
        );
    }
    if certificate.issuer().is_empty() {
        let said = Said::that(format!("{quoted} does not name the CA that issued it."));
        return Some(
            said.meaning("The server finds an issuer by its name, so it cannot connect this client with anything it trusts, and refuses it.")
                .fix("Give the CA a subject, add its certificate to the bundle, and issue the client's certificate again.".to_owned()),
        );
    }
    None
}

/// What to say of a chain whose last certificate names an issuer; `namesake` is a certificate of that name.
fn issuer_elsewhere(case: &Case, refused: Refused<'_>, namesake: Option<usize>) -> Said {
    let top = refused.culprit();
    let certificate = case.certificate(top);
    let issuer = words::name(certificate.issuer());
    let (message, fix) = match namesake {
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
                why_not(certificate, case.certificate(namesake))
            ),
            format!(
                "Find the certificate of {issuer} that issued it, perhaps an older or newer one, and add that."
            ),
        ),
    };
    Said::that(message)
        .meaning("The server cannot connect this client with anything it trusts, and refuses it.")
        .fix(fix)
}

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

rule! {
    /// A client's issuer is in the bundle, but the root above it is not.
    ///
    /// OpenSSL goes up to a self-signed certificate of the bundle; an intermediate alone is no
    /// anchor, even when the client sends the root.
    ///
    /// Add the root to the bundle.
    pub(in crate::findings) ISSUER_INCOMPLETE = Error "client.issuer-incomplete",
    citation: "OpenSSL error 2 (X509_V_FLAG_PARTIAL_CHAIN is not set)",
    find: issuer_incomplete,
}

fn issuer_incomplete(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let namesakes = LazyCell::new(|| first_of_each_name(case.authorities()));
    let codes = [Code::IssuerOfTrustedMissing];
    for_each_refusal(case, &codes, At::Anywhere, |refused| {
        let certificate = case.certificate(refused.culprit());
        let namesake = namesakes.get(certificate.issuer().canonical()).copied();
        found.push(refused.finding(rule, case, root_missing(case, refused, namesake)));
    });
}

/// What to say of a chain that ends at an intermediate of the bundle; `namesake` is an authority of the
/// bundle with the name of its issuer.
fn root_missing(case: &Case, refused: Refused<'_>, namesake: Option<usize>) -> Said {
    let top = refused.culprit();
    let certificate = case.certificate(top);
    let root = words::name(certificate.issuer());
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
    Said::that(message).meaning(meaning).fix(fix)
}

rule! {
    /// A client's certificate is self-signed and not itself in the bundle.
    ///
    /// Nobody vouches for it, so the server refuses it.
    pub(in crate::findings) SELF_SIGNED = Error "client.self-signed",
    fix: "Have a CA of the bundle issue the client's certificate. Or, for a single client, add this certificate itself to the bundle.",
    citation: "OpenSSL error 18",
    refusal: Refusal { codes: &[Code::SelfSignedLeaf], at: At::Leaf, say: self_signed },
}

fn self_signed(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    Said::that(format!(
        "{} is self-signed, and it is not in the bundle.",
        words::quoted(case, leaf)
    ))
}

rule! {
    /// A signature in a client's chain was not made by the CA it names.
    ///
    /// The server takes the certificate for forged and refuses it. Often the CA was renewed with
    /// the same name and a new key.
    ///
    /// Put the CA certificate that really issued it into the bundle.
    pub(in crate::findings) BAD_SIGNATURE = Error "client.bad-signature",
    citation: "RFC 5280 section 6.1.3; OpenSSL error 7",
    refusal: Refusal { codes: &[Code::SignatureFailure], at: At::Anywhere, say: bad_signature },
}

fn bad_signature(case: &Case, Refused { judged, depth, .. }: Refused<'_>) -> Said {
    let (message, meaning, fix) = wrong_signer(case, judged, depth);
    Said::that(message).meaning(meaning).fix(fix)
}

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

rule! {
    /// A certificate that issued a client's, or one above it, is not marked as a CA.
    ///
    /// The server refuses the chain, for the issuer had no right to issue.
    pub(in crate::findings) ISSUER_NOT_A_CA = Error "client.issuer-not-a-ca",
    fix: "Have that CA's certificate issued again, with the same key, with basicConstraints=critical,CA:TRUE and keyUsage=critical,keyCertSign,cRLSign.",
    citation: "RFC 5280 section 4.2.1.9; OpenSSL errors 79, 26 and 32",
    refusal: Refusal { codes: &[Code::InvalidCa, Code::KeyUsageWithoutCertSign], at: At::Above, say: issuer_not_a_ca },
}

fn issuer_not_a_ca(case: &Case, Refused { judged, depth, .. }: Refused<'_>) -> Said {
    Said::that(format!(
        "{} issued {} but may not issue certificates: {}.",
        at_depth(case, judged, depth),
        at_depth(case, judged, depth - 1),
        judged
            .path
            .get(depth)
            .map_or("", |index| words::why_no_ca(case.certificate(*index)))
    ))
}
