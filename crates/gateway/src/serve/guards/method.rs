//! OPTIONS is refused: no other origin is ever told that it may call, so there is no preflight to
//! answer.

use axum::{
    extract::Request,
    http::{Method, StatusCode},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::serve::refusal::Refusal;

pub(in crate::serve) const NOT_ALLOWED: Refusal = Refusal {
    status: StatusCode::METHOD_NOT_ALLOWED,
    code: "METHOD_NOT_ALLOWED",
    detail: "This address does not answer to this method.",
};

pub(in crate::serve) async fn guard(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        return NOT_ALLOWED.into_response();
    }
    next.run(request).await
}
