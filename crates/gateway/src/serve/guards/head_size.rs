//! The head of a request, its first line included, has at most 64 KiB. Browsers send a few hundred
//! bytes, and some more at the bare address, whose cookies are those of all programs there.

use axum::extract::Request;

use crate::serve::refusal::{Code, Refusal};

const LIMIT: usize = 64 * 1024;

/// What stands around a name and a value, and around method and target, on the wire.
const AROUND_FIELD: usize = ": \r\n".len();
const AROUND_LINE: usize = "  HTTP/1.1\r\n".len();

const TOO_LARGE: Refusal = Refusal::new(
    Code::HeadersTooLarge,
    "The headers of a request may have 64 KiB together.",
);

pub(super) fn guard(request: &Request) -> Result<(), Refusal> {
    if size(request) > LIMIT {
        return Err(TOO_LARGE);
    }
    Ok(())
}

fn size(request: &Request) -> usize {
    let target = request
        .uri()
        .path_and_query()
        .map_or(0, |target| target.as_str().len());
    let fields = request.headers().iter();
    request.method().as_str().len()
        + target
        + AROUND_LINE
        + fields
            .map(|(name, value)| name.as_str().len() + value.len() + AROUND_FIELD)
            .sum::<usize>()
}
