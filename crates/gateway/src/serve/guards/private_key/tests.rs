//! What is let through, and what is not.

#![allow(clippy::unwrap_used)]

use std::{fmt::Write as _, task::Poll};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;

use super::*;

const KEY: Option<Code> = Some(Code::PrivateKeyInBody);
const UNREADABLE: Option<Code> = Some(Code::BodyUnreadable);

const ROOT: &str = include_str!("../../../../tests/certs/root.pem");

fn refused(body: &str) -> Option<Code> {
    check(body.as_bytes()).err().map(|refusal| refusal.code)
}

fn pem(label: &str, der: &[u8]) -> String {
    let base64 = BASE64_STANDARD.encode(der);
    format!("-----BEGIN {label}-----\n{base64}\n-----END {label}-----\n")
}

/// Two digits an octet, with this before each.
fn hex(octets: &[u8], before: &str) -> String {
    let mut text = String::new();
    for octet in octets {
        write!(text, "{before}{octet:02x}").unwrap();
    }
    text
}

/// Cut into pieces of so many characters.
fn cut(text: &str, length: usize) -> Vec<&str> {
    let pieces = text.as_bytes().chunks(length);
    pieces
        .map(|piece| std::str::from_utf8(piece).unwrap())
        .collect()
}

/// A key of Ed25519 in PKCS#8, as RFC 8410 shows it (section 10.3).
const KEY_IN_BASE64: &str = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

#[test]
fn a_bundle_is_certificates_and_nothing_else() {
    let root = ROOT;
    let key = BASE64_STANDARD.decode(KEY_IN_BASE64).unwrap();
    let der = BASE64_STANDARD
        .decode(
            root.lines()
                .filter(|it| !it.starts_with('-'))
                .collect::<String>(),
        )
        .unwrap();
    let and_key = [&*der, &key].concat();
    let cases = [
        (root.to_owned(), None),
        (format!("{root}\n{root}"), None),
        (root.replace('\n', "\r\n"), None),
        (format!("# Acme Root, until 2036\n{root}"), None),
        (
            format!(
                "subject=O = Acme, CN = Root\n    00:c3:6f:{}\n{root}",
                "ab:".repeat(20)
            ),
            None,
        ),
        (format!("{root}{}", pem("PRIVATE KEY", &key)), KEY),
        (format!("{root}{}", pem("EC PARAMETERS", &[6, 0])), KEY),
        (pem("CERTIFICATE", &key), KEY),
        (pem("CERTIFICATE", &and_key), KEY),
        (pem("TRUSTED CERTIFICATE", &and_key), KEY),
        (pem("CERTIFICATE", b"\x30"), KEY),
        (format!("{root}{KEY_IN_BASE64}"), KEY),
        (format!("{}\n{root}", "ab".repeat(138)), KEY),
        (
            root.replacen('\n', &format!("\nComment: {KEY_IN_BASE64}\n\n"), 1),
            KEY,
        ),
        (format!("{KEY_IN_BASE64}\n{root}"), KEY),
        (format!("{root}Private-Key: (256 bit)\npriv:\n  ab:cd"), KEY),
        (
            format!(
                "{root}PuTTY-User-Key-File-2: ssh-rsa\nPrivate-Lines: 1\n{}",
                "A".repeat(64)
            ),
            KEY,
        ),
        (
            format!("{root}{{\"kty\":\"OKP\",\"d\":\"{}\"}}", "A".repeat(43)),
            KEY,
        ),
        (BASE64_STANDARD.encode(root.as_bytes()), KEY),
        (BASE64_STANDARD.encode(&der), KEY),
        (root.replace('\n', "\\n"), KEY),
        ("nothing".to_owned(), KEY),
        // In words too short to be told by their length.
        (
            format!("{}\n{root}", cut(KEY_IN_BASE64, 30).join("\n")),
            KEY,
        ),
        (
            format!("{}\n{root}", cut(&hex(&key, ""), 24).join("\n")),
            KEY,
        ),
        (
            format!("{root}{{\"crv\":\"Ed25519\",\"d\":\"{}\"}}", "A".repeat(22)),
            KEY,
        ),
        (format!("{}{root}", &KEY_IN_BASE64[..32]), KEY),
        (format!("{}{}", root.trim_end(), &KEY_IN_BASE64[..32]), KEY),
    ];
    for (cas, expected) in cases {
        let body = json!({"customerX509": {"cas": cas}}).to_string();
        assert_eq!(refused(&body), expected, "{body}");
        let body = json!({"ldap": {"cas": cas}, "customerX509": {}}).to_string();
        assert_eq!(
            refused(&body),
            if cas == "nothing" { None } else { KEY },
            "{body}"
        );
    }
}

#[test]
fn what_programs_write_around_the_certificates_of_a_bundle_is_let_through() {
    let line = "=".repeat(70);
    for comment in [
        // As the bundles of Mozilla's authorities and Let's Encrypt's have it.
        &*format!("GlobalSign Root CA - R3 and a long name for it\n{line}"),
        "##\n## Bundle of CA Root Certificates\n##\n## https://hg.mozilla.org/releases/mozilla-release/raw-file/default/security/nss/lib/ckfw/builtins/certdata.txt",
        "# Serial: 4835703278459707669005204\n# SHA256 Fingerprint: 49:e7:a4:42:ac:f0:ea:62:87:05:00:54:b5:25:64:b6:50:e4:f4:9e:42:e3:48:d6:aa:38:e0:39:e9:57:b1:c1",
        "#   Label: \"DigiCert TLS ECC P384 Root G5\"\n-------------------------------------------------\n",
        "CN=--Beginner Team--\n-- BEGIN shift --",
        // As openssl prints it.
        include_str!("comment.txt"),
    ] {
        let body =
            json!({"customerX509": {"cas": format!("{comment}\n{ROOT}\n{comment}\n{ROOT}")}});
        assert_eq!(refused(&body.to_string()), None, "{comment}");
    }
}

#[test]
fn a_bundle_is_looked_at_apart_from_the_other_calls() {
    let body = json!({"customerX509": {"cas": ROOT.repeat(1000)}}).to_string();
    let request = Request::builder().body(body.into()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread();
    { runtime }.build().unwrap().block_on(async {
        let mut looking = std::pin::pin!(guard(request));
        let at_once = std::future::poll_fn(|cx| Poll::Ready(looking.as_mut().poll(cx))).await;
        assert!(at_once.is_pending());
        assert!(looking.await.is_ok());
    });
}

#[test]
fn nowhere_else_does_a_block_begin_and_what_cannot_be_read_is_not_trusted() {
    let begin = "-----BEGIN PRIVATE KEY-----";
    let base64_of_pem = BASE64_STANDARD.encode(begin.as_bytes());
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    let cases: &[(&str, Option<Code>)] = &[
        ("-----BEGIN PRIVATE KEY-----\n", KEY),
        ("-----BEGIN PUBLIC KEY-----", KEY),
        (r#"{"a":["-----BEGIN ENCRYPTED PRIVATE KEY-----"]}"#, KEY),
        (r#"{"a":"-----BEGIN OPENSSH PRIVATE KEY-----"}"#, KEY),
        (r#"{"a":"-----BEGIN PGP PRIVATE KEY BLOCK-----"}"#, KEY),
        (r#"{"a":"---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"}"#, KEY),
        (r#"{"a":"-----begin private key-----"}"#, KEY),
        (r#"{"a":"----- BEGIN\u00a0PRIVATE\tKEY -----"}"#, KEY),
        (r#"{"a":["-----BEGIN \u0050RIVATE KEY-----"]}"#, KEY),
        (r#"{"-----BEGIN PRIVATE\u0020KEY-----":1}"#, KEY),
        (r#"{"a":["-----BEGIN PRI","VATE KEY-----"]}"#, KEY),
        (r#"{"a":"-----BEGIN \u0050RIVATE KEY-----","a":"x"}"#, KEY),
        (
            r#"{"customerX509":{"cas":"-----BEGIN \u0050RIVATE KEY-----","cas":""}}"#,
            KEY,
        ),
        (
            r#"{"a":{"b":["-----BEGIN \u0050RIVATE KEY-----"]},"a":null}"#,
            KEY,
        ),
        (r#"{"a":"{\"b\":\"-----BEGIN PRIVATE KEY-----\\n\"}"}"#, KEY),
        (r#"{"a":"PuTTY-User-Key-File-3: ssh-ed25519"}"#, KEY),
        (r#"{"a":{"kty":"OKP","crv":"Ed25519","d":"x"}}"#, KEY),
        (r#"{"a":"{\"kty\" : \"OKP\"}"}"#, KEY),
        (&format!("{{\"a\":\"{base64_of_pem}\"}}"), KEY),
        (&format!("{{\"a\":\"{KEY_IN_BASE64}\"}}"), KEY),
        (&format!("{{\"{KEY_IN_BASE64}\":1}}"), KEY),
        (&format!("[\"{KEY_IN_BASE64}\"]"), KEY),
        (r#"{"a":[null,true,-1,1,0.5,"x",{"b":{}}]}"#, None),
        (
            r#"{"description":"holds no PRIVATE KEY, and no key to begin with"}"#,
            None,
        ),
        (
            r#"{"description":"ssh-tunnel to the reporting database of Acme"}"#,
            None,
        ),
        (
            r#"{"username":"CN=AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHHIIIIJJJJKKKKLLLL,O=x"}"#,
            None,
        ),
        ("{\"a\":1} {}", UNREADABLE),
        ("{\"a\":", UNREADABLE),
        (&deep, UNREADABLE),
        ("", None),
    ];
    for (body, expected) in cases {
        assert_eq!(refused(body), *expected, "{body}");
    }
    let wide: Vec<u8> = r#"{"a":"-----BEGIN PRIVATE KEY-----"}"#
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(check(&wide).is_err());
}

#[test]
fn a_key_is_told_by_how_it_begins_however_it_is_written_or_cut() {
    let octets = BASE64_STANDARD.decode(KEY_IN_BASE64).unwrap();
    let by_number: serde_json::Map<String, serde_json::Value> = (0..)
        .zip(&octets)
        .map(|(at, octet)| (format!("{at:03}"), json!(octet)))
        .collect();
    let latin1: String = octets.iter().copied().map(char::from).collect();
    let digits = hex(&octets, "");
    for body in [
        json!({ "a": cut(KEY_IN_BASE64, 5) }),
        json!({"a": {"b": &KEY_IN_BASE64[..7], "c": [&KEY_IN_BASE64[7..]]}}),
        json!({&KEY_IN_BASE64[..7]: 1, &KEY_IN_BASE64[7..]: 2}),
        json!(["-----BEG", "IN PRIVATE KEY-----"]),
        json!({"a": format!("key={}", KEY_IN_BASE64.replace('+', "-").replace('/', "_"))}),
        json!({"a": format!("CN={KEY_IN_BASE64},O=x")}),
        json!({ "a": digits }),
        json!({"a": digits.to_ascii_uppercase()}),
        json!({"a": hex(&octets, ":")}),
        json!({"a": hex(&octets, ", 0x")}),
        json!({"a": format!("CN={}", hex(&octets, "\\"))}),
        json!({"a": cut(&digits, 2)}),
        json!({ "a": octets }),
        json!({ "a": by_number }),
        // As Java has octets, and languages that have one kind of numbers.
        json!({ "a": octets.iter().map(|it| it.cast_signed()).collect::<Vec<_>>() }),
        json!({ "a": octets.iter().map(|it| f64::from(*it)).collect::<Vec<_>>() }),
        json!({ "a": octets.iter().map(u8::to_string).collect::<Vec<_>>() }),
        json!({ "a": octets.iter().map(u8::to_string).collect::<Vec<_>>().join(" ") }),
        json!({ "a": octets.iter().map(|it| format!("\\{it:03o}")).collect::<Vec<_>>().concat() }),
        json!({ "a": octets.iter().map(|it| format!("0x{it:x}")).collect::<Vec<_>>().join(",") }),
        json!({ "a": KEY_IN_BASE64.bytes().collect::<Vec<_>>() }),
        json!({ "a": hex(KEY_IN_BASE64.as_bytes(), "") }),
        json!({ "a": BASE64_STANDARD.encode(KEY_IN_BASE64.as_bytes()) }),
        json!({ "a": "GAXAEAIAGACQMAZLMVYAIIQE2TXHFW7ZCNMEVVNW3DY7O2PYVU5D47BIZPY5J4DQS" }),
        json!({ "a": "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX" }),
        json!({ "a": "kty: OKP\ncrv: Ed25519\nd: nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A" }),
        json!({ "a": latin1 }),
        json!({"a": "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"}),
        json!({"a": "6f70656e7373682d6b65792d763100000000046e6f6e65"}),
        json!({"a": "ED25519 Private-Key:\npriv:\n    d4:ee:72:db:f9:13"}),
        json!({"a": "Private-Key: (2048 bit, 2 primes)"}),
        json!({"a": "privateExponent:\n    00:c3:6f"}),
        json!({"a": "<RSAKeyValue><Modulus>xA==</Modulus><D>xA==</D></RSAKeyValue>"}),
        json!({"a": "<ds:RSAKeyValue xmlns:ds='x'>"}),
        json!({"a": {"crv": "Ed25519", "x": "11qYAYKxCrfVS", "d": "nWGxne_9WmC6h"}}),
        json!({"a": {"n": "x", "p": "x", "dp": "x"}}),
        json!({"a": "{'crv': 'P-256', 'd' : 'x'}"}),
        json!({"a": "{\\\"d\\\":\\\"x\\\"}"}),
    ] {
        assert_eq!(refused(&body.to_string()), KEY, "{body}");
    }
    let harmless = json!({
        "username": "CN=Jürgen Žižek,SERIALNUMBER=308204020100,OU=00:30:82:04:bd:02:01:00,O=Acme\\, Inc.",
        "roles": [{"roleName": "readWrite", "databaseName": "admin", "collectionName": "d"}],
        "scopes": [{"name": "Cluster0", "type": "CLUSTER"}],
        "labels": [{"key": "d", "value": "priv: yes"}, {"key": "sha256", "value": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}],
        "description": "order 48130200100, ticket 30, 820, 4020, 100",
        "groupId": "32b6e34b3d91647abb20e7b8",
        "threshold": [48, 46, 2, 1, 0, 30, -48, 1.5, 48.0, 1e300],
        "comment": "CN=--Beginner Team--, -- BEGIN shift --, grid: 32b6e34b3d91647abb20e7b8",
    });
    assert_eq!(refused(&harmless.to_string()), None);
}

#[test]
fn a_key_in_an_address_is_told_in_whatever_encoding() {
    let user = "/api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/databaseUsers/%24external/CN%3D";
    let percent = KEY_IN_BASE64.replace('+', "%2B").replace('/', "%2F");
    let octets = BASE64_STANDARD.decode(KEY_IN_BASE64).unwrap();
    for (rest, expected) in [
        (&*percent, KEY),
        (&percent.replace('%', "%25"), KEY),
        (&hex(KEY_IN_BASE64.as_bytes(), "%"), KEY),
        (&hex(&octets, ""), KEY),
        ("-----BEGIN%20PRIVATE%20KEY-----", KEY),
        ("a?pageNum=MC4CAQAwBQYDK2VwBCIE", KEY),
        ("Monitoring%20MC4C%2CO%3DAcme", None),
        ("a%2Fb%2F%2Fc?itemsPerPage=500&pageNum=1", None),
    ] {
        let address = format!("{user}{rest}");
        let found = check_address(&address.parse().unwrap());
        assert_eq!(found.err().map(|it| it.code), expected, "{address}");
    }
}
