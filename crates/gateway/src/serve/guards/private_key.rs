//! A body with a private key in it goes nowhere. The page never sends one; this is for the day it
//! does by mistake.
//!
//! Looks for the first line of PEM (RFC 7468) and of its relatives (OpenSSH, PGP, SSH2), in the
//! bytes as they are and in every string of the JSON, where letters may be written as escapes. A
//! body that it cannot read is refused too: Atlas may read what this does not, another encoding for
//! instance.

use std::fmt;

use axum::{body::to_bytes, extract::Request};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

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

pub(in crate::serve) async fn guard(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    check(&bytes)?;
    Ok(Request::from_parts(parts, bytes.into()))
}

fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if begins_private_key(&String::from_utf8_lossy(bytes)) {
        return Err(PRIVATE_KEY);
    }
    match serde_json::from_slice(bytes) {
        Ok(HoldsPrivateKey(true)) => Err(PRIVATE_KEY),
        Err(_) if !bytes.is_empty() => Err(NOT_JSON),
        _ => Ok(()),
    }
}

/// Whether a string of the JSON, or a name in it, begins a private key. A name that stands there
/// twice is looked at twice: whoever reads the body may keep the first or the last.
struct HoldsPrivateKey(bool);

impl<'de> Deserialize<'de> for HoldsPrivateKey {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(Search).map(Self)
    }
}

/// The depth is bounded by the parser of the JSON.
struct Search;

impl<'de> Visitor<'de> for Search {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_str<E>(self, text: &str) -> Result<bool, E> {
        Ok(begins_private_key(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some(HoldsPrivateKey(here)) = values.next_element()? {
            found |= here;
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<bool, A::Error> {
        let mut found = false;
        while let Some((HoldsPrivateKey(name), HoldsPrivateKey(value))) = fields.next_entry()? {
            found |= name | value;
        }
        Ok(found)
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
                r#"{"cas":"-----BEGIN \u0050RIVATE KEY-----","cas":"x"}"#,
                KEY,
            ),
            (
                r#"{"a":{"b":["-----BEGIN \u0050RIVATE KEY-----"]},"a":null}"#,
                KEY,
            ),
            (r#"{"a":[null,true,-1,1,0.5,"x",{"b":{}}]}"#, None),
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
