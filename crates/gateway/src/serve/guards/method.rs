//! OPTIONS is refused: no other origin is ever told that it may call, so there is no preflight to
//! answer.

use axum::{extract::Request, http::Method};

use crate::serve::refusal::{Code, Refusal};

pub(in crate::serve) const NOT_ALLOWED: Refusal = Refusal::new(
    Code::MethodNotAllowed,
    "This address does not answer to this method.",
);

pub(super) fn guard(request: &Request) -> Result<(), Refusal> {
    if request.method() == Method::OPTIONS {
        return Err(NOT_ALLOWED);
    }
    Ok(())
}
