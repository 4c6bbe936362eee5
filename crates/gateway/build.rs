//! Puts the page into the program: every file of the built page, as it is and compressed.
//!
//! The page is what `$ATLAS_X509_PAGE_DIR` or `dist/` of the workspace holds. Before it was ever
//! built there is a small one that says how to build it.

use std::{
    env,
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

const VARIABLE: &str = "ATLAS_X509_PAGE_DIR";

/// Compressed once and sent often: the best that brotli can do. It takes its time for that, so a program
/// that is not optimised itself has to do with a quick pass.
const BROTLI_QUALITY: i32 = 11;
const QUICK_QUALITY: i32 = 5;
/// The largest window that browsers must understand (RFC 7932, section 9.1).
const BROTLI_WINDOW: i32 = 24;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    let package = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(variable("OUT_DIR")?);

    let quality = if variable("OPT_LEVEL")? == "3" {
        BROTLI_QUALITY
    } else {
        QUICK_QUALITY
    };

    let folder = page_folder(&package)?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut names = Vec::new();
    list(&folder, "", &mut names)?;
    names.sort();

    let mut code = String::from("&[\n");
    for (number, name) in names.iter().enumerate() {
        let path = folder.join(name);
        let bytes = fs::read(&path)?;
        let brotli = smaller(
            &bytes,
            brotli(&bytes, quality)?,
            &out.join(format!("{number}.br")),
        )?;
        let gzip = smaller(&bytes, gzip(&bytes)?, &out.join(format!("{number}.gz")))?;
        let path = literal(&path.canonicalize()?)?;
        let _ = writeln!(
            code,
            "    Embedded {{ name: {name:?}, plain: include_bytes!({path}), brotli: {brotli}, gzip: {gzip} }},"
        );
    }
    code.push_str("]\n");
    fs::write(out.join("page.rs"), code)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn page_folder(package: &Path) -> io::Result<PathBuf> {
    if let Some(folder) = env::var_os(VARIABLE).map(PathBuf::from) {
        if !folder.join("index.html").is_file() {
            return Err(io::Error::other(format!(
                "{VARIABLE} is {}, which has no index.html in it",
                folder.display()
            )));
        }
        return Ok(folder);
    }
    let dist = package.join("../../dist");
    // Cargo runs this again on every build as long as a path it shall watch is not there.
    if fs::create_dir_all(&dist).is_ok() {
        println!("cargo::rerun-if-changed={}", dist.display());
    }
    if dist.join("index.html").is_file() {
        Ok(dist)
    } else {
        Ok(package.join("page"))
    }
}

/// The files below a folder by their names with slashes; what begins with a dot is not the page's.
fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{prefix}{name}/"), names)?;
        } else {
            names.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

fn brotli(bytes: &[u8], quality: i32) -> io::Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality,
        lgwin: BROTLI_WINDOW,
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

/// The code for a compressed file, if it is worth having.
fn smaller(plain: &[u8], compressed: Vec<u8>, path: &Path) -> io::Result<String> {
    if compressed.len() >= plain.len() {
        return Ok("None".to_owned());
    }
    fs::write(path, compressed)?;
    Ok(format!("Some(include_bytes!({}))", literal(path)?))
}

/// A path as a string of Rust code.
fn literal(path: &Path) -> io::Result<String> {
    let text = path
        .to_str()
        .ok_or_else(|| io::Error::other("the page's path is not UTF-8"))?;
    Ok(format!("{text:?}"))
}
