//! What a MongoDB server does with certificates.
//!
//! Bytes go in, plain data comes out: files are read ([`input`]), certificates decoded
//! ([`certificate`]), paths built and judged as OpenSSL judges them for mongod ([`verify`]), the
//! user name is derived byte for byte ([`name`]), and what a person should know is said
//! ([`findings`], [`report`]).
//!
//! The crate knows no clock, no file system, no network and no browser. It never panics, whatever
//! bytes it is given.

// The page is built without what only a debugger reads (`-Z fmt-debug=none`): there `{:?}` writes
// nothing at all.
#![cfg_attr(not(test), warn(clippy::use_debug))]

pub mod analysis;
pub mod asn1;
pub mod certificate;
pub mod findings;
#[cfg(test)]
mod fixtures;
pub mod input;
pub mod name;
pub mod oid;
pub mod pair;
pub mod private_key;
pub mod report;
pub mod source;
pub mod time;
pub mod verify;
pub mod view;
pub mod words;

pub use certificate::Certificate;
pub use name::Name;
pub use oid::Oid;
pub use private_key::PrivateKey;
pub use report::Report;
pub use source::Source;
pub use time::Timestamp;
