//! The request target must be a plain path (RFC 9112, section 3.2.1), and one that every reader
//! understands alike: no empty segment, and none that is `.` or `..` in any encoding.
//!
//! Inside a segment everything is allowed: a user name such as `CN=a..b` or `CN=a//b` is one
//! segment once it is encoded.

use axum::{extract::Request, http::Uri};

use crate::serve::refusal::{Code, Refusal};

const TARGET: Refusal = Refusal::new(
    Code::RequestTarget,
    "The address must be a path without empty segments and without \".\" or \"..\" as a segment.",
);

pub(super) fn guard(request: &Request) -> Result<(), Refusal> {
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

/// Whether a segment is `.` or `..` once it has been decoded until nothing changes.
fn is_dots(segment: &str) -> bool {
    matches!(*decoded(segment), [b'.'] | [b'.', b'.'])
}

/// Decodes in one pass: what was just decoded may be a part of the next code, as `%25` is of
/// `%252e`.
pub(super) fn decoded(segment: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(segment.len());
    for byte in segment.bytes() {
        decoded.push(byte);
        while let [.., b'%', high, low] = *decoded
            && let (Some(high), Some(low)) = (digit(high), digit(low))
        {
            decoded.truncate(decoded.len() - "%00".len());
            decoded.push(high << 4 | low);
        }
    }
    decoded
}

fn digit(byte: u8) -> Option<u8> {
    let digit = char::from(byte).to_digit(16)?;
    u8::try_from(digit).ok()
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
            ("/a/%25%32%65/b", false),
            ("/a/%25%32%45%25%32%65/b", false),
            ("/a/%%32e/b", false),
            ("/a/%2%35%32e./b", false),
            ("/a/%25%32%66/b", true),
            ("/a/%zz%2e/b", true),
            ("/a/%2e5/b", true),
            ("http://127.0.0.1:8787/", false),
            ("127.0.0.1:8787", false),
        ];
        for (target, expected) in cases {
            assert_eq!(is_plain(&target.parse().unwrap()), expected, "{target}");
        }
    }

    #[test]
    fn a_long_path_is_looked_through_at_once() {
        for part in ["%25", "%2", "%32", "%25%32%65"] {
            let long = format!("/{}", part.repeat(60_000 / part.len()));
            let begun = std::time::Instant::now();
            assert!(is_plain(&long.parse().unwrap()));
            assert!(begun.elapsed().as_millis() < 500, "{part}");
        }
    }
}
