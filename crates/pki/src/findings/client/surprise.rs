//! What surprises of clients that work, or work in some places.

use std::collections::HashSet;

use super::{At, Said, at_depth, for_each_client, for_each_refusal};
use crate::{
    Certificate, Name,
    case::{Case, validity::validity},
    certificate::{PublicKey, RsaRestriction, describe},
    findings::{Rule, words},
    name::Attribute,
    report::{Finding, Severity},
    verify::{Code, Handshake, Level, rules},
};

rule! {
    /// A client's certificate expires within 30 days.
    ///
    /// From that moment on the server refuses it.
    pub(in crate::findings) EXPIRES_SOON = Warning "client.expires-soon",
    fix: "Issue its successor now, from the same CA with the same subject; the database user stays as it is.",
    citation: "RFC 5280 section 4.1.2.5",
    find: expires_soon,
}

fn expires_soon(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let certificate = case.certificate(leaf);
        let validity = validity(certificate, case.profile.at);
        if validity.state == crate::view::ValidityState::EndsSoon {
            found.push(rule.about(
                case,
                leaf,
                format!(
                    "{} expires on {} ({}).",
                    words::quoted(case, leaf),
                    words::date(validity.not_after),
                    words::days(validity.days_left)
                ),
                "From then on the server refuses this client.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// A client is accepted by servers of OpenSSL's security level 1 only.
    ///
    /// Debian, Ubuntu, Red Hat and OpenSSL from 3.2 on use level 2; which one Atlas runs is not
    /// published.
    pub(in crate::findings) ACCEPTED_AT_LEVEL_ONE_ONLY = Warning "client.accepted-at-level-1-only",
    fix: "Replace what is too weak for level 2, a short key or an old digest; the other messages say which.",
    citation: "SSL_CTX_set_security_level(3)",
    find: accepted_at_level_one_only,
}

fn accepted_at_level_one_only(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |client, leaf, judged| {
        let other = client.other_level.as_ref().and_then(|other| other.accepted);
        let (one, two) = match case.profile.level {
            Level::One => (judged.accepted, other),
            Level::Two => (other, judged.accepted),
        };
        if one == Some(true) && two == Some(false) {
            found.push(rule.about(
                case,
                leaf,
                format!("Only a server of security level 1 accepts {}; one of level 2 refuses it.", words::quoted(case, leaf)),
                "Which level Atlas uses is not published, and most builds of OpenSSL use level 2: do not count on it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// The server accepts a client only if it sends its intermediates along.
    ///
    /// The bundle does not hold them, so with the client's certificate alone the server finds no
    /// way to the root.
    pub(in crate::findings) MUST_SEND_CHAIN = Warning "client.must-send-chain",
    fix: "Give the driver one PEM file with the certificate, then the intermediates, then the key. Or add the intermediates to the bundle: then nobody has to send them.",
    citation: "RFC 5246 section 7.4.2; OpenSSL errors 20 and 21",
    find: must_send_chain,
}

fn must_send_chain(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |client, leaf, judged| {
        let alone = client.sends_leaf.as_ref().and_then(|alone| alone.accepted);
        if judged.accepted == Some(true) && alone == Some(false) {
            let along = judged.path.get(1..judged.untrusted).unwrap_or(&[]);
            let names: Vec<String> = along
                .iter()
                .map(|index| words::quoted(case, *index))
                .collect();
            let them = if names.len() == 1 { "it" } else { "them" };
            found.push(rule.about(
                case,
                leaf,
                format!("{} must send {} along.", words::quoted(case, leaf), words::list(&names, "its intermediates")),
                format!("The bundle does not hold {them}, so the server refuses this certificate when it comes alone."),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// No issuer of what a client holds is in the bundle, or none under exactly its name.
    ///
    /// The server names the authorities it trusts. Drivers in Go and Java look for an issuer of
    /// such a name in what they hold, and send no certificate when they find none: the server then
    /// logs a missing certificate instead of the real reason.
    ///
    /// Have the client hold its intermediates, up to one that a CA of the bundle issued.
    pub(in crate::findings) GO_JAVA_SEND_NOTHING = Warning "client.go-java-send-nothing",
    citation: "RFC 8446 section 4.2.4; Go, crypto/tls CertificateRequestInfo.SupportsCertificate; Java, javax.net.ssl.X509KeyManager",
    find: go_java_send_nothing,
}

fn go_java_send_nothing(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    // A server that trusts nobody names nobody, and then everything is sent.
    if case.bundle.is_empty() {
        return;
    }
    let subjects = || {
        case.authorities()
            .map(|(_, authority)| authority.certificate.subject())
    };
    let canonical: HashSet<&[u8]> = subjects().map(Name::canonical).collect();
    let encoded: HashSet<&[Vec<Attribute>]> = subjects().map(Name::rdns).collect();
    // Whether each certificate's issuer is named, and whether to the letter.
    let named: Vec<(bool, bool)> = case
        .certificates
        .iter()
        .map(|held| {
            let issuer = held.certificate.issuer();
            (
                canonical.contains(issuer.canonical()),
                encoded.contains(issuer.rdns()),
            )
        })
        .collect();
    let mut held_in = vec![0; case.files.len()];
    for client in &case.clients {
        held_in[client.file] += 1;
    }
    for_each_client(case, |client, leaf, _| {
        let held = || std::iter::once(&leaf).chain(client.sent.iter());
        let file = words::file(case, client.file);
        let (message, meaning, fix) = if !held().any(|index| named[*index].0) {
            (
                if held_in[client.file] > 1 {
                    format!(
                        "No issuer of {} in {file} is in the bundle.",
                        words::quoted(case, leaf)
                    )
                } else {
                    format!("No issuer of the certificates in {file} is in the bundle.")
                },
                "Drivers in Go and Java then send no certificate at all, and the server's log speaks of a missing one.",
                "Put the intermediates into the client's file, up to one that a CA of the bundle issued; or add the issuer to the bundle.",
            )
        } else if !held().any(|index| named[*index].1) {
            (
                format!(
                    "The issuer of {} is in the bundle, but its name is encoded otherwise there.",
                    words::quoted(case, leaf)
                ),
                "The server does not mind. Drivers in Go compare names byte by byte and then send no certificate at all.",
                "Issue the certificate again, with the issuer's name as the CA's own certificate has it.",
            )
        } else {
            return;
        };
        found.push(rule.about(case, leaf, message, meaning.to_owned(), fix.to_owned()));
    });
}

rule! {
    /// A client's certificate is marked as a CA.
    ///
    /// The server accepts it, but whoever holds its key can issue certificates for any name.
    pub(in crate::findings) IS_A_CA = Warning "client.is-a-ca",
    fix: "Issue a certificate with basicConstraints=CA:FALSE for the client.",
    citation: "RFC 5280 section 4.2.1.9",
    find: is_a_ca,
}

fn is_a_ca(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        if case
            .certificate(leaf)
            .extensions()
            .basic_constraints
            .is_some_and(|constraints| constraints.ca)
        {
            found.push(rule.about(
                case,
                leaf,
                format!("{} is marked as a CA.", words::quoted(case, leaf)),
                "The server accepts that, but whoever holds its key can issue certificates for every name below it.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}

rule! {
    /// A client's key is of a kind that is rare in TLS, or a key of its chain spells its curve out.
    ///
    /// The server may take it; whether the driver has such keys is another matter, for both sides
    /// must offer the algorithm.
    ///
    /// Use RSA, P-256, P-384 or Ed25519.
    pub(in crate::findings) UNUSUAL_ALGORITHM = Warning "client.unusual-algorithm",
    depends: "An error when it is an elliptic curve that is spelled out, which OpenSSL refuses (error 94).",
    citation: "RFC 8446 section 4.2.3; OpenSSL error 94",
    find: unusual_algorithm,
}

fn unusual_algorithm(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let codes = [Code::ExplicitCurve];
    for_each_refusal(case, &codes, At::Anywhere, |refused| {
        let said = Said::that(format!(
            "The key of {} spells its elliptic curve out instead of naming it.",
            at_depth(case, refused.judged, refused.depth)
        ));
        let fix = "Make a key on a named curve (openssl ecparam -name prime256v1 -genkey) and have the certificate issued for it.";
        found.push(Finding {
            severity: Severity::Error,
            ..refused.finding(rule, case, said.fix(fix.to_owned()))
        });
    });
    for_each_client(case, |_, leaf, _| {
        // Of a key that cannot shake hands at every version other rules tell.
        let handshake = Handshake::of(case.certificate(leaf));
        let is_told = !matches!(handshake, Handshake::Both | Handshake::Unknown);
        if !is_told && is_unusual(case.certificate(leaf)) {
            found.push(rule.about(
                case,
                leaf,
                format!("The key of {} is of a rare kind: {}.", words::quoted(case, leaf), describe::key(case.certificate(leaf))),
                "The server takes it. Not every driver can use such a key, and with one that cannot the handshake fails.".to_owned(),
                "Prefer RSA with 2048 bits or more, EC P-256 or P-384, or Ed25519; else try it with the driver you use.".to_owned(),
            ));
        }
    });
}

/// Keys that not every driver has.
fn is_unusual(certificate: &Certificate) -> bool {
    match certificate.public_key() {
        Some(PublicKey::Rsa { restriction, .. }) => *restriction != RsaRestriction::None,
        Some(PublicKey::Ec(point)) => !rules::is_common_curve(point),
        Some(PublicKey::Ed25519(_)) | None => false,
        Some(_) => true,
    }
}

rule! {
    /// A client's certificate has no extended key usage.
    ///
    /// The server takes it for every purpose and accepts it; MongoDB's manual asks for clientAuth.
    pub(in crate::findings) NO_EXTENDED_KEY_USAGE = Note "client.no-extended-key-usage",
    fix: "Keep it, and issue its successor with extendedKeyUsage=clientAuth.",
    citation: "MongoDB manual, “Client x.509 Certificates”",
    find: no_extended_key_usage,
}

fn no_extended_key_usage(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let extensions = case.certificate(leaf).extensions();
        if extensions.purposes.is_none()
            && !extensions.has(crate::certificate::extension_ids::EXTENDED_KEY_USAGE)
        {
            found.push(rule.about(
                case,
                leaf,
                format!("{} has no extended key usage.", words::quoted(case, leaf)),
                "The server accepts it for every purpose; MongoDB's manual asks for clientAuth.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    });
}
