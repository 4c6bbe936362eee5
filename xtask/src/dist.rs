//! The chore `dist`: what a release consists of, in `target/dist`.

use std::fs;

use crate::{
    binary,
    error::Error,
    folder, layout, page,
    setup::{self, Need},
};

pub(crate) fn dist(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    page::build()?;
    binary::build()?;

    let release = layout::target().join("dist");
    let page = release.join("page");
    folder::mirror(&layout::dist(), &page).map_err(Error::file(&page))?;
    let program = release.join("atlas-x509");
    fs::copy(binary::file(), &program).map_err(Error::file(&program))?;

    println!(
        "{}\n  one program with the page inside: `atlas-x509 serve`",
        program.display()
    );
    println!(
        "{}\n  the page as files, for a web server of your own",
        page.display()
    );
    Ok(())
}
