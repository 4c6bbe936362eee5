#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::Command;

use super::*;
use crate::types::{ConnectionStrings, PrivateEndpoint};

const X509: &str = "authSource=%24external&authMechanism=MONGODB-X509";
const SRV: &str =
    "mongodb+srv://c.ab1.mongodb.net/?authSource=%24external&authMechanism=MONGODB-X509";

#[test]
fn the_string_names_the_mechanism_and_nothing_that_says_otherwise() {
    let cases = [
        (
            "mongodb+srv://c.ab1.mongodb.net",
            format!("mongodb+srv://c.ab1.mongodb.net/?{X509}"),
        ),
        (
            "mongodb+srv://c.ab1.mongodb.net/",
            format!("mongodb+srv://c.ab1.mongodb.net/?{X509}"),
        ),
        (
            "mongodb://a:27017,b:27017/?ssl=true&authSource=admin&replicaSet=atlas-1",
            format!("mongodb://a:27017,b:27017/?ssl=true&replicaSet=atlas-1&{X509}"),
        ),
        (
            "mongodb://u:p%40@a:1/db?AUTHSOURCE=admin",
            format!("mongodb://a:1/db?{X509}"),
        ),
        ("mongodb://a:1/?", format!("mongodb://a:1/?{X509}")),
        // As the sandbox tells it, whose servers' certificates come from nobody that a client trusts.
        (
            "mongodb://127.0.0.1:1/?tls=true&authSource=admin&tlsCAFile=%2Fa%20b",
            format!("mongodb://127.0.0.1:1/?tls=true&tlsCAFile=%2Fa%20b&{X509}"),
        ),
    ];
    for (given, expected) in cases {
        let strings = connection_strings(&ConnectionStrings {
            standard: Some(given.to_owned()),
            ..ConnectionStrings::default()
        });
        assert_eq!(strings[0].uri, expected);
    }
    for given in ["", "mongodb://", "https://a/", "mongodb:///?a=b"] {
        let strings = ConnectionStrings {
            standard: Some(given.to_owned()),
            ..ConnectionStrings::default()
        };
        assert_eq!(connection_strings(&strings), [], "{given}");
    }
}

#[test]
fn every_way_has_its_string_and_the_usual_one_is_first() {
    let strings = connection_strings(&ConnectionStrings {
        standard: Some("mongodb://a:1".to_owned()),
        standard_srv: Some("mongodb+srv://b".to_owned()),
        private: None,
        private_srv: Some("mongodb+srv://c".to_owned()),
        private_endpoint: vec![PrivateEndpoint {
            srv_connection_string: Some("mongodb+srv://d".to_owned()),
            ..PrivateEndpoint::default()
        }],
    });
    let ways: Vec<(Way, bool)> = strings
        .iter()
        .map(|string| (string.way, string.srv))
        .collect();
    assert_eq!(
        ways,
        [
            (Way::Public, true),
            (Way::Public, false),
            (Way::Peering, true),
            (Way::PrivateEndpoint, true)
        ]
    );
}

#[test]
fn the_path_of_the_key_file_is_encoded() {
    assert_eq!(
        with_key_file(SRV, "/home/a b/c&d.pem"),
        format!("{SRV}&tlsCertificateKeyFile=%2Fhome%2Fa%20b%2Fc%26d.pem")
    );
}

#[test]
fn where_a_string_names_the_authority_of_the_servers_every_program_trusts_it() {
    const FILE: &str = "/tmp/a b/server-ca.pem";
    let uri =
        format!("mongodb://127.0.0.1:1/?tls=true&tlsCAFile=%2Ftmp%2Fa%20b/server-ca.pem&{X509}");
    assert_eq!(server_ca(&uri).as_deref(), Some(FILE));
    for other in [
        SRV,
        "mongodb://a",
        "mongodb://a/?tlsCAFile=%2",
        "mongodb://a/?tlsCAFile",
    ] {
        assert_eq!(server_ca(other), None, "{other}");
    }
    for language in Language::ALL {
        let code = snippet(language, &uri, "client.pem").code;
        let in_the_string = code.contains("tlsCAFile=%2Ftmp%2Fa%20b/server-ca.pem");
        match language {
            Language::Java | Language::CSharp => {
                assert!(code.contains(FILE) && !code.contains("tlsCAFile"), "{code}");
            }
            Language::Rust => assert!(code.contains(FILE) && in_the_string, "{code}"),
            _ => assert!(in_the_string, "{code}"),
        }
    }
    assert!(login_command(&uri, "client.pem").contains("tlsCAFile=%2Ftmp%2Fa%20b/server-ca.pem"));
}

#[test]
fn no_snippet_names_a_user_a_password_or_a_ca_file() {
    for language in Language::ALL {
        let Snippet { before, code, .. } = snippet(language, SRV, "client.pem");
        assert!(code.contains("MONGODB-X509"), "{language:?}");
        assert!(code.contains("client.p"), "{language:?}");
        assert!(
            !code.contains("tlsCAFile") && !code.contains("--username"),
            "{language:?}"
        );
        let needs_pkcs12 = matches!(language, Language::Java | Language::CSharp);
        assert_eq!(before.is_some(), needs_pkcs12);
    }
    assert_eq!(
        snippet(Language::Mongosh, SRV, "client.pem").code,
        format!("mongosh \"{SRV}\" --tls --tlsCertificateKeyFile client.pem\n")
    );
}

#[test]
fn bash_hands_a_program_any_path_as_it_is() {
    for path in [
        "client.pem",
        "it's $HOME/`id`\n\"x\".pem",
        r"C:\keys\a b.pem",
    ] {
        const URI: &str = "mongodb://a/?x=$y`z`\"\\&b";
        let mongosh = [URI, "--tls", "--tlsCertificateKeyFile", path];
        let login = ["login", "--pem", path, "--uri", URI];
        for (program, code, expected) in [
            (
                "mongosh",
                snippet(Language::Mongosh, URI, path).code,
                &mongosh[..],
            ),
            ("atlas-x509", login_command(URI, path), &login),
        ] {
            let script = format!("{program}() {{ printf '%s\\0' \"$@\"; }}\n{code}");
            let output = Command::new("bash").arg("-c").arg(script).output().unwrap();
            let words = String::from_utf8(output.stdout).unwrap();
            let words: Vec<&str> = words.split_terminator('\0').collect();
            assert_eq!(words, expected);
        }
    }
}

#[test]
fn a_windows_path_is_a_proper_literal_in_every_language() {
    let path = "C:\\keys\\\"a\"\n.pem";
    for language in [Language::NodeJs, Language::Python, Language::Rust] {
        let code = snippet(language, SRV, path).code;
        assert!(code.contains(r#""C:\\keys\\\"a\"\n.pem""#), "{code}");
    }
    assert!(
        snippet(Language::Java, SRV, path)
            .code
            .contains(r#""C:\\keys\\\"a\"\n.p12""#)
    );
    // For the languages whose literals are JSON's, JSON's parser agrees.
    let literal = literal::c_like("\u{1}\u{2028}\"\\é🦀");
    assert_eq!(
        serde_json::from_str::<String>(&literal).unwrap(),
        "\u{1}\u{2028}\"\\é🦀"
    );
}

#[test]
fn every_program_prints_the_user_and_nothing_that_hides_it() {
    for language in Language::ALL {
        let Snippet { code, notes, .. } = snippet(language, SRV, "client.pem");
        // Node.js prints `[Object]` for what is deeper than two levels.
        if matches!(language, Language::NodeJs | Language::Python) {
            assert!(code.contains("authenticatedUsers"), "{language:?}");
        }
        for note in &notes {
            assert!(
                note.ends_with('.') && note.matches('`').count() % 2 == 0,
                "{note}"
            );
        }
        let said = with_password(language);
        assert!(
            said.contains("encrypted") && said.matches('`').count().is_multiple_of(2),
            "{said}"
        );
    }
    let notes = |language| snippet(language, SRV, "client.pem").notes.join("\n");
    assert!(notes(Language::NodeJs).contains("ES module"));
    assert!(notes(Language::CSharp).contains("intermediate"));
    assert!(
        notes(Language::Rust).contains("`openssl-tls`") && notes(Language::Rust).contains("P-521")
    );
}

#[test]
fn what_mongosh_answers_is_printed_as_node_js_prints_it() {
    let names = [
        "CN=Jane Doe,O=MongoDB,C=US",
        "CN=it's",
        "CN=it's \"quoted\"",
        "CN=it's \"all\" `of` them",
        "CN=it's \"${x}\"",
        r"CN=a\, b\C3",
        "CN=tab\tline\nbell\u{7}\u{8}\u{c}\u{b}\u{7f}\u{85}",
        "CN=J\u{fc}rgen \u{1f980}",
    ];
    assert_eq!(
        mongosh_answer(names[0]),
        "[ { user: 'CN=Jane Doe,O=MongoDB,C=US', db: '$external' } ]"
    );
    let script = format!(
        "for (const name of {}) console.log(require('util').inspect(name));",
        serde_json::to_string(&names).unwrap()
    );
    let Ok(output) = Command::new("node").args(["-e", &script]).output() else {
        eprintln!("node is not installed: its way of printing was not compared");
        return;
    };
    let expected = String::from_utf8(output.stdout).unwrap();
    let ours: Vec<String> = names.map(literal::mongosh).to_vec();
    assert_eq!(ours, expected.lines().collect::<Vec<_>>());
}

#[test]
fn each_trouble_is_told_once_with_what_to_do() {
    let mut seen = std::collections::HashSet::new();
    for trouble in TROUBLES {
        for (program, text) in trouble.sees {
            assert!(seen.insert((program.title(), *text)), "{text}");
        }
        for said in [trouble.means, trouble.then] {
            assert!(
                said.ends_with('.') && said.matches('`').count().is_multiple_of(2),
                "{said}"
            );
        }
    }
    // Each with what it must not be blamed on.
    for (text, means, not) in [
        (
            "connection closed",
            "refused the certificate",
            "Add the address",
        ),
        ("Could not find user", "no user has the name", "network"),
        ("SSL alert number 80", "network access list", "expired"),
        (
            "unable to get local issuer certificate",
            "doesn't trust the server",
            "intermediate",
        ),
        (
            "Authentication failed",
            "no certificate was sent",
            "network",
        ),
        (
            "KEY_VALUES_MISMATCH",
            "belongs to another certificate",
            "network",
        ),
    ] {
        let is_it = |trouble: &&Trouble| trouble.sees.iter().any(|(_, seen)| *seen == text);
        let trouble = TROUBLES.iter().find(is_it).expect(text);
        assert!(trouble.means.contains(means), "{text}");
        assert!(!trouble.then.contains(not), "{text}");
    }
}
