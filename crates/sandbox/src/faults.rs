//! Faults on request: the n-th call to a path is answered with an error, held up, cut off, or
//! preceded by a change that somebody else made.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{Method, StatusCode};
use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};

/// One entry of what is put at `/sandbox/faults`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Every method, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// Segments of a path; one in braces stands for any. See [`Rule::concerns`].
    path: String,
    /// The first call that the fault befalls, from 1, counted since the faults were put.
    #[serde(default = "one")]
    nth: u64,
    /// How many calls in a row it befalls.
    #[serde(default = "one")]
    times: u64,
    fault: Fault,
}

const fn one() -> u64 {
    1
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub(crate) enum Fault {
    /// The call is answered so and not carried out.
    Status {
        status: u16,
        #[serde(rename = "errorCode")]
        error_code: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
        /// Seconds; without it, an answer 429 says 1.
        #[serde(
            rename = "retryAfter",
            default,
            skip_serializing_if = "Option::is_none"
        )]
        retry_after: Option<u64>,
    },
    /// The call waits so many milliseconds, and is then carried out.
    Stall { stall_ms: u64 },
    /// The connection is closed without an answer.
    Drop { drop: Dropped },
    /// Somebody else changes the project: before a read, and after a write has had its effect.
    Foreign { foreign: Foreign },
}

/// Whether the call is carried out before its connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Dropped {
    Before,
    After,
}

/// What somebody else does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Foreign {
    /// The new bundle; null removes it.
    pub(crate) cas: Option<String>,
}

impl Fault {
    /// How long a call is held up by it.
    pub(crate) fn stall(&self) -> Option<Duration> {
        match self {
            Self::Stall { stall_ms } => Some(Duration::from_millis(*stall_ms)),
            _ => None,
        }
    }
}

/// The rules that were put, and how many calls each has seen.
#[derive(Default)]
pub(crate) struct Faults(Mutex<Vec<(Rule, u64)>>);

impl Faults {
    pub(crate) fn put(&self, rules: Vec<Rule>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) =
            rules.into_iter().map(|rule| (rule, 0)).collect();
    }

    pub(crate) fn rules(&self) -> Vec<Rule> {
        let rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        rules.iter().map(|(rule, _)| rule.clone()).collect()
    }

    /// Counts a call, and says what befalls it. The first rule that befalls it wins; all count.
    pub(crate) fn befall(&self, method: &Method, path: &str) -> Option<Fault> {
        let segments = segments(path);
        let mut rules = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut fault = None;
        for (rule, seen) in rules.iter_mut() {
            if rule.concerns(method, &segments) {
                *seen += 1;
                if *seen >= rule.nth && *seen - rule.nth < rule.times {
                    fault = fault.or_else(|| Some(rule.fault.clone()));
                }
            }
        }
        fault
    }
}

impl Rule {
    /// Why a rule that was put makes no sense.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        match &self.fault {
            _ if self.nth == 0 => Err("nth counts from 1"),
            Fault::Status { status, .. }
                if StatusCode::from_u16(*status).is_err() || *status < 400 =>
            {
                Err("status is an error of HTTP, 400 to 599")
            }
            _ => Ok(()),
        }
    }

    /// A read is concerned when its path ends in the rule's: `/databaseUsers` is the list alone. A
    /// write is concerned wherever the rule's path stands in its own, so that `/databaseUsers` is
    /// every change of a user.
    fn concerns(&self, method: &Method, found: &[String]) -> bool {
        if self
            .method
            .as_ref()
            .is_some_and(|wanted| !wanted.eq_ignore_ascii_case(method.as_str()))
        {
            return false;
        }
        let wanted = segments(&self.path);
        let fits = |window: &[String]| {
            window
                .iter()
                .zip(&wanted)
                .all(|(found, wanted)| wanted.starts_with('{') || found == wanted)
        };
        let Some(last) = found.len().checked_sub(wanted.len()) else {
            return false;
        };
        if *method == Method::GET {
            fits(&found[last..])
        } else {
            (0..=last).any(|start| fits(&found[start..start + wanted.len()]))
        }
    }
}

/// The segments of a path, decoded.
fn segments(path: &str) -> Vec<String> {
    path.split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn a_rule_concerns_what_its_path_says() {
        for (method, path, call, expected) in [
            ("GET", "/groups", "GET /api/atlas/v2/groups", true),
            ("GET", "/groups", "GET /api/atlas/v2/groups/1", false),
            (
                "GET",
                "/groups/{groupId}",
                "GET /api/atlas/v2/groups/1",
                true,
            ),
            ("GET", "/groups", "POST /api/atlas/v2/groups", false),
            (
                "POST",
                "/databaseUsers",
                "POST /groups/1/databaseUsers",
                true,
            ),
            (
                "DELETE",
                "/databaseUsers",
                "DELETE /groups/1/databaseUsers/$external/CN=x",
                true,
            ),
            ("GET", "/a/b/c", "GET /b/c", false),
            (
                "PATCH",
                "userSecurity",
                "PATCH /groups/1/userSecurity",
                true,
            ),
        ] {
            let rule: Rule = serde_json::from_value(serde_json::json!({
                "method": method, "path": path, "fault": {"drop": "before"}
            }))
            .unwrap();
            let (method, path) = call.split_once(' ').unwrap();
            assert_eq!(
                rule.concerns(&method.parse().unwrap(), &segments(path)),
                expected,
                "{rule:?} {call}"
            );
        }
    }
}
