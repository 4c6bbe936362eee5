//! Calls below `/api/atlas/v2` that are forwarded to Atlas: those of the table of calls, and no
//! others.
//!
//! Of the request go on: the row of the table that it is, the segments that vary (decoded once,
//! checked, encoded again), the query's allowed names, and the body of a call that has one. Of the
//! answer come back: status, body, type, and what says when to call again.

use atlas::calls::{self, BASE, recognise};
use axum::{
    body::to_bytes,
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    response::{IntoResponse, Response},
};

use super::{
    log::PathTemplate,
    refusal::{Code, NOT_FORWARDED, Refusal},
    upstream::{Answer, Call, Upstream},
};

/// Atlas may take it for an empty change, or for one of everything.
const NO_BODY: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "A call of this kind must have a body.",
);

/// How many calls are left, by draft-ietf-httpapi-ratelimit-headers and as Atlas sends it.
const RATE_LIMIT: &str = "ratelimit-";

pub(super) async fn forward(upstream: &Upstream, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("", |target| {
        target.as_str().strip_prefix(BASE).unwrap_or_default()
    });
    let Some(recognised) = recognise(parts.method.as_str(), target) else {
        return NOT_FORWARDED.into_response();
    };
    let Ok(media_type) = HeaderValue::try_from(recognised.call.media_type()) else {
        return NOT_FORWARDED.into_response();
    };
    let has_body = matches!(
        recognised.call.method,
        calls::Method::Post | calls::Method::Patch | calls::Method::Put
    );
    let body = if has_body {
        // The body is in memory already, and its size is known to be within the limit.
        let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
        if body.is_empty() {
            return NO_BODY.into_response();
        }
        Some(body)
    } else {
        None
    };
    let call = Call {
        method: method(recognised.call.method),
        target: recognised.target(),
        media_type,
        body,
    };
    let mut response = match upstream.call(&call).await {
        Ok(answer) => answer.into_response(),
        Err(failure) => failure.into_response(),
    };
    response
        .extensions_mut()
        .insert(PathTemplate(recognised.call.template));
    response
}

fn method(method: calls::Method) -> Method {
    match method {
        calls::Method::Get => Method::GET,
        calls::Method::Post => Method::POST,
        calls::Method::Patch => Method::PATCH,
        calls::Method::Put => Method::PUT,
        calls::Method::Delete => Method::DELETE,
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = (self.status, self.body).into_response();
        *response.headers_mut() = passed_on(&self.headers);
        response
    }
}

fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let passes = |name: &HeaderName| {
        name == header::CONTENT_TYPE
            || name == header::RETRY_AFTER
            || name.as_str().starts_with(RATE_LIMIT)
    };
    headers
        .iter()
        .filter(|(name, _)| passes(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
