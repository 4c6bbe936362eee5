//! `/orgs`: the organisations that the credentials belong to.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome, flow::is_identifier, projects};
use crate::{
    paging,
    refusal::Refusal,
    world::{Organization, World},
};

pub(super) fn list(call: &Call<'_>, world: &World) -> Outcome {
    let all = world
        .organizations
        .iter()
        .filter(|organization| !organization.roles.is_empty())
        .map(|organization| to_json(call, organization))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

pub(super) fn one(call: &Call<'_>, world: &World) -> Outcome {
    Ok(Answer::ok(to_json(call, find(call, world)?)))
}

/// `/orgs/{orgId}/groups`
pub(super) fn projects(call: &Call<'_>, world: &World) -> Outcome {
    let organization = find(call, world)?;
    projects::page(call, world, Some(&organization.id))
}

fn find<'a>(call: &Call<'_>, world: &'a World) -> Result<&'a Organization, Refusal> {
    let id = call.parameter("orgId").to_owned();
    if !is_identifier(&id) {
        return Err(Refusal::InvalidOrgId { id });
    }
    match world.organization(&id) {
        None => Err(Refusal::OrgNotFound { id }),
        Some(organization) if organization.roles.is_empty() => Err(Refusal::CannotAccessOrg { id }),
        Some(organization) => Ok(organization),
    }
}

fn to_json(call: &Call<'_>, organization: &Organization) -> Value {
    json!({
        "id": organization.id,
        "isDeleted": false,
        "links": [{
            "href": format!("{}/api/atlas/v2/orgs/{}", call.origin, organization.id),
            "rel": "self",
        }],
        "name": organization.name,
        "skipDefaultAlertsSettings": false,
    })
}
