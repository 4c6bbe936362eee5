//! What is not let through. One file a guard, each with the refusal it gives. Those that see no more
//! than the head of a request stand here in their order; where they and the others stand is said in
//! [`super::app`]. `tests/guards.rs` has a test for the order and one for each guard that fails
//! without it; that of `time` is in `tests/limits.rs`.

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

use axum::{extract::Request, http::Method};

use super::{app::Shared, refusal::Refusal};

/// A guard that needs to see no more than the head of a request.
type Guard = fn(&Shared, &Request) -> Result<(), Refusal>;

/// On every request, in this order.
const OF_REQUESTS: [Guard; 5] = [
    target::guard,
    host::guard,
    origin::guard,
    method::guard,
    head_size::guard,
];

/// On every call below `/api`, after those.
const OF_CALLS: [Guard; 3] = [token::guard, read_only::guard, content_type::guard];

/// On the exchange of a code for the token, after those of every request.
const OF_LAUNCH: [Guard; 1] = [content_type::guard];

pub(super) fn of_requests(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    OF_REQUESTS
        .iter()
        .try_for_each(|guard| guard(shared, request))
}

pub(super) fn of_calls(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    OF_CALLS.iter().try_for_each(|guard| guard(shared, request))
}

pub(super) fn of_launch(shared: &Shared, request: &Request) -> Result<(), Refusal> {
    OF_LAUNCH
        .iter()
        .try_for_each(|guard| guard(shared, request))
}

/// Whether a call with this method may change something in Atlas.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}
