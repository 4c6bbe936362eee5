//! User names of every kind on their way through the gateway to the sandbox and back, and what of
//! such a session stands in the log.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{Server, atlas::Turned};
use serde_json::json;

/// Percent-encodes everything but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn project(server: &Server, name: &str) -> String {
    let projects = server.atlas("GET", "/groups", "").json();
    let found = projects["results"]
        .as_array()
        .unwrap()
        .iter()
        .find(|project| project["name"] == name);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

fn hostile() -> Vec<String> {
    let mut names: Vec<String> = [
        r"CN=canary a/b//c",
        r"CN=canary a..b",
        r"CN=..\,canary",
        r"CN=canary \+ 100% ?x=y&z",
        r#"CN=canary \#\"\\\;\=\<\>,OU=a\,b"#,
        r"CN=canary %2F%2e%2e%252F",
        r"CN=canary\  two  blanks ,O=x",
        "CN=canary Jürgen Žižek 花子 🔑,O=Ñandú",
        r"CN=canary+UID=7,DC=example,DC=com",
        r"CN=canary 'quoted' `cmd` $(cmd) ${var} {a} [b] | ^ ~ ! * : @",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push(format!("CN=canary{}", "x".repeat(1_024 - 9)));
    names.push(format!("CN=canary{}", "ä".repeat(1_024 - 9)));
    names
}

#[test]
fn hostile_names_are_created_read_changed_and_deleted_and_none_of_it_is_logged() {
    let sandbox = Turned::start();
    for credential in [sandbox.service_account(), sandbox.api_key()] {
        let server = Server::before(&sandbox.url(), &credential);
        let id = project(&server, "Acme Staging");
        let users = format!("/groups/{id}/databaseUsers");
        for name in hostile() {
            let body = json!({
                "groupId": id, "databaseName": "$external", "username": name,
                "x509Type": "CUSTOMER",
                "roles": [{"roleName": "readAnyDatabase", "databaseName": "admin"}],
                "description": "canary description",
            });
            let created = server.atlas("POST", &users, &body.to_string());
            assert_eq!(created.status, 201, "{name}: {}", created.text());
            assert_eq!(created.json()["username"], name);

            let user = format!("{users}/%24external/{}", encoded(&name));
            let read = server.atlas("GET", &user, "");
            assert_eq!((read.status, &read.json()["username"]), (200, &json!(name)));

            let roles = json!([{"roleName": "read", "databaseName": "canary"}]);
            let change = json!({"roles": roles}).to_string();
            let changed = server.atlas("PATCH", &user, &change);
            assert_eq!(changed.status, 200, "{name}: {}", changed.text());
            let read = server.atlas("GET", &user, "").json();
            assert_eq!(read["roles"][0]["databaseName"], "canary", "{name}");

            assert_eq!(server.atlas("DELETE", &user, "").status, 204, "{name}");
            let gone = server.atlas("GET", &user, "");
            assert_eq!(gone.verdict(), (404, "USERNAME_NOT_FOUND".to_owned()));
        }
        let refused = [
            server.atlas("GET", &format!("{users}/%24external/canary%ff"), ""),
            server.atlas("GET", &format!("/groups/{id}/canary?canary=1"), ""),
            server.atlas(
                "POST",
                &users,
                r#"{"canary":"-----BEGIN PRIVATE KEY-----"}"#,
            ),
            server.atlas("POST", &users, "canary"),
        ];
        let statuses = refused.map(|answer| answer.status);
        assert_eq!(statuses, [404, 404, 422, 400]);

        let token = server.token.clone();
        let (_, _, log) = server.stop();
        for line in [
            "method=\"POST\" path=\"/api/atlas/v2/groups/{groupId}/databaseUsers\" status=201",
            "method=\"PATCH\" path=\"/api/atlas/v2/groups/{groupId}/databaseUsers/$external/{username}\" status=200",
            "method=\"DELETE\" path=\"/api/atlas/v2/groups/{groupId}/databaseUsers/$external/{username}\" status=204",
        ] {
            assert!(log.contains(line), "{line} is missing in\n{log}");
        }
        let secrets = [
            &credential[0].1,
            &credential[1].1,
            &token.as_str(),
            &id.as_str(),
        ];
        for secret in secrets {
            assert!(!log.contains(*secret), "{log}");
        }
        for word in [
            "canary",
            "Bearer",
            "Digest",
            "username=",
            "nonce",
            "groups/6",
        ] {
            assert!(!log.contains(word), "{word} is in\n{log}");
        }
    }
}
