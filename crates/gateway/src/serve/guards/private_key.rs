//! A body with a private key in it goes nowhere. The page never sends one; this is for the day it
//! does by mistake.
//!
//! Looks for the first line of PEM (RFC 7468) and of its relatives (OpenSSH, PGP, SSH2), in the
//! bytes as they are and in every string of the JSON, where letters may be written as escapes. A
//! body that it cannot read is refused too: Atlas may read what this does not, another encoding for
//! instance.

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

const NOT_JSON: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "The body of a call must be JSON in UTF-8.",
);

/// The longest label between `BEGIN` and `PRIVATE KEY` is `SSH2 ENCRYPTED`; some room for others.
const LONGEST_KIND: usize = 32;

pub(in crate::serve) async fn guard(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    match check(&bytes) {
        Ok(()) => next.run(Request::from_parts(parts, bytes.into())).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if begins_private_key(&String::from_utf8_lossy(bytes)) {
        return Err(PRIVATE_KEY);
    }
    match serde_json::from_slice(bytes) {
        Ok(json) if json_holds_private_key(&json) => Err(PRIVATE_KEY),
        Err(_) if !bytes.is_empty() => Err(NOT_JSON),
        _ => Ok(()),
    }
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

    const KEY: Option<Code> = Some(Code::PrivateKeyInBody);
    const UNREADABLE: Option<Code> = Some(Code::BodyUnreadable);

    #[test]
    fn every_kind_of_private_key_is_seen_and_what_cannot_be_read_is_not_trusted() {
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let cases: &[(&str, Option<Code>)] = &[
            ("-----BEGIN PRIVATE KEY-----\n", KEY),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----", KEY),
            ("-----BEGIN RSA PRIVATE KEY-----", KEY),
            ("-----BEGIN EC PRIVATE KEY-----", KEY),
            ("-----BEGIN OPENSSH PRIVATE KEY-----", KEY),
            ("-----BEGIN PGP PRIVATE KEY BLOCK-----", KEY),
            ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----", KEY),
            (
                r#"{"customerX509":{"cas":"-----BEGIN PRIVATE KEY-----\nAA"}}"#,
                KEY,
            ),
            (r#"{"a":["-----BEGIN \u0050RIVATE KEY-----"]}"#, KEY),
            (r#"{"-----BEGIN PRIVATE\u0020KEY-----":1}"#, KEY),
            (
                r#"{"customerX509":{"cas":"-----BEGIN CERTIFICATE-----\nAA"}}"#,
                None,
            ),
            ("-----BEGIN PUBLIC KEY-----", UNREADABLE),
            ("{\"a\":1} {}", UNREADABLE),
            (&deep, UNREADABLE),
            (r#"{"description":"holds no PRIVATE KEY"}"#, None),
            ("", None),
        ];
        for (body, expected) in cases {
            let refused = check(body.as_bytes()).err().map(|refusal| refusal.code);
            assert_eq!(refused, *expected, "{body}");
        }
        let wide: Vec<u8> = r#"{"a":"-----BEGIN PRIVATE KEY-----"}"#
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert!(check(&wide).is_err());
    }
}
