//! How much a browser loads before the page works. `tests/size.mjs` weighs it; `tests/size.json`
//! holds what it may weigh, so that growth is a decision and not an accident.

use crate::{
    error::Error,
    layout, page,
    process::Program,
    setup::{self, Need},
};

/// The chore `size`.
pub(crate) fn chore(arguments: &[String]) -> Result<(), Error> {
    let record = match arguments {
        [] => false,
        [flag] if flag == "--record" => true,
        [other, ..] => return Err(Error::Usage(other.clone())),
    };
    if !layout::dist().join("index.html").is_file() {
        setup::ensure(&[Need::Page, Need::WasmOpt])?;
        page::build()?;
    }
    if record { weigh("--record") } else { check() }
}

/// Fails when the page weighs more than it may.
pub(crate) fn check() -> Result<(), Error> {
    weigh("--check")
}

pub(crate) fn print() -> Result<(), Error> {
    weigh("--print")
}

fn weigh(what: &str) -> Result<(), Error> {
    Program::new("node")
        .arg(layout::tests().join("size.mjs"))
        .arg(what)
        .arg(layout::dist())
        .run()
}
