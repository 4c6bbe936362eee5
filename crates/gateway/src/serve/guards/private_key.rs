//! A body with a private key in it goes nowhere. The page never sends one; this is for the day it
//! does by mistake.
//!
//! Looks for the first line of PEM (RFC 7468) and of its relatives (OpenSSH, PGP, SSH2), in the
//! bytes as they are and in every string of the JSON, where letters may be written as escapes.

use axum::{
    body::to_bytes,
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::serve::refusal::{Code, Refusal};

const PRIVATE_KEY: Refusal = Refusal::new(
    Code::PrivateKeyInBody,
    "The body holds a private key. It was not sent on: Atlas needs certificates only.",
);

/// The longest label between `BEGIN` and `PRIVATE KEY` is `SSH2 ENCRYPTED`; some room for others.
const LONGEST_KIND: usize = 32;

pub(in crate::serve) async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if holds_private_key(&bytes) {
        return PRIVATE_KEY.into_response();
    }
    next.run(Request::from_parts(parts, bytes.into())).await
}

fn holds_private_key(bytes: &[u8]) -> bool {
    begins_private_key(&String::from_utf8_lossy(bytes))
        || serde_json::from_slice(bytes).is_ok_and(|json| json_holds_private_key(&json))
}

/// The depth is bounded by the parser of the JSON.
fn json_holds_private_key(json: &Value) -> bool {
    match json {
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
        Value::String(text) => begins_private_key(text),
        Value::Array(values) => values.iter().any(json_holds_private_key),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| begins_private_key(name) || json_holds_private_key(value)),
    }
}

fn begins_private_key(text: &str) -> bool {
    text.match_indices("PRIVATE KEY").any(|(at, _)| {
        let before = text
            .as_bytes()
            .get(at.saturating_sub(LONGEST_KIND)..at)
            .unwrap_or_default();
        before
            .windows(b"BEGIN".len())
            .any(|window| window == b"BEGIN")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_private_key_is_seen_and_nothing_else_is() {
        let cases: &[(&str, bool)] = &[
            ("-----BEGIN PRIVATE KEY-----\n", true),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----", true),
            ("-----BEGIN RSA PRIVATE KEY-----", true),
            ("-----BEGIN EC PRIVATE KEY-----", true),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", true),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----", true),
            ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----", true),
            (
                r#"{"customerX509":{"cas":"-----BEGIN PRIVATE KEY-----\nAA"}}"#,
                true,
            ),
            (r#"{"a":["-----BEGIN \u0050RIVATE KEY-----"]}"#, true),
            (r#"{"-----BEGIN PRIVATE\u0020KEY-----":1}"#, true),
            (
                r#"{"customerX509":{"cas":"-----BEGIN CERTIFICATE-----\nAA"}}"#,
                false,
            ),
            ("-----BEGIN PUBLIC KEY-----", false),
            (r#"{"description":"holds no PRIVATE KEY"}"#, false),
            ("", false),
        ];
        for (body, expected) in cases {
            assert_eq!(holds_private_key(body.as_bytes()), *expected, "{body}");
        }
    }
}
