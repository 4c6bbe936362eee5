//! `/sandbox/…`: the journal, the faults, and what the sandbox accepts. These addresses exist in
//! sandboxes alone, and need no credential: whoever is on this computer, and is no page (see
//! `guard`), may turn a sandbox over as they like.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    app::{Shared, own},
    calls::flow::address,
    faults::Rule,
    refusal::Refusal,
    settings::Credentials,
};

pub(crate) async fn journal(State(shared): State<Arc<Shared>>) -> Response {
    match shared.change(|world| (world.journal.to_json(), false)) {
        Ok(entries) => own(StatusCode::OK, &entries),
        Err(()) => Refusal::NotSaved.into_response(),
    }
}

pub(crate) async fn clear_journal(State(shared): State<Arc<Shared>>) -> Response {
    match shared.change(|world| (world.journal.clear(), true)) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(()) => Refusal::NotSaved.into_response(),
    }
}

pub(crate) async fn faults(State(shared): State<Arc<Shared>>) -> Response {
    shown(&shared)
}

/// Puts new faults in the place of those that were there.
pub(crate) async fn put_faults(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    let rules: Vec<Rule> = match serde_json::from_slice(&body) {
        Ok(rules) => rules,
        Err(error) => return wrong(&format!("The faults cannot be read: {error}.")),
    };
    if let Some(why) = rules.iter().find_map(|rule| rule.check().err()) {
        return wrong(&format!("The faults make no sense: {why}."));
    }
    shared.faults.put(rules);
    shown(&shared)
}

pub(crate) async fn clear_faults(State(shared): State<Arc<Shared>>) -> Response {
    shared.faults.put(Vec::new());
    StatusCode::NO_CONTENT.into_response()
}

/// What is accepted, for a gateway on this computer that is to stand before this sandbox. Other
/// computers are not told.
pub(crate) async fn credentials(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if !address(&parts).is_loopback() {
        return Refusal::BadCredentials.into_response();
    }
    let Credentials {
        client_id,
        client_secret,
        public_key,
        private_key,
    } = &shared.gate.credentials;
    let body = json!({
        "clientId": client_id,
        "clientSecret": client_secret,
        "publicKey": public_key,
        "privateKey": private_key,
    });
    let mut response = own(StatusCode::OK, &body);
    let not_kept = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, not_kept);
    response
}

fn shown(shared: &Shared) -> Response {
    own(StatusCode::OK, &json!(shared.faults.rules()))
}

fn wrong(detail: &str) -> Response {
    own(StatusCode::BAD_REQUEST, &json!({ "detail": detail }))
}
