//! Messages of every shape, whole and broken, over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use bson::{Bson, Document, doc};
use common::{NAME, Server, message, section, sequence, with_header};

const CHECKSUM: u32 = 1;
const MORE_TO_COME: u32 = 2;
const EXHAUST_ALLOWED: u32 = 1 << 16;

fn ping() -> Document {
    doc! { "ping": 1, "$db": "admin" }
}

#[test]
fn the_first_contact_may_be_the_old_one() {
    let server = Server::start();
    let mut client = server.connect(None);
    let query = |command: &Document| {
        let before = [&[0; 4][..], b"admin.$cmd\0", &[0; 4], &[0xff; 4]].concat();
        with_header(2004, &[before, command.to_vec().unwrap()].concat())
    };
    client.write(&query(&doc! { "isMaster": 1, "helloOk": true }));
    let answer = client.read().unwrap();
    assert_eq!(answer[12..16], 1_i32.to_le_bytes(), "OP_REPLY");
    let body = Document::from_reader(&answer[36..]).unwrap();
    assert_eq!(body.get_bool("ismaster").ok(), Some(true));
    assert_eq!(body.get_bool("helloOk").ok(), Some(true));
    let address = server.address.to_string();
    assert_eq!(body.get_str("me").ok(), Some(&address[..]));
    assert_eq!(body.get_str("setName").ok(), Some("atlas-abcde-shard-0"));

    client.write(&query(&doc! { "find": "a" }));
    let answer = client.read().unwrap();
    let body = Document::from_reader(&answer[36..]).unwrap();
    assert_eq!(body.get_i32("code").ok(), Some(352));
}

#[test]
fn a_login_can_begin_with_hello() {
    let server = Server::start();
    let mut client = server.connect(Some("billing"));
    let hello = doc! {
        "hello": 1,
        "saslSupportedMechs": format!("$external.{NAME}"),
        "speculativeAuthenticate": { "authenticate": 1, "mechanism": "MONGODB-X509", "db": "$external" },
        "$db": "admin",
    };
    let body = client.run(&hello).unwrap();
    let done = body.get_document("speculativeAuthenticate").unwrap();
    assert_eq!(done.get_str("user").ok(), Some(NAME));
    assert_eq!(
        body.get_array("saslSupportedMechs").unwrap(),
        &vec![Bson::from("MONGODB-X509")]
    );
    let status = client.run(&doc! { "connectionStatus": 1, "$db": "admin" });
    let status = status.unwrap();
    let users = status.get_document("authInfo").unwrap();
    let users = users.get_array("authenticatedUsers").unwrap();
    assert_eq!(users.len(), 1);
    client.run(&doc! { "logout": 1, "$db": "$external" });
    let find = client.run(&doc! { "find": "a", "$db": "orders" }).unwrap();
    assert_eq!(find.get_i32("code").ok(), Some(13));

    // What fails was never begun, and nobody is told of it.
    let mut stranger = server.connect(Some("stranger"));
    let body = stranger.run(&hello).unwrap();
    assert!(!body.contains_key("speculativeAuthenticate"));
    let notes = server.world.notes.lock().unwrap();
    assert_eq!(*notes, [(NAME.to_owned(), None)]);
}

#[test]
fn the_database_of_a_login_is_external_and_the_mechanism_the_one() {
    let server = Server::start();
    let mut client = server.connect(Some("billing"));
    for (command, code) in [
        (
            doc! { "authenticate": 1, "mechanism": "MONGODB-X509", "$db": "admin" },
            17,
        ),
        (
            doc! { "authenticate": 1, "mechanism": "PLAIN", "$db": "$external" },
            18,
        ),
        (doc! { "authenticate": 1, "$db": "$external" }, 18),
        (
            doc! { "authenticate": 1, "mechanism": "MONGODB-X509", "user": "CN=x", "$db": "$external" },
            18,
        ),
        (
            doc! { "saslStart": 1, "mechanism": "SCRAM-SHA-256", "$db": "admin" },
            18,
        ),
    ] {
        let body = client.run(&command).unwrap();
        assert_eq!(body.get_i32("code").ok(), Some(code), "{command}");
    }
    assert_eq!(client.log_in().get_f64("ok").ok(), Some(1.0));
}

#[test]
fn sequences_beside_a_command_are_counted() {
    let server = Server::start();
    let mut client = server.connect(Some("billing"));
    client.log_in();
    let insert = section(&doc! { "insert": "a", "$db": "orders" });
    let documents = sequence("documents", &[doc! { "a": 1 }, doc! { "a": 2 }, doc! {}]);
    // A client that may be answered more than once is answered once.
    client.write(&message(EXHAUST_ALLOWED, &[documents, insert]));
    let answer = client.read().unwrap();
    assert_eq!(answer[16..20], [0; 4], "no more to come");
    let body = Document::from_reader(&answer[21..]).unwrap();
    assert_eq!(body.get_i32("n").ok(), Some(3));
    let body = client.run(&doc! { "insert": "a", "documents": [{}, {}], "$db": "orders" });
    assert_eq!(body.unwrap().get_i32("n").ok(), Some(2));
    let body = client.run(&doc! { "insert": "a", "$db": "orders" });
    assert_eq!(body.unwrap().get_i32("code").ok(), Some(9));
}

#[test]
fn whoever_expects_no_answer_gets_none() {
    let server = Server::start();
    let mut client = server.connect(None);
    client.write(&message(MORE_TO_COME, &[section(&ping())]));
    let body = client.run(&ping()).unwrap();
    assert_eq!(body, doc! { "ok": 1.0 });
}

#[test]
fn a_checksum_is_looked_at_and_answered_with_one() {
    let server = Server::start();
    let mut client = server.connect(None);
    let mut bytes = message(CHECKSUM, &[section(&ping()), vec![0; 4]]);
    let at = bytes.len() - 4;
    let sum = crc32c(&bytes[..at]);
    bytes[at..].copy_from_slice(&sum.to_le_bytes());
    client.write(&bytes);
    let answer = client.read().unwrap();
    assert_eq!(answer[16], 1);
    let (body, sum) = answer.split_at(answer.len() - 4);
    assert_eq!(sum, crc32c(body).to_le_bytes());

    bytes[at] ^= 1;
    client.write(&bytes);
    assert!(client.ends());
}

/// RFC 3720, appendix B.4: the sum of 32 zeros.
#[test]
fn the_checksum_is_the_known_one() {
    assert_eq!(crc32c(&[0; 32]), 0x8a91_36aa);
}

fn crc32c(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            sum >> 1 ^ if sum & 1 == 1 { 0x82f6_3b78 } else { 0 }
        })
    })
}

#[test]
fn what_is_no_message_ends_the_connection() {
    let server = Server::start();
    let with_length = |length: i32| {
        let mut bytes = message(0, &[section(&ping())]);
        bytes[..4].copy_from_slice(&length.to_le_bytes());
        bytes
    };
    let lying = [&[0][..], &1_000_i32.to_le_bytes(), &[0]].concat();
    let no_end = [1, 5, 0, 0, 0, b'a'].to_vec();
    let pings = || sequence("a", &[ping()]);
    for (what, bytes) in [
        ("no length", with_length(0)),
        ("shorter than its header", with_length(15)),
        ("a negative length", with_length(-1)),
        (
            "more than is taken before a login",
            with_length(16 * 1024 + 1),
        ),
        ("compressed", with_header(2012, &[0; 40])),
        ("no such operation", with_header(1, &[0; 40])),
        ("nothing in it", with_header(2013, &[])),
        ("flags that nobody knows", message(4, &[section(&ping())])),
        ("no body", message(0, &[pings()])),
        (
            "two bodies",
            message(0, &[section(&ping()), section(&ping())]),
        ),
        (
            "one sequence twice",
            message(0, &[section(&ping()), pings(), pings()]),
        ),
        ("no such section", message(0, &[vec![2], section(&ping())])),
        ("a document longer than the message", message(0, &[lying])),
        (
            "a name without an end",
            message(0, &[section(&ping()), no_end]),
        ),
        (
            "a checksum that is too short",
            message(CHECKSUM, &[vec![0; 2]]),
        ),
    ] {
        let mut client = server.connect(None);
        client.write(&bytes);
        assert!(client.ends(), "{what}");
    }
    let mut client = server.connect(None);
    assert!(client.run(&ping()).is_some());
}

#[test]
fn documents_that_lie_too_deep_or_are_damaged_are_refused() {
    let server = Server::start();
    let mut client = server.connect(None);
    // Written by hand: what makes documents of that depth would need a stack of its own.
    let whole = |content: &[u8]| {
        let length = i32::try_from(content.len() + 5).unwrap();
        [&length.to_le_bytes()[..], content, &[0]].concat()
    };
    let mut deep = |levels: usize| {
        let inner = (0..levels).fold(whole(&[]), |inner, level| {
            // A document in an array in a document, and so on.
            let kind = if level % 2 == 0 { 3 } else { 4 };
            whole(&[&[kind, b'0', 0], &inner[..]].concat())
        });
        let command = [&b"\x03ping\0"[..], &inner, b"\x02$db\0\x06\0\0\0admin\0"].concat();
        client.write(&message(0, &[[&[0], &whole(&command)[..]].concat()]));
        Document::from_reader(&client.read().unwrap()[21..]).unwrap()
    };
    assert_eq!(deep(190), doc! { "ok": 1.0 });
    for levels in [200, 1_900] {
        assert_eq!(deep(levels).get_i32("code").ok(), Some(22), "{levels}");
    }

    let mut damaged = message(0, &[section(&doc! { "ping": "text", "$db": "admin" })]);
    let at = damaged.windows(4).position(|it| it == b"text").unwrap();
    damaged[at] = 0xff;
    client.write(&damaged);
    let answer = client.read().unwrap();
    let body = Document::from_reader(&answer[21..]).unwrap();
    assert_eq!(body.get_i32("code").ok(), Some(22));

    let body = client.run(&doc! { "ping": 1 }).unwrap();
    assert_eq!(body.get_i32("code").ok(), Some(40_571));
    let body = client.run(&doc! {}).unwrap();
    assert_eq!(body.get_i32("code").ok(), Some(59));
}

#[test]
fn every_cut_of_a_message_is_waited_for_or_refused() {
    let server = Server::start();
    let whole = message(
        0,
        &[section(&doc! { "ping": { "a": [1, "b"] }, "$db": "admin" })],
    );
    for end in 16..whole.len() {
        let mut cut = whole[..end].to_vec();
        let length = i32::try_from(end).unwrap();
        cut[..4].copy_from_slice(&length.to_le_bytes());
        let mut client = server.connect(None);
        client.write(&cut);
        assert!(client.ends(), "{end}");
    }
}
