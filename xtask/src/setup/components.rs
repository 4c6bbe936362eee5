//! rustfmt and clippy: parts of the toolchain, which a minimal one lacks.

use std::time::Duration;

use crate::{error::Error, process::Program};

/// A download of some ten megabytes; where there is no way out this ends the waiting.
const DOWNLOAD: Duration = Duration::from_mins(3);

pub(crate) fn ensure() -> Result<(), Error> {
    for (subcommand, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if Program::cargo()
            .args([subcommand, "--version"])
            .output()
            .is_some()
        {
            continue;
        }
        eprintln!(
            "Installing {component}: the toolchain has none, and `cargo xtask lint` runs it."
        );
        Program::new("rustup")
            .args(["component", "add", component])
            .run_within(DOWNLOAD)
            .map_err(|_| Error::Missing {
                what: format!("`cargo {subcommand}`"),
                remedy: format!("Install it with `rustup component add {component}`."),
            })?;
    }
    Ok(())
}
