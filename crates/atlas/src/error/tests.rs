#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashSet;

use serde_json::json;

use super::*;
use crate::transport::Response;

fn refused(status: u16, body: &str) -> Error {
    Error::Refused(Refusal::read(&Response {
        status,
        body: body.to_owned(),
        retry_after: None,
    }))
}

fn with_code(status: u16, code: &str) -> Error {
    refused(
        status,
        &json!({"error": status, "errorCode": code, "detail": "Atlas's words."}).to_string(),
    )
}

#[test]
fn every_known_code_has_a_sentence_a_next_step_and_atlas_own_words() {
    let mut seen = HashSet::new();
    for (code, what, next) in codes::codes() {
        assert!(seen.insert(code), "{code} twice");
        assert!(what.ends_with('.') && next.ends_with(['.', 'm']), "{code}");
        let said = with_code(400, code).explain();
        assert_eq!(said.code.as_deref(), Some(code));
        assert_eq!(said.detail.as_deref(), Some("Atlas's words."));
        assert!(!said.what.contains('{'), "{code}: {}", said.what);
    }
}

#[test]
fn the_codes_that_atlas_answers_with_are_known() {
    let codes: HashSet<&str> = codes::codes().map(|(code, ..)| code).collect();
    for code in [
        "EXPIRED_X509_CA_CERTIFICATE",
        "ATLAS_INVALID_AUTH_SETTINGS",
        "ATLAS_INVALID_LDAP_NAME",
        "ATLAS_INVALID_DN_METACHARACTERS",
        "ATLAS_INVALID_USERNAME",
        "ATLAS_X509_USER_CANNOT_BE_TEMPORARY",
        "USER_ALREADY_EXISTS",
        "USERNAME_NOT_FOUND",
        "GROUP_USERS_LIMIT_EXCEEDED",
        "ATLAS_INVALID_ROLE",
        "ATLAS_INVALID_ROLE_DATABASE",
        "ATLAS_RESTRICTED_ROLE",
        "DUPLICATE_DATABASE_ROLES",
        "ATLAS_INVALID_CUSTOM_ROLE_ASSIGNMENT",
        "ATLAS_CUSTOM_ROLE_NOT_FOUND",
        "IP_ADDRESS_NOT_ON_ACCESS_LIST",
        "ORG_REQUIRES_ACCESS_LIST",
        "RESOURCE_REQUIRES_ACCESS_LIST",
        "ATLAS_X509_USER_CANNOT_USE_SCRAM",
        "DATABASE_NAME_CANNOT_BE_CHANGED",
        "ATLAS_USER_NOT_USER_EDITABLE",
        "INVALID_VERSION_DATE",
        "MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED",
        "FEATURE_UNSUPPORTED",
        "USER_UNAUTHORIZED",
        "USER_CANNOT_ACCESS_GROUP",
        "USER_CANNOT_ACCESS_ORG",
        "NOT_IN_GROUP",
        "ATLAS_X509_USER_CANNOT_USE_LDAP",
        "DATABASE_USERNAME_CANNOT_BE_CHANGED",
        "AUTH_TYPE_CANNOT_BE_CHANGED",
        "ATLAS_RESTRICTED_COLLECTION",
        "COLLECTION_ROLES_LIMIT_EXCEEDED",
        "GROUP_NOT_FOUND",
        "CLUSTER_NOT_FOUND",
        "RATE_LIMITED",
        "RATE_LIMITED_TOKEN_BUCKET",
        "ACCOUNT_SUSPENDED",
        "WRITES_NOT_ALLOWED_DURING_APP_UPGRADES",
        "VERSION_GONE",
        "SERVICE_UNAVAILABLE",
        "LAUNCH_TOKEN",
        "NOT_FORWARDED",
        "PRIVATE_KEY_IN_BODY",
        "READ_ONLY",
        "UPSTREAM_UNREACHABLE",
    ] {
        assert!(codes.contains(code), "{code}");
    }
}

#[test]
fn an_unknown_code_shows_itself_and_its_detail() {
    let said = with_code(409, "BRAND_NEW").explain();
    assert_eq!(
        said.what,
        "Atlas did not accept the call (BRAND_NEW, status 409)."
    );
    assert_eq!(said.detail.as_deref(), Some("Atlas's words."));
}

#[test]
fn the_refused_address_is_named_in_both_spellings() {
    for code in [
        "IP_ADDRESS_NOT_ON_ACCESS_LIST",
        "IP_ADDRESS_NOT_ON_WHITELIST",
    ] {
        let body = json!({"errorCode": code, "parameters": ["203.0.113.7", 4]}).to_string();
        let said = refused(403, &body).explain();
        assert!(
            said.what.contains("the address 203.0.113.7 is not on"),
            "{}",
            said.what
        );
        assert!(said.next.contains("Identity & Access → Applications"));
    }
    assert!(
        with_code(403, "ORG_REQUIRES_WHITELIST")
            .explain()
            .what
            .contains("listed addresses")
    );
}

#[test]
fn only_a_refused_credential_asks_for_a_new_token() {
    let cases = [
        (with_code(401, "UNEXPECTED_ERROR"), true),
        (refused(401, ""), true),
        (with_code(401, "USER_UNAUTHORIZED"), false),
        (with_code(401, "USER_CANNOT_ACCESS_GROUP"), false),
        (with_code(401, "USER_CANNOT_ACCESS_ORG"), false),
        (with_code(401, "NOT_IN_GROUP"), false),
        (with_code(401, "LAUNCH_TOKEN"), false),
        (with_code(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"), false),
        (with_code(500, "UNEXPECTED_ERROR"), false),
    ];
    for (error, renews) in cases {
        assert_eq!(error.is_credential_refused(), renews, "{error}");
    }
    for (error, too_low) in [
        (with_code(401, "USER_UNAUTHORIZED"), true),
        (with_code(401, "NOT_IN_GROUP"), true),
        (with_code(401, "UNEXPECTED_ERROR"), false),
        (with_code(401, "LAUNCH_TOKEN"), false),
        (with_code(403, "IP_ADDRESS_NOT_ON_ACCESS_LIST"), false),
        (with_code(429, "RATE_LIMITED"), false),
        (refused(502, ""), false),
    ] {
        assert_eq!(error.is_role_too_low(), too_low, "{error}");
    }
    assert!(
        refused(401, "")
            .explain()
            .what
            .starts_with("Atlas does not accept the credential")
    );
}

#[test]
fn only_what_certainly_was_not_sent_is_known_to_have_had_no_effect() {
    let cases = [
        (with_code(502, "UPSTREAM_UNREACHABLE"), false),
        (with_code(503, "TOKEN_UNAVAILABLE"), false),
        (with_code(401, "CREDENTIAL_REFUSED"), false),
        (with_code(429, "RATE_LIMITED"), false),
        (with_code(502, "UPSTREAM_ANSWER_LOST"), true),
        (with_code(504, "UPSTREAM_TOO_SLOW"), true),
        (with_code(408, "REQUEST_TIMEOUT"), true),
        (with_code(503, "SERVICE_UNAVAILABLE"), true),
        (refused(502, "<html>Bad Gateway</html>"), true),
    ];
    for (error, may) in cases {
        assert_eq!(error.may_have_been_carried_out(), may, "{error}");
        let again = error.status() != Some(401);
        assert_eq!(error.is_transient(), again, "{error}");
    }
}

#[test]
fn a_body_of_any_shape_is_read() {
    let cases = [
        ("<html>Bad Gateway</html>", "", None),
        ("[]", "", None),
        (
            r#"{"errorCode":7,"detail":null,"parameters":{},"badRequestDetail":[]}"#,
            "",
            None,
        ),
        (
            r#"{"errorCode":"X","detail":"D.","badRequestDetail":{"fields":[{"field":"f","description":"bad"},3,{}]}}"#,
            "X",
            Some("D. f: bad"),
        ),
    ];
    for (body, code, detail) in cases {
        let error = refused(502, body);
        assert_eq!(error.code(), code);
        assert_eq!(error.explain().detail.as_deref(), detail, "{body}");
        assert!(error.may_have_been_carried_out() && error.is_transient());
    }
}

#[test]
fn retry_after_is_read_in_seconds_only() {
    for (written, seconds) in [
        ("3", Some(3)),
        (" 10 ", Some(10)),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-1", None),
    ] {
        let refusal = Refusal::read(&Response {
            status: 429,
            retry_after: Some(written.to_owned()),
            body: String::new(),
        });
        assert_eq!(refusal.retry_after, seconds.map(Duration::from_secs));
    }
}
