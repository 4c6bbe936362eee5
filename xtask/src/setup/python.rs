//! Packages of Python, in an environment of their own under `target/tools`, pinned with their hashes by
//! `tests/drivers/requirements.txt`.

use std::{fs, path::PathBuf};

use crate::{error::Error, layout, process::Program};

/// The environment.
fn folder() -> PathBuf {
    layout::target().join("tools/python")
}

/// Its Python.
pub(crate) fn python() -> PathBuf {
    folder().join("bin/python")
}

/// Whether this system's Python can make one.
pub(super) fn can_be_made() -> bool {
    Program::new("python3")
        .args(["-c", "import ensurepip, venv"])
        .output()
        .is_some()
}

pub(super) fn ensure() -> Result<(), Error> {
    let list = layout::tests().join("drivers/requirements.txt");
    let wanted = fs::read(&list).map_err(Error::file(&list))?;
    // What was installed last, inside: gone together when somebody clears the folder.
    let installed = folder().join("installed.txt");
    if fs::read(&installed).is_ok_and(|before| before == wanted) {
        return Ok(());
    }
    eprintln!("Installing the packages of {}.", list.display());
    Program::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(folder())
        .run()?;
    Program::new(&python().to_string_lossy())
        .args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .args(["--only-binary", ":all:", "--require-hashes", "-r"])
        .arg(&list)
        .run()?;
    fs::write(&installed, wanted).map_err(Error::file(installed))
}
