//! The login itself, by MongoDB's own driver.

use std::{error::Error as _, path::Path, time::Duration};

use mongodb::{
    Client,
    bson::{Bson, Document, doc},
    error::{Error, ErrorKind},
    options::{ClientOptions, ReadPreference, SelectionCriteria, Tls, TlsOptions},
};
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::{outcome::Stop, situation as at};

/// Who logged in.
pub(super) struct LoggedIn {
    pub(super) username: String,
    /// As `role@database`.
    pub(super) roles: Vec<String>,
}

/// Why nobody did.
pub(super) enum NoLogin {
    /// The server refused it, and the driver keeps the server's words to itself.
    Refused(String),
    Stopped(Stop),
}

/// The files that the driver reads.
pub(super) struct Files<'a> {
    pub(super) client: &'a Path,
    pub(super) password: Option<Zeroizing<Vec<u8>>>,
    pub(super) server_ca: Option<&'a Path>,
}

/// Logs in, and asks who that was.
pub(super) async fn log_in(
    mut options: ClientOptions,
    files: Files<'_>,
    patience: Duration,
) -> Result<LoggedIn, NoLogin> {
    let mut tls = TlsOptions::default();
    tls.cert_key_file_path = Some(files.client.to_owned());
    tls.ca_file_path = files.server_ca.map(Path::to_owned);
    // The driver wants one of its own, which it does not wipe.
    tls.tls_certificate_key_file_password = files.password.map(|password| password.to_vec());
    options.tls = Some(Tls::Enabled(tls));
    options.connect_timeout = Some(patience);
    options.server_selection_timeout = Some(patience);
    options.retry_reads = Some(false);
    let client = Client::with_options(options).map_err(|error| no_login(&error))?;
    let admin = client.database("admin");
    let any_server = ReadPreference::PrimaryPreferred { options: None };
    let asked = admin
        .run_command(doc! { "connectionStatus": 1 })
        .selection_criteria(SelectionCriteria::ReadPreference(any_server));
    // It selects a server, connects, logs in and asks, each with its own patience.
    let answer = timeout(patience * 3, async { asked.await }).await;
    let answer = match answer {
        Ok(answer) => answer.map_err(|error| no_login(&error)),
        Err(_) => Err(NoLogin::Stopped(Stop::seen(
            &at::DRIVER,
            "It did not come to an end in time.",
        ))),
    };
    // Whatever it still does in the background is of no interest.
    let _ = timeout(patience, client.shutdown().immediate(true)).await;
    logged_in(&answer?)
}

fn logged_in(answer: &Document) -> Result<LoggedIn, NoLogin> {
    let Some(username) = list(answer, "authenticatedUsers")
        .first()
        .and_then(|user| text(user, "user"))
    else {
        let said = "The server took the login, and then says that nobody is logged in.";
        return Err(NoLogin::Stopped(Stop::seen(&at::DRIVER, said)));
    };
    let roles = list(answer, "authenticatedUserRoles").iter();
    let roles = roles.filter_map(|role| {
        let (name, database) = (text(role, "role")?, text(role, "db")?);
        Some(format!("{name}@{database}"))
    });
    Ok(LoggedIn {
        username: username.to_owned(),
        roles: roles.collect(),
    })
}

fn list<'a>(answer: &'a Document, key: &str) -> &'a [Bson] {
    let information = answer.get_document("authInfo");
    let list = information.and_then(|it| it.get_array(key));
    list.map_or(&[], |list| &list[..])
}

fn text<'a>(entry: &'a Bson, key: &str) -> Option<&'a str> {
    entry.as_document()?.get_str(key).ok()
}

fn no_login(error: &Error) -> NoLogin {
    let said = said(error);
    match &*error.kind {
        ErrorKind::Authentication { .. } => NoLogin::Refused(said),
        ErrorKind::ServerSelection { .. } => NoLogin::Stopped(Stop::seen(&at::NO_SERVER, said)),
        ErrorKind::InvalidTlsConfig { message, .. } if message.contains("rypt") => {
            NoLogin::Stopped(Stop::seen(&at::OTHER_ENCRYPTION, said))
        }
        ErrorKind::InvalidTlsConfig { .. } => NoLogin::Stopped(Stop::seen(&at::NOT_PLAIN, said)),
        ErrorKind::InvalidArgument { .. } => NoLogin::Stopped(Stop::seen(&at::URI, said)),
        _ => NoLogin::Stopped(Stop::seen(&at::DRIVER, said)),
    }
}

/// The driver's words, without the fields that only its makers read.
pub(super) fn said(error: &Error) -> String {
    let mut said = error.kind.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let boxed = || error.downcast_ref::<Box<Error>>().map(|error| &**error);
        let next = error.downcast_ref::<Error>().or_else(boxed);
        said = match next {
            Some(error) => format!("{said}: {}", error.kind),
            None => format!("{said}: {error}"),
        };
        source = error.source();
    }
    said
}
