//! `atlas-x509 sandbox` as a process of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
};

use base64ct::{Base64, Encoding as _};
use common::{Answer, command};

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
            "ATLAS_PRIVATE_KEY"
        ]
    );
    let accept = "application/vnd.atlas.2023-01-01+json";
    let curl = Command::new("curl")
        .args(["--silent", "--digest", "--include", "-u"])
        .arg(format!(
            "{}:{}",
            sandbox.value("ATLAS_PUBLIC_KEY"),
            sandbox.value("ATLAS_PRIVATE_KEY")
        ))
        .args(["-H", &format!("Accept: {accept}")])
        .arg(format!("http://{}/api/atlas/v2/groups", sandbox.authority))
        .output();
    match curl {
        Ok(output) => {
            let text = String::from_utf8(output.stdout).unwrap();
            assert!(text.contains("HTTP/1.1 200 OK"), "{text}");
            assert!(text.contains("\"name\":\"Acme Production\""), "{text}");
        }
        Err(_) => eprintln!("curl is not installed: the Digest handshake was not tried"),
    }

    let basic = format!(
        "Authorization: Basic {}",
        Base64::encode_string(
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
