//! Authorities that do not work, or that nobody should trust with clients.

use super::{
    all_authorities, concerning, is_own_client, refused_because, refuses,
    trust::settings,
    twin::{crossed, has_twin},
    users,
};
use crate::{
    Certificate,
    case::Case,
    certificate::{Trust, describe},
    findings::{Rule, public_web, words},
    report::{Finding, Severity},
    verify::{Code, Purpose, rules},
};
use std::collections::HashSet;

rule! {
    /// An authority has expired.
    ///
    /// The server refuses every client below it, for OpenSSL checks the dates of roots too. Atlas
    /// refuses a bundle with an expired CA (EXPIRED_X509_CA_CERTIFICATE).
    ///
    /// Replace it with its successor. If it was renewed with the same key and name, the clients
    /// stay as they are.
    pub(in crate::findings) EXPIRED = Error "authority.expired",
    depends: "A warning when no client in the pile needs it.",
    citation: "RFC 5280 section 6.1.3; OpenSSL error 10",
    find: expired,
}

fn expired(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let (_, end) = case.certificate(index).validity();
        if end.is_none_or(|end| end > case.profile.at) {
            continue;
        }
        let clients = users(case, index);
        let mut meaning = refuses(case, clients.len());
        if case.is_in_bundle(index) {
            meaning.push_str(" Atlas takes no bundle with an expired authority.");
        }
        let fix = if clients.is_empty() {
            "Leave it out of the bundle, or replace it with its successor."
        } else {
            "Replace it with its successor. If that has the same key and name, the clients' certificates stay as they are."
        };
        let mut finding = rule.about(
            case,
            index,
            format!(
                "{} expired on {}.",
                words::quoted(case, index),
                words::date_and_age(end, case.profile.at)
            ),
            meaning,
            fix.to_owned(),
        );
        if clients.is_empty() {
            finding.severity = Severity::Warning;
        }
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// An authority is not valid yet.
    ///
    /// Until its notBefore has come the server refuses every client below it.
    pub(in crate::findings) NOT_YET_VALID = Error "authority.not-yet-valid",
    depends: "A warning when no client in the pile needs it.",
    fix: "Keep its predecessor in the bundle beside it until then. If the date looks wrong, check the clock of the machine that issued it.",
    citation: "RFC 5280 section 6.1.3; OpenSSL error 9",
    find: not_yet_valid,
}

fn not_yet_valid(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let (start, _) = case.certificate(index).validity();
        if start.is_none_or(|start| start <= case.profile.at) {
            continue;
        }
        let clients = users(case, index);
        let mut finding = rule.about(
            case,
            index,
            format!(
                "{} is not valid before {}.",
                words::quoted(case, index),
                words::date(start)
            ),
            refuses(case, clients.len()),
            rule.fix.to_owned(),
        );
        if clients.is_empty() {
            finding.severity = Severity::Warning;
        }
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// A certificate of the bundle is not marked as a CA.
    ///
    /// The server refuses everything that it issued.
    pub(in crate::findings) NOT_A_CA = Error "authority.not-a-ca",
    depends: "A self-signed certificate that a client itself uses is `authority.end-entity-as-anchor`, a warning.",
    fix: "If it is a client's certificate, put the CA that issued it into the bundle in its place. If it is the CA, have its certificate issued again with basicConstraints=critical,CA:TRUE.",
    citation: "RFC 5280 section 4.2.1.9; OpenSSL errors 79 and 26",
    find: not_a_ca,
}

fn not_a_ca(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        let certificate = &held.certificate;
        let has_mark = !certificate.is_invalid() && rules::ca_mark(certificate).is_some();
        let lacks_sign = lacks_cert_sign(certificate);
        if has_mark || lacks_sign || is_own_client(case, index) {
            continue;
        }
        let clients = users(case, index);
        let finding = rule.about(
            case,
            index,
            format!(
                "{} is in the bundle but is not marked as a CA: {}.",
                words::quoted(case, index),
                words::why_no_ca(certificate)
            ),
            "The server refuses everything that it issued.".to_owned(),
            rule.fix.to_owned(),
        );
        found.push(concerning(finding, case, clients));
    }
}

/// Whether a certificate says CA:TRUE but its key usage lacks keyCertSign.
fn lacks_cert_sign(certificate: &Certificate) -> bool {
    let extensions = certificate.extensions();
    extensions
        .basic_constraints
        .is_some_and(|constraints| constraints.ca)
        && !rules::usage_allows(certificate, crate::certificate::KeyUsage::KEY_CERT_SIGN)
}

rule! {
    /// An authority's key usage does not allow keyCertSign.
    ///
    /// It must not sign certificates, so the server refuses everything that it issued.
    pub(in crate::findings) NO_KEY_CERT_SIGN = Error "authority.no-key-cert-sign",
    fix: "Have its certificate issued again, with the same key and name, with keyUsage=critical,keyCertSign,cRLSign.",
    citation: "RFC 5280 section 4.2.1.3; OpenSSL errors 79, 26 and 32",
    find: no_key_cert_sign,
}

fn no_key_cert_sign(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        if lacks_cert_sign(&held.certificate) {
            let clients = users(case, index);
            let finding = rule.about(
                case,
                index,
                format!(
                    "{} is a CA, but its key usage does not allow it to sign certificates.",
                    words::quoted(case, index)
                ),
                "The server refuses everything that it issued.".to_owned(),
                rule.fix.to_owned(),
            );
            found.push(concerning(finding, case, clients));
        }
    }
}

rule! {
    /// An authority's extended key usage does not hold clientAuth, or nothing but its Netscape
    /// certificate type makes it a CA, and not one for TLS.
    ///
    /// OpenSSL holds it against every certificate below, roots included, so the server refuses them
    /// all.
    ///
    /// Have the CA's certificate issued again with clientAuth, or without an extended key usage; in
    /// place of a Netscape certificate type, with CA:TRUE.
    pub(in crate::findings) PURPOSE_EXCLUDES_CLIENTS = Error "authority.purpose-excludes-clients",
    citation: "RFC 5280 section 4.2.1.12; OpenSSL error 26",
    find: purpose_excludes_clients,
}

fn purpose_excludes_clients(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let certificate = case.certificate(index);
        let purposes = certificate.extensions().purposes.as_ref();
        let purposes = purposes.map_or(&[][..], |purposes| &purposes.list);
        let names = words::list_of(purposes, describe::purpose, "nothing");
        let (names, extension, with) =
            if certificate.is_invalid() || settings(case, index) == Trust::Trusted {
                continue;
            } else if !rules::purpose_allows_client(certificate) {
                (
                    &names[..],
                    "extended key usage",
                    "clientAuth among its extended key usages, or without the extension",
                )
            } else if rules::ca_mark(certificate).is_some()
                && !rules::suits(certificate, Purpose::TlsClient, true)
            {
                (
                    "other purposes",
                    "Netscape certificate type",
                    "basicConstraints=critical,CA:TRUE",
                )
            } else {
                continue;
            };
        let clients = users(case, index);
        let finding = rule.about(
            case,
            index,
            format!("{} limits what it issues to {names} (its {extension}), which leaves out TLS clients.", words::quoted(case, index)),
            "The server refuses every client below it.".to_owned(),
            format!("Have its certificate issued again with {with}; or use another CA."),
        );
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// An intermediate is in the bundle without the root above it.
    ///
    /// OpenSSL wants a self-signed root in the bundle; an intermediate alone is no anchor, and what
    /// a client sends does not help.
    ///
    /// Add the root. Where the root is there and its cross-signed form stands before it, put the
    /// root first or take the other one out.
    pub(in crate::findings) ROOT_MISSING = Error "authority.root-missing",
    citation: "OpenSSL error 2 (X509_V_FLAG_PARTIAL_CHAIN is not set)",
    find: root_missing,
}

fn root_missing(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let subjects: HashSet<&[u8]> = case
        .authorities()
        .map(|(_, held)| held.certificate.subject().canonical())
        .collect();
    for (index, held) in case.authorities() {
        let certificate = &held.certificate;
        let is_top =
            !certificate.is_self_signed() && !subjects.contains(certificate.issuer().canonical());
        if !is_top || !certificate.is_authority() || settings(case, index) == Trust::Trusted {
            continue;
        }
        let root = words::name(certificate.issuer());
        let clients = refused_because(case, index, Code::IssuerOfTrustedMissing);
        let (message, meaning, fix) = match crossed(case, index) {
            Some((message, fix)) => (
                message,
                "The server takes the one that comes first, looks for the CA that signed it, and refuses every client because that CA is not in the bundle.",
                fix,
            ),
            // The server finds the self-signed one first and never asks for this one's issuer.
            None if clients.is_empty() && has_twin(case, index) => continue,
            None => (
                format!(
                    "The bundle holds the intermediate {} but not its root {root}.",
                    words::quoted(case, index)
                ),
                "The server needs the root too: it refuses every client of this intermediate, even one that sends the root along.",
                format!("Add the certificate of {root} to the bundle."),
            ),
        };
        let finding = rule.about(case, index, message, meaning.to_owned(), fix);
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// An authority's key is too short for the server's security level, or cannot be decoded.
    ///
    /// The server refuses every client below it. At level 2, which most servers use, RSA keys need
    /// 2,048 bits.
    pub(in crate::findings) WEAK_KEY = Error "authority.weak-key",
    fix: "Make a new CA with RSA 3072 or EC P-256, add it to the bundle, and issue the clients from it.",
    citation: "SSL_CTX_set_security_level(3); OpenSSL error 67",
    find: weak_key,
}

fn weak_key(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        let certificate = case.certificate(index);
        if rules::key_is_strong(certificate, case.profile.level) {
            continue;
        }
        let clients = refused_because(case, index, Code::AuthorityKeyTooSmall);
        let message = match certificate.public_key() {
            Some(key) => format!(
                "The key of {} ({key}) is too short for security level {}.",
                words::quoted(case, index),
                case.profile.level.number()
            ),
            None => format!(
                "The key of {} ({}) is none that OpenSSL can decode.",
                words::quoted(case, index),
                describe::key(certificate)
            ),
        };
        let finding = rule.about(
            case,
            index,
            message,
            "The server refuses every client below it.".to_owned(),
            rule.fix.to_owned(),
        );
        found.push(concerning(finding, case, clients));
    }
}

rule! {
    /// An authority marks an extension as critical that OpenSSL does not handle.
    ///
    /// The server refuses every client below it. A critical key identifier counts too.
    pub(in crate::findings) CRITICAL_EXTENSION = Error "authority.critical-extension",
    fix: "Have its certificate issued again without this extension, or without marking it critical.",
    citation: "RFC 5280 section 4.2; OpenSSL error 34",
    find: critical_extension,
}

fn critical_extension(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for index in all_authorities(case) {
        if let Some(extension) = case.certificate(index).extensions().unhandled_critical() {
            let clients = refused_because(case, index, Code::CriticalExtension);
            let finding = rule.about(
                case,
                index,
                format!(
                    "{} marks the extension {} as critical, and OpenSSL does not handle it.",
                    words::quoted(case, index),
                    describe::name_of(&extension.oid)
                ),
                "The server refuses every client below it.".to_owned(),
                rule.fix.to_owned(),
            );
            found.push(concerning(finding, case, clients));
        }
    }
}

rule! {
    /// A public web CA is in the bundle.
    ///
    /// Anybody can get a certificate from it, with nearly any name within their own domain: the
    /// only thing between the world and the database is then the list of user names.
    pub(in crate::findings) PUBLIC_WEB_CA = Error "authority.public-web-ca",
    fix: "Take it out of the bundle and issue clients from a CA of your own. The certificates of Atlas's servers need no entry here.",
    citation: "CCADB, the roots that Mozilla trusts for web sites",
    find: public_web_ca,
}

fn public_web_ca(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        if let Some(operator) = public_web::operator_of(&held.certificate) {
            found.push(rule.about(
                case,
                index,
                format!("{} is a public web CA ({operator}).", words::quoted(case, index)),
                "Everyone to whom it issues a certificate could try to log in; only the list of user names would keep them out.".to_owned(),
                rule.fix.to_owned(),
            ));
        }
    }
}
