//! What is answered to each command: one table says which there are and who may give them, and what each
//! does stands in a file of its kind.

#![allow(
    clippy::unnecessary_wraps,
    reason = "all commands have one shape, so that they fit in one table"
)]

mod about;
mod documents;
mod hello;
mod login;
mod refusal;

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicI32, Ordering},
};

use bson::{Document, RawBsonRef, RawDocument};

use crate::{
    Action, Cluster, Limits, State, User, World,
    wire::{Request, is_sound},
};
use refusal::Refusal;

/// What one connection has come to.
pub(crate) struct Session<'a> {
    world: &'a dyn World,
    address: SocketAddr,
    limits: Limits,
    peer: SocketAddr,
    pub(crate) state: State,
    /// As the certificate says it; empty without one.
    certified: String,
    /// The user that has logged in.
    pub(crate) login: Option<String>,
    /// Tells connections apart.
    number: i32,
    /// How many answers there were.
    pub(crate) answers: i32,
}

impl<'a> Session<'a> {
    pub(crate) fn new<W: World>(
        cluster: &'a Cluster<W>,
        peer: SocketAddr,
        state: State,
        certified: String,
    ) -> Self {
        static NUMBER: AtomicI32 = AtomicI32::new(0);
        Self {
            world: &*cluster.world,
            address: cluster.address,
            limits: cluster.limits,
            peer,
            state,
            certified,
            login: None,
            number: NUMBER.fetch_add(1, Ordering::Relaxed).wrapping_add(1),
            answers: 0,
        }
    }

    /// The user that has logged in, as it is now. One that was deleted is nobody any more.
    fn user(&self) -> Option<User> {
        self.world.user(self.login.as_deref()?)
    }
}

/// A command that was given.
struct Asked<'a> {
    name: &'a str,
    body: &'a RawDocument,
    db: &'a str,
    sequences: &'a [(&'a str, usize)],
}

impl Asked<'_> {
    /// The collection, in commands that begin with one.
    fn collection(&self) -> Option<&str> {
        self.body.get_str(self.name).ok()
    }
}

type Outcome = Result<Document, Refusal>;

/// Who may give a command.
#[derive(Clone, Copy)]
enum For {
    Everybody,
    /// Who has logged in.
    Users,
    /// Who has a role for it on the collection that it names.
    Collection(Action),
    /// Who has a role for it anywhere in the database.
    Database(Action),
}

struct Command {
    name: &'static str,
    who: For,
    run: fn(&mut Session<'_>, &Asked<'_>) -> Outcome,
}

macro_rules! commands {
    ($($name:literal, $who:expr, $run:path;)*) => {
        &[$(Command { name: $name, who: $who, run: $run }),*]
    };
}

use For::{Collection, Database, Everybody, Users};

#[rustfmt::skip]
const COMMANDS: &[Command] = commands! {
    "hello", Everybody, hello::hello;
    "isMaster", Everybody, hello::is_master;
    "ismaster", Everybody, hello::is_master;
    "authenticate", Everybody, login::authenticate;
    "logout", Everybody, login::logout;
    "connectionStatus", Everybody, login::status;
    "saslStart", Everybody, login::no_password;
    "ping", Everybody, about::done;
    "endSessions", Everybody, about::done;
    "buildInfo", Everybody, about::build;
    "buildinfo", Everybody, about::build;
    "whatsmyuri", Everybody, about::who;
    "getParameter", Database(Action::Monitor), about::parameters;
    "getLog", Database(Action::Monitor), about::log;
    "getCmdLineOpts", Database(Action::Monitor), about::options;
    "hostInfo", Database(Action::Monitor), about::host;
    "listDatabases", Users, documents::databases;
    "listCollections", Database(Action::List), documents::collections;
    "listIndexes", Collection(Action::List), documents::indexes;
    "find", Collection(Action::Read), documents::none;
    "aggregate", Collection(Action::Read), documents::aggregate;
    "count", Collection(Action::Read), documents::count;
    "distinct", Collection(Action::Read), documents::distinct;
    "getMore", Users, documents::more;
    "insert", Collection(Action::Insert), documents::insert;
    "update", Collection(Action::Update), documents::update;
    "delete", Collection(Action::Remove), documents::delete;
    "findAndModify", Collection(Action::Update), documents::modify;
    "findandmodify", Collection(Action::Update), documents::modify;
};

/// The answer to a request.
pub(crate) fn respond(session: &mut Session<'_>, request: &Request<'_>) -> Document {
    let outcome = carry_out(session, request);
    let mut body = outcome.unwrap_or_else(|refusal| refusal.to_document());
    if !body.contains_key("ok") {
        body.insert("ok", 1.0);
    }
    body
}

fn carry_out(session: &mut Session<'_>, request: &Request<'_>) -> Outcome {
    let body = request.command;
    if !is_sound(body, 0) {
        return Err(Refusal::InvalidBson);
    }
    let Some(Ok((name, _))) = body.iter().next() else {
        return Err(Refusal::unknown(""));
    };
    let name = name.as_str();
    let db = match request.db {
        Some(db) => db,
        None => body.get_str("$db").map_err(|_| Refusal::NoDatabase)?,
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        return Err(Refusal::unknown(name));
    };
    // Of old messages only what a first contact needs.
    if request.db.is_some() && !matches!(name, "hello" | "isMaster" | "ismaster") {
        return Err(Refusal::OldQuery {
            name: name.to_owned(),
        });
    }
    let asked = Asked {
        name,
        body,
        db,
        sequences: &request.sequences,
    };
    check(session, command, &asked)?;
    (command.run)(session, &asked)
}

/// Whether whoever has logged in may give the command.
fn check(session: &Session<'_>, command: &Command, asked: &Asked<'_>) -> Result<(), Refusal> {
    let user = match command.who {
        Everybody => return Ok(()),
        Users | Collection(_) | Database(_) => session.user(),
    };
    let Some(user) = user else {
        return Err(Refusal::NotLoggedIn {
            name: asked.name.to_owned(),
        });
    };
    let may = match command.who {
        Everybody | Users => true,
        Collection(action) => user.may(action, asked.db, asked.collection()),
        Database(action) => user.may_somewhere(action, asked.db),
    };
    if may {
        Ok(())
    } else {
        Err(Refusal::unauthorized(asked))
    }
}

/// A number, of whatever type it is.
fn number(document: &RawDocument, name: &str) -> Option<i64> {
    match document.get(name).ok()?? {
        RawBsonRef::Int32(number) => Some(number.into()),
        RawBsonRef::Int64(number) => Some(number),
        #[expect(clippy::cast_possible_truncation, reason = "a flag or an identifier")]
        RawBsonRef::Double(number) => Some(number as i64),
        RawBsonRef::Boolean(flag) => Some(flag.into()),
        _ => None,
    }
}

fn is_set(document: &RawDocument, name: &str) -> bool {
    number(document, name).is_some_and(|number| number != 0)
}
