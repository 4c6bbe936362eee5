//! How patient and how large a cluster is.
//!
//! mongod's own numbers are for servers with gigabytes to spare. Here the bounds are such that as many
//! connections as there are places, each at its worst, take less than 200 MB.

use std::time::Duration;

/// Times and sizes, each the most that there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time, to all clusters together. For one more, one that waits for its client goes:
    /// first of those that have not logged in. A driver opens up to 100, and three to watch the server.
    pub connections: usize,
    /// For TLS, and for the verdict on the certificate.
    pub handshake: Duration,
    /// From the end of the handshake to the first message.
    pub first: Duration,
    /// Between two messages of a client that has not logged in. Drivers watch a server on such a connection,
    /// and ask every ten seconds.
    pub stranger_idle: Duration,
    /// Between two messages of one that has. Drivers keep those in a pool.
    pub idle: Duration,
    /// From the first octets of a message to its end, and for an answer to leave.
    pub message: Duration,
    /// Octets of a message before the login: far more than `hello` has.
    pub stranger_message: usize,
    /// Octets of a message, which clients are told. mongod's limit is 48,000,000.
    pub message_size: usize,
    /// Octets of a document, which clients are told. mongod's limit is 16 MiB.
    pub document_size: usize,
}

impl Limits {
    pub const USUAL: Self = Self {
        connections: 256,
        handshake: Duration::from_secs(5),
        first: Duration::from_secs(10),
        stranger_idle: Duration::from_mins(2),
        idle: Duration::from_mins(30),
        message: Duration::from_secs(10),
        stranger_message: 16 * 1024,
        message_size: 512 * 1024,
        document_size: 256 * 1024,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::USUAL
    }
}

/// How deep documents may lie in each other (`BSONDepth::kDefaultMaxAllowableDepth`).
pub(crate) const DEPTH: usize = 200;

/// Documents that one `insert` may have, which clients are told. mongod's limit is 100,000.
pub(crate) const BATCH: i32 = 1_000;
