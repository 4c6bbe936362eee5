//! Media types: which version of a resource is asked for, and what bodies are called.
//!
//! Each resource exists in versions that are named by dates. A caller names a date in `Accept` and
//! gets the newest version that is not after it.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::Value;

use crate::{clock::Moment, refusal::Refusal};

/// What errors are, and bodies of sandboxes' own.
pub(crate) const PLAIN: &str = "application/json";

const PREFIX: &str = "application/vnd.atlas.";
const SUFFIX: &str = "+json";

/// A version of a resource: a date as `YYYY-MM-DD`, so that dates are in the order of their text.
pub(crate) type Version = &'static str;

/// The versions of most resources.
pub(crate) const FIRST: &[Version] = &["2023-01-01"];

/// The version to answer with. `versions` are in ascending order.
///
/// Assumption: a date that has not come yet is not known, and so is refused.
pub(crate) fn version(
    headers: &HeaderMap,
    versions: &[Version],
    now: Moment,
) -> Result<Version, Refusal> {
    let today = now.to_string();
    let asked = headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(date)
        .find(|date| *date <= &today[..DATE])
        .ok_or(Refusal::NoVersion)?;
    versions
        .iter()
        .rev()
        .find(|version| **version <= asked)
        .copied()
        .ok_or(Refusal::NoVersion)
}

/// Refuses a body that is not JSON.
pub(crate) fn check_body_type(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .ok_or(Refusal::MediaType)?;
    if essence(kind).eq_ignore_ascii_case(PLAIN) || date(kind).is_some() {
        Ok(())
    } else {
        Err(Refusal::MediaType)
    }
}

/// The length of `YYYY-MM-DD`.
const DATE: usize = 10;

/// The date in a media type of Atlas, if it is one that the calendar could have.
fn date(kind: &str) -> Option<&str> {
    let date = essence(kind).strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    pki::Timestamp::parse_rfc3339(&format!("{date}T00:00:00Z")).ok()?;
    Some(date)
}

/// A media type without its parameters.
fn essence(kind: &str) -> &str {
    kind.split(';').next().unwrap_or_default().trim()
}

/// The name of a body in a version.
pub(crate) fn of_version(version: Version) -> String {
    format!("{PREFIX}{version}{SUFFIX};charset=utf-8")
}

pub(crate) fn json(status: StatusCode, kind: &str, body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    if let Ok(kind) = HeaderValue::from_str(kind) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_later_date_is_answered_by_the_newest_version_not_after_it() {
        // 2026-11-24T00:00:00Z
        let now = Moment::from_millis(1_795_478_400_000);
        let versions: &[Version] = &["2023-01-01", "2023-02-01", "2024-08-05"];
        for (accept, expected) in [
            ("application/vnd.atlas.2023-01-01+json", Some("2023-01-01")),
            ("application/vnd.atlas.2024-08-04+json", Some("2023-02-01")),
            ("application/vnd.atlas.2025-03-12+json", Some("2024-08-05")),
            ("application/vnd.atlas.2026-11-24+json", Some("2024-08-05")),
            (
                "text/html, application/vnd.atlas.2023-02-01+json;q=0.9",
                Some("2023-02-01"),
            ),
            ("application/vnd.atlas.2022-12-31+json", None),
            ("application/vnd.atlas.2026-11-25+json", None),
            ("application/vnd.atlas.2024-02-30+json", None),
            ("application/vnd.atlas.yesterday+json", None),
            ("application/vnd.atlas.2023-01-01+gzip", None),
            ("application/json", None),
            ("*/*", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(version(&headers, versions, now).ok(), expected, "{accept}");
        }
        assert_eq!(
            version(&HeaderMap::new(), versions, now),
            Err(Refusal::NoVersion)
        );
    }
}
