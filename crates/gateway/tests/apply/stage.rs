//! The stage for a run: a sandbox whose clock is turned by hand, the gateway before it, a client of
//! the gateway, and the change that is to be made. What Atlas has is looked up in the sandbox itself,
//! as JSON.

use std::{
    cell::{Cell, RefCell},
    future::pending,
    net::SocketAddr,
    ops::ControlFlow,
    time::Duration,
};

use atlas::{
    Client,
    apply::{Apply, Phase},
    calls::encode_segment,
    export::Target,
    plan::{Authority, Plan, Present, Wanted, WantedBundle, WantedUser},
    types::{ProjectId, Role, Scope, ScopeType},
};
use atlas_x509::serve::{Flags, Gateway, Limits, config};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use pki::{
    Certificate,
    input::{self, Content},
};
use pollster::block_on;
use sandbox::{
    Credentials, Sandbox, Settings,
    clock::{Clock, Moment},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime::Runtime};

use crate::common::{
    TOKEN_HEADER,
    http::{Http, exchange, launch},
};

/// 2026-11-24T10:00:00Z
const START: Moment = Moment::from_millis(1_795_514_400_000);

/// Far longer than anything takes that is not held up on purpose.
const PATIENCE: Duration = Duration::from_secs(10);

/// The users that come, one of them with a name that every layer has to encode.
const NEW: [&str; 2] = [
    "CN=ledger,OU=Services,O=Acme,C=US",
    r#"CN=a..b//c %2F?#\+\",O=Acmé\\,C=US"#,
];
pub const CHANGED: &str = "CN=billing,OU=Services,O=Acme,C=US";
const GONE: &str = "CN=inventory, OU=Services, O=Acme, C=US";

/// An authority that comes, and one that only somebody else wants.
const ADDED: &str = include_str!("../certs/root.pem");
const STRANGE: &str = include_str!("../certs/issuing.pem");

/// What an apply of [`Stage::begin`] writes, each once.
pub const WRITES: usize = 5;

pub struct Stage {
    sandbox: SocketAddr,
    bearer: String,
    client: Client<Http>,
    project: ProjectId,
    wanted: Wanted,
    start: State,
    bundle: String,
    credentials: Credentials,
    // Dropped with the stage, and everything that runs in it.
    _runtime: Runtime,
}

/// What Atlas has of a project: the authorities, and of the users what a plan can change. In order.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    authorities: Vec<String>,
    users: Vec<Value>,
}

impl Stage {
    /// `timeout` is how long the client waits for an answer, `limits` has how long the gateway does.
    pub fn new(timeout: Duration, limits: Limits) -> Self {
        let (clock, hand) = Clock::by_hand(START);
        let sandbox = Sandbox::new(Settings {
            clock,
            node_restart: Duration::from_millis(500),
            // Time flies here.
            token_lifetime: Duration::from_hours(24 * 365 * 10),
            ..Settings::default()
        })
        .unwrap();
        let credentials = sandbox.credentials().clone();
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move { sandbox.serve(listener).await });

        let pair = format!("{}:{}", credentials.client_id, credentials.client_secret);
        let headers = [
            format!(
                "Authorization: Basic {}",
                BASE64_STANDARD.encode(pair.as_bytes())
            ),
            "Content-Type: application/x-www-form-urlencoded".to_owned(),
        ];
        let grant = "grant_type=client_credentials";
        let answer = exchange(address, PATIENCE, "POST /api/oauth/token", &headers, grant);
        let token: Value = serde_json::from_str(&answer.unwrap().body).unwrap();
        let bearer = format!(
            "Authorization: Bearer {}",
            token["access_token"].as_str().unwrap()
        );
        let (gateway, token) = runtime.block_on(gateway(address, limits));
        let client = Client::new(Http {
            address: gateway,
            authorization: format!("{TOKEN_HEADER}: {token}"),
            timeout,
            clock: hand,
            pace: Cell::default(),
            calls: RefCell::default(),
        });
        let projects = block_on(client.projects()).unwrap();
        let production = projects
            .iter()
            .find(|project| project.name == "Acme Production");
        let mut stage = Self {
            sandbox: address,
            bearer,
            client,
            project: production.unwrap().id.clone(),
            wanted: Wanted::default(),
            start: State {
                authorities: Vec::new(),
                users: Vec::new(),
            },
            bundle: String::new(),
            credentials,
            _runtime: runtime,
        };
        stage.start = stage.state();
        let security = stage.ask("GET", "userSecurity", &Value::Null);
        security["customerX509"]["cas"]
            .as_str()
            .unwrap()
            .clone_into(&mut stage.bundle);
        stage.wanted = wanted(&stage.bundle);
        stage
    }

    /// How much real time a second of waiting takes.
    pub fn pace(&self, pace: Duration) {
        self.client.transport().pace.set(pace);
    }

    /// The change, agreed upon and not begun.
    pub fn begin(&self) -> Apply {
        let apply = self.begin_with(&self.wanted);
        assert_eq!(apply.steps().len(), WRITES);
        apply
    }

    /// Another change, agreed upon and not begun.
    pub fn begin_with(&self, wanted: &Wanted) -> Apply {
        let plan = self.plan(wanted);
        self.client.transport().calls.borrow_mut().clear();
        Apply::new(self.project.clone(), wanted.clone(), plan).unwrap()
    }

    /// What has to change so that Atlas has what is wanted.
    pub fn plan(&self, wanted: &Wanted) -> Plan {
        block_on(async {
            let security = self.client.user_security(&self.project).await.unwrap();
            let users = self.client.database_users(&self.project).await.unwrap();
            let authorities = security.customer_x509.bundle().map(read);
            let present = Present::new(security, users, authorities.unwrap_or_default());
            Plan::new(&present, wanted)
        })
    }

    /// What [`Stage::begin`] is about to bring about.
    pub fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Where an export is to go, and what is accepted there.
    pub fn target(&self) -> (Target, &Credentials) {
        let target = Target {
            project: self.project.clone(),
            project_name: "Acme Production".to_owned(),
            origin: format!("http://{}", self.sandbox),
        };
        (target, &self.credentials)
    }

    /// One run, with the state stored and read back, as after a reload.
    pub fn run(&self, apply: &mut Apply) {
        *apply = serde_json::from_str(&serde_json::to_string(apply).unwrap()).unwrap();
        let read = async |pem: &str| Ok(read(pem));
        block_on(apply.run(&self.client, &read, &mut |_: &Apply| {
            ControlFlow::Continue(())
        }));
    }

    /// Runs until there is nothing left, agreeing to every new difference; a run that stopped for one
    /// must not write anything before.
    pub fn complete(&self, apply: &mut Apply, note: &str) {
        for _ in 0..8 {
            if apply.phase() == &Phase::Finished {
                return;
            }
            if matches!(apply.phase(), Phase::Changed { .. }) {
                let before = self.journal();
                self.run(apply);
                assert_eq!(self.journal(), before, "{note}: written without agreement");
                // The new reading may have found that nothing differs any more.
                apply.agree();
            }
            self.run(apply);
        }
        assert_eq!(apply.phase(), &Phase::Finished, "{note}");
    }

    /// The calls of a run that meets with nothing.
    pub fn calls(&self) -> Vec<String> {
        let mut apply = self.begin();
        self.run(&mut apply);
        assert_eq!(apply.phase(), &Phase::Finished);
        self.assert_complete("without a fault");
        assert_eq!(self.effects().len(), WRITES);
        let calls = self.client.transport().calls.take();
        self.set_back();
        calls
    }

    /// The fault befalls so many calls, the first of them the `nth`, counted from 1.
    pub fn put_fault(&self, nth: usize, times: usize, fault: &Value) {
        self.put_faults(&[(nth, times, fault)]);
    }

    pub fn put_faults(&self, faults: &[(usize, usize, &Value)]) {
        // The path of no segment is every call.
        let rule = |(nth, times, fault): &(usize, usize, &Value)| json!({"path": "/", "nth": nth, "times": times, "fault": fault});
        let rules: Vec<Value> = faults.iter().map(rule).collect();
        self.own("PUT /sandbox/faults", &rules.into());
    }

    pub fn clear_faults(&self) {
        self.own("DELETE /sandbox/faults", &Value::Null);
    }

    /// Every write so far.
    pub fn journal(&self) -> Vec<Value> {
        let journal = self.own("GET /sandbox/journal", &Value::Null);
        journal.as_array().unwrap().clone()
    }

    /// The writes so far that were carried out, in alphabetical order.
    pub fn effects(&self) -> Vec<String> {
        let of = |entry: &Value| {
            let user = &entry["body"]["username"];
            format!("{} {} {user}", entry["method"], entry["path"])
        };
        let journal = self.journal();
        let carried_out = |entry: &&Value| entry["status"].as_u64().unwrap() < 300;
        let mut effects: Vec<String> = journal.iter().filter(carried_out).map(of).collect();
        effects.sort();
        effects
    }

    /// What Atlas has is what was wanted, and all else is as it was.
    pub fn assert_complete(&self, note: &str) {
        let mut expected = self.start.clone();
        let WantedBundle::Exactly(authorities) = &self.wanted.bundle else {
            unreachable!("the change is of a bundle");
        };
        expected.authorities = authorities.iter().map(|one| one.sha256.clone()).collect();
        expected.authorities.sort();
        expected
            .users
            .retain(|user| user["username"] != GONE && user["username"] != CHANGED);
        expected.users.extend(self.wanted.users.iter().map(|user| {
            json!({
                "username": user.username, "databaseName": "$external", "x509Type": "CUSTOMER",
                "roles": user.roles, "scopes": user.scopes, "description": user.description,
            })
        }));
        sort(&mut expected.users);
        assert_eq!(self.state(), expected, "{note}");
    }

    /// Whatever has been done so far, nobody is locked out who need not be: users that are not
    /// concerned are as they were, and one goes only when every new one is there.
    pub fn assert_nothing_lost(&self, note: &str) {
        let state = self.state();
        let names = |state: &State| -> Vec<String> {
            let names = state.users.iter().map(|user| user["username"].to_string());
            names.collect()
        };
        for user in &self.start.users {
            let name = user["username"].as_str().unwrap();
            if name == GONE {
                let there = |name: &str| state.users.iter().any(|user| user["username"] == name);
                assert!(
                    there(GONE) || NEW.iter().all(|name| there(name)),
                    "{note}: gone early"
                );
            } else if name == CHANGED {
                assert!(
                    names(&state).contains(&json!(name).to_string()),
                    "{note}: {name}"
                );
            } else {
                assert!(
                    state.users.contains(user),
                    "{note}: {name} is not as it was"
                );
            }
        }
    }

    /// Makes everything as it was, with an empty journal and no fault.
    pub fn set_back(&self) {
        self.clear_faults();
        let pem = json!({"customerX509": {"cas": self.bundle}});
        self.ask("PATCH", "userSecurity", &pem);
        let present = self.users();
        let of = |name: &str| format!("databaseUsers/%24external/{}", encode_segment(name));
        for user in &present {
            if !self.start.users.contains(user) && user["databaseName"] == "$external" {
                self.ask(
                    "DELETE",
                    &of(user["username"].as_str().unwrap()),
                    &Value::Null,
                );
            }
        }
        for user in &self.start.users {
            if !present.contains(user) {
                let mut body = user.clone();
                body["groupId"] = self.project.as_str().into();
                self.ask("POST", "databaseUsers", &body);
            }
        }
        assert_eq!(self.state(), self.start, "set back");
        self.own("DELETE /sandbox/journal", &Value::Null);
        // Longer than any restart.
        self.client
            .transport()
            .clock
            .advance(Duration::from_mins(5));
    }

    /// The bundle that there was in the beginning.
    pub fn bundle(&self) -> &str {
        &self.bundle
    }

    /// A bundle that somebody else puts there: what there was, and an authority of theirs.
    pub fn strange_bundle(&self) -> String {
        self.bundle.clone() + STRANGE
    }

    fn state(&self) -> State {
        let security = self.ask("GET", "userSecurity", &Value::Null);
        let bundle = security["customerX509"]["cas"].as_str().unwrap_or_default();
        let mut authorities: Vec<String> = read(bundle).into_iter().map(|one| one.sha256).collect();
        authorities.sort();
        State {
            authorities,
            users: self.users(),
        }
    }

    fn users(&self) -> Vec<Value> {
        let list = self.ask("GET", "databaseUsers?itemsPerPage=500", &Value::Null);
        let mut users: Vec<Value> = list["results"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| {
                let scopes = user["scopes"].as_array().cloned().unwrap_or_default();
                json!({
                    "username": user["username"], "databaseName": user["databaseName"],
                    "x509Type": user["x509Type"], "roles": user["roles"],
                    "scopes": scopes, "description": user["description"],
                })
            })
            .collect();
        sort(&mut users);
        users
    }

    /// A call of the project, straight to the sandbox.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        const V1: &str = "application/vnd.atlas.2023-01-01+json";
        let line = format!("{method} /api/atlas/v2/groups/{}/{path}", self.project);
        let kind = format!("Content-Type: {V1}");
        self.straight(
            &line,
            &[self.bearer.clone(), format!("Accept: {V1}"), kind],
            body,
        )
    }

    /// One of the sandbox's own addresses.
    fn own(&self, line: &str, body: &Value) -> Value {
        self.straight(line, &["Content-Type: application/json".to_owned()], body)
    }

    fn straight(&self, line: &str, headers: &[String], body: &Value) -> Value {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = exchange(self.sandbox, PATIENCE, line, headers, &text).unwrap();
        assert!(answer.status < 300, "{line}: {answer:?}");
        serde_json::from_str(&answer.body).unwrap_or_default()
    }
}

/// A gateway before this sandbox: its address and its token.
async fn gateway(sandbox: SocketAddr, limits: Limits) -> (SocketAddr, String) {
    let flags = Flags {
        listen: Some("127.0.0.1:0".to_owned()),
        origin: Some("address".to_owned()),
        sandbox_at: Some(format!("http://{sandbox}")),
        ..Flags::default()
    };
    let settings = config::Settings::resolve(&flags, &|_| None).unwrap();
    let gateway = Gateway::bind(&settings, limits).await.unwrap();
    let address = gateway.address();
    let open = gateway.open_address().unwrap();
    let code = open.split_once("#code=").unwrap().1.to_owned();
    tokio::spawn(gateway.run(pending()));
    let launched = tokio::task::spawn_blocking(move || launch(address, &code));
    (address, launched.await.unwrap().unwrap())
}

/// One authority of the bundle goes and one comes; two users come, one changes, one goes.
fn wanted(bundle: &str) -> Wanted {
    let mut authorities = read(bundle);
    authorities.remove(0);
    authorities.extend(read(ADDED));
    let user = |username: &str| WantedUser {
        username: username.to_owned(),
        roles: vec![Role::on("readWrite", "ledger"), Role::on("read", "orders")],
        scopes: vec![Scope {
            name: "orders".to_owned(),
            kind: ScopeType::Cluster,
        }],
        description: Some("Made by a test".to_owned()),
    };
    Wanted {
        bundle: WantedBundle::Exactly(authorities),
        users: [&NEW[..], &[CHANGED]]
            .concat()
            .into_iter()
            .map(user)
            .collect(),
        deleted: vec![GONE.to_owned()],
        ..Wanted::default()
    }
}

pub fn read(pem: &str) -> Vec<Authority> {
    let blocks = input::read("cas", pem.as_bytes()).blocks;
    let certificates = blocks.iter().filter_map(|block| match &block.content {
        Content::Certificate { der, .. } => Some(der),
        _ => None,
    });
    certificates
        .map(|der| Authority {
            sha256: Certificate::from_der(der).unwrap().sha256().to_string(),
            title: String::new(),
            pem: input::to_pem(der),
        })
        .collect()
}

fn sort(users: &mut [Value]) {
    users.sort_by_key(|user| user["username"].as_str().unwrap_or_default().to_owned());
}
