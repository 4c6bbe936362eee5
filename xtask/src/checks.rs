//! What looks at sources without running them: formatting, clippy, licences.

use crate::{
    error::Error,
    layout,
    process::Program,
    setup::{
        self, Need,
        wasm::{self, Road},
    },
};

/// The page and its engine compile for the browser alone; everything else is looked at as a native program.
const PAGE: &str = "atlas-x509-page";
/// The module that runs beside it.
const ENGINE: &str = "engine";
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

/// Crates that promise to compile for the browser by themselves, not only with what the page adds.
const PURE: &[&str] = &["pki", "atlas"];

/// The chore `fmt`.
pub(crate) fn format(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Lints])?;
    format_all(&[])
}

/// The chore `lint`.
pub(crate) fn lint(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Lints, Need::Licences, Need::OpenSsl, Need::Page])?;
    formatting()?;
    clippy()?;
    clippy_page()?;
    licences()
}

pub(crate) fn formatting() -> Result<(), Error> {
    format_all(&["--check"])
}

/// The fuzz targets are a workspace of their own.
fn format_all(how: &[&str]) -> Result<(), Error> {
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        Program::cargo()
            .args(["fmt", "--all", "--manifest-path", manifest])
            .args(how)
            .run()?;
    }
    Ok(())
}

pub(crate) fn clippy() -> Result<(), Error> {
    Program::cargo()
        .args([
            "clippy",
            "--locked",
            "--workspace",
            "--exclude",
            PAGE,
            "--exclude",
            ENGINE,
            "--all-targets",
        ])
        .args(DENY_WARNINGS)
        .run()
}

/// Clippy belongs to the ordinary toolchain. Where that has no library for the browser, it reads
/// the page as a native program, which differs in nothing it looks for.
pub(crate) fn clippy_page() -> Result<(), Error> {
    let road = wasm::road()?;
    let clippy = |what: &[&str]| {
        let clippy = Program::cargo().args(["clippy", "--locked", "--no-deps"]);
        let clippy = clippy.args(what.iter().copied());
        match road {
            Road::Rustup => clippy
                .args(["--target", wasm::TARGET])
                .args(DENY_WARNINGS)
                .run(),
            Road::Debian => clippy.args(DENY_WARNINGS).run(),
        }
    };
    clippy(&["-p", PAGE, "-p", ENGINE, "--features", "engine/package"])?;
    // The engine that the page loads first has not got everything.
    let features = [
        "--no-default-features",
        "--features=engine/worker,pki/engine",
    ];
    clippy(&[&["-p", ENGINE, "-p", "pki"], &features[..]].concat())
}

/// Whether the pure crates still compile for the browser.
pub(crate) fn pure_crates() -> Result<(), Error> {
    let present = PURE
        .iter()
        .filter(|name| layout::root().join("crates").join(name).exists());
    wasm::road()?
        .program("cargo")
        .args(["check", "--locked", "--target", wasm::TARGET])
        .args(present.flat_map(|name| ["--package", *name]))
        .run()
}

/// Advisories are read from a database on the network, so they are a chore of their own in CI that
/// has one: `cargo deny check advisories`.
pub(crate) fn licences() -> Result<(), Error> {
    Program::cargo()
        .args([
            "deny",
            "--locked",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ])
        .run()
}
