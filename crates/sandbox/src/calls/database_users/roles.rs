//! Roles of database users: which there are, on which databases, and how they go together.

use std::collections::HashSet;

use serde_json::Value;

use super::super::fields::Fields;
use crate::{
    refusal::Refusal,
    world::{Project, user::Role},
};

const ADMIN: &str = "admin";

/// Roles that exist on `admin` alone.
const ON_ADMIN: &[&str] = &[
    "atlasAdmin",
    "backup",
    "clusterMonitor",
    "dbAdminAnyDatabase",
    "enableSharding",
    "readAnyDatabase",
    "readWriteAnyDatabase",
];

/// Roles on a database of one's choice.
const ON_ONE: &[&str] = &["dbAdmin", "read", "readWrite"];

/// Of those, the ones that can be held to one collection.
const ON_A_COLLECTION: &[&str] = &["read", "readWrite"];

/// Roles of the server that Atlas keeps to itself.
const RESTRICTED: &[&str] = &[
    "__system",
    "clusterAdmin",
    "clusterManager",
    "dbOwner",
    "directShardOperations",
    "hostManager",
    "restore",
    "root",
    "userAdmin",
    "userAdminAnyDatabase",
];

/// Collection level roles of a whole project. Assumption: the number is not published.
const COLLECTION_ROLES: usize = 100;

/// The roles in a body, if it has any.
pub(super) fn read(
    fields: &Fields<'_>,
    project: &Project,
    username: &str,
) -> Result<Option<Vec<Role>>, Refusal> {
    let Some(list) = fields.list("roles")? else {
        return Ok(None);
    };
    // Assumption: no roles are as bad as no field.
    if list.is_empty() {
        return Err(Refusal::MissingAttribute { name: "roles" });
    }
    let roles: Vec<Role> = list.iter().map(role).collect::<Result<_, _>>()?;
    let mut seen = HashSet::new();
    if let Some(twice) = roles.iter().find(|role| !seen.insert(*role)) {
        return Err(Refusal::DuplicateRoles {
            user: username.to_owned(),
            roles: format!("{}@{}", twice.role_name, twice.database_name),
        });
    }
    let mut custom = false;
    for role in &roles {
        custom |= is_custom(role, project)?;
    }
    if custom && roles.len() > 1 {
        return Err(Refusal::CustomRoleNotAlone);
    }
    Ok(Some(roles))
}

fn role(value: &Value) -> Result<Role, Refusal> {
    let fields = Fields::of(value)?.only(&["collectionName", "databaseName", "roleName"])?;
    Ok(Role {
        collection_name: fields
            .text("collectionName")?
            .filter(|name| !name.is_empty())
            .map(str::to_owned),
        database_name: fields.required("databaseName")?.to_owned(),
        role_name: fields.required("roleName")?.to_owned(),
    })
}

/// Whether a role was made by people of the project; refuses one that does not exist.
fn is_custom(role: &Role, project: &Project) -> Result<bool, Refusal> {
    let name = &role.role_name[..];
    let database = &role.database_name[..];
    let (role_name, database_name) = (name.to_owned(), database.to_owned());
    if RESTRICTED.contains(&name) {
        return Err(Refusal::RestrictedRole {
            role: role_name,
            database: database_name,
        });
    }
    let custom = project
        .custom_roles
        .iter()
        .any(|custom| custom["roleName"] == name);
    if !custom && !ON_ADMIN.contains(&name) && !ON_ONE.contains(&name) {
        return Err(Refusal::InvalidRole {
            role: role_name,
            database: database_name,
        });
    }
    if !ON_ONE.contains(&name) && database != ADMIN {
        return Err(Refusal::InvalidRoleDatabase {
            role: role_name,
            database: ADMIN.to_owned(),
        });
    }
    if let Some(collection) = &role.collection_name {
        // Assumption: what belongs to the server is restricted, and only these two roles can be
        // held to a collection.
        if collection.starts_with("system.") {
            return Err(Refusal::RestrictedCollection {
                collection: collection.clone(),
                role: role_name,
                database: database_name,
            });
        }
        if !ON_A_COLLECTION.contains(&name) {
            return Err(Refusal::InvalidAttribute {
                name: "collectionName".to_owned(),
                why: format!("cannot be given with the role {name}"),
            });
        }
    }
    Ok(custom)
}

/// Whether the project may have these roles too; `instead_of` is the user that they are for.
pub(super) fn check_limit(
    project: &Project,
    instead_of: Option<usize>,
    roles: &[Role],
) -> Result<(), Refusal> {
    let of_others = project
        .users
        .iter()
        .enumerate()
        .filter(|(at, _)| Some(*at) != instead_of)
        .flat_map(|(_, user)| &user.roles);
    let count = of_others
        .chain(roles)
        .filter(|role| role.collection_name.is_some())
        .count();
    if count > COLLECTION_ROLES && roles.iter().any(|role| role.collection_name.is_some()) {
        return Err(Refusal::CollectionRolesLimit {
            limit: COLLECTION_ROLES,
        });
    }
    Ok(())
}
