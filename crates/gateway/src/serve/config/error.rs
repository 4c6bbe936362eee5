//! Why the server does not start: one sentence each, and never the value of a secret.

use std::{fmt, net::SocketAddr, path::PathBuf};

use pki::words::shell;

use super::sources::Place;
use crate::private::Danger;

/// A setting that cannot be accepted.
#[derive(Debug)]
pub enum SettingError {
    Listen {
        place: Place,
        value: String,
    },
    BeyondThisComputer {
        place: Place,
        address: SocketAddr,
    },
    Upstream {
        place: Place,
        value: String,
    },
    AllowHost {
        place: Place,
        value: String,
    },
    Boolean {
        place: Place,
        value: String,
    },
    Origin {
        place: Place,
        value: String,
    },
    NoName {
        place: Place,
        address: SocketAddr,
    },
    TwoCredentials {
        account: Place,
        key: Place,
    },
    HalfCredential {
        place: Place,
        missing: &'static str,
    },
    UpstreamCa {
        place: Place,
        file: String,
        cause: String,
    },
    Proxy {
        place: Place,
    },
    SandboxAt {
        place: Place,
        value: String,
    },
    CredentialCharacter {
        place: Place,
    },
    SandboxWithCredential {
        sandbox: Place,
        place: Place,
    },
    FileUnreadable {
        file: PathBuf,
        cause: std::io::Error,
    },
    FileMalformed {
        file: PathBuf,
        line: usize,
        cause: String,
    },
    WrittenByOthers {
        place: Place,
        danger: Danger,
    },
    SecretReadableByOthers {
        file: PathBuf,
        key: &'static str,
    },
    Page {
        folder: PathBuf,
    },
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listen { place, value } => write!(
                f,
                "{place} must be an address and a port such as 127.0.0.1:8787, not \"{}\".",
                without_password(value)
            ),
            Self::BeyondThisComputer { place, address } => write!(
                f,
                "{place} is {address}, which other computers can reach: say with --allow-host under which name they do, or listen on 127.0.0.1."
            ),
            Self::Upstream { place, value } => write!(
                f,
                "{place} must be https:// and a host without a path, such as https://cloud.mongodb.com, not \"{}\".",
                without_password(value)
            ),
            Self::AllowHost { place, value } => write!(
                f,
                "{place} must be a host name, with or without a port, such as x509.example.com, not \"{}\".",
                without_password(value)
            ),
            Self::Boolean { place, value } => {
                write!(f, "{place} must be true or false, not \"{value}\".")
            }
            Self::Origin { place, value } => {
                write!(f, "{place} must be name or address, not \"{value}\".")
            }
            Self::NoName { place, address } => write!(
                f,
                "{place} is {address}, and names below localhost lead to 127.0.0.1 and ::1 only: listen on one of these, or add --origin address."
            ),
            Self::TwoCredentials { account, key } => write!(
                f,
                "{account} and {key} are two kinds of credential: give a service account or an API key, not both."
            ),
            Self::HalfCredential { place, missing } => {
                write!(
                    f,
                    "{place} is set but {missing} is not: give both or neither."
                )
            }
            Self::CredentialCharacter { place } => write!(
                f,
                "{place} holds a character that no credential has, such as a space or a line break: copy it anew."
            ),
            Self::UpstreamCa { place, file, cause } => write!(
                f,
                "{place} is {file}, whose authorities cannot be used: {cause}."
            ),
            // The value may hold a password.
            Self::Proxy { place } => write!(
                f,
                "{place} must be the address of an HTTP proxy, such as http://proxy.example.com:3128."
            ),
            Self::SandboxAt { place, value } => write!(
                f,
                "{place} must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"{}\".",
                without_password(value)
            ),
            Self::SandboxWithCredential { sandbox, place } => write!(
                f,
                "{sandbox} uses no credential but {place} is set: leave one of them out."
            ),
            Self::FileUnreadable { file, cause } => {
                write!(f, "--config {} cannot be read: {cause}.", file.display())
            }
            Self::FileMalformed { file, line, cause } => {
                write!(
                    f,
                    "--config {} cannot be understood at line {line}: {cause}.",
                    file.display()
                )
            }
            Self::WrittenByOthers { place, danger } => write!(
                f,
                "{place} decides where the credential goes, and {danger}: {}.",
                danger.remedy()
            ),
            Self::SecretReadableByOthers { file, key } => write!(
                f,
                "{key} stands in {}, which other users of this computer can read: run `chmod 600 {}`.",
                file.display(),
                shell(&file.to_string_lossy())
            ),
            Self::Page { folder } => {
                write!(f, "--page {} has no index.html in it.", folder.display())
            }
        }
    }
}

impl std::error::Error for SettingError {}

/// The value without what stands before an `@`, where an address has user and password.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => value.to_owned(),
    }
}
