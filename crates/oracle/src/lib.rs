//! A second opinion, for the project's own tests: the system's OpenSSL, set as mongod sets it.
//!
//! [`judge`] asks OpenSSL what it says of one chain; [`case`] makes chains from a seed and
//! [`damage`] breaks them, so that the engine of `pki` can be held against OpenSSL on as many
//! inputs as there is time for ([`compare`]). Everything below those modules makes certificates.
//!
//! This is the only crate of the workspace that calls C. Nothing the product ships depends on it,
//! and the certificates it makes are for tests alone: its random numbers are predictable on
//! purpose.

pub mod algorithm;
pub mod case;
pub mod chance;
pub mod compare;
pub mod damage;
pub mod der;
pub mod draft;
pub mod extension;
pub mod judge;
pub mod keys;
pub mod name;
mod predictable;
mod quirk;

pub use case::Case;
pub use chance::Chance;
pub use judge::{Purpose, Question, Verdict};
