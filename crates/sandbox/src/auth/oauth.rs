//! Access tokens for the service account: OAuth 2.0 client credentials (RFC 6749, section 4.4) and
//! their revocation (RFC 7009).

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::{digest::hex, same, with_scheme};
use crate::{clock::Moment, media, settings::Credentials};

/// The tokens that were handed out, with their ends.
pub(crate) struct Tokens {
    good: Mutex<HashMap<String, Moment>>,
    lifetime: Duration,
}

impl Tokens {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            good: Mutex::default(),
            lifetime,
        }
    }

    pub(super) fn is_good(&self, token: &str, now: Moment) -> bool {
        let good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.get(token).is_some_and(|end| now < *end)
    }

    fn hand_out(&self, now: Moment) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 24];
        getrandom::fill(&mut bytes)?;
        let token = hex(&bytes);
        let mut good = self.good.lock().unwrap_or_else(PoisonError::into_inner);
        good.retain(|_, end| now < *end);
        good.insert(token.clone(), now.plus(self.lifetime));
        Ok(token)
    }

    fn revoke(&self, token: &str) {
        self.good
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(token);
    }
}

/// Why no token is handed out (RFC 6749, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OauthError {
    InvalidClient,
    InvalidRequest,
    UnsupportedGrantType,
    ServerError,
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let (status, error, description) = match self {
            Self::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Client authentication failed.",
            ),
            Self::InvalidRequest => (
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "A parameter is missing or given twice, or the body is no form.",
            ),
            Self::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The grant type is not client_credentials.",
            ),
            Self::ServerError => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "server_error",
                "The token could not be made.",
            ),
        };
        let body = json!({"error": error, "error_description": description});
        let mut response = media::json(status, media::PLAIN, &body);
        if status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"Basic realm="oauth""#),
            );
        }
        not_kept(response)
    }
}

/// `POST /api/oauth/token`
pub(crate) fn token(
    tokens: &Tokens,
    credentials: &Credentials,
    headers: &HeaderMap,
    body: &[u8],
    now: Moment,
) -> Result<Response, OauthError> {
    check_client(headers, credentials)?;
    let grant = parameter(headers, body, "grant_type")?;
    if grant != "client_credentials" {
        return Err(OauthError::UnsupportedGrantType);
    }
    let token = tokens.hand_out(now).map_err(|_| OauthError::ServerError)?;
    let body = json!({
        "access_token": token,
        "expires_in": tokens.lifetime.as_secs(),
        "token_type": "Bearer",
    });
    Ok(not_kept(media::json(StatusCode::OK, media::PLAIN, &body)))
}

/// `POST /api/oauth/revoke`: a token that is not known is revoked already.
pub(crate) fn revoke(
    tokens: &Tokens,
    credentials: &Credentials,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, OauthError> {
    check_client(headers, credentials)?;
    tokens.revoke(&parameter(headers, body, "token")?);
    Ok(not_kept(StatusCode::OK.into_response()))
}

/// Takes the name and secret of HTTP Basic as they are, and encoded as RFC 6749, section 2.3.1,
/// asks: clients of Atlas do both.
fn check_client(headers: &HeaderMap, credentials: &Credentials) -> Result<(), OauthError> {
    let shown = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| with_scheme(value, "Basic"))
        .and_then(|value| BASE64_STANDARD.decode(value).ok())
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or(OauthError::InvalidClient)?;
    let (id, secret) = shown.split_once(':').ok_or(OauthError::InvalidClient)?;
    let is = |shown: &str, expected: &str| {
        let decoded = form_urlencoded::parse(shown.as_bytes())
            .next()
            .map(|(name, _)| name.into_owned())
            .unwrap_or_default();
        same(shown, expected) || same(&decoded, expected)
    };
    if is(id, &credentials.client_id) & is(secret, &credentials.client_secret) {
        Ok(())
    } else {
        Err(OauthError::InvalidClient)
    }
}

/// A parameter of a form that must be there once.
fn parameter(headers: &HeaderMap, body: &[u8], name: &str) -> Result<String, OauthError> {
    let is_form = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let mut values = form_urlencoded::parse(body).filter(|(key, _)| key == name);
    match (is_form, values.next(), values.next()) {
        (true, Some((_, value)), None) => Ok(value.into_owned()),
        _ => Err(OauthError::InvalidRequest),
    }
}

/// Tokens are kept by nobody on the way (RFC 6749, section 5.1).
fn not_kept(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
