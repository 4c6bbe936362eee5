//! What the operating system has to bring. As root on Debian its package manager is asked;
//! elsewhere the chore says what is missing and how to get it.

use std::path::Path;

use super::Need;
use crate::{error::Error, layout, process::Program};

/// A package of Debian's, how to tell that it is there, and what to do on another system.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Package {
    name: &'static str,
    found: fn() -> bool,
    why: &'static str,
    elsewhere: &'static str,
}

const CHROMIUM: Package = Package {
    name: "chromium",
    found: || {
        std::env::var_os("ATLAS_X509_CHROMIUM").is_some() || layout::find("chromium").is_some()
    },
    why: "the browser that tests use",
    elsewhere: "install Chromium, or set ATLAS_X509_CHROMIUM to the program of Chromium or Chrome",
};

const FIREFOX: Package = Package {
    name: "firefox-esr",
    found: || layout::find("firefox-esr").is_some(),
    why: "a test opens the page in it",
    elsewhere: "install Firefox",
};

const WEBKIT: Package = Package {
    name: "webkit2gtk-driver",
    found: || layout::find("WebKitWebDriver").is_some(),
    why: "a test opens the page in WebKit",
    elsewhere: "install WebKitGTK with its driver",
};

const XVFB: Package = Package {
    name: "xvfb",
    found: || layout::find("Xvfb").is_some(),
    why: "a screen for WebKit",
    elsewhere: "install Xvfb",
};

/// What tests do without where it is missing and cannot be installed.
const WELCOME: [&str; 3] = [FIREFOX.name, WEBKIT.name, XVFB.name];

const OPENSSL: Package = Package {
    name: "openssl",
    found: || layout::find("openssl").is_some(),
    why: "tests compare verdicts with it",
    elsewhere: "install OpenSSL 3.0 or later (`brew install openssl@3`)",
};

const OPENSSL_HEADERS: Package = Package {
    name: "libssl-dev",
    found: || {
        Path::new("/usr/include/openssl/x509.h").is_file()
            || Program::new("pkg-config")
                .args(["--exists", "openssl"])
                .output()
                .is_some()
    },
    why: "tests compare verdicts with the library",
    elsewhere: "install the headers of OpenSSL 3.0 or later (`brew install openssl@3`), and set OPENSSL_DIR if the compiler does not find them",
};

const PKG_CONFIG: Package = Package {
    name: "pkg-config",
    found: || layout::find("pkg-config").is_some(),
    why: "it finds the headers of OpenSSL",
    elsewhere: "install pkg-config (`brew install pkgconf`)",
};

const NGINX: Package = Package {
    name: "nginx-light",
    found: || layout::find("nginx").is_some(),
    why: "tests run the configuration in deploy/ with it, and the gateway is measured beside it",
    elsewhere: "install nginx 1.22 or later",
};

const CADDY: Package = Package {
    name: "caddy",
    found: || layout::find("caddy").is_some(),
    why: "tests run the configuration in deploy/ with it",
    elsewhere: "install Caddy 2.6 or later",
};

const WRK: Package = Package {
    name: "wrk",
    found: || layout::find("wrk").is_some(),
    why: "it measures the gateway",
    elsewhere: "install wrk (`brew install wrk`)",
};

const CURL: Package = Package {
    name: "curl",
    found: || layout::find("curl").is_some(),
    why: "it fetches the token that nginx shows while the gateway is measured",
    elsewhere: "install curl",
};

const PYTHON: Package = Package {
    name: "python3-venv",
    found: super::python::can_be_made,
    why: "tests log in with MongoDB's driver for Python",
    elsewhere: "install Python 3.9 or later, with venv and ensurepip",
};

/// rustc's library in source form, with a compiler of the same version: see `wasm`.
pub(super) const DEBIAN_RUST: &[Package] = &[
    Package {
        name: "rustc-web",
        found: || Path::new("/usr/bin/rustc").is_file(),
        why: "a compiler for the page",
        elsewhere: "run `rustup target add wasm32-unknown-unknown`",
    },
    Package {
        name: "cargo-web",
        found: || Path::new("/usr/bin/cargo").is_file(),
        why: "the Cargo of the same version",
        elsewhere: "run `rustup target add wasm32-unknown-unknown`",
    },
    Package {
        name: "rust-web-src",
        found: || Path::new("/usr/lib/rustlib/src/rust/library/std/Cargo.toml").is_file(),
        why: "the standard library, to be built for WebAssembly",
        elsewhere: "run `rustup target add wasm32-unknown-unknown`",
    },
    Package {
        name: "lld-19",
        found: || Path::new("/usr/bin/wasm-ld-19").is_file(),
        why: "a linker for WebAssembly",
        elsewhere: "run `rustup target add wasm32-unknown-unknown`",
    },
];

pub(super) fn are_there(packages: &[Package]) -> bool {
    packages
        .iter()
        .all(|package| (package.found)() || can_do_without(package))
}

pub(super) fn packages(need: Need) -> &'static [Package] {
    match need {
        Need::Browser => &[CHROMIUM, FIREFOX, WEBKIT, XVFB],
        Need::OpenSsl => &[OPENSSL, OPENSSL_HEADERS, PKG_CONFIG],
        Need::Drivers => &[PYTHON],
        Need::Servers => &[NGINX, CADDY],
        Need::Bench => &[NGINX, WRK, CURL],
        Need::Page
        | Need::WasmOpt
        | Need::Trunk
        | Need::Lints
        | Need::Licences
        | Need::Fuzzer
        | Need::Rivals => &[],
    }
}

/// Installs those that are missing, or says which they are.
pub(super) fn ensure<'a>(packages: impl IntoIterator<Item = &'a Package>) -> Result<(), Error> {
    let mut missing: Vec<&Package> = packages
        .into_iter()
        .filter(|package| !(package.found)() && !can_do_without(package))
        .collect();
    missing.sort_by_key(|package| package.name);
    missing.dedup_by_key(|package| package.name);
    if missing.is_empty() {
        return Ok(());
    }
    if !may_install() {
        return Err(Error::Missing {
            what: list(&missing, |package| package.name),
            remedy: format!(
                "Please {}. (As root on Debian, this command installs them.)",
                list(&missing, |package| package.elsewhere)
            ),
        });
    }
    eprintln!("Installing from Debian:");
    for package in &missing {
        eprintln!("  {:<14}{}", package.name, package.why);
    }
    let apt = || {
        Program::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg("-qq")
    };
    apt().arg("update").run()?;
    apt()
        .args(["install", "-y", "--no-install-recommends"])
        .args(missing.iter().map(|package| package.name))
        .run()
}

fn can_do_without(package: &Package) -> bool {
    WELCOME.contains(&package.name) && !may_install()
}

/// Whether this is a Debian and we are root.
pub(super) fn may_install() -> bool {
    layout::find("apt-get").is_some()
        && Program::new("id").arg("-u").output().as_deref() == Some("0")
}

fn list(packages: &[&Package], part: fn(&Package) -> &'static str) -> String {
    let mut parts: Vec<&str> = packages.iter().map(|package| part(package)).collect();
    parts.dedup();
    parts.join(", ")
}
