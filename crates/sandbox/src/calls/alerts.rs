//! `/alerts`: what a project has been told. An alert about a CA is open as long as the CA is in the
//! bundle and near its end.

use serde_json::{Value, json};

use super::{
    Answer, Call, Outcome,
    alert_configs::{AUTHORITY_EXPIRY, DEFAULT_DAYS},
};
use crate::{
    clock::Moment,
    paging,
    refusal::Refusal,
    world::{Identifiers, Project, bundle},
};

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let status = call.query("status");
    if let Some(value) = status
        && !["OPEN", "TRACKING", "CLOSED"].contains(&value)
    {
        return Err(Refusal::InvalidAlertStatus {
            value: value.to_owned(),
        });
    }
    let all = about_authorities(call, project)
        .into_iter()
        .chain(project.alerts.iter().cloned())
        .filter(|alert| status.is_none_or(|status| alert["status"] == status))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

fn about_authorities(call: &Call<'_>, project: &Project) -> Vec<Value> {
    let authorities = bundle::authorities(project.bundle.as_deref().unwrap_or_default());
    project
        .alert_configs
        .iter()
        .filter(|config| config["eventTypeName"] == AUTHORITY_EXPIRY && config["enabled"] == true)
        .flat_map(|config| {
            let days = config["threshold"]["threshold"]
                .as_i64()
                .unwrap_or(DEFAULT_DAYS);
            authorities
                .iter()
                .filter(move |authority| days_left(call.now, authority.end) < days)
                .map(move |authority| alert(call, project, config, authority, days))
        })
        .collect()
}

fn alert(
    call: &Call<'_>,
    project: &Project,
    config: &Value,
    authority: &bundle::Saved,
    days: i64,
) -> Value {
    let since = Moment::from(authority.end.timestamp().plus(-days * pki::Timestamp::DAY));
    json!({
        "alertConfigId": config["id"],
        "created": since.to_string(),
        "currentValue": {"number": days_left(call.now, authority.end), "units": "DAYS"},
        "eventTypeName": AUTHORITY_EXPIRY,
        "groupId": project.id,
        "id": authority.mark,
        "lastNotified": since.to_string(),
        "links": [],
        "status": "OPEN",
        "updated": since.to_string(),
    })
}

fn days_left(now: Moment, end: Moment) -> i64 {
    now.timestamp().days_until(end.timestamp())
}
