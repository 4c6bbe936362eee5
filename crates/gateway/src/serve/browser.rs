//! `--open`: the page in the browser of whoever started the server.
//!
//! The address is an argument of the program that opens it, so that other users of this computer may
//! see it for as long as that program runs: its code works once, and the browser uses it at once.

use std::{
    env,
    ffi::OsStr,
    process::{Command, Stdio},
    thread,
};

/// What opens an address on this system.
const OPENER: &str = if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};

/// Opens it, and says so when that does not work. Does not wait.
pub(super) fn open(address: String) {
    thread::spawn(move || {
        let mut opener = Command::new(OPENER);
        for (name, _) in env::vars_os().filter(|(name, _)| is_secret(name)) {
            opener.env_remove(name);
        }
        let opened = opener
            .arg(address)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if !opened.is_ok_and(|status| status.success()) {
            eprintln!("No browser could be opened from here: open that address yourself.");
        }
    });
}

/// Whether this variable is none of the browser's business: the credential and our settings, and a
/// proxy, whose address may hold a password.
fn is_secret(name: &OsStr) -> bool {
    let name = name.to_string_lossy().to_ascii_uppercase();
    name.starts_with("ATLAS_") || name.ends_with("_PROXY")
}
