//! What the trust settings of `TRUSTED CERTIFICATE` blocks do to the authorities in them.

use super::{concerning, users};
use crate::{
    case::Case,
    certificate::Trust,
    findings::{Rule, words},
    report::{Finding, Severity},
    verify::{Purpose, rules},
};

/// What the trust settings of an authority say of TLS clients.
pub(super) fn settings(case: &Case, index: usize) -> Trust {
    if !case.is_in_bundle(index) {
        return Trust::Unsaid;
    }
    case.certificates[index]
        .settings(&case.files)
        .on(Purpose::TlsClient)
}

rule! {
    /// A TRUSTED CERTIFICATE block says what OpenSSL is to trust an authority for, and that decides
    /// about clients.
    ///
    /// A server that is given the file honours the settings: it refuses every client below an
    /// authority that is trusted for other purposes, or rejected for clients. What is written here
    /// for Atlas has no settings.
    ///
    /// Write the certificate without its settings: `openssl x509 -in ca.pem`.
    pub(in crate::findings) TRUST_SETTINGS = Error "authority.trust-settings",
    depends: "A warning when the settings let the authority vouch for clients that it could not vouch for without them.",
    citation: "openssl-x509(1), trust settings; OpenSSL errors 28 and 26, measured",
    find: trust_settings,
}

fn trust_settings(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for (index, held) in case.authorities() {
        let certificate = &held.certificate;
        let settings = settings(case, index);
        let is_anchor_anyway =
            certificate.is_self_signed() && rules::suits(certificate, Purpose::TlsClient, true);
        let mut finding = match settings {
            Trust::Rejected => rule.about(
                case,
                index,
                format!("The trust settings behind {} leave TLS clients out.", words::quoted(case, index)),
                "A server that is given this very file refuses every client below it. The bundle that is written here for Atlas has no such settings.".to_owned(),
                "Use the bundle that is written anew here, or write the certificate without its settings.".to_owned(),
            ),
            Trust::Trusted if !is_anchor_anyway => rule.about(
                case,
                index,
                format!("Only the trust settings behind {} make the server trust it with clients.", words::quoted(case, index)),
                "A server that is given this very file accepts clients below it. The bundle that is written here for Atlas has no such settings, and those clients are refused there.".to_owned(),
                "Judge the certificate without its settings, and mend what is said of it then.".to_owned(),
            ),
            _ => continue,
        };
        if settings == Trust::Trusted {
            finding.severity = Severity::Warning;
        } else {
            finding = concerning(finding, case, users(case, index));
        }
        finding.command = Some(format!(
            "openssl x509 -in {}",
            words::shell(&held.source().file)
        ));
        found.push(finding);
    }
}
