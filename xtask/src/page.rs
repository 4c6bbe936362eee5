//! Building the page into `dist`, with Trunk.
//!
//! Trunk makes a page as small as it can each time, which takes more than a minute, so a page of the
//! same sources is not made again.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use crate::{
    error::Error,
    folder, layout,
    process::Program,
    setup::{
        self, Need,
        wasm::{self, Road},
    },
    size,
};

/// The chore `page`.
pub(crate) fn chore(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    build()?;
    size::print()
}

/// All that decides what the page becomes: its sources, and the tools by the files that pin them.
const MADE_OF: &[&str] = &[
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "boot.js",
    "crates/atlas",
    "crates/engine/Cargo.toml",
    "crates/engine/src",
    "crates/pki",
    "engine-worker.js",
    "index.html",
    "src",
    "styles",
    "tests/package-lock.json",
    "xtask/src",
];

/// Needs [`Need::Page`].
pub(crate) fn build() -> Result<(), Error> {
    let road = wasm::road()?;
    let fresh = layout::target().join("page-dist");
    unless_made("page", MADE_OF, road, &fresh, || {
        fetch(road)?;
        trunk(road)
            .args(["build", "--release", "--dist"])
            .arg(&fresh)
            .run()
    })?;
    // A file that did not change keeps its date, so the gateway is not built anew because of it.
    let dist = layout::dist();
    folder::mirror(&fresh, &dist).map_err(Error::file(dist))
}

/// Makes something that takes long, unless it is there and was made of the same.
pub(crate) fn unless_made(
    what: &str,
    of: &[&str],
    road: Road,
    result: &Path,
    make: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    let note = layout::target().join(format!("{what}-made-of"));
    let made_of = fingerprint(of, road)?;
    if fs::read_to_string(&note).is_ok_and(|noted| noted == made_of) && result.exists() {
        eprintln!("The {what} is made of the same sources as last time.");
        return Ok(());
    }
    // Until it is made of what is there now, it is made of nothing that is known.
    let _ = fs::remove_file(&note);
    make()?;
    if fingerprint(of, road)? == made_of {
        fs::write(&note, made_of).map_err(Error::file(&note))?;
    }
    Ok(())
}

/// A fingerprint of these files and folders and of the compiler's version.
fn fingerprint(of: &[&str], road: Road) -> Result<String, Error> {
    let mut hasher = DefaultHasher::new();
    for name in of {
        let path = layout::root().join(name);
        folder::hash(&path, &mut hasher).map_err(Error::file(&path))?;
    }
    // Cargo and its compiler are installed together.
    road.program("cargo")
        .arg("--version")
        .output()
        .hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Trunk with the tools of the project and no downloads: when it finds a tool at the wrong version,
/// it says so instead of fetching another.
pub(crate) fn trunk(road: Road) -> Program {
    road.program("trunk")
        .quiet_env("TRUNK_OFFLINE", "true")
        .quiet_env("TRUNK_SKIP_VERSION_CHECK", "true")
}

/// Trunk's `offline` goes for the Cargo it calls, too: so every dependency has to be there before.
pub(crate) fn fetch(road: Road) -> Result<(), Error> {
    road.program("cargo")
        .args(["fetch", "--quiet", "--locked", "--target", wasm::TARGET])
        .run()
}
