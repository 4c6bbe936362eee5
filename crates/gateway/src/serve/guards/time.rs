//! A request is answered within the limit, or given up. A body that trickles in counts.

use std::time::Duration;

use tokio::time::timeout;

use crate::serve::refusal::{Code, Refusal};

const TOO_SLOW: Refusal = Refusal::new(
    Code::RequestTimeout,
    "The request took too long and was given up.",
);

pub(in crate::serve) async fn guard<T>(
    limit: Duration,
    answer: impl Future<Output = Result<T, Refusal>>,
) -> Result<T, Refusal> {
    timeout(limit, answer).await.unwrap_or(Err(TOO_SLOW))
}
