//! `/userSecurity`: the authorities of a project's own certificates, and its LDAP server.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{
    Answer, Call, Outcome,
    alert_configs::{self, AUTHORITY_EXPIRY},
    events::{self, USER_SECURITY_UPDATED},
    fields::Fields,
};
use crate::{
    clock::Moment,
    refusal::Refusal,
    world::{Identifiers, Project, bundle},
};

pub(super) fn read(_: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    Ok(Answer::ok(to_json(project)))
}

/// Replaces the bundle and sets fields of LDAP; each is left alone when it is not mentioned.
///
/// Assumption: the nodes restart even when the bundle is the one that is there.
pub(super) fn update(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    let fields = Fields::of(call.body)?.only(&["customerX509", "ldap", "links"])?;
    events::add(call, project, identifiers, USER_SECURITY_UPDATED, None);
    if let Some(x509) = fields.value("customerX509") {
        let pem = Fields::of(x509)?.only(&["cas"])?.text("cas")?;
        if let Some(pem) = pem {
            bundle::check(pem, call.now)?;
            replace_bundle(
                project,
                identifiers,
                Some(pem.to_owned()),
                call.now,
                call.settings.node_restart,
            );
        }
    }
    if let Some(ldap) = fields.value("ldap") {
        let settings = ldap
            .as_object()
            .ok_or_else(|| Refusal::InvalidJsonAttribute {
                name: "ldap".to_owned(),
            })?;
        // The password goes in and never comes out.
        for (name, value) in settings.iter().filter(|(name, _)| *name != "bindPassword") {
            project.ldap.insert(name.clone(), value.clone());
        }
        let bundle = project.bundle.clone();
        restart(
            project,
            bundle.as_ref(),
            call.now,
            call.settings.node_restart,
        );
    }
    Ok(Answer::with(StatusCode::ACCEPTED, to_json(project)))
}

/// `DELETE …/customerX509`: nobody comes in with a certificate of their own any more.
pub(super) fn disable(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    events::add(call, project, identifiers, USER_SECURITY_UPDATED, None);
    replace_bundle(
        project,
        identifiers,
        None,
        call.now,
        call.settings.node_restart,
    );
    Ok(Answer::with(StatusCode::ACCEPTED, to_json(project)))
}

/// Replaces the bundle, whoever wants it. The nodes restart, and somebody is going to be told when
/// a new authority nears its end.
pub(crate) fn replace_bundle(
    project: &mut Project,
    identifiers: &mut Identifiers,
    pem: Option<String>,
    now: Moment,
    node: Duration,
) {
    let is_watched = project
        .alert_configs
        .iter()
        .any(|config| config["eventTypeName"] == AUTHORITY_EXPIRY);
    if pem.is_some() && !is_watched {
        let config = alert_configs::authority_expiry(&identifiers.next(), &project.id, now);
        project.alert_configs.push(config);
    }
    let before = std::mem::replace(&mut project.bundle, pem);
    restart(project, before.as_ref(), now, node);
}

fn restart(project: &mut Project, before: Option<&String>, now: Moment, node: Duration) {
    for cluster in &mut project.clusters {
        cluster.restart(now, node, before);
    }
}

fn to_json(project: &Project) -> Value {
    let x509 = match &project.bundle {
        Some(pem) => json!({ "cas": pem }),
        None => json!({}),
    };
    json!({"customerX509": x509, "ldap": project.ldap, "links": []})
}
