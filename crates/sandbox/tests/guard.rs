//! Who is answered at all: programs on this computer, and no page of somebody else's.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{API, Answer, Server, V1};
use sandbox::{Sandbox, Settings};
use serde_json::Value;

/// A request with these lines of its head and nothing added.
fn raw(server: &Server, head: &[&str]) -> Answer {
    server
        .send_raw(&format!("{}\r\n\r\n", head.join("\r\n")), b"")
        .unwrap()
}

/// Everything that a page could want here.
const LINES: [&str; 7] = [
    "GET /sandbox/journal HTTP/1.1",
    "DELETE /sandbox/journal HTTP/1.1",
    "PUT /sandbox/faults HTTP/1.1",
    "GET /sandbox/credentials HTTP/1.1",
    "POST /api/oauth/token HTTP/1.1",
    "GET /api/atlas/v2/groups HTTP/1.1",
    "GET /nowhere HTTP/1.1",
];

#[test]
fn a_name_that_somebody_elses_dns_leads_here_is_refused_everywhere() {
    let server = Server::start();
    let port = server.address.port();
    let bearer = server.bearer();
    for (host, status, code) in [
        (
            vec![format!("Host: evil.example:{port}")],
            403,
            "HOST_NOT_ALLOWED",
        ),
        (
            vec![format!("Host: localhost.evil.example:{port}")],
            403,
            "HOST_NOT_ALLOWED",
        ),
        (
            vec![format!("Host: 127.0.0.1.evil.example:{port}")],
            403,
            "HOST_NOT_ALLOWED",
        ),
        (vec![], 400, "HOST_MISSING"),
        (
            vec![
                format!("Host: 127.0.0.1:{port}"),
                "Host: evil.example".to_owned(),
            ],
            400,
            "HOST_MISSING",
        ),
    ] {
        for line in LINES {
            let mut head = vec![line, "Connection: close", &bearer];
            head.extend(host.iter().map(String::as_str));
            let verdict = raw(&server, &head).verdict();
            assert_eq!(verdict, (status, code.to_owned()), "{line} {host:?}");
        }
    }
}

#[test]
fn a_page_of_another_origin_is_refused_everywhere_and_nothing_comes_of_its_call() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let host = format!("Host: {}", server.address);
    let own = format!("Origin: http://{}", server.address);
    let fault = r#"[{"path": "/groups", "fault": {"drop": "before"}}]"#;
    for foreign in [
        "Origin: https://evil.example",
        "Origin: null",
        "Origin: http://127.0.0.1:1",
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
    ] {
        for line in LINES {
            let answer = raw(&server, &[line, "Connection: close", &host, foreign]);
            assert_eq!(
                answer.verdict(),
                (403, "CROSS_SITE".to_owned()),
                "{line} {foreign}"
            );
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
        let put = format!(
            "PUT /sandbox/faults HTTP/1.1\r\nConnection: close\r\n{host}\r\n{foreign}\r\nContent-Length: {}\r\n\r\n",
            fault.len()
        );
        server.send_raw(&put, fault.as_bytes());
        let path = format!("{API}/groups/{group}/userSecurity");
        let patch = format!(
            "PATCH {path} HTTP/1.1\r\nConnection: close\r\n{host}\r\n{foreign}\r\n{}\r\nAccept: {V1}\r\nContent-Type: {V1}\r\nContent-Length: 2\r\n\r\n",
            server.bearer()
        );
        server.send_raw(&patch, b"{}");
    }
    assert_eq!(
        server.own("GET /sandbox/faults", &Value::Null).json(),
        Value::Array(vec![])
    );
    assert!(server.journal().is_empty());

    // What is opened in a browser, and a page of the sandbox's own, would be let through.
    for allowed in [
        &own[..],
        "Sec-Fetch-Site: none",
        "Sec-Fetch-Site: same-origin",
    ] {
        let head = [
            "GET /sandbox/journal HTTP/1.1",
            "Connection: close",
            &host,
            allowed,
        ];
        assert_eq!(raw(&server, &head).status, 200, "{allowed}");
    }
}

#[test]
fn another_host_in_the_requests_own_line_is_not_believed() {
    let server = Server::start();
    let host = format!("Host: {}", server.address);
    let bearer = server.bearer();
    for line in LINES {
        for origin in [
            "http://evil.example".to_owned(),
            "https://cloud.mongodb.com".to_owned(),
            // Nobody but a program that takes this for a proxy writes it so.
            format!("http://{}", server.address),
        ] {
            let line = line.replacen(" /", &format!(" {origin}/"), 1);
            let answer = raw(&server, &[&line, "Connection: close", &host, &bearer]);
            assert_eq!(
                answer.verdict(),
                (403, "HOST_NOT_ALLOWED".to_owned()),
                "{line}"
            );
        }
    }
    assert!(server.journal().is_empty());
}

#[test]
fn the_credentials_of_two_sandboxes_differ_and_each_tells_its_own_to_this_computer() {
    let made = || {
        Sandbox::new(Settings::default())
            .unwrap()
            .credentials()
            .clone()
    };
    let (one, other) = (made(), made());
    for (first, second, beginning, length) in [
        (&one.client_id, &other.client_id, "mdb_sa_id_", 34),
        (&one.client_secret, &other.client_secret, "mdb_sa_sk_", 66),
        (&one.public_key, &other.public_key, "", 8),
        (&one.private_key, &other.private_key, "", 36),
    ] {
        assert_ne!(first, second);
        assert!(first.starts_with(beginning), "{first}");
        assert_eq!(first.len(), length, "{first}");
    }

    let server = Server::start();
    let accepted = server.sandbox.credentials();
    let answer = server.own("GET /sandbox/credentials", &Value::Null);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let told = answer.json();
    assert_eq!(told["clientId"], accepted.client_id);
    assert_eq!(told["clientSecret"], accepted.client_secret);
    assert_eq!(told["publicKey"], accepted.public_key);
    assert_eq!(told["privateKey"], accepted.private_key);
}
