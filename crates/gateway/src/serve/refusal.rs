//! The answer to a request that is not let through, or that Atlas did not answer.
//!
//! Its body has the shape of Atlas's own errors, so that the page reads both with one type; its
//! `errorCode` is the gateway's.

use std::borrow::Cow;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::signpost;

macro_rules! codes {
    ($($name:ident = $status:ident $text:literal),+ $(,)?) => {
        /// Every `errorCode` of the gateway, with its status. `atlas::error` has a sentence for
        /// each.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Code {
            $($name),+
        }

        impl Code {
            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$name),+];

            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text),+
                }
            }

            const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status),+
                }
            }
        }
    };
}

codes! {
    // The request as such.
    RequestTarget = BAD_REQUEST "REQUEST_TARGET",
    HostMissing = BAD_REQUEST "HOST_MISSING",
    HostNotAllowed = FORBIDDEN "HOST_NOT_ALLOWED",
    CrossSite = FORBIDDEN "CROSS_SITE",
    OriginNotAllowed = FORBIDDEN "ORIGIN_NOT_ALLOWED",
    MethodNotAllowed = METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED",
    HeadersTooLarge = REQUEST_HEADER_FIELDS_TOO_LARGE "HEADERS_TOO_LARGE",
    BodyTooLarge = PAYLOAD_TOO_LARGE "BODY_TOO_LARGE",
    BodyUnreadable = BAD_REQUEST "BODY_UNREADABLE",
    RequestTimeout = REQUEST_TIMEOUT "REQUEST_TIMEOUT",
    // The exchange of a code for the token.
    LaunchCodeUnknown = UNAUTHORIZED "LAUNCH_CODE",
    LaunchCodeUsed = GONE "LAUNCH_CODE_USED",
    // A call to Atlas.
    LaunchToken = UNAUTHORIZED "LAUNCH_TOKEN",
    ReadOnly = FORBIDDEN "READ_ONLY",
    ContentType = UNSUPPORTED_MEDIA_TYPE "CONTENT_TYPE",
    PrivateKeyInBody = UNPROCESSABLE_ENTITY "PRIVATE_KEY_IN_BODY",
    NotForwarded = NOT_FOUND "NOT_FORWARDED",
    // What became of it.
    CredentialRefused = UNAUTHORIZED "CREDENTIAL_REFUSED",
    TokenUnavailable = SERVICE_UNAVAILABLE "TOKEN_UNAVAILABLE",
    UpstreamUnreachable = BAD_GATEWAY "UPSTREAM_UNREACHABLE",
    UpstreamAnswerLost = BAD_GATEWAY "UPSTREAM_ANSWER_LOST",
    UpstreamTooSlow = GATEWAY_TIMEOUT "UPSTREAM_TOO_SLOW",
}

/// Why a request was not carried out.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    /// What is so, and what to do.
    detail: Cow<'static, str>,
}

impl Refusal {
    pub(crate) const fn new(code: Code, detail: &'static str) -> Self {
        Self {
            code,
            detail: Cow::Borrowed(detail),
        }
    }

    /// With a sentence made for the occasion.
    pub(crate) fn saying(code: Code, detail: String) -> Self {
        Self {
            code,
            detail: Cow::Owned(detail),
        }
    }

    /// The answer for a browser that wants something to show.
    pub(crate) fn into_page(self) -> Response {
        signpost::page(self.code.status(), &self.detail)
    }
}

/// For what is not in the table of calls, and what cannot be written down as one of them.
pub(super) const NOT_FORWARDED: Refusal = Refusal::new(
    Code::NotForwarded,
    "The gateway does not forward this call to Atlas.",
);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = self.code.status();
        let body = json!({
            "error": status.as_u16(),
            "errorCode": self.code.as_str(),
            "detail": self.detail,
            "reason": status.canonical_reason().unwrap_or_default(),
        });
        let json = HeaderValue::from_static("application/json");
        (status, [(header::CONTENT_TYPE, json)], body.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Whether the client has a sentence of its own for it, and does not just show the code.
    fn is_explained(status: u16, code: &str) -> bool {
        let said = atlas::Error::Refused(atlas::error::Refusal {
            status,
            code: code.to_owned(),
            ..atlas::error::Refusal::default()
        })
        .explain();
        !said.what.contains(code) && !said.next.is_empty()
    }

    #[test]
    fn the_client_has_a_sentence_of_its_own_for_every_code() {
        for code in Code::ALL {
            assert!(
                is_explained(code.status().as_u16(), code.as_str()),
                "{code:?}"
            );
        }
    }

    #[test]
    fn the_web_servers_of_deploy_answer_with_codes_that_the_client_explains() {
        for (file, text) in [
            ("nginx.conf", include_str!("../../../../deploy/nginx.conf")),
            ("Caddyfile", include_str!("../../../../deploy/Caddyfile")),
        ] {
            let bodies: Vec<serde_json::Value> = text
                .lines()
                .filter_map(|line| line.get(line.find("{\"error\"")?..=line.rfind('}')?))
                .map(|body| serde_json::from_str(body).unwrap())
                .collect();
            assert_eq!(bodies.len(), text.matches("errorCode").count(), "{file}");
            assert!(!bodies.is_empty(), "{file}");
            for body in bodies {
                let status = u16::try_from(body["error"].as_u64().unwrap()).unwrap();
                let code = body["errorCode"].as_str().unwrap();
                assert!(is_explained(status, code), "{file}: {code}");
            }
        }
    }
}
