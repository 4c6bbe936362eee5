#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
//! A session with a small Atlas, in which things happen in an order that nobody likes.

use std::{cell::RefCell, collections::HashMap, task::Context};

use atlas::{
    apply::{Apply, Phase},
    fake::{Fake, Fault, When, user},
    plan::{Plan, Present, Wanted, WantedUser},
    types::Role,
};
use futures_util::{future::LocalBoxFuture, task::noop_waker};
use serde_json::{from_value, json};

use super::*;
use crate::{
    api::{Config, Http, config::Mode},
    session::storage::Store,
};

/// What runs in the background, each until it waits for something.
#[derive(Clone, Default)]
struct Background(Rc<RefCell<Vec<LocalBoxFuture<'static, ()>>>>);

impl Background {
    /// Goes on with everything until all of it waits.
    fn run(&self) {
        let waker = noop_waker();
        let mut context = Context::from_waker(&waker);
        // Nothing here takes that many turns.
        for _ in 0..200 {
            let running = self.0.take();
            let waiting = running
                .into_iter()
                .filter_map(|mut future| {
                    future
                        .as_mut()
                        .poll(&mut context)
                        .is_pending()
                        .then_some(future)
                })
                .collect::<Vec<_>>();
            let mut all = self.0.borrow_mut();
            let begun = std::mem::replace(&mut *all, waiting);
            all.extend(begun);
        }
    }
}

/// A tab's storage, which may be full.
#[derive(Default)]
struct Shelf {
    kept: RefCell<HashMap<String, String>>,
    is_full: Cell<bool>,
}

impl Store for Shelf {
    fn get(&self, key: &str) -> Option<String> {
        self.kept.borrow().get(key).cloned()
    }

    fn set(&self, key: &str, text: &str) -> bool {
        if !self.is_full.get() {
            self.kept
                .borrow_mut()
                .insert(key.to_owned(), text.to_owned());
        }
        !self.is_full.get()
    }

    fn remove(&self, key: &str) -> bool {
        self.kept.borrow_mut().remove(key);
        true
    }
}

/// A tab and the Atlas it talks to.
#[derive(Clone)]
struct Stage {
    http: Http,
    shelf: Rc<Shelf>,
    background: Background,
}

impl Stage {
    fn new(users: &[&str]) -> Self {
        let users: Vec<_> = users.iter().map(|name| user(name, "read")).collect();
        Self {
            http: Http::to(Fake::new(None, &users)),
            shelf: Rc::default(),
            background: Background::default(),
        }
    }

    /// The page, loaded: what was kept is taken up, and Atlas has answered.
    fn load(&self) -> Desk {
        let (background, http) = (self.background.clone(), self.http.clone());
        let desk = Desk::new(Outside {
            changed: Rc::new(|| ()),
            spawn: Rc::new(move |future| background.0.borrow_mut().push(future)),
            store: Rc::clone(&self.shelf) as Rc<dyn Store>,
            now: || Timestamp::from_unix(1_795_478_400),
            http: Rc::new(move |_, _| http.clone()),
        });
        desk.take_up_kept();
        desk.tell(Action::Config(Ok(config())));
        desk.reconnect(None);
        self.background.run();
        desk
    }

    fn atlas_has(&self, names: &[&str]) {
        self.http.atlas.0.borrow_mut().users =
            names.iter().map(|name| user(name, "read")).collect();
    }
}

fn config() -> Config {
    Config {
        version: "0".to_owned(),
        mode: Mode::Sandbox,
        credential: config::Holder::Gateway,
        upstream: "sandbox".to_owned(),
        api: "/api/atlas/v2".to_owned(),
        oauth: "/api/oauth".to_owned(),
        read_only: false,
        token: true,
    }
}

fn project(id: &str) -> Project {
    from_value(json!({ "id": id, "name": "P" })).unwrap()
}

fn acme() -> Project {
    project(atlas::fake::PROJECT)
}

/// The names of the users that the page knows of.
fn users(desk: &Desk) -> Vec<String> {
    let state = desk.state();
    let facts = state.facts.known().expect("the project was read");
    facts
        .self_managed()
        .into_keys()
        .map(str::to_owned)
        .collect()
}

/// A plan that makes one user.
fn plan_of(name: &str) -> Apply {
    let wanted = Wanted {
        users: vec![WantedUser {
            username: name.to_owned(),
            roles: vec![Role::on("read", "a")],
            scopes: Vec::new(),
            description: None,
        }],
        ..Wanted::default()
    };
    let plan = Plan::new(&Present::default(), &wanted);
    Apply::new(acme().id, wanted, plan).unwrap()
}

fn begin(desk: &Desk, name: &str) {
    desk.decide(Decision::Begin {
        apply: Box::new(plan_of(name)),
        saved: false,
    });
}

#[test]
fn an_answer_that_was_overtaken_is_not_taken() {
    let stage = Stage::new(&["CN=a"]);
    let desk = stage.load();
    desk.choose_project(acme());
    stage.background.run();
    assert_eq!(users(&desk), ["CN=a"]);

    let first = stage.http.hold();
    desk.refresh();
    stage.background.run();
    let second = stage.http.hold();
    desk.refresh();
    stage.background.run();
    assert!(desk.state().facts.is_loading());

    stage.atlas_has(&["CN=new"]);
    second.open();
    stage.background.run();
    assert_eq!(users(&desk), ["CN=new"]);
    assert!(!desk.state().facts.is_loading());

    stage.atlas_has(&["CN=old"]);
    first.open();
    stage.background.run();
    assert_eq!(users(&desk), ["CN=new"], "it was asked for before");
}

#[test]
fn what_was_asked_about_a_project_that_was_left_is_not_told_of_another() {
    let stage = Stage::new(&["CN=a"]);
    let desk = stage.load();
    let gate = stage.http.hold();
    desk.choose_project(acme());
    stage.background.run();

    stage.http.let_through();
    let other = project(&"b".repeat(24));
    desk.choose_project(other.clone());
    stage.background.run();
    gate.open();
    stage.background.run();
    let state = desk.state();
    assert_eq!(state.facts.known().unwrap().project, other);
    assert_eq!(state.project(), Some(&other.id));
}

#[test]
fn a_run_that_a_reload_interrupts_waits_for_the_person_and_does_nothing_twice() {
    let stage = Stage::new(&[]);
    let desk = stage.load();
    desk.choose_project(acme());
    stage.background.run();
    begin(&desk, "CN=a");
    let apply = desk.state().draft.apply.clone().unwrap();
    assert!(desk.is_to_begin(&apply), "it was agreed upon just now");
    desk.keep();
    // Its first call is not answered before the page is loaded anew.
    stage.http.hold();
    desk.carry_out();
    stage.background.run();
    desk.keep();
    drop(desk);

    stage.http.let_through();
    stage.background.0.take();
    let desk = stage.load();
    let apply = desk.state().draft.apply.clone().unwrap();
    assert!(!desk.is_to_begin(&apply), "{:?}", apply.phase());
    assert_eq!(stage.http.atlas.writes(), Vec::<String>::new());

    desk.carry_out();
    stage.background.run();
    assert_eq!(stage.http.atlas.writes(), ["POST CN=a"]);
    let state = desk.state();
    assert_eq!(
        state.draft.apply.as_ref().map(Apply::phase),
        Some(&Phase::Finished)
    );
    assert!(!state.applying);
    assert_eq!(users(&desk), ["CN=a"], "it was read again");
}

#[test]
fn a_run_goes_with_its_project() {
    let stage = Stage::new(&[]);
    let desk = stage.load();
    desk.choose_project(acme());
    stage.background.run();
    begin(&desk, "CN=a");
    let gate = stage.http.hold();
    desk.carry_out();
    stage.background.run();
    assert!(desk.state().applying);

    stage.http.let_through();
    desk.choose_project(project(&"b".repeat(24)));
    stage.background.run();
    gate.open();
    stage.background.run();
    let state = desk.state();
    assert!(!state.applying);
    assert_eq!(state.draft.apply, None, "it belongs to the other one");
    assert_eq!(stage.http.atlas.writes(), Vec::<String>::new());
}

#[test]
fn a_gateway_that_was_started_anew_is_told_and_forgotten_with_its_new_address() {
    let stage = Stage::new(&["CN=a"]);
    let desk = stage.load();
    desk.choose_project(acme());
    stage.background.run();
    for _ in 0..9 {
        let refused = Fault::Status(401, launch::REFUSED);
        stage.http.atlas.fault(When::Read, refused);
    }
    desk.refresh();
    stage.background.run();
    assert!(desk.state().launch_token_refused);
    assert_eq!(users(&desk), ["CN=a"], "what was known stays");

    stage.http.atlas.0.borrow_mut().faults.clear();
    desk.note_new_address();
    stage.background.run();
    let state = desk.state();
    assert!(!state.launch_token_refused);
    assert!(matches!(
        state.connection,
        crate::session::state::Loaded::Yes(_)
    ));
    assert!(!state.facts.is_loading());
}

#[test]
fn a_full_storage_is_told_until_there_is_room() {
    let stage = Stage::new(&[]);
    let desk = stage.load();
    stage.shelf.is_full.set(true);
    desk.choose_project(acme());
    desk.keep();
    assert!(desk.state().not_kept);
    assert_eq!(stage.shelf.get("setup"), None, "no half of a truth");

    // A run keeps by itself how far it has come, and goes on when it cannot.
    begin(&desk, "CN=a");
    desk.carry_out();
    stage.background.run();
    assert_eq!(stage.http.atlas.writes(), ["POST CN=a"]);

    stage.shelf.is_full.set(false);
    desk.decide(Decision::JudgeFor(Some(0)));
    begin(&desk, "CN=b");
    desk.keep();
    assert!(!desk.state().not_kept);
    assert_eq!(stage.load().state().draft.day, Some(0));
}

#[test]
fn the_histories_are_those_of_the_project_that_is_chosen() {
    let stage = Stage::new(&["CN=a"]);
    let desk = stage.load();
    desk.choose_project(acme());
    stage.background.run();
    desk.ask_histories();
    stage.background.run();
    let clusters = |desk: &Desk| {
        let state = desk.state();
        let known = state.histories.known().cloned();
        known.map(|histories| {
            histories
                .clusters
                .iter()
                .map(|(name, _)| name.clone())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(
        clusters(&desk).unwrap_or_default(),
        ["Cluster0", "Cluster1"]
    );

    let held = stage.http.hold();
    desk.ask_histories();
    stage.background.run();
    assert!(desk.state().histories.is_loading());
    desk.choose_project(project(&"b".repeat(24)));
    held.open();
    stage.background.run();
    assert_eq!(clusters(&desk), None, "they are another project's");
}
