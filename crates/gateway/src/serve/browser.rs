//! `--open`: the page in the browser of whoever started the server.
//!
//! The address is an argument of the program that opens it, so that other users of this computer
//! may see it, the token included, for as long as that program runs.

use std::{
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
        let opened = Command::new(OPENER)
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
