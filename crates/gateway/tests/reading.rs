//! What `check` and `username` read: files, folders, pipes, standard input, and things that are none
//! of these and want to be read for ever.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    fs::{self, File},
    io::Write as _,
    os::unix::{
        fs::{PermissionsExt as _, symlink},
        net::UnixListener,
    },
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use common::{
    command,
    files::{Files, der, pem, stderr, stdout},
};
use pki::input::{MAX_DROP_BYTES, MAX_FILE_BYTES};
use serde_json::Value;

/// Longer than the program waits for anything of what is tried here.
const LONG: Duration = Duration::from_secs(20);

/// Runs a command with this on its standard input.
fn fed(files: &Files, flags: &[&str], input: impl Into<Stdio>) -> Output {
    command()
        .current_dir(files.path())
        .args(flags)
        .stdin(input)
        .output()
        .unwrap()
}

/// A file to be read from.
fn open(files: &Files, name: &str) -> File {
    File::open(files.path().join(name)).unwrap()
}

fn report(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| unreachable!("{}", stderr(output)))
}

#[test]
fn what_cannot_be_a_file_is_refused_soon_in_one_sentence() {
    let files = Files::new().with("large.pem", vec![b'a'; MAX_FILE_BYTES + 1]);
    let at = |name: &str| files.path().join(name);
    symlink("/dev/zero", at("zero.pem")).unwrap();
    symlink("loop.pem", at("loop.pem")).unwrap();
    let fifo = Command::new("mkfifo").arg(at("fifo.pem")).status().unwrap();
    assert!(fifo.success());
    let _socket = UnixListener::bind(at("socket.pem")).unwrap();
    fs::create_dir(at("empty")).unwrap();

    for (name, reason) in [
        ("zero.pem", "is a device or a socket, not a file"),
        ("/dev/null", "is a device or a socket, not a file"),
        ("socket.pem", "is a device or a socket, not a file"),
        ("fifo.pem", "is a pipe, and nothing came through it"),
        ("loop.pem", "cannot be read"),
        ("absent.pem", "cannot be read"),
        ("empty", "holds no certificate file"),
        ("large.pem", "a file may have 16"),
    ] {
        for flags in [
            &["check", "--ca", "root.pem", "--client", name][..],
            &["check", "--ca", name],
            &["username", name],
        ] {
            let begun = Instant::now();
            let output = fed(&files, flags, Stdio::null());
            assert!(begun.elapsed() < LONG, "{flags:?}");
            let complaint = stderr(&output);
            assert_eq!(output.status.code(), Some(2), "{flags:?}: {complaint}");
            assert!(output.stdout.is_empty(), "{flags:?}");
            assert_eq!(complaint.lines().count(), 1, "{flags:?}: {complaint}");
            assert!(complaint.contains(reason), "{flags:?}: {complaint}");
        }
    }
}

#[test]
fn standard_input_is_read_once_and_has_an_end() {
    let files = Files::new();
    let client = [
        "check", "--ca", "root.pem", "--client", "-", "--format", "json",
    ];
    let output = fed(&files, &client, open(&files, "jane.pem"));
    assert_eq!(report(&output)["clients"][0]["file"], "-");
    assert_eq!(report(&output)["clients"][0]["username"], "CN=Jane Doe");
    assert_eq!(output.status.code(), Some(0));

    let bundle = ["check", "--ca", "-", "--client", "jane.pem", "expired.pem"];
    let output = fed(&files, &bundle, open(&files, "root.pem"));
    let text = stdout(&output);
    assert!(text.starts_with("1 accepted, 1 refused\n"), "{text}");
    assert!(text.contains("in standard input:1"), "{text}");
    // Nobody can give that to openssl.
    assert!(!text.contains("'standard input'"), "{text}");

    let output = fed(&files, &["username", "-"], open(&files, "jane.pem"));
    assert_eq!(stdout(&output), "CN=Jane Doe\n");

    let twice = ["check", "--ca", "-", "--client", "-"];
    let output = fed(&files, &twice, open(&files, "root.pem"));
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("only once"), "{}", stderr(&output));

    let output = fed(&files, &client, File::open("/dev/zero").unwrap());
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("a file may have 16"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_a_shell_makes_of_another_command_is_a_file() {
    let files = Files::new();
    let output = Command::new("bash")
        .current_dir(files.path())
        .env("PROGRAM", env!("CARGO_BIN_EXE_atlas-x509"))
        .args([
            "-c",
            r#""$PROGRAM" check --ca <(cat root.pem) --client <(sleep 0.2; cat jane.pem)"#,
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

#[test]
fn a_folder_stands_for_the_certificate_files_in_it() {
    let files = Files::new();
    let folder = |name: &str, held: &[&str]| {
        let folder = files.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        for file in held {
            fs::copy(files.path().join(file), folder.join(file)).unwrap();
        }
        folder
    };
    let clients = folder("clients", &["jane.pem", "joe.pem", "request.pem"]);
    fs::write(clients.join("NOTES"), "nothing").unwrap();
    fs::write(clients.join(".hidden.pem"), pem("expired.pem")).unwrap();
    symlink("absent.pem", clients.join("link.pem")).unwrap();
    fs::write(clients.join("ann.der"), der(&pem("soon.pem"))).unwrap();
    folder("clients/deeper", &["server.pem"]);
    folder("bundle", &["root.pem", "issuing.pem"]);

    let flags = ["--ca", "bundle", "--client", "clients", "--format", "json"];
    let output = files.check(&flags);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let names: Vec<String> = report(&output)["clients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(
        names,
        ["clients/ann.der", "clients/jane.pem", "clients/joe.pem"]
    );
    let passed_over =
        "passed over files without a certificate that can be read: NOTES, link.pem, request.pem";
    assert!(stderr(&output).contains(passed_over), "{}", stderr(&output));

    let output = files.run("username", &["clients"]);
    assert_eq!(
        stdout(&output),
        "CN=Ann Soon\tclients/ann.der\nCN=Jane Doe\tclients/jane.pem\nCN=Joe Roe,O=Acme\tclients/joe.pem\n"
    );

    // A broken one is not passed over.
    fs::write(
        clients.join("broken.pem"),
        "-----BEGIN CERTIFICATE-----\nMIIB*\n-----END CERTIFICATE-----\n",
    )
    .unwrap();
    let output = files.check(&flags);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(report(&output)["clients"].as_array().unwrap().len(), 4);
}

#[test]
fn a_large_folder_is_read_in_order_and_as_far_as_files_may_be_read() {
    let files = Files::new();
    let clients = files.path().join("clients");
    fs::create_dir(&clients).unwrap();
    for number in 100..200 {
        fs::write(clients.join(format!("{number}.pem")), pem("jane.pem")).unwrap();
        fs::write(clients.join(format!("{number}.txt")), "nothing").unwrap();
    }
    let output = files.run("username", &["clients"]);
    let printed = stdout(&output);
    let expected: Vec<String> = (100..200)
        .map(|number| format!("CN=Jane Doe\tclients/{number}.pem"))
        .collect();
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
    let passed_over = "100.txt, 101.txt, 102.txt, 103.txt, 104.txt and 95 more";
    assert!(stderr(&output).contains(passed_over), "{}", stderr(&output));

    // More than may be looked at together; what comes after it is not even opened.
    for number in 0..=MAX_DROP_BYTES / MAX_FILE_BYTES {
        let file = File::create(clients.join(format!("{number}.pem"))).unwrap();
        file.set_len(MAX_FILE_BYTES as u64).unwrap();
    }
    let locked = clients.join("999.pem");
    fs::write(&locked, pem("jane.pem")).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let output = files.check(&["--ca", "root.pem", "--client", "clients"]);
    assert_eq!(output.status.code(), Some(2));
    let said = "Together the files have";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
}

#[test]
fn names_of_files_do_nothing_to_the_terminal_or_the_log_that_shows_them() {
    let hostile = "evil\u{1b}]0;x\u{7}\n::error::\u{202e}.pem";
    let files = Files::new().with(hostile, pem("tab.pem"));
    let absent = format!("{hostile}.absent");
    let unknown = format!("--{hostile}");
    for (flags, status) in [
        (&["check", "--ca", "root.pem", "--client", hostile][..], 0),
        (&["check", "--ca", hostile], 1),
        (&["check", "--ca", &absent], 2),
        (&["check", "--ca", "root.pem", "--at", hostile], 2),
        (&["check", &unknown], 2),
        (&["username", hostile, "jane.pem"], 0),
        (&["username", &absent], 2),
        (&["man", hostile], 2),
        (&["serve", "--config", &absent], 2),
        (&["serve", "--page", &absent], 2),
        (&["serve", "--listen", hostile], 2),
        (&["serve", "--upstream", hostile], 2),
        (
            &[
                "sandbox",
                "--sandbox-state",
                "root.pem/x\u{1b}",
                "--listen",
                "127.0.0.1:0",
            ],
            2,
        ),
    ] {
        let output = fed(&files, flags, Stdio::null());
        assert_eq!(
            output.status.code(),
            Some(status),
            "{flags:?}: {}",
            stderr(&output)
        );
        for text in [stdout(&output), stderr(&output)] {
            let acts = |c: char| c.is_control() && !"\n\t".contains(c) || c == '\u{202e}';
            assert!(!text.contains(acts), "{flags:?}: {text:?}");
            let commands = text
                .lines()
                .filter(|line| line.trim_start().starts_with("::"));
            assert_eq!(commands.count(), 0, "{flags:?}: {text:?}");
        }
    }
}
/// An authority and `count` clients of it with RSA keys, one after another.
fn many_rsa_clients(folder: &Path, count: usize) -> (String, String) {
    let made = Command::new("openssl")
        .current_dir(folder)
        .args([
            "genpkey",
            "-quiet",
            "-algorithm",
            "RSA",
            "-pkeyopt",
            "rsa_keygen_bits:2048",
        ])
        .args(["-out", "rsa.key"])
        .status()
        .expect("the tests need the openssl program");
    assert!(made.success());
    // One key for all: making them is not what this is about.
    let key =
        rcgen::KeyPair::from_pem(&fs::read_to_string(folder.join("rsa.key")).unwrap()).unwrap();
    let mut authority = rcgen::CertificateParams::default();
    authority.distinguished_name = rcgen::DistinguishedName::new();
    authority
        .distinguished_name
        .push(rcgen::DnType::CommonName, "Acme RSA Root");
    authority.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let root = authority.self_signed(&key).unwrap();
    let issuer = rcgen::Issuer::new(authority, &key);
    let mut clients = String::new();
    for number in 0..count {
        let mut client = rcgen::CertificateParams::default();
        client.distinguished_name = rcgen::DistinguishedName::new();
        client
            .distinguished_name
            .push(rcgen::DnType::CommonName, format!("client {number}"));
        client.key_usages = vec![rcgen::KeyUsagePurpose::DigitalSignature];
        client.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ClientAuth];
        clients += &client.signed_by(&key, &issuer).unwrap().pem();
    }
    (root.pem(), clients)
}

#[test]
fn a_thousand_rsa_certificates_may_be_in_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (root, clients) = many_rsa_clients(folder.path(), 1_000);
    assert!(clients.len() > 1 << 20, "{}", clients.len());
    let files = Files::new()
        .with("root.pem", root)
        .with("clients.pem", &clients);

    // A file is one client: the first is judged, and somebody who meant all of them is told.
    let output = files.check(&["--ca", "root.pem", "--client", "clients.pem"]);
    let text = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(text.starts_with("1 accepted\n"), "{text:.200}");
    assert!(
        text.contains("“clients.pem” holds 1000 client certificates"),
        "{text:.200}"
    );

    let output = files.check(&["--ca", "root.pem", "clients.pem", "--format", "json"]);
    let report = report(&output);
    assert_eq!(report["certificates"].as_array().unwrap().len(), 1_001);
    assert!(
        stderr(&output).contains("Did you forget --client?"),
        "{}",
        stderr(&output)
    );

    let mut folder = fs::read_dir(files.path()).unwrap();
    assert!(folder.any(|entry| entry.unwrap().file_name() == "clients.pem"));
    let each = files.path().join("each");
    fs::create_dir(&each).unwrap();
    for (number, client) in clients
        .split_inclusive("-----END CERTIFICATE-----\n")
        .enumerate()
    {
        let mut file = File::create(each.join(format!("{number:04}.pem"))).unwrap();
        file.write_all(client.as_bytes()).unwrap();
    }
    let output = files.check(&["--ca", "root.pem", "--client", "each", "--quiet"]);
    assert_eq!(stdout(&output), "1,000 accepted\n");
}
