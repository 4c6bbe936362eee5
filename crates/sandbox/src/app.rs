//! What is where: the API, the OAuth endpoints, and the sandbox's own addresses.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::{
    Router,
    body::{Bytes, to_bytes},
    extract::{FromRequestParts as _, RawPathParams, Request, State},
    http::{HeaderMap, Method, StatusCode},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::{MethodFilter, MethodRouter, any, get, on, post},
};
use serde_json::{Value, json};

use crate::{
    auth::{Gate, oauth},
    calls::{
        flow,
        table::{Operation, TABLE},
    },
    clock::Clock,
    control,
    doors::Addresses,
    faults::{Dropped, Fault, Faults},
    guard, media,
    rate::Buckets,
    refusal::Refusal,
    settings::Settings,
    world::{World, file},
};

const API: &str = "/api/atlas/v2";

/// What all calls share.
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) gate: Gate,
    pub(crate) faults: Faults,
    pub(crate) buckets: Buckets,
    pub(crate) world: Mutex<World>,
    /// Once the clusters listen.
    pub(crate) addresses: OnceLock<Addresses>,
}

impl Shared {
    pub(crate) fn clock(&self) -> &Clock {
        &self.settings.clock
    }

    /// Looks at the world and changes it, one call after the other; `change` says beside its result
    /// whether the state is to be saved. When it cannot be saved, nothing has changed.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut World) -> (T, bool)) -> Result<T, ()> {
        // A call that ended badly has left the world as whole as one that was refused.
        let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(path) = &self.settings.state_file else {
            return Ok(change(&mut world).0);
        };
        let before = world.clone();
        let (result, changed) = change(&mut world);
        if changed && file::write(path, &world).is_err() {
            *world = before;
            return Err(());
        }
        Ok(result)
    }
}

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new();
    let mut templates: Vec<&str> = TABLE.iter().map(|operation| operation.template).collect();
    templates.dedup();
    for template in templates {
        router = router.route(&format!("{API}{template}"), methods(template));
    }
    router
        .route(&format!("{API}/{{*rest}}"), any(not_in_table))
        .route("/api/oauth/token", post(token))
        .route("/api/oauth/revoke", post(revoke))
        .route("/api/private/ipinfo", get(ip_info))
        .route(
            "/sandbox/journal",
            get(control::journal).delete(control::clear_journal),
        )
        .route(
            "/sandbox/faults",
            get(control::faults)
                .put(control::put_faults)
                .delete(control::clear_faults),
        )
        .route("/sandbox/credentials", get(control::credentials))
        .fallback(nowhere)
        .with_state(shared)
        // Before everything else: nothing of a call is looked at that a foreign page has sent.
        .layer(from_fn(guard::check))
}

/// The calls of one template, and a refusal of all other methods.
fn methods(template: &'static str) -> MethodRouter<Arc<Shared>> {
    let mut methods = MethodRouter::new();
    for operation in TABLE
        .iter()
        .filter(|operation| operation.template == template)
    {
        let Ok(filter) = MethodFilter::try_from(operation.method.clone()) else {
            continue;
        };
        methods = methods.merge(on(
            filter,
            move |State(shared): State<Arc<Shared>>, request: Request| {
                call(shared, Ok(operation), request)
            },
        ));
    }
    methods.fallback(
        async |State(shared): State<Arc<Shared>>, request: Request| {
            call(shared, Err(Refusal::MethodNotAllowed), request).await
        },
    )
}

async fn not_in_table(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    call(shared, Err(Refusal::ResourceNotFound { path }), request).await
}

async fn call(
    shared: Arc<Shared>,
    operation: Result<&'static Operation, Refusal>,
    request: Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(parameters) = RawPathParams::from_request_parts(&mut parts, &()).await else {
        // A segment that is not UTF-8 names nothing.
        let path = parts.uri.path().to_owned();
        return Refusal::ResourceNotFound { path }.into_response();
    };
    let parameters = parameters
        .iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    flow::answer(
        shared,
        operation,
        parameters,
        Request::from_parts(parts, body),
    )
    .await
}

async fn token(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    oauth_call(&shared, request, |headers, body| {
        let now = shared.clock().now();
        oauth::token(
            &shared.gate.tokens,
            &shared.gate.credentials,
            headers,
            body,
            now,
        )
    })
    .await
}

async fn revoke(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    oauth_call(&shared, request, |headers, body| {
        oauth::revoke(&shared.gate.tokens, &shared.gate.credentials, headers, body)
    })
    .await
}

/// Faults befall the OAuth endpoints too.
async fn oauth_call(
    shared: &Shared,
    request: Request,
    answer: impl FnOnce(&HeaderMap, &[u8]) -> Result<Response, oauth::OauthError>,
) -> Response {
    /// Far more than credentials need.
    const MAX_BODY: usize = 16 * 1024;
    let (parts, body) = request.into_parts();
    let body: Bytes = match to_bytes(body, MAX_BODY).await {
        Ok(body) => body,
        Err(_) => return Refusal::TooLarge.into_response(),
    };
    let fault = shared.faults.befall(&Method::POST, parts.uri.path());
    if let Some(wait) = fault.as_ref().and_then(Fault::stall) {
        tokio::time::sleep(wait).await;
    }
    if let Some(refusal) = flow::told(fault.as_ref(), &parts) {
        return refusal.into_response();
    }
    match fault {
        Some(Fault::Drop {
            drop: Dropped::Before,
        }) => flow::cut_off(),
        Some(Fault::Drop {
            drop: Dropped::After,
        }) => {
            let _ = answer(&parts.headers, &body);
            flow::cut_off()
        }
        _ => answer(&parts.headers, &body).unwrap_or_else(IntoResponse::into_response),
    }
}

/// The caller's address as Atlas sees it; clients ask it before they put it on an access list.
async fn ip_info(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let now = shared.clock().now();
    if let Err(why) = shared.gate.caller(&parts, now) {
        return shared.gate.challenge(why, now);
    }
    let body = json!({ "currentIpv4Address": flow::address(&parts).to_string() });
    media::json(StatusCode::OK, media::PLAIN, &body)
}

async fn nowhere(request: Request) -> Response {
    let path = request.uri().path().to_owned();
    Refusal::ResourceNotFound { path }.into_response()
}

/// A body of the sandbox's own.
pub(crate) fn own(status: StatusCode, body: &Value) -> Response {
    media::json(status, media::PLAIN, body)
}
