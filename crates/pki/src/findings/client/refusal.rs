//! Why the server refuses a client because of its own certificate.

use super::{REFUSED, because_of, for_each_client, for_each_refusal, is_leaf};
use crate::{
    certificate::{KeyUsage, describe},
    findings::{Rule, words},
    report::Severity,
    verify::{Code, rules},
};

pub(in crate::findings) static EXPIRED: Rule = Rule {
    id: "client.expired",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's certificate has expired."),
    why: documentation!(
        "The server refuses it. The very second of notAfter already counts as expired."
    ),
    fix: documentation!(
        "Issue a new certificate from the same CA with the same subject: the user name stays as it is."
    ),
    citation: "RFC 5280 section 4.1.2.5; OpenSSL error 10",
    find: |rule, case, found| {
        for_each_refusal(case, &[Code::Expired], is_leaf, |leaf, judged, depth| {
            let (_, end) = case.certificate(leaf).validity();
            found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                format!("{} expired on {}.", words::quoted(case, leaf), words::date_and_age(end, case.profile.at)),
                REFUSED.to_owned(),
                "Issue a new certificate from the same CA with the same subject; the user name stays as it is.".to_owned(),
            ));
        });
    },
};

pub(in crate::findings) static NOT_YET_VALID: Rule = Rule {
    id: "client.not-yet-valid",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's certificate is not valid yet."),
    why: documentation!("The server refuses it until its notBefore has come."),
    fix: documentation!(
        "Wait until then, or issue it again with an earlier notBefore; also look whether a clock is wrong."
    ),
    citation: "RFC 5280 section 4.1.2.5; OpenSSL error 9",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::NotYetValid],
            is_leaf,
            |leaf, judged, depth| {
                let (start, _) = case.certificate(leaf).validity();
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                format!("{} is not valid before {}.", words::quoted(case, leaf), words::date(start)),
                "The server refuses this client until then.".to_owned(),
                "Wait until then, or issue the certificate again with an earlier start. If the date looks wrong, check the clock of the machine that issued it.".to_owned(),
            ));
            },
        );
    },
};

pub(in crate::findings) static PURPOSE: Rule = Rule {
    id: "client.purpose",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's extended key usage does not hold clientAuth."),
    why: documentation!(
        "The server takes it for a certificate of another kind and refuses it; anyExtendedKeyUsage does not help."
    ),
    fix: documentation!(
        "Issue it again with clientAuth among its extended key usages, or without the extension."
    ),
    citation: "RFC 5280 section 4.2.1.12; OpenSSL error 26",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::PurposeUnsuitable],
            is_leaf,
            |leaf, judged, depth| {
                let extensions = case.certificate(leaf).extensions();
                let Some(purposes) = &extensions.purposes else {
                    return;
                };
                if rules::purpose_allows_client(case.certificate(leaf)) {
                    return;
                }
                found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    format!(
                        "{} may be used for {} only (its extended key usage), not for TLS clients.",
                        words::quoted(case, leaf),
                        words::list_of(&purposes.list, describe::purpose, "nothing"),
                    ),
                    REFUSED.to_owned(),
                    format!(
                        "Issue it again from the same CA with extendedKeyUsage=clientAuth.{}",
                        words::user_name_stays(case, leaf),
                    ),
                ));
            },
        );
    },
};

pub(in crate::findings) static KEY_USAGE: Rule = Rule {
    id: "client.key-usage",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "A client's key usage allows neither digitalSignature nor keyAgreement, or its Netscape certificate type does not name TLS clients."
    ),
    why: documentation!(
        "A client proves in the handshake that it holds the key by signing; the server refuses a key that may not."
    ),
    fix: documentation!(
        "Issue it again with keyUsage digitalSignature, and without a Netscape certificate type."
    ),
    citation: "RFC 5280 section 4.2.1.3; OpenSSL error 26",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::PurposeUnsuitable],
            is_leaf,
            |leaf, judged, depth| {
                let certificate = case.certificate(leaf);
                if !rules::purpose_allows_client(certificate) {
                    return;
                }
                let usage = certificate.extensions().key_usage;
                let (message, with) = match usage {
                    Some(usage)
                        if !usage.allows(KeyUsage::DIGITAL_SIGNATURE | KeyUsage::KEY_AGREEMENT) =>
                    {
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
                found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    message,
                    REFUSED.to_owned(),
                    format!(
                        "Issue it again from the same CA {with}.{}",
                        words::user_name_stays(case, leaf),
                    ),
                ));
            },
        );
    },
};

pub(in crate::findings) static WEAK_KEY: Rule = Rule {
    id: "client.weak-key",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "A client's key is too short for the server's security level, or cannot be decoded."
    ),
    why: documentation!(
        "At level 2, which most servers use, RSA keys need 2,048 bits and elliptic curves 224."
    ),
    fix: documentation!(
        "Make a new key (RSA 2048 or more, or P-256) and have a certificate issued for it with the same subject."
    ),
    citation: "SSL_CTX_set_security_level(3); OpenSSL errors 66 and 1",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::LeafKeyTooSmall],
            is_leaf,
            |leaf, judged, depth| {
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
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                message,
                REFUSED.to_owned(),
                format!("Make a new key, RSA with 2048 bits or more or EC P-256, and have a certificate issued for it.{}", words::user_name_stays(case, leaf)),
            ));
            },
        );
    },
};

pub(in crate::findings) static WEAK_SIGNATURE: Rule = Rule {
    id: "client.weak-signature",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!("A client's certificate is signed with a broken digest (SHA-1, MD5)."),
    why: documentation!("No security level from 1 on takes it."),
    fix: documentation!("Issue it again with SHA-256."),
    citation: "SSL_CTX_set_security_level(3); OpenSSL error 68",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::DigestTooWeak],
            is_leaf,
            |leaf, judged, depth| {
                found.push(because_of(
                    rule,
                    case,
                    (leaf, judged, depth),
                    format!(
                        "{} is signed with {}, which is broken or not known.",
                        words::quoted(case, leaf),
                        case.certificate(leaf).outer_algorithm().name()
                    ),
                    REFUSED.to_owned(),
                    format!(
                        "Issue it again from the same CA with SHA-256.{}",
                        words::user_name_stays(case, leaf)
                    ),
                ));
            },
        );
    },
};

pub(in crate::findings) static CRITICAL_EXTENSION: Rule = Rule {
    id: "client.critical-extension",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "A client's certificate marks an extension as critical that OpenSSL does not handle."
    ),
    why: documentation!("Critical means: refuse me if you do not know this. The server does."),
    fix: documentation!("Issue it again without the extension, or without marking it critical."),
    citation: "RFC 5280 section 4.2; OpenSSL error 34",
    find: |rule, case, found| {
        for_each_refusal(
            case,
            &[Code::CriticalExtension],
            is_leaf,
            |leaf, judged, depth| {
                let certificate = case.certificate(leaf);
                let extension = certificate
                    .extensions()
                    .unhandled_critical()
                    .map(|extension| describe::name_of(&extension.oid))
                    .unwrap_or_default();
                found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                format!("{} marks the extension {extension} as critical, and OpenSSL does not handle it.", words::quoted(case, leaf)),
                REFUSED.to_owned(),
                "Issue it again without this extension, or without marking it critical.".to_owned(),
            ));
            },
        );
    },
};

pub(in crate::findings) static MALFORMED: Rule = Rule {
    id: "client.malformed",
    severity: Severity::Error,
    severity_note: None,
    what: documentation!(
        "A client's certificate, or one above it, cannot be read to its end, has a date that is none, or is a proxy certificate."
    ),
    why: documentation!("The server refuses it."),
    fix: documentation!(
        "Export the certificate again from where it was issued, or have it issued again."
    ),
    citation: "RFC 5280 section 4.1; OpenSSL errors 13, 14, 37 to 41, 72 and 1",
    find: |rule, case, found| {
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
            found.push(because_of(
                rule,
                case,
                (leaf, judged, depth),
                message,
                REFUSED.to_owned(),
                "Have it issued again, as an ordinary certificate with dates in UTC and with seconds.".to_owned(),
            ));
        });
    },
};
