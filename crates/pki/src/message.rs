//! What a page and its engine say to each other, as plain data with a compact form of its own
//! ([Borsh](https://borsh.io)).
//!
//! The engine holds everything that was given, private keys too, and answers with what a screen
//! shows. A [`View`] of thousands of clients is large, so it is answered in [`Piece`]s, none of which
//! takes long to read. Both sides are built from the same sources: the form has no versions.

use std::{borrow::Cow, fmt};

use borsh::{BorshDeserialize, BorshSerialize};
use zeroize::Zeroize;

use crate::{
    Placement, Report, Timestamp,
    report::{self, CertificateEntry, Finding, Sha256},
    view::{ClientDetails, Details, View},
};

/// What the bundle that is trusted beside the given files is called among them: no file is called so.
pub const PRESENT: &str = "present bundle";

/// What a page asks. Each is answered by any number of replies, of which [`Reply::is_last`] tells
/// the last.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// To read the files that come with this, in their order. Answered by [`Reply::Taken`].
    Take,
    /// To open what a password opens in a file that was taken, and in others. Answered by
    /// [`Reply::Opened`] for each, or by [`Reply::NotOpened`].
    Open { name: String, password: Secret },
    /// To forget a file, keys too.
    TakeAway { name: String },
    /// To forget everything, and to take what was kept of files that were given earlier.
    BeginAnew { kept: Vec<Kept> },
    /// To look whether all of these can be read. Answered by [`Reply::FirstUnreadable`].
    TryKept { kept: Vec<Kept> },
    /// To judge what was given. Answered by [`Reply::Progress`], [`Reply::Piece`] and, at last,
    /// [`Reply::Judged`].
    Judge(Box<Question>),
    /// For the one PEM that a driver wants of a client that was judged. It comes beside the answer.
    JoinedPem { client: usize },
    /// To read a CA bundle. Answered by [`Reply::Authorities`].
    Authorities { pem: String },
}

/// A password on its way. It is wiped when it is dropped, and there is no way to print it.
#[derive(BorshDeserialize, BorshSerialize, Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// What is kept of a file when its keys are not: its certificates, as DER.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub name: String,
    pub certificates: Vec<Vec<u8>>,
}

/// What is to be judged, beside the files.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The moment for which the verdicts are to hold.
    pub at: Timestamp,
    /// OpenSSL's security level, 1 or 2.
    pub level: u8,
    /// Authorities, as PEM, that the server trusts beside those that were given.
    pub bundle: String,
    /// What was put elsewhere by hand.
    pub placed: Vec<(Sha256, Placement)>,
    /// Clients that came with the private key of another certificate, which is not here any more, and
    /// the file they came in.
    pub strangers: Vec<(Sha256, String)>,
    /// A bundle as PEM, against which the same clients are to be judged, too. No authority that was
    /// given is in it but for those that it holds.
    pub before: Option<String>,
}

/// What the engine answers.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub enum Reply<'a> {
    /// What became of some files.
    Taken(Vec<Taken>),
    /// A file was opened. It comes beside the answer, as PEM.
    Opened(Added),
    /// Nothing of the file was opened: a sentence that says why.
    NotOpened(String),
    Progress(Progress),
    /// A part of a view: of the one that was asked for, or of the one before.
    Piece {
        before: bool,
        piece: Piece<'a>,
    },
    /// Every piece was sent. With what was put aside by hand.
    Judged {
        aside: Vec<Aside>,
    },
    Authorities(Vec<Authority>),
    /// The position (from 0) of the first certificate that cannot be read.
    FirstUnreadable(Option<usize>),
    /// There is nothing more to say.
    Done,
}

impl Reply<'_> {
    /// Whether the request has been answered.
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Judged { .. }
                | Self::NotOpened(_)
                | Self::Authorities(_)
                | Self::FirstUnreadable(_)
                | Self::Done
        )
    }
}

/// What became of a file.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its position among the files of the request.
    pub file: usize,
    pub outcome: Result<Added, NotAdded>,
}

/// Why nothing was taken of a file.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub enum NotAdded {
    /// It could not be read at all: a folder, or a file that is not there any more.
    Unreadable,
    /// A sentence that says what is wrong with it.
    NotTaken(String),
}

/// A file that was taken.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Its position among everything that was taken.
    pub file: usize,
    /// What it is called there.
    pub name: String,
    /// Its certificates, as they stand in it.
    pub certificates: Vec<Vec<u8>>,
    /// Whether it came to the others, and not in the place of the same one given before.
    pub is_new: bool,
}

/// How far an analysis has come.
#[derive(BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Pieces of work done; not all are of one size.
    pub done: usize,
    /// Pieces of work in all, as far as is known yet.
    pub total: usize,
}

/// A certificate that was put aside by hand.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    pub sha256: Sha256,
    pub title: String,
    pub file: String,
}

/// A certificate of a CA bundle.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    pub sha256: Sha256,
    /// What to call it in a sentence: its common name, else its whole subject.
    pub title: String,
    /// One PEM block, written anew.
    pub pem: String,
    pub not_after: Option<Timestamp>,
    /// Whether it is marked as a CA's. One without the mark stands in some bundles all the same.
    pub is_authority: bool,
}

/// A part of a view.
#[derive(BorshDeserialize, BorshSerialize, Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Certificates(Cow<'a, [CertificateEntry]>, Cow<'a, [Details]>),
    Clients(Cow<'a, [report::Client]>, Cow<'a, [ClientDetails]>),
    Findings(Cow<'a, [Finding]>),
    /// Everything else, at last.
    Rest(Box<View>),
}

/// So many certificates, clients or findings are a piece.
const A_PIECE: usize = 100;

/// The pieces of a view, in an order in which [`Gathered`] takes them.
pub fn pieces(view: &View) -> impl Iterator<Item = Piece<'_>> {
    let report = &view.report;
    let certificates = report.certificates.chunks(A_PIECE);
    let certificates = certificates.zip(view.certificates.chunks(A_PIECE));
    let clients = report.clients.chunks(A_PIECE);
    let clients = clients.zip(view.clients.chunks(A_PIECE));
    let findings = report.findings.chunks(A_PIECE);
    let rest = View {
        report: Report {
            schema: report.schema,
            at: report.at,
            level: report.level,
            clients: Vec::new(),
            certificates: Vec::new(),
            findings: Vec::new(),
        },
        certificates: Vec::new(),
        clients: Vec::new(),
        authorities: view.authorities.clone(),
        keys: view.keys.clone(),
        files: view.files.clone(),
    };
    certificates
        .map(|(entries, details)| Piece::Certificates(entries.into(), details.into()))
        .chain(clients.map(|(clients, details)| Piece::Clients(clients.into(), details.into())))
        .chain(findings.map(|findings| Piece::Findings(findings.into())))
        .chain(std::iter::once(Piece::Rest(Box::new(rest))))
}

/// A view that is put together again.
#[derive(Debug, Default)]
pub struct Gathered {
    certificates: (Vec<CertificateEntry>, Vec<Details>),
    clients: (Vec<report::Client>, Vec<ClientDetails>),
    findings: Vec<Finding>,
    rest: Option<Box<View>>,
}

impl Gathered {
    pub fn add(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Certificates(entries, details) => {
                self.certificates.0.extend(entries.into_owned());
                self.certificates.1.extend(details.into_owned());
            }
            Piece::Clients(clients, details) => {
                self.clients.0.extend(clients.into_owned());
                self.clients.1.extend(details.into_owned());
            }
            Piece::Findings(findings) => self.findings.extend(findings.into_owned()),
            Piece::Rest(view) => self.rest = Some(view),
        }
    }

    /// The view, once every piece is there.
    pub fn view(self) -> Option<View> {
        let mut view = *self.rest?;
        (view.report.certificates, view.certificates) = self.certificates;
        (view.report.clients, view.clients) = self.clients;
        view.report.findings = self.findings;
        Some(view)
    }
}
