//! `/groups`: projects.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome};
use crate::{
    paging,
    world::{Identifiers, Project, World},
};

pub(super) fn list(call: &Call<'_>, world: &World) -> Outcome {
    page(call, world, None)
}

pub(super) fn one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    Ok(Answer::ok(to_json(call, project)))
}

/// The projects of one organisation or of all.
pub(super) fn page(call: &Call<'_>, world: &World, organization: Option<&str>) -> Outcome {
    let all = world
        .projects
        .iter()
        .filter(|project| !project.roles.is_empty())
        .filter(|project| organization.is_none_or(|id| project.org_id == id))
        .map(|project| to_json(call, project))
        .collect();
    Ok(Answer::ok(paging::page(call, all)?))
}

fn to_json(call: &Call<'_>, project: &Project) -> Value {
    json!({
        "clusterCount": project.clusters.len() + project.flex_clusters.len(),
        "created": project.created.to_string(),
        "id": project.id,
        "links": [{
            "href": format!("{}/api/atlas/v2/groups/{}", call.origin, project.id),
            "rel": "self",
        }],
        "name": project.name,
        "orgId": project.org_id,
        "tags": [],
        "withDefaultAlertsSettings": true,
    })
}
