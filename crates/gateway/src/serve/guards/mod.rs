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

use super::{launch::Launch, refusal::Refusal};
use host::Hosts;

/// On every request, in this order.
pub(super) fn of_requests(hosts: &Hosts, request: &Request) -> Result<(), Refusal> {
    target::guard(request)?;
    host::guard(hosts, request)?;
    origin::guard(hosts, request)?;
    method::guard(request)?;
    head_size::guard(request)
}

/// On every call below `/api`, after those.
pub(super) fn of_calls(
    launch: &Launch,
    is_read_only: bool,
    request: &Request,
) -> Result<(), Refusal> {
    token::guard(launch, request)?;
    read_only::guard(is_read_only, request)?;
    content_type::guard(request)
}

/// On the exchange of a code for the token, after those of every request.
pub(super) fn of_launch(request: &Request) -> Result<(), Refusal> {
    content_type::guard(request)
}

/// Whether a call with this method may change something in Atlas.
fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}
