//! `cargo xtask docs`: the documents that are made from the code. The tests that hold them to the
//! code also write them, so that the chores need not compile the engine.

use crate::{error::Error, process::Program};

pub(crate) fn chore(_: &[String]) -> Result<(), Error> {
    /// The findings, and what a login can stop at.
    const TESTS: [&[&str]; 2] = [
        &["--package", "pki", "--test", "documents"],
        &["--package", "atlas-x509", "--lib", "situation"],
    ];
    for test in TESTS {
        Program::cargo()
            .env("ATLAS_X509_UPDATE", "1")
            .args(["test", "--quiet"])
            .args(test)
            .run()?;
    }
    Ok(())
}
