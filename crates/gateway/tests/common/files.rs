//! Files to ask about, in a folder of their own, and the commands run there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use tempfile::TempDir;

use super::command;

/// A folder with files to ask about.
pub struct Files(TempDir);

impl Files {
    /// The certificates of `tests/certs`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(certs()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), folder.path().join(entry.file_name())).unwrap();
        }
        Self(folder)
    }

    pub fn with(self, name: &str, bytes: impl AsRef<[u8]>) -> Self {
        fs::write(self.0.path().join(name), bytes).unwrap();
        self
    }

    /// A file that holds some others, one after another.
    pub fn joined(self, name: &str, parts: &[&str]) -> Self {
        let text: String = parts.iter().map(|part| pem(part)).collect();
        self.with(name, text)
    }

    /// A private key that belongs to nothing.
    pub fn with_key(self, name: &str) -> Self {
        let made = Command::new("openssl")
            .current_dir(self.0.path())
            .args(["genpkey", "-quiet", "-algorithm", "EC"])
            .args(["-pkeyopt", "ec_paramgen_curve:P-256", "-out", name])
            .status()
            .expect("the tests need the openssl program");
        assert!(made.success());
        self
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn run(&self, name: &str, flags: &[&str]) -> Output {
        command()
            .current_dir(self.0.path())
            .arg(name)
            .args(flags)
            .output()
            .unwrap()
    }

    /// `check` at the moment for which the certificates were made.
    pub fn check(&self, flags: &[&str]) -> Output {
        let moment = ["--at", "2026-11-23T00:00:00Z"];
        self.run("check", &[&moment[..], flags].concat())
    }
}

pub fn certs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/certs")
}

pub fn pem(name: &str) -> String {
    fs::read_to_string(certs().join(name)).unwrap()
}

/// What a PEM block holds.
pub fn der(pem: &str) -> Vec<u8> {
    let text: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    BASE64_STANDARD.decode(text).unwrap()
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
