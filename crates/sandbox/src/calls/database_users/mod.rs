//! `/databaseUsers`: who may log in to a project's clusters, and with which roles.

mod dn;
mod kind;
mod roles;
mod rules;

use axum::http::StatusCode;

use super::{
    Answer, Call, Outcome,
    events::{self, USER_ADDED, USER_DELETED, USER_UPDATED},
    fields::Fields,
};
use crate::{
    paging,
    refusal::Refusal,
    world::{Identifiers, Project, user::User},
};

pub(super) fn list(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let all = project
        .users
        .iter()
        .map(|user| user.to_json(&project.id, &call.origin))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

pub(super) fn one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let user = &project.users[find(call, project)?];
    Ok(Answer::ok(user.to_json(&project.id, &call.origin)))
}

pub(super) fn create(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    let fields = Fields::of(call.body)?.only(rules::FIELDS)?;
    // Required of a new user, and of nobody else.
    fields.required("groupId")?;
    let user = rules::new_user(&fields, project, call.now)?;
    if position(project, &user.database_name, &user.username).is_some() {
        return Err(Refusal::UserExists {
            name: user.username,
        });
    }
    if project.users.len() >= project.user_limit {
        return Err(Refusal::UsersLimit {
            limit: project.user_limit,
        });
    }
    roles::check_limit(project, None, &user.roles)?;
    let body = user.to_json(&project.id, &call.origin);
    events::add(call, project, identifiers, USER_ADDED, Some(&user.username));
    project.users.push(user);
    deploy(call, project);
    Ok(Answer::with(StatusCode::CREATED, body))
}

pub(super) fn update(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    let at = find(call, project)?;
    let fields = Fields::of(call.body)?.only(rules::FIELDS)?;
    let user: User = rules::changed_user(&fields, project, &project.users[at], call.now)?;
    roles::check_limit(project, Some(at), &user.roles)?;
    let body = user.to_json(&project.id, &call.origin);
    events::add(
        call,
        project,
        identifiers,
        USER_UPDATED,
        Some(&user.username),
    );
    project.users[at] = user;
    deploy(call, project);
    Ok(Answer::ok(body))
}

pub(super) fn delete(
    call: &Call<'_>,
    project: &mut Project,
    identifiers: &mut Identifiers,
) -> Outcome {
    let at = find(call, project)?;
    let user = project.users.remove(at);
    events::add(
        call,
        project,
        identifiers,
        USER_DELETED,
        Some(&user.username),
    );
    deploy(call, project);
    Ok(Answer::empty())
}

fn deploy(call: &Call<'_>, project: &mut Project) {
    for cluster in &mut project.clusters {
        cluster.deploy(call.now, call.settings.deployment);
    }
}

fn find(call: &Call<'_>, project: &Project) -> Result<usize, Refusal> {
    let name = call.parameter("username");
    position(project, call.parameter("databaseName"), name).ok_or_else(|| {
        Refusal::UsernameNotFound {
            name: name.to_owned(),
        }
    })
}

fn position(project: &Project, database: &str, name: &str) -> Option<usize> {
    project
        .users
        .iter()
        .position(|user| user.database_name == database && user.username == name)
}
