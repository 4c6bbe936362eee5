//! What the page and the server that it comes from say to each other, beside calls to Atlas.

use serde::{Deserialize, Serialize};

/// The header of a call that carries the token of the gateway's launch.
pub const TOKEN_HEADER: &str = "X-Atlas-X509-Token";

/// Where [`Config`] is.
pub const CONFIG_PATH: &str = "/config.json";

/// What the page must know before its first call. The gateway makes it anew for each launch; behind a
/// plain reverse proxy it is a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Config {
    /// Of the server.
    pub version: String,
    /// What is behind it.
    pub mode: Mode,
    /// Who has the credential.
    pub credential: Holder,
    /// The host that calls are forwarded to, as a person would call it.
    pub upstream: String,
    /// Where the Administration API is, on this origin.
    pub api: String,
    /// Where tokens are given out, on this origin.
    pub oauth: String,
    /// Whether every change is refused.
    #[serde(default)]
    pub read_only: bool,
    /// Whether calls need the token of the gateway's launch.
    #[serde(default)]
    pub token: bool,
}

/// What is behind the page's server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A stand-in, where nothing is real.
    Sandbox,
    /// Atlas itself.
    Atlas,
}

/// Who holds the credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Holder {
    /// The page's server.
    Gateway,
    /// The person gives a service account to the page, and it stays in memory.
    Page,
}
