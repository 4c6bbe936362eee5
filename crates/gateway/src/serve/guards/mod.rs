//! What is not let through. One file a guard, each with the refusal it gives; their order stands
//! in [`super::app`], and `tests/guards.rs` has a test for each that fails without it.

pub(super) mod body_size;
pub(super) mod content_type;
pub(super) mod head_size;
pub(super) mod host;
pub(super) mod method;
pub(super) mod origin;
pub(super) mod private_key;
pub(super) mod read_only;
pub(super) mod target;
pub(super) mod time;
pub(super) mod token;

use axum::http::Method;

/// Whether a call with this method may change something in Atlas.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}
