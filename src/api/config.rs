//! `/config.json`: what the page must know before its first call.

pub(crate) use atlas::gateway::{Config, Holder, Mode};
use atlas::{error::Explanation, gateway::CONFIG_PATH};
use gloo_net::http::Request;

/// Asks the page's server.
pub(crate) async fn read() -> Result<Config, Explanation> {
    let answer = async {
        let response = Request::get(CONFIG_PATH)
            .send()
            .await
            .map_err(|error| error.to_string())?;
        if !response.ok() {
            return Err(format!("status {}", response.status()));
        }
        response.json().await.map_err(|error| error.to_string())
    };
    answer.await.map_err(|detail| Explanation {
        what: "The server of this page does not say where Atlas is (/config.json).".to_owned(),
        next: "Check that atlas-x509 is still running, or that the web server has that file; \
                   then press Try again. Checking certificates works without it."
            .to_owned(),
        detail: Some(detail),
        code: None,
    })
}
