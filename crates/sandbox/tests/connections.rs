//! Clients that say nothing, or not enough, keep nobody else out and do not stay.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use common::Server;
use serde_json::{Value, json};

/// More than the listener has places for.
const MANY: usize = 200;

#[test]
fn many_silent_connections_keep_no_client_out_and_no_call_is_cut_off_for_one() {
    let server = Server::start();
    let stall = json!([{"path": "/orgs", "fault": {"stall_ms": 2500}}]);
    server.own("PUT /sandbox/faults", &stall);
    std::thread::scope(|threads| {
        let stalled = threads.spawn(|| server.get("/orgs"));
        std::thread::sleep(Duration::from_millis(200));
        let silent: Vec<TcpStream> = (0..MANY)
            .map(|_| TcpStream::connect(server.address).unwrap())
            .collect();
        let begun = Instant::now();
        assert_eq!(server.get("/groups").status, 200);
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(stalled.join().unwrap().status, 200);

        // All but as many as there are places for have been sent away.
        let is_open = |mut stream: &TcpStream| {
            stream
                .set_read_timeout(Some(Duration::from_millis(1)))
                .unwrap();
            stream.read(&mut [0]).is_err()
        };
        let left = silent.iter().filter(|stream| is_open(stream)).count();
        assert!(left <= 128, "{left}");
    });
    assert_eq!(server.own("GET /sandbox/journal", &Value::Null).status, 200);
}

#[test]
fn a_head_that_trickles_in_is_cut_off_after_five_seconds_and_an_idle_connection_is_not() {
    let server = Server::start();
    let mut idle = TcpStream::connect(server.address).unwrap();
    let mut slow = TcpStream::connect(server.address).unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nHost:").unwrap();
    slow.set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let begun = Instant::now();
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    let took = begun.elapsed();
    assert!(rest.is_empty());
    assert!(
        took > Duration::from_secs(4) && took < Duration::from_secs(8),
        "{took:?}"
    );

    let request = format!(
        "GET /sandbox/journal HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
        server.address
    );
    idle.write_all(request.as_bytes()).unwrap();
    idle.read_to_end(&mut rest).unwrap();
    assert!(rest.starts_with(b"HTTP/1.1 200"));
}
