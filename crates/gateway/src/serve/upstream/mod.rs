//! Atlas, as the gateway speaks to it: one origin, fixed at the start, and one credential.
//!
//! The modules: `connect` makes connections (proxy, TLS), `exchange` sends one request and reads
//! one answer, `account` and `digest` are the two kinds of credential, `failure` says what went
//! wrong. Redirects are not followed, and nothing is tried again but a call whose credential was
//! refused, once, with a new token or nonce. All other retries are the client's.

mod account;
mod connect;
mod digest;
mod exchange;
mod failure;

use std::time::Duration;

use atlas::{calls::BASE, error::Refusal, oauth::ServiceAccount};
use axum::{
    body::Bytes,
    http::{HeaderValue, Method, Request, StatusCode, header},
};
use http_body_util::Full;
use tokio::time::Instant;

use super::config::{Credential, Network, Origin};
use account::Account;
pub(crate) use connect::ConnectError;
use digest::Digest;
use exchange::Exchange;
pub(crate) use exchange::{Answer, Patience};
pub(crate) use failure::Failure;

/// How long giving the token back may hold up the end of the program.
const FAREWELL: Duration = Duration::from_secs(2);

/// Atlas and the credential for it.
#[derive(Debug)]
pub(crate) struct Upstream {
    exchange: Exchange,
    credential: Login,
    patience: Patience,
}

/// The credential with what it has come to know.
#[derive(Debug)]
enum Login {
    Account(Account),
    Key(Digest),
}

/// What a request showed, so that the answer can be told from that to another one.
enum Shown {
    /// Which of the tokens that there have been.
    Token(u64),
    /// The nonce, if there was one to answer to.
    Proof(Option<String>),
}

/// A call for Atlas, built from the table of calls alone.
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Path and query below the API's base, encoded.
    pub(crate) target: String,
    /// For `Accept`, and for `Content-Type` when there is a body.
    pub(crate) media_type: HeaderValue,
    pub(crate) body: Option<Bytes>,
}

impl Upstream {
    pub(crate) fn new(
        origin: &Origin,
        credential: Credential,
        network: &Network,
        patience: Patience,
    ) -> Result<Self, ConnectError> {
        Ok(Self {
            exchange: Exchange::new(origin, network, patience)?,
            credential: match credential {
                Credential::ServiceAccount { id, secret } => {
                    Login::Account(Account::new(ServiceAccount {
                        client_id: id,
                        client_secret: secret,
                    }))
                }
                Credential::ApiKey { public, private } => Login::Key(Digest::new(public, private)),
            },
            patience,
        })
    }

    /// Makes the call. When the credential is refused it is renewed and the call made again, once:
    /// what was refused was not carried out.
    pub(crate) async fn call(&self, call: &Call) -> Result<Answer, Failure> {
        let deadline = Instant::now() + self.patience.whole;
        let (request, shown) = self.request(call, deadline).await?;
        let answer = self.exchange.send(request, deadline).await?;
        if !is_credential_refused(&answer) || !self.renew(&answer, &shown).await {
            return Ok(answer);
        }
        let (request, _) = self.request(call, deadline).await?;
        self.exchange.send(request, deadline).await
    }

    /// Hands the token back, if there is one.
    pub(crate) async fn say_goodbye(&self) {
        if let Login::Account(account) = &self.credential {
            account
                .revoke(&self.exchange, Instant::now() + FAREWELL)
                .await;
        }
    }

    /// The request from scratch: nothing that the page sent but the call itself.
    async fn request(
        &self,
        call: &Call,
        deadline: Instant,
    ) -> Result<(Request<Full<Bytes>>, Shown), Failure> {
        let target = format!("{BASE}{}", call.target);
        let (authorization, shown) = match &self.credential {
            Login::Account(account) => {
                let (token, number) = account.authorization(&self.exchange, deadline).await?;
                (Some(token), Shown::Token(number))
            }
            Login::Key(digest) => match digest.authorization(&call.method, &target) {
                Some((proof, nonce)) => (Some(proof), Shown::Proof(Some(nonce))),
                None => (None, Shown::Proof(None)),
            },
        };
        let mut request = self
            .exchange
            .request(call.method.clone(), &target, call.body.clone())?;
        let headers = request.headers_mut();
        headers.insert(header::ACCEPT, call.media_type.clone());
        if call.body.is_some() {
            headers.insert(header::CONTENT_TYPE, call.media_type.clone());
        }
        if let Some(authorization) = authorization {
            headers.insert(header::AUTHORIZATION, authorization);
        }
        Ok((request, shown))
    }

    /// Whether there is, or can be, something else to show than what was refused.
    async fn renew(&self, answer: &Answer, shown: &Shown) -> bool {
        match (&self.credential, shown) {
            (Login::Account(account), Shown::Token(number)) => {
                account.forget(*number).await;
                true
            }
            (Login::Key(digest), Shown::Proof(nonce)) => {
                digest.learn(&answer.headers, nonce.as_deref())
            }
            // A credential is shown in its own way only.
            _ => false,
        }
    }
}

/// A missing role or membership is 401 too, and no token or nonce mends it.
fn is_credential_refused(answer: &Answer) -> bool {
    answer.status == StatusCode::UNAUTHORIZED
        && Refusal::read(&atlas::transport::Response {
            status: answer.status.as_u16(),
            retry_after: None,
            body: String::from_utf8_lossy(&answer.body).into_owned(),
        })
        .is_credential_refused()
}
