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

#[cfg(feature = "engine")]
pub mod analysis;
pub mod asn1;
#[cfg(feature = "engine")]
mod case;
#[cfg(feature = "engine")]
pub mod certificate;
#[cfg(feature = "rare")]
mod encryption;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(feature = "engine")]
pub mod findings;
#[cfg(test)]
mod fixtures;
mod hex;
#[cfg(feature = "engine")]
pub mod input;
pub mod message;
pub mod name;
pub mod oid;
#[cfg(feature = "engine")]
pub mod pair;
#[cfg(feature = "rare")]
pub mod password;
pub mod placement;
#[cfg(feature = "engine")]
pub mod private_key;
#[cfg(feature = "engine")]
pub mod rare;
pub mod report;
pub mod source;
pub mod time;
#[cfg(feature = "engine")]
pub mod verify;
pub mod view;
pub mod words;

#[cfg(feature = "engine")]
pub use certificate::Certificate;
pub use name::Name;
pub use oid::Oid;
#[cfg(feature = "rare")]
pub use password::Password;
pub use placement::Placement;
#[cfg(feature = "engine")]
pub use private_key::PrivateKey;
pub use report::Report;
pub use source::Source;
pub use time::Timestamp;
