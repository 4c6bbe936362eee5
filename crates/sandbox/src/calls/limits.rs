//! `/limits`: how many of something a project may have. Here there is the one of the database users.

use serde_json::json;

use super::{Answer, Call, Outcome};
use crate::{
    refusal::Refusal,
    world::{Identifiers, Project, seed::USER_LIMIT},
};

const DATABASE_USERS: &str = "atlas.project.security.databaseAccess.users";

/// What support can raise it to (Atlas's list of service limits).
const MOST_USERS: usize = 900;

/// Assumption: a limit of an unknown name is a resource that is not there.
pub(super) fn one(call: &Call<'_>, project: &mut Project, _: &mut Identifiers) -> Outcome {
    if call.parameter("limitName") != DATABASE_USERS {
        return Err(Refusal::ResourceNotFound {
            path: call.raw_path.to_owned(),
        });
    }
    Ok(Answer::ok(json!({
        "currentUsage": project.users.len(),
        "defaultLimit": USER_LIMIT,
        "maximumLimit": MOST_USERS,
        "name": DATABASE_USERS,
        "value": project.user_limit,
    })))
}
