//! Packages of npm, each folder's pinned by its `package-lock.json`.

use std::{fs, path::PathBuf};

use crate::{error::Error, layout, process::Program};

/// A folder that has packages, and what they are.
pub(super) struct Packages {
    folder: fn() -> PathBuf,
    what: &'static str,
}

pub(super) const TESTS: Packages = Packages {
    folder: layout::tests,
    what: "wasm-opt, and what drives the browser in tests",
};

pub(super) const DRIVERS: Packages = Packages {
    folder: || layout::tests().join("drivers"),
    what: "MongoDB's shell, which tests log in with",
};

pub(super) const RIVALS: Packages = Packages {
    folder: layout::rivals,
    what: "what the engine is measured against",
};

pub(super) fn ensure(packages: &Packages) -> Result<(), Error> {
    let folder = (packages.folder)();
    let lock_file = folder.join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(Error::file(&lock_file))?;
    // What was installed last, beside it: gone together when somebody clears the folder.
    let installed = folder.join("node_modules/.installed.json");
    if fs::read(&installed).is_ok_and(|before| before == lock) {
        return Ok(());
    }
    if layout::find("npm").is_none() {
        return Err(Error::Missing {
            what: "npm".to_owned(),
            remedy: "Install Node.js 20 or later, which brings it (https://nodejs.org).".to_owned(),
        });
    }
    eprintln!(
        "Installing the packages of {}: {}.",
        lock_file.display(),
        packages.what
    );
    Program::new("npm")
        .within(&folder)
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
