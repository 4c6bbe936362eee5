//! The body of a request has at most 1 MiB. Behind this guard it is complete and in memory.
//!
//! The largest bodies the page sends are CA bundles: a hundred authorities are some 200 KiB.

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
    http::header,
};
use http_body_util::BodyExt as _;

use crate::serve::refusal::{Code, Refusal};

const LIMIT: usize = 1024 * 1024;

/// How much of a body that is too large is read on and thrown away. A client that is still writing
/// when the connection closes may never see the answer.
const READ_ON: usize = 8 * LIMIT;

const TOO_LARGE: Refusal =
    Refusal::new(Code::BodyTooLarge, "The body of a request may have 1 MiB.");

const UNREADABLE: Refusal =
    Refusal::new(Code::BodyUnreadable, "The body of the request broke off.");

pub(in crate::serve) async fn guard(request: Request) -> Result<Request, Refusal> {
    let (parts, body) = request.into_parts();
    // A client that asks first has not begun to write.
    if body.size_hint().lower() > LIMIT as u64 && parts.headers.contains_key(header::EXPECT) {
        return Err(TOO_LARGE);
    }
    let bytes = read(body).await?;
    Ok(Request::from_parts(parts, bytes.into()))
}

async fn read(mut body: Body) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut total = 0;
    while let Some(frame) = body.frame().await {
        let data = frame
            .map_err(|_| UNREADABLE)?
            .into_data()
            .unwrap_or_default();
        total += data.len();
        if total <= LIMIT {
            bytes.extend_from_slice(&data);
        } else if total > READ_ON {
            break;
        }
    }
    if total > LIMIT {
        Err(TOO_LARGE)
    } else {
        Ok(bytes)
    }
}
