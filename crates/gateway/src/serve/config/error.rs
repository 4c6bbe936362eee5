//! Why the server does not start: one sentence each, and never the value of a secret.

use std::{net::SocketAddr, path::PathBuf};

use pki::words::shell;

use super::sources::Place;
use crate::private::Danger;

/// A setting that cannot be accepted.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    #[error(
        "{place} must be an address and a port such as 127.0.0.1:8787, not \"{}\".",
        without_password(value)
    )]
    Listen { place: Place, value: String },
    #[error(
        "{place} is {address}, which other computers can reach: say with --allow-host under which name they do, or listen on 127.0.0.1."
    )]
    BeyondThisComputer { place: Place, address: SocketAddr },
    #[error(
        "{place} must be https:// and a host without a path, such as https://cloud.mongodb.com, not \"{}\".",
        without_password(value)
    )]
    Upstream { place: Place, value: String },
    #[error(
        "{place} must be a host name, with or without a port, such as x509.example.com, not \"{}\".",
        without_password(value)
    )]
    AllowHost { place: Place, value: String },
    #[error("{place} must be true or false, not \"{value}\".")]
    Boolean { place: Place, value: String },
    #[error("{place} must be name or address, not \"{value}\".")]
    Origin { place: Place, value: String },
    #[error(
        "{place} is {address}, and names below localhost lead to 127.0.0.1 and ::1 only: listen on one of these, or add --origin address."
    )]
    NoName { place: Place, address: SocketAddr },
    #[error(
        "{account} and {key} are two kinds of credential: give a service account or an API key, not both."
    )]
    TwoCredentials { account: Place, key: Place },
    #[error("{place} is set but {missing} is not: give both or neither.")]
    HalfCredential { place: Place, missing: &'static str },
    #[error("{place} is {file}, whose authorities cannot be used: {cause}.")]
    UpstreamCa {
        place: Place,
        file: String,
        cause: String,
    },
    #[error("{place} must be the address of an HTTP proxy, such as http://proxy.example.com:3128.")]
    Proxy { place: Place },
    #[error(
        "{place} must be the address of a sandbox on this computer, such as http://127.0.0.1:8788, not \"{}\".",
        without_password(value)
    )]
    SandboxAt { place: Place, value: String },
    #[error(
        "{place} holds a character that no credential has, such as a space or a line break: copy it anew."
    )]
    CredentialCharacter { place: Place },
    #[error("{sandbox} uses no credential but {place} is set: leave one of them out.")]
    SandboxWithCredential { sandbox: Place, place: Place },
    #[error(
        "{flag} is about the clusters of a sandbox in this process, and there is none: leave it out."
    )]
    NoClusters { flag: &'static str },
    #[error(
        "--config {} cannot be read: {cause}.",
        file.display()
    )]
    FileUnreadable {
        file: PathBuf,
        cause: std::io::Error,
    },
    #[error(
        "--config {} cannot be understood at line {line}: {cause}.",
        file.display()
    )]
    FileMalformed {
        file: PathBuf,
        line: usize,
        cause: String,
    },
    #[error(
        "{place} decides where the credential goes, and {danger}: {}.",
        danger.remedy()
    )]
    WrittenByOthers { place: Place, danger: Danger },
    #[error(
        "{key} stands in {}, which other users of this computer can read: run `chmod 600 {}`.",
        file.display(),
        shell(&file.to_string_lossy())
    )]
    SecretReadableByOthers { file: PathBuf, key: &'static str },
    #[error(
        "--page {} has no index.html in it.",
        folder.display()
    )]
    Page { folder: PathBuf },
}

/// The value without what stands before an `@`, where an address has user and password.
fn without_password(value: &str) -> String {
    match value.rsplit_once('@') {
        Some((_, rest)) => format!("…@{rest}"),
        None => value.to_owned(),
    }
}
