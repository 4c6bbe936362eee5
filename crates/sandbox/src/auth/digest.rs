//! The Digest handshake (RFC 7616) as Atlas does it: realm "MMS Public API", MD5, qop "auth", no
//! opaque.
//!
//! A nonce is its own record: the moment at which it ends and a proof that it was made here. So
//! nothing is kept of callers that never come back.

use std::{collections::BTreeMap, fmt::Write as _, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use md5::{Digest as _, Md5};

use super::{NotLetIn, same};
use crate::{clock::Moment, settings::Credentials};

const REALM: &str = "MMS Public API";

/// Makes nonces and knows them again.
pub(crate) struct Nonces {
    secret: [u8; 16],
    lifetime: Duration,
}

impl Nonces {
    pub(crate) fn new(lifetime: Duration) -> Result<Self, getrandom::Error> {
        let mut secret = [0; 16];
        getrandom::fill(&mut secret)?;
        Ok(Self { secret, lifetime })
    }

    pub(crate) fn challenge(&self, now: Moment, stale: bool) -> String {
        let nonce = self.nonce(now.plus(self.lifetime));
        format!(
            r#"Digest realm="{REALM}", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale={stale}"#
        )
    }

    fn nonce(&self, end: Moment) -> String {
        let end = end.millis();
        let proof = hash(&[&end.to_string(), &hex(&self.secret)]);
        BASE64_STANDARD.encode(format!("{end}:{proof}"))
    }

    fn is_fresh(&self, nonce: &str, now: Moment) -> bool {
        BASE64_STANDARD
            .decode(nonce)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| text.split_once(':')?.0.parse().ok())
            .map(Moment::from_millis)
            .is_some_and(|end| now < end && same(&self.nonce(end), nonce))
    }
}

/// Checks what follows `Digest` in `Authorization`.
///
/// Assumption: Atlas does not insist that the counts of a nonce rise, so that a caller with calls
/// under way in parallel is let in whatever their order.
pub(crate) fn check(
    proof: &str,
    method: &str,
    target: &str,
    credentials: &Credentials,
    nonces: &Nonces,
    now: Moment,
) -> Result<(), NotLetIn> {
    let said = parameters(proof);
    let value = |name: &str| said.get(name).map_or("", String::as_str);
    let known = value("username") == credentials.public_key
        && value("realm") == REALM
        && value("uri") == target
        && value("qop") == "auth"
        && (value("algorithm").is_empty() || value("algorithm").eq_ignore_ascii_case("MD5"))
        && !value("nc").is_empty()
        && !value("cnonce").is_empty();
    let key = hash(&[&credentials.public_key, REALM, &credentials.private_key]);
    let call = hash(&[method, target]);
    let expected = hash(&[
        &key,
        value("nonce"),
        value("nc"),
        value("cnonce"),
        "auth",
        &call,
    ]);
    if !known || !same(&expected, &value("response").to_ascii_lowercase()) {
        return Err(NotLetIn::Digest);
    }
    // Stale is said only to those who know the password (RFC 7616, section 3.3).
    if nonces.is_fresh(value("nonce"), now) {
        Ok(())
    } else {
        Err(NotLetIn::StaleNonce)
    }
}

fn hash(parts: &[&str]) -> String {
    hex(&Md5::digest(parts.join(":")))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// `name=value` and `name="value"` in a list with commas; names in lower case. What cannot be read
/// ends the list.
fn parameters(mut rest: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    while let Some((name, behind)) = rest.split_once('=') {
        let name = name.trim_matches([' ', '\t', ',']).to_ascii_lowercase();
        let behind = behind.trim_start();
        let value;
        if let Some(quoted) = behind.strip_prefix('"') {
            let Some((text, length)) = unquote(quoted) else {
                break;
            };
            value = text;
            rest = &quoted[length..];
        } else {
            let end = behind.find(',').unwrap_or(behind.len());
            value = behind[..end].trim().to_owned();
            rest = &behind[end..];
        }
        found.insert(name, value);
    }
    found
}

/// The text of a quoted string whose first mark has been read, and how far it goes.
fn unquote(quoted: &str) -> Option<(String, usize)> {
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((text, at + 1)),
            '\\' => text.push(chars.next()?.1),
            _ => text.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn lists_of_parameters_are_read_with_and_without_quotes() {
        let found =
            parameters(r#"Username="a\"b,c", uri="/x?y=z", qop=auth, nc=00000001,response="00""#);
        for (name, value) in [
            ("username", "a\"b,c"),
            ("uri", "/x?y=z"),
            ("qop", "auth"),
            ("nc", "00000001"),
            ("response", "00"),
        ] {
            assert_eq!(found.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert!(parameters("nonsense").is_empty());
        assert!(parameters("a=\"never ends").is_empty());
    }

    #[test]
    fn the_proof_of_rfc_2617_comes_out() {
        let key = hash(&["Mufasa", "testrealm@host.com", "Circle Of Life"]);
        let call = hash(&["GET", "/dir/index.html"]);
        let response = hash(&[
            &key,
            "dcd98b7102dd2f0e8b11d0f600bfb0c093",
            "00000001",
            "0a4f113b",
            "auth",
            &call,
        ]);
        assert_eq!(response, "6629fae49393a05397450978507c4ef1");
    }
}
