//! Building the page into `dist`, with Trunk.

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

/// Needs [`Need::Page`].
pub(crate) fn build() -> Result<(), Error> {
    let road = wasm::road()?;
    fetch(road)?;
    let fresh = layout::target().join("page-dist");
    trunk(road)
        .args(["build", "--release", "--dist"])
        .arg(&fresh)
        .run()?;
    // A file that did not change keeps its date, so the gateway is not built anew because of it.
    let dist = layout::dist();
    folder::mirror(&fresh, &dist).map_err(Error::file(dist))
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
