//! OPTIONS is refused: no other origin is ever told that it may call, so there is no preflight to
//! answer.

use axum::{
    extract::Request,
    http::Method,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::serve::refusal::{Code, Refusal};

pub(in crate::serve) const NOT_ALLOWED: Refusal = Refusal::new(
    Code::MethodNotAllowed,
    "This address does not answer to this method.",
);

pub(in crate::serve) async fn guard(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return NOT_ALLOWED.into_response();
    }
    next.run(request).await
}
