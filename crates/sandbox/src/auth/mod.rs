//! Who is calling: an API key by the Digest handshake, or a service account by an access token.

pub(crate) mod digest;
pub(crate) mod oauth;

use axum::{
    http::{HeaderValue, header, request::Parts},
    response::{IntoResponse, Response},
};

use crate::{clock::Moment, refusal::Refusal, settings::Credentials};

/// Whose credential a call showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller {
    ApiKey,
    ServiceAccount,
}

/// Lets those in who can prove who they are.
pub(crate) struct Gate {
    pub(crate) credentials: Credentials,
    pub(crate) nonces: digest::Nonces,
    pub(crate) tokens: oauth::Tokens,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotLetIn {
    /// Nothing was shown, or something wrong.
    Digest,
    /// The proof was right, but for a nonce that is too old: try again with the new one.
    StaleNonce,
    /// The access token is unknown, revoked or expired.
    Token,
}

impl Gate {
    pub(crate) fn caller(&self, parts: &Parts, now: Moment) -> Result<Caller, NotLetIn> {
        let Some(shown) = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
        else {
            return Err(NotLetIn::Digest);
        };
        if let Some(token) = with_scheme(shown, "Bearer") {
            return if self.tokens.is_good(token, now) {
                Ok(Caller::ServiceAccount)
            } else {
                Err(NotLetIn::Token)
            };
        }
        let proof = with_scheme(shown, "Digest").ok_or(NotLetIn::Digest)?;
        let target = parts
            .uri
            .path_and_query()
            .map_or("/", |target| target.as_str());
        digest::check(
            proof,
            parts.method.as_str(),
            target,
            &self.credentials,
            &self.nonces,
            now,
        )?;
        Ok(Caller::ApiKey)
    }

    /// The answer to somebody who is not let in.
    pub(crate) fn challenge(&self, why: NotLetIn, now: Moment) -> Response {
        let challenge = match why {
            NotLetIn::Digest => self.nonces.challenge(now, false),
            NotLetIn::StaleNonce => self.nonces.challenge(now, true),
            // Assumption: as RFC 6750 asks.
            NotLetIn::Token => r#"Bearer error="invalid_token""#.to_owned(),
        };
        let mut response = Refusal::BadCredentials.into_response();
        if let Ok(value) = HeaderValue::from_str(&challenge) {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

/// What follows a scheme's name, in any case (RFC 9110, section 11.1).
fn with_scheme<'a>(shown: &'a str, scheme: &str) -> Option<&'a str> {
    let (name, rest) = shown.split_once(' ')?;
    name.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

/// Compares without telling by time how much of a secret was right.
fn same(one: &str, other: &str) -> bool {
    use subtle::ConstantTimeEq as _;
    one.as_bytes().ct_eq(other.as_bytes()).into()
}
