#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use atlas::{error::Explanation, fake, history};
use futures_util::FutureExt as _;
use serde_json::{Value, from_value, json};

use super::*;
use crate::change::judged::Judged;

const NAME: &str = "CN=shipping,OU=Services,O=Acme,C=US";
const NOW: i64 = 1_764_000_000;

/// A client that gets in, a cluster that takes it, a user that may read.
struct Situation {
    certificate: Certificate,
    facts: Facts,
    database: &'static str,
    change: &'static str,
    logs: Vec<Value>,
}

impl Situation {
    fn good() -> Self {
        let cluster = json!({
            "name": "orders", "stateName": "IDLE",
            "advancedConfiguration": {"minimumEnabledTlsProtocol": "TLS1_2"},
        });
        let security = json!({"customerX509": {"cas": "PEM"}});
        Self {
            certificate: Certificate {
                title: "shipping".to_owned(),
                username: Some(NAME.to_owned()),
                gets_in: GetsIn::Yes,
                told: None,
                tls12: Some(true),
                tls13: Some(true),
                key: "EC P-256".to_owned(),
                must_send: false,
            },
            facts: Facts {
                project: from_value(json!({"id": "a".repeat(24), "name": "Acme"})).unwrap(),
                security: Ok(from_value(security).unwrap()),
                users: Ok(from_value(json!([user(NAME, "CUSTOMER")])).unwrap()),
                clusters: Ok(from_value(json!([cluster])).unwrap()),
                flex_clusters: Ok(Vec::new()),
                access_list: Ok(from_value(json!([{"cidrBlock": "0.0.0.0/0"}])).unwrap()),
                custom_roles: Ok(Vec::new()),
                alerts: Ok(Vec::new()),
                alert_configs: Ok(Vec::new()),
                user_limit: None,
                present: None,
                ends: std::collections::BTreeMap::new(),
            },
            database: "shipping",
            change: "APPLIED",
            logs: Vec::new(),
        }
    }

    fn causes(&self) -> Vec<Cause> {
        let progress =
            json!({"name": "orders", "state": "IDLE", "change": self.change, "paused": false});
        let histories = Histories {
            clusters: vec![("orders".to_owned(), Ok(read(&self.logs)))],
        };
        causes(&Asked {
            certificate: &self.certificate,
            facts: &self.facts,
            cluster: "orders",
            database: self.database,
            clusters: &[from_value(progress).unwrap()],
            histories: Some(&histories),
            now: Timestamp::from_unix(NOW),
        })
    }

    fn users(&mut self, users: &[Value]) {
        self.facts.users = Ok(from_value(json!(users)).unwrap());
    }

    fn cluster(&mut self, change: &Value) {
        let mut cluster = json!({"name": "orders", "stateName": "IDLE"});
        for (name, value) in change.as_object().unwrap() {
            cluster[name] = value.clone();
        }
        self.facts.clusters = Ok(from_value(json!([cluster])).unwrap());
    }

    fn refused(&mut self, why: Why, what: &str) {
        self.certificate.gets_in = GetsIn::No(why);
        self.certificate.told = Some(Told {
            what: what.to_owned(),
            means: "M.".to_owned(),
            then: "T.".to_owned(),
        });
    }
}

fn user(name: &str, kind: &str) -> Value {
    json!({
        "username": name, "databaseName": "$external", "x509Type": kind,
        "roles": [{"roleName": "read", "databaseName": "shipping"}],
    })
}

fn read(logs: &[Value]) -> history::History {
    let fake = fake::Fake::new(None, &[]);
    fake.0.borrow_mut().access_logs = logs.to_vec();
    let client = fake.client();
    let project = fake::project();
    let read = client.history(&project, "orders", NOW);
    read.now_or_never().unwrap().unwrap()
}

fn log(timestamp: &str, reason: Option<&str>) -> Value {
    json!({
        "authResult": reason.is_none(), "authSource": "$external", "failureReason": reason,
        "ipAddress": "203.0.113.23", "timestamp": timestamp, "username": NAME,
    })
}

/// A situation: its name, what is otherwise than good, how sure the first cause is, and how that begins.
type Case = (&'static str, fn(&mut Situation), Sure, &'static str);

const UNKNOWN: &str = "UserNotFound: Could not find user";

#[test]
fn the_first_cause_is_the_answer() {
    use Sure::{Certain, Likely, Possible};
    let cases: &[Case] = &[
        (
            "expired",
            |it| it.refused(Why::Certificate, "It expired."),
            Certain,
            "It expired.",
        ),
        (
            "foreign CA",
            |it| it.refused(Why::Certificate, "Nobody here issued it."),
            Certain,
            "Nobody here issued it.",
        ),
        (
            "key of another certificate",
            |it| it.refused(Why::PrivateKey, "The key is another one's."),
            Certain,
            "The key is another one's.",
        ),
        (
            "refused without a finding",
            |it| it.certificate.gets_in = GetsIn::No(Why::Certificate),
            Certain,
            "The cluster refuses the certificate of shipping.",
        ),
        (
            "no verdict",
            |it| it.certificate.gets_in = GetsIn::Unknown,
            Possible,
            "The cluster refuses",
        ),
        (
            "the intermediate has to be sent",
            |it| it.certificate.must_send = true,
            Possible,
            "The client must send its intermediate",
        ),
        (
            "mistyped in Atlas",
            |it| it.users(&[user("C=US,O=Acme,OU=Services,CN=shipping", "CUSTOMER")]),
            Certain,
            "No database user is called `CN=shipping,OU=Services,O=Acme,C=US`, but one is called `C=US,O=Acme,OU=Services,CN=shipping`.",
        ),
        (
            "no such user",
            |it| it.users(&[user("CN=orders,O=Acme", "CUSTOMER")]),
            Certain,
            "No database user is called",
        ),
        (
            "MANAGED",
            |it| it.users(&[user(NAME, "MANAGED")]),
            Likely,
            "The user `CN=shipping,OU=Services,O=Acme,C=US` is Atlas-managed",
        ),
        (
            "another way to log in",
            |it| it.users(&[user(NAME, "NONE")]),
            Certain,
            "The user `CN=shipping,OU=Services,O=Acme,C=US` logs in in another way",
        ),
        (
            "users cannot be read",
            |it| it.facts.users = Err(Explanation::default()),
            Possible,
            "We can't tell whether there is a user",
        ),
        (
            "scoped to another cluster",
            |it| {
                let mut scoped = user(NAME, "CUSTOMER");
                scoped["scopes"] = json!([{"name": "analytics", "type": "CLUSTER"}]);
                it.users(&[scoped]);
            },
            Certain,
            "The user `CN=shipping,OU=Services,O=Acme,C=US` may only connect to analytics.",
        ),
        (
            "no role on that database",
            |it| it.database = "sales",
            Certain,
            "The user `CN=shipping,OU=Services,O=Acme,C=US` has no role on sales.",
        ),
        (
            "custom roles cannot be read",
            |it| {
                let mut custom = user(NAME, "CUSTOMER");
                custom["roles"] = json!([{"roleName": "ours", "databaseName": "admin"}]);
                it.users(&[custom]);
                it.facts.custom_roles = Err(Explanation::default());
            },
            Possible,
            "We can't tell whether the user",
        ),
        (
            "TLS 1.3 with a DSA key",
            |it| {
                it.cluster(
                    &json!({"advancedConfiguration": {"minimumEnabledTlsProtocol": "TLS1_3"}}),
                );
                (it.certificate.tls13, it.certificate.key) = (Some(false), "DSA 2048".to_owned());
            },
            Certain,
            "orders asks for TLS 1.3, and a DSA 2048 key can't be used with it.",
        ),
        (
            "TLS 1.2 only",
            |it| (it.certificate.tls13, it.certificate.key) = (Some(false), "DSA 2048".to_owned()),
            Likely,
            "A DSA 2048 key can be used with TLS 1.2 only.",
        ),
        (
            "no version of TLS",
            |it| {
                (it.certificate.tls12, it.certificate.tls13) = (Some(false), Some(false));
                it.refused(Why::Handshake, "The server takes no key like that.");
            },
            Certain,
            "The server takes no key like that.",
        ),
        (
            "PENDING",
            |it| it.change = "PENDING",
            Likely,
            "orders hasn't taken up the last change yet (PENDING).",
        ),
        (
            "empty access list",
            |it| it.facts.access_list = Ok(Vec::new()),
            Certain,
            "The network access list is empty.",
        ),
        (
            "every entry ended",
            |it| {
                let ended =
                    json!([{"cidrBlock": "0.0.0.0/0", "deleteAfterDate": "2025-11-01T00:00:00Z"}]);
                it.facts.access_list = Ok(from_value(ended).unwrap());
            },
            Certain,
            "Every entry of the network access list has ended.",
        ),
        (
            "empty, with a private endpoint",
            |it| {
                it.facts.access_list = Ok(Vec::new());
                it.cluster(
                    &json!({"connectionStrings": {"privateEndpoint": [{"type": "MONGOD"}]}}),
                );
            },
            Likely,
            "The network access list is empty.",
        ),
        (
            "perhaps another address",
            |it| {
                it.facts.access_list =
                    Ok(from_value(json!([{"cidrBlock": "203.0.113.0/24"}])).unwrap());
            },
            Possible,
            "The client's address may not be on the network access list.",
        ),
        (
            "paused",
            |it| it.cluster(&json!({"paused": true})),
            Certain,
            "orders is paused.",
        ),
        (
            "being created",
            |it| it.cluster(&json!({"stateName": "CREATING"})),
            Certain,
            "Atlas is still creating orders.",
        ),
        (
            "flex",
            |it| {
                it.facts.clusters = Ok(Vec::new());
                it.facts.flex_clusters = Ok(from_value(json!([{"name": "orders"}])).unwrap());
            },
            Possible,
            "orders is a flex cluster.",
        ),
        (
            "X.509 is off",
            |it| it.facts.security = Ok(from_value(json!({})).unwrap()),
            Certain,
            "Self-managed X.509 is off in Acme.",
        ),
        (
            "the bundle cannot be read",
            |it| it.facts.security = Err(Explanation::default()),
            Possible,
            "We can't tell whether the project trusts",
        ),
        (
            "LDAP",
            |it| {
                let ldap = json!({"authorizationEnabled": true, "hostname": "ldap.acme.example"});
                it.facts.security =
                    Ok(from_value(json!({"customerX509": {"cas": "PEM"}, "ldap": ldap})).unwrap());
                it.users(&[]);
            },
            Likely,
            "LDAP authorization is on, with ldap.acme.example.",
        ),
        (
            "only the history tells",
            |it| {
                it.logs = vec![log(
                    "2025-11-24T15:00:00Z",
                    Some("SSL peer certificate validation failed: certificate revoked"),
                )];
            },
            Likely,
            "orders refused it on 24 November 2025, 15:00 UTC, from 203.0.113.23. The certificate has been revoked.",
        ),
        (
            "an expired certificate before an empty user list",
            |it| {
                it.refused(Why::Certificate, "It expired.");
                it.users(&[]);
            },
            Certain,
            "It expired.",
        ),
        (
            "not reached before everything else",
            |it| {
                it.facts.access_list = Ok(Vec::new());
                it.refused(Why::Certificate, "It expired.");
            },
            Certain,
            "The network access list is empty.",
        ),
    ];
    for (name, change, sure, begins) in cases {
        let mut situation = Situation::good();
        change(&mut situation);
        let causes = situation.causes();
        let first = causes.first().unwrap_or_else(|| panic!("{name}: nothing"));
        assert_eq!(first.sure, *sure, "{name}: {causes:#?}");
        assert!(first.what.starts_with(begins), "{name}: {}", first.what);
        for cause in &causes {
            for text in [&cause.what, &cause.means, &cause.then] {
                assert!(text.ends_with('.'), "{name}: {text}");
            }
        }
    }
}

#[test]
fn where_nothing_is_wrong_nothing_is_said() {
    assert!(Situation::good().causes().is_empty());
    let mut any = Situation::good();
    any.database = "";
    assert!(any.causes().is_empty());
}

#[test]
fn what_the_history_says_counts_until_it_is_overtaken() {
    let mut situation = Situation::good();
    situation.facts.access_list = Ok(from_value(json!([{"cidrBlock": "203.0.113.0/24"}])).unwrap());
    situation.logs = vec![
        log("2025-11-24T15:00:00Z", None),
        log("2025-11-24T14:00:00Z", Some(UNKNOWN)),
    ];
    assert!(situation.causes().is_empty(), "it came, and got in");
    situation.logs.swap(0, 1);
    situation.logs[0]["timestamp"] = "2025-11-24T16:00:00Z".into();
    let causes = situation.causes();
    assert_eq!(causes.len(), 1, "{causes:#?}");
    assert!(causes[0].what.contains("No database user has this name."));
}

#[test]
fn a_certificate_is_told_by_its_verdict_against_the_bundle_as_it_is() {
    let judged: Judged = crate::change::fixture::judged(&[("CN=a", true), ("CN=b", false)], &[]);
    let view = &judged.after.view;
    let (good, bad) = (
        Certificate::of(view, 0).unwrap(),
        Certificate::of(view, 1).unwrap(),
    );
    assert_eq!(
        (good.username.as_deref(), good.gets_in),
        (Some("CN=a"), GetsIn::Yes)
    );
    assert_eq!(bad.gets_in, GetsIn::No(Why::Certificate));
    assert_eq!(Certificate::of(view, 2), None);
}
