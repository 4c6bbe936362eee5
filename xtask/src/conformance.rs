//! `cargo xtask conformance` and `cargo xtask differential`: the engine against OpenSSL. Both are
//! programs of other crates, so that the chores need compile neither the engine nor OpenSSL.

use crate::{error::Error, process::Program};

/// The engine against recorded verdicts on a suite of chains.
pub(crate) fn conformance(arguments: &[String]) -> Result<(), Error> {
    run("limbo", "conformance", arguments)
}

/// The engine against the system's OpenSSL on chains made from seeds.
pub(crate) fn differential(arguments: &[String]) -> Result<(), Error> {
    run("oracle", "differential", arguments)
}

/// Runs a program and ends as it ends.
fn run(package: &str, program: &str, arguments: &[String]) -> Result<(), Error> {
    // Files are named from where the chore was called.
    let here = std::env::current_dir().map_err(Error::file("."))?;
    Program::cargo()
        .within(&here)
        .args(["run", "--quiet", "--release", "--package", package])
        .args(["--bin", program, "--"])
        .args(arguments)
        .run()
}
