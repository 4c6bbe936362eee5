//! The chore `dist`: what a release consists of, in `target/dist`.

use std::{fs, io, path::Path};

use crate::{
    binary,
    error::Error,
    layout, page,
    setup::{self, Need},
};

pub(crate) fn dist(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    page::build()?;
    binary::build()?;

    let release = layout::target().join("dist");
    if release.exists() {
        fs::remove_dir_all(&release).map_err(Error::file(&release))?;
    }
    let page = release.join("page");
    copy_folder(&layout::dist(), &page).map_err(Error::file(&page))?;
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

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
