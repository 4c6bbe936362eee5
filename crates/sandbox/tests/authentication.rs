//! Who is let in: the Digest handshake, access tokens, addresses, versions.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::{process::Command, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use common::{API, Server, V1};
use md5::{Digest as _, Md5};

fn md5(text: &str) -> String {
    Md5::digest(text)
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a client of Digest sends, of which the test can spoil any part.
struct Proof<'a> {
    user: &'a str,
    password: &'a str,
    realm: &'a str,
    uri: &'a str,
    qop: &'a str,
}

impl Proof<'_> {
    fn header(&self, nonce: &str, method: &str) -> String {
        let key = md5(&format!("{}:{}:{}", self.user, self.realm, self.password));
        let call = md5(&format!("{method}:{}", self.uri));
        let response = md5(&format!(
            "{key}:{nonce}:00000001:c0ffee:{}:{call}",
            self.qop
        ));
        format!(
            r#"Authorization: Digest username="{}", realm="{}", nonce="{nonce}", uri="{}", qop={}, nc=00000001, cnonce="c0ffee", response="{response}", algorithm=MD5"#,
            self.user, self.realm, self.uri, self.qop
        )
    }
}

fn nonce_of(challenge: &str) -> String {
    let (_, rest) = challenge.split_once("nonce=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[test]
fn digest_lets_in_whoever_knows_the_key_and_tells_them_when_a_nonce_is_stale() {
    let server = Server::start();
    let accept = format!("Accept: {V1}");
    let line = format!("GET {API}/groups?pageNum=1");
    let uri = format!("{API}/groups?pageNum=1");

    let first = server.send(&line, &[&accept], b"").unwrap();
    assert_eq!(first.verdict(), (401, "UNEXPECTED_ERROR".to_owned()));
    assert_eq!(first.header("content-type"), Some("application/json"));
    let challenge = first.header("www-authenticate").unwrap();
    for part in [
        "Digest realm=\"MMS Public API\"",
        "algorithm=MD5",
        "qop=\"auth\"",
        "stale=false",
    ] {
        assert!(challenge.contains(part), "{challenge}");
    }
    assert!(!challenge.contains("opaque"), "{challenge}");
    let nonce = nonce_of(challenge);

    let credentials = server.sandbox.credentials().clone();
    let good = || Proof {
        user: &credentials.public_key,
        password: &credentials.private_key,
        realm: "MMS Public API",
        uri: &uri,
        qop: "auth",
    };
    let ask = |header: &str| server.send(&line, &[&accept, header], b"").unwrap();
    assert_eq!(ask(&good().header(&nonce, "GET")).status, 200);

    for (case, proof) in [
        (
            "user",
            Proof {
                user: "else",
                ..good()
            },
        ),
        (
            "password",
            Proof {
                password: "else",
                ..good()
            },
        ),
        (
            "realm",
            Proof {
                realm: "else",
                ..good()
            },
        ),
        (
            "uri",
            Proof {
                uri: "/else",
                ..good()
            },
        ),
        (
            "qop",
            Proof {
                qop: "auth-int",
                ..good()
            },
        ),
    ] {
        let answer = ask(&proof.header(&nonce, "GET"));
        assert_eq!(answer.status, 401, "{case}");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("stale=false"), "{case}");
    }
    assert_eq!(ask(&good().header(&nonce, "PATCH")).status, 401);

    // A nonce that was not made here is stale to whoever knows the key, and so is an old one.
    for nonce in ["bm9uc2Vuc2U=", "%%%"] {
        let answer = ask(&good().header(nonce, "GET"));
        assert!(
            answer
                .header("www-authenticate")
                .unwrap()
                .contains("stale=true")
        );
    }
    server.hand.advance(Duration::from_mins(1));
    let answer = ask(&good().header(&nonce, "GET"));
    assert_eq!(answer.status, 401);
    let challenge = answer.header("www-authenticate").unwrap();
    assert!(challenge.contains("stale=true"), "{challenge}");
    assert_eq!(ask(&good().header(&nonce_of(challenge), "GET")).status, 200);
}

#[test]
fn curl_lists_the_projects() {
    let server = Server::start();
    let credentials = server.sandbox.credentials();
    let Ok(output) = Command::new("curl")
        .args(["--silent", "--show-error", "--digest", "-u"])
        .arg(format!(
            "{}:{}",
            credentials.public_key, credentials.private_key
        ))
        .args(["-H", &format!("Accept: {V1}")])
        .arg(format!("http://{}{API}/groups", server.address))
        .output()
    else {
        eprintln!("curl is not installed: nothing was tried");
        return;
    };
    assert!(output.status.success(), "{output:?}");
    let body: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(body["totalCount"], 5);
    assert_eq!(body["results"][0]["name"], "Acme Staging");
}

#[test]
fn oauth_hands_out_a_token_until_it_expires_or_is_revoked() {
    let mut server = Server::start();
    let answer = server.oauth("token", &server.basic(), "grant_type=client_credentials");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["token_type"], "Bearer");

    assert_eq!(server.get("/groups").status, 200);
    server.hand.advance(Duration::from_secs(3599));
    assert_eq!(server.get("/groups").status, 200);
    server.hand.advance(Duration::from_secs(1));
    let late = server.get("/groups");
    assert_eq!(late.verdict(), (401, "UNEXPECTED_ERROR".to_owned()));
    assert_eq!(
        late.header("www-authenticate"),
        Some("Bearer error=\"invalid_token\"")
    );

    server.log_in();
    assert_eq!(server.get("/groups").status, 200);
    let token = server.bearer().rsplit(' ').next().unwrap().to_owned();
    let form = format!("token={token}&token_type_hint=access_token");
    for _ in 0..2 {
        assert_eq!(server.oauth("revoke", &server.basic(), &form).status, 200);
    }
    assert_eq!(server.get("/groups").status, 401);
}

#[test]
fn oauth_refuses_as_rfc_6749_says() {
    let server = Server::start();
    let good = server.basic();
    let credentials = server.sandbox.credentials();
    let basic = |id: &str, secret: &str| {
        format!(
            "Authorization: Basic {}",
            BASE64_STANDARD.encode(format!("{id}:{secret}"))
        )
    };
    let wrong = basic(&credentials.client_id, "wrong");
    let other = basic("other", &credentials.client_secret);
    let encoded = basic(
        &credentials.client_id.replace('_', "%5F"),
        &credentials.client_secret.replace('-', "%2D"),
    );
    let grant = "grant_type=client_credentials";
    let twice = "grant_type=client_credentials&grant_type=client_credentials";
    for (authorization, form, status, error) in [
        (&good[..], grant, 200, ""),
        (&encoded, grant, 200, ""),
        (&wrong, grant, 401, "invalid_client"),
        (&other, grant, 401, "invalid_client"),
        ("X: y", grant, 401, "invalid_client"),
        ("Authorization: Basic ?", grant, 401, "invalid_client"),
        (&good, "grant_type=password", 400, "unsupported_grant_type"),
        (&good, "scope=x", 400, "invalid_request"),
        (&good, twice, 400, "invalid_request"),
    ] {
        let answer = server.oauth("token", authorization, form);
        assert_eq!(answer.status, status, "{authorization} {form}");
        let body = answer.json();
        assert_eq!(body["error"].as_str().unwrap_or(""), error);
        assert_eq!(body["error_description"].is_string(), status != 200);
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
    let line = "POST /api/oauth/token";
    let json = server.send(line, &[&good, "Content-Type: application/json"], b"{}");
    assert_eq!(json.unwrap().json()["error"], "invalid_request");
    assert_eq!(server.oauth("revoke", &wrong, "token=x").status, 401);
    assert_eq!(server.oauth("revoke", &good, "").status, 400);
}

#[test]
fn addresses_off_the_list_get_a_token_and_nothing_else() {
    let server = Server::start_with(|settings| {
        settings.api_access.addresses = vec!["203.0.113.9".parse().unwrap()];
    });
    let answer = server.get("/groups");
    assert_eq!(
        answer.verdict(),
        (403, "IP_ADDRESS_NOT_ON_ACCESS_LIST".to_owned())
    );
    assert_eq!(answer.json()["parameters"][0], "127.0.0.1");

    let server = Server::start_with(|settings| settings.api_access.required = true);
    assert_eq!(
        server.get("/groups").verdict(),
        (403, "ORG_REQUIRES_ACCESS_LIST".to_owned())
    );
    let server = Server::start_with(|settings| {
        settings.api_access.required = true;
        settings.api_access.addresses = vec!["127.0.0.1".parse().unwrap()];
    });
    assert_eq!(server.get("/groups").status, 200);
}

#[test]
fn versions_are_negotiated_by_date() {
    let server = Server::start();
    let staging = server.project("Acme Staging");
    let ask = |path: &str, accept: &str| {
        let accept = format!("Accept: {accept}");
        let headers = [&server.bearer()[..], &accept];
        server
            .send(&format!("GET {API}{path}"), &headers, b"")
            .unwrap()
    };
    let version = |date: &str| format!("application/vnd.atlas.{date}+json");
    let clusters = format!("/groups/{staging}/clusters");
    let flex = format!("/groups/{staging}/flexClusters");
    for (path, asked, answered) in [
        ("/groups", "2023-01-01", Some("2023-01-01")),
        ("/groups", "2025-03-12", Some("2023-01-01")),
        (&clusters, "2023-01-01", Some("2023-01-01")),
        (&clusters, "2024-08-05", Some("2024-08-05")),
        (&clusters, "2025-03-12", Some("2024-08-05")),
        (&flex, "2025-03-12", Some("2024-11-13")),
        (&flex, "2024-08-05", None),
        ("/groups", "2022-01-01", None),
        ("/groups", "2099-01-01", None),
    ] {
        let answer = ask(path, &version(asked));
        if let Some(answered) = answered {
            assert_eq!(answer.status, 200, "{path} {asked}");
            let kind = format!("{};charset=utf-8", version(answered));
            assert_eq!(answer.header("content-type"), Some(&kind[..]));
        } else {
            assert_eq!(answer.status, 406, "{path} {asked}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.json()["reason"], "Not Acceptable");
            assert_eq!(
                (&answer.json()["errorCode"], &answer.json()["detail"]),
                (
                    &"INVALID_VERSION_DATE".into(),
                    &"Invalid accept header or version date.".into()
                )
            );
        }
    }
    for accept in ["application/json", "*/*"] {
        assert_eq!(ask("/groups", accept).status, 406, "{accept}");
    }
    let none = server.send(&format!("GET {API}/groups"), &[&server.bearer()], b"");
    assert_eq!(none.unwrap().status, 406);
}

#[test]
fn the_status_of_the_system_tells_of_an_api_key_and_not_of_a_service_account() {
    let server = Server::start();
    for path in ["", "/"] {
        let body = server.get(path).json();
        assert_eq!(body["appName"], "MongoDB Atlas", "{path}");
        assert!(body["apiKey"].is_null());
        assert_eq!(body["throttling"], false);
    }
    let credentials = server.sandbox.credentials().clone();
    let uri = format!("{API}/");
    let accept = format!("Accept: {V1}");
    let first = server.send(&format!("GET {uri}"), &[&accept], b"").unwrap();
    let proof = Proof {
        user: &credentials.public_key,
        password: &credentials.private_key,
        realm: "MMS Public API",
        uri: &uri,
        qop: "auth",
    };
    let header = proof.header(&nonce_of(first.header("www-authenticate").unwrap()), "GET");
    let answer = server
        .send(&format!("GET {uri}"), &[&accept, &header], b"")
        .unwrap();
    let key = answer.json()["apiKey"].clone();
    assert_eq!(key["publicKey"], credentials.public_key);
    let read_only = server.project("Acme Read Only");
    assert!(
        key["roles"]
            .as_array()
            .unwrap()
            .iter()
            .any(|role| { role["groupId"] == read_only && role["roleName"] == "GROUP_READ_ONLY" })
    );
}
