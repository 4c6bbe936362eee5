//! `atlas-x509 username`: the name alone on standard output, or the reason alone on standard error.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;
#[path = "../../pki/tests/support/mod.rs"]
mod support;

use std::{fs, path::Path};

use common::files::{Files, stderr};

fn from_hex(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap())
        .collect()
}

#[test]
fn the_user_name_alone_is_printed_for_every_measured_name() {
    let folder = Files::new();
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pki/tests/data/names.tsv");
    let vectors = fs::read_to_string(vectors).unwrap();
    let mut count = 0;
    for line in vectors.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [label, subject, expected, _] = fields[..] else {
            unreachable!("{line}")
        };
        count += 1;
        fs::write(
            folder.path().join("a.der"),
            support::certificate(&from_hex(subject)),
        )
        .unwrap();
        let output = folder.run("username", &["a.der"]);
        if expected.starts_with("refused: ") {
            assert_eq!(output.status.code(), Some(1), "{label}");
            assert!(output.stdout.is_empty(), "{label}");
            assert!(
                stderr(&output).len() > "atlas-x509 username: a.der: ".len(),
                "{label}"
            );
        } else {
            let expected = expected.replace("<TAB>", "\t") + "\n";
            assert_eq!(output.stdout, expected.as_bytes(), "{label}");
            assert_eq!(output.status.code(), Some(0), "{label}");
            assert!(output.stderr.is_empty(), "{label}");
        }
    }
    assert!(count >= 48, "{count}");
}

#[test]
fn of_several_files_each_line_has_a_name_and_its_file() {
    let folder = Files::new().with("nothing.pem", "nothing");
    let output = folder.run(
        "username",
        &["jane.pem", "nothing.pem", "absent.pem", "joe.pem"],
    );
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "CN=Jane Doe\tjane.pem\nCN=Joe Roe,O=Acme\tjoe.pem\n"
    );
    assert_eq!(output.status.code(), Some(2), "one cannot be opened");
    let output = folder.run("username", &["jane.pem", "nothing.pem"]);
    assert_eq!(output.status.code(), Some(1), "one has no name");
    assert_eq!(
        folder
            .run("username", &["jane.pem", "joe.pem"])
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn that_a_file_holds_several_clients_is_told_beside_the_name_of_the_first() {
    let folder = Files::new()
        .joined("both.pem", &["joe.pem", "jane.pem", "jane.pem", "root.pem"])
        .joined("chain.pem", &["jane.pem", "issuing.pem", "root.pem"]);
    let output = folder.run("username", &["both.pem"]);
    assert_eq!(output.stdout, b"CN=Joe Roe,O=Acme\n");
    assert_eq!(
        stderr(&output),
        "atlas-x509 username: both.pem holds 2 clients, and this is the name of the first: give each a file of its own\n"
    );
    assert_eq!(output.status.code(), Some(0));
    let output = folder.run("username", &["chain.pem"]);
    assert_eq!(stderr(&output), "");
}

#[test]
fn the_authorities_of_a_folder_are_no_users() {
    let folder = Files::new();
    for name in ["jane.pem", "joe.pem", "root.pem", "issuing.pem"] {
        fs::create_dir_all(folder.path().join("both")).unwrap();
        fs::copy(
            folder.path().join(name),
            folder.path().join("both").join(name),
        )
        .unwrap();
    }
    fs::create_dir(folder.path().join("authorities")).unwrap();
    fs::copy(
        folder.path().join("root.pem"),
        folder.path().join("authorities/root.pem"),
    )
    .unwrap();
    let output = folder.run("username", &["both"]);
    assert_eq!(
        String::from_utf8_lossy(&output.stdout),
        "CN=Jane Doe\tboth/jane.pem\nCN=Joe Roe,O=Acme\tboth/joe.pem\n"
    );
    assert_eq!(
        stderr(&output),
        "atlas-x509 username: left out authorities, which don't log in: both/issuing.pem, both/root.pem\n"
    );
    assert_eq!(output.status.code(), Some(0));
    let output = folder.run("username", &["authorities"]);
    assert!(output.stdout.is_empty());
    assert_eq!(output.status.code(), Some(1), "nobody is there");
    let output = folder.run("username", &["root.pem"]);
    assert_eq!(output.status.code(), Some(0), "it was asked about by name");
}

#[test]
fn without_a_user_name_the_reason_is_told() {
    let folder = Files::new()
        .with("nothing.pem", "nothing")
        .with(
            "client.jks",
            [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 0],
        )
        .with_key("client.key")
        .with("nameless.der", support::certificate(&[0x30, 0]));
    for (flags, status, reason) in [
        (
            &["nothing.pem"][..],
            1,
            "“nothing.pem”: This is text without a certificate. A certificate begins with",
        ),
        (&["nameless.der"], 1, "nameless.der: The subject is empty"),
        (
            &["request.pem"],
            1,
            "“request.pem”: This is a certificate request (CSR).",
        ),
        (
            &["client.jks"],
            1,
            "Run: keytool -list -rfc -keystore client.jks",
        ),
        (
            &["client.key"],
            1,
            "“client.key” holds a private key and no certificate. The user name comes from the certificate: give its file instead.",
        ),
        (&["absent.pem"], 2, "absent.pem cannot be read"),
        (&[], 2, "FILE"),
    ] {
        let output = folder.run("username", flags);
        assert_eq!(output.status.code(), Some(status), "{flags:?}");
        assert!(output.stdout.is_empty(), "{flags:?}");
        assert!(
            stderr(&output).contains(reason),
            "{flags:?}: {}",
            stderr(&output)
        );
    }
}
