//! HTTP Digest (RFC 7616) with an API key. What is written and read is the crate's for it; here is which
//! challenge is answered, and how long.
//!
//! A nonce is used again, counted, until Atlas gives another one. The first call goes without a
//! proof, for want of a nonce; the answer to it brings one.

use std::{
    fmt,
    sync::{Mutex, MutexGuard, PoisonError},
};

use axum::http::{HeaderMap, HeaderValue, Method, header};
use http_auth::{DigestClient, PasswordParams, digest::Qop, parse_challenges};
use secrecy::{ExposeSecret as _, SecretString};

pub(super) struct Digest {
    public: String,
    private: SecretString,
    /// What Atlas asked to be answered, and how often it has been.
    session: Mutex<Option<DigestClient>>,
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
    /// a nonce, and for a challenge that cannot be answered.
    pub(super) fn authorization(
        &self,
        method: &Method,
        target: &str,
    ) -> Option<(HeaderValue, String)> {
        let mut session = self.session();
        let session = session.as_mut()?;
        let proof = session.respond(&PasswordParams {
            username: &self.public,
            password: self.private.expose_secret(),
            uri: target,
            method: method.as_str(),
            body: None,
        });
        let mut value = HeaderValue::try_from(proof.ok()?).ok()?;
        value.set_sensitive(true);
        Some((value, session.nonce().to_owned()))
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
            .find_map(|value| challenge(value.to_str().ok()?))
        else {
            return false;
        };
        if answered == Some(challenge.nonce()) {
            return false;
        }
        let mut session = self.session();
        // Calls in parallel are refused in parallel: the count of a nonce goes on.
        if session
            .as_ref()
            .is_none_or(|kept| kept.nonce() != challenge.nonce())
        {
            *session = Some(challenge);
        }
        true
    }

    fn session(&self) -> MutexGuard<'_, Option<DigestClient>> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest")
    }
}

/// The first challenge of a header that a proof without the body answers, and one that is good for a
/// single call (RFC 7616, section 3.4.3; the older form without `qop` is not).
fn challenge(value: &str) -> Option<DigestClient> {
    let challenges = parse_challenges(value).ok()?;
    challenges
        .iter()
        .filter_map(|it| DigestClient::try_from(it).ok())
        .find(|it| !it.rfc2069_compat() && it.qop() & Qop::Auth)
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
    fn challenges_of_the_kind_that_atlas_sends_are_read_and_others_are_not() {
        let atlas = r#"Digest realm="MMS Public API", domain="", nonce="a,b=\"c\\", algorithm=MD5, qop="auth", stale=false"#;
        let read = challenge(atlas).unwrap();
        assert_eq!(
            (read.realm(), read.nonce(), read.opaque()),
            ("MMS Public API", "a,b=\"c\\", None)
        );
        for (value, is_read) in [
            (r#"digest REALM="r",NONCE=n,qop="auth-int, AUTH""#, true),
            (r#"Digest realm="r", nonce="n", qop="auth-int""#, false),
            (r#"Digest realm="r", nonce="n""#, false),
            (
                r#"Basic realm="r", Digest realm="r", nonce="n", qop="auth""#,
                true,
            ),
            (
                r#"Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256"#,
                true,
            ),
            (
                r#"Digest realm="r", nonce="n", qop="auth", algorithm=MD4"#,
                false,
            ),
            (r#"Digest realm="r", qop="auth""#, false),
            (r#"Digest realm="r", qop="auth", nonce="n"#, false),
            (r#"Basic realm="r""#, false),
            ("Digest", false),
            ("", false),
        ] {
            assert_eq!(challenge(value).is_some(), is_read, "{value}");
        }
    }

    #[test]
    fn a_nonce_is_counted_and_replaced_by_another_one_alone() {
        let digest = digest();
        let proof = || {
            let proof = digest.authorization(&Method::GET, "/x");
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
        let (value, _) = digest.authorization(&Method::GET, "/x").unwrap();
        assert!(!format!("{value:?} {digest:?}").contains("Mufasa"));
    }
}
