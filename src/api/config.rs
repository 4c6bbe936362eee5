//! `/config.json`: what the page must know before its first call.
//!
//! The gateway makes it anew for each launch; behind a plain reverse proxy it is a file.

use atlas::error::Explanation;
use gloo_net::http::Request;
use serde::Deserialize;

const PATH: &str = "/config.json";

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    pub(crate) version: String,
    pub(crate) mode: Mode,
    pub(crate) credential: Holder,
    /// The host that calls are forwarded to, as a person would call it.
    pub(crate) upstream: String,
    /// Where the Administration API is, on this origin.
    pub(crate) api: String,
    /// Where tokens are given out, on this origin.
    pub(crate) oauth: String,
    #[serde(default)]
    pub(crate) read_only: bool,
    /// Whether calls need the launch token.
    #[serde(default)]
    pub(crate) token: bool,
}

/// What is behind the page's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// A stand-in, where nothing is real.
    Sandbox,
    Atlas,
}

/// Who holds the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Holder {
    Gateway,
    /// The person gives a service account here, and it stays in memory.
    Page,
}

impl Config {
    /// Asks the page's server.
    pub(crate) async fn read() -> Result<Self, Explanation> {
        let answer = async {
            let response = Request::get(PATH)
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
}
