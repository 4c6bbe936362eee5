//! Logging in with a certificate, and what that comes to. After `_authenticateX509` and
//! `CmdAuthenticate` in mongod's `authentication_commands.cpp`: of what goes wrong, *no such user* and
//! *wrong use of the protocol* are told the client, and everything else is "Authentication failed.".

use bson::{Array, Bson, Document, RawDocument, doc};

use super::{Asked, Outcome, Refusal, Session, is_set};
use crate::{Action, Attempt, Grant};

const EXTERNAL: &str = "$external";
const MECHANISM: &str = "MONGODB-X509";

pub(super) fn authenticate(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let given = asked.body.get_str("user").unwrap_or_default();
    let outcome = log_in(session, asked.body, asked.db);
    let user = if given.is_empty() {
        &session.certified
    } else {
        given
    };
    session.world.note(Attempt {
        user,
        peer: session.peer,
        refused: outcome.as_ref().err().map(|(_, why)| why.as_str()),
    });
    let name = outcome.map_err(|(refusal, _)| refusal)?;
    let body = doc! { "dbname": EXTERNAL, "user": &name };
    session.login = Some(name);
    Ok(body)
}

/// The same beside `hello`. Where it fails it was never begun: the client tries again by itself.
pub(super) fn speculative(session: &mut Session<'_>, begun: &RawDocument) -> Option<Document> {
    begun.get("authenticate").ok()??;
    let db = begun.get_str("db").unwrap_or(EXTERNAL);
    let name = log_in(session, begun, db).ok()?;
    session.world.note(Attempt {
        user: &name,
        peer: session.peer,
        refused: None,
    });
    let body = doc! { "dbname": EXTERNAL, "user": &name };
    session.login = Some(name);
    Some(body)
}

/// The user's name, or what the client is told and what is written down.
fn log_in(
    session: &Session<'_>,
    body: &RawDocument,
    db: &str,
) -> Result<String, (Refusal, String)> {
    let failed = |why: &str| {
        let why = format!("AuthenticationFailed: {why}");
        Err((Refusal::AuthenticationFailed, why))
    };
    let mechanism = body.get_str("mechanism").unwrap_or_default();
    if mechanism != MECHANISM {
        return failed("Unsupported mechanism");
    }
    let name = &session.certified;
    if name.is_empty() {
        return failed("No verified subject name available from client");
    }
    let given = body.get_str("user").unwrap_or_default();
    if !given.is_empty() && given != name {
        return failed("There is no x.509 client certificate matching the user.");
    }
    if db != EXTERNAL {
        let refusal = Refusal::NotExternal;
        let why = format!("ProtocolError: {refusal}");
        return Err((refusal, why));
    }
    if session.world.user(name).is_none() {
        let refusal = Refusal::UserNotFound { name: name.clone() };
        let why = format!("UserNotFound: {refusal}");
        return Err((refusal, why));
    }
    Ok(name.clone())
}

/// Nobody here has a password.
pub(super) fn no_password(_: &mut Session<'_>, _: &Asked<'_>) -> Outcome {
    Err(Refusal::AuthenticationFailed)
}

pub(super) fn logout(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    if asked.db == EXTERNAL {
        session.login = None;
    }
    Ok(Document::new())
}

/// `database.user`, as `hello` asks.
pub(super) fn mechanisms(session: &Session<'_>, name: &str) -> Array {
    let user = name
        .strip_prefix("$external.")
        .and_then(|name| session.world.user(name));
    user.map(|_| MECHANISM.into()).into_iter().collect()
}

pub(super) fn status(session: &mut Session<'_>, asked: &Asked<'_>) -> Outcome {
    let login = session.login.clone().zip(session.user());
    let mut info = Document::new();
    let users: Array = login
        .iter()
        .map(|(name, _)| doc! { "user": name, "db": EXTERNAL }.into())
        .collect();
    let of_user = login.as_ref().map(|(_, user)| user);
    let roles: Array = of_user
        .iter()
        .flat_map(|user| &user.roles)
        .map(|role| doc! { "role": &role.role, "db": &role.db }.into())
        .collect();
    info.insert("authenticatedUsers", users);
    info.insert("authenticatedUserRoles", roles);
    if is_set(asked.body, "showPrivileges") {
        let grants = of_user.iter().flat_map(|user| &user.grants);
        let privileges: Array = grants.map(privilege).collect();
        info.insert("authenticatedUserPrivileges", privileges);
    }
    Ok(doc! { "authInfo": info })
}

/// The main actions of each kind; a real server has some dozens.
fn privilege(grant: &Grant) -> Bson {
    let actions: &[&str] = match grant.action {
        Action::Read => &[
            "collStats",
            "dbStats",
            "find",
            "listCollections",
            "listIndexes",
        ],
        Action::Insert => &["insert"],
        Action::Update => &["update"],
        Action::Remove => &["remove"],
        Action::List => &["listCollections", "listIndexes"],
        Action::Monitor => &["getCmdLineOpts", "getLog", "getParameter", "hostInfo"],
    };
    let resource = if grant.action == Action::Monitor {
        doc! { "cluster": true }
    } else {
        doc! {
            "db": grant.db.as_deref().unwrap_or_default(),
            "collection": grant.collection.as_deref().unwrap_or_default(),
        }
    };
    doc! { "resource": resource, "actions": actions }.into()
}
