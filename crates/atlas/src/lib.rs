//! The Atlas Administration API, for the part of it that self-managed X.509 needs.
//!
//! The table of calls ([`calls`]), what they carry ([`types`]), a [`Client`] over any
//! [`Transport`], errors in words ([`error`]), tokens ([`oauth`]), what has to change ([`plan`]),
//! changing it step by step ([`apply`]), the same plan for other tools ([`export`]), and how to
//! connect afterwards ([`connect`], [`reach`]), who did and who was refused ([`history`]). [`gateway`] is what the page and its own server say to
//! each other.
//!
//! The crate knows no clock, no random numbers, no network and no browser: all of that comes in
//! through [`Transport`]. Nor does it know certificates: an authority is a fingerprint, a title and
//! its PEM, a user is a name. It follows the Atlas Administration API v2, version 2023-01-01 unless
//! a call says otherwise.

// The page is built without what only a debugger reads (`-Z fmt-debug=none`): there `{:?}` writes
// nothing at all.
#![cfg_attr(not(test), warn(clippy::use_debug))]
#![warn(missing_docs)]

pub mod apply;
pub mod calls;
pub mod client;
pub mod connect;
pub mod error;
pub mod export;
#[cfg(any(test, feature = "fake"))]
pub mod fake;
pub mod gateway;
pub mod history;
pub mod oauth;
pub mod plan;
pub mod reach;
pub mod transport;
pub mod types;
pub mod words;

pub use client::Client;
pub use error::Error;
pub use transport::Transport;
