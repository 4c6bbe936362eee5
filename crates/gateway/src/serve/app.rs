//! What is where: the page, its files, `/config.json`, `/healthz`, and `/api/`.

use std::sync::Arc;

use super::{
    forward,
    guards::{self, host::Hosts},
    headers, log,
    page::{self, Source},
    refusal::{Code, Refusal},
    token::LaunchToken,
    upstream::Upstream,
};
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get},
};

/// What all requests of one launch share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) token: LaunchToken,
    pub(crate) page: Source,
    pub(crate) hosts: Hosts,
    pub(crate) read_only: bool,
    pub(crate) config_json: Bytes,
    pub(crate) request_timeout: std::time::Duration,
    pub(crate) upstream: Upstream,
}

/// The places of the page: what a person may have in the address bar. They all answer with
/// index.html, and nothing else does.
const PAGE_ADDRESSES: [&str; 11] = [
    "/",
    "/setup/connect",
    "/setup/project",
    "/setup/authorities",
    "/setup/clients",
    "/setup/access",
    "/setup/review",
    "/setup/apply",
    "/setup/finish",
    "/settings",
    "/settings/rotate",
];

/// Everything, behind the guards that concern everything.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/config.json", get(config_json))
        .merge(api(shared));
    for address in PAGE_ADDRESSES {
        router = router.route(address, get(index));
    }
    router
        .fallback(file)
        .method_not_allowed_fallback(async || guards::method::NOT_ALLOWED)
        .with_state(Arc::clone(shared))
        .layer(from_fn_with_state(Arc::clone(shared), every_request))
}

/// What stands around everything, from the outermost to the innermost. It is one layer of the HTTP
/// library and not five, for each copies all that is behind it for each request.
async fn every_request(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let line = log::Line::begin(&request);
    let answer = guards::time::guard(shared.request_timeout, async {
        guards::of_requests(&shared, &request)?;
        let request = guards::body_size::guard(request).await?;
        Ok(next.run(request).await)
    });
    let mut response = answer.await.into_response();
    headers::add(&mut response, &shared);
    line.end(&response);
    response
}

/// Everything below `/api`, behind the guards that concern calls to Atlas.
fn api(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let not_forwarded = async || forward::NOT_FORWARDED;
    Router::new()
        .route("/api", any(not_forwarded))
        .route("/api/", any(not_forwarded))
        .route("/api/{*call}", any(not_forwarded))
        .route("/api/atlas/v2", any(forward::forward))
        .route("/api/atlas/v2/", any(forward::forward))
        .route("/api/atlas/v2/{*call}", any(forward::forward))
        .layer(from_fn_with_state(Arc::clone(shared), every_call))
}

async fn every_call(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    guards::of_calls(&shared, &request)?;
    let request = guards::private_key::guard(request).await?;
    Ok(next.run(request).await)
}

async fn config_json(State(shared): State<Arc<Shared>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], shared.config_json.clone()).into_response()
}

async fn index(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    answer(&shared, page::INDEX, &headers)
}

/// A file of the page by its name; index.html has no address of its own.
async fn file(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return guards::method::NOT_ALLOWED.into_response();
    }
    match request.uri().path().strip_prefix('/') {
        Some(name) if name != page::INDEX => answer(&shared, name, request.headers()),
        _ => NOT_FOUND.into_response(),
    }
}

const NOT_FOUND: Refusal = Refusal::new(Code::NotFound, "There is nothing at this address.");

fn answer(shared: &Shared, name: &str, headers: &HeaderMap) -> Response {
    match shared.page.current().files.get(name) {
        Some(file) => file.answer(headers),
        None => NOT_FOUND.into_response(),
    }
}
