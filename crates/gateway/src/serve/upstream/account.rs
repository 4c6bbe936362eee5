//! The service account's access token: asked for by the first call, replaced a minute before its
//! end, handed back at the end of the program.
//!
//! One call at a time asks; the others wait for what it gets, a refusal included.

use std::time::Duration;

use atlas::oauth::{FORM, ServiceAccount, Token, TokenRequest};
use axum::{
    body::Bytes,
    http::{HeaderValue, Method, header},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{
    sync::Mutex,
    time::{Instant, timeout_at},
};

use super::{
    exchange::{Answer, Exchange},
    failure::Failure,
};

#[derive(Debug)]
pub(super) struct Account {
    identity: ServiceAccount,
    /// Times of tokens are measured from here.
    begun: Instant,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    token: Option<Token>,
    /// How many tokens there have been.
    number: u64,
    /// Why there is no token, and since when: for those who were waiting.
    failed: Option<(Instant, Failure)>,
}

impl Account {
    pub(super) fn new(identity: ServiceAccount) -> Self {
        Self {
            identity,
            begun: Instant::now(),
            state: Mutex::default(),
        }
    }

    /// The value of `Authorization`, and the number of the token in it.
    pub(super) async fn authorization(
        &self,
        exchange: &Exchange,
        deadline: Instant,
    ) -> Result<(HeaderValue, u64), Failure> {
        let asked = Instant::now();
        let mut state = timeout_at(deadline, self.state.lock())
            .await
            .map_err(|_| Failure::TooSlow.of_token())?;
        let now = self.begun.elapsed();
        if state.token.as_ref().is_none_or(|token| token.is_due(now)) {
            if let Some((at, failure)) = &state.failed
                && *at >= asked
            {
                return Err(failure.clone());
            }
            match self.fetch(exchange, now, deadline).await {
                Ok(token) => {
                    state.token = Some(token);
                    state.number += 1;
                }
                // The one that is due is still good for a moment.
                Err(_)
                    if state
                        .token
                        .as_ref()
                        .is_some_and(|token| !token.has_ended(now)) => {}
                Err(failure) => {
                    state.token = None;
                    state.failed = Some((Instant::now(), failure.clone()));
                    return Err(failure);
                }
            }
        }
        let authorization = state.token.as_ref().map(Token::authorization);
        match authorization.as_ref().and_then(header_value) {
            Some(value) => Ok((value, state.number)),
            None => Err(Failure::NoToken {
                cause: "the token that came cannot stand in a header".to_owned(),
            }),
        }
    }

    /// Atlas refused the token of this number. A newer one is not concerned.
    pub(super) async fn forget(&self, number: u64) {
        let mut state = self.state.lock().await;
        if state.number == number {
            state.token = None;
        }
    }

    /// Hands the token back.
    pub(super) async fn revoke(&self, exchange: &Exchange, deadline: Instant) {
        let Ok(mut state) = timeout_at(deadline, self.state.lock()).await else {
            return;
        };
        let Some(token) = state.token.take() else {
            return;
        };
        let request = self.identity.revoke_request(&token);
        if !matches!(post(exchange, &request, deadline).await, Ok(answer) if answer.status.is_success())
        {
            tracing::warn!(
                "the access token could not be handed back to Atlas; it ends by itself within the hour"
            );
        }
    }

    async fn fetch(
        &self,
        exchange: &Exchange,
        now: Duration,
        deadline: Instant,
    ) -> Result<Token, Failure> {
        let request = self.identity.token_request();
        let answer = post(exchange, &request, deadline)
            .await
            .map_err(Failure::of_token)?;
        let body = SecretString::from(String::from_utf8_lossy(&answer.body).into_owned());
        Token::read(answer.status.as_u16(), body.expose_secret(), now).map_err(Failure::Token)
    }
}

async fn post(
    exchange: &Exchange,
    request: &TokenRequest,
    deadline: Instant,
) -> Result<Answer, Failure> {
    let body = Bytes::copy_from_slice(request.body.expose_secret().as_bytes());
    let mut post = exchange.request(Method::POST, request.path, Some(body))?;
    let headers = post.headers_mut();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
    let authorization = header_value(&request.authorization).ok_or(Failure::Malformed)?;
    headers.insert(header::AUTHORIZATION, authorization);
    exchange.send(post, deadline).await
}

fn header_value(secret: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(secret.expose_secret()).ok()?;
    // Not shown by whatever prints headers.
    value.set_sensitive(true);
    Some(value)
}
