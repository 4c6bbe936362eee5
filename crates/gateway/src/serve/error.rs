//! Why the server could not serve: one sentence each.

use std::{io, net::SocketAddr};

use ::sandbox::SandboxError;

use crate::doors::OpenError;

use super::upstream::ConnectError;

/// Why the server could not serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error(
        "Another program listens on {address}: stop it, or give another port with --listen (port 0 takes a free one)."
    )]
    Taken { address: SocketAddr },
    #[error("Listening on {address} failed: {cause}.")]
    Bind {
        address: SocketAddr,
        cause: io::Error,
    },
    #[error("The folder of --page cannot be read: {0}.")]
    Page(io::Error),
    #[error("The system gave no random numbers: {0}.")]
    Random(getrandom::Error),
    #[error("The sandbox could not start: {0}.")]
    Sandbox(SandboxError),
    #[error("The sandbox could not listen on this computer: {0}.")]
    SandboxListener(io::Error),
    #[error("The sandbox's clusters could not be opened: {0}.")]
    Clusters(OpenError),
    #[error(
        "No sandbox answers at {authority} ({cause}): start one with atlas-x509 sandbox, and give the address that it prints."
    )]
    NoSandbox { authority: String, cause: String },
    #[error(transparent)]
    Connect(ConnectError),
    #[error("The program could not start its threads: {0}.")]
    Runtime(io::Error),
    #[error("The program could not wait for signals: {0}.")]
    Signal(io::Error),
    #[error("Standard output cannot be written: {0}.")]
    Output(io::Error),
}

impl ServeError {
    pub(super) fn bind(address: SocketAddr, cause: io::Error) -> Self {
        if cause.kind() == io::ErrorKind::AddrInUse {
            Self::Taken { address }
        } else {
            Self::Bind { address, cause }
        }
    }
}
