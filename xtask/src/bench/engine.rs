//! The engine beside the system's OpenSSL: chains of three certificates that each judges in a second,
//! for each usual kind of key. And in the browser and in Node beside libraries in JavaScript
//! (`xtask/bench/engine`), which writes `docs/performance.md`.

use crate::{
    binary,
    error::Error,
    layout, page,
    process::Program,
    setup::{self, Need},
};

/// What asks for the browser.
const BROWSER: &str = "--browser";

pub(super) fn engine(arguments: &[String]) -> Result<(), Error> {
    match arguments.split_first() {
        Some((flag, kinds)) if flag == BROWSER => in_browser(kinds),
        Some((unknown, _)) => Err(Error::Usage(unknown.clone())),
        None => beside_openssl(),
    }
}

/// Measures these kinds of key, or all.
fn in_browser(kinds: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::WasmOpt, Need::Browser, Need::Rivals])?;
    page::build()?;
    binary::RELEASE.build()?;
    Program::new("node")
        .env("ATLAS_X509_BIN", binary::RELEASE.file())
        .arg(layout::rivals().join("measure.mjs"))
        .args(kinds)
        .run()
}

fn beside_openssl() -> Result<(), Error> {
    setup::ensure(&[Need::OpenSsl])?;
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--example", "speed"])
        .run()?;
    // A folder of clients, as somebody checks it.
    binary::RELEASE.build()?;
    Program::cargo()
        .args(["run", "--quiet", "--release", "--package", "oracle"])
        .args(["--example", "clients", "--"])
        .arg(binary::RELEASE.file())
        .run()
}
