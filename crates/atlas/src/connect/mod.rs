//! How to connect once a user is there: connection strings, and a first program in each language.
//!
//! A string names the mechanism and where names come from, and neither a user (the certificate says
//! who it is) nor a password nor a CA file: Atlas's own certificates chain to a public root. Those of a
//! sandbox's clusters don't, so its strings name a file. Drivers want one PEM file: the certificate, the
//! intermediates, the key.

mod literal;
mod snippets;
#[cfg(test)]
mod tests;
mod trouble;
mod uri;

pub use snippets::{Language, Snippet, login_command, snippet, with_password};
pub use trouble::{Program, TROUBLES, Trouble, mongosh_answer};
pub use uri::{ConnectionString, Way, connection_strings, server_ca, with_key_file};
