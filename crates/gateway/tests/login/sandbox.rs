//! The sandbox's clusters, as they are: every way in which a client of theirs does not get in.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream},
    path::PathBuf,
    time::{Duration, SystemTime},
};

use std::io::Write as _;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use sandbox::{
    Credentials, Sandbox, Settings,
    clock::{Clock, Hand, Moment},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Runtime};

use super::{Tried, Tries, block, common::Answer};

const MEDIA: &str = "application/vnd.atlas.2024-08-05+json";
const PROJECT: &str = "Acme Staging";
const CLUSTER: &str = "staging";

/// A sandbox in this process with its clusters, whose clock stands still until it is turned.
struct Clusters {
    _runtime: Runtime,
    address: SocketAddr,
    credentials: Credentials,
    hand: Hand,
    group: String,
    uri: String,
}

impl Clusters {
    fn start(tries: &Tries) -> Self {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
        let (clock, hand) = Clock::by_hand(Moment::from_millis(now.try_into().unwrap()));
        let sandbox = Sandbox::new(Settings {
            clock,
            ..Settings::default()
        })
        .unwrap();
        let credentials = sandbox.credentials().clone();
        let file: PathBuf = tries.0.path().join("clusters.pem");
        let runtime = Runtime::new().unwrap();
        let (listener, doors) = runtime.block_on(async {
            let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
            let doors = sandbox.open_doors(loopback, Some(&file)).await.unwrap();
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), doors)
        });
        std::fs::write(&file, doors.server_ca()).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { sandbox.serve(listener).await });
        runtime.spawn(doors.serve(|_| {}));
        let mut clusters = Self {
            _runtime: runtime,
            address,
            credentials,
            hand,
            group: String::new(),
            uri: String::new(),
        };
        let groups = clusters.call("GET", "/groups", &Value::Null);
        let groups = groups["results"].as_array().unwrap();
        let group = groups.iter().find(|it| it["name"] == PROJECT).unwrap();
        clusters.group = format!("/groups/{}", group["id"].as_str().unwrap());
        let cluster = clusters.call(
            "GET",
            &format!("{}/clusters/{CLUSTER}", clusters.group),
            &Value::Null,
        );
        let uri = &cluster["connectionStrings"]["standard"];
        uri.as_str().unwrap().clone_into(&mut clusters.uri);
        clusters
    }

    fn send(&self, line: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        let head = [
            &[line, "Connection: close"][..],
            &[&format!("Host: {}", self.address)],
            headers,
            &[&format!("Content-Length: {}", body.len())],
        ]
        .concat()
        .join("\r\n");
        write!(stream, "{head}\r\n\r\n{body}").unwrap();
        Answer::read(stream)
    }

    /// A call of the API, with a token of its own: the clock may have been turned.
    fn call(&self, method: &str, path: &str, body: &Value) -> Value {
        let pair = format!(
            "{}:{}",
            self.credentials.client_id, self.credentials.client_secret
        );
        let basic = format!("Authorization: Basic {}", BASE64_STANDARD.encode(pair));
        let form = "Content-Type: application/x-www-form-urlencoded";
        let line = "POST /api/oauth/token HTTP/1.1";
        let token = self.send(line, &[&basic, form], "grant_type=client_credentials");
        let token = token.json()["access_token"].as_str().unwrap().to_owned();
        let headers = [
            format!("Authorization: Bearer {token}"),
            format!("Accept: {MEDIA}"),
            format!("Content-Type: {MEDIA}"),
        ];
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.send(
            &format!("{method} /api/atlas/v2{path} HTTP/1.1"),
            &headers,
            &body,
        );
        assert!(
            (200..300).contains(&answer.status),
            "{method} {path}: {answer:?}"
        );
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// Saves a bundle, and lets no time pass.
    fn trust(&self, pem: &str) {
        let body = json!({"customerX509": {"cas": pem}});
        self.call("PATCH", &format!("{}/userSecurity", self.group), &body);
    }

    /// Until every change has been taken up.
    fn settle(&self) {
        self.hand.advance(Duration::from_mins(5));
    }

    fn add_user(&self, name: &str, cluster: &str) {
        let group = self.group.rsplit('/').next().unwrap();
        let body = json!({
            "databaseName": "$external", "groupId": group, "username": name, "x509Type": "CUSTOMER",
            "roles": [{"databaseName": "orders", "roleName": "readWrite"}],
            "scopes": [{"name": cluster, "type": "CLUSTER"}],
        });
        self.call("POST", &format!("{}/databaseUsers", self.group), &body);
    }

    fn log_in(&self, tries: &Tries, client: &str, flags: &[&str]) -> Tried {
        let all = ["--pem", client, "--uri", &self.uri];
        tries.log_in(&[&all[..], flags].concat())
    }
}

const CHECK: [&str; 2] = ["--ca", "authorities.pem"];

#[test]
fn every_way_to_get_into_a_cluster_of_the_sandbox_or_not_is_told() {
    let tries = Tries::new();
    let clusters = Clusters::start(&tries);
    let authorities = tries.read("authorities.pem");
    clusters.trust(&authorities);
    clusters.settle();

    let names = [
        ("billing.pem", "CN=billing"),
        ("reports.pem", r"CN=reports,OU=Finance,O=Acme\, Inc."),
        ("zoe.pem", r"CN=Zo\C3\AB M\C3\BCller,L=Z\C3\BCrich"),
    ];
    for (client, name) in names {
        let tried = clusters.log_in(&tries, client, &CHECK);
        assert_eq!(tried.id(), "no-user", "{:#}", tried.result);
        assert!(
            tried.seen().starts_with("Could not find user"),
            "{}",
            tried.seen()
        );
        assert_eq!(tried.result["username"], name);
        clusters.add_user(name, CLUSTER);
        clusters.settle();
        let tried = clusters.log_in(&tries, client, &CHECK);
        assert_eq!(tried.status, Some(0), "{:#}", tried.result);
        assert_eq!(tried.result["username"], name);
        assert_eq!(tried.result["roles"], json!(["readWrite@orders"]));
        assert_eq!(tried.result["notes"], json!([]));
    }

    for (client, said) in [
        ("expired.pem", "expired"),
        ("server-only.pem", "serverAuth"),
    ] {
        let tried = clusters.log_in(&tries, client, &CHECK);
        assert_eq!(tried.id(), "certificate-refused", "{:#}", tried.result);
        assert_eq!(tried.result["check"]["accepted"], false);
        assert!(tried.result["check"].to_string().contains(said));
        // So much is known of the server.
        assert!(
            tried.seen().contains("Practice Issuing CA"),
            "{}",
            tried.seen()
        );
    }
    let tries = tries.with("foreign.pem", Tries::new().read("billing.pem"));
    let tried = clusters.log_in(&tries, "foreign.pem", &CHECK);
    assert_eq!(tried.id(), "certificate-refused", "{:#}", tried.result);
    assert_eq!(tried.result["check"]["accepted"], false);

    let own = clusters.log_in(&tries, "billing.pem", &["--server-ca", "authorities.pem"]);
    assert_eq!(own.id(), "own-ca-as-server-ca", "{:#}", own.result);
}

#[test]
fn a_change_that_is_pending_and_a_scope_elsewhere_keep_a_client_out() {
    let tries = Tries::new();
    let clusters = Clusters::start(&tries);
    clusters.add_user("CN=billing", CLUSTER);
    clusters.settle();
    clusters.trust(&tries.read("root.pem"));
    let pending = clusters.log_in(&tries, "billing.pem", &CHECK);
    assert_eq!(pending.id(), "certificate-refused", "{:#}", pending.result);
    assert_eq!(
        pending.result["check"]["accepted"], true,
        "check knows the new bundle"
    );
    clusters.settle();
    let taken = clusters.log_in(&tries, "billing.pem", &CHECK);
    assert_eq!(taken.status, Some(0), "{:#}", taken.result);

    // The bundle has the root alone, so the issuing authority has to be sent.
    let billing = tries.read("billing.pem");
    let alone = block(&billing, "CERTIFICATE", 0) + &block(&billing, "PRIVATE KEY", 0);
    let tries = tries.with("alone.pem", alone);
    let alone = clusters.log_in(&tries, "alone.pem", &["--ca", "root.pem"]);
    assert_eq!(alone.id(), "certificate-refused", "{:#}", alone.result);
    assert_eq!(alone.result["check"]["accepted"], false);
    assert!(
        alone.seen().contains("doesn't name CN=Practice Issuing CA"),
        "{}",
        alone.seen()
    );

    clusters.add_user(r"CN=reports,OU=Finance,O=Acme\, Inc.", "elsewhere");
    clusters.settle();
    let elsewhere = clusters.log_in(&tries, "reports.pem", &CHECK);
    assert_eq!(elsewhere.id(), "no-user", "{:#}", elsewhere.result);
}
