//! A call below `/api/` bears the token of this launch.

use atlas::gateway::TOKEN_HEADER;
use axum::extract::Request;

use crate::serve::{
    launch::Launch,
    refusal::{Code, Refusal},
};

const LAUNCH_TOKEN: Refusal = Refusal::new(
    Code::LaunchToken,
    "The call does not bear the token of this launch. Press Enter in the server's terminal, and open the address that it prints.",
);

pub(super) fn guard(launch: &Launch, request: &Request) -> Result<(), Refusal> {
    match request.headers().get(TOKEN_HEADER) {
        Some(token) if launch.is_token(token.as_bytes()) => Ok(()),
        _ => Err(LAUNCH_TOKEN),
    }
}
