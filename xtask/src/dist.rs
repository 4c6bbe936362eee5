//! The chore `dist`: what a release consists of, in `target/dist`.
//!
//! The page as files is ready for a web server: beside each file it has the same compressed, and it
//! says in `config.json` that no gateway holds a credential.

use std::fs;

use crate::{
    binary,
    error::Error,
    folder, layout, package, page,
    process::Program,
    setup::{self, Need},
};

/// What the page is told where it comes from a web server; also one of the files of `deploy`.
const CONFIG: &str = "config.json";

pub(crate) fn dist(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::WasmOpt])?;
    page::build()?;
    binary::RELEASE.build()?;
    package::build()?;

    let release = layout::target().join("dist");
    let page = release.join("page");
    folder::mirror(&layout::dist(), &page).map_err(Error::file(&page))?;
    let config = page.join(CONFIG);
    fs::copy(layout::deploy().join(CONFIG), &config).map_err(Error::file(&config))?;
    Program::new("node")
        .arg(layout::tests().join("compress.mjs"))
        .arg(&page)
        .run()?;
    let deploy = release.join("deploy");
    folder::mirror(&layout::deploy(), &deploy).map_err(Error::file(&deploy))?;
    let program = release.join("atlas-x509");
    fs::copy(binary::RELEASE.file(), &program).map_err(Error::file(&program))?;

    let package = release.join("atlas-x509-engine.tgz");
    fs::copy(package::file(), &package).map_err(Error::file(&package))?;

    println!(
        "{}\n  one program with the page inside: `atlas-x509 serve`",
        program.display()
    );
    println!(
        "{}\n  the page as files, for a web server of your own",
        page.display()
    );
    println!(
        "{}\n  what nginx or Caddy needs to know for that",
        deploy.display()
    );
    println!(
        "{}\n  the engine for JavaScript programs: `npm install` takes this file",
        package.display()
    );
    Ok(())
}
