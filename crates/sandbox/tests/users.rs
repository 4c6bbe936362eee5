//! Database users: what is taken, what is refused and how.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{thread, time::Duration};

use common::Server;
use serde_json::{Value, json};

/// A user of self-managed X.509 as the product makes them, with some fields changed.
fn user(group: &str, changes: &Value) -> Value {
    let mut body = json!({
        "databaseName": "$external",
        "groupId": group,
        "roles": [{"roleName": "readWrite", "databaseName": "sales"}],
        "username": "CN=Jane Doe,O=MongoDB,C=US",
        "x509Type": "CUSTOMER",
    });
    for (name, value) in changes.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn create(server: &Server, group: &str, body: &Value) -> common::Answer {
    server.call("POST", &format!("/groups/{group}/databaseUsers"), body)
}

#[test]
fn a_user_is_created_read_changed_and_deleted() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let changes = json!({
        "description": "Jane's laptop",
        "labels": [{"key": "team", "value": "sales"}],
        "scopes": [{"name": "staging", "type": "CLUSTER"}],
        "username": r#"CN=a/b\,c \#\"\+,O=Müller,C=US"#,
    });
    let name = changes["username"].as_str().unwrap().to_owned();
    let answer = create(&server, &group, &user(&group, &changes));
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(
        answer.header("content-type"),
        Some("application/vnd.atlas.2023-01-01+json;charset=utf-8")
    );
    let body = answer.json();
    let expected = json!({
        "awsIAMType": "NONE",
        "databaseName": "$external",
        "description": "Jane's laptop",
        "groupId": group,
        "labels": [{"key": "team", "value": "sales"}],
        "ldapAuthType": "NONE",
        "links": body["links"],
        "oidcAuthType": "NONE",
        "roles": [{"databaseName": "sales", "roleName": "readWrite"}],
        "scopes": [{"name": "staging", "type": "CLUSTER"}],
        "username": name,
        "x509Type": "CUSTOMER",
    });
    assert_eq!(body, expected);

    // The link is the user's own, with every reserved character encoded.
    let href = body["links"][0]["href"].as_str().unwrap();
    let (_, path) = href.split_once("/api/atlas/v2").unwrap();
    assert!(path.contains("/%24external/CN%3Da%2Fb%5C%2Cc"), "{path}");
    assert_eq!(server.get(path).json(), expected);

    let status = || server.get(&format!("/groups/{group}/clusters/staging/status"));
    assert_eq!(status().json()["changeStatus"], "PENDING");
    server.hand.advance(Duration::from_secs(1));
    assert_eq!(status().json()["changeStatus"], "APPLIED");

    let roles = json!([{"roleName": "read", "databaseName": "sales", "collectionName": "leads"}]);
    let mut echo = expected.clone();
    echo["roles"] = roles.clone();
    let patched = server.call("PATCH", path, &echo);
    assert_eq!(patched.status, 200, "{patched:?}");
    assert_eq!(patched.json()["roles"], roles);
    assert_eq!(patched.json()["description"], "Jane's laptop");
    let scopes = server.call("PATCH", path, &json!({"scopes": []}));
    assert_eq!(scopes.json()["scopes"], json!([]));
    assert_eq!(scopes.json()["roles"], roles);

    let deleted = server.call("DELETE", path, &Value::Null);
    assert_eq!((deleted.status, deleted.body.len()), (204, 0));
    for method in ["GET", "DELETE"] {
        assert_eq!(
            server.call(method, path, &Value::Null).verdict(),
            (404, "USERNAME_NOT_FOUND".to_owned())
        );
    }
    let journal: Vec<_> = server
        .journal()
        .iter()
        .map(|entry| (entry["method"].clone(), entry["status"].clone()))
        .collect();
    assert_eq!(
        json!(journal),
        json!([
            ["POST", 201],
            ["PATCH", 200],
            ["PATCH", 200],
            ["DELETE", 204],
            ["DELETE", 404]
        ])
    );
}

#[test]
fn what_is_wrong_with_a_user_is_said_with_its_code() {
    let server = Server::start();
    let group = server.project("Acme Production");
    let staging = server.project("Acme Staging");
    let role = |name: &str, database: &str| json!({"roleName": name, "databaseName": database});
    let on = |name: &str, collection: &str| json!([{"roleName": name, "databaseName": "sales", "collectionName": collection}]);
    let long = format!("CN={}", "x".repeat(1022));
    let longest = format!("CN={}", "ä".repeat(1021));
    for (changes, status, code) in [
        (json!({"username": longest}), 201, ""),
        (json!({"username": long}), 400, "ATLAS_INVALID_USERNAME"),
        (
            json!({"username": "O=MongoDB"}),
            400,
            "ATLAS_INVALID_USERNAME",
        ),
        (json!({"username": "jane"}), 400, "ATLAS_INVALID_LDAP_NAME"),
        (
            json!({"username": "CN=a<b"}),
            400,
            "ATLAS_INVALID_DN_METACHARACTERS",
        ),
        (json!({"username": ""}), 400, "MISSING_ATTRIBUTE"),
        (json!({"username": 7}), 400, "INVALID_JSON_ATTRIBUTE"),
        (json!({"groupId": null}), 400, "MISSING_ATTRIBUTE"),
        (json!({"groupId": staging}), 400, "GROUP_MISMATCH"),
        (json!({"databaseName": null}), 400, "MISSING_ATTRIBUTE"),
        (
            json!({"databaseName": "admin"}),
            400,
            "DATABASE_NAME_INVALID_EXTERNAL",
        ),
        (json!({"x509Type": "OTHER"}), 400, "INVALID_ENUM_VALUE"),
        (
            json!({"x509Type": "MANAGED"}),
            400,
            "ATLAS_MANAGED_X509_NAME_INVALID",
        ),
        (
            json!({"x509Type": "NONE", "password": "secret-enough"}),
            400,
            "DATABASE_NAME_INVALID_ADMIN",
        ),
        (
            json!({"ldapAuthType": "USER"}),
            400,
            "ATLAS_X509_USER_CANNOT_USE_LDAP",
        ),
        (
            json!({"awsIAMType": "USER"}),
            400,
            "ATLAS_INVALID_AUTH_SETTINGS",
        ),
        (
            json!({"password": "secret-enough"}),
            400,
            "ATLAS_X509_USER_CANNOT_USE_SCRAM",
        ),
        (
            json!({"deleteAfterDate": "2026-11-25T00:00:00Z"}),
            400,
            "ATLAS_X509_USER_CANNOT_BE_TEMPORARY",
        ),
        (json!({"nonsense": 1}), 400, "INVALID_ATTRIBUTE"),
        (
            json!({"description": "x".repeat(101)}),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            json!({"labels": [{"key": "x".repeat(256), "value": ""}]}),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            json!({"scopes": [{"name": "x", "type": "SHARD"}]}),
            400,
            "INVALID_ENUM_VALUE",
        ),
        (json!({"scopes": [{"name": "x"}]}), 400, "MISSING_ATTRIBUTE"),
        (json!({"scopes": "x"}), 400, "INVALID_JSON_ATTRIBUTE"),
        (json!({"roles": []}), 400, "MISSING_ATTRIBUTE"),
        (json!({"roles": null}), 400, "MISSING_ATTRIBUTE"),
        (json!({"roles": ["x"]}), 400, "INVALID_JSON"),
        (
            json!({"roles": [role("reader", "sales")]}),
            400,
            "ATLAS_INVALID_ROLE",
        ),
        (
            json!({"roles": [role("atlasAdmin", "sales")]}),
            400,
            "ATLAS_INVALID_ROLE_DATABASE",
        ),
        (
            json!({"roles": [role("orderArchiver", "sales")]}),
            400,
            "ATLAS_INVALID_ROLE_DATABASE",
        ),
        (
            json!({"roles": [role("root", "admin")]}),
            400,
            "ATLAS_RESTRICTED_ROLE",
        ),
        (
            json!({"roles": [role("read", "a"), role("read", "a")]}),
            400,
            "DUPLICATE_DATABASE_ROLES",
        ),
        (
            json!({"roles": [role("orderArchiver", "admin"), role("read", "a")]}),
            400,
            "ATLAS_INVALID_CUSTOM_ROLE_ASSIGNMENT",
        ),
        (
            json!({"roles": on("read", "system.users")}),
            400,
            "ATLAS_RESTRICTED_COLLECTION",
        ),
        (
            json!({"roles": on("dbAdmin", "leads")}),
            400,
            "INVALID_ATTRIBUTE",
        ),
        (
            json!({"username": "CN=orders,OU=Services,O=Acme,C=US"}),
            409,
            "USER_ALREADY_EXISTS",
        ),
        (
            json!({"username": "CN=carol", "x509Type": "MANAGED"}),
            201,
            "",
        ),
        // As the acceptance tests of MongoDB's Terraform provider (2.16) name them.
        (
            json!({"username": "test-acc-carol", "x509Type": "MANAGED"}),
            201,
            "",
        ),
        (
            json!({"username": "CN=x", "x509Type": "NONE", "ldapAuthType": "GROUP"}),
            201,
            "",
        ),
        (
            json!({"username": "arn:aws:iam::1:role/x", "x509Type": "NONE", "awsIAMType": "ROLE"}),
            201,
            "",
        ),
        (
            json!({"username": "CN=y", "roles": [role("orderArchiver", "admin")]}),
            201,
            "",
        ),
    ] {
        let answer = create(&server, &group, &user(&group, &changes));
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{changes}");
        if status != 201 {
            let body = answer.json();
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(body["error"], status, "{changes}");
            assert!(body["detail"].is_string() && body["parameters"].is_array());
            let reason = if status == 409 {
                "Conflict"
            } else {
                "Bad Request"
            };
            assert_eq!(body["reason"], reason, "{changes}");
        }
    }
    let path = format!("/groups/{group}/databaseUsers");
    assert_eq!(
        server.call("POST", &path, &json!([])).verdict(),
        (400, "INVALID_JSON".to_owned())
    );
}

#[test]
fn bodies_that_are_no_json_are_refused() {
    let server = Server::start();
    let line = format!(
        "POST /api/atlas/v2/groups/{}/databaseUsers",
        server.project("Acme Staging")
    );
    let accept = format!("Accept: {}", common::V1);
    let bearer = server.bearer();
    let large = vec![b' '; 1024 * 1024 + 1];
    for (kind, body, status, code) in [
        (common::V1, &b"{"[..], 400, "MALFORMED_JSON"),
        ("application/json", b"", 400, "MALFORMED_JSON"),
        ("text/plain", b"{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", &large, 413, "PAYLOAD_TOO_LARGE"),
        (
            "application/json; charset=utf-8",
            b"{}",
            400,
            "MISSING_ATTRIBUTE",
        ),
    ] {
        let kind = format!("Content-Type: {kind}");
        let answer = server
            .send(&line, &[&bearer, &accept, &kind], body)
            .unwrap();
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{kind}");
    }
}

#[test]
fn what_a_user_is_never_changes() {
    let server = Server::start();
    let group = server.project("Acme Production");
    let path = format!(
        "/groups/{group}/databaseUsers/%24external/CN%3Dorders%2COU%3DServices%2CO%3DAcme%2CC%3DUS"
    );
    for (body, status, code) in [
        (
            json!({"username": "CN=other"}),
            409,
            "DATABASE_USERNAME_CANNOT_BE_CHANGED",
        ),
        (
            json!({"databaseName": "admin"}),
            409,
            "DATABASE_NAME_CANNOT_BE_CHANGED",
        ),
        (
            json!({"x509Type": "MANAGED"}),
            409,
            "AUTH_TYPE_CANNOT_BE_CHANGED",
        ),
        (
            json!({"ldapAuthType": "USER"}),
            409,
            "AUTH_TYPE_CANNOT_BE_CHANGED",
        ),
        (
            json!({"password": "x"}),
            400,
            "ATLAS_X509_USER_CANNOT_USE_SCRAM",
        ),
        (
            json!({"groupId": "66a1c0de5a4db0c05a4db0c0"}),
            400,
            "GROUP_MISMATCH",
        ),
        (
            json!({"deleteAfterDate": "2026-11-25T00:00:00Z"}),
            400,
            "ATLAS_X509_USER_CANNOT_BE_TEMPORARY",
        ),
        (json!({}), 200, ""),
    ] {
        let answer = server.call("PATCH", &path, &body);
        assert_eq!(answer.verdict(), (status, code.to_owned()), "{body}");
    }
    // The wrong database in the path is no user.
    let other = path.replace("%24external", "admin");
    assert_eq!(
        server.get(&other).verdict(),
        (404, "USERNAME_NOT_FOUND".to_owned())
    );
}

#[test]
fn users_with_a_password_can_be_temporary() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let with = |changes: Value| {
        let mut body = json!({
            "awsIAMType": "NONE", "databaseName": "admin", "groupId": group, "ldapAuthType": "NONE",
            "oidcAuthType": "NONE", "password": "correct-horse", "x509Type": "NONE",
            "roles": [{"roleName": "readWriteAnyDatabase", "databaseName": "admin"}],
            "username": "app",
        });
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        create(&server, &group, &body).verdict()
    };
    for (changes, status, code) in [
        (json!({"password": null}), 400, "MISSING_ATTRIBUTE"),
        (
            json!({"deleteAfterDate": "tomorrow"}),
            400,
            "INVALID_DATE_FORMAT",
        ),
        (
            json!({"deleteAfterDate": "2026-11-24T09:59:00Z"}),
            400,
            "EXPIRATION_DATE_IN_PAST",
        ),
        (
            json!({"deleteAfterDate": "2026-12-24T09:59:00Z"}),
            400,
            "EXPIRATION_DATE_EXCEEDS_MAX",
        ),
        (json!({"deleteAfterDate": "2026-11-24T11:00:00Z"}), 201, ""),
        (json!({}), 409, "USER_ALREADY_EXISTS"),
    ] {
        assert_eq!(
            with(changes.clone()),
            (status, code.to_owned()),
            "{changes}"
        );
    }
    let path = format!("/groups/{group}/databaseUsers/admin/app");
    assert_eq!(
        server.get(&path).json()["deleteAfterDate"],
        "2026-11-24T11:00:00Z"
    );
    assert!(server.get(&path).json()["password"].is_null());
    assert!(
        !json!(server.journal())
            .to_string()
            .contains("correct-horse")
    );
    server.hand.advance(Duration::from_mins(59));
    assert_eq!(server.get(&path).status, 200);
    server.hand.advance(Duration::from_secs(59));
    let users = format!("/groups/{group}/databaseUsers");
    assert_eq!(server.get(&users).results().len(), 1);
}

#[test]
fn a_project_has_so_many_users_and_collection_roles_and_no_more() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let named = |number: u32, roles: &Value| {
        let changes = json!({"username": format!("CN={number}"), "roles": roles});
        create(&server, &group, &user(&group, &changes)).verdict()
    };
    let on_collections: Vec<Value> = (0..100)
        .map(|number| json!({"roleName": "read", "databaseName": "d", "collectionName": format!("c{number}")}))
        .collect();
    let one = json!([{"roleName": "read", "databaseName": "d", "collectionName": "c"}]);
    let plain = json!([{"roleName": "read", "databaseName": "d"}]);
    assert_eq!(named(1, &json!(on_collections)).0, 201);
    assert_eq!(
        named(2, &one),
        (403, "COLLECTION_ROLES_LIMIT_EXCEEDED".to_owned())
    );
    // Instead of what the user has it is no more than before.
    let first = format!("/groups/{group}/databaseUsers/%24external/CN%3D1");
    assert_eq!(
        server.call("PATCH", &first, &json!({"roles": one})).status,
        200
    );
    for number in 2..=100 {
        assert_eq!(named(number, &plain).0, 201, "{number}");
    }
    let body = user(&group, &json!({"username": "CN=101"}));
    let answer = create(&server, &group, &body);
    assert_eq!(
        answer.verdict(),
        (403, "GROUP_USERS_LIMIT_EXCEEDED".to_owned())
    );
    assert_eq!(answer.json()["parameters"], json!([100]));

    // The limit is a raised one where 60 users are already.
    let big = server.project("Acme Big");
    for number in 0..41 {
        let changes = json!({"username": format!("CN=more {number}")});
        assert_eq!(create(&server, &big, &user(&big, &changes)).status, 201);
    }
}

#[test]
fn of_many_writers_of_one_user_one_gets_through() {
    let server = Server::start();
    let group = server.project("Acme Staging");
    let statuses: Vec<u16> = thread::scope(|scope| {
        let writers: Vec<_> = (0..16)
            .map(|number| {
                let (server, group) = (&server, &group);
                scope.spawn(move || {
                    let same = create(server, group, &user(group, &json!({}))).status;
                    let changes = json!({"username": format!("CN=own {number}")});
                    assert_eq!(create(server, group, &user(group, &changes)).status, 201);
                    same
                })
            })
            .collect();
        writers
            .into_iter()
            .map(|writer| writer.join().unwrap())
            .collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 15);
    let users = server
        .get(&format!("/groups/{group}/databaseUsers"))
        .results();
    assert_eq!(users.len(), 17);
    let numbers: Vec<u64> = server
        .journal()
        .iter()
        .map(|entry| entry["n"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=32).collect::<Vec<_>>());
}
