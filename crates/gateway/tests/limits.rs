//! The limits of time and number that are too long to wait for, made short.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::{
    collections::VecDeque,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use atlas_x509::serve::{Flags, Gateway, Limits, config::Settings};
use common::{
    Answer,
    atlas::{Reply, SERVICE_ACCOUNT, Upstream, reply, token},
    http::launch,
};
use tokio::sync::oneshot;

/// A server in this process; it stops when the sender is dropped, and tells when it has.
struct Running {
    address: SocketAddr,
    code: String,
    token: String,
    stop: oneshot::Sender<()>,
    stopped: mpsc::Receiver<()>,
}

/// The usual ones, but for one that clients meet.
fn of_clients(change: impl FnOnce(&mut connections::Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits.clients);
    limits
}

fn run(limits: Limits) -> Running {
    run_before(None, limits)
}

/// With a service account for this Atlas, or else before the sandbox.
fn run_before(upstream: Option<String>, limits: Limits) -> Running {
    run_with(limits, |flags| flags.upstream = upstream)
}

fn run_with(limits: Limits, change: impl FnOnce(&mut Flags)) -> Running {
    let mut flags = Flags {
        listen: Some("127.0.0.1:0".to_owned()),
        origin: Some("address".to_owned()),
        ..Flags::default()
    };
    change(&mut flags);
    let (stop, told) = oneshot::channel();
    let (ended, stopped) = mpsc::channel();
    let (bound, address) = mpsc::channel();
    thread::spawn(move || {
        let credential = |name: &str| {
            let mut known = SERVICE_ACCOUNT.iter().filter(|_| flags.upstream.is_some());
            known
                .find(|(key, _)| *key == name)
                .map(|(_, value)| (*value).to_owned())
        };
        let settings = Settings::resolve(&flags, &credential).unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let gateway = Gateway::bind(&settings, limits).await.unwrap();
            bound
                .send((gateway.address(), gateway.open_address().unwrap()))
                .unwrap();
            gateway.run(async { drop(told.await) }).await;
        });
        ended.send(()).unwrap();
    });
    let (address, open) = address.recv().unwrap();
    let code = open.split_once("#code=").unwrap().1.to_owned();
    Running {
        address,
        token: launch(address, &code).unwrap_or_default(),
        code,
        stop,
        stopped,
    }
}

impl Running {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        stream
    }

    fn patch(&self) -> Answer {
        patch(self.address, &self.token)
    }

    fn healthz(&self, more: &str) -> String {
        format!(
            "GET /healthz HTTP/1.1\r\nHost: {}\r\n{more}\r\n",
            self.address
        )
    }
}

/// A change, sent to Atlas.
fn patch(address: SocketAddr, token: &str) -> Answer {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let request = format!(
        "PATCH /api/atlas/v2/groups/32b6e34b3d91647abb20e7b8/userSecurity HTTP/1.1\r\nHost: {address}\r\nX-Atlas-X509-Token: {token}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    Answer::read(stream)
}

/// How long it takes until the other side closes, and what it said.
fn until_closed(mut stream: TcpStream) -> (Duration, Vec<u8>) {
    let begun = Instant::now();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    (begun.elapsed(), bytes)
}

const SHORT: Duration = Duration::from_millis(300);
const NOT_SHORT: Duration = Duration::from_millis(2500);

#[test]
fn a_connection_that_says_nothing_is_closed_before_and_after_a_request() {
    let server = run(of_clients(|limits| limits.idle = SHORT));
    let (took, bytes) = until_closed(server.connect());
    assert!(took < NOT_SHORT && bytes.is_empty(), "{took:?}");

    let mut used = server.connect();
    used.write_all(server.healthz("").as_bytes()).unwrap();
    let (took, bytes) = until_closed(used);
    assert!(
        took < NOT_SHORT && bytes.starts_with(b"HTTP/1.1 200"),
        "{took:?}"
    );
}

#[test]
fn an_address_that_nobody_opened_in_time_is_worthless() {
    let server = run(Limits {
        launch_code: Duration::ZERO,
        ..Limits::default()
    });
    assert!(server.token.is_empty(), "it was opened too late");
    assert_eq!(launch(server.address, &server.code), None);
}

#[test]
fn a_request_whose_body_trickles_in_is_given_up() {
    let server = run(of_clients(|limits| limits.request = SHORT));
    let mut slow = server.connect();
    slow.write_all(server.healthz("Content-Length: 10\r\n").as_bytes())
        .unwrap();
    slow.write_all(b"abc").unwrap();
    let begun = Instant::now();
    let answer = Answer::read(slow);
    assert!(begun.elapsed() < NOT_SHORT);
    assert_eq!(answer.verdict(), (408, "REQUEST_TIMEOUT".to_owned()));
}

#[test]
fn one_connection_too_many_takes_the_place_of_the_one_that_is_idle_the_longest() {
    let server = run(of_clients(|limits| limits.connections = 2));
    let oldest = server.connect();
    thread::sleep(SHORT);
    let mut used = server.connect();
    used.write_all(server.healthz("").as_bytes()).unwrap();
    let mut third = server.connect();
    third
        .write_all(server.healthz("Connection: close\r\n").as_bytes())
        .unwrap();
    assert_eq!(Answer::read(third).status, 200);
    let (took, bytes) = until_closed(oldest);
    assert!(took < NOT_SHORT && bytes.is_empty(), "{took:?}");
    used.write_all(server.healthz("Connection: close\r\n").as_bytes())
        .unwrap();
    let (_, bytes) = until_closed(used);
    assert_eq!(
        String::from_utf8(bytes).unwrap().matches("200 OK").count(),
        2
    );
}

#[test]
fn connections_that_ask_for_little_all_the_time_keep_nobody_else_out() {
    let server = run(of_clients(|limits| limits.connections = 2));
    let address = server.address;
    let polite = || {
        let mut stream = server.connect();
        let line = server.healthz("");
        thread::spawn(move || {
            let begun = Instant::now();
            // Until it is told to leave, or the test has had time enough.
            while begun.elapsed() < Duration::from_secs(6)
                && stream.write_all(line.as_bytes()).is_ok()
                && stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0)
            {
                thread::sleep(SHORT / 3);
            }
        })
    };
    let busy = [polite(), polite()];
    thread::sleep(SHORT);
    let begun = Instant::now();
    let mut other = TcpStream::connect(address).unwrap();
    other
        .write_all(server.healthz("Connection: close\r\n").as_bytes())
        .unwrap();
    assert_eq!(Answer::read(other).status, 200);
    assert!(begun.elapsed() < NOT_SHORT, "{:?}", begun.elapsed());
    for thread in busy {
        thread.join().unwrap();
    }
}

#[test]
fn a_call_that_is_on_its_way_to_atlas_keeps_its_place() {
    let upstream = Upstream::with_tokens(|_| {
        thread::sleep(Duration::from_secs(3));
        reply(200, &[], "{}")
    });
    let limits = of_clients(|limits| limits.connections = 2);
    let server = run_before(Some(upstream.url()), limits);
    let (address, token) = (server.address, server.token.as_str());
    let call = move || patch(address, token).status;
    thread::scope(|scope| {
        let mut calls = vec![scope.spawn(call), scope.spawn(call)];
        while upstream.calls().len() < calls.len() {
            thread::sleep(Duration::from_millis(10));
        }
        calls.push(scope.spawn(call));
        for call in calls {
            assert_eq!(call.join().unwrap(), 200, "the third waits for the others");
        }
    });
}

/// A page with a large file in it, which a client may ask for and not read.
fn with_large_file(limits: Limits) -> (tempfile::TempDir, Running) {
    let page = tempfile::tempdir().unwrap();
    std::fs::write(page.path().join("index.html"), "").unwrap();
    std::fs::write(page.path().join("large.txt"), "x".repeat(1024 * 1024)).unwrap();
    let server = run_with(limits, |flags| flags.page = Some(page.path().to_owned()));
    (page, server)
}

impl Running {
    /// A connection that asks for more than fits between here and there, and reads nothing.
    fn connect_and_not_read(&self) -> TcpStream {
        let mut stream = self.connect();
        let line = format!("GET /large.txt HTTP/1.1\r\nHost: {}\r\n\r\n", self.address);
        stream.write_all(line.repeat(16).as_bytes()).unwrap();
        stream
    }
}

#[test]
fn many_connections_that_never_read_keep_nobody_out() {
    let (_page, server) = with_large_file(Limits::default());
    let connections = Limits::default().clients.connections;
    let silent: Vec<TcpStream> = (0..connections)
        .map(|_| server.connect_and_not_read())
        .collect();
    thread::sleep(SHORT);
    // Each of these takes the place of one that is silent.
    let mut others = Vec::new();
    for _ in 0..8 {
        let begun = Instant::now();
        let mut other = server.connect();
        other.write_all(server.healthz("").as_bytes()).unwrap();
        let mut status = [0; 12];
        other.read_exact(&mut status).unwrap();
        assert_eq!(&status, b"HTTP/1.1 200");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        others.push(other);
    }
    drop(silent);
}

/// What somebody can do who wants nobody else to be served: keep all places with answers that are
/// not read, with requests that come all the time, or with nothing, and open more all the while.
#[test]
fn whoever_opens_connections_without_end_keeps_nobody_out() {
    /// So many are held by each of those that open more.
    const HELD: usize = 200;
    let (_page, server) = with_large_file(Limits::default());
    let (address, places) = (server.address, Limits::default().clients.connections);
    let line = server.healthz("");
    // Whether it is answered.
    let ask = |stream: &mut TcpStream| {
        let mut status = [0; 12];
        stream.write_all(line.as_bytes()).is_ok()
            && stream.read_exact(&mut status).is_ok()
            && &status == b"HTTP/1.1 200"
    };
    for busy in [0, places / 2, places] {
        let silent: Vec<TcpStream> = (busy..places)
            .map(|_| server.connect_and_not_read())
            .collect();
        let is_over = AtomicBool::new(false);
        let knock = || {
            let mut held = VecDeque::new();
            while !is_over.load(Ordering::Relaxed) {
                held.extend(TcpStream::connect(address));
                if held.len() > HELD {
                    held.pop_front();
                }
            }
        };
        let pester = || {
            let mut asking: Vec<Option<TcpStream>> = (0..busy).map(|_| None).collect();
            while !is_over.load(Ordering::Relaxed) {
                for place in &mut asking {
                    *place = { place.take() }
                        .or_else(|| TcpStream::connect(address).ok())
                        .and_then(|mut stream| ask(&mut stream).then_some(stream));
                }
            }
        };
        let answers: Vec<(bool, Duration)> = thread::scope(|scope| {
            scope.spawn(knock);
            scope.spawn(knock);
            scope.spawn(pester);
            thread::sleep(SHORT);
            let answers = (0..20).map(|_| {
                let begun = Instant::now();
                let is_answered = TcpStream::connect(address).is_ok_and(|mut it| ask(&mut it));
                (is_answered, begun.elapsed())
            });
            let answers = answers.collect();
            is_over.store(true, Ordering::Relaxed);
            answers
        });
        let in_time =
            |(is_answered, took): &(bool, Duration)| *is_answered && *took < Duration::from_secs(2);
        assert!(answers.iter().all(in_time), "{busy} busy: {answers:?}");
        drop(silent);
    }
}

#[test]
fn an_answer_that_is_not_read_in_time_is_given_up() {
    let (_page, server) = with_large_file(of_clients(|limits| limits.answer = SHORT));
    let mut silent = server.connect_and_not_read();
    thread::sleep(NOT_SHORT);
    // What was on its way may still come; the rest does not.
    let mut bytes = Vec::new();
    let _ = silent.read_to_end(&mut bytes);
    assert!(bytes.len() < 16 * 1024 * 1024, "{}", bytes.len());
}

#[test]
fn a_server_that_is_told_to_stop_lets_an_open_request_end_and_closes_idle_connections() {
    let server = run(Limits::default());
    let idle = server.connect();
    let mut open = server.connect();
    open.write_all(server.healthz("Content-Length: 4\r\n").as_bytes())
        .unwrap();
    thread::sleep(SHORT);
    drop(server.stop);
    let (took, _) = until_closed(idle);
    assert!(took < NOT_SHORT, "{took:?}");
    open.write_all(b"done").unwrap();
    assert_eq!(Answer::read(open).status, 200);
    server.stopped.recv_timeout(NOT_SHORT).unwrap();
}

#[test]
fn a_server_that_is_told_to_stop_does_not_wait_for_ever() {
    let server = run(of_clients(|limits| limits.stop = SHORT));
    let mut open = server.connect();
    open.write_all(server.healthz("Content-Length: 4\r\n").as_bytes())
        .unwrap();
    thread::sleep(SHORT);
    drop(server.stop);
    server.stopped.recv_timeout(NOT_SHORT).unwrap();
}

#[test]
fn an_atlas_that_does_not_answer_in_time_is_told_from_one_that_gives_no_token() {
    let limits = Limits {
        upstream: SHORT,
        ..Limits::default()
    };
    let stall = || Reply::Stall(Duration::from_secs(8));
    let upstream = Upstream::with_tokens(move |_| stall());
    let server = run_before(Some(upstream.url()), limits);
    let begun = Instant::now();
    assert_eq!(
        server.patch().verdict(),
        (504, "UPSTREAM_TOO_SLOW".to_owned())
    );
    assert!(begun.elapsed() < NOT_SHORT);
    assert_eq!(upstream.calls().len(), 1);

    let upstream = Upstream::start(move |_| stall());
    let server = run_before(Some(upstream.url()), limits);
    assert_eq!(
        server.patch().verdict(),
        (503, "TOKEN_UNAVAILABLE".to_owned())
    );
    assert!(upstream.calls().is_empty());
}

#[test]
fn a_connection_to_atlas_that_does_not_come_about_in_time_is_unreachable() {
    // Nothing accepts the TLS handshake: the port belongs to a server that only listens.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let limits = Limits {
        upstream_connect: SHORT,
        ..Limits::default()
    };
    let url = format!("https://{}", silent.local_addr().unwrap());
    let server = run_before(Some(url), limits);
    let answer = server.patch();
    assert_eq!(answer.verdict(), (502, "UPSTREAM_UNREACHABLE".to_owned()));
    assert!(answer.text().contains("in time"), "{}", answer.text());
}

#[test]
fn a_page_that_goes_away_leaves_the_token_for_the_others() {
    let upstream = Upstream::start(|request| {
        if request.line == "POST /api/oauth/token" {
            thread::sleep(SHORT);
            token("t", 3_600)
        } else {
            reply(200, &[], "{}")
        }
    });
    let server = run_before(Some(upstream.url()), Limits::default());
    let mut gone = server.connect();
    let head = format!(
        "GET /api/atlas/v2/groups HTTP/1.1\r\nHost: {}\r\nX-Atlas-X509-Token: {}\r\n\r\n",
        server.address, server.token
    );
    gone.write_all(head.as_bytes()).unwrap();
    thread::sleep(SHORT / 2);
    drop(gone);
    assert_eq!(server.patch().status, 200);
}
