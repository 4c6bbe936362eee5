//! What stands where Atlas would: a server that shows, and says, every byte; and the sandbox with a
//! clock that can be turned.

use std::{
    io::{self, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use sandbox::{
    Credentials, Sandbox, Settings,
    clock::{Clock, Hand, Moment},
};
use tokio::runtime::Runtime;

/// A request as it came off the wire.
#[derive(Clone, Debug)]
pub struct Received {
    /// Method and target.
    pub line: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// Reads one; `None` when the other side has closed.
    pub fn read(stream: &mut impl io::BufRead) -> Option<Self> {
        let mut line = String::new();
        stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let mut headers = Vec::new();
        loop {
            let mut header = String::new();
            stream.read_line(&mut header).ok()?;
            let Some((name, value)) = header.split_once(':') else {
                break;
            };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let mut received = Self {
            line: line.trim_end().trim_end_matches(" HTTP/1.1").to_owned(),
            headers,
            body: String::new(),
        };
        let length = received
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        received.body = String::from_utf8(body).unwrap();
        Some(received)
    }
}

/// What to do with a request.
pub enum Reply {
    /// These bytes, and the connection stays open.
    Bytes(String),
    /// These bytes, and the connection is closed without a word of it in them.
    Last(String),
    /// Nothing, for that long.
    Stall(Duration),
}

/// An answer with these header lines.
pub fn reply(status: u16, headers: &[&str], body: &str) -> Reply {
    let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    Reply::Bytes(format!("{head}\r\n{body}"))
}

/// An access token that is good for so many seconds.
pub fn token(name: &str, seconds: u64) -> Reply {
    let body =
        format!(r#"{{"access_token":"{name}","expires_in":{seconds},"token_type":"Bearer"}}"#);
    reply(200, &["Content-Type: application/json"], &body)
}

/// A server with answers of the test's own.
pub struct Upstream {
    pub address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Upstream {
    pub fn start(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_on(|stream| stream, answer)
    }

    /// One whose connections are something more than TCP.
    pub fn start_on<S: io::Read + io::Write>(
        wrap: impl Fn(TcpStream) -> S + Send + Sync + 'static,
        answer: impl Fn(&Received) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let wrap = Arc::new(wrap);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let (answer, seen) = (Arc::new(answer), Arc::clone(&received));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, seen) = (Arc::clone(&answer), Arc::clone(&seen));
                let (wrap, stream) = (Arc::clone(&wrap), stream.unwrap());
                thread::spawn(move || {
                    let mut stream = BufReader::new(wrap(stream));
                    while let Some(request) = Received::read(&mut stream) {
                        seen.lock().unwrap().push(request.clone());
                        match answer(&request) {
                            Reply::Bytes(bytes) => {
                                stream.get_mut().write_all(bytes.as_bytes()).unwrap();
                            }
                            Reply::Last(bytes) => {
                                stream.get_mut().write_all(bytes.as_bytes()).unwrap();
                                return;
                            }
                            Reply::Stall(time) => thread::sleep(time),
                        }
                    }
                });
            }
        });
        Self { address, received }
    }

    /// One that gives tokens, and answers calls so.
    pub fn with_tokens(answer: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(move |request| {
            if request.line == "POST /api/oauth/token" {
                token("canary-token", 3_600)
            } else {
                answer(request)
            }
        })
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far whose line begins so.
    pub fn received(&self, beginning: &str) -> Vec<Received> {
        let received = self.received.lock().unwrap();
        received
            .iter()
            .filter(|request| request.line.starts_with(beginning))
            .cloned()
            .collect()
    }

    /// The calls to the API so far, without those for tokens.
    pub fn calls(&self) -> Vec<Received> {
        let mut calls = self.received("");
        calls.retain(|request| request.line.contains(" /api/atlas/v2"));
        calls
    }
}

pub const SERVICE_ACCOUNT: [(&str, &str); 2] = [
    ("ATLAS_CLIENT_ID", "mdb_sa_id_canary"),
    ("ATLAS_CLIENT_SECRET", "mdb_sa_sk_canary"),
];

pub const API_KEY: [(&str, &str); 2] = [
    ("ATLAS_PUBLIC_KEY", "canarykey"),
    ("ATLAS_PRIVATE_KEY", "canary-private"),
];

/// A sandbox in this process, whose clock stands still until it is turned.
pub struct Turned {
    // Dropped with the sandbox, and everything that runs in it.
    _runtime: Runtime,
    pub address: SocketAddr,
    pub hand: Hand,
    pub credentials: Credentials,
}

impl Turned {
    pub fn start() -> Self {
        /// 2026-11-24T10:00:00Z
        const START: Moment = Moment::from_millis(1_795_514_400_000);
        let (clock, hand) = Clock::by_hand(START);
        let sandbox = Sandbox::new(Settings {
            clock,
            ..Settings::default()
        })
        .unwrap();
        let runtime = Runtime::new().unwrap();
        let listener = runtime
            .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
            .unwrap();
        let (address, credentials) = (
            listener.local_addr().unwrap(),
            sandbox.credentials().clone(),
        );
        runtime.spawn(async move { sandbox.serve(listener).await });
        Self {
            _runtime: runtime,
            address,
            hand,
            credentials,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn service_account(&self) -> [(&str, &str); 2] {
        [
            ("ATLAS_CLIENT_ID", &self.credentials.client_id),
            ("ATLAS_CLIENT_SECRET", &self.credentials.client_secret),
        ]
    }

    pub fn api_key(&self) -> [(&str, &str); 2] {
        [
            ("ATLAS_PUBLIC_KEY", &self.credentials.public_key),
            ("ATLAS_PRIVATE_KEY", &self.credentials.private_key),
        ]
    }
}
