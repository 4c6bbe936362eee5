//! `atlas-x509 practice`: what it makes is what it says, to OpenSSL as to `check`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use common::{
    command,
    files::{stderr, stdout},
};
use tempfile::TempDir;

const CLIENTS: [&str; 5] = [
    "billing.pem",
    "reports.pem",
    "zoe.pem",
    "expired.pem",
    "server-only.pem",
];

fn run(folder: &Path, line: &[&str]) -> Output {
    command().current_dir(folder).args(line).output().unwrap()
}

fn made() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["practice", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    folder
}

fn openssl(folder: &TempDir, line: &str) -> Output {
    Command::new("openssl")
        .current_dir(folder.path())
        .args(line.split(' '))
        .output()
        .expect("the tests need the openssl program")
}

#[test]
fn openssl_reads_every_file_and_verifies_the_clients_as_they_are_called() {
    let folder = made();
    for client in CLIENTS {
        let read = openssl(&folder, &format!("pkey -in {client} -noout -check"));
        assert!(read.status.success(), "{client}: {}", stderr(&read));
        let key = openssl(&folder, &format!("pkey -in {client} -pubout"));
        let certified = openssl(&folder, &format!("x509 -in {client} -noout -pubkey"));
        assert_eq!(stdout(&key), stdout(&certified), "{client}");
        for flags in [
            "-CAfile authorities.pem".to_owned(),
            format!("-CAfile root.pem -untrusted {client}"),
        ] {
            let line = format!("verify -purpose sslclient -auth_level 2 {flags} {client}");
            let verified = openssl(&folder, &line);
            let said = stderr(&verified);
            match client {
                "expired.pem" => assert!(said.contains("certificate has expired"), "{said}"),
                "server-only.pem" => {
                    assert!(said.contains("nsuitable certificate purpose"), "{said}");
                }
                _ => assert!(verified.status.success(), "{client}: {said}"),
            }
        }
    }
}

/// Every command that needs no server, as it stands there.
#[test]
fn the_commands_of_the_readme_give_what_it_says() {
    let folder = made();
    let readme = fs::read_to_string(folder.path().join("README.md")).unwrap();
    let commands: Vec<&str> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("atlas-x509 "))
        .filter(|line| line.starts_with("check") || line.starts_with("username"))
        .collect();
    assert_eq!(commands.len(), 5, "{readme}");
    for line in commands {
        let output = run(folder.path(), &line.split(' ').collect::<Vec<_>>());
        let said = stdout(&output);
        let refused = ["expired.pem", "server-only.pem"];
        let expected = i32::from(refused.iter().any(|file| line.contains(file)));
        assert_eq!(output.status.code(), Some(expected), "{line}: {said}");
        if expected == 0 && line.starts_with("check --ca authorities.pem") {
            // Nothing distracts from what is to be learned.
            assert!(!said.contains("warning"), "{line}: {said}");
        }
    }
}

#[test]
fn the_readme_and_the_terminal_have_the_names_that_username_prints() {
    let folder = tempfile::tempdir().unwrap();
    let output = run(folder.path(), &["practice", "new folder/certificates"]);
    let (told, folder) = (
        stdout(&output),
        folder.path().join("new folder/certificates"),
    );
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut names = Vec::new();
    for client in CLIENTS {
        let printed = stdout(&run(&folder, &["username", client]));
        let name = printed.trim_end_matches('\n');
        let row = |line: &&str| line.starts_with(&format!("| `{client}` |"));
        let row = readme.lines().find(row).unwrap();
        assert!(row.ends_with(&format!("| `{name}` |")), "{row}: {name}");
        assert!(told.contains(name), "{told}");
        names.push(name.to_owned());
    }
    assert_eq!(
        names[..2],
        ["CN=billing", r"CN=reports,OU=Finance,O=Acme\, Inc."]
    );
    assert_eq!(names[2], r"CN=Zo\C3\AB M\C3\BCller,L=Z\C3\BCrich");
    assert!(told.contains("cd 'new folder/certificates'"), "{told}");
    for said in [&told, &readme] {
        assert!(said.contains("practice only"), "{said}");
    }
}

#[test]
fn nobody_else_can_read_a_key_and_the_authorities_have_none() {
    let folder = made();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let is_client = CLIENTS.contains(&name);
        assert_eq!(text.contains("PRIVATE KEY-----"), is_client, "{name}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}

#[test]
fn a_folder_that_is_not_empty_and_one_that_cannot_be_made_are_told_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("full")).unwrap();
    fs::write(folder.path().join("full/mine.pem"), "mine").unwrap();
    for (name, said) in [
        (
            "full",
            "full isn't empty, and nothing in it is overwritten. It holds mine.pem. Name a folder that isn't there yet, or an empty one.",
        ),
        ("full/mine.pem", "full/mine.pem is a file. Name a folder"),
        (
            "full/mine.pem/in",
            "full/mine.pem/in is a file. Name a folder",
        ),
        ("/proc/practice", "/proc/practice can't be written: "),
    ] {
        let output = run(folder.path(), &["practice", name]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        let complaint = stderr(&output);
        assert!(complaint.contains(said), "{name}: {complaint}");
        assert_eq!(stdout(&output), "", "{name}");
    }
    assert_eq!(fs::read_dir(folder.path().join("full")).unwrap().count(), 1);
    assert_eq!(run(folder.path(), &["practice"]).status.code(), Some(2));
}
