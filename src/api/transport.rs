//! Calls to Atlas by `fetch`, through the page's own server.
//!
//! With a gateway the page sends the launch token and never sees a credential. Behind a plain
//! reverse proxy it holds a service account, in memory alone, and fetches tokens through the same
//! proxy.

use std::{cell::RefCell, rc::Rc, time::Duration};

use atlas::{
    Transport,
    calls::Method,
    error::Explanation,
    gateway::TOKEN_HEADER,
    oauth::{self, ServiceAccount, Token},
    transport::{NoAnswer, Request, Response},
};
use gloo_net::http::{self, RequestBuilder};
use secrecy::ExposeSecret as _;
use web_sys::{RequestCache, RequestCredentials, RequestRedirect};

use super::{Config, launch};
use crate::browser;

/// Cheap to clone; clones share the token.
#[derive(Clone, Debug)]
pub(crate) struct Http {
    inner: Rc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: Config,
    /// Only where no gateway holds the credential.
    account: Option<ServiceAccount>,
    token: RefCell<Option<Token>>,
}

/// Why no call could be made.
struct NoToken(Explanation);

impl Http {
    /// Calls through a server that says this of itself, with the service account of a person where
    /// the page has to hold it.
    pub(crate) fn new(config: Config, account: Option<ServiceAccount>) -> Self {
        Self {
            inner: Rc::new(Inner {
                config,
                account,
                token: RefCell::new(None),
            }),
        }
    }

    /// Gets a token, if the page has to: so that a wrong secret is told at once, and in the words of
    /// the service that gives tokens out.
    pub(crate) async fn log_in(&self) -> Result<(), Explanation> {
        match self.authorization().await {
            Ok(_) => Ok(()),
            Err(NoToken(why)) => Err(why),
        }
    }

    /// The value of `Authorization`, where the page sends one.
    async fn authorization(&self) -> Result<Option<secrecy::SecretString>, NoToken> {
        let Some(account) = &self.inner.account else {
            return Ok(None);
        };
        let now = since_start();
        let held = self.inner.token.borrow().clone();
        if let Some(token) = held.filter(|token| !token.is_due(now)) {
            return Ok(Some(token.authorization()));
        }
        let request = account.token_request();
        let path = request
            .path
            .strip_prefix("/api/oauth")
            .unwrap_or(request.path);
        let builder = base(http::Request::post(&format!(
            "{}{path}",
            self.inner.config.oauth
        )))
        .header("Accept", "application/json")
        .header("Content-Type", oauth::FORM)
        .header("Authorization", request.authorization.expose_secret());
        let answer = async {
            let response = builder
                .body(request.body.expose_secret())
                .map_err(|error| error.to_string())?
                .send()
                .await
                .map_err(|error| error.to_string())?;
            let status = response.status();
            let body = response.text().await.map_err(|error| error.to_string())?;
            Ok::<_, String>((status, body))
        };
        let (status, body) = answer.await.map_err(|detail| {
            NoToken(Explanation {
                what: "No answer came back from the service that gives out tokens.".to_owned(),
                next: "Check that the server of this page is running and the network is up, then \
                       press Try again."
                    .to_owned(),
                detail: Some(detail),
                code: None,
            })
        })?;
        let token = Token::read(status, &body, now).map_err(|error| NoToken(error.explain()))?;
        let authorization = token.authorization();
        *self.inner.token.borrow_mut() = Some(token);
        Ok(Some(authorization))
    }

    async fn once(&self, request: &Request) -> Result<Response, NoAnswer> {
        let config = &self.inner.config;
        let address = format!("{}{}", config.api, request.target);
        let mut builder = base(
            RequestBuilder::new(&address).method(match request.method() {
                Method::Get => http::Method::GET,
                Method::Post => http::Method::POST,
                Method::Patch => http::Method::PATCH,
                Method::Put => http::Method::PUT,
                Method::Delete => http::Method::DELETE,
            }),
        )
        .header("Accept", &request.media_type());
        if config.token
            && let Some(token) = launch::token()
        {
            builder = builder.header(TOKEN_HEADER, &token);
        }
        match self.authorization().await {
            Ok(Some(value)) => builder = builder.header("Authorization", value.expose_secret()),
            Ok(None) => {}
            Err(NoToken(why)) => {
                return Err(NoAnswer {
                    reason: format!("{} {}", why.what, why.next),
                    never_sent: true,
                });
            }
        }
        let built = match &request.body {
            Some(body) => builder
                .header("Content-Type", &request.media_type())
                .body(body),
            None => builder.build(),
        };
        let built = built.map_err(|error| NoAnswer {
            reason: error.to_string(),
            never_sent: true,
        })?;
        // A browser does not tell whether a request that failed had left.
        let lost = |error: gloo_net::Error| NoAnswer {
            reason: error.to_string(),
            never_sent: false,
        };
        let answer = built.send().await.map_err(lost)?;
        Ok(Response {
            status: answer.status(),
            retry_after: answer.headers().get("Retry-After"),
            body: answer.text().await.map_err(lost)?,
        })
    }
}

impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let response = self.once(&request).await?;
        let refused = atlas::error::Refusal::read(&response).is_credential_refused();
        // A token that ended early: once, and only where the page holds it.
        if response.status == 401 && refused && self.inner.token.borrow_mut().take().is_some() {
            return self.once(&request).await;
        }
        Ok(response)
    }

    async fn sleep(&self, time: Duration) {
        let milliseconds = i32::try_from(time.as_millis()).unwrap_or(i32::MAX);
        browser::sleep(milliseconds).await;
    }

    fn jitter(&self) -> f64 {
        js_sys::Math::random()
    }
}

/// What all requests have in common: they carry nothing of the browser's own and go nowhere else.
fn base(builder: RequestBuilder) -> RequestBuilder {
    builder
        .cache(RequestCache::NoStore)
        .credentials(RequestCredentials::Omit)
        .redirect(RequestRedirect::Error)
}

/// A clock for the life of tokens.
fn since_start() -> Duration {
    Duration::try_from_secs_f64(browser::ticks() / 1_000.0).unwrap_or_default()
}
