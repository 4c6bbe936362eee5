//! `atlas-x509 sandbox` as a process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use common::{Answer, command};
use serde_json::{Value, json};

struct Sandbox {
    child: Child,
    stdout: BufReader<ChildStdout>,
    /// What was printed before it listened, by name.
    lines: Vec<(String, String)>,
    authority: String,
}

impl Sandbox {
    fn start(flags: &[&str]) -> Self {
        let mut child = command()
            .args(["sandbox", "--listen", "127.0.0.1:0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        // Whatever goes wrong from here on, the process is stopped.
        let mut sandbox = Self {
            child,
            stdout,
            lines: Vec::new(),
            authority: String::new(),
        };
        while sandbox.authority.is_empty() {
            let mut line = String::new();
            sandbox.stdout.read_line(&mut line).unwrap();
            let line = line.strip_suffix('\n').expect("a whole line");
            if let Some(authority) = line.strip_prefix("Listening on http://") {
                authority.clone_into(&mut sandbox.authority);
            } else {
                let (name, value) = line.split_once('=').unwrap();
                sandbox.lines.push((name.to_owned(), value.to_owned()));
            }
        }
        sandbox
    }

    fn value(&self, name: &str) -> &str {
        let found = self.lines.iter().find(|(key, _)| key == name);
        &found.unwrap().1
    }

    fn send(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.authority).unwrap();
        let head = [
            &[line, "Connection: close"][..],
            &[&format!("Host: {}", self.authority)],
            headers,
            &[&format!("Content-Length: {}", body.len())],
        ]
        .concat()
        .join("\r\n");
        write!(stream, "{head}\r\n\r\n{body}").unwrap();
        Answer::read(stream)
    }

    /// A call as somebody else's client makes it: by curl, with the API key and the Digest handshake.
    /// `None` where there is no curl.
    fn curl(&self, version: &str, method: &str, path: &str, body: &Value) -> Option<(u16, Value)> {
        let pair = ["ATLAS_PUBLIC_KEY", "ATLAS_PRIVATE_KEY"].map(|name| self.value(name));
        let mut curl = Command::new("curl");
        curl.args(["--silent", "--digest", "--user", &pair.join(":")])
            .args(["--write-out", "\n%{http_code}", "--request", method])
            .arg("--header")
            .arg(format!("Accept: application/vnd.atlas.{version}+json"));
        if !body.is_null() {
            curl.args(["--header", "Content-Type: application/json"])
                .args(["--data", &body.to_string()]);
        }
        let url = format!("http://{}/api/atlas/v2{path}", self.authority);
        let Ok(output) = curl.arg(url).output() else {
            eprintln!("curl is not installed: the Digest handshake was not tried");
            return None;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let (body, status) = text.rsplit_once('\n').unwrap();
        Some((
            status.parse().unwrap(),
            serde_json::from_str(body).unwrap_or_default(),
        ))
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_credentials_and_the_address_are_printed_and_work() {
    let mut sandbox = Sandbox::start(&[]);
    let names: Vec<&str> = sandbox.lines.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(
        names,
        [
            "ATLAS_CLIENT_ID",
            "ATLAS_CLIENT_SECRET",
            "ATLAS_PUBLIC_KEY",
            "ATLAS_PRIVATE_KEY",
            "SERVER_CA"
        ]
    );
    let accept = "application/vnd.atlas.2023-01-01+json";
    if let Some((status, groups)) = sandbox.curl("2023-01-01", "GET", "/groups", &Value::Null) {
        assert_eq!(status, 200);
        assert_eq!(groups["results"][1]["name"], "Acme Production");
    }

    let basic = format!(
        "Authorization: Basic {}",
        BASE64_STANDARD.encode(
            format!(
                "{}:{}",
                sandbox.value("ATLAS_CLIENT_ID"),
                sandbox.value("ATLAS_CLIENT_SECRET")
            )
            .as_bytes()
        )
    );
    let answer = sandbox.send(
        "POST /api/oauth/token HTTP/1.1",
        &[&basic, "Content-Type: application/x-www-form-urlencoded"],
        "grant_type=client_credentials",
    );
    let token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let answer = sandbox.send(
        "GET /api/atlas/v2/orgs HTTP/1.1",
        &[
            &format!("Authorization: Bearer {token}"),
            &format!("Accept: {accept}"),
        ],
        "",
    );
    assert_eq!(answer.json()["results"][0]["name"], "Acme");

    // Stopped as it should be, with nothing more to say.
    let pid = sandbox.child.id().to_string();
    Command::new("kill")
        .args(["-s", "TERM", &pid])
        .status()
        .unwrap();
    let mut rest = String::new();
    sandbox.stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert_eq!(sandbox.child.wait().unwrap().code(), Some(0));
}

#[test]
fn credentials_are_made_at_each_start_and_a_rebinding_name_is_refused() {
    let (one, other) = (Sandbox::start(&[]), Sandbox::start(&[]));
    for (name, value) in &one.lines {
        assert_ne!(value, other.value(name), "{name}");
    }
    let mut stream = TcpStream::connect(&one.authority).unwrap();
    let port = one.authority.rsplit(':').next().unwrap();
    write!(
        stream,
        "GET /sandbox/credentials HTTP/1.1\r\nHost: evil.example:{port}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let answer = Answer::read(stream);
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json()["errorCode"], "HOST_NOT_ALLOWED");
}

/// Atlas's own clients ask for versions up to this one, and for no count.
#[test]
fn somebody_elses_client_lists_everything_in_every_version_and_is_refused_a_duplicate() {
    let sandbox = Sandbox::start(&[]);
    let of = |version: &str, method: &str, path: &str, body: &Value| {
        sandbox.curl(version, method, path, body)
    };
    let Some((_, orgs)) = of("2023-01-01", "GET", "/orgs", &Value::Null) else {
        return;
    };
    let org = orgs["results"][0]["id"].as_str().unwrap();
    let (_, groups) = of("2023-01-01", "GET", "/groups", &Value::Null).unwrap();
    let group = groups["results"][1]["id"].as_str().unwrap();
    let page = "itemsPerPage=10&pageNum=1&includeCount=false";
    for version in ["2023-01-01", "2024-08-05", "2025-03-12"] {
        for (path, count) in [
            (format!("/orgs?{page}"), 1),
            (format!("/orgs/{org}/groups?{page}"), 5),
            (format!("/groups?{page}"), 5),
            ("/clusters".to_owned(), 5),
            (format!("/groups/{group}/clusters"), 3),
            (format!("/groups/{group}/alerts?status=OPEN&{page}"), 1),
            (format!("/groups/{group}/accessList"), 2),
            (format!("/groups/{group}/databaseUsers"), 10),
        ] {
            let (status, list) = of(version, "GET", &path, &Value::Null).unwrap();
            assert_eq!(status, 200, "{version} {path}: {list}");
            let found = list["results"].as_array().unwrap().len();
            assert_eq!(found, count, "{version} {path}");
        }
        for path in ["", "/clusters/orders"] {
            let path = format!("/groups/{group}{path}");
            let (status, one) = of(version, "GET", &path, &Value::Null).unwrap();
            assert_eq!(status, 200, "{version} {path}: {one}");
        }

        let users = format!("/groups/{group}/databaseUsers");
        for (user, at) in [
            (
                json!({
                    "groupId": group, "databaseName": "$external", "x509Type": "CUSTOMER",
                    "username": "CN=a/b,O=Acme",
                    "roles": [{"roleName": "read", "databaseName": "sales"}],
                }),
                "%24external/CN%3Da%2Fb%2CO%3DAcme",
            ),
            (
                json!({
                    "groupId": group, "databaseName": "admin", "username": "reader",
                    "password": "only-for-a-moment",
                    "roles": [{"roleName": "read", "databaseName": "sales"}],
                }),
                "admin/reader",
            ),
        ] {
            let at = format!("{users}/{at}");
            let (status, created) = of(version, "POST", &users, &user).unwrap();
            assert_eq!(status, 201, "{version} {created}");
            assert_eq!(created["username"], user["username"]);
            assert!(created["password"].is_null());
            let (status, refused) = of(version, "POST", &users, &user).unwrap();
            assert_eq!(status, 409, "{version} {refused}");
            assert_eq!(refused["errorCode"], "USER_ALREADY_EXISTS");
            let (status, read) = of(version, "GET", &at, &Value::Null).unwrap();
            assert_eq!((status, &read["username"]), (200, &user["username"]));
            let (status, _) = of(version, "DELETE", &at, &Value::Null).unwrap();
            assert_eq!(status, 204, "{version}");
        }
    }
    let flex = format!("/groups/{group}/flexClusters");
    for (version, expected) in [("2024-08-05", 406), ("2025-03-12", 200)] {
        let (status, answer) = of(version, "GET", &flex, &Value::Null).unwrap();
        assert_eq!(status, expected, "{version}: {answer}");
    }
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    for (flags, status, word) in [
        (&["--listen", "nonsense"][..], 2, "nonsense"),
        (
            &["--sandbox-state", "/no/such/folder/state"],
            2,
            "/no/such/folder/state",
        ),
        (&["--listen", &taken], 1, &taken[..]),
    ] {
        let output = command().arg("sandbox").args(flags).output().unwrap();
        assert_eq!(output.status.code(), Some(status), "{flags:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(word), "{said}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_state_is_kept_in_a_file_when_asked() {
    let folder = std::env::temp_dir().join(format!("atlas-x509-sandbox-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("state.json");
    let flags = ["--sandbox-state", file.to_str().unwrap()];
    drop(Sandbox::start(&flags));
    let first = std::fs::read(&file).unwrap();
    drop(Sandbox::start(&flags));
    assert_eq!(std::fs::read(&file).unwrap(), first);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn what_clients_of_the_clusters_have_to_trust_is_where_it_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server ca.pem");
    let path = file.to_str().unwrap();
    let flags = ["--server-ca", path];
    let sandbox = Sandbox::start(&flags);
    assert_eq!(sandbox.value("SERVER_CA"), path);
    let first = std::fs::read_to_string(&file).unwrap();
    assert!(first.contains("-----BEGIN CERTIFICATE-----") && !first.contains("PRIVATE KEY"));
    if let Some((_, clusters)) = sandbox.curl("2024-08-05", "GET", "/groups", &Value::Null) {
        let group = clusters["results"][0]["id"].as_str().unwrap();
        let path = format!("/groups/{group}/clusters/staging");
        let (_, cluster) = sandbox
            .curl("2024-08-05", "GET", &path, &Value::Null)
            .unwrap();
        let strings = &cluster["connectionStrings"];
        let standard = strings["standard"].as_str().unwrap();
        assert!(standard.starts_with("mongodb://127.0.0.1:"), "{standard}");
        assert!(standard.contains("server%20ca.pem"), "{standard}");
        assert!(strings["standardSrv"].is_null());
    }
    drop(sandbox);
    // It is another one at each start.
    drop(Sandbox::start(&flags));
    assert_ne!(std::fs::read_to_string(&file).unwrap(), first);

    std::fs::write(&file, "mine").unwrap();
    let output = command().arg("sandbox").args(flags).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("left alone") && said.contains(path), "{said}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");

    let without = Sandbox::start(&["--no-clusters"]);
    assert!(without.lines.iter().all(|(name, _)| name != "SERVER_CA"));
}
