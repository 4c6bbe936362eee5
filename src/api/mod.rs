//! The one door to the page's own server: what it says of itself ([`config`]), the token of its
//! launch ([`launch`]), and calls to Atlas through it ([`transport`]).
//!
//! The page talks to its own origin only. Whoever holds the credential, gateway or page, the calls
//! are the same.

pub(crate) mod config;
pub(crate) mod launch;
#[cfg(test)]
pub(crate) mod stand_in;
#[cfg_attr(test, allow(dead_code))]
pub(crate) mod transport;

pub(crate) use config::Config;
#[cfg(test)]
pub(crate) use stand_in::Http;
#[cfg(not(test))]
pub(crate) use transport::Http;

/// Speaks to Atlas through the page's own server.
pub(crate) type Client = atlas::Client<Http>;
