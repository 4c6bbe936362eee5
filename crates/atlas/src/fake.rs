//! A small Atlas for tests: one project, its bundle, users and clusters, and faults to order. It
//! shares nothing with the client but the table of calls, which it holds every request to. With the
//! feature `fake` it is there for the tests of others.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::{Ready, ready},
    time::Duration,
};

use serde_json::{Value, json};

use crate::{
    Client, Error, Transport,
    apply::{Apply, Replaced},
    calls::{self, Method, recognise},
    plan::{Authority, Wanted},
    transport::{NoAnswer, Request, Response},
    types::ProjectId,
};

pub const PROJECT: &str = "32b6e34b3d91647abb20e7b8";

pub fn project() -> ProjectId {
    ProjectId::parse(PROJECT).unwrap()
}

/// An authority called `name`; its PEM can be read back by [`read`].
pub fn authority(name: &str) -> Authority {
    Authority {
        sha256: format!("sha-{name}"),
        title: name.to_owned(),
        pem: format!("-----BEGIN CERTIFICATE-----\n{name}\n-----END CERTIFICATE-----"),
    }
}

/// [`read`], as a run asks for it.
pub fn reads(pem: &str) -> Ready<Result<Vec<Authority>, Error>> {
    ready(Ok(read(pem)))
}

/// What leads back from `apply`.
pub fn undo(apply: &Apply) -> Option<Wanted> {
    apply.undo(match apply.replaced() {
        Some(Replaced::Bundle(pem)) => read(pem),
        _ => Vec::new(),
    })
}

/// Reads PEM of [`authority`].
pub fn read(pem: &str) -> Vec<Authority> {
    let names = pem.lines().map(str::trim);
    names
        .filter(|line| !line.is_empty() && !line.starts_with("-----"))
        .map(authority)
        .collect()
}

pub fn user(username: &str, role: &str) -> Value {
    json!({
        "username": username, "databaseName": "$external", "groupId": PROJECT,
        "x509Type": "CUSTOMER", "roles": [{"roleName": role, "databaseName": "admin"}],
        "scopes": [], "labels": [],
    })
}

/// What happens to one call.
#[derive(Clone, Debug)]
pub enum Fault {
    /// An answer instead of the effect.
    Status(u16, &'static str),
    /// The effect, and then an answer that says otherwise.
    StatusAfterEffect(u16),
    /// No answer, no effect.
    DropBefore,
    /// The effect, but no answer.
    DropAfter,
    /// The effect, and an answer that cannot be read.
    Garbled,
    /// Somebody else changes the bundle to these authorities first.
    ForeignBundle(&'static str),
    /// Somebody else makes or changes this user first.
    ForeignUser(&'static str, &'static str),
    /// Somebody else deletes this user first.
    ForeignDelete(&'static str),
}

#[derive(Default)]
pub struct World {
    pub cas: Option<String>,
    pub users: Vec<Value>,
    pub ldap: Value,
    /// Each cluster with the polls for which it stays busy after a change.
    pub clusters: Vec<(&'static str, u32)>,
    pub alert_configs: Vec<Value>,
    /// Of whichever cluster, the newest first, with moments that `history::when` reads.
    pub access_logs: Vec<Value>,
    /// Every write that had an effect, as `METHOD path`.
    pub writes: Vec<String>,
    pub calls: Vec<Request>,
    pub slept: Vec<Duration>,
    pub retry_after: Option<&'static str>,
    pub page_size: usize,
    /// For which calls (counted from 0, or a method) there is what fault, how many times.
    pub faults: VecDeque<(When, Fault)>,
    busy: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum When {
    /// The n-th call of all, from 0.
    Call(usize),
    /// The next write.
    Write,
    /// The next read.
    Read,
}

#[derive(Default)]
pub struct Fake(pub RefCell<World>);

impl Fake {
    pub fn new(cas: Option<&str>, users: &[Value]) -> Self {
        let cas = cas.map(|names| {
            names
                .split(' ')
                .map(|name| authority(name).pem + "\n")
                .collect()
        });
        Self(RefCell::new(World {
            cas,
            users: users.to_vec(),
            clusters: vec![("Cluster0", 2), ("Cluster1", 3)],
            page_size: 500,
            ..World::default()
        }))
    }

    pub fn client(&self) -> Client<&Self> {
        Client::new(self)
    }

    pub fn fault(&self, when: When, fault: Fault) {
        self.0.borrow_mut().faults.push_back((when, fault));
    }

    pub fn bundle(&self) -> Vec<String> {
        let world = self.0.borrow();
        let authorities = world.cas.as_deref().map(read).unwrap_or_default();
        authorities
            .into_iter()
            .map(|authority| authority.title)
            .collect()
    }

    /// `name role` for each user, sorted.
    pub fn users(&self) -> Vec<String> {
        let world = self.0.borrow();
        let mut users: Vec<String> = world
            .users
            .iter()
            .map(|user| {
                format!(
                    "{} {}",
                    user["username"].as_str().unwrap(),
                    user["roles"][0]["roleName"].as_str().unwrap()
                )
            })
            .collect();
        users.sort();
        users
    }

    pub fn writes(&self) -> Vec<String> {
        self.0.borrow().writes.clone()
    }
}

impl Transport for Fake {
    async fn send(&self, request: Request) -> Result<Response, NoAnswer> {
        self.0.borrow_mut().send(&request)
    }

    async fn sleep(&self, time: Duration) {
        self.0.borrow_mut().slept.push(time);
    }

    fn jitter(&self) -> f64 {
        0.0
    }
}

fn dropped() -> NoAnswer {
    NoAnswer {
        reason: "connection reset".to_owned(),
        never_sent: false,
    }
}

impl World {
    fn send(&mut self, request: &Request) -> Result<Response, NoAnswer> {
        let number = self.calls.len();
        self.calls.push(request.clone());
        let writes = request.method().writes();
        let fits = |when: &When| match when {
            When::Call(n) => *n == number,
            When::Write => writes,
            When::Read => !writes,
        };
        let fault = self.faults.iter().position(|(when, _)| fits(when));
        let fault = fault
            .and_then(|index| self.faults.remove(index))
            .map(|(_, fault)| fault);
        match fault {
            Some(Fault::Status(status, code)) => {
                let mut response = error(status, code);
                response.retry_after = self.retry_after.map(str::to_owned);
                Ok(response)
            }
            Some(Fault::StatusAfterEffect(status)) => {
                self.answer(request);
                Ok(error(status, ""))
            }
            Some(Fault::DropBefore) => Err(dropped()),
            Some(Fault::DropAfter) => {
                self.answer(request);
                Err(dropped())
            }
            Some(Fault::Garbled) => {
                let response = self.answer(request);
                Ok(Response {
                    body: "<html>".to_owned(),
                    ..response
                })
            }
            Some(Fault::ForeignBundle(names)) => {
                self.cas = (!names.is_empty()).then(|| {
                    names
                        .split(' ')
                        .map(|name| authority(name).pem + "\n")
                        .collect()
                });
                Ok(self.answer(request))
            }
            Some(Fault::ForeignUser(name, role)) => {
                self.users.retain(|user| user["username"] != name);
                self.users.push(user(name, role));
                Ok(self.answer(request))
            }
            Some(Fault::ForeignDelete(name)) => {
                self.users.retain(|user| user["username"] != name);
                Ok(self.answer(request))
            }
            None => Ok(self.answer(request)),
        }
    }

    fn answer(&mut self, request: &Request) -> Response {
        let known = recognise(request.method().as_str(), &request.target).expect(&request.target);
        assert_eq!(known.call, request.call);
        assert_eq!(known.target(), request.target, "encoded in one way");
        let body: Value = request
            .body
            .as_deref()
            .map_or(Value::Null, |body| serde_json::from_str(body).unwrap());
        let named = known.values.get(1).cloned().unwrap_or_default();
        let found = self.users.iter().position(|user| {
            user["username"] == named.as_str() && user["databaseName"] == "$external"
        });
        if request.method() != Method::Get {
            self.busy = 3;
        }
        let response = match request.call {
            call if *call == calls::USER_SECURITY => {
                let x509 = self
                    .cas
                    .as_ref()
                    .map_or(json!({}), |cas| json!({"cas": cas}));
                ok(200, &json!({"customerX509": x509, "ldap": self.ldap}))
            }
            call if *call == calls::UPDATE_USER_SECURITY => {
                self.cas = Some(body["customerX509"]["cas"].as_str().unwrap().to_owned());
                ok(202, &json!({}))
            }
            call if *call == calls::DISABLE_X509 => {
                self.cas = None;
                ok(202, &json!({}))
            }
            call if *call == calls::DATABASE_USERS => self.page(&self.users, &known.query),
            call if *call == calls::ALERT_CONFIGS => self.page(&self.alert_configs, &known.query),
            call if *call == calls::CREATE_ALERT_CONFIG => {
                self.alert_configs.push(body.clone());
                ok(201, &body)
            }
            call if *call == calls::REPLACE_ALERT_CONFIG => {
                let is_it = |config: &&mut Value| config["id"] == named.as_str();
                let Some(config) = self.alert_configs.iter_mut().find(is_it) else {
                    return error(404, "ALERT_CONFIG_NOT_FOUND");
                };
                config.clone_from(&body);
                ok(200, &body)
            }
            call if *call == calls::ACCESS_HISTORY => {
                let asked = |name: &str| {
                    let mut query = known.query.iter();
                    query
                        .find(|(it, _)| it == name)
                        .unwrap()
                        .1
                        .parse::<i64>()
                        .unwrap()
                };
                let (start, end, most) = (asked("start"), asked("end"), asked("nLogs"));
                let is_asked_for = |log: &&Value| {
                    let at = crate::history::read_moment(log["timestamp"].as_str().unwrap_or(""));
                    at.is_none_or(|at| (start..=end).contains(&(at * 1_000)))
                };
                let logs = self.access_logs.iter().filter(is_asked_for);
                let logs: Vec<&Value> = logs.take(usize::try_from(most).unwrap()).collect();
                ok(200, &json!({ "accessLogs": logs }))
            }
            call if *call == calls::PROJECT_EVENTS => {
                assert!(
                    known
                        .query
                        .contains(&("eventType".to_owned(), "MONGODB_USER_ADDED".to_owned()))
                );
                let event = json!({"eventTypeName": "MONGODB_USER_ADDED", "publicKey": "abcdefgh", "username": null});
                self.page(&[event, json!({})], &known.query)
            }
            call if *call == calls::CREATE_DATABASE_USER => {
                if self
                    .users
                    .iter()
                    .any(|user| user["username"] == body["username"])
                {
                    return error(409, "USER_ALREADY_EXISTS");
                }
                self.users.push(body.clone());
                ok(201, &body)
            }
            call if *call == calls::CLUSTERS => {
                let clusters: Vec<Value> = self.clusters.iter().map(|(name, _)| {
                    json!({"name": name, "stateName": if self.busy > 0 { "UPDATING" } else { "IDLE" }})
                }).collect();
                self.busy = self.busy.saturating_sub(1);
                self.page(&clusters, &known.query)
            }
            call if *call == calls::SYSTEM_STATUS => ok(200, &json!({"throttling": false})),
            call if *call == calls::PROJECTS => {
                let project = json!({"id": PROJECT, "name": "Acme", "clusterCount": 2});
                self.page(&[project], &known.query)
            }
            call if [&calls::FLEX_CLUSTERS, &calls::ACCESS_LIST, &calls::ALERTS]
                .contains(&call) =>
            {
                self.page(&[], &known.query)
            }
            call if *call == calls::CUSTOM_ROLES => ok(200, &json!([])),
            call if *call == calls::USER_LIMIT => ok(200, &json!({"value": 100})),
            call if *call == calls::CLUSTER_STATUS => ok(
                200,
                &json!({"changeStatus": if self.busy > 0 { "PENDING" } else { "APPLIED" }}),
            ),
            call if call.template == calls::DATABASE_USER.template => match found {
                None => return error(404, "USERNAME_NOT_FOUND"),
                Some(index) => match request.method() {
                    Method::Get => ok(200, &self.users[index]),
                    Method::Delete => {
                        self.users.remove(index);
                        Response {
                            status: 204,
                            ..Response::default()
                        }
                    }
                    _ => {
                        for field in ["roles", "scopes", "description"] {
                            if !body[field].is_null() {
                                self.users[index][field] = body[field].clone();
                            }
                        }
                        ok(200, &self.users[index])
                    }
                },
            },
            other => panic!("{other:?}"),
        };
        if request.method().writes() {
            self.writes.push(format!(
                "{} {}",
                request.method().as_str(),
                named_path(request, &body)
            ));
        }
        response
    }

    fn page(&self, entries: &[Value], query: &[(String, String)]) -> Response {
        let number: usize = query
            .iter()
            .find(|(name, _)| name == "pageNum")
            .unwrap()
            .1
            .parse()
            .unwrap();
        let rest = entries.iter().skip((number - 1) * self.page_size);
        let more = entries.len() > number * self.page_size;
        let links = if more {
            json!([{"rel": "next", "href": "https://evil.example/"}])
        } else {
            json!([])
        };
        ok(
            200,
            &json!({"results": rest.take(self.page_size).collect::<Vec<_>>(), "totalCount": entries.len(), "links": links}),
        )
    }
}

fn named_path(request: &Request, body: &Value) -> String {
    let last = request.target.rsplit('/').next().unwrap();
    match body["username"].as_str() {
        Some(name) => name.to_owned(),
        None => calls::decode_segment(last).unwrap(),
    }
}

fn ok(status: u16, body: &Value) -> Response {
    Response {
        status,
        body: body.to_string(),
        retry_after: None,
    }
}

fn error(status: u16, code: &str) -> Response {
    ok(
        status,
        &json!({"error": status, "errorCode": code, "detail": format!("{code} said so.")}),
    )
}
