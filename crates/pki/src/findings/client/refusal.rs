//! Why the server refuses a client because of its own certificate.

use super::{At, Refusal, Refused, Said, for_each_client};
use crate::{
    Certificate,
    case::Case,
    certificate::{KeyUsage, describe},
    findings::{Rule, words},
    report::Finding,
    verify::{Code, rules},
};

rule! {
    /// A client's certificate has expired.
    ///
    /// The server refuses it. The very second of notAfter already counts as expired.
    pub(in crate::findings) EXPIRED = Error "client.expired",
    fix: "Issue a new certificate from the same CA with the same subject; the user name stays as it is.",
    citation: "RFC 5280 section 4.1.2.5; OpenSSL error 10",
    refusal: Refusal { codes: &[Code::Expired], at: At::Leaf, say: expired },
}

fn expired(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let (_, end) = case.certificate(leaf).validity();
    Said::that(format!(
        "{} expired on {}.",
        words::quoted(case, leaf),
        words::date_and_age(end, case.profile.at)
    ))
}

rule! {
    /// A client's certificate is not valid yet.
    ///
    /// The server refuses it until its notBefore has come.
    pub(in crate::findings) NOT_YET_VALID = Error "client.not-yet-valid",
    fix: "Wait until then, or issue the certificate again with an earlier start. If the date looks wrong, check the clock of the machine that issued it.",
    citation: "RFC 5280 section 4.1.2.5; OpenSSL error 9",
    refusal: Refusal { codes: &[Code::NotYetValid], at: At::Leaf, say: not_yet_valid },
}

fn not_yet_valid(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let (start, _) = case.certificate(leaf).validity();
    Said::that(format!(
        "{} is not valid before {}.",
        words::quoted(case, leaf),
        words::date(start)
    ))
    .meaning("The server refuses this client until then.")
}

rule! {
    /// A client's extended key usage does not hold clientAuth.
    ///
    /// The server takes it for a certificate of another kind and refuses it; anyExtendedKeyUsage
    /// does not help.
    pub(in crate::findings) PURPOSE = Error "client.purpose",
    fix: "Issue it again from the same CA with extendedKeyUsage=clientAuth.",
    citation: "RFC 5280 section 4.2.1.12; OpenSSL error 26",
    refusal: Refusal { codes: &[Code::PurposeUnsuitable], at: At::LeafThat(lacks_client_auth), say: purpose },
}

fn lacks_client_auth(certificate: &Certificate) -> bool {
    !rules::purpose_allows_client(certificate)
}

fn purpose(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let purposes = case.certificate(leaf).extensions().purposes.as_ref();
    let purposes = purposes.map_or(&[][..], |purposes| &purposes.list);
    Said::that(format!(
        "{} may be used for {} only (its extended key usage), not for TLS clients.",
        words::quoted(case, leaf),
        words::list_of(purposes, describe::purpose, "nothing"),
    ))
    .keeping_the_name()
}

rule! {
    /// A client's key usage allows neither digitalSignature nor keyAgreement, or its Netscape
    /// certificate type does not name TLS clients.
    ///
    /// A client proves in the handshake that it holds the key by signing; the server refuses a key
    /// that may not.
    ///
    /// Issue it again with keyUsage digitalSignature, and without a Netscape certificate type.
    pub(in crate::findings) KEY_USAGE = Error "client.key-usage",
    citation: "RFC 5280 section 4.2.1.3; OpenSSL error 26",
    refusal: Refusal { codes: &[Code::PurposeUnsuitable], at: At::LeafThat(rules::purpose_allows_client), say: key_usage },
}

fn key_usage(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let certificate = case.certificate(leaf);
    let usage = certificate.extensions().key_usage;
    let (message, with) = match usage {
        Some(usage) if !usage.allows(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_AGREEMENT) => {
            let names = describe::usages(usage);
            (
                format!(
                    "The key of {} may be used for {} only (its key usage), not to sign a handshake.",
                    words::quoted(case, leaf),
                    words::list(&names, "nothing"),
                ),
                "with keyUsage=critical,digitalSignature",
            )
        }
        _ => (
            format!(
                "The Netscape certificate type of {} does not name TLS clients.",
                words::quoted(case, leaf)
            ),
            "without that type",
        ),
    };
    Said::that(message).fix(format!(
        "Issue it again from the same CA {with}.{}",
        words::user_name_stays(case, leaf),
    ))
}

rule! {
    /// A client's key is too short for the server's security level, or cannot be decoded.
    ///
    /// At level 2, which most servers use, RSA keys need 2,048 bits and elliptic curves 224.
    pub(in crate::findings) WEAK_KEY = Error "client.weak-key",
    fix: "Make a new key, RSA with 2048 bits or more or EC P-256, and have a certificate issued for it.",
    citation: "SSL_CTX_set_security_level(3); OpenSSL errors 66 and 1",
    refusal: Refusal { codes: &[Code::LeafKeyTooSmall], at: At::Leaf, say: weak_key },
}

fn weak_key(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let certificate = case.certificate(leaf);
    let message = match certificate.public_key() {
        Some(key) => format!(
            "The key of {} ({key}) is too short for security level {}.",
            words::quoted(case, leaf),
            case.profile.level.number()
        ),
        None => format!(
            "The key of {} ({}) is none that OpenSSL can decode.",
            words::quoted(case, leaf),
            describe::key(certificate)
        ),
    };
    Said::that(message).keeping_the_name()
}

rule! {
    /// A client's certificate is signed with a broken digest (SHA-1, MD5).
    ///
    /// No security level from 1 on takes it.
    pub(in crate::findings) WEAK_SIGNATURE = Error "client.weak-signature",
    fix: "Issue it again from the same CA with SHA-256.",
    citation: "SSL_CTX_set_security_level(3); OpenSSL error 68",
    refusal: Refusal { codes: &[Code::DigestTooWeak], at: At::Leaf, say: weak_signature },
}

fn weak_signature(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    Said::that(format!(
        "{} is signed with {}, which is broken or not known.",
        words::quoted(case, leaf),
        case.certificate(leaf).outer_algorithm().name()
    ))
    .keeping_the_name()
}

rule! {
    /// A client's certificate marks an extension as critical that OpenSSL does not handle.
    ///
    /// Critical means: refuse me if you do not know this. The server does.
    pub(in crate::findings) CRITICAL_EXTENSION = Error "client.critical-extension",
    fix: "Issue it again without this extension, or without marking it critical.",
    citation: "RFC 5280 section 4.2; OpenSSL error 34",
    refusal: Refusal { codes: &[Code::CriticalExtension], at: At::Leaf, say: critical_extension },
}

fn critical_extension(case: &Case, Refused { leaf, .. }: Refused<'_>) -> Said {
    let certificate = case.certificate(leaf);
    let extension = certificate
        .extensions()
        .unhandled_critical()
        .map(|extension| describe::name_of(&extension.oid))
        .unwrap_or_default();
    Said::that(format!(
        "{} marks the extension {extension} as critical, and OpenSSL does not handle it.",
        words::quoted(case, leaf)
    ))
}

rule! {
    /// A client's certificate, or one above it, cannot be read to its end, has a date that is none,
    /// or is a proxy certificate.
    ///
    /// The server refuses it.
    ///
    /// Export the certificate again from where it was issued, or have it issued again.
    pub(in crate::findings) MALFORMED = Error "client.malformed",
    citation: "RFC 5280 section 4.1; OpenSSL errors 13, 14, 37 to 41, 72 and 1",
    find: malformed,
}

fn malformed(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for client in case.clients.iter().filter(|client| client.leaf.is_none()) {
        let mut finding = rule.finding(
            format!("{} holds no client certificate that can be read.", words::file(case, client.file)),
            "A driver cannot use this file, so this client cannot log in.".to_owned(),
            "Export the certificate again from where it was issued; the messages about the file say what is wrong with it.".to_owned(),
        );
        finding.file = Some(case.file_name(client.file).to_owned());
        finding.line = client
            .unreadable
            .and_then(|index| case.unreadable[index].source.line);
        found.push(finding);
    }
    let codes = [
        Code::NotBeforeMalformed,
        Code::NotAfterMalformed,
        Code::InvalidNonCa,
        Code::ProxyPathLengthExceeded,
        Code::KeyUsageWithoutDigitalSignature,
        Code::ProxyNotAllowed,
        Code::ProxySubjectViolation,
        Code::ExtensionInvalid,
    ];
    for_each_client(case, |_, leaf, judged| {
        let raised = judged
            .errors
            .iter()
            .find(|error| codes.contains(&error.code));
        // An end that OpenSSL comes to without raising an error.
        let broken_off = judged
            .final_error
            .as_ref()
            .filter(|error| error.code == Code::Unspecified && !judged.errors.contains(error));
        let Some(error) = raised.or(broken_off) else {
            return;
        };
        let depth = error.depth;
        let Some(index) = judged.path.get(depth).copied() else {
            return;
        };
        let certificate = case.certificate(index);
        let message = if error.code == Code::Unspecified {
            format!(
                "OpenSSL cannot read all that {} or a CA above it holds, and breaks off.",
                words::quoted(case, leaf)
            )
        } else if error.code == Code::ExtensionInvalid {
            format!(
                "The IP addresses or AS numbers that {} claims are not written as RFC 3779 asks.",
                words::quoted(case, index)
            )
        } else if certificate.validity().0.is_none() {
            format!(
                "The start of {} is written as “{}”, which is no date that the server reads.",
                words::quoted(case, index),
                certificate.not_before().as_written()
            )
        } else if certificate.validity().1.is_none() {
            format!(
                "The end of {} is written as “{}”, which is no date that the server reads.",
                words::quoted(case, index),
                certificate.not_after().as_written()
            )
        } else {
            format!(
                "{} is a proxy certificate (RFC 3820), and the server takes none.",
                words::quoted(case, index)
            )
        };
        let refused = Refused {
            leaf,
            judged,
            depth,
        };
        let fix =
            "Have it issued again, as an ordinary certificate with dates in UTC and with seconds.";
        let said = Said::that(message).fix(fix.to_owned());
        found.push(refused.finding(rule, case, said));
    });
}
