//! Packages of npm: what drives the browser in tests, and wasm-opt. Pinned by
//! `tests/package-lock.json`.

use std::fs;

use crate::{error::Error, layout, process::Program};

pub(crate) fn ensure() -> Result<(), Error> {
    let lock_file = layout::tests().join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(Error::file(&lock_file))?;
    // What was installed last, beside it: gone together when somebody clears the folder.
    let installed = layout::tests().join("node_modules/.installed.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    if layout::find("npm").is_none() {
        return Err(Error::Missing {
            what: "npm".to_owned(),
            remedy: "Install Node.js 20 or later, which brings it (https://nodejs.org).".to_owned(),
        });
    }
    eprintln!("Installing the packages of tests/package-lock.json: wasm-opt, and what tests need.");
    Program::new("npm")
        .within(&layout::tests())
        .args([
            "ci",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--loglevel=error",
        ])
        .run()?;
    fs::write(&installed, lock).map_err(Error::file(installed))
}
