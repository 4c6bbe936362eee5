//! `cargo xtask docs`: the documents that are made from the code. The test that holds them to the
//! code also writes them, so that the chores need not compile the engine.

use crate::{error::Error, process::Program};

pub(crate) fn chore(_: &[String]) -> Result<(), Error> {
    Program::cargo()
        .env("ATLAS_X509_UPDATE", "1")
        .args(["test", "--quiet", "--package", "pki", "--test", "documents"])
        .run()
}
