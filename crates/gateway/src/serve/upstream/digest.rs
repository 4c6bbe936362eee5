//! HTTP Digest (RFC 7616) with an API key, as Atlas does it: MD5, qop "auth".
//!
//! A nonce is used again, counted, until Atlas gives another one. The first call goes without a
//! proof, for want of a nonce; the answer to it brings one.

use std::{
    fmt::{self, Write as _},
    sync::{Mutex, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue, Method, header};
use md5::{Digest as _, Md5};
use secrecy::{ExposeSecret as _, SecretString};

use super::failure::Failure;

pub(super) struct Digest {
    public: String,
    private: SecretString,
    session: Mutex<Option<Session>>,
}

/// What Atlas asked to be answered, and how often it has been.
#[derive(Clone, Debug)]
struct Session {
    challenge: Challenge,
    count: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Challenge {
    realm: String,
    nonce: String,
    opaque: Option<String>,
}

impl Digest {
    pub(super) fn new(public: String, private: SecretString) -> Self {
        Self {
            public,
            private,
            session: Mutex::new(None),
        }
    }

    /// The value of `Authorization` for this request, and the nonce in it. `None` before there is
    /// a nonce.
    pub(super) fn authorization(
        &self,
        method: &Method,
        target: &str,
    ) -> Result<Option<(HeaderValue, String)>, Failure> {
        let Some(session) = self.next() else {
            return Ok(None);
        };
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|_| Failure::Random)?;
        let nonce = session.challenge.nonce.clone();
        let proof = self.proof(&session, method.as_str(), target, &hex(&random));
        // A challenge that cannot be repeated in a header cannot be answered.
        Ok(HeaderValue::from_str(&proof).ok().map(|mut value| {
            value.set_sensitive(true);
            (value, nonce)
        }))
    }

    /// Keeps the challenge of a refusal, unless it is the one that was answered. Whether there is
    /// something new to answer to.
    ///
    /// `stale` is not asked for: servers that share no memory call a nonce of another one unknown,
    /// not stale. A wrong key costs one more call that way, and no more.
    pub(super) fn learn(&self, headers: &HeaderMap, answered: Option<&str>) -> bool {
        let Some(challenge) = headers
            .get_all(header::WWW_AUTHENTICATE)
            .iter()
            .find_map(|value| Challenge::read(value.to_str().ok()?))
        else {
            return false;
        };
        if answered == Some(challenge.nonce.as_str()) {
            return false;
        }
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        // Calls in parallel are refused in parallel: the count of a nonce goes on.
        if session
            .as_ref()
            .is_none_or(|kept| kept.challenge != challenge)
        {
            *session = Some(Session {
                challenge,
                count: 0,
            });
        }
        true
    }

    fn next(&self) -> Option<Session> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let session = session.as_mut()?;
        session.count = session.count.wrapping_add(1);
        Some(session.clone())
    }

    /// RFC 7616, sections 3.4.1 to 3.4.3.
    fn proof(&self, session: &Session, method: &str, target: &str, cnonce: &str) -> String {
        let Challenge {
            realm,
            nonce,
            opaque,
        } = &session.challenge;
        let count = format!("{:08x}", session.count);
        let key = hash(&[&self.public, realm, self.private.expose_secret()]);
        let call = hash(&[method, target]);
        let response = hash(&[&key, nonce, &count, cnonce, "auth", &call]);
        let mut proof = format!(
            "Digest username={}, realm={}, nonce={}, uri=\"{target}\", algorithm=MD5, qop=auth, nc={count}, cnonce=\"{cnonce}\", response=\"{response}\"",
            quoted(&self.public),
            quoted(realm),
            quoted(nonce),
        );
        if let Some(opaque) = opaque {
            // Writing to a string cannot fail.
            let _ = write!(proof, ", opaque={}", quoted(opaque));
        }
        proof
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

impl Challenge {
    /// Reads one value of `WWW-Authenticate`. `None` for another scheme, and for a challenge that
    /// is not of Atlas's kind.
    fn read(value: &str) -> Option<Self> {
        let (scheme, mut rest) = value.trim_start().split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let (mut realm, mut nonce, mut opaque) = (None, None, None);
        let (mut is_md5, mut is_auth) = (true, false);
        while let Some((name, value, behind)) = parameter(rest) {
            rest = behind;
            match name.to_ascii_lowercase().as_str() {
                "realm" => realm = Some(value),
                "nonce" => nonce = Some(value),
                "opaque" => opaque = Some(value),
                "algorithm" => is_md5 = value.eq_ignore_ascii_case("MD5"),
                "qop" => {
                    is_auth = value
                        .split(',')
                        .any(|kind| kind.trim().eq_ignore_ascii_case("auth"));
                }
                _ => {}
            }
        }
        (is_md5 && is_auth).then_some(())?;
        Some(Self {
            realm: realm?,
            nonce: nonce?,
            opaque,
        })
    }
}

/// The first `name=value` or `name="value"` of a list with commas, and what comes behind it.
fn parameter(list: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = list.trim_start_matches([' ', '\t', ',']).split_once('=')?;
    let rest = rest.trim_start();
    let Some(inside) = rest.strip_prefix('"') else {
        let end = rest.find(',').unwrap_or(rest.len());
        return Some((name.trim(), rest[..end].trim().to_owned(), &rest[end..]));
    };
    let mut value = String::new();
    let mut letters = inside.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((name.trim(), value, &inside[at + 1..])),
            '\\' => value.push(letters.next()?.1),
            _ => value.push(letter),
        }
    }
    None
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn hash(parts: &[&str]) -> String {
    hex(&Md5::digest(parts.join(":")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn challenged(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::WWW_AUTHENTICATE, value.parse().unwrap());
        }
        headers
    }

    fn digest() -> Digest {
        Digest::new("Mufasa".to_owned(), "Circle Of Life".to_owned().into())
    }

    #[test]
    fn the_proof_of_rfc_2617_section_3_5_comes_out() {
        let session = Session {
            challenge: Challenge {
                realm: "testrealm@host.com".to_owned(),
                nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093".to_owned(),
                opaque: Some("5ccc069c403ebaf9f0171e9517f40e41".to_owned()),
            },
            count: 1,
        };
        let proof = digest().proof(&session, "GET", "/dir/index.html", "0a4f113b");
        assert_eq!(
            proof,
            "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", algorithm=MD5, qop=auth, nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\""
        );
    }

    #[test]
    fn challenges_of_the_kind_that_atlas_sends_are_read_and_others_are_not() {
        let atlas = r#"Digest realm="MMS Public API", domain="", nonce="a,b=\"c\\", algorithm=MD5, qop="auth", stale=false"#;
        let read = Challenge::read(atlas).unwrap();
        assert_eq!(
            (read.realm.as_str(), read.nonce.as_str(), read.opaque),
            ("MMS Public API", "a,b=\"c\\", None)
        );
        for (value, is_read) in [
            (r#"digest REALM="r",NONCE=n,qop="auth-int, AUTH""#, true),
            (r#"Digest realm="r", nonce="n", qop="auth-int""#, false),
            (r#"Digest realm="r", nonce="n""#, false),
            (
                r#"Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256"#,
                false,
            ),
            (r#"Digest realm="r", qop="auth""#, false),
            (r#"Digest realm="r", qop="auth", nonce="n"#, false),
            (r#"Basic realm="r""#, false),
            ("Digest", false),
            ("", false),
        ] {
            assert_eq!(Challenge::read(value).is_some(), is_read, "{value}");
        }
    }

    #[test]
    fn a_nonce_is_counted_and_replaced_by_another_one_alone() {
        let digest = digest();
        let proof = || {
            let proof = digest.authorization(&Method::GET, "/x").unwrap();
            proof.map(|(value, nonce)| (value.to_str().unwrap().to_owned(), nonce))
        };
        let first = challenged(&[
            "Basic realm=\"r\"",
            r#"Digest realm="r", nonce="1", qop="auth""#,
        ]);
        let second = challenged(&[r#"Digest realm="r", nonce="2", qop="auth""#]);
        assert!(proof().is_none());
        assert!(!digest.learn(&challenged(&[]), None));
        assert!(digest.learn(&first, None));
        for count in ["nc=00000001,", "nc=00000002,"] {
            let (value, nonce) = proof().unwrap();
            assert!(value.contains(count) && nonce == "1", "{value}");
        }
        assert!(digest.learn(&first, None), "another call met with it too");
        assert!(proof().unwrap().0.contains("nc=00000003,"));
        assert!(!digest.learn(&first, Some("1")), "the key is wrong");
        assert!(digest.learn(&second, Some("1")));
        let (value, nonce) = proof().unwrap();
        assert!(value.contains("nc=00000001,") && nonce == "2", "{value}");
    }

    #[test]
    fn a_proof_is_not_shown_by_what_prints_headers() {
        let digest = digest();
        digest.learn(
            &challenged(&[r#"Digest realm="r", nonce="1", qop="auth""#]),
            None,
        );
        let (value, _) = digest.authorization(&Method::GET, "/x").unwrap().unwrap();
        assert!(!format!("{value:?} {digest:?}").contains("Mufasa"));
    }
}
