//! What is where: the page, its files, `/config.json`, `/healthz`, and `/api`.

use std::sync::Arc;

use super::{
    forward,
    guards::{
        self,
        host::{HEALTH, Hosts},
    },
    headers,
    launch::Launch,
    log,
    page::{self, Source},
    refusal::{NOT_FORWARDED, Refusal},
    signpost,
    upstream::Upstream,
};
use atlas::gateway::CONFIG_PATH;
use axum::{
    Router,
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{any, get, post},
};

/// What all requests of one launch share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) launch: Launch,
    pub(crate) page: Source,
    pub(crate) hosts: Hosts,
    pub(crate) read_only: bool,
    pub(crate) config_json: Bytes,
    pub(crate) request_timeout: std::time::Duration,
    pub(crate) upstream: Upstream,
}

impl Shared {
    /// An address to open, with a code that works once in its fragment.
    pub(crate) fn open_address(&self) -> Result<String, getrandom::Error> {
        let code = self.launch.code()?;
        Ok(format!("http://{}/#code={code}", self.hosts.to_open()))
    }
}

/// The addresses of the page, from the page itself. They all answer with index.html. So does every other
/// path outside of `/api` that names no file, but with 404: the page says then that there is nothing, and
/// how to go on.
#[path = "../../../../src/route.rs"]
#[expect(
    dead_code,
    reason = "what an address leads to is the page's own affair"
)]
mod route;

/// Everything, behind the guards that concern everything.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route(HEALTH, get(async || "ok\n"))
        .route(CONFIG_PATH, get(config_json))
        .merge(launch())
        .merge(api(shared));
    for (address, _) in route::ADDRESSES {
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
    let for_person = signpost::is_wanted(&request);
    let answer = guards::time::guard(shared.request_timeout, async {
        guards::of_requests(&shared.hosts, &request)?;
        let request = guards::body_size::guard(request).await?;
        Ok(next.run(request).await)
    });
    let mut response = match answer.await {
        Ok(response) => response,
        Err(refusal) if for_person => refusal.into_page(),
        Err(refusal) => refusal.into_response(),
    };
    headers::add(&mut response, shared.page.current().policy.clone());
    line.end(&response);
    response
}

/// The exchange of a code for the token, which is the one call that bears no token.
fn launch() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/launch", post(token))
        .layer(from_fn(every_launch))
}

async fn every_launch(request: Request, next: Next) -> Result<Response, Refusal> {
    guards::of_launch(&request)?;
    Ok(next.run(request).await)
}

async fn token(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Response, Refusal> {
    shared.launch.answer(&body)
}

/// Everything else below `/api`, behind the guards that concern calls to Atlas.
fn api(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    let not_forwarded = async || NOT_FORWARDED;
    Router::new()
        .route("/api", any(not_forwarded))
        .route("/api/", any(not_forwarded))
        .route("/api/{*call}", any(not_forwarded))
        .route("/api/atlas/v2", any(forward))
        .route("/api/atlas/v2/", any(forward))
        .route("/api/atlas/v2/{*call}", any(forward))
        .layer(from_fn_with_state(Arc::clone(shared), every_call))
}

async fn every_call(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    guards::of_calls(&shared.launch, shared.read_only, &request)?;
    let request = guards::private_key::guard(request).await?;
    Ok(next.run(request).await)
}

async fn forward(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    forward::forward(&shared.upstream, request).await
}

async fn config_json(State(shared): State<Arc<Shared>>) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], shared.config_json.clone()).into_response()
}

async fn index(State(shared): State<Arc<Shared>>, headers: HeaderMap) -> Response {
    if shared.hosts.is_of_page(&headers) {
        page_file(&shared, page::INDEX, &headers)
    } else {
        signpost::elsewhere()
    }
}

/// A file of the page by its name; index.html has no address of its own.
async fn file(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return guards::method::NOT_ALLOWED.into_response();
    }
    let name = request.uri().path().trim_start_matches('/');
    if name != page::INDEX && shared.page.current().files.contains_key(name) {
        return page_file(&shared, name, request.headers());
    }
    let mut nothing = page_file(&shared, page::INDEX, request.headers());
    *nothing.status_mut() = StatusCode::NOT_FOUND;
    nothing
}

fn page_file(shared: &Shared, name: &str, headers: &HeaderMap) -> Response {
    match shared.page.current().files.get(name) {
        Some(file) => file.answer(headers),
        // A folder that is just being rebuilt.
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
