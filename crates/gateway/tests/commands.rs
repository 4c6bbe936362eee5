//! Completions and manual pages: made of the command line itself, so that they name all of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::files::{Files, stderr, stdout};

const COMMANDS: [&str; 8] = [
    "check",
    "username",
    "login",
    "practice",
    "serve",
    "sandbox",
    "completions",
    "man",
];

/// Of `check`.
const FLAGS: [&str; 7] = ["ca", "client", "at", "level", "format", "quiet", "color"];

#[test]
fn completions_know_every_command_and_every_flag_of_check() {
    let files = Files::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = files.run("completions", &[shell]);
        assert_eq!(output.status.code(), Some(0), "{shell}");
        let script = stdout(&output);
        for command in COMMANDS {
            assert!(script.contains(command), "{command} for {shell}");
        }
        for flag in FLAGS {
            assert!(script.contains(flag), "--{flag} for {shell}");
        }
    }
    assert_eq!(files.run("completions", &["tcsh"]).status.code(), Some(2));
    assert_eq!(files.run("completions", &[]).status.code(), Some(2));
}

#[test]
fn the_manual_has_a_page_for_the_program_and_for_each_command() {
    let files = Files::new();
    let whole = stdout(&files.run("man", &[]));
    for command in COMMANDS {
        assert!(
            whole.contains(&format!("atlas\\-x509\\-{command}(1)")),
            "{command} in\n{whole}"
        );
    }
    let check = stdout(&files.run("man", &["check"]));
    assert!(check.contains(".TH atlas-x509-check 1"), "{check}");
    for flag in FLAGS {
        assert!(
            check.contains(&format!("\\-\\-{flag}")),
            "--{flag} in\n{check}"
        );
    }
    assert!(
        check.contains("Exit status: 0 when every client is accepted"),
        "{check}"
    );
    let unknown = files.run("man", &["plan"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(stderr(&unknown).contains("no such command"));
}
