//! A sandbox behind a real socket, and HTTP written by hand.

// Each test program uses a part of it.
#![allow(dead_code, unreachable_pub)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{
    fmt::Write as _,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sandbox::{
    Sandbox, Settings,
    clock::{Clock, Hand, Moment},
};
use serde_json::Value;
use tokio::{net::TcpListener, runtime::Runtime};

pub const V1: &str = "application/vnd.atlas.2023-01-01+json";
pub const API: &str = "/api/atlas/v2";

/// 2026-11-24T10:00:00Z
pub const START: Moment = Moment::from_millis(1_795_514_400_000);

/// A running sandbox whose clock stands still until it is turned.
pub struct Server {
    // Dropped with the server, and everything that runs in it.
    _runtime: Runtime,
    pub address: SocketAddr,
    pub hand: Hand,
    pub sandbox: Sandbox,
    token: String,
}

impl Server {
    pub fn start() -> Self {
        Self::start_with(|_| {})
    }

    pub fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        Self::start_at(START, change)
    }

    pub fn start_at(moment: Moment, change: impl FnOnce(&mut Settings)) -> Self {
        let (clock, hand) = Clock::by_hand(moment);
        let mut settings = Settings {
            clock,
            ..Settings::default()
        };
        change(&mut settings);
        let sandbox = Sandbox::new(settings).unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let running = sandbox.clone();
        runtime.spawn(async move { running.serve(listener).await });
        let mut server = Self {
            _runtime: runtime,
            address,
            hand,
            sandbox,
            token: String::new(),
        };
        server.log_in();
        server
    }

    /// Fetches an access token for the calls that follow.
    pub fn log_in(&mut self) {
        let answer = self.oauth("token", &self.basic(), "grant_type=client_credentials");
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["access_token"]
            .as_str()
            .unwrap()
            .clone_into(&mut self.token);
    }

    pub fn basic(&self) -> String {
        let credentials = self.sandbox.credentials();
        let pair = format!("{}:{}", credentials.client_id, credentials.client_secret);
        format!("Authorization: Basic {}", BASE64_STANDARD.encode(pair))
    }

    pub fn oauth(&self, endpoint: &str, authorization: &str, form: &str) -> Answer {
        self.send(
            &format!("POST /api/oauth/{endpoint}"),
            &[
                authorization,
                "Content-Type: application/x-www-form-urlencoded",
            ],
            form.as_bytes(),
        )
        .unwrap()
    }

    pub fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    /// `GET` below the API's path, in its first version.
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path, &Value::Null)
    }

    pub fn call(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.try_call(method, path, body).unwrap()
    }

    /// `None` when the connection was closed without an answer.
    pub fn try_call(&self, method: &str, path: &str, body: &Value) -> Option<Answer> {
        let bytes = if body.is_null() {
            Vec::new()
        } else {
            body.to_string().into_bytes()
        };
        self.send(
            &format!("{method} {API}{path}"),
            &[
                &self.bearer(),
                &format!("Accept: {V1}"),
                &format!("Content-Type: {V1}"),
            ],
            &bytes,
        )
    }

    /// One of the sandbox's own addresses.
    pub fn own(&self, line: &str, body: &Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(line, &["Content-Type: application/json"], body.as_bytes())
            .unwrap()
    }

    pub fn journal(&self) -> Vec<Value> {
        let answer = self.own("GET /sandbox/journal", &Value::Null);
        answer.json().as_array().unwrap().clone()
    }

    pub fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> Option<Answer> {
        let mut request = format!(
            "{line} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n",
            self.address
        );
        for header in headers {
            request.push_str(header);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            let _ = write!(request, "Content-Length: {}\r\n", body.len());
        }
        request.push_str("\r\n");
        self.send_raw(&request, body)
    }

    /// A head as it is written here, and a body.
    pub fn send_raw(&self, request: &str, body: &[u8]) -> Option<Answer> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let _ = stream.write_all(&[request.as_bytes(), body].concat());
        let mut bytes = Vec::new();
        // A reset after the answer is an answer.
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    /// The identifier of a project.
    pub fn project(&self, name: &str) -> String {
        let groups = self.get("/groups").json();
        let found = groups["results"]
            .as_array()
            .unwrap()
            .iter()
            .find(|group| group["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        Some(Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head,
            body: bytes[end + 4..].to_vec(),
        })
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {:?}", String::from_utf8_lossy(&self.body)))
    }

    pub fn results(&self) -> Vec<Value> {
        assert_eq!(self.status, 200, "{self:?}");
        self.json()["results"].as_array().unwrap().clone()
    }

    /// The status and the code of an error.
    pub fn verdict(&self) -> (u16, String) {
        if self.body.is_empty() {
            return (self.status, String::new());
        }
        let code = self.json()["errorCode"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        (self.status, code)
    }
}
