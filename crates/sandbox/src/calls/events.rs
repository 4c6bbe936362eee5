//! `/events`: what was done in a project, and by whom. Here there are the events about database users and the
//! authorities; Atlas knows some hundreds more.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome};
use crate::{
    clock::Moment,
    paging,
    refusal::Refusal,
    world::{Event, Identifiers, Project},
};

/// The bundle, or LDAP, was changed.
pub(crate) const USER_SECURITY_UPDATED: &str = "USER_SECURITY_SETTINGS_UPDATED";
/// A database user came, changed or went.
pub(crate) const USER_ADDED: &str = "MONGODB_USER_ADDED";
pub(crate) const USER_UPDATED: &str = "MONGODB_USER_UPDATED";
pub(crate) const USER_DELETED: &str = "MONGODB_USER_DELETED";

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let types: Vec<&str> = call
        .query
        .iter()
        .filter(|(name, _)| name == "eventType")
        .map(|(_, value)| value.as_str())
        .collect();
    let from = moment(call, "minDate")?;
    let to = moment(call, "maxDate")?;
    let all = project
        .events
        .iter()
        .rev()
        .filter(|event| types.is_empty() || types.contains(&&event.kind[..]))
        .filter(|event| from.is_none_or(|from| from <= event.at))
        .filter(|event| to.is_none_or(|to| event.at <= to))
        .map(|event| to_json(call, project, event))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

/// Writes down what the caller did. `user` is the database user whom it is about.
pub(super) fn add(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
    kind: &str,
    user: Option<&str>,
) {
    project.events.push(Event {
        id: identifiers.next(),
        at: call.now,
        kind: kind.to_owned(),
        who: call.public_key.to_owned(),
        is_person: false,
        address: call.address.to_string(),
        user: user.map(str::to_owned),
    });
}

fn to_json(call: &Call<'_>, project: &Project, event: &Event) -> Value {
    let mut body = json!({
        "created": event.at.to_string(),
        "eventTypeName": event.kind,
        "groupId": project.id,
        "id": event.id,
        "isGlobalAdmin": false,
        "links": [{"href": format!("{}/api/atlas/v2/groups/{}/events/{}", call.origin, project.id, event.id), "rel": "self"}],
        "orgId": project.org_id,
        "remoteAddress": event.address,
    });
    let who = if event.is_person {
        "username"
    } else {
        "publicKey"
    };
    body[who] = event.who.clone().into();
    if let Some(user) = &event.user {
        body["dbUserUsername"] = user.clone().into();
    }
    body
}

fn moment(call: &Call<'_>, name: &'static str) -> Result<Option<Moment>, Refusal> {
    call.query(name)
        .map(|text| {
            pki::Timestamp::parse_rfc3339(text)
                .map(Moment::from)
                .map_err(|_| Refusal::InvalidQuery { name })
        })
        .transpose()
}
