//! Access tokens of a service account: OAuth 2.0 client credentials (RFC 6749, section 4.4) and
//! revocation (RFC 7009), as data. Whoever holds the credential sends the requests and keeps the
//! time; secrets cannot be logged from here.

use std::{fmt::Write as _, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::error::Explanation;

/// Where tokens are given out, below the origin.
pub const TOKEN_PATH: &str = "/api/oauth/token";

/// Where tokens are given back, below the origin.
pub const REVOKE_PATH: &str = "/api/oauth/revoke";

/// The media type of both requests' bodies.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// So long before its end a token is replaced, so that no call carries one that ends on the way.
const RENEW_BEFORE: Duration = Duration::from_mins(1);

/// A service account.
#[derive(Clone, Debug)]
pub struct ServiceAccount {
    /// Its client id. No secret.
    pub client_id: String,
    /// Its client secret.
    pub client_secret: SecretString,
}

/// A `POST` to one of the two paths, with `Accept: application/json`.
#[derive(Clone, Debug)]
pub struct TokenRequest {
    /// [`TOKEN_PATH`] or [`REVOKE_PATH`].
    pub path: &'static str,
    /// The value of `Authorization`.
    pub authorization: SecretString,
    /// The body, of the type [`FORM`].
    pub body: SecretString,
}

impl ServiceAccount {
    /// Asks for a token.
    pub fn token_request(&self) -> TokenRequest {
        self.request(TOKEN_PATH, "grant_type=client_credentials".to_owned())
    }

    /// Gives a token back, at the end.
    pub fn revoke_request(&self, token: &Token) -> TokenRequest {
        let mut body = String::from("token=");
        push_form_encoded(&mut body, token.access.expose_secret());
        body.push_str("&token_type_hint=access_token");
        self.request(REVOKE_PATH, body)
    }

    /// RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
    fn request(&self, path: &'static str, body: String) -> TokenRequest {
        let mut pair = String::new();
        push_form_encoded(&mut pair, &self.client_id);
        pair.push(':');
        push_form_encoded(&mut pair, self.client_secret.expose_secret());
        TokenRequest {
            path,
            authorization: format!("Basic {}", STANDARD.encode(pair)).into(),
            body: body.into(),
        }
    }
}

fn push_form_encoded(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) {
            out.push(char::from(byte));
        } else if byte == b' ' {
            out.push('+');
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

/// An access token, and when to replace it. Times are measured from any fixed moment, always the
/// same one.
#[derive(Clone, Debug)]
pub struct Token {
    access: SecretString,
    renew_at: Duration,
    ends_at: Duration,
}

impl Token {
    /// Reads the answer to [`ServiceAccount::token_request`]. `now` is when the request was sent,
    /// so that the time on the way does not lengthen the token's life.
    pub fn read(status: u16, body: &str, now: Duration) -> Result<Self, TokenError> {
        if status != 200 {
            return Err(TokenError::read(status, body));
        }
        let answer: Answer =
            serde_json::from_str(body).map_err(|error| TokenError::Unreadable {
                // The parser's own words may quote the token.
                line: error.line(),
                column: error.column(),
            })?;
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(TokenError::OtherType {
                token_type: answer.token_type,
            });
        }
        let life = Duration::from_secs(answer.expires_in);
        // A token that lives for less than two minutes would be due at once, again and again.
        let fresh = life.saturating_sub(RENEW_BEFORE).max(life / 2);
        Ok(Self {
            access: answer.access_token.into(),
            renew_at: now.saturating_add(fresh),
            ends_at: now.saturating_add(life),
        })
    }

    /// Whether it is time for a new one.
    pub fn is_due(&self, now: Duration) -> bool {
        now >= self.renew_at
    }

    /// Whether it is of no use any more.
    pub fn has_ended(&self, now: Duration) -> bool {
        now >= self.ends_at
    }

    /// The value of `Authorization`.
    pub fn authorization(&self) -> SecretString {
        format!("Bearer {}", self.access.expose_secret()).into()
    }
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default = "an_hour")]
    expires_in: u64,
    #[serde(default = "bearer")]
    token_type: String,
}

/// What Atlas gives, should it not say.
fn an_hour() -> u64 {
    3_600
}

fn bearer() -> String {
    "Bearer".to_owned()
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// An error of RFC 6749, section 5.2, or a status alone.
    #[error("status {status}: {error}")]
    Refused {
        /// The status.
        status: u16,
        /// Such as `invalid_client`; empty when the body has none.
        error: String,
        /// Atlas's own words; may be empty.
        description: String,
    },
    /// A success, but no token in it.
    #[error("the answer is no token (line {line}, column {column})")]
    Unreadable {
        /// Where reading stopped.
        line: usize,
        /// Where reading stopped.
        column: usize,
    },
    /// A token of a kind that cannot be used.
    #[error("a token of type {token_type}")]
    OtherType {
        /// The type.
        token_type: String,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ErrorAnswer {
    error: String,
    error_description: String,
}

impl TokenError {
    fn read(status: u16, body: &str) -> Self {
        let answer: ErrorAnswer = serde_json::from_str(body).unwrap_or_default();
        Self::Refused {
            status,
            error: answer.error,
            description: answer.error_description,
        }
    }

    /// The failure in words.
    pub fn explain(&self) -> Explanation {
        let (code, what, next, detail) = match self {
            Self::Refused {
                status,
                error,
                description,
            } => {
                let (what, next) = match (status, error.as_str()) {
                    (_, "invalid_client") | (401, _) => (
                        "Atlas does not know this service account, or its secret is wrong or has expired.".to_owned(),
                        "Check the client id and secret. A secret that has expired has to be made anew in Atlas.",
                    ),
                    (429, _) => (
                        "Atlas gives out no more tokens for the moment.".to_owned(),
                        "Wait a minute, then press Try again.",
                    ),
                    (500.., _) => (
                        format!("Atlas gave no token (status {status})."),
                        "Wait a minute, then press Try again.",
                    ),
                    (_, "") => (
                        format!("Atlas gave no token (status {status})."),
                        "Check the client id and secret, then press Try again.",
                    ),
                    (_, error) => (
                        format!("Atlas gave no token ({error}, status {status})."),
                        "Check the client id and secret, then press Try again.",
                    ),
                };
                (error, what, next, description.clone())
            }
            Self::Unreadable { .. } | Self::OtherType { .. } => (
                &String::new(),
                "What came back instead of a token is none that can be used.".to_owned(),
                "Check that nothing on the way to Atlas rewrites answers, then press Try again.",
                self.to_string(),
            ),
        };
        Explanation {
            code: Some(code.clone()).filter(|code| !code.is_empty()),
            what,
            next: next.to_owned(),
            detail: Some(detail).filter(|detail| !detail.is_empty()),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    fn account(client_secret: &str) -> ServiceAccount {
        ServiceAccount {
            client_id: "mdb_sa_id_1".to_owned(),
            client_secret: client_secret.to_owned().into(),
        }
    }

    fn token(expires_in: u64) -> Token {
        let body = format!(
            r#"{{"access_token":"ey.a+b","expires_in":{expires_in},"token_type":"Bearer"}}"#
        );
        Token::read(200, &body, NOW).unwrap()
    }

    #[test]
    fn the_request_bears_both_halves_form_encoded() {
        for (secret, pair) in [
            ("mdb_sa_sk_x-Y", "mdb_sa_id_1:mdb_sa_sk_x-Y"),
            ("a:b c&d", "mdb_sa_id_1:a%3Ab+c%26d"),
        ] {
            let request = account(secret).token_request();
            assert_eq!(request.path, "/api/oauth/token");
            assert_eq!(
                request.body.expose_secret(),
                "grant_type=client_credentials"
            );
            let expected = format!("Basic {}", STANDARD.encode(pair));
            assert_eq!(request.authorization.expose_secret(), expected);
        }
    }

    #[test]
    fn a_token_is_given_back_encoded() {
        let request = account("s").revoke_request(&token(3_600));
        assert_eq!(request.path, "/api/oauth/revoke");
        assert_eq!(
            request.body.expose_secret(),
            "token=ey.a%2Bb&token_type_hint=access_token"
        );
    }

    #[test]
    fn a_token_is_replaced_a_minute_before_its_end() {
        let at = |seconds| NOW + Duration::from_secs(seconds);
        for (life, due) in [(3_600, 3_540), (120, 60), (100, 50), (0, 0)] {
            let token = token(life);
            assert!(token.is_due(at(due)), "{life}");
            assert!(due == 0 || !token.is_due(at(due - 1)), "{life}");
            assert!(token.has_ended(at(life)));
        }
    }

    #[test]
    fn no_debug_output_shows_a_secret() {
        let account = account("hidden-1");
        let token = Token::read(200, r#"{"access_token":"hidden-2"}"#, NOW).unwrap();
        let seen = format!(
            "{account:?} {:?} {token:?} {:?} {:?}",
            account.token_request(),
            account.revoke_request(&token),
            Token::read(200, r#"{"access_token":"hidden-3","expires_in":"x"}"#, NOW),
        );
        assert!(!seen.contains("hidden"), "{seen}");
        assert!(
            !seen.contains(&STANDARD.encode("mdb_sa_id_1:hidden-1")),
            "{seen}"
        );
    }

    #[test]
    fn what_is_no_token_is_said_in_words() {
        let cases = [
            (
                401,
                r#"{"error":"invalid_client","error_description":"Unknown client."}"#,
                "does not know this service account",
            ),
            (
                400,
                r#"{"error":"invalid_request"}"#,
                "(invalid_request, status 400)",
            ),
            (502, "<html>", "(status 502)"),
            (429, "", "no more tokens"),
            (200, "{}", "none that can be used"),
            (
                200,
                r#"{"access_token":"x","token_type":"mac"}"#,
                "none that can be used",
            ),
        ];
        for (status, body, said) in cases {
            let explanation = Token::read(status, body, NOW).unwrap_err().explain();
            assert!(explanation.what.contains(said), "{}", explanation.what);
            assert!(!explanation.next.is_empty());
        }
    }
}
