//! The program as a person starts it: what it prints, how it stops, what it refuses, what it logs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::type_complexity)]

mod common;

use std::{
    net::TcpListener,
    process::{Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::{
    Server,
    atlas::{SERVICE_ACCOUNT, Upstream, reply},
    command,
};

/// Starts it with settings that it does not accept. A program that runs all the same is stopped.
fn serve(flags: &[&str], env: &[(&str, &str)]) -> Output {
    let mut child = command()
        .arg("serve")
        .args(flags)
        .envs(env.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begun.elapsed() > Duration::from_secs(10) {
            child.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn it_stops_gracefully_when_told_and_prints_nothing_but_the_addresses() {
    for signal in ["TERM", "INT"] {
        let server = Server::start(&[]);
        assert_eq!(server.get("/healthz").text(), "ok\n");
        if signal == "INT" {
            server.signal(signal);
        }
        let (status, out, _) = server.stop();
        assert_eq!((status, out.as_str()), (Some(0), ""), "{signal}");
    }
}

#[test]
fn a_setting_that_cannot_be_accepted_ends_it_with_status_2_and_one_sentence() {
    let cases: &[(&[&str], &[(&str, &str)], &str)] = &[
        (
            &["--listen", "0.0.0.0:0"],
            &[],
            "--listen is 0.0.0.0:0, which other computers can reach: say with --allow-host under which name they do, or listen on 127.0.0.1.\n",
        ),
        (
            &["--sandbox"],
            &[("ATLAS_PUBLIC_KEY", "abc"), ("ATLAS_PRIVATE_KEY", "hush")],
            "--sandbox uses no credential but ATLAS_PUBLIC_KEY is set: leave one of them out.\n",
        ),
    ];
    for (flags, env, sentence) in cases {
        let output = serve(flags, env);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), *sentence);
        assert!(output.stdout.is_empty());
    }
    assert_eq!(serve(&["--no-such-flag"], &[]).status.code(), Some(2));
}

#[test]
fn without_a_credential_it_is_the_sandbox_and_says_so_everywhere() {
    let server = Server::start(&[]);
    let own = server.sandbox.clone().unwrap();
    assert_eq!(server.get("/config.json").json()["mode"], "sandbox");
    let projects = server.atlas("GET", "/groups", "").json();
    assert_eq!(projects["results"][0]["name"], "Acme Staging");

    // A second gateway before the sandbox of the first one, as `cargo xtask serve` does it.
    let url = format!("http://{own}");
    let second = Server::start(&["--sandbox-at", &url]);
    assert_eq!(second.sandbox.as_ref(), Some(&own));
    assert_eq!(second.get("/config.json").json()["mode"], "sandbox");
    assert_eq!(second.atlas("GET", "/groups", "").status, 200);

    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = holder.local_addr().unwrap();
    drop(holder);
    let alone = serve(
        &[
            "--listen",
            "127.0.0.1:0",
            "--sandbox-at",
            &format!("http://{nobody}"),
        ],
        &[],
    );
    assert_eq!(alone.status.code(), Some(1));
    let said = String::from_utf8(alone.stderr).unwrap();
    let beginning = format!("No sandbox answers at {nobody}");
    assert!(
        said.starts_with(&beginning) && said.lines().count() == 1,
        "{said}"
    );

    let (status, _, log) = second.stop();
    assert_eq!(status, Some(0));
    assert!(
        log.contains("Sandbox: a stand-in for Atlas. Nothing here is real"),
        "{log}"
    );
    assert_eq!(server.stop().0, Some(0));
}

#[test]
fn the_browser_is_opened_when_asked_without_our_secrets_and_what_to_do_is_said_when_there_is_none()
{
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let seen = folder.path().join("seen");
    let script = format!(
        "#!/bin/sh\n{{ printf '%s\\n' \"$1\"; set; }} > {0}.draft\n/bin/mv {0}.draft {0}\n",
        seen.display()
    );
    for name in ["xdg-open", "open"] {
        let opener = folder.path().join(name);
        std::fs::write(&opener, &script).unwrap();
        std::fs::set_permissions(&opener, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let listen = ["--listen", "127.0.0.1:0"];
    let secret = [
        ("ATLAS_CLIENT_ID", "mdb_sa_id_hush"),
        ("ATLAS_CLIENT_SECRET", "mdb_sa_sk_hush"),
        ("ATLAS_X509_READ_ONLY", "true"),
        ("HTTPS_PROXY", "http://user:hush@127.0.0.1:1"),
        ("http_proxy", "http://user:hush@127.0.0.1:1"),
        ("LANG", "kept"),
        ("PATH", folder.path().to_str().unwrap()),
    ];
    let server = Server::start_with(&listen, &["--open"], &secret);
    let expected = format!("http://{}/#code={}\n", server.host(), server.code);
    for _ in 0..100 {
        if seen.exists() {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    let seen = std::fs::read_to_string(&seen).unwrap();
    assert!(seen.starts_with(&expected), "{seen}");
    assert!(
        seen.contains("LANG='kept'") || seen.contains("LANG=kept"),
        "{seen}"
    );
    assert!(!seen.contains("hush") && !seen.contains("ATLAS_"), "{seen}");

    let nowhere = [("PATH", "/nonexistent")];
    let server = Server::start_with(&listen, &["--open"], &nowhere);
    thread::sleep(Duration::from_millis(300));
    let (_, _, log) = server.stop();
    assert!(log.contains("open that address yourself"), "{log}");
}

#[test]
fn a_settings_file_that_others_can_write_never_gets_the_credential() {
    use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
    let atlas = Upstream::with_tokens(|_| reply(200, &[], "{}"));
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for name in ["own", "written", "foreign"] {
        std::fs::write(at(name), format!("upstream = \"{}\"\n", atlas.url())).unwrap();
    }
    let mode = |name: &str, mode| {
        std::fs::set_permissions(at(name), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode("written", 0o666);
    std::fs::create_dir(at("open")).unwrap();
    mode("open", 0o777);
    symlink(at("own"), at("open/link")).unwrap();
    let mut refused = vec!["written", "open/link"];
    // Only root can give a file away.
    if chown(at("foreign"), Some(65_534), None).is_ok() {
        refused.push("foreign");
    }
    for name in refused {
        let file = at(name).display().to_string();
        let output = serve(&["--config", &file], &SERVICE_ACCOUNT);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(
            said.starts_with("--config decides where the credential goes, and "),
            "{said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert!(atlas.calls().is_empty());

    let listen = ["--listen", "127.0.0.1:0"];
    let own = at("own").display().to_string();
    let server = Server::start_with(&listen, &["--config", &own], &SERVICE_ACCOUNT);
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    let (_, _, log) = server.stop();
    assert!(
        log.contains(&format!("The credential goes to {}.", atlas.address)),
        "{log}"
    );
}

#[test]
fn a_port_that_is_taken_ends_it_with_a_sentence_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = serve(&["--listen", &address], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        format!(
            "Another program listens on {address}: stop it, or give another port with --listen (port 0 takes a free one).\n"
        )
    );
}

#[test]
fn listening_beyond_this_computer_takes_an_allowed_name_and_prints_a_warning() {
    let listen = ["--listen", "0.0.0.0:0"];
    let server = Server::start_with(&listen, &["--allow-host", "x509.example"], &[]);
    let get = |host: &str| {
        server
            .raw(
                format!("GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
                    .as_bytes(),
            )
            .status
    };
    assert_eq!(get(&format!("x509.example:{}", server.port)), 200);
    assert_eq!(get("x509.example"), 200);
    assert_eq!(get(&format!("0.0.0.0:{}", server.port)), 403);
    let (_, _, log) = server.stop();
    assert!(
        log.contains("WARN") && log.contains("other computers can reach this server"),
        "{log}"
    );
}

#[test]
fn the_log_holds_method_path_template_status_and_duration_and_nothing_that_was_sent() {
    let listen = ["--listen", "127.0.0.1:0"];
    let secrets = [
        ("ATLAS_CLIENT_ID", "mdb_sa_id_canary"),
        ("ATLAS_CLIENT_SECRET", "canary-secret"),
    ];
    let server = Server::start_with(&listen, &[], &secrets);
    let json = [
        "Content-Type: application/json",
        "X-Canary: canary-header",
        "Cookie: canary-cookie",
    ];
    server.get("/?canary-query");
    server.get("/canary-path");
    server.get(&format!("/?token={}", server.token));
    server.get(&format!("/{}", server.token));
    server.call(
        "POST /api/canary-call?canary-query",
        &json,
        br#"{"x":"canary-body"}"#,
    );
    server.call(
        "PATCH /api/x",
        &json,
        br#"{"x":"-----BEGIN PRIVATE KEY-----canary-body"}"#,
    );
    server.send("CANARYMETHOD /", &[], b"");
    server.raw(b"canary-garbage\r\n\r\n");
    server.raw(b"GET / HTTP/1.1\r\nHost: canary-host\r\nConnection: close\r\n\r\n");
    let token = server.token.clone();
    let (_, _, log) = server.stop();
    for line in [
        "method=\"GET\" path=\"/\" status=200",
        "method=\"GET\" path=\"/{file}\" status=404",
        "method=\"POST\" path=\"/api/{*call}\" status=404",
        "method=\"PATCH\" path=\"/api/{*call}\" status=422",
        "method=\"OTHER\" path=\"/\" status=405",
        "method=\"GET\" path=\"/\" status=403",
    ] {
        assert!(log.contains(line), "{line} is missing in\n{log}");
    }
    assert!(log.contains(" ms="), "{log}");
    assert!(!log.contains(&token), "{log}");
    assert!(!log.to_lowercase().contains("canary"), "{log}");
}
