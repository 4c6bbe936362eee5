//! The Atlas Administration API, for the part of it that self-managed X.509 needs.
//!
//! The crate knows no clock, no random numbers, no network and no browser: all of that comes in
//! through [`Transport`].

#![warn(missing_docs)]

pub mod calls;
pub mod error;
pub mod oauth;
pub mod transport;
pub mod types;

pub use error::Error;
pub use transport::Transport;
