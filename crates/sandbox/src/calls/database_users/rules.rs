//! What Atlas asks of a database user.

use serde_json::Value;

use super::{super::fields::Fields, kind, roles};
use crate::{
    clock::Moment,
    refusal::Refusal,
    world::{
        Project,
        authority::DAY,
        user::{Authentication, Label, NONE, Scope, User},
    },
};

/// The fields of a user.
pub(super) const FIELDS: &[&str] = &[
    "awsIAMType",
    "databaseName",
    "deleteAfterDate",
    "description",
    "groupId",
    "labels",
    "ldapAuthType",
    "links",
    "oidcAuthType",
    "password",
    "roles",
    "scopes",
    "username",
    "x509Type",
];

const DESCRIPTION_MAX: usize = 100;
/// Of a label's key and value each.
const LABEL_MAX: usize = 255;
/// How far ahead the end of a temporary user may lie.
const TEMPORARY_DAYS: u32 = 7;

/// The user that a body describes.
pub(super) fn new_user(
    fields: &Fields<'_>,
    project: &Project,
    now: Moment,
) -> Result<User, Refusal> {
    check_group(fields, project)?;
    let username = fields.required("username")?.to_owned();
    let database_name = fields.required("databaseName")?.to_owned();
    let authentication = authentication(fields, &Authentication::default())?;
    let has_password = fields.text("password")?.is_some();
    kind::check(&username, &database_name, &authentication, has_password)?;
    let user = User {
        roles: roles::read(fields, project, &username)?
            .ok_or(Refusal::MissingAttribute { name: "roles" })?,
        scopes: scopes(fields)?.unwrap_or_default(),
        labels: labels(fields)?.unwrap_or_default(),
        description: description(fields)?,
        delete_after_date: end(fields, &authentication, now)?,
        username,
        database_name,
        authentication,
    };
    Ok(user)
}

/// The user that is there with what a body changes of it.
pub(super) fn changed_user(
    fields: &Fields<'_>,
    project: &Project,
    user: &User,
    now: Moment,
) -> Result<User, Refusal> {
    check_group(fields, project)?;
    if fields
        .text("username")?
        .is_some_and(|name| name != user.username)
    {
        return Err(Refusal::UsernameChanged);
    }
    if fields
        .text("databaseName")?
        .is_some_and(|name| name != user.database_name)
    {
        return Err(Refusal::DatabaseChanged);
    }
    if authentication(fields, &user.authentication)? != user.authentication {
        return Err(Refusal::AuthTypeChanged);
    }
    if fields.text("password")?.is_some() && user.authentication.x509_type != NONE {
        return Err(Refusal::X509Scram);
    }
    Ok(User {
        roles: roles::read(fields, project, &user.username)?.unwrap_or_else(|| user.roles.clone()),
        scopes: scopes(fields)?.unwrap_or_else(|| user.scopes.clone()),
        labels: labels(fields)?.unwrap_or_else(|| user.labels.clone()),
        description: description(fields)?.or_else(|| user.description.clone()),
        delete_after_date: end(fields, &user.authentication, now)?.or(user.delete_after_date),
        ..user.clone()
    })
}

fn check_group(fields: &Fields<'_>, project: &Project) -> Result<(), Refusal> {
    match fields.text("groupId")? {
        Some(id) if id != project.id => Err(Refusal::GroupMismatch { id: id.to_owned() }),
        _ => Ok(()),
    }
}

/// The four types; those that are not mentioned are as they were.
fn authentication(fields: &Fields<'_>, before: &Authentication) -> Result<Authentication, Refusal> {
    let kind = |name, values: &[&str], before: &String| {
        fields
            .one_of(name, values)
            .map(|value| value.map_or_else(|| before.clone(), str::to_owned))
    };
    Ok(Authentication {
        x509_type: kind(
            "x509Type",
            &[NONE, "CUSTOMER", "MANAGED"],
            &before.x509_type,
        )?,
        ldap_auth_type: kind(
            "ldapAuthType",
            &[NONE, "USER", "GROUP"],
            &before.ldap_auth_type,
        )?,
        aws_iam_type: kind("awsIAMType", &[NONE, "USER", "ROLE"], &before.aws_iam_type)?,
        oidc_auth_type: kind(
            "oidcAuthType",
            &[NONE, "USER", "IDP_GROUP"],
            &before.oidc_auth_type,
        )?,
    })
}

/// Assumption: Atlas does not look whether what a scope names exists.
fn scopes(fields: &Fields<'_>) -> Result<Option<Vec<Scope>>, Refusal> {
    let Some(list) = fields.list("scopes")? else {
        return Ok(None);
    };
    list.iter()
        .map(|scope| {
            let scope = Fields::of(scope)?.only(&["name", "type"])?;
            let kinds = ["CLUSTER", "DATA_LAKE", "STREAM"];
            Ok(Scope {
                name: scope.required("name")?.to_owned(),
                kind: scope
                    .one_of("type", &kinds)?
                    .ok_or(Refusal::MissingAttribute { name: "type" })?
                    .to_owned(),
            })
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

fn labels(fields: &Fields<'_>) -> Result<Option<Vec<Label>>, Refusal> {
    let Some(list) = fields.list("labels")? else {
        return Ok(None);
    };
    list.iter()
        .map(|label: &Value| {
            let label = Fields::of(label)?.only(&["key", "value"])?;
            let text = |name| {
                let text = label.text(name)?.unwrap_or_default();
                check_length("labels", text, LABEL_MAX)?;
                Ok(text.to_owned())
            };
            Ok(Label {
                key: text("key")?,
                value: text("value")?,
            })
        })
        .collect::<Result<_, _>>()
        .map(Some)
}

fn description(fields: &Fields<'_>) -> Result<Option<String>, Refusal> {
    let text = fields.text("description")?;
    check_length("description", text.unwrap_or_default(), DESCRIPTION_MAX)?;
    Ok(text.map(str::to_owned))
}

fn check_length(name: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(Refusal::InvalidAttribute {
            name: name.to_owned(),
            why: format!("is longer than {most} characters"),
        });
    }
    Ok(())
}

fn end(
    fields: &Fields<'_>,
    authentication: &Authentication,
    now: Moment,
) -> Result<Option<Moment>, Refusal> {
    let Some(text) = fields.text("deleteAfterDate")? else {
        return Ok(None);
    };
    if authentication.x509_type != NONE {
        return Err(Refusal::X509Temporary);
    }
    let end = pki::Timestamp::parse_rfc3339(text)
        .map(Moment::from)
        .map_err(|_| Refusal::InvalidDate {
            value: text.to_owned(),
        })?;
    if end <= now {
        Err(Refusal::ExpirationInPast)
    } else if end > now.plus(DAY * TEMPORARY_DAYS) {
        Err(Refusal::ExpirationTooFar {
            days: TEMPORARY_DAYS,
        })
    } else {
        Ok(Some(end))
    }
}
