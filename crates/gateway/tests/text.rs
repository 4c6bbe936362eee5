//! `atlas-x509 check` as a person meets it: what is said first and last, in which colours, and what
//! is said to somebody who asked for something else than they meant.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;
#[path = "../../pki/tests/support/mod.rs"]
mod support;

use common::files::{Files, pem, stderr, stdout};
use support::{Attribute, certificate, name, oid};

/// A certificate for this common name, which nobody signed.
fn named(common_name: &str) -> Vec<u8> {
    let attribute = Attribute {
        oid: oid(&[2, 5, 4, 3]),
        tag: 0x0c,
        value: common_name.as_bytes().to_vec(),
    };
    certificate(&name(&[vec![attribute]]))
}

#[test]
fn the_verdict_is_the_first_line_and_the_last() {
    let files = Files::new();
    for (flags, verdict) in [
        ("--ca root.pem", "The bundle is in order"),
        ("--ca root.pem --client jane.pem", "1 accepted"),
        (
            "--ca root.pem --client jane.pem expired.pem",
            "1 accepted, 1 refused",
        ),
        ("--ca ed448-root.pem --client ed448.pem", "1 accepted"),
        ("--ca mail-root.pem --client mail.pem", "1 undetermined"),
        (
            "--ca root.pem --client request.pem jane.pem",
            "1 accepted, 1 not read",
        ),
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        let text = stdout(&files.check(&flags));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.first(), Some(&verdict), "{text}");
        assert_eq!(lines.last(), Some(&verdict), "{text}");
    }
}

#[test]
fn the_first_line_says_why_a_check_fails_although_all_are_accepted() {
    let broken = "-----BEGIN CERTIFICATE-----\nMIIB*AAA\n-----END CERTIFICATE-----\n";
    let files = Files::new().with("broken.pem", pem("jane.pem") + broken);
    let output = files.check(&["--ca", "root.pem", "--client", "broken.pem"]);
    assert_eq!(output.status.code(), Some(1));
    let first = stdout(&output).lines().next().unwrap().to_owned();
    assert!(
        first.starts_with("1 accepted, but: “broken.pem”, line"),
        "{first}"
    );
}

#[test]
fn a_client_that_is_kept_out_by_something_else_than_its_certificate_is_not_called_accepted() {
    let files = Files::new().with_key("other.key");
    let key = std::fs::read_to_string(files.path().join("other.key")).unwrap();
    let files = files.with("jane-and-key.pem", pem("jane.pem") + &key);
    let output = files.check(&[
        "--ca",
        "root.pem",
        "--client",
        "jane-and-key.pem",
        "--quiet",
    ]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.starts_with("1 cannot log in\n"), "{text}");
    assert!(
        text.contains("✖ cannot log in  Jane Doe (jane-and-key.pem)\n"),
        "{text}"
    );
    assert!(text.contains("\n  why  "), "{text}");
}

#[test]
fn every_remedy_says_what_to_do() {
    for rule in pki::findings::RULES {
        let remedy = rule.remedy();
        assert!(!remedy.is_empty(), "{}", rule.id);
        assert!(!remedy.starts_with("Nothing"), "{}: {remedy}", rule.id);
    }
}

#[test]
fn quiet_leaves_what_is_not_accepted_and_the_summary() {
    let files = Files::new().joined("joe-and-issuing.pem", &["joe.pem", "issuing.pem"]);
    let quiet = |flags: &str| {
        let flags: Vec<&str> = flags.split(' ').chain(["--quiet"]).collect();
        stdout(&files.check(&flags))
    };
    // Warnings do not stop anybody.
    assert_eq!(
        quiet("--ca root.pem --client joe-and-issuing.pem jane.pem"),
        "2 accepted\n"
    );
    assert_eq!(quiet("--ca root.pem"), "The bundle is in order\n");
    let text = quiet("--ca root.pem --client jane.pem expired.pem joe.pem");
    assert!(
        text.contains("expired.pem") && text.contains("joe.pem"),
        "{text}"
    );
    for absent in [
        "jane.pem",
        "warning:",
        "note:",
        "Certificates",
        "Judged for",
    ] {
        assert!(!text.contains(absent), "{absent} in\n{text}");
    }
    let text = quiet("--ca issuing.pem");
    assert!(text.contains("error: authority.root-missing"), "{text}");
}

#[test]
fn colours_are_for_terminals_and_for_whoever_asks() {
    let files = Files::new();
    for (color, coloured) in [
        (None, false),
        (Some("auto"), false),
        (Some("never"), false),
        (Some("always"), true),
    ] {
        let mut flags = vec!["--ca", "root.pem", "--client", "jane.pem", "expired.pem"];
        flags.extend(color.iter().flat_map(|color| ["--color", color]));
        let text = stdout(&files.check(&flags));
        assert_eq!(text.contains("\u{1b}[32m"), coloured, "{color:?}: {text}");
        assert_eq!(text.contains('\u{1b}'), coloured, "{color:?}: {text}");
    }
}

#[test]
fn a_pipe_gets_its_lines_whole() {
    let files = Files::new();
    let text = stdout(&files.check(&["--ca", "root.pem", "--client", "joe.pem"]));
    assert!(
        text.lines().any(|line| line.chars().count() > 150),
        "{text}"
    );
    let indented = text
        .lines()
        .filter(|line| line.starts_with("               "));
    let begun = |line: &&str| {
        line.trim_start()
            .starts_with(|c: char| c == '“' || c.is_uppercase())
    };
    assert!(indented.clone().all(|line| begun(&line)), "{text}");
}

#[test]
fn a_command_stands_under_the_name_of_its_program() {
    let store = [0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 0];
    let files = Files::new().with("client.jks", store);
    let text = stdout(&files.check(&["--ca", "root.pem", "--client", "client.jks"]));
    assert!(text.contains("✖ not read  client.jks\n"), "{text}");
    assert!(
        text.contains("  keytool      keytool -list -rfc -keystore client.jks"),
        "{text}"
    );
    assert!(!text.contains("  openssl "), "{text}");
    // That there is no certificate goes without saying.
    assert!(!text.contains("client.malformed"), "{text}");
}

#[test]
fn clients_that_went_to_the_bundle_are_noticed() {
    let files = Files::new();
    for flags in ["--ca root.pem jane.pem", "--ca root.pem --ca jane.pem"] {
        let flags: Vec<&str> = flags.split(' ').collect();
        let output = files.check(&flags);
        assert_eq!(output.status.code(), Some(1), "{flags:?}");
        let text = stdout(&output);
        assert!(
            text.starts_with(
                "“jane.pem” looks like a client, not like an authority. Did you forget --client?\n  \
                 try          atlas-x509 check --ca root.pem --client jane.pem\n"
            ),
            "{text}"
        );
        let json = files.check(&[&flags[..], &["--format", "json"]].concat());
        assert_eq!(json.status.code(), Some(1));
        assert!(stderr(&json).contains("Try: atlas-x509 check --ca root.pem --client jane.pem"));
    }
    // Whoever gives a client knows what the flags are for, and who trusts a client by itself says so.
    for flags in [
        "--ca root.pem jane.pem --client jane.pem",
        "--ca root.pem issuing.pem",
    ] {
        let flags: Vec<&str> = flags.split(' ').collect();
        let text = stdout(&files.check(&flags));
        assert!(!text.contains("forget --client"), "{text}");
    }
}

#[test]
fn names_are_neither_links_nor_placeholders_in_a_log_for_code_scanning() {
    let files = Files::new().with("evil.der", named("[x](https://evil.example) {0}"));
    let output = files.check(&[
        "--ca", "root.pem", "--client", "evil.der", "--format", "sarif",
    ]);
    let log: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    let texts: Vec<&str> = results
        .iter()
        .map(|result| result["message"]["text"].as_str().unwrap())
        .filter(|text| text.contains("evil.example"))
        .collect();
    assert!(!texts.is_empty());
    for text in texts {
        assert!(
            text.contains(r"\[x\](https://evil.example) {{0}}"),
            "{text}"
        );
        let plain = text.replace(r"\[x\]", "").replace("{{0}}", "");
        assert!(!plain.contains(['[', ']', '{', '}']), "{text}");
    }
}

#[test]
fn a_name_of_great_length_is_bounded_and_told_in_one_sentence() {
    // U+FDFA becomes eighteen characters when it is prepared.
    let files = Files::new().with("long.der", named(&"\u{fdfa}".repeat(20_000)));
    let output = files.run("username", &["long.der"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).lines().count() == 1 && stderr(&output).len() < 1_000);
    let flags = ["--ca", "root.pem", "--client", "long.der"];
    let text = stdout(&files.check(&flags));
    let count = "\u{fdfa}… (20,000 characters)";
    assert!(text.contains(count), "{text}");
    for line in text.lines() {
        assert!(line.chars().count() < 330, "{line}");
    }
    let json = stdout(&files.check(&[&flags[..], &["--format", "json"]].concat()));
    assert!(json.len() < 500_000, "{}", json.len());
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(
        report.to_string().contains(r"\\EF\\B7\\BA"),
        "the name itself"
    );
}
