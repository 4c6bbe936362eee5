//! `cargo xtask differential`: the engine against the system's OpenSSL on chains made from seeds.
//! The comparison is a program of `crates/oracle`, so that this one need not link OpenSSL.

use crate::{error::Error, process::Program};

/// Runs the program with the arguments given.
pub(crate) fn chore(arguments: &[String]) -> Result<(), Error> {
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--bin", "differential", "--"])
        .args(arguments)
        .run()
}
