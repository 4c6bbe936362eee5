//! `/config.json`: what the page must know before its first call.

use atlas::{
    calls::BASE,
    gateway::{Config, Holder},
};

use super::config::{Mode, Settings};

/// The document for these settings.
pub(crate) fn render(settings: &Settings) -> String {
    let (mode, upstream) = match &settings.mode {
        Mode::Sandbox | Mode::SandboxAt(_) => (atlas::gateway::Mode::Sandbox, "sandbox"),
        Mode::Atlas { origin, .. } => (atlas::gateway::Mode::Atlas, origin.authority.as_str()),
    };
    let config = Config {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        mode,
        credential: Holder::Gateway,
        upstream: upstream.to_owned(),
        api: BASE.to_owned(),
        oauth: "/api/oauth".to_owned(),
        read_only: settings.read_only,
        token: true,
    };
    // Strings and booleans always become JSON.
    serde_json::to_string(&config).unwrap_or_default()
}
