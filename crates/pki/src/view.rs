//! What a screen needs beside the report: plain data that it renders without looking further.

use borsh::{BorshDeserialize, BorshSerialize};

use crate::{Source, Timestamp, report::Report};

/// A pile's report, with what the page shows of each certificate.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub report: Report,
    /// One entry for each of `report.certificates`, in the same order.
    pub certificates: Vec<Details>,
    /// One entry for each of `report.clients`, in the same order.
    pub clients: Vec<ClientDetails>,
    /// The bundle as a forest: roots first, what they issued below them.
    pub authorities: Vec<AuthorityNode>,
    /// The private keys that were found. They are not in here, only what is known of them.
    pub keys: Vec<KeyDetails>,
    /// The files that were read, in the order given.
    pub files: Vec<FileDetails>,
}

/// A view for whoever shows no certificate in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    pub report: Report,
    /// One entry for each of `report.clients`, in the same order.
    pub clients: Vec<ClientDetails>,
    /// What to call each of `report.certificates` in a sentence, in the same order.
    pub titles: Vec<String>,
}

impl From<View> for Outline {
    fn from(view: View) -> Self {
        let certificates = view.certificates.into_iter();
        Self {
            report: view.report,
            clients: view.clients,
            titles: certificates.map(|details| details.title).collect(),
        }
    }
}

/// A certificate, decoded for reading.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// What to call it in a sentence: its common name, else its whole subject.
    pub title: String,
    /// Everywhere it was found.
    pub sources: Vec<Source>,
    /// The version as written: 1, 2 or 3; odd ones as they are.
    pub version: String,
    pub serial: String,
    /// The subject and issuer, an attribute a row, in encoded order: type and value.
    pub subject: Vec<(String, String)>,
    pub issuer: Vec<(String, String)>,
    pub validity: Validity,
    pub key: String,
    pub signature: String,
    pub sha256: String,
    pub sha1: String,
    pub extensions: Vec<ExtensionDetails>,
    /// One PEM block, written anew.
    pub pem: String,
    /// Why OpenSSL treats it as invalid and never uses it as an issuer, when it does.
    pub invalid: Vec<String>,
}

/// From when to when a certificate is valid, as seen at the report's moment.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    pub not_before: Option<Timestamp>,
    pub not_after: Option<Timestamp>,
    /// From the report's moment to the end, as [`Timestamp::days_until`] counts; negative when it has
    /// passed.
    pub days_left: Option<i64>,
    /// How much of the time is over, in hundredths: 0 to 100.
    pub elapsed_percent: Option<u8>,
    pub state: ValidityState,
}

#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValidityState {
    NotYet,
    Valid,
    /// Valid, but for less than 30 days.
    EndsSoon,
    Expired,
    /// A date is not written as RFC 5280 asks.
    Unreadable,
}

/// An extension by name.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct ExtensionDetails {
    /// `Basic constraints`, else the identifier.
    pub name: String,
    pub oid: String,
    pub critical: bool,
    /// What it says, a line each.
    pub lines: Vec<String>,
}

/// What the page shows of a client beside its verdict.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct ClientDetails {
    /// What to call the client: its common name, else its file.
    pub title: String,
    /// Its certificate, as an index into `View::certificates`.
    pub leaf: Option<usize>,
    /// The intermediates it must send for the server to accept it, leaf's issuer first.
    pub must_send: Vec<usize>,
    /// The verdict at the other security level, when it differs: that level and whether it accepts.
    pub other_level: Option<(u8, Option<bool>)>,
    /// Whether the client gets in: what may be shown in green.
    pub gets_in: GetsIn,
    /// What mongod logs when it refuses this client.
    pub mongod_log: Option<String>,
    /// The private key that belongs to it, as an index into `View::keys`; an encrypted one only when
    /// there is no other.
    pub key: Option<usize>,
    /// The findings that explain why it does not get in, as indexes into `View::report.findings`,
    /// the one that decides first.
    pub reasons: Vec<usize>,
}

/// Whether a client gets in with what was given: the verdict on its certificate, and everything
/// else that is known here.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum GetsIn {
    /// Once there is a database user of its name.
    Yes,
    No(Why),
    /// It cannot be settled here.
    Unknown,
}

/// What keeps a client out.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// The server refuses its chain, or there is no certificate that can be read.
    Certificate,
    /// The server accepts its chain, and the handshake fails.
    Handshake,
    /// The key beside its certificate is another one's.
    PrivateKey,
    /// There can be no database user of its name.
    UserName,
    /// A server loads nothing of the bundle as it was given.
    Bundle,
}

/// An authority of the bundle and what hangs on it.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct AuthorityNode {
    /// An index into `View::certificates`.
    pub certificate: usize,
    /// The authorities of the bundle that it issued.
    pub children: Vec<AuthorityNode>,
    /// The clients that it issued, as indexes into `View::clients`.
    pub clients: Vec<usize>,
}

/// A private key that was found.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct KeyDetails {
    pub source: Source,
    /// `RSA 2048`, `EC P-256`, `Ed25519`, or what kind of block it is.
    pub kind: String,
    pub encrypted: bool,
    /// It came encrypted and was opened with its password. What is joined with it has none.
    pub opened: bool,
    /// The certificates it belongs to, as indexes into `View::certificates`. Of an encrypted key
    /// nobody can tell; then it is the one that its file, or its file's name, puts it with.
    pub certificates: Vec<usize>,
}

/// A file that was read.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct FileDetails {
    pub name: String,
    pub bytes: usize,
    /// The certificates in it, as indexes into `View::certificates`.
    pub certificates: Vec<usize>,
    /// Whether something in it needs a password.
    pub locked: bool,
}
