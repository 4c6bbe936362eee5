//! The program as a process of its own, and HTTP written by hand: a client library would tidy up
//! just what these tests are about.

// Each test program uses a part of it.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod atlas;
pub mod files;
pub mod http;

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

pub const TOKEN_HEADER: &str = "X-Atlas-X509-Token";

/// A running `atlas-x509 serve`.
pub struct Server {
    child: Child,
    stdin: Option<ChildStdin>,
    stdout: BufReader<ChildStdout>,
    /// The name of the page, without the port.
    pub name: String,
    pub port: u16,
    /// The code of the first address, which is used up.
    pub code: String,
    /// What the page got for it.
    pub token: String,
    /// Host and port of the sandbox, if there is one.
    pub sandbox: Option<String>,
}

impl Server {
    pub fn start(flags: &[&str]) -> Self {
        Self::start_with(&["--listen", "127.0.0.1:0"], flags, &[])
    }

    pub fn start_with(listen: &[&str], flags: &[&str], env: &[(&str, &str)]) -> Self {
        let mut child = command()
            .arg("serve")
            .args(listen)
            .args(flags)
            .envs(env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let sandbox = line
            .strip_prefix("Sandbox http://")
            .map(|authority| authority.trim_end().to_owned());
        if sandbox.is_some() {
            line.clear();
            stdout.read_line(&mut line).unwrap();
        }
        let Some((authority, code)) = opened(&line) else {
            let mut log = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut log)
                .unwrap();
            unreachable!("not an Open line: {line:?}; the log says {log}");
        };
        let (name, port) = authority.rsplit_once(':').unwrap();
        let mut server = Self {
            child,
            stdin,
            stdout,
            name: name.to_owned(),
            port: port.parse().unwrap(),
            code: code.to_owned(),
            token: String::new(),
            sandbox,
        };
        let launched = server.launch(code);
        let launched = launched.json();
        server.token = launched["token"].as_str().map(String::from).unwrap();
        server
    }

    /// Exchanges a code, as the page does.
    pub fn launch(&self, code: &str) -> Answer {
        let json = ["Content-Type: application/json"];
        let body = format!("{{\"code\":\"{code}\"}}");
        self.send("POST /api/launch", &json, body.as_bytes())
    }

    /// Presses Enter in its terminal: the code of the address that it prints.
    pub fn enter(&mut self) -> String {
        self.stdin.as_ref().unwrap().write_all(b"\n").unwrap();
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        let (authority, code) = opened(&line).unwrap();
        assert_eq!(authority, self.host());
        code.to_owned()
    }

    /// One that works with this Atlas, with a credential in the environment.
    pub fn before(upstream: &str, credential: &[(&str, &str)]) -> Self {
        Self::start_with(
            &["--listen", "127.0.0.1:0"],
            &["--upstream", upstream],
            credential,
        )
    }

    /// The name of the page with the port, as it stands in Host.
    pub fn host(&self) -> String {
        format!("{}:{}", self.name, self.port)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream
    }

    /// Sends these bytes and reads all that comes back.
    pub fn raw(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The server may have answered, and closed, before it has read everything.
        let _ = stream.write_all(request);
        Answer::read(stream)
    }

    /// A request with the right Host, these header lines, and a body.
    pub fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> Answer {
        let mut request = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.host()
        );
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            let _ = write!(request, "Content-Length: {}\r\n", body.len());
        }
        request.push_str("\r\n");
        self.raw(&[request.as_bytes(), body].concat())
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], b"")
    }

    /// A call below `/api/` as the page makes it.
    pub fn call(&self, line: &str, headers: &[&str], body: &[u8]) -> Answer {
        let token = format!("{TOKEN_HEADER}: {}", self.token);
        self.send(line, &[&[token.as_str()], headers].concat(), body)
    }

    /// A call to Atlas; its target stands below the API's base.
    pub fn atlas(&self, method: &str, target: &str, body: &str) -> Answer {
        let json: &[&str] = if body.is_empty() {
            &[]
        } else {
            &["Content-Type: application/json"]
        };
        self.call(
            &format!("{method} /api/atlas/v2{target}"),
            json,
            body.as_bytes(),
        )
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// A request under another name.
    pub fn get_as(&self, host: &str, path: &str) -> Answer {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        self.raw(head.as_bytes())
    }

    /// Stops the server: its exit status, the rest of standard output, and the log.
    pub fn stop(mut self) -> (Option<i32>, String, String) {
        self.signal("TERM");
        let (mut out, mut log) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        (self.child.wait().unwrap().code(), out, log)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The authority and the code of an `Open` line.
fn opened(line: &str) -> Option<(&str, &str)> {
    let rest = line.strip_prefix("Open http://")?.strip_suffix('\n')?;
    rest.split_once("/#code=")
}

/// The program with none of the settings of whoever runs the tests, and a state of its own.
pub fn command() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_atlas-x509"));
    command.env(
        "XDG_STATE_HOME",
        Path::new(env!("CARGO_TARGET_TMPDIR")).join("state"),
    );
    for (name, _) in std::env::vars_os() {
        let known = name.to_string_lossy().to_uppercase();
        if known.starts_with("ATLAS_") || known.ends_with("_PROXY") {
            command.env_remove(name);
        }
    }
    command
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset after the answer is an answer.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes
            .windows(4)
            .position(|window| window == b"\r\n\r\n")
            .expect("an answer");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self {
            status,
            head,
            body: bytes[end + 4..].to_vec(),
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The status and, if it is an error of the gateway, its code.
    pub fn verdict(&self) -> (u16, String) {
        let json: serde_json::Value = serde_json::from_slice(&self.body).unwrap_or_default();
        (
            self.status,
            json["errorCode"].as_str().unwrap_or_default().to_owned(),
        )
    }
}
