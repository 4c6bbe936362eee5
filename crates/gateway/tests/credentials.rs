//! Both kinds of credential, against servers that accept, refuse, expire and forget them.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use common::{
    Server,
    atlas::{API_KEY, Reply, SERVICE_ACCOUNT, Turned, Upstream, reply, token},
};

fn error(code: &str) -> String {
    format!(
        r#"{{"error":401,"errorCode":"{code}","detail":"Atlas's words.","reason":"Unauthorized"}}"#
    )
}

/// All at once; how often each status came.
fn in_parallel(server: &Server, calls: usize) -> Vec<u16> {
    thread::scope(|scope| {
        let running: Vec<_> = (0..calls)
            .map(|_| scope.spawn(|| server.atlas("GET", "/groups", "").status))
            .collect();
        running
            .into_iter()
            .map(|call| call.join().unwrap())
            .collect()
    })
}

#[test]
fn both_kinds_work_with_the_sandbox_from_the_first_call() {
    let sandbox = Turned::start();
    for credential in [sandbox.service_account(), sandbox.api_key()] {
        let server = Server::before(&sandbox.url(), &credential);
        let projects = server.atlas("GET", "/groups?itemsPerPage=500&pageNum=1", "");
        assert_eq!(projects.status, 200);
        assert_eq!(projects.json()["results"].as_array().unwrap().len(), 5);
        let status = server.atlas("GET", "", "").json();
        assert_eq!(status["appName"], "MongoDB Atlas");
    }
}

#[test]
fn a_hundred_calls_at_once_fetch_one_token() {
    let upstream = Upstream::start(|request| {
        if request.line == "POST /api/oauth/token" {
            thread::sleep(Duration::from_millis(300));
            token("t", 3_600)
        } else {
            reply(200, &[], "{}")
        }
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    assert_eq!(in_parallel(&server, 100), [200; 100]);
    assert_eq!(upstream.received("POST /api/oauth/token").len(), 1);
    assert_eq!(upstream.calls().len(), 100);
    let request = &upstream.received("POST /api/oauth/token")[0];
    assert_eq!(request.body, "grant_type=client_credentials");
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert!(
        request
            .header("authorization")
            .unwrap()
            .starts_with("Basic ")
    );
}

#[test]
fn calls_that_wait_for_a_token_share_its_refusal_and_the_next_one_asks_again() {
    let upstream = Upstream::start(|_| {
        thread::sleep(Duration::from_millis(500));
        reply(401, &[], r#"{"error":"invalid_client"}"#)
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    assert_eq!(in_parallel(&server, 20), [401; 20]);
    let asked = upstream.received("POST /api/oauth/token").len();
    assert!(asked < 5, "{asked}");
    server.atlas("GET", "/groups", "");
    assert_eq!(upstream.received("POST /api/oauth/token").len(), asked + 1);
    assert!(upstream.calls().is_empty());
}

#[test]
fn a_token_is_replaced_before_its_end_and_handed_back_at_the_end_of_the_program() {
    let given = AtomicUsize::new(0);
    let upstream = Upstream::start(move |request| {
        if request.line == "POST /api/oauth/token" {
            let number = given.fetch_add(1, Ordering::SeqCst);
            // Due after half of its life.
            token(&format!("token-{number}"), 2)
        } else {
            reply(200, &[], "{}")
        }
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    for _ in 0..3 {
        server.atlas("GET", "/groups", "");
    }
    thread::sleep(Duration::from_millis(1_100));
    server.atlas("GET", "/groups", "");
    let shown: Vec<String> = upstream
        .calls()
        .iter()
        .map(|call| call.header("authorization").unwrap().to_owned())
        .collect();
    assert_eq!(
        shown,
        [
            "Bearer token-0",
            "Bearer token-0",
            "Bearer token-0",
            "Bearer token-1"
        ]
    );
    assert_eq!(server.stop().0, Some(0));
    let revoked = upstream.received("POST /api/oauth/revoke");
    assert_eq!(revoked.len(), 1);
    assert_eq!(
        revoked[0].body,
        "token=token-1&token_type_hint=access_token"
    );
}

#[test]
fn a_program_that_cannot_hand_its_token_back_ends_all_the_same() {
    let upstream = Upstream::start(|request| match request.line.as_str() {
        "POST /api/oauth/token" => token("t", 3_600),
        "POST /api/oauth/revoke" => Reply::Stall(Duration::from_secs(20)),
        _ => reply(200, &[], "{}"),
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    server.atlas("GET", "/groups", "");
    let begun = std::time::Instant::now();
    let (status, _, log) = server.stop();
    assert!(begun.elapsed() < Duration::from_secs(5));
    assert_eq!(status, Some(0));
    assert!(log.contains("could not be handed back"), "{log}");
}

#[test]
fn a_token_that_has_ended_is_replaced_also_for_calls_in_parallel() {
    let sandbox = Turned::start();
    let server = Server::before(&sandbox.url(), &sandbox.service_account());
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    // The gateway's own clock has not moved: it learns it from the refusal.
    sandbox.hand.advance(Duration::from_hours(2));
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    sandbox.hand.advance(Duration::from_hours(2));
    assert_eq!(in_parallel(&server, 30), [200; 30]);
}

#[test]
fn a_token_that_was_revoked_is_replaced_once_also_for_calls_in_parallel() {
    let given = AtomicUsize::new(0);
    let revoked = Arc::new(AtomicUsize::new(0));
    let good_from = Arc::clone(&revoked);
    let upstream = Upstream::start(move |request| {
        if request.line == "POST /api/oauth/token" {
            return token(&given.fetch_add(1, Ordering::SeqCst).to_string(), 3_600);
        }
        let shown = request
            .header("authorization")
            .unwrap()
            .replace("Bearer ", "");
        if shown.parse::<usize>().unwrap() < good_from.load(Ordering::SeqCst) {
            reply(401, &[], &error("UNEXPECTED_ERROR"))
        } else {
            reply(200, &[], "{}")
        }
    });
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    for count in 1..=2 {
        revoked.store(count, Ordering::SeqCst);
        assert_eq!(in_parallel(&server, 30), [200; 30]);
        let asked = upstream.received("POST /api/oauth/token").len();
        assert_eq!(asked, 1 + count);
    }
}

#[test]
fn the_sandbox_takes_a_token_back() {
    let sandbox = Turned::start();
    let server = Server::before(&sandbox.url(), &sandbox.service_account());
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    let (status, _, log) = server.stop();
    assert_eq!(status, Some(0));
    assert!(!log.contains("could not be handed back"), "{log}");
}

#[test]
fn a_missing_role_or_membership_fetches_no_new_token() {
    for code in [
        "USER_UNAUTHORIZED",
        "USER_CANNOT_ACCESS_GROUP",
        "USER_CANNOT_ACCESS_ORG",
        "NOT_IN_GROUP",
    ] {
        let upstream = Upstream::with_tokens(move |_| reply(401, &[], &error(code)));
        let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
        let answer = server.atlas("GET", "/groups", "");
        assert_eq!(answer.verdict(), (401, code.to_owned()));
        assert_eq!(answer.json()["detail"], "Atlas's words.");
        assert_eq!(upstream.calls().len(), 1, "{code}");
        assert_eq!(upstream.received("POST /api/oauth/token").len(), 1);
    }
}

#[test]
fn a_token_that_is_always_refused_is_replaced_once_and_then_atlas_own_words_come_back() {
    let upstream = Upstream::with_tokens(|_| reply(401, &[], &error("UNEXPECTED_ERROR")));
    let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.verdict(), (401, "UNEXPECTED_ERROR".to_owned()));
    assert_eq!(upstream.calls().len(), 2);
    assert_eq!(upstream.received("POST /api/oauth/token").len(), 2);
}

#[test]
fn a_wrong_secret_is_said_and_the_call_is_not_sent() {
    let sandbox = Turned::start();
    let server = Server::before(
        &sandbox.url(),
        &[
            ("ATLAS_CLIENT_ID", &sandbox.credentials.client_id),
            ("ATLAS_CLIENT_SECRET", "mdb_sa_sk_wrong"),
        ],
    );
    let answer = server.atlas("GET", "/groups", "");
    assert_eq!(answer.verdict(), (401, "CREDENTIAL_REFUSED".to_owned()));
    let json = answer.json();
    let detail = json["detail"].as_str().unwrap();
    assert!(
        detail.contains("its secret is wrong or has expired")
            && detail.contains("Client authentication failed")
            && !detail.contains("mdb_sa_sk_wrong"),
        "{detail}"
    );
}

#[test]
fn a_token_that_is_not_to_be_had_for_the_moment_is_told_from_a_lost_call() {
    type Answer = fn() -> Reply;
    let cases: [(Answer, &str); 6] = [
        (|| reply(500, &[], ""), "status 500"),
        (|| reply(429, &[], ""), "no more tokens"),
        (|| reply(200, &[], "<html>"), "none that can be used"),
        (|| reply(302, &["Location: /x"], ""), "status 302"),
        (|| Reply::Last(String::new()), "The call was not sent."),
        (
            || reply(200, &[], r#"{"access_token":"a\nb"}"#),
            "cannot stand in a header",
        ),
    ];
    for (answer, said) in cases {
        let upstream = Upstream::start(move |_| answer());
        let server = Server::before(&upstream.url(), &SERVICE_ACCOUNT);
        let answer = server.atlas("GET", "/groups", "");
        assert_eq!(answer.verdict(), (503, "TOKEN_UNAVAILABLE".to_owned()));
        assert!(answer.text().contains(said), "{}", answer.text());
        assert!(upstream.calls().is_empty());
    }
}

fn challenge(nonce: &str) -> String {
    format!(
        r#"WWW-Authenticate: Digest realm="MMS Public API", domain="", nonce="{nonce}", algorithm=MD5, qop="auth", stale=false"#
    )
}

#[test]
fn a_nonce_is_used_again_and_counted() {
    let upstream = Upstream::start(|request| match request.header("authorization") {
        None => reply(401, &[&challenge("n1")], ""),
        Some(_) => reply(200, &[], "{}"),
    });
    let server = Server::before(&upstream.url(), &API_KEY);
    for _ in 0..3 {
        assert_eq!(server.atlas("GET", "/groups?pageNum=2", "").status, 200);
    }
    let calls = upstream.calls();
    assert_eq!(calls.len(), 4, "one handshake");
    assert_eq!(calls[0].header("authorization"), None);
    for (count, call) in calls[1..].iter().enumerate() {
        let shown = call.header("authorization").unwrap();
        for part in [
            "Digest username=\"canarykey\"",
            "nonce=\"n1\"",
            "uri=\"/api/atlas/v2/groups?pageNum=2\"",
            &format!("nc={:08x}", count + 1),
            "qop=auth",
        ] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("canary-private"));
    }
}

#[test]
fn a_nonce_that_is_too_old_is_replaced_also_for_calls_in_parallel() {
    let sandbox = Turned::start();
    let server = Server::before(&sandbox.url(), &sandbox.api_key());
    assert_eq!(in_parallel(&server, 30), [200; 30]);
    sandbox.hand.advance(Duration::from_mins(5));
    assert_eq!(server.atlas("GET", "/groups", "").status, 200);
    sandbox.hand.advance(Duration::from_mins(5));
    assert_eq!(in_parallel(&server, 30), [200; 30]);
}

#[test]
fn a_wrong_key_is_tried_twice_at_most_and_then_atlas_own_words_come_back() {
    let sandbox = Turned::start();
    let server = Server::before(&sandbox.url(), &API_KEY);
    for _ in 0..2 {
        let answer = server.atlas("GET", "/groups", "");
        assert_eq!(answer.status, 401);
        assert_ne!(answer.verdict().1, "LAUNCH_TOKEN");
        assert_eq!(answer.header("www-authenticate"), None);
    }

    let refusing = Upstream::start(|_| reply(401, &[&challenge("same")], ""));
    let server = Server::before(&refusing.url(), &API_KEY);
    assert_eq!(server.atlas("GET", "/groups", "").status, 401);
    assert_eq!(refusing.calls().len(), 2, "without a proof, and with one");
    assert_eq!(server.atlas("GET", "/groups", "").status, 401);
    assert_eq!(refusing.calls().len(), 3, "the nonce was answered already");
}

#[test]
fn a_challenge_of_another_kind_is_not_answered() {
    for other in [
        "WWW-Authenticate: Basic realm=\"x\"",
        "WWW-Authenticate: Digest realm=\"x\", nonce=\"n\", qop=\"auth\", algorithm=MD4",
        "X: y",
    ] {
        let upstream = Upstream::start(move |_| reply(401, &[other], ""));
        let server = Server::before(&upstream.url(), &API_KEY);
        assert_eq!(server.atlas("GET", "/groups", "").status, 401);
        assert_eq!(upstream.calls().len(), 1);
        assert_eq!(upstream.calls()[0].header("authorization"), None);
    }
}
