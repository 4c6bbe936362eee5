//! When a login does not work: what it means, by the text that people see.
//!
//! Measured with pymongo 4.20, the Node.js driver 7.9, mongosh 2.12, the Go driver 1.8 and the Java
//! driver 3.6 against OpenSSL 3.0 set up as mongod does it: a refused certificate's connection is
//! closed without an alert, and a client without a certificate is let in as far as its login. What
//! an address that is not let in looks like is from reports of users; a server that Java distrusts
//! is told in the JDK's own words.

/// Who prints a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// The server's words, which every driver passes on.
    Every,
    /// `PyMongo`.
    Python,
    /// The Node.js driver and mongosh, which is made with it.
    NodeJs,
    /// The Go driver.
    Go,
    /// The Java driver.
    Java,
}

impl Program {
    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Every => "Every program",
            Self::Python => "Python",
            Self::NodeJs => "Node.js, mongosh",
            Self::Go => "Go",
            Self::Java => "Java",
        }
    }
}

/// What people see, what it means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Texts to look for in what the program prints.
    pub sees: &'static [(Program, &'static str)],
    /// What is so; backticks stand around code.
    pub means: &'static str,
    /// What to do; backticks stand around code.
    pub then: &'static str,
}

use Program::{Every, Go, Java, NodeJs, Python};

/// The usual ones first.
pub static TROUBLES: &[Trouble] = &[
    Trouble {
        sees: &[
            (Python, "connection closed"),
            (NodeJs, "connection <monitor> to"),
            (NodeJs, "read ECONNRESET"),
            (Go, "socket was unexpectedly closed: EOF"),
            (Go, "connection reset by peer"),
            (Java, "Prematurely reached end of stream"),
            (Java, "Connection reset"),
        ],
        means: "The cluster refused the certificate and closed the connection, without saying why. It has expired, its authority isn't in the bundle, it's for servers only, its intermediate wasn't sent, or its RSA key is too short. They all look alike. The network access list isn't the cause.",
        then: "Drop the client's file in Check: it says which of them it is.",
    },
    Trouble {
        sees: &[
            (Every, "timed out"),
            (Every, "tlsv1 alert internal error"),
            (Every, "SSL alert number 80"),
        ],
        means: "The client's address isn't on the project's network access list, or the cluster is paused. Where the text also says that a connection was closed, it's the certificate.",
        then: "Add the address in Atlas, under Security → Database & Network Access. If you use a private endpoint, use its connection string.",
    },
    Trouble {
        sees: &[(Every, "Could not find user"), (Go, "UserNotFound")],
        means: "The certificate is good, but no user has the name in the message. That name is the one the cluster derived from the certificate.",
        then: "Compare it with the user's name letter by letter, capitals and spaces too. If they are the same, check that you are connecting to this project's cluster, and wait until the cluster has taken the user up.",
    },
    Trouble {
        sees: &[(Every, "Authentication failed"), (Every, "bad auth")],
        means: "The cluster has no user for the certificate, or no certificate was sent. Go and Java send none when the bundle doesn't hold the authority that issued it, and no program sends one whose curve can't be used with TLS 1.3.",
        then: "Drop the client's file in Check. If it's accepted, compare the user's name, and wait until the cluster has taken the user up. If the file has an intermediate, it must follow the client's certificate.",
    },
    Trouble {
        sees: &[
            (Python, "unable to get local issuer certificate"),
            (NodeJs, "unable to get local issuer certificate"),
            (NodeJs, "unable to verify the first certificate"),
            (Go, "certificate signed by unknown authority"),
            (Java, "unable to find valid certification path"),
        ],
        means: "The client doesn't trust the server. This isn't about the client's certificate.",
        then: "Take your own authority out of `tlsCAFile`: Atlas's servers have certificates from a public one. If there is a proxy that signs TLS anew, it has to let the cluster's addresses through.",
    },
    Trouble {
        sees: &[
            (Python, "KEY_VALUES_MISMATCH"),
            (NodeJs, "key values mismatch"),
            (Go, "private key does not match public key"),
        ],
        means: "The private key in the file belongs to another certificate, or an issuer stands before the client's certificate. Python says the same when the key's password is wrong.",
        then: "Put the client's certificate first, then its issuers, then its own key.",
    },
    Trouble {
        sees: &[
            (Python, "PEM lib"),
            (NodeJs, "DECODER routines::unsupported"),
            (Go, "failed to find PRIVATE KEY"),
        ],
        means: "The file has no private key.",
        then: "Use one file with the client's certificate and its key.",
    },
    Trouble {
        sees: &[
            (Python, "[Errno 22]"),
            (NodeJs, "bad decrypt"),
            (Go, "no password provided to decrypt private key"),
            (Go, "pkcs8: incorrect password"),
        ],
        means: "The private key is encrypted, and the program was given no password or a wrong one.",
        then: "Give the password as `tlsCertificateKeyFilePassword`.",
    },
    Trouble {
        sees: &[
            (Python, "sslv3 alert illegal parameter"),
            (NodeJs, "sslv3 alert illegal parameter"),
            (Go, "x509: unsupported elliptic curve"),
            (
                Java,
                "No supported CertificateVerify signature algorithm for EC key",
            ),
        ],
        means: "The client's key is on a curve that the cluster doesn't take in the handshake.",
        then: "Issue a new certificate for a key on P-256, P-384 or P-521, with the same subject. The user stays as it is.",
    },
    Trouble {
        sees: &[(Python, "ee key too small")],
        means: "The client's RSA key is too short. Other programs only see the connection closed.",
        then: "Issue a new certificate for an RSA key of 2,048 bits or more, with the same subject. The user stays as it is.",
    },
];

/// The answer of mongosh to who is logged in: the user's name as it prints text.
pub fn mongosh_answer(username: &str) -> String {
    format!(
        "[ {{ user: {}, db: '$external' }} ]",
        super::literal::mongosh(username)
    )
}
