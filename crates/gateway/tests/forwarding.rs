//! What goes to Atlas and what comes back: the call and nothing else, once and nowhere else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{net::TcpListener, thread, time::Duration};

use common::{
    Server,
    atlas::{Reply, SERVICE_ACCOUNT, Upstream, reply},
};

const PROJECT: &str = "32b6e34b3d91647abb20e7b8";
const V2023: &str = "application/vnd.atlas.2023-01-01+json";

fn empty() -> Upstream {
    Upstream::with_tokens(|_| reply(200, &[], "{}"))
}

#[test]
fn a_call_is_written_anew_and_no_header_of_the_request_goes_with_it() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let hostile = [
        "Cookie: a=b",
        "Authorization: Bearer of-the-page",
        "Proxy-Authorization: Basic x",
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "User-Agent: of-the-page",
        "Referer: http://127.0.0.1/",
        "X-Forwarded-For: 203.0.113.7",
        "X-Forwarded-Host: evil.example",
        "X-HTTP-Method-Override: DELETE",
        "Forwarded: for=203.0.113.7",
        "Range: bytes=0-1",
        "If-None-Match: x",
        "Content-Type: application/json; charset=utf-8",
    ];
    let users = format!("/groups/{PROJECT}/databaseUsers");
    server.call(&format!("GET /api/atlas/v2{users}"), &hostile[..13], b"");
    server.call(
        &format!("POST /api/atlas/v2{users}"),
        &hostile,
        br#"{"a": 1}"#,
    );
    let calls = upstream.calls();
    let [get, post] = &calls[..] else {
        panic!("{calls:?}");
    };
    assert_eq!(get.line, format!("GET /api/atlas/v2{users}"));
    assert_eq!(post.line, format!("POST /api/atlas/v2{users}"));
    assert_eq!(post.body, r#"{"a": 1}"#);
    let host = upstream.address.to_string();
    let agent = format!("atlas-x509/{}", env!("CARGO_PKG_VERSION"));
    let common = [
        ("accept", V2023),
        ("authorization", "Bearer canary-token"),
        ("host", &host),
        ("user-agent", &agent),
    ];
    let with_body = [
        &common[..],
        &[("content-length", "8"), ("content-type", V2023)],
    ]
    .concat();
    for (request, expected) in [(get, common.to_vec()), (post, with_body)] {
        let mut headers: Vec<(&str, &str)> = request
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        headers.sort_unstable();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(headers, expected, "{}", request.line);
    }
}

#[test]
fn each_call_asks_for_its_own_version() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    for (target, version) in [
        ("", "2023-01-01"),
        ("/groups", "2023-01-01"),
        (&format!("/groups/{PROJECT}/clusters"), "2024-08-05"),
        (&format!("/groups/{PROJECT}/flexClusters"), "2024-11-13"),
    ] {
        assert_eq!(server.atlas("GET", target, "").status, 200, "{target}");
        let accept = format!("application/vnd.atlas.{version}+json");
        let last = upstream.calls().pop().unwrap();
        assert_eq!(last.header("accept"), Some(accept.as_str()), "{target}");
    }
}

#[test]
fn of_an_answer_come_back_status_type_limits_and_body_and_no_other_header() {
    let upstream = Upstream::with_tokens(|_| {
        reply(
            429,
            &[
                "Content-Type: application/vnd.atlas.2023-01-01+json;charset=utf-8",
                "RateLimit-Limit: 10",
                "RateLimit-Remaining: 0",
                "Retry-After: 7",
                "Set-Cookie: session=1",
                "WWW-Authenticate: Basic realm=\"x\"",
                "Access-Control-Allow-Origin: *",
                "Content-Security-Policy: default-src *",
                "Cache-Control: public",
                "Location: https://evil.example/",
                "Server: x",
                "X-Envoy-Upstream-Service-Time: 1",
                "Connection: keep-alive",
            ],
            r#"{"errorCode":"RATE_LIMITED"}"#,
        )
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.status, 429);
    assert_eq!(answer.text(), r#"{"errorCode":"RATE_LIMITED"}"#);
    for (name, value) in [
        (
            "content-type",
            Some("application/vnd.atlas.2023-01-01+json;charset=utf-8"),
        ),
        ("ratelimit-limit", Some("10")),
        ("ratelimit-remaining", Some("0")),
        ("retry-after", Some("7")),
        ("cache-control", Some("no-store")),
        ("set-cookie", None),
        ("www-authenticate", None),
        ("access-control-allow-origin", None),
        ("location", None),
        ("server", None),
        ("x-envoy-upstream-service-time", None),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
}

#[test]
fn a_redirect_is_not_followed_and_where_it_leads_is_not_said() {
    let elsewhere = empty();
    let address = elsewhere.url();
    let upstream = Upstream::with_tokens(move |_| {
        let location = format!("Location: {address}/api/atlas/v2/orgs");
        reply(307, &[&location], "")
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!((answer.status, answer.header("location")), (307, None));
    assert_eq!(upstream.calls().len(), 1);
    assert!(elsewhere.received("").is_empty());
}

#[test]
fn segments_are_decoded_once_and_encoded_in_one_way() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let user = format!("/groups/{PROJECT}/databaseUsers/%24external");
    for (sent, received) in [
        ("CN=a..b", "CN%3Da..b"),
        ("CN%3Da%2F%2Fb", "CN%3Da%2F%2Fb"),
        ("CN=a%2F..%2Fb", "CN%3Da%2F..%2Fb"),
        ("CN%3d%2Fa%2F%2e%2e%2Fgroups", "CN%3D%2Fa%2F..%2Fgroups"),
        ("CN=%2e%2e", "CN%3D.."),
        ("CN=a%252Fb", "CN%3Da%252Fb"),
        ("CN=a+b", "CN%3Da%2Bb"),
        ("CN=J%c3%bcrgen", "CN%3DJ%C3%BCrgen"),
        (
            "CN=a%3Fb%23c%22d%5Ce%3Bf%2Cg",
            "CN%3Da%3Fb%23c%22d%5Ce%3Bf%2Cg",
        ),
        ("CN=a%0D%0AX-Evil:%201", "CN%3Da%0D%0AX-Evil%3A%201"),
    ] {
        let answer = server.atlas("GET", &format!("{user}/{sent}"), "");
        assert_eq!(answer.status, 200, "{sent}");
        let last = upstream.calls().pop().unwrap();
        assert_eq!(last.line, format!("GET /api/atlas/v2{user}/{received}"));
    }
    // The `$` may come as it is, and goes encoded.
    let bare = format!("/groups/{PROJECT}/databaseUsers/$external/CN=a");
    server.atlas("GET", &bare, "");
    let last = upstream.calls().pop().unwrap();
    assert_eq!(last.line, format!("GET /api/atlas/v2{user}/CN%3Da"));
}

#[test]
fn what_is_not_in_the_table_of_calls_is_not_forwarded() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let long = format!(
        "/groups/{PROJECT}/databaseUsers/%24external/{}",
        "x".repeat(1_025)
    );
    for (method, target) in [
        ("GET", "/unknown"),
        ("GET", "/groups/"),
        ("GET", "/groups/123"),
        ("GET", "/groups/32b6e34b3d91647abb20e7bg"),
        ("GET", "/groups/32b6e34b3d91647abb20e7b8%2FuserSecurity"),
        ("GET", "/groups?pretty=true"),
        ("GET", "/groups?itemsPerPage=1%26x=y"),
        ("GET", "/groups?itemsPerPage"),
        ("PUT", "/groups"),
        ("HEAD", "/groups"),
        ("POST", "/groups"),
        ("DELETE", &format!("/groups/{PROJECT}")),
        ("GET", &format!("/groups/{PROJECT}/databaseUsers/admin/x")),
        ("GET", &format!("/groups/{PROJECT}/clusters/a%2Fb/status")),
        ("GET", &format!("/groups/{PROJECT}/apiKeys")),
        (
            "GET",
            &format!("/groups/{PROJECT}/databaseUsers/%24external/%ff"),
        ),
        (
            "GET",
            &format!("/groups/{PROJECT}/databaseUsers/%24external/%zz"),
        ),
        // A user's name begins with an attribute.
        (
            "GET",
            &format!("/groups/{PROJECT}/databaseUsers/%24external/%2e%2e%2Fgroups"),
        ),
        ("GET", &long),
    ] {
        let body = if matches!(method, "PUT" | "POST") {
            "{}"
        } else {
            ""
        };
        let answer = server.atlas(method, target, body);
        assert_eq!(answer.status, 404, "{method} {target}");
        if method != "HEAD" {
            assert_eq!(answer.verdict().1, "NOT_FORWARDED", "{method} {target}");
        }
    }
    assert_eq!(
        server
            .call(
                "POST /api/oauth/token",
                &["Content-Type: application/json"],
                b"{}"
            )
            .verdict(),
        (404, "NOT_FORWARDED".to_owned()),
        "tokens are the gateway's own business"
    );
    assert!(upstream.received("").is_empty());
}

#[test]
fn a_change_that_is_not_json_goes_nowhere() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let security = format!("/groups/{PROJECT}/userSecurity");
    let utf16: Vec<u8> = r#"{"cas":"-----BEGIN PRIVATE KEY-----"}"#
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
    for body in [b"not json".as_slice(), b"{} {}", &utf16, deep.as_bytes()] {
        let answer = server.call(
            &format!("PATCH /api/atlas/v2{security}"),
            &["Content-Type: application/json"],
            body,
        );
        assert_eq!(answer.verdict(), (400, "BODY_UNREADABLE".to_owned()));
    }
    assert!(upstream.received("").is_empty());
}

#[test]
fn a_change_without_a_body_goes_nowhere() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let json = ["Content-Type: application/json"];
    for line in [
        format!("PATCH /api/atlas/v2/groups/{PROJECT}/userSecurity"),
        format!("POST /api/atlas/v2/groups/{PROJECT}/databaseUsers"),
    ] {
        let answer = server.call(&line, &json, b"");
        assert_eq!(
            answer.verdict(),
            (400, "BODY_UNREADABLE".to_owned()),
            "{line}"
        );
    }
    assert!(upstream.received("").is_empty());
}

#[test]
fn an_answer_that_is_none_is_told_as_one_that_was_lost() {
    let upstream = Upstream::with_tokens(|_| reply(101, &["Upgrade: x"], ""));
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let answer = server.atlas("PATCH", &format!("/groups/{PROJECT}/userSecurity"), "{}");
    assert_eq!(answer.verdict(), (502, "UPSTREAM_ANSWER_LOST".to_owned()));
}

#[test]
fn a_private_key_and_a_change_of_a_read_only_gateway_go_nowhere() {
    let upstream = empty();
    let security = format!("/groups/{PROJECT}/userSecurity");
    let key = r#"{"customerX509":{"cas":"-----BEGIN PRIVATE KEY-----\nAA"}}"#;
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    assert_eq!(
        server.atlas("PATCH", &security, key).verdict(),
        (422, "PRIVATE_KEY_IN_BODY".to_owned())
    );
    let server = Server::start_with(
        &["--listen", "127.0.0.1:0"],
        &["--upstream", &upstream.url(), "--read-only"],
        &SERVICE_ACCOUNT,
    );
    for (method, body) in [("PATCH", "{}"), ("DELETE", "")] {
        let target = if body.is_empty() {
            format!("{security}/customerX509")
        } else {
            security.clone()
        };
        assert_eq!(
            server.atlas(method, &target, body).verdict(),
            (403, "READ_ONLY".to_owned())
        );
    }
    assert!(upstream.received("").is_empty());
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
}

#[test]
fn an_atlas_that_cannot_be_reached_is_said_and_nothing_was_sent() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let server = Server::before(&nobody, &SERVICE_ACCOUNT);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.verdict(), (502, "UPSTREAM_UNREACHABLE".to_owned()));
    let json = answer.json();
    let detail = json["detail"].as_str().unwrap();
    assert!(
        detail.contains("Connection refused") && detail.ends_with("Nothing was sent."),
        "{detail}"
    );
    assert_eq!(json["error"], 502);
    assert_eq!(json["reason"], "Bad Gateway");
}

#[test]
fn an_answer_that_breaks_off_is_told_from_a_call_that_was_never_sent() {
    let security = format!("/groups/{PROJECT}/userSecurity");
    for answer in [
        "",
        "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        "nonsense\r\n\r\n",
    ] {
        let upstream = Upstream::with_tokens(move |_| Reply::Last(answer.to_owned()));
        let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
        // The connection that brought the token is kept, and the call goes over it.
        assert_eq!(
            server.atlas("PATCH", &security, "{}").verdict(),
            (502, "UPSTREAM_ANSWER_LOST".to_owned()),
            "{answer}"
        );
        assert_eq!(upstream.calls().len(), 1, "it is not sent again");
    }
}

#[test]
fn a_connection_that_atlas_closed_between_two_calls_costs_nothing() {
    let upstream = Upstream::with_tokens(|_| {
        let Reply::Bytes(bytes) = reply(200, &[], "{}") else {
            unreachable!()
        };
        Reply::Last(bytes)
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let security = format!("/groups/{PROJECT}/userSecurity");
    for number in 1..=20 {
        // The end of the last connection has arrived by then. A call that leaves before it does is
        // one whose answer is lost.
        thread::sleep(Duration::from_millis(50));
        assert_eq!(server.atlas("PATCH", &security, "{}").status, 200);
        assert_eq!(upstream.calls().len(), number);
    }
}

#[test]
fn the_page_is_told_which_atlas_it_is() {
    let upstream = empty();
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let config = server.get("/config.json").json();
    assert_eq!(
        config,
        serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"),
            "mode": "atlas",
            "credential": "gateway",
            "upstream": upstream.address.to_string(),
            "api": "/api/atlas/v2",
            "oauth": "/api/oauth",
            "readOnly": false,
            "token": true,
        })
    );
    assert!(server.sandbox.is_none());
}
