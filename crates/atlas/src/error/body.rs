//! The body of an answer that is no success, in Atlas's shape. The gateway uses the same shape.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;

use crate::transport::Response;

/// A call that was answered, but not with a success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status.
    pub status: u16,
    /// Atlas's code or the gateway's; empty when the body has none.
    pub code: String,
    /// Atlas's own sentence; empty when the body has none.
    pub detail: String,
    /// The parameters of the code, as texts.
    pub parameters: Vec<String>,
    /// What is wrong with single fields of the request.
    pub fields: Vec<FieldProblem>,
    /// How long Atlas asked to wait.
    pub retry_after: Option<Duration>,
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct FieldProblem {
    /// The field.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

/// Role and membership: 401, but nothing that a new token mends.
const ROLE: &[&str] = &[
    "USER_UNAUTHORIZED",
    "USER_CANNOT_ACCESS_GROUP",
    "USER_CANNOT_ACCESS_ORG",
    "NOT_IN_GROUP",
];

/// The gateway's own: 401 for the page, whatever Atlas thinks of the credential.
const LAUNCH_TOKEN: &str = "LAUNCH_TOKEN";

/// The gateway's own: it answered for Atlas, before anything was sent there.
const NEVER_SENT: &[&str] = &["TOKEN_UNAVAILABLE", "UPSTREAM_UNREACHABLE"];

impl Refusal {
    /// Reads whatever came: a body that is not in Atlas's shape leaves code and detail empty.
    pub fn read(response: &Response) -> Self {
        let body: Value = serde_json::from_str(&response.body).unwrap_or_default();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self {
            status: response.status,
            code: modern_spelling(&text("errorCode")),
            detail: text("detail"),
            parameters: texts(&body["parameters"]),
            fields: fields(&body["badRequestDetail"]["fields"]),
            retry_after: seconds(response.retry_after.as_deref()),
        }
    }

    /// Whether a write that met with this may have been carried out all the same. A gateway or a
    /// proxy that answers for Atlas does not know, unless it says that nothing was sent.
    pub fn may_have_been_carried_out(&self) -> bool {
        (self.status >= 500 || self.status == 408) && !NEVER_SENT.contains(&self.code.as_str())
    }

    /// Whether the credential itself was refused, so that a new token may help.
    pub fn is_credential_refused(&self) -> bool {
        self.status == 401 && !self.is_role_too_low() && self.code != LAUNCH_TOKEN
    }

    /// Whether the credential is good, but may not do this in this project.
    pub fn is_role_too_low(&self) -> bool {
        ROLE.contains(&self.code.as_str())
    }
}

/// Older answers say whitelist where newer ones say access list.
fn modern_spelling(code: &str) -> String {
    match code.strip_suffix("_WHITELIST") {
        Some(stem) => format!("{stem}_ACCESS_LIST"),
        None => code.to_owned(),
    }
}

/// Parameters may be any JSON.
fn texts(parameters: &Value) -> Vec<String> {
    let entries = parameters.as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .map(|entry| match entry {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect()
}

fn fields(entries: &Value) -> Vec<FieldProblem> {
    let entries = entries.as_array().map(Vec::as_slice).unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| FieldProblem::deserialize(entry).ok())
        .filter(|problem| !problem.field.is_empty() || !problem.description.is_empty())
        .collect()
}

/// Seconds only; a date would need a clock, and Atlas does not send one.
fn seconds(retry_after: Option<&str>) -> Option<Duration> {
    let seconds = retry_after?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
