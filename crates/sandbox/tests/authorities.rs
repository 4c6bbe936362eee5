//! The bundle of CA certificates: what is taken, and the restart that follows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::{START, Server};
use pki::{Certificate, input};
use serde_json::{Value, json};

const NOT_AN_AUTHORITY: &str = include_str!("fixtures/not-an-authority.pem");

fn bundle(server: &Server) -> String {
    let production = server.project("Acme Production");
    let security = server
        .get(&format!("/groups/{production}/userSecurity"))
        .json();
    security["customerX509"]["cas"].as_str().unwrap().to_owned()
}

/// The certificates of a bundle, each as PEM.
fn split(bundle: &str) -> Vec<String> {
    bundle
        .split_inclusive("-----END CERTIFICATE-----\n")
        .map(str::to_owned)
        .collect()
}

fn cas(pem: &str) -> Value {
    json!({"customerX509": {"cas": pem}})
}

#[test]
fn the_authorities_are_sound_and_one_expires_in_twenty_days() {
    let server = Server::start();
    let contents = input::read("cas", bundle(&server).as_bytes());
    assert!(contents.bundle_obstacles.is_empty());
    let certificates: Vec<Certificate> = contents
        .blocks
        .iter()
        .map(|block| match &block.content {
            input::Content::Certificate { der, .. } => Certificate::from_der(der).unwrap(),
            other => panic!("{other:?}"),
        })
        .collect();
    let days: Vec<i64> = certificates
        .iter()
        .map(|certificate| {
            assert!(certificate.is_authority() && certificate.is_self_signed());
            assert!(!certificate.is_invalid());
            START
                .timestamp()
                .days_until(certificate.validity().1.unwrap())
        })
        .collect();
    assert_eq!(days, [20, 3_560]);
    assert_eq!(
        certificates[0].subject().user_name().unwrap(),
        "CN=Acme Client CA 2023,O=Acme,C=US"
    );
    // The same day gives the same certificates.
    assert_eq!(bundle(&Server::start()), bundle(&server));
}

#[test]
fn a_new_bundle_replaces_the_old_one_and_restarts_the_nodes_one_by_one() {
    let server = Server::start();
    let production = server.project("Acme Production");
    let path = format!("/groups/{production}/userSecurity");
    let late = split(&bundle(&server))[1].clone();
    let answer = server.call("PATCH", &path, &cas(&late));
    assert_eq!(answer.status, 202, "{answer:?}");
    assert_eq!(answer.json()["customerX509"]["cas"], late);
    assert_eq!(server.get(&path).json(), answer.json());

    let cluster = |name: &str| {
        let path = format!("/groups/{production}/clusters/{name}");
        let state = server.get(&path).json()["stateName"].clone();
        let status = server.get(&format!("{path}/status")).json()["changeStatus"].clone();
        format!("{} {}", state.as_str().unwrap(), status.as_str().unwrap())
    };
    let away = || {
        let processes = server
            .get(&format!("/groups/{production}/processes"))
            .results();
        let away: Vec<String> = processes
            .iter()
            .filter(|process| process["typeName"] == "RECOVERING")
            .map(|process| process["id"].as_str().unwrap().to_owned())
            .filter(|host| host.starts_with("orders"))
            .collect();
        away.join(" ")
    };
    for node in 0..3 {
        assert_eq!(cluster("orders"), "UPDATING PENDING", "{node}");
        assert_eq!(
            away(),
            format!("orders-shard-00-0{node}.p7dwx.mongodb.net:27017")
        );
        // One that is paused has nothing to restart.
        assert_eq!(cluster("archive"), "IDLE APPLIED");
        server.hand.advance(Duration::from_secs(1));
    }
    assert_eq!(cluster("orders"), "IDLE APPLIED");
    assert_eq!(away(), "");
    assert_eq!(cluster("analytics"), "UPDATING PENDING");
    server.hand.advance(Duration::from_secs(3));
    assert_eq!(cluster("analytics"), "IDLE APPLIED");
    // The alert went with the authority.
    let alerts = server.get(&format!("/groups/{production}/alerts?status=OPEN"));
    assert_eq!(alerts.results().len(), 0);
}

#[test]
fn the_first_bundle_of_a_project_brings_an_alert_configuration() {
    let server = Server::start();
    let staging = server.project("Acme Staging");
    let configs = || {
        server
            .get(&format!("/groups/{staging}/alertConfigs"))
            .results()
    };
    let path = format!("/groups/{staging}/userSecurity");
    let pem = bundle(&server);
    assert_eq!(configs().len(), 0);
    for _ in 0..2 {
        assert_eq!(server.call("PATCH", &path, &cas(&pem)).status, 202);
        assert_eq!(configs().len(), 1);
    }
    assert_eq!(
        configs()[0]["threshold"],
        json!({"operator": "LESS_THAN", "threshold": 30, "units": "DAYS"})
    );
    let alerts = server.get(&format!("/groups/{staging}/alerts?status=OPEN"));
    assert_eq!(alerts.results().len(), 1);
}

#[test]
fn what_is_no_bundle_is_refused_and_changes_nothing() {
    let server = Server::start();
    let production = server.project("Acme Production");
    let path = format!("/groups/{production}/userSecurity");
    let good = bundle(&server);
    let key = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n";
    let settings = "ATLAS_INVALID_AUTH_SETTINGS";
    for (case, body, code) in [
        ("no PEM", cas("nonsense"), settings),
        ("nothing", cas(""), settings),
        ("broken", cas(&good.replacen('M', "*", 1)), settings),
        (
            "no certificate within",
            cas("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"),
            settings,
        ),
        ("a key too", cas(&format!("{good}{key}")), settings),
        (
            "no authority",
            cas(&format!("{good}{NOT_AN_AUTHORITY}")),
            settings,
        ),
        (
            "not text",
            json!({"customerX509": {"cas": 1}}),
            "INVALID_JSON_ATTRIBUTE",
        ),
        (
            "unknown field",
            json!({"customerX509": {"ca": good}}),
            "INVALID_ATTRIBUTE",
        ),
        (
            "unknown field above",
            json!({"x509": {}}),
            "INVALID_ATTRIBUTE",
        ),
        ("no object", json!({"customerX509": []}), "INVALID_JSON"),
        (
            "no settings",
            json!({"ldap": true}),
            "INVALID_JSON_ATTRIBUTE",
        ),
    ] {
        let answer = server.call("PATCH", &path, &body);
        assert_eq!(answer.verdict(), (400, code.to_owned()), "{case}");
    }
    let status = server.get(&format!("/groups/{production}/clusters/orders/status"));
    assert_eq!(status.json()["changeStatus"], "APPLIED");
    assert_eq!(bundle(&server), good);

    let mut server = server;
    server.hand.advance(Duration::from_hours(24 * 20 + 1));
    server.log_in();
    let answer = server.call("PATCH", &path, &cas(&good));
    assert_eq!(
        answer.verdict(),
        (400, "EXPIRED_X509_CA_CERTIFICATE".to_owned())
    );
    let late = split(&good)[1].clone();
    assert_eq!(server.call("PATCH", &path, &cas(&late)).status, 202);
}

#[test]
fn self_managed_x509_can_be_switched_off() {
    let server = Server::start();
    let production = server.project("Acme Production");
    let path = format!("/groups/{production}/userSecurity");
    let answer = server.call("DELETE", &format!("{path}/customerX509"), &Value::Null);
    assert_eq!(answer.status, 202);
    assert_eq!(server.get(&path).json()["customerX509"], json!({}));
    let orders = server.get(&format!("/groups/{production}/clusters/orders"));
    assert_eq!(orders.json()["stateName"], "UPDATING");
}

#[test]
fn a_bundle_leaves_ldap_alone_and_ldap_can_be_changed() {
    let server = Server::start();
    let group = server.project("Acme LDAP");
    let path = format!("/groups/{group}/userSecurity");
    let before = server.get(&path).json()["ldap"].clone();
    assert_eq!(
        server.call("PATCH", &path, &cas(&bundle(&server))).status,
        202
    );
    assert_eq!(server.get(&path).json()["ldap"], before);
    let off = json!({"ldap": {"authorizationEnabled": false, "bindPassword": "hush-hush"}});
    assert_eq!(server.call("PATCH", &path, &off).status, 202);
    let after = server.get(&path).json();
    assert_eq!(after["ldap"]["authorizationEnabled"], false);
    assert_eq!(after["ldap"]["hostname"], before["hostname"]);
    assert!(after["customerX509"]["cas"].is_string());
    let said = format!("{after}{}", json!(server.journal()));
    assert!(!said.contains("hush-hush"));
}
