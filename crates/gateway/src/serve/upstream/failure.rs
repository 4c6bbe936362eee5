//! Why there is no answer from Atlas, and how the page is told.
//!
//! The page must know one thing above all: whether a change may have been carried out. Of the codes
//! here, `UPSTREAM_ANSWER_LOST` and `UPSTREAM_TOO_SLOW` say that it may; with all others nothing
//! has been sent (`atlas::error` knows them by name). The only other one is `REQUEST_TIMEOUT` of
//! `guards::time`, which may end a call that is on its way.

use std::error::Error;

use atlas::oauth::TokenError;
use axum::response::{IntoResponse, Response};

use crate::serve::refusal::{Code, NOT_FORWARDED, Refusal};

/// Why a call has no answer.
#[derive(Clone, Debug)]
pub(crate) enum Failure {
    /// No connection: nothing was sent.
    Unreachable { host: String, cause: String },
    /// The request may have left, and no whole answer came back.
    AnswerLost { cause: String },
    /// The request may have left, and the time is over.
    TooSlow,
    /// Atlas gave no token: the call was not sent.
    Token(TokenError),
    /// No token could be asked for: the call was not sent.
    NoToken { cause: String },
    /// The call cannot be written down as a request: it was not sent.
    Malformed,
}

impl Failure {
    /// The same failure, met with while asking for a token: the call itself was not sent.
    pub(super) fn of_token(self) -> Self {
        match self {
            Self::AnswerLost { cause } => Self::NoToken { cause },
            Self::TooSlow => Self::NoToken {
                cause: "no answer came in time".to_owned(),
            },
            other => other,
        }
    }

    fn refusal(&self) -> Refusal {
        match self {
            Self::Unreachable { host, cause } => Refusal::saying(
                Code::UpstreamUnreachable,
                format!("The gateway could not connect to {host}: {cause}. Nothing was sent."),
            ),
            Self::AnswerLost { cause } => Refusal::saying(
                Code::UpstreamAnswerLost,
                format!(
                    "The call may have been sent, but no whole answer came back: {cause}. Read what Atlas has before trying again."
                ),
            ),
            Self::TooSlow => Refusal::new(
                Code::UpstreamTooSlow,
                "Atlas did not answer in time. Read what Atlas has before trying again.",
            ),
            Self::Token(error) => token_refusal(error),
            Self::NoToken { cause } => Refusal::saying(
                Code::TokenUnavailable,
                format!(
                    "The gateway could not get an access token from Atlas: {cause}. The call was not sent."
                ),
            ),
            Self::Malformed => NOT_FORWARDED,
        }
    }
}

/// The service account itself is refused, or tokens are not to be had for the moment.
fn token_refusal(error: &TokenError) -> Refusal {
    let is_refused =
        matches!(error, TokenError::Refused { status, .. } if matches!(status, 400 | 401 | 403));
    let (code, next) = if is_refused {
        (
            Code::CredentialRefused,
            "Start the gateway again with a valid credential.",
        )
    } else {
        (Code::TokenUnavailable, "The call was not sent.")
    };
    let said = error.explain();
    let words = said.detail.map(|words| format!(" ({words})"));
    Refusal::saying(
        code,
        format!("{}{} {next}", said.what, words.unwrap_or_default()),
    )
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.refusal().into_response()
    }
}

/// The innermost cause: what the operating system or TLS said, without the library's layers.
pub(super) fn cause(error: &(dyn Error + 'static)) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string().trim_end_matches('.').to_owned()
}
