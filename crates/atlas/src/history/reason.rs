//! A server's words for a refusal, in plain ones: what is so, what it means, what to do.
//!
//! The words are mongod's own (MongoDB 8.0: `src/mongo/db/auth`, `src/mongo/util/net/ssl_manager_openssl.cpp`)
//! and OpenSSL's (`X509_verify_cert_error_string`). Whether Atlas lists a certificate that was refused in the
//! handshake is not known; if it does, these are its words.

/// Why a server refused somebody.
#[derive(Debug, PartialEq, Eq)]
pub struct Reason {
    kind: Kind,
    /// What the server's words hold, in lower case.
    says: &'static [&'static str],
    /// In a few words, for a line of a list.
    pub short: &'static str,
    /// What is so.
    pub what: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub then: &'static str,
}

/// What kind of reason it is, for whoever goes on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No user has the name.
    User,
    /// The certificate was refused.
    Certificate,
    /// The two did not agree on TLS.
    Tls,
    /// The address is not let in.
    Address,
    /// The user may not do what it asked for.
    Role,
    /// The directory.
    Ldap,
    /// How the login was asked for.
    Login,
    /// None of these.
    Other,
}

const CHECK: &str = "Drop the client's file under “Why was I refused?”: it says what to change.";

/// The first whose words are found counts.
static REASONS: &[Reason] = &[
    Reason {
        kind: Kind::User,
        says: &["usernotfound", "could not find user"],
        short: "no such user",
        what: "No database user has this name.",
        means: "The certificate was accepted, and the cluster looked for a user with the name that it derived from it. There is none, or its name differs in a letter, a space or the order of its parts.",
        then: "Create the user with exactly this name. If Atlas has one that looks like it, take over its rights.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &["certificate has expired"],
        short: "certificate expired",
        what: "The client's certificate, or one above it, has expired.",
        means: "The cluster refuses it from the second at which it ends.",
        then: "Issue a new certificate from the same authority with the same subject. The user stays as it is.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &["certificate is not yet valid"],
        short: "certificate not yet valid",
        what: "The client's certificate isn't valid yet.",
        means: "It begins later, or the clock of whoever issued it was ahead.",
        then: "Wait until it begins, or issue it again with an earlier beginning.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &[
            "unable to get local issuer certificate",
            "unable to get issuer certificate",
            "unable to verify the first certificate",
            "self-signed certificate",
            "self signed certificate",
        ],
        short: "authority not trusted",
        what: "The project doesn't trust the authority that issued the certificate.",
        means: "The authority, or one above it, isn't in the project's bundle, or the client didn't send its intermediate along.",
        then: "Add the root to the bundle, or have the client send its intermediate after its own certificate. Drop both files in Check to see which.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &[
            "unsuitable certificate purpose",
            "unsupported certificate purpose",
        ],
        short: "certificate for another purpose",
        what: "The certificate isn't meant for clients.",
        means: "Its extended key usage allows servers only, for instance, or an authority above it may not issue it.",
        then: "Issue a new certificate that allows client authentication, with the same subject.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &["key too weak", "key too small", "digest algorithm too weak"],
        short: "key or signature too weak",
        what: "A key or a signature in the chain is too weak.",
        means: "The cluster wants RSA keys of 2,048 bits or more, and no SHA-1.",
        then: "Issue a new certificate with a stronger key and SHA-256, with the same subject.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &["certificate revoked"],
        short: "certificate revoked",
        what: "The certificate has been revoked.",
        means: "A revocation list that Atlas knows names it.",
        then: "Issue a new certificate with the same subject.",
    },
    Reason {
        kind: Kind::Login,
        says: &[
            "no ssl certificate provided by peer",
            "no verified subject name available",
            "peer did not return a certificate",
        ],
        short: "no certificate sent",
        what: "The client sent no certificate.",
        means: "It wasn't told to use one, or it has none from an authority in the project's bundle: Go and Java then send nothing.",
        then: "Give the driver its file as `tlsCertificateKeyFile`, and check that the bundle holds the authority that issued it.",
    },
    Reason {
        kind: Kind::Login,
        says: &["no x.509 client certificate matching the user"],
        short: "another name in the connection string",
        what: "The client asked for another name than its certificate has.",
        means: "A user name stands in the connection string, and it isn't the one that the cluster derives from the certificate.",
        then: "Take the user name out of the connection string. The cluster finds it in the certificate.",
    },
    Reason {
        kind: Kind::Login,
        says: &["must always use the $external database"],
        short: "wrong authentication database",
        what: "The client asked for a database other than $external.",
        means: "Users with certificates belong to $external.",
        then: "Set `authSource=$external` in the connection string, written `%24external` where it is a URI.",
    },
    Reason {
        kind: Kind::Certificate,
        says: &[
            "ssl peer certificate validation failed",
            "certificate verify failed",
        ],
        short: "certificate refused",
        what: "The cluster refused the certificate.",
        means: "Something is wrong with it or with an authority above it.",
        then: CHECK,
    },
    Reason {
        kind: Kind::Tls,
        says: &[
            "unsupported protocol",
            "wrong version number",
            "tlsv1 alert",
            "no shared cipher",
            "no suitable signature algorithm",
            "ssl handshake failed",
            "tls handshake",
        ],
        short: "no agreement on TLS",
        what: "The client and the cluster didn't agree on how to encrypt.",
        means: "The client offers only versions of TLS that the cluster doesn't take, or its key can't be used with those that it takes.",
        then: "Update the driver. If the cluster asks for TLS 1.3, the client needs an RSA, P-256, P-384 or P-521 key.",
    },
    Reason {
        kind: Kind::Address,
        says: &[
            "authenticationrestrictionunmet",
            "authentication restriction",
            "ip address is not allowed",
            "not on the access list",
            "not whitelisted",
        ],
        short: "address not allowed",
        what: "The client came from an address that isn't allowed.",
        means: "The project's network access list doesn't hold it, or the user may only come from certain addresses.",
        then: "Add the address in Atlas, under Security → Database & Network Access.",
    },
    Reason {
        kind: Kind::Ldap,
        says: &["ldap"],
        short: "refused by the directory",
        what: "The directory gave no answer that lets this user in.",
        means: "LDAP authorization is on: the name has to lead to an entry that the directory knows, and the directory has to be reachable.",
        then: "Check the entry and its groups in the directory, and that the cluster reaches it.",
    },
    Reason {
        kind: Kind::Role,
        says: &[
            "not authorized on",
            "unauthorized",
            "not allowed to do action",
        ],
        short: "not authorized",
        what: "The user logged in and may not do what it asked for.",
        means: "None of its roles allows it on that database.",
        then: "Give the user a role on that database.",
    },
    Reason {
        kind: Kind::Login,
        says: &[
            "mechanismunavailable",
            "unsupported mechanism",
            "not enabled",
        ],
        short: "login by certificate not possible",
        what: "The cluster doesn't offer the way in which the client wanted to log in.",
        means: "Self-managed X.509 is off, or the client asked for another mechanism.",
        then: "Check that the project has a CA bundle, and that the connection string says `authMechanism=MONGODB-X509`.",
    },
    Reason {
        kind: Kind::Login,
        says: &["storedkey mismatch", "serversignature mismatch", "password"],
        short: "wrong password",
        what: "The password was wrong.",
        means: "This client logs in with a password and not with a certificate.",
        then: "Give it the certificate and `authMechanism=MONGODB-X509`.",
    },
    Reason {
        kind: Kind::Other,
        says: &["authenticationfailed", "authentication failed", "bad auth"],
        short: "authentication failed",
        what: "The login failed. The cluster doesn't say why.",
        means: "There is no user for the certificate, or the client sent none.",
        then: CHECK,
    },
];

static UNKNOWN: Reason = Reason {
    kind: Kind::Other,
    says: &[],
    short: "refused",
    what: "The cluster refused the login.",
    means: "We don't know what these words mean.",
    then: CHECK,
};

impl Reason {
    /// What these words of a server mean.
    pub fn of(words: &str) -> &'static Self {
        let words = words.to_lowercase();
        let mut reasons = REASONS.iter();
        reasons
            .find(|reason| reason.says.iter().any(|says| words.contains(says)))
            .unwrap_or(&UNKNOWN)
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_for_what_it_is() {
        for (words, short) in [
            (
                "UserNotFound: Could not find user \"CN=a\" for db \"$external\"",
                "no such user",
            ),
            // A name is no reason.
            (
                "UserNotFound: Could not find user \"CN=ldap expired\" for db \"$external\"",
                "no such user",
            ),
            (
                "SSL peer certificate validation failed: certificate has expired",
                "certificate expired",
            ),
            (
                "SSL peer certificate validation failed: certificate is not yet valid",
                "certificate not yet valid",
            ),
            (
                "SSL peer certificate validation failed: unable to get local issuer certificate",
                "authority not trusted",
            ),
            (
                "SSL peer certificate validation failed: self-signed certificate in certificate chain",
                "authority not trusted",
            ),
            (
                "SSL peer certificate validation failed: unsuitable certificate purpose",
                "certificate for another purpose",
            ),
            (
                "SSL peer certificate validation failed: EE certificate key too weak",
                "key or signature too weak",
            ),
            (
                "SSL peer certificate validation failed: CA signature digest algorithm too weak",
                "key or signature too weak",
            ),
            (
                "SSL peer certificate validation failed: path length constraint exceeded",
                "certificate refused",
            ),
            (
                "AuthenticationFailed: There is no x.509 client certificate matching the user.",
                "another name in the connection string",
            ),
            (
                "ProtocolError: X.509 authentication must always use the $external database.",
                "wrong authentication database",
            ),
            (
                "AuthenticationFailed: No verified subject name available from client",
                "no certificate sent",
            ),
            (
                "no SSL certificate provided by peer; connection rejected",
                "no certificate sent",
            ),
            (
                "SSL handshake failed: error:1417A0C1: no shared cipher",
                "no agreement on TLS",
            ),
            (
                "AuthenticationRestrictionUnmet: Client is not allowed",
                "address not allowed",
            ),
            (
                "OperationFailed: LDAP authorization failed for CN=a",
                "refused by the directory",
            ),
            (
                "Unauthorized: not authorized on sales to execute command { find: \"orders\" }",
                "not authorized",
            ),
            (
                "MechanismUnavailable: Received authentication for mechanism MONGODB-X509 which is not enabled",
                "login by certificate not possible",
            ),
            (
                "AuthenticationFailed: SCRAM authentication failed, storedKey mismatch",
                "wrong password",
            ),
            (
                "AuthenticationFailed: Authentication failed.",
                "authentication failed",
            ),
            ("something new", "refused"),
            ("", "refused"),
        ] {
            assert_eq!(Reason::of(words).short, short, "{words}");
        }
    }

    #[test]
    fn every_reason_says_what_is_so_what_it_means_and_what_to_do() {
        for reason in REASONS.iter().chain([&UNKNOWN]) {
            for text in [reason.what, reason.means, reason.then] {
                assert!(text.ends_with(['.', '`']), "{text}");
            }
            assert!(!reason.short.ends_with('.'));
            assert!(reason.says.iter().all(|says| *says == says.to_lowercase()));
        }
    }
}
