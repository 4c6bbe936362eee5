//! The journal, the faults, and the state file.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{fs, time::Instant};

use common::{START, Server};
use sandbox::{Sandbox, SandboxError, Settings, StateError};
use serde_json::{Value, json};

fn user(group: &str, name: &str) -> Value {
    json!({
        "databaseName": "$external",
        "groupId": group,
        "roles": [{"roleName": "read", "databaseName": "sales"}],
        "username": name,
        "x509Type": "CUSTOMER",
    })
}

fn put(server: &Server, faults: &Value) {
    let answer = server.own("PUT /sandbox/faults", faults);
    assert_eq!((answer.status, answer.json()), (200, shown(faults)));
    let answer = server.own("GET /sandbox/faults", &Value::Null);
    assert_eq!(answer.json(), shown(faults));
}

/// As the faults are shown: with the counts that stand for themselves.
fn shown(faults: &Value) -> Value {
    let mut faults = faults.clone();
    for fault in faults.as_array_mut().unwrap() {
        for name in ["nth", "times"] {
            if fault[name].is_null() {
                fault[name] = 1.into();
            }
        }
    }
    faults
}

#[test]
fn the_journal_holds_writes_alone() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let path = format!("/groups/{group}/databaseUsers");
    server.get(&path);
    let body = user(&group, "CN=a");
    server.call("POST", &path, &body);
    server.call("POST", &path, &body);
    let delete = format!("{path}/%24external/CN%3Da");
    server.call("DELETE", &delete, &Value::Null);
    // Whoever is not let in has written nothing.
    server.send(&format!("POST {}{path}", common::API), &[], b"{}");
    let line = |n: u64, method: &str, path: &str, body: &Value, status: u16| {
        json!({
            "n": n, "at": "2026-11-24T10:00:00Z", "method": method,
            "path": format!("{}{path}", common::API), "body": body, "status": status,
        })
    };
    assert_eq!(
        json!(server.journal()),
        json!([
            line(1, "POST", &path, &body, 201),
            line(2, "POST", &path, &body, 409),
            line(3, "DELETE", &delete, &Value::Null, 204),
        ])
    );
    assert_eq!(
        server.own("DELETE /sandbox/journal", &Value::Null).status,
        204
    );
    assert_eq!(server.journal().len(), 0);
}

#[test]
fn the_nth_call_is_answered_as_told() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let path = format!("/groups/{group}/databaseUsers");
    put(
        &server,
        &json!([
            {"method": "POST", "path": "/databaseUsers", "nth": 2, "times": 2, "fault": {"status": 503, "errorCode": "SERVICE_UNAVAILABLE"}},
            {"method": "GET", "path": "/groups", "fault": {"status": 429, "errorCode": "RATE_LIMITED"}},
            {"method": "GET", "path": "/orgs", "fault": {"status": 403, "errorCode": "IP_ADDRESS_NOT_ON_ACCESS_LIST"}},
            {"method": "GET", "path": "/groups/{groupId}", "fault": {"status": 503, "errorCode": "X", "detail": "Y", "retryAfter": 7}},
        ]),
    );
    let statuses: Vec<u16> = (0..5)
        .map(|number| {
            let body = user(&group, &format!("CN={number}"));
            server.call("POST", &path, &body).status
        })
        .collect();
    assert_eq!(statuses, [201, 503, 503, 201, 201]);
    assert_eq!(server.get(&path).results().len(), 3);
    let journal: Vec<Value> = server
        .journal()
        .iter()
        .map(|entry| entry["status"].clone())
        .collect();
    assert_eq!(journal, [201, 503, 503, 201, 201]);

    let limited = server.get("/groups");
    assert_eq!(limited.verdict(), (429, "RATE_LIMITED".to_owned()));
    assert_eq!(limited.header("retry-after"), Some("1"));
    assert_eq!(server.get("/groups").status, 200);
    let refused = server.get("/orgs").json();
    assert_eq!(refused["parameters"], json!(["127.0.0.1"]));
    let told = server.get(&format!("/groups/{group}"));
    assert_eq!(told.header("retry-after"), Some("7"));
    assert_eq!(told.json()["detail"], "Y");
    assert_eq!(told.json()["reason"], "Service Unavailable");

    put(
        &server,
        &json!([{"path": "/oauth/token", "fault": {"status": 500, "errorCode": "UNEXPECTED_ERROR"}}]),
    );
    let grant = "grant_type=client_credentials";
    assert_eq!(server.oauth("token", &server.basic(), grant).status, 500);
    assert_eq!(server.oauth("token", &server.basic(), grant).status, 200);
    put(
        &server,
        &json!([{"path": "/orgs", "fault": {"status": 503, "errorCode": "X"}}]),
    );
    assert_eq!(
        server.own("DELETE /sandbox/faults", &Value::Null).status,
        204
    );
    assert_eq!(
        server.own("GET /sandbox/faults", &Value::Null).json(),
        json!([])
    );
    assert_eq!(server.get("/orgs").status, 200);
}

#[test]
fn a_connection_is_dropped_before_or_after_the_effect() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let path = format!("/groups/{group}/databaseUsers");
    for (when, count) in [("before", 0), ("after", 1)] {
        put(
            &server,
            &json!([{"method": "POST", "path": "/databaseUsers", "fault": {"drop": when}}]),
        );
        let body = user(&group, "CN=a");
        assert!(server.try_call("POST", &path, &body).is_none(), "{when}");
        assert_eq!(server.get(&path).results().len(), count, "{when}");
        assert_eq!(server.journal().len(), count, "{when}");
    }
    assert_eq!(server.journal()[0]["status"], 201);

    for when in ["before", "after"] {
        put(
            &server,
            &json!([{"method": "GET", "path": "/orgs", "fault": {"drop": when}}]),
        );
        assert!(server.try_call("GET", "/orgs", &Value::Null).is_none());
        put(
            &server,
            &json!([{"path": "/oauth/token", "fault": {"drop": when}}]),
        );
        let kind = "Content-Type: application/x-www-form-urlencoded";
        let grant = b"grant_type=client_credentials";
        let headers = [&server.basic()[..], kind];
        assert!(
            server
                .send("POST /api/oauth/token", &headers, grant)
                .is_none()
        );
        assert!(
            server
                .send("POST /api/oauth/token", &headers, grant)
                .is_some()
        );
    }
}

#[test]
fn a_call_can_be_held_up() {
    let server = Server::start();
    put(
        &server,
        &json!([{"method": "GET", "path": "/orgs", "fault": {"stall_ms": 300}}]),
    );
    let start = Instant::now();
    assert_eq!(server.get("/orgs").status, 200);
    assert!(start.elapsed().as_millis() >= 300);
    let start = Instant::now();
    assert_eq!(server.get("/orgs").status, 200);
    assert!(start.elapsed().as_millis() < 300);
}

#[test]
fn somebody_else_can_change_the_bundle() {
    let server = Server::start();
    let group = server.project("Acme Production");
    let path = format!("/groups/{group}/userSecurity");
    let bundle = |server: &Server| server.get(&path).json()["customerX509"]["cas"].clone();
    let first = bundle(&server);
    let (one, _) = first
        .as_str()
        .unwrap()
        .split_at(first.as_str().unwrap().len() / 2);
    let mine = first.as_str().unwrap().to_owned();

    // Before a read,
    put(
        &server,
        &json!([{"method": "GET", "path": "/userSecurity", "nth": 2, "fault": {"foreign": {"cas": one}}}]),
    );
    assert_eq!(bundle(&server), first);
    assert_eq!(bundle(&server), one);
    let status = server.get(&format!("/groups/{group}/clusters/orders/status"));
    assert_eq!(status.json()["changeStatus"], "PENDING");
    // and behind the back of a write.
    put(
        &server,
        &json!([{"method": "PATCH", "path": "/userSecurity", "fault": {"foreign": {"cas": null}}}]),
    );
    let answer = server.call("PATCH", &path, &json!({"customerX509": {"cas": mine}}));
    assert_eq!(answer.json()["customerX509"]["cas"], mine);
    assert!(bundle(&server).is_null());
    // What somebody else did is not in the journal of what was asked here.
    assert_eq!(server.journal().len(), 1);
}

#[test]
fn faults_that_make_no_sense_are_refused_and_change_nothing() {
    let server = Server::start();
    let good = json!([{"path": "/orgs", "fault": {"stall_ms": 1}}]);
    put(&server, &good);
    for wrong in [
        json!({}),
        json!([{"path": "/orgs"}]),
        json!([{"path": "/orgs", "fault": {}}]),
        json!([{"path": "/orgs", "fault": {"drop": "during"}}]),
        json!([{"path": "/orgs", "fault": {"status": 503}}]),
        json!([{"path": "/orgs", "fault": {"status": 200, "errorCode": "X"}}]),
        json!([{"path": "/orgs", "fault": {"stall_ms": 1, "drop": "after"}}]),
        json!([{"path": "/orgs", "nth": 0, "fault": {"stall_ms": 1}}]),
        json!([{"path": "/orgs", "often": true, "fault": {"stall_ms": 1}}]),
    ] {
        assert_eq!(
            server.own("PUT /sandbox/faults", &wrong).status,
            400,
            "{wrong}"
        );
    }
    let shown_now = server.own("GET /sandbox/faults", &Value::Null).json();
    assert_eq!(shown_now, shown(&good));
}

#[test]
fn a_state_file_outlives_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    let start = || Server::start_with(|settings| settings.state_file = Some(file.clone()));
    let server = start();
    let group = server.project("Acme Staging");
    let users = format!("/groups/{group}/databaseUsers");
    assert_eq!(
        server.call("POST", &users, &user(&group, "CN=a")).status,
        201
    );
    let production = server.project("Acme Production");
    let security = format!("/groups/{production}/userSecurity");
    let bundle = server.get(&security).json();
    let journal = server.journal();
    drop(server);

    // The dates of the authorities are those of the first start.
    let later = START.plus(std::time::Duration::from_hours(24 * 5));
    let server = Server::start_at(later, |settings| settings.state_file = Some(file.clone()));
    assert_eq!(server.get(&users).results().len(), 1);
    assert_eq!(server.get(&security).json(), bundle);
    assert_eq!(server.journal(), journal);
    drop(server);

    fs::write(&file, "{").unwrap();
    let settings = Settings {
        state_file: Some(file),
        ..Settings::default()
    };
    assert!(matches!(
        Sandbox::new(settings),
        Err(SandboxError::State(StateError::Content { .. }))
    ));
    let settings = Settings {
        state_file: Some(folder.path().join("no/such/folder")),
        ..Settings::default()
    };
    assert!(matches!(
        Sandbox::new(settings),
        Err(SandboxError::State(StateError::Write { .. }))
    ));
}

#[test]
fn what_cannot_be_saved_has_not_happened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inner/state.json");
    fs::create_dir(folder.path().join("inner")).unwrap();
    let server = Server::start_with(|settings| settings.state_file = Some(file));
    let group = server.project("Acme Staging");
    let users = format!("/groups/{group}/databaseUsers");
    fs::remove_dir_all(folder.path().join("inner")).unwrap();
    let answer = server.call("POST", &users, &user(&group, "CN=a"));
    assert_eq!(answer.verdict(), (500, "UNEXPECTED_ERROR".to_owned()));
    assert_eq!(server.get(&users).results().len(), 0);
}
