//! With `--read-only` nothing is written to Atlas.

use axum::extract::Request;

use super::writes;
use crate::serve::refusal::{Code, Refusal};

const READ_ONLY: Refusal = Refusal::new(
    Code::ReadOnly,
    "The gateway was started with --read-only: it refuses every change. Start it again without it to make changes.",
);

pub(super) fn guard(is_read_only: bool, request: &Request) -> Result<(), Refusal> {
    if is_read_only && writes(request.method()) {
        return Err(READ_ONLY);
    }
    Ok(())
}
