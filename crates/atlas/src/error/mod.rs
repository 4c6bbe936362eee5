//! What can go wrong with a call, whether it may have had an effect, and how to say it.

mod body;
mod codes;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub use body::{FieldProblem, Refusal};

/// Why a call did not bring what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Atlas, or the gateway before it, answered with a status that is no success.
    #[error("{} {}", .0.status, .0.code)]
    Refused(Refusal),
    /// Nothing came back.
    #[error("no answer: {reason}")]
    NoAnswer {
        /// What the transport knows.
        reason: String,
        /// Whether the request certainly never left.
        never_sent: bool,
    },
    /// A success, but not in the form that the call has.
    #[error("status {status}, but the answer cannot be read: {reason}")]
    Unreadable {
        /// The status.
        status: u16,
        /// What the parser says.
        reason: String,
    },
    /// The CA bundle that Atlas has came, and whoever reads certificates could not read it.
    #[error("the bundle was not read: {reason}")]
    BundleNotRead {
        /// Why not.
        reason: String,
    },
    /// A list that does not end.
    #[error("a list of more than {pages} pages")]
    EndlessList {
        /// The pages that were read.
        pages: u32,
    },
    /// A write got no clear answer, and reading did not tell either whether it was carried out.
    #[error("a write may have been carried out: {first}; reading it back: {reading}")]
    Unsettled {
        /// What the write met with.
        first: Box<Error>,
        /// What reading met with.
        reading: Box<Error>,
    },
}

/// A failure in words: what is so, and what to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// Atlas's code, or the gateway's.
    pub code: Option<String>,
    /// What is so.
    pub what: String,
    /// What to do next.
    pub next: String,
    /// Atlas's own words, to be shown beside ours.
    pub detail: Option<String>,
}

impl Error {
    /// The status, if there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused(refusal) => Some(refusal.status),
            Self::Unreadable { status, .. } => Some(*status),
            Self::Unsettled { first, .. } => first.status(),
            Self::NoAnswer { .. } | Self::BundleNotRead { .. } | Self::EndlessList { .. } => None,
        }
    }

    /// Atlas's code or the gateway's; empty when there is none.
    pub fn code(&self) -> &str {
        match self {
            Self::Refused(refusal) => &refusal.code,
            Self::Unsettled { first, .. } => first.code(),
            _ => "",
        }
    }

    /// Whether the credential itself was refused, so that a new token may help. A missing role or
    /// membership is 401 too, and no token mends it.
    pub fn is_credential_refused(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_credential_refused())
    }

    /// Whether the credential is good, but may not do this in this project.
    pub fn is_role_too_low(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.is_role_too_low())
    }

    /// Whether a write that met with this may have been carried out all the same.
    pub fn may_have_been_carried_out(&self) -> bool {
        match self {
            Self::Refused(refusal) => refusal.may_have_been_carried_out(),
            Self::NoAnswer { never_sent, .. } => !never_sent,
            Self::Unreadable { .. } | Self::Unsettled { .. } => true,
            Self::BundleNotRead { .. } | Self::EndlessList { .. } => false,
        }
    }

    /// Whether the same call may succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused(refusal) => {
                matches!(refusal.status, 408 | 429 | 500 | 502 | 503 | 504)
            }
            Self::NoAnswer { .. } => true,
            _ => false,
        }
    }

    /// How long Atlas asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after,
            _ => None,
        }
    }

    /// The failure in words.
    pub fn explain(&self) -> Explanation {
        match self {
            Self::Refused(refusal) => codes::explain(refusal),
            Self::NoAnswer { reason, .. } => Explanation {
                what: "No answer came back.".to_owned(),
                next: "Check that the gateway is running and the network is up, then press Try again. Nothing is done twice.".to_owned(),
                detail: Some(reason.clone()),
                code: None,
            },
            Self::Unreadable { status, reason } => Explanation {
                what: format!("The answer (status {status}) is not what this call answers with."),
                next: "Check that nothing between this page and Atlas rewrites answers, a proxy with a sign-in page for instance. Then press Try again.".to_owned(),
                detail: Some(reason.clone()),
                code: None,
            },
            Self::BundleNotRead { reason } => Explanation {
                what: "The certificates that Atlas has were not read.".to_owned(),
                next: "Press Try again. Nothing is done twice.".to_owned(),
                detail: Some(reason.clone()),
                code: None,
            },
            Self::EndlessList { pages } => Explanation {
                what: format!("A list did not end after {pages} pages."),
                next: "Press Try again. If it stays so, something between this page and Atlas repeats answers.".to_owned(),
                ..Explanation::default()
            },
            Self::Unsettled { first, reading } => {
                let first = first.explain();
                Explanation {
                    // Where the write was not answered, why it could not be read says what to mend.
                    code: first.code.or_else(|| reading.explain().code),
                    what: format!("{} The change may have been carried out: it could not be read back.", first.what),
                    next: "Press Try again: what Atlas has is read first, and nothing is done twice.".to_owned(),
                    ..first
                }
            }
        }
    }
}
