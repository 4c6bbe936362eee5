//! What keeps a client whose chain is accepted from showing that it holds its key.

use super::for_each_client;
use crate::{
    case::Case,
    certificate::describe,
    findings::{Rule, words},
    report::Finding,
    verify::Handshake,
};

rule! {
    /// A client's key is of a kind or on a curve that the server takes in no handshake.
    ///
    /// The certificate verifies and the client is refused all the same: at TLS 1.2 the server calls
    /// it a wrong curve, at TLS 1.3 the client has no signature to offer and sends no certificate.
    /// The curve of an authority does not matter.
    ///
    /// Make a key on P-256, or an RSA key with 2,048 bits or more, and have a certificate with the
    /// same subject issued for it.
    pub(in crate::findings) KEY_CANNOT_SHAKE_HANDS = Error "client.key-cannot-shake-hands",
    citation: "RFC 8446 section 4.2.3; OpenSSL 3.0, default groups of a server, measured",
    find: key_cannot_shake_hands,
}

fn key_cannot_shake_hands(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let certificate = case.certificate(leaf);
        // Of a key that nobody can read another rule tells.
        if certificate.public_key().is_none() || Handshake::of(certificate) != Handshake::Never {
            return;
        }
        found.push(rule.about(
            case,
            leaf,
            format!(
                "The server takes no key like that of {} ({}) in a handshake.",
                words::quoted(case, leaf),
                describe::key(certificate)
            ),
            "The server refuses this client even where its chain is right: with “wrong curve” at TLS 1.2, and at TLS 1.3 the client sends no certificate at all.".to_owned(),
            format!(
                "Make a new key, EC P-256 or RSA with 2048 bits or more, and have a certificate issued for it by the same CA.{}",
                words::user_name_stays(case, leaf)
            ),
        ));
    });
}

rule! {
    /// A client's key works at TLS 1.2 and not at TLS 1.3, as DSA keys do.
    ///
    /// A cluster that asks for TLS 1.3 refuses the client. Drivers in Go and those built on rustls
    /// have no DSA at all.
    ///
    /// Make a key on P-256, or an RSA key, and have a certificate issued for it.
    pub(in crate::findings) TLS_1_2_ONLY = Warning "client.tls12-only",
    citation: "RFC 8446 section 4.2.3; OpenSSL 3.0, tls12_check_peer_sigalg, measured",
    find: tls_1_2_only,
}

fn tls_1_2_only(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_client(case, |_, leaf, _| {
        let certificate = case.certificate(leaf);
        if Handshake::of(certificate) != Handshake::Tls12Only {
            return;
        }
        found.push(rule.about(
            case,
            leaf,
            format!(
                "The key of {} ({}) works at TLS 1.2 only.",
                words::quoted(case, leaf),
                describe::key(certificate)
            ),
            "Where client and server both offer TLS 1.3, the client sends no certificate and cannot log in. Go and rustls have no such keys at all.".to_owned(),
            format!(
                "Make a new key, EC P-256 or RSA with 2048 bits or more, and have a certificate issued for it by the same CA.{}",
                words::user_name_stays(case, leaf)
            ),
        ));
    });
}

rule! {
    /// A client's certificate is of version 1, or of another version than 3.
    ///
    /// The server accepts it. Drivers built on rustls, as the Rust driver is by default, refuse to
    /// use it.
    ///
    /// Issue the next one as version 3, with extendedKeyUsage=clientAuth.
    pub(in crate::findings) VERSION_1 = Warning "client.version-1",
    citation: "RFC 5280 section 4.1.2.1; rustls-webpki, UnsupportedCertVersion",
    find: version_1,
}

fn version_1(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    /// The version's content octets of version 3.
    const THREE: &[u8] = &[2];
    for_each_client(case, |_, leaf, _| {
        let certificate = case.certificate(leaf);
        if certificate.version() == THREE {
            return;
        }
        found.push(rule.about(
            case,
            leaf,
            format!("{} is a certificate of version {}.", words::quoted(case, leaf), describe::version(certificate)),
            "The server accepts it. Drivers built on rustls, as the Rust driver is by default, refuse to use it.".to_owned(),
            format!(
                "Issue its successor as version 3, with extendedKeyUsage=clientAuth.{}",
                words::user_name_stays(case, leaf)
            ),
        ));
    });
}
