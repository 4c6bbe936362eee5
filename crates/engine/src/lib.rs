//! The certificate engine, [`pki`], as a WebAssembly module.
//!
//! An adapter without a rule of its own: what it answers is decided in [`pki::engine`]. In a page's
//! worker it answers messages ([`worker`]); in the npm package it answers calls ([`package`]). Each is a
//! feature and is built without the other, so that neither carries what only the other one needs.
//!
//! The page has it twice: first comes one without the feature `rare`, and where that is not enough the
//! whole one takes its place ([`hand_over`]).

#[cfg(feature = "worker")]
pub mod hand_over;
mod judge;
#[cfg(feature = "package")]
pub mod package;
mod platform;
mod task;
#[cfg(feature = "worker")]
mod warm;
#[cfg(feature = "worker")]
pub mod worker;
