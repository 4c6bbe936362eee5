//! Where a login can stop: each situation once, with what it means and what to do.
//!
//! `docs/login.md` has the same table, and a test holds it to this one. What is measured of drivers and
//! servers is told in `atlas::connect`; here a step that this program took itself says which it is.

use serde::Serialize;

/// The steps of a login, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Step {
    /// What was asked for.
    Question,
    /// The client's file: certificate, key, order.
    File,
    /// From the name to addresses: SRV, TXT, A, AAAA.
    Name,
    /// TCP.
    Connection,
    /// The handshake as far as the server's certificate.
    Tls,
    /// Whether the server takes the client's certificate.
    Certificate,
    /// Whether there is a user of the certificate's name.
    User,
    /// What the user may do.
    Roles,
}

impl Step {
    pub(super) const ALL: [Self; 8] = [
        Self::Question,
        Self::File,
        Self::Name,
        Self::Connection,
        Self::Tls,
        Self::Certificate,
        Self::User,
        Self::Roles,
    ];

    /// What it is called in a line of its own.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::File => "file",
            Self::Name => "name",
            Self::Connection => "connection",
            Self::Tls => "TLS",
            Self::Certificate => "certificate",
            Self::User => "user",
            Self::Roles => "roles",
        }
    }
}

/// Where a login stops. Backticks stand around code.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Situation {
    /// Stable, for programs.
    pub(super) id: &'static str,
    pub(super) step: Step,
    /// What is so.
    pub(super) is: &'static str,
    /// What it means; empty where that is plain.
    pub(super) means: &'static str,
    /// What to do.
    pub(super) then: &'static str,
}

macro_rules! situations {
    ($($name:ident: $step:ident, $id:literal, $is:literal, $means:literal, $then:literal;)+) => {
        $(pub(super) static $name: Situation = Situation {
            id: $id,
            step: Step::$step,
            is: $is,
            means: $means,
            then: $then,
        };)+

        /// All of them, in the order in which a login meets them.
        #[cfg(test)]
        pub(super) static ALL: &[&Situation] = &[$(&$name),+];
    };
}

situations! {
    URI: Question, "uri",
        "The connection string can't be read.",
        "",
        "Copy it again, whole: `mongodb+srv://…` or `mongodb://…`.";
    URI_PASSWORD: Question, "uri-password",
        "The connection string holds a password.",
        "A login with a certificate needs none, and other users of this computer can read what stands on a command line.",
        "Take `user:password@` and the password of the key file out of the connection string. The password of an encrypted key is given with `--password-file`.";
    URI_MECHANISM: Question, "uri-mechanism",
        "The connection string asks for another kind of login than `MONGODB-X509`.",
        "",
        "Take `authMechanism` and `authSource` out of it; this command sets them.";
    URI_TLS: Question, "uri-tls",
        "The connection string switches TLS off, or names a socket of this computer.",
        "Without TLS no certificate is sent.",
        "Take `tls=false` or `ssl=false` out of it, and name a host.";
    SERVER_CA: Question, "server-ca",
        "The file given with `--server-ca` can't be used.",
        "It has to be PEM and hold the authority of the server's certificate.",
        "Give another file. For Atlas leave it out: its servers have certificates from a public authority.";

    FILE: File, "file",
        "The client's file can't be read.",
        "",
        "Give the path of one PEM file with the certificate and its key.";
    PKCS12: File, "pkcs12",
        "The file is PKCS#12, and drivers want PEM.",
        "Of the usual drivers only Java's takes PKCS#12, in a key store.",
        "Turn it into PEM; it isn't encrypted then.";
    DER: File, "der",
        "The file is binary (DER), and drivers want PEM.",
        "",
        "Turn it into PEM, and put the key behind it in the same file.";
    NOT_PLAIN: File, "not-plain",
        "The file isn't plain PEM, and drivers want plain PEM.",
        "The certificate or its key is wrapped in another format, for example PKCS#7, JSON or base64.",
        "Let `Check` on the page read it and save the joined PEM, or take it out by hand.";
    NO_CERTIFICATE: File, "no-certificate",
        "The file holds no certificate that can be read.",
        "",
        "Give one file with the client's certificate, its intermediates and its key, in this order.";
    NO_KEY: File, "no-key",
        "The file holds no private key.",
        "Without it the client can't prove that the certificate is its own.",
        "Put the key behind the certificates in the same file.";
    NO_PASSWORD: File, "no-password",
        "The private key is encrypted, and no password was given.",
        "",
        "Give it with `--password-file FILE` or in `ATLAS_X509_PASSWORD`.";
    WRONG_PASSWORD: File, "wrong-password",
        "The password doesn't open the private key.",
        "",
        "Try again. Capitals count, and so do spaces at the end.";
    OTHER_ENCRYPTION: File, "other-encryption",
        "The private key is encrypted in a way that the driver doesn't know.",
        "The driver for Rust opens `ENCRYPTED PRIVATE KEY` only, with PBES2 as OpenSSL 1.1 and later write it.",
        "Encrypt it anew with `openssl pkcs8 -topk8`.";
    OTHER_KEY: File, "other-key",
        "The private key belongs to another certificate.",
        "",
        "Put the key in the file with which the certificate was requested.";
    ORDER: File, "order",
        "The client's certificate isn't the first in the file.",
        "Drivers take the first certificate for the client's, and the key doesn't belong to that one.",
        "Put the client's certificate first, then its issuers, then its key.";
    KEY_KIND: File, "key-kind",
        "The driver for Rust can't use this private key.",
        "It takes RSA with 2,048 to 4,096 bits, P-256, P-384 and Ed25519. Other programs may take this key.",
        "Log in with `mongosh`, and let `check` say whether the key can shake hands.";
    CERTIFICATE_KIND: File, "certificate-kind",
        "The driver for Rust can't use this certificate.",
        "It is stricter than a server: it takes none of version 1, which `openssl x509 -req` makes without `-extfile`.",
        "Log in with `mongosh`, or issue the certificate with extensions. Then it is of version 3.";

    SRV_NAME: Name, "srv-name",
        "The name in the connection string isn't known as a cluster's.",
        "There is no SRV record `_mongodb._tcp.` for it, or the resolver of this computer doesn't give it out.",
        "Copy the connection string again from Atlas, under Connect. If it is right, try another network: some resolvers drop SRV records; Atlas also shows a string that begins with `mongodb://`.";
    HOST_NAME: Name, "host-name",
        "The host's name isn't known.",
        "No address was found for it.",
        "Compare it with Atlas, letter by letter. If it comes from a string that begins with `mongodb+srv://`, give that whole string with `--uri`. The name of a private endpoint is known within its network only.";
    NAME_SILENT: Name, "name-silent",
        "The resolver of this computer doesn't answer.",
        "",
        "Check the network, the VPN and the resolver of this computer.";

    NO_ANSWER: Connection, "no-answer",
        "The host doesn't answer.",
        "This computer's address isn't on the project's network access list, the cluster is paused, or a firewall is in between. It has nothing to do with the certificate.",
        "Add the address in Atlas, under Security → Database & Network Access; see that the cluster runs; let this computer out to ports 27015 to 27017.";
    REFUSED_CONNECTION: Connection, "connection-refused",
        "The host refuses the connection.",
        "Nothing listens on this port.",
        "Check host and port, and whether the server runs.";
    UNREACHABLE: Connection, "unreachable",
        "The host can't be reached.",
        "",
        "Check the network and the VPN of this computer.";

    MONGODB_WITHOUT_TLS: Tls, "mongodb-without-tls",
        "The server is a MongoDB server that doesn't speak TLS on this port.",
        "Without TLS no certificate is sent.",
        "Start it with `--tlsMode requireTLS`, `--tlsCertificateKeyFile` and `--tlsCAFile`; or check host and port.";
    NO_TLS: Tls, "no-tls",
        "The server doesn't speak TLS.",
        "It is probably no MongoDB server: its answer isn't one of TLS, nor of MongoDB.",
        "Check host and port.";
    TLS_CLOSED: Tls, "tls-closed",
        "The server closed the connection during the handshake, before it showed a certificate.",
        "It may be something else than a MongoDB server, speak no TLS, or be a proxy that doesn't let this through.",
        "Check host and port, and whether a proxy or firewall stands in between.";
    TLS_SILENT: Tls, "tls-silent",
        "The server took the connection and says nothing.",
        "A proxy or firewall may hold it, the server may be too busy, or it speaks no TLS.",
        "Check host and port. With Atlas, see that this computer's address is on the network access list and that the cluster runs.";
    ALERT_INTERNAL: Tls, "alert-internal-error",
        "The server ended the handshake with the alert `internal_error` (80).",
        "Atlas does that when this computer's address isn't on the project's network access list, users report, or when the cluster is paused. It has nothing to do with the certificate.",
        "Add the address in Atlas, under Security → Database & Network Access, and see that the cluster runs.";
    ALERT_TLS: Tls, "tls-alert",
        "The server ended the handshake with an alert, before it asked for a certificate.",
        "",
        "Check host and port, and that the server takes TLS 1.2 or 1.3.";
    TLS_FAILED: Tls, "tls-failed",
        "The handshake failed.",
        "The server and this program found no version or cipher of TLS that both take, or what came was damaged.",
        "Check that the server takes TLS 1.2 or 1.3, and whether a proxy stands in between.";
    OWN_CA: Tls, "own-ca-as-server-ca",
        "The client doesn't trust the server: `--server-ca` holds the authority of your clients, not the server's.",
        "`tlsCAFile` and `--server-ca` are for the authority of the server's certificate. Your own authorities are what the server is given.",
        "Leave `--server-ca` out for Atlas, whose servers have certificates from a public authority; your own authorities go to `--ca`, to have a refusal explained.";
    SERVER_UNTRUSTED: Tls, "server-untrusted",
        "The client doesn't trust the server: its certificate is from an authority that isn't in `--server-ca`, or, without that, no public one.",
        "This isn't about the client's certificate. With Atlas, something in between signs TLS anew.",
        "For a server of your own, or the sandbox, give its authority with `--server-ca FILE`. With Atlas, have the proxy let the cluster's addresses through.";
    SERVER_EXPIRED: Tls, "server-expired",
        "The client doesn't trust the server: its certificate isn't valid at this moment.",
        "This isn't about the client's certificate.",
        "Check this computer's clock. If it is right, the server needs a new certificate.";
    SERVER_NAME: Tls, "server-name",
        "The client doesn't trust the server: its certificate is for another name.",
        "This isn't about the client's certificate.",
        "Use a name that the server's certificate has, not an address.";
    SERVER_CERTIFICATE: Tls, "server-certificate",
        "The client doesn't trust the server: its certificate can't be used.",
        "This isn't about the client's certificate.",
        "The server needs another certificate, of version 3, for servers, and with its name in subjectAltName.";

    ASKS_FOR_NONE: Certificate, "asks-for-none",
        "The server doesn't ask clients for a certificate.",
        "So nobody can log in to it with one.",
        "Check host and port. A server of your own needs `--tlsCAFile` with your authorities.";
    KEY_NOT_TAKEN: Certificate, "key-not-taken",
        "No certificate was sent, because the server takes no signature of this kind of key.",
        "",
        "Issue a new certificate for a key on P-256 or for RSA with 2,048 bits, with the same subject. The user stays as it is.";
    ALERT: Certificate, "certificate-alert",
        "The server refused the certificate with an alert.",
        "",
        "Let `check` say why, with the authorities that the server trusts: give them with `--ca`.";
    REFUSED: Certificate, "certificate-refused",
        "The server refused the certificate: it closed the connection after it, and stays on the line without it.",
        "It doesn't say why. The certificate has expired, its authority isn't in the bundle or the cluster hasn't taken that up yet, it's for servers only, its intermediate isn't in the file, or its key is too short. The network access list isn't the cause.",
        "Let `check` say why, with the project's bundle: give it with `--ca`. If it accepts the client, the cluster has another bundle: wait until no change is pending, and check that it's a cluster of this project.";
    CLOSED: Certificate, "closed",
        "The server closed the connection after the handshake, with the certificate and without it.",
        "A server that lets nobody in without a certificate that it accepts does that; so does something else than a MongoDB server.",
        "Let `check` say whether the certificate is good: give the server's authorities with `--ca`. If it is, check host and port.";
    SILENT: Certificate, "silent",
        "The server doesn't answer after the handshake.",
        "It may be no MongoDB server, or too busy.",
        "Check host and port, and try again.";
    NOT_MONGODB: Certificate, "not-mongodb",
        "The server speaks TLS and is no MongoDB server.",
        "Its answer isn't in MongoDB's wire protocol.",
        "Check host and port: MongoDB's is 27017 unless somebody chose another one.";

    NO_USER: User, "no-user",
        "The certificate is good, and the cluster has no user of this name.",
        "The user isn't there, its name was typed by hand and differs in a character, it's another project's, the cluster hasn't taken it up yet, or its scope doesn't hold this cluster.",
        "Compare the name with the user's, letter by letter, capitals and spaces too. If they are the same, look at the project, at the user's scope, and whether a change is pending.";
    NOT_AUTHENTICATED: User, "authentication-failed",
        "The server says that the login failed, and not why.",
        "Most often there is no user of this name: it isn't there, its name was typed by hand and differs in a character, it's another project's, the cluster hasn't taken it up yet, or its scope doesn't hold this cluster. A name in the connection string that isn't the certificate's has the same effect.",
        "Compare the name with the user's, letter by letter, capitals and spaces too. If they are the same, look at the project, at the user's scope, and whether a change is pending.";
    REFUSED_LOGIN: User, "login-refused",
        "The server refused the login for another reason.",
        "",
        "Go by the server's own words.";
    NO_SERVER: User, "no-server",
        "The server took the certificate, and the driver found no server to log in to.",
        "The servers of a cluster name each other, and the driver goes by that: their names may not be known here (a private endpoint), or `replicaSet` names another set.",
        "Compare the connection string with the one that Atlas shows. For one server alone give `--host`.";
    DRIVER: User, "driver",
        "The driver could not log in, for a reason of its own.",
        "",
        "Go by its words. Please report it when they don't help.";

    NO_ROLE: Roles, "no-role",
        "The login works, and the user has no role.",
        "So it may read and write nothing.",
        "Give the user a role, in Setup, in Settings or in Atlas under Security → Database & Network Access.";
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{collections::HashSet, env, fmt::Write as _, fs, path::Path};

    use super::*;

    const BEGIN: &str = "<!-- Made from the program's own table by `cargo xtask docs`. -->\n";

    fn table() -> String {
        let mut table = String::from(
            "| step | id | what is so | what it means | what to do |\n|---|---|---|---|---|\n",
        );
        for it in ALL {
            let step = it.step.title();
            writeln!(
                table,
                "| {step} | `{}` | {} | {} | {} |",
                it.id, it.is, it.means, it.then
            )
            .unwrap();
        }
        table
    }

    #[test]
    fn the_document_has_the_table_of_situations() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/login.md");
        let document = fs::read_to_string(&path).unwrap();
        let (head, there) = document.split_once(BEGIN).unwrap();
        if env::var_os("ATLAS_X509_UPDATE").is_some() {
            fs::write(&path, format!("{head}{BEGIN}\n{}", table())).unwrap();
            return;
        }
        assert_eq!(there.trim(), table().trim());
    }

    #[test]
    fn situations_stand_in_the_order_of_steps_each_under_a_name_of_its_own() {
        assert!(ALL.is_sorted_by_key(|it| it.step));
        let ids: HashSet<&str> = ALL.iter().map(|it| it.id).collect();
        assert_eq!(ids.len(), ALL.len());
        for it in ALL {
            // A cell of a table, whose sentences end.
            for text in [it.is, it.means, it.then] {
                assert!(!text.contains(['|', '\n']), "{}", it.id);
                assert!(text.is_empty() || text.ends_with('.'), "{}", it.id);
                assert_eq!(text.matches('`').count() % 2, 0, "{}", it.id);
            }
        }
    }
}
