//! PKCS#12 files and encrypted keys: the password is taken from a file that nobody else can read, or
//! from the environment, and nothing that is printed has it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Output},
};

use common::{
    command,
    files::{Files, stderr, stdout},
};

const PASSWORD: &str = "Tr0ub4dor&3 ü";

/// A root, a client in a PKCS#12 file, and the same with an encrypted key in PEM.
fn files() -> Files {
    let files = Files::new()
        .with("password", format!("{PASSWORD}\r\nsomething else\n"))
        .with("wrong", "correct horse\n")
        .with("binary", [0xff, 0xfe])
        .with("marked", format!("\u{feff}{PASSWORD}\n"))
        .with("nothing", "")
        .with("below", format!("\n{PASSWORD}\n"));
    for name in ["password", "wrong", "binary", "marked", "nothing", "below"] {
        own(&files.path().join(name), 0o600);
    }
    for arguments in [
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=boxes -days 30",
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout own.key -subj /CN=boxed/O=Acme -out own.csr",
        "x509 -req -in own.csr -CA ca.pem -CAkey ca.key -days 30 -out own.pem",
        "pkcs12 -export -in own.pem -inkey own.key -certfile ca.pem -out own.p12 -passout PASSWORD",
        "pkcs12 -export -in own.pem -inkey own.key -out empty.p12 -passout pass:",
        "pkcs8 -topk8 -in own.key -out own.enc -passout PASSWORD",
    ] {
        let arguments = arguments
            .split(' ')
            .map(|it| it.replace("PASSWORD", &format!("pass:{PASSWORD}")));
        let made = Command::new("openssl")
            .current_dir(files.path())
            .args(arguments)
            .output()
            .expect("the tests need the openssl program");
        assert!(made.status.success(), "{made:?}");
    }
    let read = |name: &str| fs::read(files.path().join(name)).unwrap();
    let both = [read("own.pem"), read("own.enc")].concat();
    files.with("both.pem", both)
}

fn own(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn run(files: &Files, flags: &[&str], password: Option<&str>) -> Output {
    let output = command()
        .current_dir(files.path())
        .args(flags)
        .envs(password.map(|password| ("ATLAS_X509_PASSWORD", password)))
        .output()
        .unwrap();
    for part in [PASSWORD, "Tr0ub4dor", "correct horse"] {
        assert!(!stdout(&output).contains(part), "{flags:?}");
        assert!(!stderr(&output).contains(part), "{flags:?}");
    }
    output
}

#[test]
fn a_pkcs12_file_is_opened_with_a_password_from_a_file_or_the_environment() {
    let files = files();
    let given = ["--password-file", "password"];
    for (flags, password) in [
        (&given[..], None),
        (&["--password-file", "marked"], None),
        (&[], Some(PASSWORD)),
        (&given, Some("x")),
    ] {
        let output = run(
            &files,
            &[&["username", "own.p12"], flags].concat(),
            password,
        );
        assert_eq!(stdout(&output), "O=Acme,CN=boxed\n", "{}", stderr(&output));
        assert_eq!(stderr(&output), "");

        let check = ["check", "--ca", "ca.pem", "--client", "own.p12"];
        let output = run(&files, &[&check, flags].concat(), password);
        let said = stdout(&output);
        assert_eq!(output.status.code(), Some(0), "{said} {}", stderr(&output));
        assert!(said.contains("O=Acme,CN=boxed"), "{said}");
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn without_a_password_it_is_told_how_to_give_one() {
    let files = files();
    let how =
        "own.p12 needs a password; give it with --password-file FILE or in ATLAS_X509_PASSWORD";
    for (flags, status) in [
        (&["username", "own.p12"][..], 1),
        (&["check", "--ca", "ca.pem", "--client", "own.p12"], 1),
    ] {
        // An empty variable is none.
        for password in [None, Some("")] {
            let output = run(&files, flags, password);
            assert_eq!(output.status.code(), Some(status), "{flags:?}");
            assert!(stderr(&output).contains(how), "{}", stderr(&output));
        }
    }
}

#[test]
fn the_empty_password_need_not_be_given() {
    let files = files();
    for password in [None, Some(""), Some("another one")] {
        let output = run(&files, &["username", "empty.p12"], password);
        assert_eq!(stdout(&output), "O=Acme,CN=boxed\n", "{}", stderr(&output));
        assert_eq!(stderr(&output), "");
    }
}

#[test]
fn a_wrong_password_and_a_file_that_is_no_secret_are_told() {
    let files = files();
    let open = |name: &'static str| ["username", "own.p12", "--password-file", name];
    fs::copy(files.path().join("password"), files.path().join("open")).unwrap();
    own(&files.path().join("open"), 0o644);
    for (name, reason) in [
        ("wrong", "own.p12: The password is wrong. Try again."),
        (
            "open",
            "can be read by other users of this computer: run `chmod 600 open`.",
        ),
        (
            "nothing",
            "--password-file nothing holds no password: its first line is empty.",
        ),
        (
            "below",
            "--password-file below holds no password: its first line is empty.",
        ),
        (
            "binary",
            "--password-file binary holds no password: it is not UTF-8.",
        ),
        ("absent", "--password-file absent cannot be read"),
        (
            "/dev/zero",
            "--password-file /dev/zero cannot be read: it is not a file.",
        ),
    ] {
        let output = run(&files, &open(name), Some(PASSWORD));
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert_eq!(stdout(&output), "", "{name}");
        assert!(stderr(&output).contains(reason), "{}", stderr(&output));
    }
}

#[test]
fn an_encrypted_key_is_compared_when_its_password_is_given() {
    let files = files();
    let check = ["check", "--ca", "ca.pem", "--client", "both.pem"];
    let not_compared = "is encrypted, so it was not compared";
    let output = run(&files, &check, None);
    assert!(
        stdout(&output).contains(not_compared),
        "{}",
        stdout(&output)
    );
    assert_eq!(stderr(&output), "");

    let output = run(&files, &check, Some(PASSWORD));
    assert!(
        !stdout(&output).contains(not_compared),
        "{}",
        stdout(&output)
    );

    // The certificate beside it can be read all the same, but the key was not looked at.
    let output = run(&files, &check, Some("wrong"));
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains(not_compared),
        "{}",
        stdout(&output)
    );
    assert!(stderr(&output).contains("both.pem: The password is wrong."));
}
