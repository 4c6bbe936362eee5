//! A request is answered within the limit, or given up. A body that trickles in counts.

use std::sync::Arc;

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
};

const TOO_SLOW: Refusal = Refusal::new(
    Code::RequestTimeout,
    "The request took too long and was given up.",
);

pub(in crate::serve) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    match timeout(shared.request_timeout, next.run(request)).await {
        Ok(response) => response,
        Err(_) => TOO_SLOW.into_response(),
    }
}
