//! The server: connections, and what no service can do by itself, which is to close one.

use std::{error::Error, fmt, time::Duration};

use axum::{Router, extract::Request, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::TokioIo,
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tower::Service as _;

use crate::calls::flow::{CutOff, Peer};

/// After an accept failed (no file descriptor is left, mostly): time for some to become free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// How long calls under way may take to end after the server was told to stop.
const STOP: Duration = Duration::from_secs(2);

/// Serves until `stop` ends.
pub(crate) async fn serve(router: Router, listener: TcpListener, stop: impl Future<Output = ()>) {
    let open = GracefulShutdown::new();
    let accept = async {
        loop {
            let Ok((stream, address)) = listener.accept().await else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // An answer is one write; there is nothing to gather.
            let _ = stream.set_nodelay(true);
            let served = serve_connection(stream, Peer(address), router.clone(), open.watcher());
            tokio::spawn(served);
        }
    };
    tokio::select! {
        () = accept => {}
        () = stop => {}
    }
    drop(listener);
    // Whatever has not ended by then is cut off.
    let _ = timeout(STOP, open.shutdown()).await;
}

async fn serve_connection(stream: TcpStream, peer: Peer, router: Router, watcher: Watcher) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        // A call goes on when its caller has gone, as it does in Atlas: nobody can tell from a broken
        // connection that nothing was carried out.
        let answer = tokio::spawn(router.clone().call(request));
        async move {
            // A call that panicked has no answer either.
            let Ok(Ok(response)) = answer.await else {
                return Err(Closed);
            };
            let response: Response = response;
            if response.extensions().get::<CutOff>().is_some() {
                // The HTTP library closes the connection then, with nothing sent.
                return Err(Closed);
            }
            Ok(response)
        }
    });
    let connection = http1::Builder::new()
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service);
    // A client that goes away, or is sent away, is none of our business.
    let _ = watcher.watch(connection).await;
}

/// The connection is closed without an answer, as a fault asked.
#[derive(Debug)]
struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on request")
    }
}

impl Error for Closed {}
