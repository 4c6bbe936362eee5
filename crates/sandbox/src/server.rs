//! The server: connections, and what no service can do by itself, which is to close one.

use std::{net::SocketAddr, time::Duration};

use axum::{Router, extract::Request, response::Response};
use connections::Limits;
use tokio::net::TcpListener;
use tower::Service as _;

use crate::calls::flow::{CutOff, Peer};

/// As patient and as large as the gateway, but for calls that a fault lets wait.
const LIMITS: Limits = Limits {
    request: Duration::from_mins(5),
    stop: Duration::from_secs(2),
    ..Limits::USUAL
};

/// Serves until `stop` ends.
pub(crate) async fn serve(router: Router, listener: TcpListener, stop: impl Future<Output = ()>) {
    let respond = move |request, peer| respond(router.clone(), request, peer);
    connections::serve(listener, respond, LIMITS, stop).await;
}

async fn respond(
    mut router: Router,
    mut request: Request,
    peer: SocketAddr,
) -> Result<Response, Closed> {
    request.extensions_mut().insert(Peer(peer));
    // A call goes on when its caller has gone, as it does in Atlas: nobody can tell from a broken
    // connection that nothing was carried out. One that panicked has no answer either.
    let Ok(Ok(response)) = tokio::spawn(router.call(request)).await else {
        return Err(Closed);
    };
    let response: Response = response;
    if response.extensions().get::<CutOff>().is_some() {
        // The HTTP library closes the connection then, with nothing sent.
        return Err(Closed);
    }
    Ok(response)
}

/// The connection is closed without an answer, as a fault asked.
#[derive(Debug, thiserror::Error)]
#[error("closed on request")]
struct Closed;
