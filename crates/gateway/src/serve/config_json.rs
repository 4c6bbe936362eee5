//! `/config.json`: what the page must know before its first call.

use serde::Serialize;

use super::config::{Mode, Settings};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Config<'a> {
    version: &'static str,
    mode: &'static str,
    /// Who holds the credential. `page` stands in the static file of a plain reverse proxy only.
    credential: &'static str,
    upstream: &'a str,
    api: &'static str,
    oauth: &'static str,
    read_only: bool,
    /// Whether calls need the launch token.
    token: bool,
}

/// The document for these settings.
pub(crate) fn render(settings: &Settings) -> String {
    let (mode, upstream) = match &settings.mode {
        Mode::Sandbox | Mode::SandboxAt(_) => ("sandbox", "sandbox"),
        Mode::Atlas { origin, .. } => ("atlas", origin.authority.as_str()),
    };
    let config = Config {
        version: env!("CARGO_PKG_VERSION"),
        mode,
        credential: "gateway",
        upstream,
        api: "/api/atlas/v2",
        oauth: "/api/oauth",
        read_only: settings.read_only,
        token: true,
    };
    // Strings and booleans always become JSON.
    serde_json::to_string(&config).unwrap_or_default()
}
