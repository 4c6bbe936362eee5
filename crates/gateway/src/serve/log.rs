//! The access log: method, path template, status and duration of each request, and nothing else.
//!
//! Never a query, a header, a body or a path as it was sent: they can hold names, secrets, or
//! whatever a stranger wants to see in a log.

use std::{io, time::Instant};

use atlas::calls::BASE;
use axum::{
    extract::{MatchedPath, Request},
    http::Method,
    response::Response,
};

/// What stands for a path that no route names: a file of the page, or nothing at all.
const OTHER_PATH: &str = "/{file}";

/// The row of the table of calls that a request was recognised as; rides on the answer.
#[derive(Clone, Copy)]
pub(crate) struct PathTemplate(pub(crate) &'static str);

/// Sends the log to standard error; standard output is for what a program may want to read.
pub(crate) fn start() {
    let _ = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::INFO)
        .with_target(false)
        .with_ansi(io::IsTerminal::is_terminal(&io::stderr()))
        .with_writer(io::stderr)
        .try_init();
}

/// The line of one request, while it is being answered.
pub(crate) struct Line {
    begun: Instant,
    method: &'static str,
    path: Option<MatchedPath>,
}

impl Line {
    pub(crate) fn begin(request: &Request) -> Self {
        Self {
            begun: Instant::now(),
            method: known(request.method()),
            path: request.extensions().get().cloned(),
        }
    }

    pub(crate) fn end(self, response: &Response) {
        let (base, path) = match (response.extensions().get::<PathTemplate>(), &self.path) {
            (Some(PathTemplate(template)), _) => (BASE, *template),
            (None, Some(path)) => ("", path.as_str()),
            (None, None) => ("", OTHER_PATH),
        };
        tracing::info!(
            method = self.method,
            path = format!("{base}{path}"),
            status = response.status().as_u16(),
            ms = self.begun.elapsed().as_millis(),
            "request"
        );
    }
}

/// The method's name, unless the client made it up.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE",
    ];
    KNOWN
        .into_iter()
        .find(|name| *name == method.as_str())
        .unwrap_or("OTHER")
}
