//! The answer to a request that is not let through.
//!
//! Its body has the shape of Atlas's own errors, so that the page reads both with one type; its
//! `errorCode` is the gateway's.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    /// What is so, and what to do.
    pub(crate) detail: &'static str,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "error": self.status.as_u16(),
            "errorCode": self.code,
            "detail": self.detail,
            "reason": self.status.canonical_reason().unwrap_or_default(),
        });
        let json = HeaderValue::from_static("application/json");
        (
            self.status,
            [(header::CONTENT_TYPE, json)],
            body.to_string(),
        )
            .into_response()
    }
}
