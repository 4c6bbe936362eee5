//! `atlas-x509 check` as a pipeline meets it: exit statuses, and the forms that other programs read.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{fs, path::Path, process::Command};

use common::files::{Files, der, pem, stderr, stdout};
use serde_json::Value;

/// The report as JSON, held to its schema.
fn judged(files: &Files, flags: &[&str]) -> Value {
    let output = files.check(&[&["--format", "json"], flags].concat());
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let errors: Vec<String> = schema()
        .iter_errors(&report)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    report
}

fn schema() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/check.schema.json");
    let schema: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

const BROKEN: &str = "-----BEGIN CERTIFICATE-----\nMIIB*AAA\n-----END CERTIFICATE-----\n";

#[test]
fn the_exit_status_says_whether_all_is_well() {
    let files = Files::new()
        .with("broken.pem", pem("root.pem") + BROKEN)
        .with("broken-client.pem", pem("jane.pem") + BROKEN)
        .with("nothing.pem", "nothing here")
        .with("empty.pem", "")
        .with("large.pem", vec![b'a'; pki::input::MAX_FILE_BYTES + 1])
        .joined("joe-and-issuing.pem", &["joe.pem", "issuing.pem"]);
    let cases: &[(&str, i32, &str)] = &[
        ("a client accepted", 0, "--ca root.pem --client jane.pem"),
        ("a bundle alone", 0, "--ca root.pem"),
        (
            "several files after one flag",
            0,
            "--ca root.pem issuing.pem --client jane.pem joe.pem",
        ),
        ("warnings alone", 0, "--ca root.pem --client soon.pem"),
        (
            "an expired authority that nobody needs",
            0,
            "--ca root.pem old-root.pem --client jane.pem",
        ),
        (
            "what must be sent along",
            0,
            "--ca root.pem --client joe-and-issuing.pem",
        ),
        ("level 1", 0, "--ca root.pem --client jane.pem --level 1"),
        ("a client refused", 1, "--ca root.pem --client expired.pem"),
        (
            "one of several refused",
            1,
            "--ca root.pem --client jane.pem --client server.pem",
        ),
        ("a rare key", 0, "--ca ed448-root.pem --client ed448.pem"),
        ("no verdict", 1, "--ca mail-root.pem --client mail.pem"),
        ("a bundle without its root", 1, "--ca issuing.pem"),
        (
            "a broken block in the bundle",
            1,
            "--ca broken.pem --client jane.pem",
        ),
        (
            "a broken block beside a client",
            1,
            "--ca root.pem --client broken-client.pem",
        ),
        (
            "a client's file without a certificate",
            1,
            "--ca root.pem --client nothing.pem",
        ),
        (
            "an empty client's file",
            1,
            "--ca root.pem --client empty.pem",
        ),
        (
            "a bundle without a certificate",
            1,
            "--ca nothing.pem --client jane.pem",
        ),
        ("no flags", 2, ""),
        ("no bundle", 2, "--client jane.pem"),
        ("a flag without a value", 2, "--ca"),
        ("an unknown flag", 2, "--ca root.pem --verbose"),
        ("no such level", 2, "--ca root.pem --level 3"),
        ("no such format", 2, "--ca root.pem --format yaml"),
        ("no moment", 2, "--ca root.pem --at tomorrow"),
        ("no such bundle", 2, "--ca absent.pem"),
        ("no such client", 2, "--ca root.pem --client absent.pem"),
        ("a date alone", 0, "--ca root.pem --at 2027-01-01"),
        ("no such date", 2, "--ca root.pem --at 2027-02-30"),
        ("no such colour", 2, "--ca root.pem --color blue"),
        ("quiet", 0, "--ca root.pem --client jane.pem --quiet"),
        (
            "a file that is too large",
            2,
            "--ca root.pem --client large.pem",
        ),
    ];
    for (what, status, flags) in cases {
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let has_moment = flags.contains(&"--at");
        for format in ["text", "json", "sarif"] {
            let flags = if flags.contains(&"--format") {
                flags.clone()
            } else {
                [&flags[..], &["--format", format]].concat()
            };
            let output = if has_moment {
                files.run("check", &flags)
            } else {
                files.check(&flags)
            };
            let complaint = stderr(&output);
            assert_eq!(output.status.code(), Some(*status), "{what}: {complaint}");
            // The question's fault is told on standard error and nowhere else.
            assert_eq!(*status == 2, output.stdout.is_empty(), "{what}");
            assert_eq!(
                *status == 2,
                !output.stderr.is_empty(),
                "{what}: {complaint}"
            );
        }
    }
}

#[test]
fn the_moment_decides() {
    let files = Files::new();
    for (moment, status) in [
        ("2026-11-30T23:59:59Z", 0),
        ("2026-12-01T00:00:00Z", 1),
        ("2026-12-01T01:00:00+02:00", 0),
        ("2025-12-31T23:59:59Z", 1),
    ] {
        let flags = ["--ca", "root.pem", "--client", "soon.pem", "--at", moment];
        let output = files.run("check", &flags);
        assert_eq!(output.status.code(), Some(status), "{moment}");
    }
}

#[test]
fn the_report_is_as_its_schema_says() {
    let files = Files::new()
        .with("broken.pem", pem("root.pem") + BROKEN + &pem("request.pem"))
        .with(
            "hollow.pem",
            "-----BEGIN CERTIFICATE-----\nMAMCAQU=\n-----END CERTIFICATE-----\n",
        )
        .with("jane.der", der(&pem("jane.pem")))
        .with("empty.pem", "");
    for flags in [
        "--ca root.pem --client jane.pem",
        "--ca root.pem --client jane.der",
        "--ca root.pem",
        "--ca empty.pem",
        "--ca broken.pem --client hollow.pem --client empty.pem --client tab.pem",
        "--ca mail-root.pem --client mail.pem",
        "--ca issuing.pem old-root.pem --client joe.pem expired.pem server.pem soon.pem --level 1",
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        judged(&files, &flags);
    }
}

#[test]
fn the_report_says_what_the_contract_promises() {
    let files = Files::new().joined("joe-and-issuing.pem", &["joe.pem", "issuing.pem"]);
    let report = judged(
        &files,
        &[
            "--ca",
            "root.pem",
            "--client",
            "joe-and-issuing.pem",
            "server.pem",
        ],
    );
    assert_eq!(report["schema"], 1);
    assert_eq!(report["at"], "2026-11-23T00:00:00Z");
    assert_eq!(report["level"], 2);

    let joe = &report["clients"][0];
    assert_eq!(joe["file"], "joe-and-issuing.pem");
    assert_eq!(joe["accepted"], true);
    assert_eq!(joe["subject_openssl"], "CN=Joe Roe,O=Acme");
    assert_eq!(joe["username"], "CN=Joe Roe,O=Acme");
    assert_eq!(joe["errors"], serde_json::json!([]));
    assert_eq!(joe["final_error"], Value::Null);
    assert_eq!(joe["chain"].as_array().unwrap().len(), 3);
    assert_eq!(joe["chain"][0], joe["leaf"]);
    assert_eq!(joe["leaf_only"]["accepted"], false);
    assert_eq!(joe["leaf_only"]["final_error"]["code"], 21);

    let server = &report["clients"][1];
    assert_eq!(server["accepted"], false);
    assert_eq!(
        server["errors"],
        serde_json::json!([{ "code": 26, "depth": 0, "name": "unsuitable certificate purpose" }])
    );
    assert_eq!(server["final_error"], server["errors"][0]);

    let roles: Vec<(&str, &str, u64)> = report["certificates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| {
            (
                entry["subject"].as_str().unwrap(),
                entry["role"].as_str().unwrap(),
                entry["line"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        roles,
        [
            ("CN=Acme Root,O=Acme", "authority", 1),
            ("CN=Joe Roe,O=Acme", "client", 1),
            ("CN=Acme Issuing CA,O=Acme", "sent", 13),
            ("CN=db.example.com", "client", 1),
        ]
    );
    let root = &report["certificates"][0];
    assert_eq!(root["key"], "EC P-256");
    assert_eq!(root["signature"], "ecdsa-with-SHA256");
    assert_eq!(root["not_after"], "2046-01-01T00:00:00Z");
}

#[test]
fn the_report_is_the_same_when_the_engine_verifies_everything_itself() {
    let files = Files::new().joined("joe-and-issuing.pem", &["joe.pem", "issuing.pem"]);
    let clients = [
        "jane",
        "joe",
        "joe-and-issuing",
        "expired",
        "soon",
        "server",
        "tab",
        "ed448",
        "mail",
    ];
    let clients = clients.map(|name| format!("{name}.pem"));
    let mut with = common::command();
    with.current_dir(files.path())
        .args(["check", "--format", "json", "--at", "2026-11-23", "--ca"])
        .args([
            "root.pem",
            "old-root.pem",
            "ed448-root.pem",
            "mail-root.pem",
        ])
        .arg("--client")
        .args(clients);
    let report = with.output().unwrap().stdout;
    assert!(report.len() > 1_000);
    let without = with.env("ATLAS_X509_ENGINE_ONLY", "1").output();
    assert_eq!(report, without.unwrap().stdout);
}

#[test]
fn the_log_for_code_scanning_has_what_sarif_asks_for() {
    let files = Files::new().with("my ca.pem", pem("root.pem") + BROKEN);
    let flags = [
        "--ca",
        "my ca.pem",
        "--client",
        "expired.pem",
        "--format",
        "sarif",
    ];
    let output = files.check(&flags);
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(
        log["$schema"],
        "https://json.schemastore.org/sarif-2.1.0.json"
    );
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "atlas-x509");
    let rules: Vec<&str> = driver["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| {
            assert!(rule["shortDescription"]["text"].is_string());
            assert!(rule["help"]["text"].is_string());
            rule["id"].as_str().unwrap()
        })
        .collect();
    let results = run["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        assert!(
            rules.contains(&result["ruleId"].as_str().unwrap()),
            "{result}"
        );
        let level = result["level"].as_str().unwrap();
        assert!(["error", "warning", "note"].contains(&level), "{result}");
        assert!(result["message"]["text"].as_str().unwrap().ends_with('.'));
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(["my%20ca.pem", "expired.pem"].contains(&uri), "{uri}");
        if let Some(line) = place["region"]["startLine"].as_u64() {
            assert!(line >= 1);
        }
    }
    let of = |rule: &str| results.iter().find(|result| result["ruleId"] == rule);
    let malformed = &of("input.malformed").unwrap()["locations"][0]["physicalLocation"];
    assert_eq!(malformed["artifactLocation"]["uri"], "my%20ca.pem");
    let first_of_block = pem("root.pem").lines().count() + 1;
    assert_eq!(malformed["region"]["startLine"], first_of_block + 1);
    assert!(of("client.expired").is_some());
}

#[test]
fn text_says_verdict_then_why_then_what_to_do() {
    let files = Files::new();
    let text = stdout(&files.check(&["--ca", "root.pem", "--client", "jane.pem", "expired.pem"]));
    let places: Vec<usize> = [
        "1 accepted, 1 refused",
        "\n✔ accepted  Jane Doe (jane.pem)",
        "user name    CN=Jane Doe",
        "✖ refused  Jane Doe (expired.pem)",
        "why          “Jane Doe” expired on 12 March 2026, 8 months ago.",
        "fix          Issue a new certificate",
        "openssl      openssl verify",
        "mongod logs  SSL peer certificate validation failed: certificate has expired (10)",
        "note: client.same-user-name",
        "Certificates\n",
        "security level 2",
    ]
    .iter()
    .map(|part| {
        text.find(part)
            .unwrap_or_else(|| unreachable!("{part} in\n{text}"))
    })
    .collect();
    assert!(places.is_sorted(), "{places:?} in\n{text}");
}

#[test]
fn a_terminal_gets_no_control_characters_of_a_name() {
    let files = Files::new().with("evil\u{1b}[2J.pem", pem("tab.pem"));
    let output = files.check(&[
        "--ca",
        "root.pem",
        "--client",
        "tab.pem",
        "evil\u{1b}[2J.pem",
    ]);
    let text = stdout(&output);
    let control = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(control, None, "{text}");
}

#[test]
fn the_leaf_of_a_client_is_the_one_that_issued_no_other() {
    let files = Files::new()
        .joined("ordered.pem", &["joe.pem", "issuing.pem", "root.pem"])
        .joined("reversed.pem", &["root.pem", "issuing.pem", "joe.pem"])
        .joined("shuffled.pem", &["issuing.pem", "joe.pem", "root.pem"])
        .joined("doubled.pem", &["joe.pem", "joe.pem", "issuing.pem"])
        .joined("two.pem", &["jane.pem", "joe.pem"])
        .joined("authority.pem", &["issuing.pem"]);
    for (file, subject) in [
        ("ordered.pem", "CN=Joe Roe,O=Acme"),
        ("reversed.pem", "CN=Joe Roe,O=Acme"),
        ("shuffled.pem", "CN=Joe Roe,O=Acme"),
        ("doubled.pem", "CN=Joe Roe,O=Acme"),
        ("two.pem", "CN=Jane Doe"),
        ("authority.pem", "CN=Acme Issuing CA,O=Acme"),
    ] {
        let report = judged(&files, &["--ca", "root.pem", "--client", file]);
        let client = &report["clients"][0];
        assert_eq!(client["subject_openssl"], subject, "{file}");
        let output = files.run("username", &[file]);
        assert_eq!(stdout(&output), format!("{subject}\n"), "{file}");
    }
}

#[test]
fn clients_may_be_der_pkcs7_and_have_any_name() {
    let folder = Files::new()
        .joined("chain.pem", &["joe.pem", "issuing.pem"])
        .with("jane.der", der(&pem("jane.pem")));
    for form in ["PEM", "DER"] {
        let made = Command::new("openssl")
            .current_dir(folder.path())
            .args([
                "crl2pkcs7",
                "-nocrl",
                "-certfile",
                "chain.pem",
                "-outform",
                form,
            ])
            .args(["-out", &format!("chain.{form}.p7b")])
            .status()
            .expect("the tests need the openssl program");
        assert!(made.success());
    }
    let strange = [
        "Jane's key & cert.pem",
        "-jane.pem",
        "ä ö.pem",
        "$(date).pem",
        "a\"b;c.pem",
    ];
    let folder = strange
        .iter()
        .fold(folder, |folder, name| folder.with(name, pem("jane.pem")));
    for (file, name) in [
        ("jane.der", "CN=Jane Doe"),
        ("chain.PEM.p7b", "CN=Joe Roe,O=Acme"),
        ("chain.DER.p7b", "CN=Joe Roe,O=Acme"),
    ]
    .into_iter()
    .chain(strange.map(|file| (file, "CN=Jane Doe")))
    {
        let client = format!("--client={file}");
        let report = judged(&folder, &["--ca=root.pem", &client]);
        let found = &report["clients"][0];
        assert_eq!(found["file"], file);
        assert_eq!(found["accepted"], true, "{file}");
        assert_eq!(found["username"], name, "{file}");
        let output = folder.run("username", &["--", file]);
        assert_eq!(stdout(&output), format!("{name}\n"), "{file}");
    }
}

#[test]
fn one_file_may_be_bundle_and_client() {
    let report = judged(&Files::new(), &["--ca", "root.pem", "--client", "root.pem"]);
    let client = &report["clients"][0];
    // A root that presents itself: in the bundle, so trusted.
    assert_eq!(client["file"], "root.pem");
    assert_eq!(report["certificates"].as_array().unwrap().len(), 1);
    assert_eq!(report["certificates"][0]["role"], "authority");

    let files = Files::new();
    let flags = [
        "--ca", "root.pem", "root.pem", "--client", "jane.pem", "jane.pem",
    ];
    let report = judged(&files, &flags);
    assert_eq!(report["clients"].as_array().unwrap().len(), 2);
    assert_eq!(report["certificates"].as_array().unwrap().len(), 2);
    let duplicates = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["id"] == "input.duplicate");
    assert_eq!(duplicates.count(), 2);
}

#[test]
fn no_output_shows_a_private_key() {
    let folder = Files::new().with_key("some.key");
    let key = fs::read_to_string(folder.path().join("some.key")).unwrap();
    let folder = folder
        .with("client.pem", pem("jane.pem") + &key)
        .with("ca.pem", pem("root.pem") + &key);
    let secret = key.lines().nth(1).unwrap();
    for format in ["text", "json", "sarif"] {
        let flags = [
            "--ca",
            "ca.pem",
            "--client",
            "client.pem",
            "--format",
            format,
        ];
        let output = folder.check(&flags);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let text = stdout(&output);
        assert!(
            !text.contains(secret) && !text.contains("PRIVATE KEY"),
            "{format}"
        );
        assert!(text.contains("input.private-key-in-bundle"), "{format}");
        assert!(
            format == "text" || text.contains("pair.key-mismatch"),
            "{format}"
        );
    }
}
