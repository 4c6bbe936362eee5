//! The native side of the product: the command line `atlas-x509`.
//!
//! A library so that tests can run the server in their own process; it promises nothing to other
//! crates. It holds no certificate logic and no rules about Atlas.

mod check;
pub mod cli;
mod completions;
mod cores;
mod doors;
mod execute;
mod files;
mod login;
mod man;
mod paper;
mod password;
mod practice;
mod private;
mod sandbox;
pub mod serve;
mod server_ca;
mod stop;
mod terminal;
mod username;
