//! Building the native program, `atlas-x509`.

use std::path::PathBuf;

use crate::{error::Error, layout, process::Program};

/// Builds it with the page of `dist` inside.
pub(crate) fn build() -> Result<(), Error> {
    Program::cargo()
        .args(["build", "--release", "--locked", "--package", "atlas-x509"])
        .run()
}

pub(crate) fn file() -> PathBuf {
    layout::target().join("release/atlas-x509")
}

/// The program that was built last.
pub(crate) fn program() -> Program {
    Program::new(&file().to_string_lossy())
}
