//! How a tab comes by its token: an address that works once, at a name that nobody else has served.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    process::{Command, Stdio},
};

use common::{Server, TOKEN_HEADER};

const LISTEN: [&str; 2] = ["--listen", "127.0.0.1:0"];

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[test]
fn an_address_works_once_and_enter_prints_another_one() {
    let mut server = Server::start(&[]);
    let used = server.code.clone();
    assert_eq!(
        server.launch(&used).verdict(),
        refused(410, "LAUNCH_CODE_USED")
    );
    for unknown in ["", &used[..42], &server.token] {
        assert_eq!(
            server.launch(unknown).verdict(),
            refused(401, "LAUNCH_CODE"),
            "{unknown}"
        );
    }

    let (second, third) = (server.enter(), server.enter());
    assert_ne!(second, third);
    for code in [third, second] {
        let token = server.launch(&code).json()["token"].clone();
        assert_eq!(token, server.token, "one token for each start");
        assert_eq!(
            server.launch(&code).verdict(),
            refused(410, "LAUNCH_CODE_USED")
        );
    }
    // A code is no token, and the token of a tab goes on working.
    let as_token = format!("{TOKEN_HEADER}: {used}");
    let answer = server.send("GET /api/atlas/v2/groups", &[&as_token], b"");
    assert_eq!(answer.verdict(), refused(401, "LAUNCH_TOKEN"));
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);

    let (_, out, log) = server.stop();
    assert_eq!(out, "");
    assert_eq!(log.matches("opened a second time").count(), 3, "{log}");
    assert!(!log.contains(&used), "{log}");
}

#[test]
fn a_code_is_taken_from_the_page_alone() {
    let mut server = Server::start(&[]);
    let code = server.enter();
    let body = format!("{{\"code\":\"{code}\"}}");
    let json = "Content-Type: application/json";
    let ask = |line: &str, headers: &[&str]| server.send(line, headers, body.as_bytes()).verdict();
    let launch = "POST /api/launch";
    for (line, headers, expected) in [
        (
            launch,
            &["Content-Type: text/plain"][..],
            refused(415, "CONTENT_TYPE"),
        ),
        (
            launch,
            &[json, "Sec-Fetch-Site: cross-site"],
            refused(403, "CROSS_SITE"),
        ),
        (
            launch,
            &[json, "Sec-Fetch-Site: same-site"],
            refused(403, "CROSS_SITE"),
        ),
        (
            launch,
            &[json, "Origin: http://evil.example"],
            refused(403, "ORIGIN_NOT_ALLOWED"),
        ),
        (
            "OPTIONS /api/launch",
            &[json],
            refused(405, "METHOD_NOT_ALLOWED"),
        ),
        (
            "GET /api/launch",
            &[json],
            refused(405, "METHOD_NOT_ALLOWED"),
        ),
        ("POST /api/launch/", &[json], refused(401, "LAUNCH_TOKEN")),
    ] {
        assert_eq!(ask(line, headers), expected, "{line} {headers:?}");
    }
    for wrong in ["", "{}", "[]", "{\"code\":1}", "{\"code\":"] {
        let answer = server.send(launch, &[json], wrong.as_bytes());
        assert_eq!(answer.verdict(), refused(400, "BODY_UNREADABLE"), "{wrong}");
    }
    // None of these has used it up.
    assert_eq!(server.launch(&code).json()["token"], server.token);
}

#[test]
fn the_page_has_a_name_of_its_own_and_at_the_address_there_is_only_a_signpost() {
    let server = Server::start(&[]);
    let label = server
        .name
        .strip_prefix("x509-")
        .and_then(|rest| rest.strip_suffix(".localhost"));
    let label = label.unwrap();
    assert_eq!(label.len(), 16);
    assert!(
        label
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    );

    for address in ["127.0.0.1", "localhost"].map(|name| format!("{name}:{}", server.port)) {
        assert_eq!(server.get_as(&address, "/healthz").text(), "ok\n");
        let signpost = server.get_as(&address, "/");
        assert_eq!(signpost.status, 200);
        assert_eq!(
            signpost.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            signpost
                .text()
                .contains("Open the one that the server printed")
        );
        for absent in [label, "<script", "<link", "href", "x509-"] {
            assert!(!signpost.text().contains(absent), "{absent}");
        }
        for path in [
            "/config.json",
            "/boot.js",
            "/setup/connect",
            "/nothing",
            "/api/launch",
        ] {
            let answer = server.get_as(&address, path);
            assert_eq!(answer.verdict(), refused(403, "HOST_NOT_ALLOWED"), "{path}");
        }
        let with_token = format!("{TOKEN_HEADER}: {}", server.token);
        let call = format!(
            "GET /api/atlas/v2/groups HTTP/1.1\r\nHost: {address}\r\n{with_token}\r\nConnection: close\r\n\r\n"
        );
        let answer = server.raw(call.as_bytes());
        assert_eq!(answer.verdict(), refused(403, "HOST_NOT_ALLOWED"));
    }
}

#[test]
fn a_browser_is_told_in_a_page_what_a_program_is_told_in_json() {
    let server = Server::start(&[]);
    let html = "Accept: text/html,application/xhtml+xml,*/*;q=0.8";
    let from_elsewhere = ["Sec-Fetch-Site: cross-site", html];
    let page = server.send("GET /setup/connect", &from_elsewhere, b"");
    assert_eq!(page.status, 403);
    assert!(
        page.text()
            .contains("<p>The request comes from a page of another site.")
    );
    let call = server.send("GET /api/atlas/v2/groups", &from_elsewhere, b"");
    assert_eq!(call.verdict(), refused(403, "CROSS_SITE"));
}

#[test]
fn the_name_is_the_same_at_each_start_and_nobody_else_can_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let start = || Server::start_with(&LISTEN, &[], &[("XDG_STATE_HOME", state)]);
    let (first, second) = (start(), start());
    assert_eq!(first.name, second.name);
    assert_ne!(first.token, second.token);
    assert_ne!(first.name, Server::start(&[]).name);

    let kept = folder.path().join("atlas-x509");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&kept), mode(&kept.join("label"))), (0o700, 0o600));
    let (_, _, log) = first.stop();
    assert!(!log.contains("cannot be kept"), "{log}");
}

#[test]
fn where_the_name_cannot_be_kept_it_is_another_one_at_each_start_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).unwrap();
    for (state, why) in [
        (&file, "file/atlas-x509/label: "),
        (&open, "other users of this computer can change "),
    ] {
        let env = [("XDG_STATE_HOME", state.to_str().unwrap())];
        let [first, second] = [0, 1].map(|_| Server::start_with(&LISTEN, &[], &env));
        assert_ne!(first.name, second.name);
        assert_eq!(first.atlas("GET", "/groups", "").status, 200);
        let (_, _, log) = first.stop();
        assert!(log.contains("cannot be kept") && log.contains(why), "{log}");
    }
}

#[test]
fn the_bare_address_is_the_pages_only_when_asked_and_the_risk_is_said() {
    let server = Server::start(&["--origin", "address"]);
    assert_eq!(server.name, "127.0.0.1");
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    let localhost = server.get_as(&format!("localhost:{}", server.port), "/");
    assert!(
        localhost
            .text()
            .contains("Open the one that the server printed")
    );
    let (_, _, log) = server.stop();
    assert!(
        log.contains("WARN") && log.contains("may have left a page in your browser"),
        "{log}"
    );
}

/// The example for people without a browser, as it stands in README.md.
#[test]
fn the_readmes_example_with_curl_makes_a_call() {
    let readme = include_str!("../../../README.md");
    let blocks = readme
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap());
    let example = blocks
        .filter(|block| block.contains("/api/launch"))
        .collect::<String>();
    let mut server = Server::start(&[]);
    let open = format!("open='http://{}/#code={}'", server.host(), server.enter());
    let script: Vec<&str> = example
        .lines()
        .map(|line| {
            if line.starts_with("open=") {
                &open
            } else {
                line
            }
        })
        .collect();
    let output = Command::new("sh")
        .args(["-euc", &script.join("\n")])
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("Acme Staging"), "{example}\n{text}");
}
