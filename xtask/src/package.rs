//! Building the npm package of the engine, `@atlas-x509/engine`, into `target/package`.
//!
//! It is not the module of the page: what a program calls would cost every visitor of the page its size,
//! and what the page says to its worker is of no use to a program (`crates/engine`, features `package` and
//! `worker`).

use std::{fs, path::PathBuf};

use crate::{
    error::Error,
    folder, layout, page,
    process::Program,
    setup::{
        self, Need,
        wasm::{self, Road},
    },
};

/// All that decides what the package becomes.
const MADE_OF: &[&str] = &[
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "crates/engine",
    "crates/pki",
    "tests/package-lock.json",
    "xtask/bindgen",
    "xtask/src",
];

/// What stands for the version in the package's own `package.json`.
const NO_VERSION: &str = "\"0.0.0\"";

/// As index.html has it for the engine of the page.
const OPTIMISED: &[&str] = &[
    "-Oz",
    "--converge",
    "--low-memory-unused",
    "--reorder-functions",
    "--merge-similar-functions",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-call-indirect-overlong",
];

/// The chore `package`.
pub(crate) fn chore(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::WasmOpt])?;
    build()?;
    println!("{}", file().display());
    Ok(())
}

/// Where the package is, packed.
pub(crate) fn file() -> PathBuf {
    folder().join(format!(
        "atlas-x509-engine-{}.tgz",
        env!("CARGO_PKG_VERSION")
    ))
}

fn folder() -> PathBuf {
    layout::target().join("package")
}

/// Needs [`Need::Page`] and [`Need::WasmOpt`].
pub(crate) fn build() -> Result<(), Error> {
    let road = wasm::road()?;
    page::unless_made("package", MADE_OF, road, &file(), || make(road))
}

fn make(road: Road) -> Result<(), Error> {
    road.program("cargo")
        .args(["build", "--locked", "--profile", "engine"])
        .args([
            "--target",
            wasm::TARGET,
            "--package",
            "engine",
            "--bin",
            "engine",
        ])
        .args(["--no-default-features", "--features", "package"])
        .run_build()?;
    let contents = folder().join("contents");
    let own = layout::root().join("crates/engine/npm");
    // Nothing is left of the last time.
    folder::mirror(&own, &contents).map_err(Error::file(&contents))?;
    page::join([page::compiled("engine", "engine")], &contents)?;
    page::optimise(OPTIMISED, &contents.join("engine_bg.wasm"))?;
    let licence = layout::root().join("LICENSE");
    fs::copy(&licence, contents.join("LICENSE")).map_err(Error::file(&licence))?;
    let manifest = contents.join("package.json");
    let text = fs::read_to_string(&manifest).map_err(Error::file(&manifest))?;
    let version = format!("\"{}\"", env!("CARGO_PKG_VERSION"));
    fs::write(&manifest, text.replacen(NO_VERSION, &version, 1)).map_err(Error::file(&manifest))?;
    Program::new("npm")
        .within(&contents)
        .args(["pack", "--loglevel=error", "--pack-destination"])
        .arg(folder())
        .run()
}
