//! Why the server could not serve: one sentence each.

use std::{fmt, io, net::SocketAddr};

use ::sandbox::SandboxError;

use super::upstream::ConnectError;

/// Why the server could not serve.
#[derive(Debug)]
pub enum ServeError {
    Bind {
        address: SocketAddr,
        cause: io::Error,
    },
    Page(io::Error),
    Random(getrandom::Error),
    Sandbox(SandboxError),
    SandboxListener(io::Error),
    NoSandbox {
        authority: String,
        cause: String,
    },
    Connect(ConnectError),
    Runtime(io::Error),
    Signal(io::Error),
    Output(io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bind { address, cause } if cause.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "Another program listens on {address}: stop it, or give another port with --listen (port 0 takes a free one)."
            ),
            Self::Bind { address, cause } => write!(f, "Listening on {address} failed: {cause}."),
            Self::Page(cause) => write!(f, "The folder of --page cannot be read: {cause}."),
            Self::Random(cause) => write!(f, "The system gave no random numbers: {cause}."),
            Self::Sandbox(cause) => write!(f, "The sandbox could not start: {cause}."),
            Self::SandboxListener(cause) => {
                write!(f, "The sandbox could not listen on this computer: {cause}.")
            }
            Self::NoSandbox { authority, cause } => write!(
                f,
                "No sandbox answers at {authority} ({cause}): start one with atlas-x509 sandbox, and give the address that it prints."
            ),
            Self::Connect(cause) => cause.fmt(f),
            Self::Runtime(cause) => write!(f, "The program could not start its threads: {cause}."),
            Self::Signal(cause) => write!(f, "The program could not wait for signals: {cause}."),
            Self::Output(cause) => write!(f, "Standard output cannot be written: {cause}."),
        }
    }
}

impl std::error::Error for ServeError {}
