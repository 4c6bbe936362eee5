//! `/customDBRoles/roles`: roles that people of the project made. A bare list, in one piece.

use serde_json::Value;

use super::{Answer, Call, Outcome};
use crate::{
    refusal::Refusal,
    world::{Identifiers, Project},
};

pub(super) fn list(_: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    Ok(Answer::ok(Value::Array(project.custom_roles.clone())))
}

pub(super) fn one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    let name = call.parameter("roleName");
    project
        .custom_roles
        .iter()
        .find(|role| role["roleName"] == name)
        .map(|role| Answer::ok(role.clone()))
        .ok_or_else(|| Refusal::CustomRoleNotFound {
            name: name.to_owned(),
        })
}
