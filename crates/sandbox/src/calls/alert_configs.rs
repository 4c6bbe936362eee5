//! `/alertConfigs`: what a project wants to be told.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{Answer, Call, Outcome, fields::Fields};
use crate::{
    clock::Moment,
    paging,
    refusal::Refusal,
    world::{Identifiers, Project},
};

/// The event of a CA that expires.
pub(crate) const AUTHORITY_EXPIRY: &str =
    "NDS_X509_USER_AUTHENTICATION_CUSTOMER_CA_EXPIRATION_CHECK";

/// Days before the end at which Atlas tells of it, unless told otherwise.
pub(crate) const DEFAULT_DAYS: i64 = 30;

/// Events that a configuration can be made for here. Atlas knows some hundreds.
const EVENTS: &[&str] = &[
    AUTHORITY_EXPIRY,
    "NDS_X509_USER_AUTHENTICATION_MANAGED_USER_CERTS_EXPIRATION_CHECK",
    "CLUSTER_MONGOS_IS_MISSING",
    "HOST_DOWN",
    "JOINED_GROUP",
    "NO_PRIMARY",
    "OUTSIDE_METRIC_THRESHOLD",
    "REPLICATION_OPLOG_WINDOW_RUNNING_OUT",
    "USERS_WITHOUT_MULTI_FACTOR_AUTH",
];

/// The configuration that Atlas makes by itself when a CA is saved.
pub(crate) fn authority_expiry(id: &str, group: &str, now: Moment) -> Value {
    json!({
        "created": now.to_string(),
        "enabled": true,
        "eventTypeName": AUTHORITY_EXPIRY,
        "groupId": group,
        "id": id,
        "links": [],
        "matchers": [],
        "notifications": [{
            "delayMin": 0,
            "emailEnabled": true,
            "intervalMin": 1440,
            "roles": ["GROUP_OWNER"],
            "smsEnabled": false,
            "typeName": "GROUP",
        }],
        "threshold": {"operator": "LESS_THAN", "threshold": DEFAULT_DAYS, "units": "DAYS"},
        "updated": now.to_string(),
    })
}

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let all = project.alert_configs.clone();
    Ok(Answer::ok(paging::page(call, all)?))
}

pub(super) fn create(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    check(call.body)?;
    let mut config = call.body.clone();
    config["id"] = identifiers.next().into();
    config["created"] = call.now.to_string().into();
    complete(&mut config, call, project);
    project.alert_configs.push(config.clone());
    Ok(Answer::with(StatusCode::CREATED, config))
}

/// Puts a configuration in the place of one that is there. Its id and the day it was made stay.
pub(super) fn replace(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let id = call.parameter("alertConfigId");
    let at = project
        .alert_configs
        .iter()
        .position(|config| config["id"] == id)
        .ok_or_else(|| Refusal::AlertConfigNotFound { id: id.to_owned() })?;
    check(call.body)?;
    let mut config = call.body.clone();
    for name in ["id", "created"] {
        config[name] = project.alert_configs[at][name].clone();
    }
    complete(&mut config, call, project);
    project.alert_configs[at].clone_from(&config);
    Ok(Answer::ok(config))
}

/// What Atlas fills in.
fn complete(config: &mut Value, call: &Call<'_>, project: &Project) {
    config["groupId"] = project.id.clone().into();
    config["updated"] = call.now.to_string().into();
    for (name, default) in [
        // As the API's description says: an alert that nobody enabled is not on.
        ("enabled", false.into()),
        ("matchers", json!([])),
        ("links", json!([])),
    ] {
        if config[name].is_null() {
            config[name] = default;
        }
    }
}

fn check(config: &Value) -> Result<(), Refusal> {
    let fields = Fields::of(config)?;
    let event = fields.required("eventTypeName")?;
    if !EVENTS.contains(&event) {
        return Err(Refusal::InvalidEventType {
            value: event.to_owned(),
        });
    }
    let notifications = fields
        .list("notifications")?
        .filter(|list| !list.is_empty())
        .ok_or(Refusal::MissingNotifications)?;
    for notification in notifications {
        let notification = Fields::of(notification)?;
        let kind = notification.required("typeName")?;
        let roles = notification.list("roles")?;
        if kind == "GROUP" && roles.is_some_and(<[Value]>::is_empty) {
            return Err(Refusal::MissingRoles);
        }
    }
    if event == AUTHORITY_EXPIRY {
        let threshold = fields.value("threshold").ok_or(Refusal::MissingThreshold)?;
        let threshold = Fields::of(threshold)?;
        threshold.one_of("operator", &["LESS_THAN"])?;
        threshold.one_of("units", &["DAYS"])?;
        let days = threshold.value("threshold").and_then(Value::as_i64);
        if days.is_none_or(|days| days < 1) {
            return Err(Refusal::InvalidJsonAttribute {
                name: "threshold".to_owned(),
            });
        }
    }
    Ok(())
}
