//! One test for each guard, through a real socket: each fails when its guard is taken out. And one
//! for their order. The guard of time, which takes long, is in `limits.rs`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    io::{Read as _, Write as _},
    time::{Duration, Instant},
};

use common::{Answer, Server, TOKEN_HEADER, files};

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// The order of SECURITY.md. A request offends all of them at first, and one fewer each time.
#[test]
fn the_first_guard_that_a_request_offends_is_the_one_that_answers() {
    let (reading, writing) = (Server::start(&["--read-only"]), Server::start(&[]));
    let filler = format!("X-Filler: {}\r\n", "x".repeat(64 * 1024));
    let key = r#"{"a":"-----BEGIN PRIVATE KEY-----"}"#;
    for (mended, (status, code)) in [
        (400, "REQUEST_TARGET"),
        (403, "HOST_NOT_ALLOWED"),
        (403, "CROSS_SITE"),
        (405, "METHOD_NOT_ALLOWED"),
        (431, "HEADERS_TOO_LARGE"),
        (413, "BODY_TOO_LARGE"),
        (401, "LAUNCH_TOKEN"),
        (403, "READ_ONLY"),
        (415, "CONTENT_TYPE"),
        (422, "PRIVATE_KEY_IN_BODY"),
        (404, "NOT_FORWARDED"),
    ]
    .into_iter()
    .enumerate()
    {
        let server = if mended <= 7 { &reading } else { &writing };
        let (own, token) = (
            server.host(),
            format!("{TOKEN_HEADER}: {}\r\n", server.token),
        );
        let body = if mended <= 9 { key } else { "{}" };
        let length = format!("Content-Length: {}", body.len());
        let or = |number, wrong, right| if mended <= number { wrong } else { right };
        let request = [
            or(3, "OPTIONS ", "PATCH "),
            or(0, "/api//x", "/api/x"),
            " HTTP/1.1\r\nConnection: close\r\nHost: ",
            or(1, "evil.example", &own),
            or(2, "\r\nSec-Fetch-Site: cross-site\r\n", "\r\n"),
            or(4, &filler, ""),
            // Announced and not sent: whoever still writes may not see the answer.
            or(
                5,
                "Expect: 100-continue\r\nContent-Length: 2000000",
                &length,
            ),
            "\r\n",
            or(6, "", &token),
            or(
                8,
                "Content-Type: text/plain",
                "Content-Type: application/json",
            ),
            "\r\n\r\n",
            or(5, "", body),
        ]
        .concat();
        assert_eq!(
            server.raw(request.as_bytes()).verdict(),
            refused(status, code)
        );
    }
}

#[test]
fn a_request_without_a_host_is_bad_and_one_with_a_foreign_host_is_forbidden() {
    let server = Server::start(&[]);
    let get = |host: &str| {
        server.raw(format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes())
    };
    assert_eq!(get("").verdict(), refused(400, "HOST_MISSING"));
    assert_eq!(
        server.raw(b"GET / HTTP/1.0\r\n\r\n").verdict(),
        refused(400, "HOST_MISSING")
    );
    let port = server.port;
    assert_eq!(get(&format!("Host: {}\r\n", server.host())).status, 200);
    for foreign in [
        "evil.example".to_owned(),
        server.name.clone(),
        format!("{}.:{port}", server.name),
        format!("x509-aaaaaaaaaaaaaaaa.localhost:{port}"),
        "127.0.0.1".to_owned(),
        "127.0.0.1:1".to_owned(),
        format!("localhost.evil.com:{port}"),
        format!("localhost.:{port}"),
    ] {
        let answer = get(&format!("Host: {foreign}\r\n"));
        assert_eq!(
            answer.verdict(),
            refused(403, "HOST_NOT_ALLOWED"),
            "{foreign}"
        );
    }
}

#[test]
fn pages_of_other_origins_can_neither_read_nor_write() {
    let server = Server::start(&[]);
    let own = format!("Origin: http://{}", server.host());
    let at_address = format!("Origin: http://127.0.0.1:{}", server.port);
    for line in [
        "GET /",
        "GET /config.json",
        "GET /api/atlas/v2/groups",
        "POST /api/atlas/v2/groups",
    ] {
        for (header, code) in [
            ("Sec-Fetch-Site: cross-site", "CROSS_SITE"),
            ("Sec-Fetch-Site: same-site", "CROSS_SITE"),
            ("Origin: https://evil.example", "ORIGIN_NOT_ALLOWED"),
            ("Origin: http://127.0.0.1:1", "ORIGIN_NOT_ALLOWED"),
            (&at_address, "ORIGIN_NOT_ALLOWED"),
            ("Origin: null", "ORIGIN_NOT_ALLOWED"),
        ] {
            assert_eq!(
                server.call(line, &[header], b"").verdict(),
                refused(403, code),
                "{line} {header}"
            );
        }
    }
    for headers in [
        vec![],
        vec!["Sec-Fetch-Site: none"],
        vec!["Sec-Fetch-Site: same-origin", &own],
    ] {
        assert_eq!(
            server.send("GET /config.json", &headers, b"").status,
            200,
            "{headers:?}"
        );
    }
}

#[test]
fn a_call_without_the_token_of_this_launch_is_unauthorised() {
    let server = Server::start(&[]);
    let other = Server::start(&[]);
    assert_eq!(server.token.len(), 43);
    assert_ne!(server.token, other.token);
    for path in ["/api", "/api/", "/api/atlas/v2/groups", "/api/oauth/token"] {
        assert_eq!(
            server.get(path).verdict(),
            refused(401, "LAUNCH_TOKEN"),
            "{path}"
        );
        let wrong = format!("X-Atlas-X509-Token: {}", other.token);
        let answer = server.send(&format!("GET {path}"), &[&wrong], b"");
        assert_eq!(answer.verdict(), refused(401, "LAUNCH_TOKEN"), "{path}");
        let in_query = server.get(&format!("{path}?token={}", server.token));
        assert_eq!(in_query.verdict(), refused(401, "LAUNCH_TOKEN"), "{path}");
        let with_token = server.call(&format!("GET {path}"), &[], b"");
        assert_ne!(with_token.status, 401, "{path}");
    }
    for path in ["/", "/config.json", "/healthz"] {
        assert_eq!(server.get(path).status, 200, "{path} needs no token");
    }
}

#[test]
fn options_is_refused_everywhere_and_no_cors_header_is_ever_sent() {
    let server = Server::start(&[]);
    for target in ["/", "/config.json", "/api/atlas/v2/groups", "/nothing", "*"] {
        let preflight = ["Access-Control-Request-Method: GET"];
        let answer = server.call(&format!("OPTIONS {target}"), &preflight, b"");
        assert_eq!(
            answer.verdict(),
            refused(405, "METHOD_NOT_ALLOWED"),
            "{target}"
        );
        assert_eq!(answer.header("access-control-allow-origin"), None);
        assert_eq!(answer.header("access-control-allow-methods"), None);
    }
    assert_eq!(
        server.send("POST /", &[], b"").verdict(),
        refused(405, "METHOD_NOT_ALLOWED")
    );
    assert_eq!(
        server.send("DELETE /x.js", &[], b"").verdict(),
        refused(405, "METHOD_NOT_ALLOWED")
    );
}

#[test]
fn a_target_that_two_readers_could_understand_differently_is_bad() {
    let server = Server::start(&[]);
    let host = server.host();
    for target in [
        "//".to_owned(),
        "//evil.example/".to_owned(),
        "/api//atlas".to_owned(),
        "/api/../config.json".to_owned(),
        "/api/./atlas".to_owned(),
        "/api/%2e%2e/config.json".to_owned(),
        "/api/.%2E/config.json".to_owned(),
        "/api/%252e%252e/config.json".to_owned(),
        "/api/%25%32%65%25%32%65/config.json".to_owned(),
        "/setup/..".to_owned(),
        format!("http://{host}/"),
        "http://evil.example/".to_owned(),
    ] {
        let answer = server.call(&format!("GET {target}"), &[], b"");
        assert_eq!(answer.verdict(), refused(400, "REQUEST_TARGET"), "{target}");
    }
    for segment in ["CN=a..b", "CN=a%2F%2Fb", "CN=a%2F..%2Fb", "..."] {
        let answer = server.call(&format!("GET /api/atlas/v2/{segment}"), &[], b"");
        assert_eq!(answer.verdict(), refused(404, "NOT_FORWARDED"), "{segment}");
    }
}

#[test]
fn headers_of_more_than_64_kib_are_refused_in_the_shape_of_all_errors() {
    let server = Server::start(&[]);
    let filler = |bytes: usize| format!("X-Filler: {}", "x".repeat(bytes));
    assert_eq!(
        server
            .send("GET /healthz", &[&filler(60 * 1024)], b"")
            .status,
        200
    );
    for bytes in [64 * 1024, 200 * 1024] {
        let answer = server.send("GET /healthz", &[&filler(bytes)], b"");
        assert_eq!(
            answer.verdict(),
            refused(431, "HEADERS_TOO_LARGE"),
            "{bytes}"
        );
    }
    let endless = server.send("GET /healthz", &[&filler(1024 * 1024)], b"");
    assert_eq!(endless.status, 431);
}

#[test]
fn a_body_of_more_than_1_mib_is_refused_whether_its_size_is_announced_or_not() {
    const MIB: usize = 1024 * 1024;
    let server = Server::start(&[]);
    let json = ["Content-Type: application/json"];
    let post = |bytes: usize| {
        server
            .call(
                "POST /api/x",
                &json,
                format!("\"{}\"", "x".repeat(bytes - 2)).as_bytes(),
            )
            .verdict()
    };
    assert_eq!(post(MIB), refused(404, "NOT_FORWARDED"));
    assert_eq!(post(MIB + 1), refused(413, "BODY_TOO_LARGE"));
    assert_eq!(post(4 * MIB), refused(413, "BODY_TOO_LARGE"));

    let chunk = format!("{:x}\r\n\"{}\"\r\n", MIB, "x".repeat(MIB - 2));
    let chunked = |chunks: usize| {
        let head = format!(
            "POST /api/x HTTP/1.1\r\nHost: {}\r\nX-Atlas-X509-Token: {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            server.host(),
            server.token
        );
        server
            .raw(format!("{head}{}0\r\n\r\n", chunk.repeat(chunks)).as_bytes())
            .verdict()
    };
    assert_eq!(chunked(1), refused(404, "NOT_FORWARDED"));
    assert_eq!(chunked(2), refused(413, "BODY_TOO_LARGE"));

    let asks_first = [
        "Content-Type: application/json",
        "Expect: 100-continue",
        "Content-Length: 2000000",
    ];
    assert_eq!(
        server.call("POST /api/x", &asks_first, b"").verdict(),
        refused(413, "BODY_TOO_LARGE")
    );
}

#[test]
fn a_write_that_a_form_could_send_has_the_wrong_type() {
    let server = Server::start(&[]);
    for method in ["POST", "PATCH", "PUT", "DELETE"] {
        let line = format!("{method} /api/atlas/v2/groups");
        for wrong in [
            "Content-Type: text/plain",
            "Content-Type: application/x-www-form-urlencoded",
            "X: y",
        ] {
            let answer = server.call(&line, &[wrong], b"{}");
            assert_eq!(
                answer.verdict(),
                refused(415, "CONTENT_TYPE"),
                "{method} {wrong}"
            );
        }
        for right in [
            "Content-Type: application/json",
            "Content-Type: application/vnd.atlas.2023-01-01+json",
        ] {
            let answer = server.call(&line, &[right], b"{}");
            assert_eq!(
                answer.verdict(),
                refused(404, "NOT_FORWARDED"),
                "{method} {right}"
            );
        }
    }
    assert_eq!(
        server.call("DELETE /api/x", &[], b"").verdict(),
        refused(404, "NOT_FORWARDED")
    );
}

#[test]
fn a_body_with_a_private_key_is_refused_in_whatever_shape() {
    let server = Server::start(&[]);
    let json = ["Content-Type: application/json"];
    let patch = |body: &serde_json::Value| {
        let body = body.to_string();
        server
            .call("PATCH /api/x", &json, body.as_bytes())
            .verdict()
    };
    let certificate = files::pem("root.pem");
    let bundle = |cas: &str| serde_json::json!({"customerX509": {"cas": cas}});
    assert_eq!(patch(&bundle(&certificate)), refused(404, "NOT_FORWARDED"));

    let key = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
    let armour = |label: &str| format!("-----BEGIN {label}-----\n{key}\n-----END {label}-----\n");
    for shape in [
        armour("PRIVATE KEY"),
        armour("private key"),
        armour("CERTIFICATE"),
        armour("ENCRYPTED PRIVATE KEY").replace(' ', "\u{a0}"),
        key.to_owned(),
        "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t".to_owned(),
        "PuTTY-User-Key-File-3: ssh-ed25519".to_owned(),
        "{\"kty\":\"OKP\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}".to_owned(),
        serde_json::json!({ "key": armour("PRIVATE KEY") }).to_string(),
        key.replace('+', "-").replace('/', "_"),
        "302e020100300506032b657004220420d4ee72dbf913584ad5b6d8f1f769f8ad".to_owned(),
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz".to_owned(),
        "ED25519 Private-Key:\npriv:\n    d4:ee:72:db:f9:13:58:4a".to_owned(),
        "<RSAKeyValue><Modulus>xA==</Modulus><D>xA==</D></RSAKeyValue>".to_owned(),
        "{\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\"}".to_owned(),
    ] {
        for body in [
            bundle(&shape),
            bundle(&format!("{certificate}{shape}")),
            serde_json::json!({"description": shape}),
            serde_json::json!([[shape]]),
        ] {
            assert_eq!(patch(&body), refused(422, "PRIVATE_KEY_IN_BODY"), "{body}");
        }
    }
    let web_key = serde_json::json!({"a": {"kty": "OKP", "d": "nWGxne_9WmC6hEr0kuws"}});
    assert_eq!(patch(&web_key), refused(422, "PRIVATE_KEY_IN_BODY"));
    let web_key = serde_json::json!({"a": {"crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuws"}});
    assert_eq!(patch(&web_key), refused(422, "PRIVATE_KEY_IN_BODY"));
    let lines: Vec<&str> = vec![&key[..10], &key[10..20], &key[20..]];
    let cut = serde_json::json!({ "description": lines });
    assert_eq!(patch(&cut), refused(422, "PRIVATE_KEY_IN_BODY"));
}

#[test]
fn an_address_with_a_private_key_is_refused() {
    let server = Server::start(&[]);
    let user = "/groups/32b6e34b3d91647abb20e7b8/databaseUsers/$external";
    for name in [
        "-----BEGIN%20PRIVATE%20KEY-----",
        "MC4CAQAwBQYDK2VwBCIEINTuctv5",
        "CN=MC4CAQAwBQYDK2VwBCIEINTuctv5",
        "CN=%4d%43%34CAQAwBQYDK2VwBCIEINTuctv5",
        "CN=%254DC4CAQAwBQYDK2VwBCIEINTuctv5",
        "CN=302e020100300506032b657004220420d4ee72db",
    ] {
        for method in ["GET", "DELETE"] {
            let answer = server.atlas(method, &format!("{user}/{name}"), "");
            assert_eq!(
                answer.verdict(),
                refused(422, "PRIVATE_KEY_IN_BODY"),
                "{name}"
            );
        }
    }
    for name in ["MC4CA", "Acme%20Root"] {
        let answer = server.atlas("GET", &format!("{user}/{name}"), "");
        assert_eq!(answer.verdict(), refused(404, "NOT_FORWARDED"), "{name}");
    }
}

#[test]
fn a_read_only_gateway_refuses_every_write_and_says_so_to_the_page() {
    let server = Server::start(&["--read-only"]);
    let json = ["Content-Type: application/json"];
    for method in ["POST", "PATCH", "PUT", "DELETE"] {
        let answer = server.call(&format!("{method} /api/x"), &json, b"{}");
        assert_eq!(answer.verdict(), refused(403, "READ_ONLY"), "{method}");
    }
    assert_eq!(
        server.call("GET /api/x", &[], b"").verdict(),
        refused(404, "NOT_FORWARDED")
    );
    assert_eq!(server.get("/config.json").json()["readOnly"], true);
}

#[test]
fn a_head_that_trickles_in_is_cut_off_after_five_seconds_and_an_idle_connection_is_not() {
    let server = Server::start(&[]);
    let mut idle = server.connect();
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    let begun = Instant::now();
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    let took = begun.elapsed();
    assert!(rest.is_empty());
    assert!(
        took > Duration::from_secs(4) && took < Duration::from_secs(8),
        "{took:?}"
    );

    let request = format!(
        "GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.host()
    );
    idle.write_all(request.as_bytes()).unwrap();
    assert_eq!(Answer::read(idle).status, 200);
}

#[test]
fn every_answer_bears_the_security_headers_errors_included() {
    let server = Server::start(&[]);
    let foreign = server.raw(b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    let answers = [
        server.get("/"),
        server.get("/config.json"),
        server.get("/healthz"),
        server.get("/nothing"),
        server.get("/api/x"),
        server.get("//"),
        server.send("OPTIONS /", &[], b""),
        server.send("HEAD /", &[], b""),
        server.send("POST /", &[], b""),
        foreign,
    ];
    for answer in answers {
        let header = |name| answer.header(name).unwrap_or_default();
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(header(name), value, "{name} of {answer:?}");
        }
        assert!(header("permissions-policy").contains("camera=()"));
        let policy = header("content-security-policy");
        for part in [
            "default-src 'none'",
            "script-src 'self' 'wasm-unsafe-eval'",
            "connect-src 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types engine",
        ] {
            assert!(policy.contains(part), "{part} of {answer:?}");
        }
        assert!(
            !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
            "{policy}"
        );
    }
}
