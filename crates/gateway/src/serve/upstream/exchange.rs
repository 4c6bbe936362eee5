//! One request to Atlas, one answer, within a time.

use std::time::Duration;

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header, uri::PathAndQuery},
};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioTimer},
};
use tokio::time::{Instant, timeout_at};

use super::{
    connect::{ConnectError, Connector},
    failure::{Failure, cause},
};
use crate::serve::config::{Network, Origin};

/// The largest answers are pages of 500 users, some hundred KiB.
const LARGEST_ANSWER: usize = 16 * 1024 * 1024;

/// Shorter than any load balancer keeps an idle connection (60 s is the shortest that is usual), so
/// that a request seldom meets one that is just being closed.
const IDLE: Duration = Duration::from_secs(30);

/// Idle connections that are kept: as many as there can be calls at a time.
const IDLE_CONNECTIONS: usize = 128;

/// How long Atlas may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// For a connection: name, TCP, proxy and TLS together.
    pub(crate) connect: Duration,
    /// For a whole call, its token included.
    pub(crate) whole: Duration,
}

/// Sends requests to one origin.
#[derive(Debug)]
pub(super) struct Exchange {
    client: Client<Connector, Full<Bytes>>,
    origin: Origin,
}

/// What Atlas answered, complete.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Exchange {
    pub(super) fn new(
        origin: &Origin,
        network: &Network,
        patience: Patience,
    ) -> Result<Self, ConnectError> {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .build(Connector::new(origin, network, patience.connect)?);
        Ok(Self {
            client,
            origin: origin.clone(),
        })
    }

    /// A request with this method, target and body, and with no header but our name.
    pub(super) fn request(
        &self,
        method: Method,
        target: &str,
        body: Option<Bytes>,
    ) -> Result<Request<Full<Bytes>>, Failure> {
        let target = PathAndQuery::try_from(target).map_err(|_| Failure::Malformed)?;
        let uri = Uri::builder()
            .scheme(self.origin.scheme.clone())
            .authority(self.origin.authority.as_str())
            .path_and_query(target)
            .build()
            .map_err(|_| Failure::Malformed)?;
        let mut request = Request::new(Full::new(body.unwrap_or_default()));
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        request.headers_mut().insert(
            header::USER_AGENT,
            HeaderValue::from_static(concat!("atlas-x509/", env!("CARGO_PKG_VERSION"))),
        );
        Ok(request)
    }

    /// Sends it once. The library sends again only what has certainly not left: a request that met
    /// with a kept connection at the moment it was closed.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<Answer, Failure> {
        timeout_at(deadline, self.exchange(request))
            .await
            .unwrap_or(Err(Failure::TooSlow))
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<Answer, Failure> {
        let answer = self.client.request(request).await.map_err(|error| {
            let cause = cause(&error);
            if error.is_connect() {
                Failure::Unreachable {
                    host: self.origin.authority.clone(),
                    cause,
                }
            } else {
                Failure::AnswerLost { cause }
            }
        })?;
        let (parts, body) = answer.into_parts();
        // The library has passed over those that another answer follows (RFC 9110, section 15.2).
        if parts.status.is_informational() {
            return Err(Failure::AnswerLost {
                cause: format!("its status was {}", parts.status.as_u16()),
            });
        }
        let body = Limited::new(body, LARGEST_ANSWER)
            .collect()
            .await
            .map_err(|error| Failure::AnswerLost {
                cause: cause(&*error),
            })?
            .to_bytes();
        Ok(Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        })
    }
}
