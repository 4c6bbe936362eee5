//! What happened: the access history of clusters, the events of a project, and who wants to be told.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::Server;
use serde_json::{Value, json};

fn logs(server: &Server, project: &str, cluster: &str, query: &str) -> Vec<Value> {
    let id = server.project(project);
    let path = format!("/groups/{id}/dbAccessHistory/clusters/{cluster}{query}");
    let answer = server.get(&path);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["accessLogs"].as_array().unwrap().clone()
}

fn text<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry[name].as_str().unwrap_or_default()
}

#[test]
fn the_access_history_tells_a_week_the_newest_first() {
    let server = Server::start();
    let all = logs(&server, "Acme Production", "orders", "");
    let times: Vec<&str> = all.iter().map(|entry| text(entry, "timestamp")).collect();
    assert!(times.is_sorted_by(|one, other| one >= other));
    assert!(
        times
            .iter()
            .all(|time| ("2026-11-17T10:00:00Z"..="2026-11-24T10:00:00Z").contains(time))
    );
    // Nothing of another cluster's.
    assert!(
        all.iter()
            .all(|entry| !text(entry, "username").contains("archiver"))
    );

    // Accepted until yesterday, refused since then.
    let billing: Vec<&Value> = all
        .iter()
        .filter(|entry| text(entry, "username").contains("billing"))
        .collect();
    let turn = billing
        .iter()
        .position(|entry| entry["authResult"] == true)
        .unwrap();
    assert!(turn > 0);
    assert!(
        billing[..turn]
            .iter()
            .all(|entry| text(entry, "failureReason").contains("expired"))
    );
    assert!(
        billing[turn..]
            .iter()
            .all(|entry| entry["authResult"] == true && entry["failureReason"].is_null())
    );
    assert!(text(billing[turn - 1], "timestamp") >= "2026-11-23T10:00:00Z");

    // A name that no user has, and what mongod says of it.
    let shipping = all
        .iter()
        .find(|entry| text(entry, "username").contains("shipping"))
        .unwrap();
    assert!(text(shipping, "failureReason").starts_with("UserNotFound: Could not find user"));
    assert!(text(shipping, "logLine").contains("MONGODB-X509"));
}

#[test]
fn the_access_history_can_be_narrowed() {
    let server = Server::start();
    let of = |query: &str| logs(&server, "Acme Production", "orders", query);
    assert!(
        of("?authResult=true")
            .iter()
            .all(|entry| entry["authResult"] == true)
    );
    assert!(
        of("?authResult=false")
            .iter()
            .all(|entry| entry["authResult"] == false)
    );
    assert!(
        of("?ipAddress=203.0.113.21")
            .iter()
            .all(|entry| entry["ipAddress"] == "203.0.113.21")
    );
    assert_eq!(of("?nLogs=3").len(), 3);
    let hour = common::START.millis() - 3_600_000;
    let last = of(&format!("?start={hour}"));
    assert!(
        !last.is_empty()
            && last
                .iter()
                .all(|entry| text(entry, "timestamp") >= "2026-11-24T09:00:00Z")
    );
    let id = server.project("Acme Production");
    for query in [
        "nLogs=0",
        "nLogs=20001",
        "authResult=maybe",
        "ipAddress=here",
        "start=yesterday",
    ] {
        let answer = server.get(&format!(
            "/groups/{id}/dbAccessHistory/clusters/orders?{query}"
        ));
        assert_eq!(
            (answer.status, text(&answer.json(), "errorCode")),
            (400, "INVALID_QUERY_PARAMETER"),
            "{query}"
        );
    }
}

#[test]
fn no_more_than_twenty_thousand_are_told() {
    assert_eq!(
        logs(&Server::start(), "Acme Big", "fleet", "").len(),
        20_000
    );
}

#[test]
fn who_may_not_see_the_access_history_and_where_there_is_none() {
    let server = Server::start();
    for (project, cluster, status, code) in [
        ("Acme Read Only", "ledger", 401, "USER_UNAUTHORIZED"),
        ("Acme Production", "prototype", 400, "FEATURE_UNSUPPORTED"),
        ("Acme Production", "nothing", 404, "CLUSTER_NOT_FOUND"),
    ] {
        let id = server.project(project);
        let answer = server.get(&format!("/groups/{id}/dbAccessHistory/clusters/{cluster}"));
        assert_eq!(
            (answer.status, text(&answer.json(), "errorCode")),
            (status, code),
            "{project}"
        );
    }
}

#[test]
fn what_is_done_becomes_an_event() {
    let mut server = Server::start();
    let id = server.project("Acme Production");
    let events =
        |server: &Server, query: &str| server.get(&format!("/groups/{id}/events{query}")).results();
    let before = events(&server, "");
    assert!(
        before
            .iter()
            .all(|event| event["username"] == "jane@acme.example")
    );

    server.hand.advance(Duration::from_mins(5));
    server.log_in();
    let user = "CN=new,O=Acme";
    let roles = json!([{"databaseName": "admin", "roleName": "readAnyDatabase"}]);
    let body = json!({"databaseName": "$external", "groupId": id, "username": user, "x509Type": "CUSTOMER", "roles": roles});
    assert_eq!(
        server
            .call("POST", &format!("/groups/{id}/databaseUsers"), &body)
            .status,
        201
    );
    let path = format!("/groups/{id}/databaseUsers/%24external/CN%3Dnew%2CO%3DAcme");
    assert_eq!(
        server
            .call("PATCH", &path, &json!({ "roles": roles }))
            .status,
        200
    );
    assert_eq!(server.call("DELETE", &path, &Value::Null).status, 204);
    let off = format!("/groups/{id}/userSecurity/customerX509");
    assert_eq!(server.call("DELETE", &off, &Value::Null).status, 202);

    let after = events(&server, "");
    assert_eq!(after.len(), before.len() + 4);
    assert_eq!(after[4..], before[..]);
    let told: Vec<(&str, &str)> = after[..4]
        .iter()
        .map(|event| (text(event, "eventTypeName"), text(event, "dbUserUsername")))
        .collect();
    let expected = [
        ("USER_SECURITY_SETTINGS_UPDATED", ""),
        ("MONGODB_USER_DELETED", user),
        ("MONGODB_USER_UPDATED", user),
        ("MONGODB_USER_ADDED", user),
    ];
    assert_eq!(told, expected);
    assert!(
        after[..4]
            .iter()
            .all(|event| event["publicKey"].is_string() && event["remoteAddress"] == "127.0.0.1")
    );

    let added =
        "?eventType=MONGODB_USER_ADDED&eventType=MONGODB_USER_DELETED&minDate=2026-11-24T10:00:00Z";
    assert_eq!(events(&server, added).len(), 2);

    // What was refused did not happen.
    assert_eq!(server.call("DELETE", &path, &Value::Null).status, 404);
    assert_eq!(events(&server, "").len(), after.len());
}

#[test]
fn an_alert_configuration_can_be_replaced() {
    let server = Server::start();
    let id = server.project("Acme Production");
    let list = || server.get(&format!("/groups/{id}/alertConfigs")).results();
    let mut config = list()[0].clone();
    let path = format!("/groups/{id}/alertConfigs/{}", text(&config, "id"));
    config["threshold"]["threshold"] = 60.into();
    let answer = server.call("PUT", &path, &config);
    assert_eq!(answer.status, 200);
    assert_eq!(list()[0]["threshold"]["threshold"], 60);
    assert_eq!(list()[0]["id"], config["id"]);

    config["notifications"] = json!([]);
    assert_eq!(
        text(&server.call("PUT", &path, &config).json(), "errorCode"),
        "MISSING_NOTIFICATIONS"
    );
    let nobody = format!("/groups/{id}/alertConfigs/{}", "0".repeat(24));
    assert_eq!(
        text(&server.call("PUT", &nobody, &config).json(), "errorCode"),
        "ALERT_CONFIG_NOT_FOUND"
    );
}
