//! One sentence and one next step for each code. A code that is not in the table shows itself and
//! Atlas's own words.
//!
//! The codes are those of the Atlas Administration API (its list of error codes) and, at the end,
//! the gateway's own.

use super::{Explanation, Refusal};

struct Known {
    code: &'static str,
    what: &'static str,
    next: &'static str,
}

const fn known(code: &'static str, what: &'static str, next: &'static str) -> Known {
    Known { code, what, next }
}

/// `{0}` is the first parameter.
#[rustfmt::skip]
static TABLE: &[Known] = &[
    // The bundle.
    known("EXPIRED_X509_CA_CERTIFICATE", "An authority in the bundle has expired, and Atlas takes no bundle with an expired one.", "Take the expired authority out of the bundle, or replace it with its renewed certificate."),
    known("ATLAS_INVALID_AUTH_SETTINGS", "Atlas did not accept the settings.", "Read Atlas's own words beside this. If they are about the CA bundle: it has to be PEM and hold CA certificates only."),
    known("ATLAS_INVALID_LDAP_NAME", "Atlas does not read the user name as a distinguished name.", "Use the name that this page derives from the certificate, and check that it has a CN."),
    // The name of a user.
    known("ATLAS_INVALID_DN_METACHARACTERS", "The user name holds characters that Atlas does not allow in a distinguished name.", "Issue a certificate whose subject does without them; the name cannot be written differently for the same certificate."),
    known("ATLAS_INVALID_USERNAME", "Atlas does not accept this user name.", "Check that it is the name derived from the certificate: at most 1,024 characters, with a CN."),
    known("ATLAS_X509_USER_CANNOT_BE_TEMPORARY", "Users with certificates cannot be temporary.", "Leave the end date out. Delete the user when it should end."),
    known("ATLAS_X509_USER_CANNOT_USE_LDAP", "A user with a certificate cannot use LDAP at the same time.", "Choose one of the two for this user."),
    known("ATLAS_X509_USER_CANNOT_USE_SCRAM", "A user with a certificate cannot have a password at the same time.", "Choose one of the two for this user."),
    known("USER_ALREADY_EXISTS", "A user of this name is there already.", "Press Try again: the user is read and compared, and only what differs is changed."),
    known("USERNAME_NOT_FOUND", "Atlas has no user of this name in $external.", "Press Try again: what Atlas has is read first. The user may have been deleted meanwhile."),
    known("DATABASE_USERNAME_CANNOT_BE_CHANGED", "A user's name never changes.", "Create a user of the new name, then delete the old one."),
    known("DATABASE_NAME_CANNOT_BE_CHANGED", "A user's authentication database never changes.", "Delete the user and create it again on $external."),
    known("ATLAS_USER_NOT_USER_EDITABLE", "Atlas made this user for itself, and nobody else can change it.", "Leave this user as it is."),
    known("AUTH_TYPE_CANNOT_BE_CHANGED", "The way a user logs in never changes.", "Delete the user and create it again, for self-managed certificates."),
    known("GROUP_USERS_LIMIT_EXCEEDED", "The project has as many database users as it may have (100, unless MongoDB has raised it).", "Delete users that nobody needs, or ask MongoDB's support to raise the limit. Then press Try again: only what is missing is done."),
    // Roles.
    known("ATLAS_INVALID_ROLE", "Atlas does not know one of the roles.", "Choose another role. A custom role has to exist in this project."),
    known("ATLAS_INVALID_ROLE_DATABASE", "One of the roles cannot be given on this database.", "Give roles on any database, and custom roles, on admin."),
    known("ATLAS_RESTRICTED_ROLE", "Atlas does not allow one of the roles for database users.", "Choose another role, or put what is needed into a custom role."),
    known("ATLAS_RESTRICTED_COLLECTION", "One of the roles is on a collection that Atlas keeps for itself.", "Choose another collection."),
    known("COLLECTION_ROLES_LIMIT_EXCEEDED", "The project has as many roles on collections as it may have.", "Give the role on the whole database, or put the collections into one custom role."),
    known("DUPLICATE_DATABASE_ROLES", "A role is given twice on the same database.", "Take one of the two away."),
    known("ATLAS_INVALID_CUSTOM_ROLE_ASSIGNMENT", "Atlas does not accept a custom role together with other roles.", "Give this user the custom role alone, or built-in roles alone."),
    known("ATLAS_CUSTOM_ROLE_NOT_FOUND", "The custom role is not there.", "Choose another one, or make it in Atlas, under Security → Database & Network Access, Custom Roles."),
    // Whose call it is, and from where.
    known("IP_ADDRESS_NOT_ON_ACCESS_LIST", "Atlas refused the call: the address {0} is not on the API access list of this credential. That is the address of the gateway.", "Add it in Atlas, under the organization's Identity & Access → Applications, then press Try again."),
    known("ORG_REQUIRES_ACCESS_LIST", "Atlas refused the call: the organisation takes calls from listed addresses only, and this credential lists none.", "Add the address of the gateway to the credential's API access list in Atlas, under the organization's Identity & Access → Applications, then press Try again."),
    known("RESOURCE_REQUIRES_ACCESS_LIST", "Atlas refused the call: this resource takes calls from listed addresses only, and this credential lists none.", "Add the address of the gateway to the credential's API access list in Atlas, under the organization's Identity & Access → Applications, then press Try again."),
    known("USER_UNAUTHORIZED", "The credential may not do this.", "Give it the role Project Owner in this project, then press Try again."),
    known("USER_CANNOT_ACCESS_GROUP", "The credential does not belong to this project.", "Invite it to the project, as Project Owner, then press Try again."),
    known("USER_CANNOT_ACCESS_ORG", "The credential does not belong to this organisation.", "Use a credential of the organisation that owns the project."),
    known("NOT_IN_GROUP", "The credential does not belong to this project.", "Invite it to the project, as Project Owner, then press Try again."),
    known("GROUP_NOT_FOUND", "Atlas does not know this project, or hides it from this credential.", "Choose the project again. It may have been deleted."),
    known("CLUSTER_NOT_FOUND", "The cluster is not there.", "Read the clusters again. It may have been deleted or renamed."),
    // When.
    known("RATE_LIMITED", "Atlas takes no more calls of this kind for the moment.", "Wait a minute, then press Try again: it goes on where it stopped."),
    known("RATE_LIMITED_TOKEN_BUCKET", "Atlas takes no more calls of this kind for the moment.", "Wait a minute, then press Try again: it goes on where it stopped."),
    known("ACCOUNT_SUSPENDED", "Atlas has suspended the account.", "Settle the bill in Atlas, under Billing, then press Try again."),
    known("WRITES_NOT_ALLOWED_DURING_APP_UPGRADES", "Atlas is being upgraded and takes no changes meanwhile.", "Wait some minutes, then press Try again."),
    known("MAX_ALERT_CONFIGS_PER_GROUP_EXCEEDED", "The project has as many alerts as it may have.", "Delete an alert that nobody needs in Atlas, under Project Alerts, then press Try again."),
    known("FEATURE_UNSUPPORTED", "Atlas does not offer this for the project or its clusters.", "Read Atlas's own words beside this: they name what is missing."),
    known("INVALID_VERSION_DATE", "Atlas does not know the version of its API that was asked for.", "Use a newer version of this program. If it is the newest, check that nothing on the way changes the Accept header."),
    known("VERSION_GONE", "Atlas no longer offers this version of its API.", "Use a newer version of this program."),
    known("SERVICE_UNAVAILABLE", "Atlas is not available for the moment.", "Wait some minutes, then press Try again. See status.mongodb.com."),
    // The gateway's own.
    known("LAUNCH_TOKEN", "The gateway doesn't know this tab: it was started again, or its address was opened before.", "Press Enter in the gateway's terminal and open the address that it prints. What was entered here stays."),
    known("LAUNCH_CODE", "This address is too old, or of an earlier start of the gateway.", "Press Enter in the gateway's terminal and open the address that it prints."),
    known("LAUNCH_CODE_USED", "This address was opened before, and it works once.", "Press Enter in the gateway's terminal and open the address that it prints."),
    known("NOT_FORWARDED", "The gateway does not let this call through.", "Use the page and the gateway of the same version. Reload the page, then try again."),
    known("PRIVATE_KEY_IN_BODY", "The gateway refused the call because there is a private key in it. It was not sent on.", "Take the private key out of the file. Atlas needs certificates only."),
    known("READ_ONLY", "The gateway was started with --read-only and refuses every change.", "Start it without --read-only to make changes, or use one of the exports."),
    known("CREDENTIAL_REFUSED", "Atlas does not accept the credential that the gateway was started with.", "Check the client id and secret in Atlas, under the organization's Identity & Access → Applications: a secret that has expired has to be made anew. Then start the gateway with it, and open the address that it prints."),
    known("TOKEN_UNAVAILABLE", "The gateway got no access token from Atlas, so the call was not sent.", "Wait a minute, then press Try again."),
    known("UPSTREAM_UNREACHABLE", "The gateway does not reach Atlas. Nothing was sent.", "Check the gateway's network, its HTTPS_PROXY and its --upstream-ca, then press Try again."),
    known("UPSTREAM_ANSWER_LOST", "The call may have been sent to Atlas, but no whole answer came back.", "Press Try again: what Atlas has is read first, and nothing is done twice."),
    known("UPSTREAM_TOO_SLOW", "Atlas did not answer the gateway in time.", "Press Try again: what Atlas has is read first, and nothing is done twice."),
    known("REQUEST_TIMEOUT", "The call took longer than the gateway waits.", "Press Try again: what Atlas has is read first, and nothing is done twice."),
    known("BODY_TOO_LARGE", "The gateway takes no body of this size.", "Make the bundle smaller: it should hold CA certificates only, each of them once."),
    known("HEADERS_TOO_LARGE", "The gateway takes no header of this size.", "Clear this site's cookies, then press Try again."),
    known("BODY_UNREADABLE", "The gateway could not read the call to its end.", "Press Try again: what Atlas has is read first, and nothing is done twice."),
    known("CONTENT_TYPE", "The gateway takes changes as JSON only.", "Use the page and the gateway of the same version. Reload the page, then try again."),
    known("REQUEST_TARGET", "The gateway does not take addresses of this form.", "Use the page and the gateway of the same version. Reload the page, then try again."),
    known("METHOD_NOT_ALLOWED", "The gateway does not take calls of this kind.", "Use the page and the gateway of the same version. Reload the page, then try again."),
    known("NOT_FOUND", "The gateway has nothing at this address.", "Use the page and the gateway of the same version. Reload the page, then try again."),
    known("HOST_MISSING", "The call reached the gateway without the name of a host.", "Open the address that the gateway printed. A proxy before the gateway must pass on the Host header."),
    known("HOST_NOT_ALLOWED", "The gateway does not answer under this name.", "Open the address that the gateway printed, or start it with --allow-host and this name."),
    known("ORIGIN_NOT_ALLOWED", "The gateway takes calls from its own page only.", "Open the address that the gateway printed."),
    known("CROSS_SITE", "The gateway takes calls from its own page only.", "Open the address that the gateway printed."),
    known("CREDENTIAL_MISSING", "The call came without an access token of Atlas.", "Connect again with your service account."),
];

/// A refusal in words.
pub(super) fn explain(refusal: &Refusal) -> Explanation {
    let known = TABLE.iter().find(|known| known.code == refusal.code);
    let (what, next) = match known {
        Some(known) => (fill(known.what, refusal), known.next.to_owned()),
        None => by_status(refusal),
    };
    Explanation {
        code: Some(refusal.code.clone()).filter(|code| !code.is_empty()),
        what,
        next,
        detail: detail(refusal),
    }
}

/// Atlas names the address as the first parameter; without one the sentence still reads.
fn fill(sentence: &str, refusal: &Refusal) -> String {
    match refusal.parameters.first() {
        Some(parameter) => sentence.replace("{0}", parameter),
        None => sentence.replace(" {0}", ""),
    }
}

fn detail(refusal: &Refusal) -> Option<String> {
    let fields = refusal
        .fields
        .iter()
        .map(|problem| format!("{}: {}", problem.field, problem.description));
    let parts: Vec<String> = std::iter::once(refusal.detail.clone())
        .filter(|detail| !detail.is_empty())
        .chain(fields)
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// For a code that is not in the table, or an answer without one.
fn by_status(refusal: &Refusal) -> (String, String) {
    let named = match (refusal.code.as_str(), refusal.status) {
        ("" | "UNEXPECTED_ERROR", status) => format!("status {status}"),
        (code, status) => format!("{code}, status {status}"),
    };
    let (what, next) = match refusal.status {
        401 => (
            "Atlas does not accept the credential",
            "Check the client id and secret, or the public and private key. A secret that has expired has to be made anew in Atlas.",
        ),
        403 => (
            "Atlas refused the call",
            "Check the roles of the credential and its API access list, then press Try again.",
        ),
        404 => (
            "Atlas does not have what was asked for",
            "Read again what Atlas has. It may have been deleted.",
        ),
        406 | 410 => (
            "Atlas does not offer this version of its API",
            "Use a newer version of this program.",
        ),
        429 => (
            "Atlas takes no more calls of this kind for the moment",
            "Wait a minute, then press Try again: it goes on where it stopped.",
        ),
        500.. => (
            "Atlas, or something on the way to it, failed",
            "Wait a minute, then press Try again: what Atlas has is read first, and nothing is done twice.",
        ),
        _ => (
            "Atlas did not accept the call",
            "Read Atlas's own words, mend what they name, then press Try again.",
        ),
    };
    (format!("{what} ({named})."), next.to_owned())
}

#[cfg(test)]
pub(super) fn codes() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TABLE
        .iter()
        .map(|known| (known.code, known.what, known.next))
}
