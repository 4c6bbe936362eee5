//! A call below `/api/` bears the token of this launch.

use axum::extract::Request;

use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
    token::HEADER,
};

const LAUNCH_TOKEN: Refusal = Refusal::new(
    Code::LaunchToken,
    "The call does not bear the token of this launch. Open the address that the server printed at its start.",
);

pub(super) fn guard(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    match request.headers().get(HEADER) {
        Some(token) if shared.token.is(token.as_bytes()) => Ok(()),
        _ => Err(LAUNCH_TOKEN),
    }
}
