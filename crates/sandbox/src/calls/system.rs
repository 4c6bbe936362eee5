//! `GET /`: what the service is, and what an API key may do.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome};
use crate::{auth::Caller, world::World};

pub(super) fn status(call: &Call<'_>, world: &World) -> Outcome {
    let roles: Vec<Value> = world
        .organizations
        .iter()
        .flat_map(|organization| {
            organization
                .roles
                .iter()
                .map(|role| json!({"orgId": organization.id, "roleName": role}))
        })
        .chain(world.projects.iter().flat_map(|project| {
            project
                .roles
                .iter()
                .map(|role| json!({"groupId": project.id, "roleName": role}))
        }))
        .collect();
    let api_key = match call.caller {
        Caller::ServiceAccount => Value::Null,
        Caller::ApiKey => json!({
            "accessList": call.settings.api_access.addresses.iter().map(|address| json!({
                "cidrBlock": format!("{address}/{}", if address.is_ipv4() { 32 } else { 128 }),
                "ipAddress": address.to_string(),
            })).collect::<Vec<_>>(),
            "id": "66a1c0de5a4db0c05a4db0c1",
            "publicKey": call.public_key,
            "roles": roles,
        }),
    };
    Ok(Answer::ok(json!({
        "apiKey": api_key,
        "appName": "MongoDB Atlas",
        "build": "sandbox",
        "links": [{"href": format!("{}/api/atlas/v2/", call.origin), "rel": "self"}],
        "throttling": false,
    })))
}
