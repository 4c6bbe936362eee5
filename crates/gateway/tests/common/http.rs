//! What carries the calls of `atlas::Client` in tests: HTTP/1.1 over a socket, a connection a call.
//!
//! It waits on a clock that is turned by hand, the sandbox's, so that pauses and restarts of
//! clusters take no time; where something has to happen meanwhile, waiting also takes a share of
//! real time.

use std::{
    cell::{Cell, RefCell},
    fmt::Write as _,
    io::{self, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use atlas::{
    Transport,
    apply::POLL_EVERY,
    calls::BASE,
    transport::{NoAnswer, Request, Response},
};
use sandbox::clock::Hand;

/// The most real time that one pause takes.
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

pub struct Http {
    pub address: SocketAddr,
    /// A header line that lets the calls in.
    pub authorization: String,
    /// How long an answer may take.
    pub timeout: Duration,
    pub clock: Hand,
    /// How much real time a second of waiting takes.
    pub pace: Cell<Duration>,
    /// Every call so far, as `METHOD target`.
    pub calls: RefCell<Vec<String>>,
}

impl Transport for Http {
    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        let method = request.method().as_str();
        let call = format!("{method} {}", request.target);
        self.calls.borrow_mut().push(call);
        let kind = request.media_type();
        let mut headers = vec![self.authorization.clone(), format!("Accept: {kind}")];
        headers.extend(
            request
                .body
                .as_ref()
                .map(|_| format!("Content-Type: {kind}")),
        );
        let line = format!("{method} {BASE}{}", request.target);
        let body = request.body.unwrap_or_default();
        exchange(self.address, self.timeout, &line, &headers, &body).map_err(|error| NoAnswer {
            reason: error.to_string(),
            never_sent: error.kind() == io::ErrorKind::ConnectionRefused,
        })
    }

    async fn sleep(&self, time: Duration) {
        self.clock.advance(time);
        // Between two looks at the clusters nothing else happens.
        if time != POLL_EVERY {
            let real = self.pace.get().mul_f64(time.as_secs_f64());
            thread::sleep(real.min(LONGEST_PAUSE));
        }
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

/// The token for a code, as the page gets it; `None` when the gateway refuses it.
pub fn launch(gateway: SocketAddr, code: &str) -> Option<String> {
    let body = serde_json::json!({ "code": code }).to_string();
    let headers = ["Content-Type: application/json".to_owned()];
    let line = "POST /api/launch";
    let answer = exchange(gateway, Duration::from_secs(10), line, &headers, &body).ok()?;
    let answer: serde_json::Value = serde_json::from_str(&answer.body).ok()?;
    answer["token"].as_str().map(str::to_owned)
}

/// Sends one request and reads the answer, all within `timeout`.
pub fn exchange(
    address: SocketAddr,
    timeout: Duration,
    line: &str,
    headers: &[String],
    body: &str,
) -> io::Result<Response> {
    let mut request = format!("{line} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    if !body.is_empty() {
        let _ = write!(request, "Content-Length: {}\r\n", body.len());
    }
    request.push_str("\r\n");
    request.push_str(body);

    let end = Instant::now() + timeout;
    let mut stream = TcpStream::connect_timeout(&address, timeout)?;
    stream.write_all(request.as_bytes())?;
    let mut bytes = Vec::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        let left = end.saturating_duration_since(Instant::now());
        stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        match stream.read(&mut part)? {
            0 => break,
            count => bytes.extend_from_slice(&part[..count]),
        }
    }
    read(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// A whole answer; `None` when it broke off.
fn read(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let header = |wanted: &str| {
        head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted)
                .then(|| value.trim().to_owned())
        })
    };
    let body = &bytes[end + 4..];
    let body = match header("content-length") {
        Some(length) => body.get(..length.parse().ok()?)?.to_vec(),
        None if header("transfer-encoding").is_some() => joined(body)?,
        None => body.to_vec(),
    };
    Some(Response {
        status: head.split(' ').nth(1)?.parse().ok()?,
        retry_after: header("retry-after"),
        body: String::from_utf8(body).ok()?,
    })
}

/// The chunks of a body (RFC 9112, section 7.1).
fn joined(mut body: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let end = body.windows(2).position(|window| window == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?, 16).ok()?;
        if size == 0 {
            return Some(bytes);
        }
        let start = end + 2;
        bytes.extend_from_slice(body.get(start..start + size)?);
        body = body.get(start + size + 2..)?;
    }
}
