//! A call below `/api/` bears the token of this launch.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
    token::HEADER,
};

const LAUNCH_TOKEN: Refusal = Refusal::new(
    Code::LaunchToken,
    "The call does not bear the token of this launch. Open the address that the server printed at its start.",
);

pub(in crate::serve) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    match request.headers().get(HEADER) {
        Some(token) if shared.token.is(token.as_bytes()) => next.run(request).await,
        _ => LAUNCH_TOKEN.into_response(),
    }
}
