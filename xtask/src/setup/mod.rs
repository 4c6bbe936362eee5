//! Brings the tools a chore needs, pinned, and says what it brings and why.
//!
//! Tools from Cargo's registry go to `target/tools`, those from npm to `tests/node_modules`. Debian's
//! packages are installed when we may (root on a Debian); elsewhere the chore names what is missing
//! and how to get it, and stops. Nothing that is there already is touched.

mod cargo_tools;
mod components;
mod npm;
pub(crate) mod python;
mod system;
pub(crate) mod wasm;

use crate::error::Error;

/// Something that a chore cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// A standard library for wasm32.
    Page,
    /// wasm-opt, for a page that is handed on.
    WasmOpt,
    /// Trunk and what it calls, for a page that is built again as its sources change.
    Trunk,
    /// rustfmt and clippy.
    Lints,
    /// cargo-deny.
    Licences,
    /// The system's OpenSSL: the second opinion in tests of the certificate engine.
    OpenSsl,
    /// cargo-fuzz; the nightly compiler it needs is rustup's to bring.
    Fuzzer,
    /// Chromium and the packages that drive it.
    Browser,
    /// The libraries that the engine is measured against in the browser.
    Rivals,
    /// MongoDB's shell, and its driver for Python.
    Drivers,
    /// nginx and Caddy: the servers that the deploy configurations are for.
    Servers,
    /// nginx, wrk and curl: what the gateway is measured against, and with.
    Bench,
}

const EVERYTHING: &[Need] = &[
    Need::Page,
    Need::WasmOpt,
    Need::Trunk,
    Need::Lints,
    Need::Licences,
    Need::OpenSsl,
    Need::Browser,
    Need::Drivers,
    Need::Servers,
    Need::Bench,
];

/// The chore `setup`.
pub(crate) fn everything(_: &[String]) -> Result<(), Error> {
    ensure(EVERYTHING)?;
    eprintln!("Every tool is there.");
    Ok(())
}

pub(crate) fn ensure(needs: &[Need]) -> Result<(), Error> {
    // Together, so that the package manager is asked once.
    system::ensure(needs.iter().flat_map(|need| system::packages(*need)))?;
    for need in needs {
        match need {
            Need::Page => {
                wasm::road()?;
            }
            Need::Trunk => {
                cargo_tools::ensure(&cargo_tools::trunk())?;
                cargo_tools::ensure(&cargo_tools::wasm_bindgen()?)?;
            }
            Need::Lints => components::ensure()?,
            Need::Licences => cargo_tools::ensure(&cargo_tools::deny())?,
            Need::Fuzzer => cargo_tools::ensure(&cargo_tools::fuzz())?,
            Need::WasmOpt | Need::Browser => npm::ensure(&npm::TESTS)?,
            Need::Rivals => npm::ensure(&npm::RIVALS)?,
            Need::Drivers => {
                npm::ensure(&npm::DRIVERS)?;
                python::ensure()?;
            }
            Need::OpenSsl | Need::Servers | Need::Bench => {}
        }
    }
    cargo_tools::clean()
}
