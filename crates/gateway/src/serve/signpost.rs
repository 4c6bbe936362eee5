//! The one page that is not the page's own: what a browser is shown where there is nothing for it
//! but a sentence. It has no script, no style, and no link.

use axum::{
    extract::Request,
    http::{HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};

/// What stands at the bare address. It does not name the right one: whoever may know it has it in
/// the terminal.
const ELSEWHERE: &str = "The page has an address of its own. Open the one that the server printed in \
    its terminal; press Enter there for a new one.";

pub(super) fn elsewhere() -> Response {
    page(StatusCode::OK, ELSEWHERE)
}

/// Whether a browser asks for something to show to a person: below `/api` only programs ask.
pub(super) fn is_wanted(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT);
    let html = accept.is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    html && request.method() == Method::GET && !request.uri().path().starts_with("/api/")
}

pub(super) fn page(status: StatusCode, sentence: &str) -> Response {
    let sentence = sentence.replace('&', "&amp;").replace('<', "&lt;");
    let html = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>Atlas X.509</title>\n</head>\n\
         <body>\n<main>\n<h1>Atlas X.509</h1>\n<p>{sentence}</p>\n</main>\n</body>\n</html>\n"
    );
    let html_type = HeaderValue::from_static("text/html; charset=utf-8");
    (status, [(header::CONTENT_TYPE, html_type)], html).into_response()
}
