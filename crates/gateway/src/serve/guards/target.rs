//! The request target must be a plain path (RFC 9112, section 3.2.1), and one that every reader
//! understands alike: no empty segment, and none that is `.` or `..` in any encoding.
//!
//! Inside a segment everything is allowed: a user name such as `CN=a..b` or `CN=a//b` is one
//! segment once it is encoded.

use axum::{extract::Request, http::Uri};

use crate::serve::{
    app::Shared,
    refusal::{Code, Refusal},
};

const TARGET: Refusal = Refusal::new(
    Code::RequestTarget,
    "The address must be a path without empty segments and without \".\" or \"..\" as a segment.",
);

pub(super) fn guard(_: &Shared, request: &Request) -> Result<(), Refusal> {
    // `*` belongs to OPTIONS, whose guard has its own answer.
    if request.uri() != "*" && !is_plain(request.uri()) {
        return Err(TARGET);
    }
    Ok(())
}

fn is_plain(uri: &Uri) -> bool {
    uri.scheme().is_none()
        && uri.authority().is_none()
        && uri.path().starts_with('/')
        && !uri.path().contains("//")
        && !uri.path().split('/').any(is_dots)
}

/// Whether a segment is `.` or `..` once its dots, and the percent signs that hide them, are
/// decoded as often as they can be.
fn is_dots(segment: &str) -> bool {
    after_dot(segment).is_some_and(|rest| rest.is_empty() || after_dot(rest) == Some(""))
}

/// What comes after a dot at the beginning: `.`, `%2e`, `%252e`, `%25252e` and so on.
fn after_dot(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('.') {
        return Some(rest);
    }
    let code = text.strip_prefix('%')?.trim_start_matches("25");
    code.strip_prefix("2e").or_else(|| code.strip_prefix("2E"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_plain_path_has_no_empty_segment_and_no_dot_segment_in_any_encoding() {
        let cases = [
            ("/", true),
            ("/setup/connect", true),
            ("/setup/", true),
            ("/a?b=//../c", true),
            ("/api/CN=a..b", true),
            ("/api/CN=a%2F%2Fb", true),
            ("/api/CN=a%2F..%2Fb", true),
            ("/api/...", true),
            ("/api/.well-known", true),
            ("/api/%25", true),
            ("/api/%2525252525", true),
            ("//", false),
            ("//evil.example/", false),
            ("/api//groups", false),
            ("/a/.", false),
            ("/a/..", false),
            ("/a/../b", false),
            ("/a/%2e%2E/b", false),
            ("/a/.%2e/b", false),
            ("/a/%252e%252e/b", false),
            ("/a/%25252e/b", false),
            ("/a/%25252E./b", false),
            ("/a/%2525252525/b", true),
            ("/a/%252e%252e%252e/b", true),
            ("/a/%2e5/b", true),
            ("http://127.0.0.1:8787/", false),
            ("127.0.0.1:8787", false),
        ];
        for (target, expected) in cases {
            assert_eq!(is_plain(&target.parse().unwrap()), expected, "{target}");
        }
    }
}
