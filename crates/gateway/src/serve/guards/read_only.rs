//! With `--read-only` nothing is written to Atlas.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::writes;
use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
};

const READ_ONLY: Refusal = Refusal::new(
    Code::ReadOnly,
    "The gateway was started with --read-only: it refuses every change. Start it again without it to make changes.",
);

pub(in crate::serve) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    if shared.read_only && writes(request.method()) {
        return READ_ONLY.into_response();
    }
    next.run(request).await
}
