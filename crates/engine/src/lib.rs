//! The certificate engine, [`pki`], as a WebAssembly module.
//!
//! An adapter without a rule of its own: what it answers is decided in [`pki::engine`]. In a page's
//! worker it answers messages ([`worker`]).

mod platform;
mod task;
mod worker;

pub use worker::serve;
