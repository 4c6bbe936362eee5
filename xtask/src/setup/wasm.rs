//! A standard library for `wasm32-unknown-unknown`. Two roads lead to one, and the first that is
//! open is taken; `ATLAS_X509_WASM_ROAD` forces one.
//!
//! `rustup`: the usual one, `rustup target add` and the source of the library. `debian`: where
//! rustup cannot download, Debian's own compiler and source. On both roads Cargo builds the library
//! with the page, for size and without texts that only a debugger reads: that takes a tenth off
//! what a browser has to load (`cargo xtask size`). It needs a compiler that accepts unstable
//! settings, so they are given to the commands that build for the browser and to no other: tests,
//! clippy and the native binary keep the ordinary toolchain.

use std::{
    env,
    path::{Path, PathBuf},
    time::Duration,
};

use super::system;
use crate::{error::Error, layout, process::Program};

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const SETTING: &str = "ATLAS_X509_WASM_ROAD";

/// A download of some twenty megabytes; where there is no way out this ends the waiting.
const DOWNLOAD: Duration = Duration::from_mins(3);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Road {
    Rustup,
    Debian,
}

/// The road that is open, opened first if need be.
pub(crate) fn road() -> Result<Road, Error> {
    match env::var(SETTING).as_deref() {
        Err(_) | Ok("") => {}
        Ok("rustup") => return by_rustup().map(|()| Road::Rustup),
        Ok("debian") => return by_debian().map(|()| Road::Debian),
        Ok(other) => {
            return Err(Error::Setting {
                name: SETTING,
                value: other.to_owned(),
                allowed: "`rustup`, `debian` or absent",
            });
        }
    }
    if has_target() && has_source() {
        return Ok(Road::Rustup);
    }
    if system::are_there(system::DEBIAN_RUST) {
        return Ok(Road::Debian);
    }
    let Err(refusal) = by_rustup() else {
        return Ok(Road::Rustup);
    };
    if !system::may_install() {
        return Err(refusal);
    }
    eprintln!("{refusal}\nTaking Debian's compiler for the page instead.");
    by_debian().map(|()| Road::Debian)
}

impl Road {
    /// Cargo for a module that need not be small: with the library as it comes, where there is one.
    pub(crate) fn quick_cargo(self) -> Program {
        match self {
            Self::Rustup => Program::cargo(),
            Self::Debian => self.program("cargo"),
        }
    }

    /// A program that compiles for the browser, or calls Cargo to do so.
    pub(crate) fn program(self, name: &str) -> Program {
        let program = match self {
            Self::Rustup if name == "cargo" => Program::cargo(),
            Self::Rustup => Program::new(name),
            Self::Debian => {
                let debian = Path::new("/usr/bin");
                let program = if name == "cargo" {
                    Program::new("/usr/bin/cargo")
                } else {
                    Program::new(name)
                };
                program
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-19")
                    .env("RUSTC", debian.join("rustc"))
                    .env("CARGO", debian.join("cargo"))
                    .quiet_env("PATH", layout::path(&[debian]))
                    // Set for the other toolchain's compiler, and not good for this one.
                    .without_env("LD_LIBRARY_PATH")
                    .without_env("RUSTUP_TOOLCHAIN")
            }
        };
        program
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
            .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size")
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                "-Zfmt-debug=none -Zlocation-detail=none -Zunstable-options -Cpanic=immediate-abort",
            )
    }
}

/// Whether the compiler that `cargo` calls has the library.
fn has_target() -> bool {
    let folder = Program::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    folder
        .map(PathBuf::from)
        .and_then(|folder| folder.read_dir().ok())
        .is_some_and(|files| {
            files
                .flatten()
                .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
        })
}

/// Whether the library's source is there.
fn has_source() -> bool {
    Program::new("rustc")
        .args(["--print", "sysroot"])
        .output()
        .is_some_and(|folder| {
            Path::new(&folder)
                .join("lib/rustlib/src/rust/library/Cargo.lock")
                .is_file()
        })
}

fn by_rustup() -> Result<(), Error> {
    if has_target() && has_source() {
        return Ok(());
    }
    let missing = |_| Error::Missing {
        what: format!("The standard library for {TARGET}"),
        remedy: format!(
            "Install Rust with rustup (https://rustup.rs) and run `rustup target add {TARGET}` and \
             `rustup component add rust-src`. As root on Debian, \
             `{SETTING}=debian` takes Debian's compiler for the page."
        ),
    };
    eprintln!("Installing the standard library for {TARGET}: the page runs as WebAssembly.");
    Program::new("rustup")
        .args(["target", "add", TARGET])
        .run_within(DOWNLOAD)
        .map_err(missing)?;
    Program::new("rustup")
        .args(["component", "add", "rust-src"])
        .run_within(DOWNLOAD)
        .map_err(missing)
}

fn by_debian() -> Result<(), Error> {
    system::ensure(system::DEBIAN_RUST)
}
