//! The headers that every answer bears, errors included: what the browser must not allow the page,
//! and what other origins must not do with it.
//!
//! A request that is not HTTP at all never gets here; the HTTP library answers it with a bare
//! status and closes the connection.

use axum::{
    http::{HeaderName, HeaderValue, header},
    response::Response,
};

/// Everything of the Content-Security-Policy that does not change with the build. The page talks to
/// its own origin, runs WebAssembly and is never framed; `data:` pictures are those of its styles.
/// No text becomes script, and no policy may be made that says otherwise (Trusted Types).
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
    connect-src 'self'; manifest-src 'self'; worker-src 'self'; object-src 'none'; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types engine; script-src 'self' 'wasm-unsafe-eval'";

const FIXED: [(HeaderName, HeaderValue); 6] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
             magnetometer=(), microphone=(), midi=(), payment=(), usb=(), clipboard-write=(self)",
        ),
    ),
];

/// The Content-Security-Policy of a page whose inline scripts have these SHA-256 hashes (base64).
pub(crate) fn content_security_policy(script_hashes: &[String]) -> HeaderValue {
    let mut policy = POLICY.to_owned();
    for hash in script_hashes {
        policy.push_str(" 'sha256-");
        policy.push_str(hash);
        policy.push('\'');
    }
    // Base64 is visible ASCII, so the fallback, which allows no inline script, is never taken.
    HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static(POLICY))
}

/// Adds them all, with this Content-Security-Policy. What says nothing about keeping it is not kept.
pub(crate) fn add(response: &mut Response, policy: HeaderValue) {
    let headers = response.headers_mut();
    headers.extend(FIXED);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
