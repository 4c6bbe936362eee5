//! Everything that Atlas says no to, and how it says it.
//!
//! The codes, statuses and sentences are those of Atlas's published list of error codes; where it
//! is not known which one Atlas would use, an "Assumption" says so.

use std::time::Duration;

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::media;

/// Why a call was not carried out.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    // Not Atlas's: the guard before everything else.
    HostMissing,
    HostNotAllowed {
        host: String,
    },
    CrossSite,
    // The caller and the call.
    BadCredentials,
    Unauthorized,
    CannotAccessGroup {
        id: String,
    },
    CannotAccessOrg {
        id: String,
    },
    NotOnAccessList {
        address: String,
    },
    AccessListRequired,
    NoVersion,
    MediaType,
    TooLarge,
    RateLimited {
        resource: &'static str,
        per_minute: u32,
        wait: Duration,
    },
    // What is asked for.
    ResourceNotFound {
        path: String,
    },
    MethodNotAllowed,
    InvalidGroupId {
        id: String,
    },
    GroupNotFound {
        id: String,
    },
    InvalidOrgId {
        id: String,
    },
    OrgNotFound {
        id: String,
    },
    ClusterNotFound {
        name: String,
        group: String,
    },
    FeatureUnsupported,
    AlertConfigNotFound {
        id: String,
    },
    UsernameNotFound {
        name: String,
    },
    CustomRoleNotFound {
        name: String,
    },
    AccessEntryNotFound {
        entry: String,
        group: String,
    },
    InvalidQuery {
        name: &'static str,
    },
    InvalidAlertStatus {
        value: String,
    },
    // The body, whatever it is for.
    MalformedJson,
    InvalidJson,
    InvalidJsonAttribute {
        name: String,
    },
    InvalidAttribute {
        name: String,
        why: String,
    },
    MissingAttribute {
        name: &'static str,
    },
    InvalidEnum {
        name: String,
        value: String,
    },
    GroupMismatch {
        id: String,
    },
    // Authorities.
    ExpiredAuthority,
    InvalidAuthSettings {
        why: String,
    },
    // Database users.
    InvalidLdapName {
        name: String,
    },
    DnMetacharacters {
        name: String,
    },
    InvalidUsername {
        name: String,
        why: String,
    },
    ManagedNameInvalid {
        name: String,
    },
    X509Temporary,
    X509Ldap,
    X509Scram,
    NotOnExternal,
    NotOnAdmin {
        what: &'static str,
    },
    InvalidDate {
        value: String,
    },
    ExpirationInPast,
    ExpirationTooFar {
        days: u32,
    },
    InvalidRole {
        role: String,
        database: String,
    },
    InvalidRoleDatabase {
        role: String,
        database: String,
    },
    RestrictedRole {
        role: String,
        database: String,
    },
    RestrictedCollection {
        collection: String,
        role: String,
        database: String,
    },
    DuplicateRoles {
        user: String,
        roles: String,
    },
    CustomRoleNotAlone,
    CollectionRolesLimit {
        limit: usize,
    },
    UsersLimit {
        limit: usize,
    },
    UserExists {
        name: String,
    },
    UsernameChanged,
    DatabaseChanged,
    AuthTypeChanged,
    // Alerts and the list of addresses.
    InvalidEventType {
        value: String,
    },
    MissingNotifications,
    MissingThreshold,
    MissingRoles,
    InvalidAddress {
        value: String,
    },
    // Not Atlas's: the sandbox's own.
    NotSaved,
    Told {
        status: StatusCode,
        code: String,
        detail: Option<String>,
        address: String,
        retry_after: Option<u64>,
    },
}

/// What an answer says, put together once for each refusal.
struct Said {
    status: StatusCode,
    code: String,
    detail: String,
    parameters: Vec<Value>,
    fields: Vec<(String, String)>,
    retry_after: Option<u64>,
}

fn said(status: StatusCode, code: &str, detail: impl Into<String>) -> Said {
    Said {
        status,
        code: code.to_owned(),
        detail: detail.into(),
        parameters: Vec::new(),
        fields: Vec::new(),
        retry_after: None,
    }
}

impl Said {
    fn about<const N: usize>(mut self, parameters: [&str; N]) -> Self {
        self.parameters = parameters.into_iter().map(Value::from).collect();
        self
    }

    fn number(mut self, parameter: usize) -> Self {
        self.parameters = vec![parameter.into()];
        self
    }

    fn field(mut self, name: &str, description: &str) -> Self {
        self.fields.push((name.to_owned(), description.to_owned()));
        self
    }
}

impl Refusal {
    /// One line each, however long.
    #[rustfmt::skip]
    fn said(&self) -> Said {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const NOT_FOUND: StatusCode = StatusCode::NOT_FOUND;
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
        const CONFLICT: StatusCode = StatusCode::CONFLICT;
        match self {
            Self::HostMissing => said(BAD, "HOST_MISSING", "The call names no host, or several."),
            Self::HostNotAllowed { host } => said(FORBIDDEN, "HOST_NOT_ALLOWED", "The sandbox answers to addresses and to localhost only.").about([host]),
            Self::CrossSite => said(FORBIDDEN, "CROSS_SITE", "The sandbox takes no calls from pages."),
            Self::BadCredentials => said(UNAUTHORIZED, "UNEXPECTED_ERROR", "You are not authorized for this resource."),
            Self::Unauthorized => said(UNAUTHORIZED, "USER_UNAUTHORIZED", "Current user is not authorized to perform this action."),
            Self::CannotAccessGroup { id } => said(UNAUTHORIZED, "USER_CANNOT_ACCESS_GROUP", format!("Current user is not authorized to access group {id}.")).about([id]),
            Self::CannotAccessOrg { id } => said(UNAUTHORIZED, "USER_CANNOT_ACCESS_ORG", format!("Current user is not authorized to access organization {id}.")).about([id]),
            Self::NotOnAccessList { address } => said(FORBIDDEN, "IP_ADDRESS_NOT_ON_ACCESS_LIST", format!("IP address {address} is not allowed to access this resource.")).about([address]),
            Self::AccessListRequired => said(FORBIDDEN, "ORG_REQUIRES_ACCESS_LIST", "This organization requires access through an access list of ip ranges."),
            Self::NoVersion => said(StatusCode::NOT_ACCEPTABLE, "INVALID_VERSION_DATE", "Invalid accept header or version date."),
            // Assumption: the codes of 413 and 415 are not published.
            Self::MediaType => said(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "The body's Content-Type is neither application/json nor a version of this resource."),
            Self::TooLarge => said(StatusCode::PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "The body is too large."),
            Self::RateLimited { resource, per_minute, wait } => {
                let mut said = said(StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED_TOKEN_BUCKET", format!("Resource {resource} is limited to {per_minute} requests every 1 minutes."));
                // Rounded up: whoever waits as long as told is let in.
                said.retry_after = Some(u64::try_from(wait.as_millis().div_ceil(1000)).unwrap_or(u64::MAX).max(1));
                said.about([resource])
            }
            Self::ResourceNotFound { path } => said(NOT_FOUND, "RESOURCE_NOT_FOUND", format!("Cannot find resource {path}.")).about([path]),
            Self::MethodNotAllowed => said(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", "The method is not allowed for this resource."),
            Self::InvalidGroupId { id } => said(NOT_FOUND, "INVALID_GROUP_ID", format!("An invalid group ID {id} was specified.")).about([id]),
            Self::GroupNotFound { id } => said(NOT_FOUND, "GROUP_NOT_FOUND", format!("No group with ID {id} exists.")).about([id]),
            Self::InvalidOrgId { id } => said(NOT_FOUND, "INVALID_ORG_ID", format!("An invalid organization ID {id} was specified.")).about([id]),
            Self::OrgNotFound { id } => said(NOT_FOUND, "ORG_NOT_FOUND", format!("No organization with ID {id} exists.")).about([id]),
            Self::ClusterNotFound { name, group } => said(NOT_FOUND, "CLUSTER_NOT_FOUND", format!("No cluster named {name} exists in group {group}.")).about([name, group]),
            // Assumption: what is answered for a tier that has no access history.
            Self::FeatureUnsupported => said(BAD, "FEATURE_UNSUPPORTED", "The requested feature is not currently supported by Atlas."),
            Self::AlertConfigNotFound { id } => said(NOT_FOUND, "ALERT_CONFIG_NOT_FOUND", format!("No alert configuration with ID {id} exists.")).about([id]),
            Self::UsernameNotFound { name } => said(NOT_FOUND, "USERNAME_NOT_FOUND", format!("No user with username {name} exists.")).about([name]),
            Self::CustomRoleNotFound { name } => said(NOT_FOUND, "ATLAS_CUSTOM_ROLE_NOT_FOUND", format!("The specified custom db role {name} does not exist.")).about([name]),
            Self::AccessEntryNotFound { entry, group } => said(NOT_FOUND, "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND", format!("IP Address {entry} not on Atlas access list for group {group}.")).about([entry, group]),
            Self::InvalidQuery { name } => said(BAD, "INVALID_QUERY_PARAMETER", format!("Invalid query parameter {name} specified.")).about([name]),
            Self::InvalidAlertStatus { value } => said(BAD, "INVALID_ALERT_STATUS", format!("An invalid alert status {value} was specified.")).about([value]),
            Self::MalformedJson => said(BAD, "MALFORMED_JSON", "Received JSON is malformed."),
            Self::InvalidJson => said(BAD, "INVALID_JSON", "Received JSON does not match expected format."),
            Self::InvalidJsonAttribute { name } => said(BAD, "INVALID_JSON_ATTRIBUTE", format!("Received JSON for the {name} attribute does not match expected format.")).about([name]),
            Self::InvalidAttribute { name, why } => said(BAD, "INVALID_ATTRIBUTE", format!("Invalid attribute {name} specified.")).about([name]).field(name, why),
            Self::MissingAttribute { name } => said(BAD, "MISSING_ATTRIBUTE", format!("The required attribute {name} was not specified.")).about([name]).field(name, "must not be null"),
            Self::InvalidEnum { name, value } => said(BAD, "INVALID_ENUM_VALUE", format!("An invalid enumeration value {value} was specified.")).about([value]).field(name, "is not one of the values"),
            Self::GroupMismatch { id } => said(BAD, "GROUP_MISMATCH", format!("The specified group ID {id} does not match the URL.")).about([id]),
            Self::ExpiredAuthority => said(BAD, "EXPIRED_X509_CA_CERTIFICATE", "The X.509 CA certificate has expired."),
            Self::InvalidAuthSettings { why } => said(BAD, "ATLAS_INVALID_AUTH_SETTINGS", format!("Invalid authentication settings. {why}.")).about([why]),
            Self::InvalidLdapName { name } => said(BAD, "ATLAS_INVALID_LDAP_NAME", format!("The distinguished name specified in the username field, {name}, is not valid according to RFC 2253.")).about([name]),
            Self::DnMetacharacters { name } => said(BAD, "ATLAS_INVALID_DN_METACHARACTERS", format!("The distinguished name specified in the username field, {name}, contains illegal metacharacters.")).about([name]),
            Self::InvalidUsername { name, why } => said(BAD, "ATLAS_INVALID_USERNAME", format!("The specified username {name} is not valid for an Atlas database user.")).about([name]).field("username", why),
            Self::ManagedNameInvalid { name } => said(BAD, "ATLAS_MANAGED_X509_NAME_INVALID", format!("The username {name} is invalid for Atlas-managed X.509 user auth. These usernames must take the form CN=<username> with no additional OIDs.")).about([name]),
            Self::X509Temporary => said(BAD, "ATLAS_X509_USER_CANNOT_BE_TEMPORARY", "X.509 users cannot be temporary."),
            Self::X509Ldap => said(BAD, "ATLAS_X509_USER_CANNOT_USE_LDAP", "Users cannot be configured for X.509 and LDAP authentication."),
            Self::X509Scram => said(BAD, "ATLAS_X509_USER_CANNOT_USE_SCRAM", "Users cannot be configured for SCRAM and X.509 authentication."),
            Self::NotOnExternal => said(BAD, "DATABASE_NAME_INVALID_EXTERNAL", "Database name invalid. Externally authenticated users can only be created on the $external database."),
            Self::NotOnAdmin { what } => said(BAD, "DATABASE_NAME_INVALID_ADMIN", format!("Database name invalid. {what} can only be created on the admin database.")).about([what]),
            Self::InvalidDate { value } => said(BAD, "INVALID_DATE_FORMAT", format!("An invalid date value {value} was specified.")).about([value]),
            Self::ExpirationInPast => said(BAD, "EXPIRATION_DATE_IN_PAST", "The specified expiration date must be in the future."),
            Self::ExpirationTooFar { days } => said(BAD, "EXPIRATION_DATE_EXCEEDS_MAX", format!("The specified expiration date can be at most {days} days in the future.")),
            Self::InvalidRole { role, database } => said(BAD, "ATLAS_INVALID_ROLE", format!("The specified role {role}@{database} does not exist.")).about([role, database]),
            Self::InvalidRoleDatabase { role, database } => said(BAD, "ATLAS_INVALID_ROLE_DATABASE", format!("The specified role {role} only exists for database {database}.")).about([role, database]),
            Self::RestrictedRole { role, database } => said(BAD, "ATLAS_RESTRICTED_ROLE", format!("The specified role {role}@{database} is restricted.")).about([role, database]),
            Self::RestrictedCollection { collection, role, database } => said(BAD, "ATLAS_RESTRICTED_COLLECTION", format!("The specified collection {collection} for the role {role}@{database} is restricted.")).about([collection, role, database]),
            Self::DuplicateRoles { user, roles } => said(BAD, "DUPLICATE_DATABASE_ROLES", format!("Duplicate database roles specified for user {user}: {roles}.")).about([user, roles]),
            Self::CustomRoleNotAlone => said(BAD, "ATLAS_INVALID_CUSTOM_ROLE_ASSIGNMENT", "If assigned a custom DB role, a user can only be assigned one role."),
            Self::CollectionRolesLimit { limit } => said(FORBIDDEN, "COLLECTION_ROLES_LIMIT_EXCEEDED", format!("Exceeded maximum number of collection level permissions. This group can define at most {limit} collection level roles.")).number(*limit),
            Self::UsersLimit { limit } => said(FORBIDDEN, "GROUP_USERS_LIMIT_EXCEEDED", format!("Groups can contain at most {limit} database users.")).number(*limit),
            Self::UserExists { name } => said(CONFLICT, "USER_ALREADY_EXISTS", format!("A user with username {name} already exists.")).about([name]),
            Self::UsernameChanged => said(CONFLICT, "DATABASE_USERNAME_CANNOT_BE_CHANGED", "Cannot modify the username of an existing database user."),
            Self::DatabaseChanged => said(CONFLICT, "DATABASE_NAME_CANNOT_BE_CHANGED", "Cannot modify the authentication database of an existing database user."),
            Self::AuthTypeChanged => said(CONFLICT, "AUTH_TYPE_CANNOT_BE_CHANGED", "Cannot modify the authentication type of an existing database user."),
            Self::InvalidEventType { value } => said(BAD, "INVALID_EVENT_TYPE_FOR_ALERT", format!("Event type {value} not supported for alerts.")).about([value]),
            Self::MissingNotifications => said(BAD, "MISSING_NOTIFICATIONS", "At least one notification must be specified for an alert configuration."),
            Self::MissingThreshold => said(BAD, "MISSING_THRESHOLD", "A threshold must be specified for the specified event type."),
            Self::MissingRoles => said(BAD, "MISSING_ROLES_FOR_GROUP_NOTIFICATION", "Group notifications cannot specify an empty list of roles."),
            Self::InvalidAddress { value } => said(BAD, "INVALID_IP_ADDRESS_OR_CIDR_NOTATION", format!("The address {value} must be in valid IP address or CIDR notation.")).about([value]),
            Self::NotSaved => said(StatusCode::INTERNAL_SERVER_ERROR, "UNEXPECTED_ERROR", "Unexpected error."),
            Self::Told { status, code, detail, address, retry_after } => {
                let mut said = said(*status, code, detail.clone().unwrap_or_else(|| "The sandbox was told to answer so.".to_owned()));
                said.retry_after = *retry_after;
                if code.starts_with("IP_ADDRESS_NOT_ON_") {
                    said.detail = detail.clone().unwrap_or_else(|| format!("IP address {address} is not allowed to access this resource."));
                    said.parameters = vec![address.clone().into()];
                }
                said
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let said = self.said();
        let mut body = json!({
            "error": said.status.as_u16(),
            "errorCode": said.code,
            "detail": said.detail,
            "reason": said.status.canonical_reason().unwrap_or("Error"),
            "parameters": said.parameters,
        });
        if !said.fields.is_empty() {
            let fields: Vec<Value> = said
                .fields
                .iter()
                .map(|(field, description)| json!({"field": field, "description": description}))
                .collect();
            body["badRequestDetail"] = json!({ "fields": fields });
        }
        let mut response = media::json(said.status, media::PLAIN, &body);
        if let Some(seconds) = said.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
