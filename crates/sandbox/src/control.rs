//! `/sandbox/…`: the journal and the faults. These addresses exist in sandboxes alone, and need no
//! credential.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    app::{Shared, own},
    faults::Rule,
    refusal::Refusal,
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

fn shown(shared: &Shared) -> Response {
    own(StatusCode::OK, &json!(shared.faults.rules()))
}

fn wrong(detail: &str) -> Response {
    own(StatusCode::BAD_REQUEST, &json!({ "detail": detail }))
}
