//! Building the page into `dist`, of what index.html and Trunk.toml say, as Trunk would.
//!
//! A page that is handed on is made as small as it can be, which takes minutes; one for a look, as soon
//! as it can be. Neither is made again of the same sources.

mod files;
mod index;

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::{Path, PathBuf},
    thread,
};

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

use index::{Kind, Module};

/// What a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// To be looked at here and now.
    ALook,
    /// To be handed on, and weighed.
    Release,
}

/// The profile of Cargo's for a look.
const PROFILE: &str = "serve";

/// The chore `page`.
pub(crate) fn chore(_: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::WasmOpt])?;
    build()?;
    size::print()
}

/// All that decides what the page becomes: its sources, and the tools by the files that pin them.
const MADE_OF: &[&str] = &[
    ".cargo",
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "boot.js",
    "crates/atlas",
    "crates/engine/Cargo.toml",
    "crates/engine/src",
    "crates/pki",
    "engine-worker.js",
    "index.html",
    "src",
    "styles",
    "tests/package-lock.json",
    "xtask/bindgen",
    "xtask/src",
];

/// Needs [`Need::Page`] and [`Need::WasmOpt`].
pub(crate) fn build() -> Result<(), Error> {
    place(For::Release, wasm::road()?)
}

/// A page to look at: the small one, if it is there and made of the same sources. Needs [`Need::Page`].
pub(crate) fn build_for_a_look() -> Result<(), Error> {
    let road = wasm::road()?;
    let small = For::Release;
    if is_made(small.what(), MADE_OF, road, &small.folder())? {
        place(small, road)
    } else {
        place(For::ALook, road)
    }
}

impl For {
    fn what(self) -> &'static str {
        match self {
            Self::ALook => "page-for-a-look",
            Self::Release => "page",
        }
    }

    fn folder(self) -> PathBuf {
        layout::target().join(match self {
            Self::ALook => "page-look",
            Self::Release => "page-dist",
        })
    }
}

fn place(purpose: For, road: Road) -> Result<(), Error> {
    let fresh = purpose.folder();
    unless_made(purpose.what(), MADE_OF, road, &fresh, || {
        make(purpose, road, &fresh)
    })?;
    // A file that did not change keeps its date, so the gateway is not built anew because of it.
    let dist = layout::dist();
    folder::mirror(&fresh, &dist).map_err(Error::file(dist))
}

fn make(purpose: For, road: Road, to: &Path) -> Result<(), Error> {
    let html = read("index.html")?;
    let assets = index::assets(&html)?;
    let modules: Vec<&Module> = assets
        .iter()
        .filter_map(|asset| match &asset.kind {
            Kind::Module(module) => Some(module),
            _ => None,
        })
        .collect();
    // Nothing is left of the last time.
    let joined = layout::target().join("page-joined");
    folder::empty(&joined).map_err(Error::file(&joined))?;
    match purpose {
        For::ALook => look(road, &modules, &joined)?,
        For::Release => release(road, &modules, &joined)?,
    }
    files::write(&html, &assets, &joined, purpose == For::Release, to)
}

/// All modules at once and with their usual features, so that what they have in common is compiled once.
fn look(road: Road, modules: &[&Module], joined: &Path) -> Result<(), Error> {
    let packages = modules
        .iter()
        .map(|module| package(module))
        .collect::<Result<Vec<_>, _>>()?;
    road.quick_cargo()
        .args(["build", "--locked", "--profile", PROFILE])
        .args(["--target", wasm::TARGET])
        .args(packages.iter().flat_map(|package| ["--package", package]))
        .run_build()?;
    join(
        modules.iter().map(|module| compiled(PROFILE, &module.name)),
        joined,
    )
}

/// Each module by itself, so that none carries what only another one needs; while one is made smaller
/// the next is compiled.
fn release(road: Road, modules: &[&Module], joined: &Path) -> Result<(), Error> {
    thread::scope(|scope| {
        let mut smaller = Vec::new();
        for module in modules {
            compile(road, module)?;
            let mut files = vec![joined.join(format!("{}_bg.wasm", module.name))];
            let compiled = compiled(&module.profile, &module.name);
            if module.is_worker {
                join([compiled], joined)?;
            } else {
                cut(&compiled, joined)?;
                files.extend(files::parts(joined)?);
            }
            smaller.push(scope.spawn(move || {
                files
                    .iter()
                    .try_for_each(|file| optimise(&module.optimised, file))
            }));
        }
        // A panic in there has said why.
        smaller
            .into_iter()
            .try_for_each(|thread| thread.join().unwrap_or(Err(Error::Ended)))
    })
}

/// The program is compiled in a form that it can be cut in ([`cut`]): with what the linker knew about its
/// pieces.
fn compile(road: Road, module: &Module) -> Result<(), Error> {
    let features = module.features.as_ref();
    let features = features.map(|features| ["--no-default-features", "--features", features]);
    let to_be_cut = ["--features", "split", "--", "-Clink-args=--emit-relocs"];
    road.program("cargo")
        .args(["rustc", "--locked", "--profile", &module.profile])
        .args(["--target", wasm::TARGET, "--package", &package(module)?])
        .args(["--bin", &module.name])
        .args(features.into_iter().flatten())
        .args(to_be_cut.iter().filter(|_| !module.is_worker))
        .run_build()
}

/// Where Cargo leaves a module.
pub(crate) fn compiled(profile: &str, name: &str) -> PathBuf {
    layout::target()
        .join(wasm::TARGET)
        .join(profile)
        .join(format!("{name}.wasm"))
}

/// Makes `NAME.js` and `NAME_bg.wasm` in that folder of each `NAME.wasm`.
pub(crate) fn join(modules: impl IntoIterator<Item = PathBuf>, folder: &Path) -> Result<(), Error> {
    Program::cargo()
        .args(["run", "--locked", "--package", "bindgen", "--"])
        .arg(folder)
        .args(modules)
        .run_build()
}

/// The same for the page's program, with what it does not need at its start in files of their own, in
/// the folder `parts`.
fn cut(module: &Path, folder: &Path) -> Result<(), Error> {
    Program::cargo()
        .args(["run", "--locked", "--package", "bindgen"])
        .args(["--features", "cut", "--", "--cut"])
        .args([folder, module])
        .run_build()
}

/// Makes a module smaller or faster, in its place. Needs [`Need::WasmOpt`].
pub(crate) fn optimise<A: AsRef<str>>(how: &[A], module: &Path) -> Result<(), Error> {
    Program::new("wasm-opt")
        .args(how.iter().map(AsRef::as_ref))
        .arg(module)
        .arg("-o")
        .arg(module)
        .run_patiently()
}

/// The name of the package that a module is a target of.
fn package(module: &Module) -> Result<String, Error> {
    let manifest = read(&module.manifest)?;
    let name = manifest.split_once("[package]").and_then(|(_, package)| {
        let (_, rest) = package.split_once("name = \"")?;
        Some(rest.split_once('"')?.0.to_owned())
    });
    name.ok_or_else(|| Error::Missing {
        what: format!("The name of the package in {}", module.manifest),
        remedy: "index.html says that it is there.".to_owned(),
    })
}

fn read(name: &str) -> Result<String, Error> {
    let path = layout::root().join(name);
    fs::read_to_string(&path).map_err(Error::file(path))
}

/// Makes something that takes long, unless it is there and was made of the same.
pub(crate) fn unless_made(
    what: &str,
    of: &[&str],
    road: Road,
    result: &Path,
    make: impl FnOnce() -> Result<(), Error>,
) -> Result<(), Error> {
    if is_made(what, of, road, result)? {
        eprintln!("The {what} is made of the same sources as last time.");
        return Ok(());
    }
    let note = note(what);
    let made_of = fingerprint(of, road)?;
    // Until it is made of what is there now, it is made of nothing that is known.
    let _ = fs::remove_file(&note);
    make()?;
    if fingerprint(of, road)? == made_of {
        fs::write(&note, made_of).map_err(Error::file(&note))?;
    }
    Ok(())
}

fn is_made(what: &str, of: &[&str], road: Road, result: &Path) -> Result<bool, Error> {
    let made_of = fingerprint(of, road)?;
    Ok(fs::read_to_string(note(what)).is_ok_and(|noted| noted == made_of) && result.exists())
}

fn note(what: &str) -> PathBuf {
    layout::target().join(format!("{what}-made-of"))
}

/// A fingerprint of these files and folders and of the compiler's version.
fn fingerprint(of: &[&str], road: Road) -> Result<String, Error> {
    let mut hasher = DefaultHasher::new();
    for name in of {
        let path = layout::root().join(name);
        folder::hash(&path, &mut hasher).map_err(Error::file(&path))?;
    }
    // Cargo and its compiler are installed together.
    road.program("cargo")
        .arg("--version")
        .output()
        .hash(&mut hasher);
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Trunk with the tools of the project and no downloads: when it finds a tool at the wrong version,
/// it says so instead of fetching another. Needs [`Need::Trunk`].
pub(crate) fn trunk(road: Road) -> Program {
    road.program("trunk")
        .quiet_env("TRUNK_OFFLINE", "true")
        .quiet_env("TRUNK_SKIP_VERSION_CHECK", "true")
}

/// Trunk's `offline` goes for the Cargo it calls, too: so every dependency has to be there before.
pub(crate) fn fetch(road: Road) -> Result<(), Error> {
    road.program("cargo")
        .args(["fetch", "--locked", "--target", wasm::TARGET])
        .run()
}
