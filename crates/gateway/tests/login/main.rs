//! `atlas-x509 login` against servers on this computer: how far it comes, why no further, and that nothing
//! secret is printed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../common/mod.rs"]
mod common;
mod sandbox;
mod stand;

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use common::{command, files::stderr};
use mongodb::bson::doc;
use serde_json::Value;
use stand::{Manner, VERSIONS, start};
use tempfile::TempDir;

/// A login that was tried.
struct Tried {
    status: Option<i32>,
    result: Value,
}

impl Tried {
    fn id(&self) -> &str {
        self.result["stopped"]["id"].as_str().unwrap_or_default()
    }

    fn seen(&self) -> &str {
        self.result["stopped"]["seen"].as_str().unwrap_or_default()
    }
}

/// Tries in a folder of their own, with practice files in it.
struct Tries(TempDir);

impl Tries {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut practice = command();
        practice.current_dir(folder.path()).args(["practice", "."]);
        let made = practice.output().unwrap();
        assert!(made.status.success(), "{}", stderr(&made));
        Self(folder)
    }

    fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        fs::write(self.0.path().join(name), text).unwrap();
        self
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).unwrap()
    }

    fn openssl(&self, line: &str) {
        let made = Command::new("openssl")
            .current_dir(self.0.path())
            .args(line.split(' '))
            .output()
            .expect("the tests need the openssl program");
        assert!(made.status.success(), "{line}: {}", stderr(&made));
    }

    fn run(&self, flags: &[&str]) -> std::process::Output {
        let mut command = command();
        command.current_dir(self.0.path()).arg("login").args(flags);
        command.output().unwrap()
    }

    /// The result as JSON, held to its schema, and as text, which says the same.
    fn log_in(&self, flags: &[&str]) -> Tried {
        let flags = [&["--timeout", "2s"], flags].concat();
        let output = self.run(&[&flags[..], &["--format", "json"]].concat());
        let result: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| unreachable!("{flags:?}: {error}: {}", stderr(&output)));
        let errors: Vec<String> = schema()
            .iter_errors(&result)
            .map(|error| format!("{} at {}", error, error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let status = output.status.code();
        assert_eq!(result["loggedIn"], status == Some(0), "{result:#}");
        let printed = String::from_utf8(output.stdout).unwrap();
        assert!(!printed.contains("PRIVATE KEY-----"), "{printed}");
        Tried { status, result }
    }

    /// Of a client and a server.
    fn at(&self, client: &str, server: &(SocketAddr, String), flags: &[&str]) -> Tried {
        fs::write(self.0.path().join("server-ca.pem"), &server.1).unwrap();
        let host = server.0.to_string();
        let all = [
            "--pem",
            client,
            "--host",
            &host,
            "--server-ca",
            "server-ca.pem",
        ];
        self.log_in(&[&all[..], flags].concat())
    }
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/login.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// One block of a PEM file.
fn block(text: &str, label: &str, nth: usize) -> String {
    let (begin, end) = (
        format!("-----BEGIN {label}-----"),
        format!("-----END {label}-----\n"),
    );
    let from = text.match_indices(&begin).nth(nth).unwrap().0;
    let until = text[from..].find(&end).unwrap() + end.len();
    text[from..from + until].to_owned()
}

#[test]
fn a_good_client_logs_in_with_each_kind_of_key_and_each_version_of_tls() {
    let tries = Tries::new();
    for versions in VERSIONS {
        let server = start(Manner {
            versions,
            ..Manner::default()
        });
        for client in ["billing.pem", "reports.pem", "zoe.pem"] {
            let tried = tries.at(client, &server, &["--ca", "authorities.pem"]);
            assert_eq!(tried.status, Some(0), "{client}: {:#}", tried.result);
            assert_eq!(tried.result["username"], "CN=billing", "as the server says");
            assert_eq!(tried.result["roles"][0], "readWrite@admin");
            assert_eq!(tried.result["check"]["accepted"], true);
            let steps = tried.result["steps"].as_array().unwrap();
            assert!(
                steps.iter().all(|step| step["state"] == "done"),
                "{steps:#?}"
            );
        }
    }
    let server = start(Manner::default());
    fs::write(tries.0.path().join("server-ca.pem"), &server.1).unwrap();
    let uri = format!("mongodb://{}/?tls=true&tlsCAFile=server-ca.pem", server.0);
    let by_uri = tries.log_in(&["--pem", "billing.pem", "--uri", &uri]);
    assert_eq!(by_uri.status, Some(0), "{:#}", by_uri.result);
}

#[test]
fn an_encrypted_key_is_opened_with_its_password() {
    let tries = Tries::new()
        .with("password", "sesame\n")
        .with("wrong", "barley\n");
    for file in ["password", "wrong"] {
        let path = tries.0.path().join(file);
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    }
    tries.openssl("pkcs8 -topk8 -in billing.pem -out new.key -passout file:password");
    tries.openssl("pkey -in billing.pem -out old.key -traditional -aes128 -passout file:password");
    let certificate = block(&tries.read("billing.pem"), "CERTIFICATE", 0);
    let new = certificate.clone() + &tries.read("new.key");
    let tries = tries.with("new.pem", new);
    let old = certificate + &tries.read("old.key");
    let tries = tries.with("old.pem", old);
    let server = start(Manner::default());
    for (client, flags, expected) in [
        ("new.pem", &["--password-file", "password"][..], ""),
        ("new.pem", &["--password-file", "wrong"], "wrong-password"),
        ("new.pem", &[], "no-password"),
        (
            "old.pem",
            &["--password-file", "password"],
            "other-encryption",
        ),
        ("billing.pem", &["--password-file", "password"], ""),
    ] {
        let tried = tries.at(client, &server, flags);
        assert_eq!(
            tried.id(),
            expected,
            "{client} {flags:?}: {:#}",
            tried.result
        );
        let status = if expected.is_empty() { 0 } else { 2 };
        assert_eq!(tried.status, Some(status), "{client} {flags:?}");
        assert!(!tried.result.to_string().contains("sesame"));
    }
}

#[test]
fn what_is_wrong_with_the_file_is_told_before_anything_is_sent() {
    let tries = Tries::new();
    let (billing, reports) = (tries.read("billing.pem"), tries.read("reports.pem"));
    let leaf = block(&billing, "CERTIFICATE", 0);
    let issuing = block(&billing, "CERTIFICATE", 1);
    let key = block(&billing, "PRIVATE KEY", 0);
    let other_key = block(&reports, "PRIVATE KEY", 0);
    tries.openssl("x509 -in billing.pem -outform DER -out billing.der");
    tries.openssl("pkey -in billing.pem -outform DER -out key.der");
    tries.openssl("pkcs12 -export -in billing.pem -out billing.p12 -passout pass:word");
    tries.openssl("pkcs12 -export -in billing.pem -out open.p12 -passout pass:");
    tries.openssl("genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-521 -out p521.key");
    tries.openssl("req -x509 -new -key p521.key -subj /CN=p521 -out p521.crt");
    let p521 = tries.read("p521.crt") + &tries.read("p521.key");
    let tries = tries
        .with("p521.pem", p521)
        .with("no-key.pem", leaf.clone() + &issuing)
        .with("key-only.pem", &key)
        .with("other-key.pem", leaf.clone() + &issuing + &other_key)
        .with("issuer-first.pem", issuing.clone() + &leaf + &key)
        .with(
            "escaped.json",
            format!("{{\"pem\":\"{}\"}}", billing.replace('\n', "\\n")),
        )
        .with("nothing.pem", "nothing")
        .with("empty.pem", "");
    for (client, expected, command) in [
        ("absent.pem", "file", ""),
        (".", "file", ""),
        ("-", "file", ""),
        ("billing.der", "der", "openssl x509"),
        ("key.der", "der", "openssl pkey"),
        ("billing.p12", "pkcs12", "openssl pkcs12"),
        ("open.p12", "pkcs12", "openssl pkcs12"),
        ("no-key.pem", "no-key", ""),
        ("key-only.pem", "no-certificate", ""),
        ("nothing.pem", "no-certificate", ""),
        ("empty.pem", "no-certificate", ""),
        ("other-key.pem", "other-key", ""),
        ("issuer-first.pem", "order", ""),
        ("escaped.json", "not-plain", ""),
        ("p521.pem", "key-kind", ""),
    ] {
        // Nobody listens there; it does not matter.
        let tried = tries.log_in(&["--pem", client, "--host", "127.0.0.1:1"]);
        assert_eq!(tried.id(), expected, "{client}: {:#}", tried.result);
        assert_eq!(tried.status, Some(2), "{client}");
        let told = tried.result["stopped"]["command"]
            .as_str()
            .unwrap_or_default();
        assert!(told.starts_with(command), "{client}: {told}");
    }
    // The key before the certificate is no obstacle.
    let tries = tries.with("key-first.pem", key + &leaf + &issuing);
    let tried = tries.log_in(&["--pem", "key-first.pem", "--host", "127.0.0.1:1"]);
    assert_eq!(tried.id(), "connection-refused", "{:#}", tried.result);
}

#[test]
fn a_wrong_question_is_told_before_anything_is_sent() {
    let tries = Tries::new().with("nothing.pem", "nothing");
    for (flags, expected) in [
        (&["--uri", "cluster0.example.net"][..], "uri"),
        (
            &["--uri", "mongodb://user:canary@localhost"],
            "uri-password",
        ),
        (
            &[
                "--uri",
                "mongodb://localhost/?authMechanism=GSSAPI&authSource=$external",
            ],
            "uri-mechanism",
        ),
        (&["--uri", "mongodb://localhost/?tls=false"], "uri-tls"),
        (&["--host", "mongodb://localhost"], "uri"),
        (
            &["--host", "localhost", "--server-ca", "absent.pem"],
            "server-ca",
        ),
        (
            &["--host", "localhost", "--server-ca", "nothing.pem"],
            "server-ca",
        ),
    ] {
        let tried = tries.log_in(&[&["--pem", "billing.pem"], flags].concat());
        assert_eq!(tried.id(), expected, "{flags:?}: {:#}", tried.result);
        assert_eq!(tried.status, Some(2), "{flags:?}");
        assert!(
            !tried.result.to_string().contains("canary"),
            "{:#}",
            tried.result
        );
    }
    for flags in [
        &["--pem", "billing.pem"][..],
        &["--host", "localhost"],
        &[
            "--pem",
            "billing.pem",
            "--host",
            "h",
            "--uri",
            "mongodb://h",
        ],
        &["--pem", "billing.pem", "--host", "h", "--timeout", "soon"],
        &["--pem", "billing.pem", "--host", "h", "--ca", "absent.pem"],
    ] {
        let output = tries.run(flags);
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
        assert!(
            output.stdout.is_empty() && !output.stderr.is_empty(),
            "{flags:?}"
        );
    }
}

#[test]
fn a_name_that_is_not_known_is_told() {
    let tries = Tries::new();
    for (flags, expected) in [
        (["--host", "cluster0.invalid"], ["host-name", "name-silent"]),
        (
            ["--uri", "mongodb+srv://cluster0.example.invalid"],
            ["srv-name", "name-silent"],
        ),
    ] {
        let tried = tries.log_in(&[&["--pem", "billing.pem"], &flags[..]].concat());
        // Where there is no resolver at all, it may be silent.
        assert!(
            expected.contains(&tried.id()),
            "{flags:?}: {:#}",
            tried.result
        );
        assert_eq!(tried.status, Some(1));
    }
}

#[test]
fn what_answers_no_tls_is_told_for_what_it_is() {
    let tries = Tries::new();
    let echo = stand::listen(|mut stream| {
        let mut piece = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut piece) {
            let _ = stream.write_all(&piece[..count]);
        }
    });
    let http = stand::listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
    });
    let alert = stand::listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 80]);
    });
    let other_alert = stand::listen(|mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]);
    });
    let closing = stand::listen(drop);
    let silent = stand::listen(|stream| {
        std::thread::sleep(Duration::from_secs(20));
        drop(stream);
    });
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for (server, expected) in [
        (echo, "no-tls"),
        (http, "no-tls"),
        (alert, "alert-internal-error"),
        (other_alert, "tls-alert"),
        (closing, "tls-closed"),
        (silent, "tls-silent"),
        (stand::start_plain(Manner::default()), "mongodb-without-tls"),
        (nobody, "connection-refused"),
    ] {
        let host = server.to_string();
        let begun = Instant::now();
        let tried = tries.log_in(&["--pem", "billing.pem", "--host", &host]);
        assert_eq!(tried.id(), expected, "{:#}", tried.result);
        assert_eq!(tried.status, Some(1), "{expected}");
        assert!(begun.elapsed() < Duration::from_secs(9), "{expected}");
    }
}

#[test]
fn a_server_that_is_not_trusted_is_told_from_a_client_that_is_not() {
    let tries = Tries::new();
    let server = start(Manner::default());
    let host = server.0.to_string();
    let base = ["--pem", "billing.pem", "--host", &host];
    for (flags, expected) in [
        (&[][..], "server-untrusted"),
        (&["--server-ca", "authorities.pem"], "own-ca-as-server-ca"),
        (&["--server-ca", "root.pem"], "own-ca-as-server-ca"),
    ] {
        let tried = tries.log_in(&[&base[..], flags].concat());
        assert_eq!(tried.id(), expected, "{flags:?}: {:#}", tried.result);
        assert!(tried.seen().contains("Server Root"), "{}", tried.seen());
    }
    let stranger = start(Manner::default());
    let tried = tries.at("billing.pem", &(server.0, stranger.1), &[]);
    assert_eq!(tried.id(), "server-untrusted", "{:#}", tried.result);
    for (manner, expected) in [
        (
            Manner {
                name: "db.example.net",
                ..Manner::default()
            },
            "server-name",
        ),
        (
            Manner {
                days: [-20, -10],
                ..Manner::default()
            },
            "server-expired",
        ),
        (
            Manner {
                days: [10, 20],
                ..Manner::default()
            },
            "server-expired",
        ),
        (
            Manner {
                purpose: rcgen::ExtendedKeyUsagePurpose::ClientAuth,
                ..Manner::default()
            },
            "server-certificate",
        ),
    ] {
        let tried = tries.at("billing.pem", &start(manner), &[]);
        assert_eq!(tried.id(), expected, "{:#}", tried.result);
        assert_eq!(tried.status, Some(1));
    }
}

#[test]
fn what_becomes_of_the_certificate_is_told() {
    let tries = Tries::new();
    let manner = Manner::default;
    for versions in VERSIONS {
        for (manner, expected) in [
            (
                Manner {
                    stays: [false, true],
                    ..manner()
                },
                "certificate-refused",
            ),
            (
                Manner {
                    stays: [false, false],
                    ..manner()
                },
                "closed",
            ),
            (
                Manner {
                    asks: false,
                    ..manner()
                },
                "asks-for-none",
            ),
            (
                Manner {
                    talk: Some(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
                    ..manner()
                },
                "not-mongodb",
            ),
            (
                Manner {
                    talk: Some(b""),
                    ..manner()
                },
                "closed",
            ),
        ] {
            let server = start(Manner { versions, ..manner });
            let tried = tries.at("billing.pem", &server, &[]);
            assert_eq!(tried.id(), expected, "{:#}", tried.result);
            assert_eq!(tried.status, Some(1));
            assert_eq!(tried.result["check"], Value::Null);
        }
    }
    let refusing = start(Manner {
        stays: [false, true],
        ..manner()
    });
    for (client, accepted, said) in [
        ("expired.pem", false, "expired"),
        ("server-only.pem", false, "serverAuth"),
        ("billing.pem", true, ""),
    ] {
        let tried = tries.at(client, &refusing, &["--ca", "authorities.pem"]);
        assert_eq!(tried.id(), "certificate-refused");
        let check = &tried.result["check"];
        assert_eq!(check["accepted"], accepted, "{client}");
        assert!(check.to_string().contains(said), "{client}: {check:#}");
    }
}

#[test]
fn an_alert_and_a_key_that_cannot_be_used_are_told() {
    let tries = Tries::new();
    for versions in VERSIONS {
        for (client, manner, expected, said) in [
            (
                "billing.pem",
                Manner {
                    is_strict: true,
                    ..Manner::default()
                },
                "certificate-alert",
                "alert unknown_ca (48). The server doesn't name CN=Practice Root CA",
            ),
            (
                "zoe.pem",
                Manner {
                    schemes: vec![
                        rustls::SignatureScheme::RSA_PSS_SHA256,
                        rustls::SignatureScheme::ECDSA_NISTP256_SHA256,
                    ],
                    ..Manner::default()
                },
                "key-not-taken",
                "",
            ),
        ] {
            let tried = tries.at(client, &start(Manner { versions, ..manner }), &[]);
            assert_eq!(tried.id(), expected, "{:#}", tried.result);
            assert!(tried.seen().starts_with(said), "{}", tried.seen());
        }
    }
}

#[test]
fn what_never_answers_is_waited_for_no_longer_than_asked() {
    let tries = Tries::new();
    // Its queue is full, so that it drops whoever comes next.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queue.push(stream);
    }
    let host = address.to_string();
    let begun = Instant::now();
    let tried = tries.log_in(&["--pem", "billing.pem", "--host", &host]);
    assert_eq!(tried.id(), "no-answer", "{:#}", tried.result);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_server_of_another_set_is_told_by_the_driver() {
    let tries = Tries::new();
    let server = start(Manner::default());
    fs::write(tries.0.path().join("server-ca.pem"), &server.1).unwrap();
    let uri = format!("mongodb://{}/?replicaSet=other", server.0);
    let flags = [
        "--pem",
        "billing.pem",
        "--server-ca",
        "server-ca.pem",
        "--uri",
        &uri,
    ];
    let tried = tries.log_in(&flags);
    assert_eq!(tried.id(), "no-server", "{:#}", tried.result);
    // It is one of two that answers.
    let uri = format!("mongodb://127.0.0.1:1,{}/?appName=y", server.0);
    let tried = tries.log_in(&[
        "--pem",
        "billing.pem",
        "--server-ca",
        "server-ca.pem",
        "--uri",
        &uri,
    ]);
    let found = tried.result["steps"][3]["found"].to_string();
    assert!(found.contains("1 of 2 servers answer"), "{found}");
}

#[test]
fn what_the_server_says_of_the_user_is_passed_on() {
    let tries = Tries::new();
    let failed = |code: i32, name: &str, words: &str| {
        doc! { "ok": 0.0, "code": code, "codeName": name, "errmsg": words }
    };
    for (login, expected, words) in [
        (
            failed(
                11,
                "UserNotFound",
                "Could not find user \"CN=billing\" for db \"$external\"",
            ),
            "no-user",
            "Could not find user \"CN=billing\" for db \"$external\" (code 11 UserNotFound)",
        ),
        (
            failed(18, "AuthenticationFailed", "Authentication failed."),
            "authentication-failed",
            "Authentication failed. (code 18 AuthenticationFailed)",
        ),
        (
            failed(8000, "AtlasError", "bad auth"),
            "authentication-failed",
            "bad auth",
        ),
        (
            failed(2, "BadValue", "no"),
            "login-refused",
            "no (code 2 BadValue)",
        ),
        (doc! { "ok": 0 }, "login-refused", "no words"),
    ] {
        let server = start(Manner {
            login,
            ..Manner::default()
        });
        let tried = tries.at("billing.pem", &server, &[]);
        assert_eq!(tried.id(), expected, "{:#}", tried.result);
        assert!(tried.seen().contains(words), "{}", tried.seen());
        assert_eq!(tried.result["username"], "CN=billing");
        assert_eq!(tried.status, Some(1));
    }
    let tried = tries.at(
        "billing.pem",
        &start(Manner {
            roles: vec![],
            ..Manner::default()
        }),
        &[],
    );
    assert_eq!(
        (tried.id(), tried.status),
        ("no-role", Some(1)),
        "{:#}",
        tried.result
    );
}

#[test]
fn the_text_says_why_and_what_to_do_and_prints_nothing_that_acts() {
    let tries = Tries::new();
    let words = "no\u{1b}[2J\n::error::x";
    let login = doc! { "ok": 0.0, "code": 18, "errmsg": words };
    let server = start(Manner {
        login,
        ..Manner::default()
    });
    fs::write(tries.0.path().join("server-ca.pem"), &server.1).unwrap();
    let host = server.0.to_string();
    let flags = [
        "--pem",
        "billing.pem",
        "--host",
        &host,
        "--server-ca",
        "server-ca.pem",
    ];
    let output = tries.run(&flags);
    let text = common::files::stdout(&output);
    for said in [
        "✖ not logged in  billing.pem",
        "CN=billing",
        "why",
        "means",
        "fix",
        "the server took it",
    ] {
        assert!(text.contains(said), "{said} in\n{text}");
    }
    assert!(!text.contains('\u{1b}') && !text.contains("\n::"), "{text}");
    assert_eq!(stderr(&output), "");
}
