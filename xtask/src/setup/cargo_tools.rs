//! Tools from Cargo's registry, at the versions that were seen to work together.

use std::fs;

use crate::{error::Error, layout, process::Program};

/// A program that `cargo install` builds.
pub(crate) struct Tool {
    program: &'static str,
    package: &'static str,
    version: String,
    lock: Lock,
    features: &'static [&'static str],
    why: &'static str,
}

/// With which versions of its dependencies a tool is built.
#[derive(Clone, Copy)]
enum Lock {
    /// With those that it was released with.
    Its,
    /// With those, unless one of them was withdrawn since: then with the newest that fit.
    ItsIfThere,
}

/// 0.22 needs a newer compiler than the one the project is written for.
pub(crate) fn trunk() -> Tool {
    Tool {
        program: "trunk",
        package: "trunk",
        version: "0.21.14".to_owned(),
        lock: Lock::Its,
        features: &[],
        why: "it builds the page again as its sources change",
    }
}

/// Trunk calls it, and it accepts only modules made with its very own version of the library, so
/// Cargo.lock says which one.
pub(crate) fn wasm_bindgen() -> Result<Tool, Error> {
    Ok(Tool {
        program: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: locked_version("wasm-bindgen")?,
        lock: Lock::ItsIfThere,
        features: &[],
        why: "Trunk calls it to join the page's WebAssembly to JavaScript",
    })
}

pub(crate) fn deny() -> Tool {
    Tool {
        program: "cargo-deny",
        package: "cargo-deny",
        version: "0.20.2".to_owned(),
        lock: Lock::Its,
        features: &["--no-default-features"],
        why: "it checks the licences and sources of dependencies",
    }
}

pub(crate) fn fuzz() -> Tool {
    Tool {
        program: "cargo-fuzz",
        package: "cargo-fuzz",
        version: "0.13.2".to_owned(),
        lock: Lock::Its,
        features: &[],
        why: "it runs the fuzzers",
    }
}

pub(crate) fn ensure(tool: &Tool) -> Result<(), Error> {
    let Tool {
        program,
        package,
        version,
        why,
        ..
    } = tool;
    if Program::new(program)
        .arg("--version")
        .output()
        .is_some_and(|text| says(&text, version))
    {
        return Ok(());
    }
    eprintln!(
        "Installing {package} {version} into {}: {why}.",
        layout::tools().display()
    );
    match (install(tool, true), tool.lock) {
        (Err(_), Lock::ItsIfThere) => {
            eprintln!("Not all of what {package} was released with is there: taking what fits.");
            install(tool, false)
        }
        (outcome, _) => outcome,
    }
}

fn install(tool: &Tool, locked: bool) -> Result<(), Error> {
    let mut install = Program::cargo().args(["install", "--force"]);
    if locked {
        install = install.arg("--locked");
    }
    install
        .args(tool.features)
        .arg("--root")
        .arg(layout::tools())
        .arg(format!("{}@{}", tool.package, tool.version))
        // Tools run for seconds: what counts is the time to build them.
        .quiet_env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
        .quiet_env("CARGO_PROFILE_RELEASE_LTO", "off")
        .quiet_env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .quiet_env("CARGO_TARGET_DIR", build_folder())
        .run_build()
}

/// Takes the intermediate files of the builds away again.
pub(crate) fn clean() -> Result<(), Error> {
    let folder = build_folder();
    if !folder.exists() {
        return Ok(());
    }
    fs::remove_dir_all(&folder).map_err(Error::file(folder))
}

/// One folder for all tools, for they share many dependencies.
fn build_folder() -> std::path::PathBuf {
    layout::tools().join("build")
}

/// Whether `program 1.2.3 (…)` names that version.
fn says(text: &str, version: &str) -> bool {
    text.split_whitespace().any(|word| word == version)
}

/// The version of a package in Cargo.lock.
fn locked_version(package: &str) -> Result<String, Error> {
    let path = layout::root().join("Cargo.lock");
    let lock = fs::read_to_string(&path).map_err(Error::file(&path))?;
    version_in(&lock, package)
        .map(str::to_owned)
        .ok_or_else(|| Error::Missing {
            what: format!("`{package}` in Cargo.lock"),
            remedy: "`cargo update --workspace` writes that file anew.".to_owned(),
        })
}

fn version_in<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let entry = lock
        .split(&format!("name = \"{package}\"\nversion = \""))
        .nth(1)?;
    entry.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_a_whole_word() {
        for (text, version, expected) in [
            ("trunk 0.21.14", "0.21.14", true),
            ("trunk 0.21.14-beta.1", "0.21.14", false),
            ("wasm-bindgen 0.2.130 (abc)", "0.2.130", true),
            ("wasm-bindgen 0.2.13", "0.2.130", false),
        ] {
            assert_eq!(says(text, version), expected, "{text} {version}");
        }
    }

    #[test]
    fn the_lock_file_names_the_version_of_exactly_that_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.1\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(version_in(lock, "yew"), None);
    }
}
