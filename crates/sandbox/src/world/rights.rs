//! What the roles of a database user come to on a cluster.

use cluster::{Action, Grant, Role, User};
use serde_json::Value;

use super::user;

/// How deep roles that were made by people may inherit from each other.
const DEPTH: usize = 8;

/// The rights of a user, with the roles that people made in its project.
pub(crate) fn of(user: &user::User, custom: &[Value]) -> User {
    let roles = &user.roles;
    let mut grants = Vec::new();
    for role in roles {
        let collection = role.collection_name.as_deref();
        grant(
            &role.role_name,
            &role.database_name,
            collection,
            custom,
            0,
            &mut grants,
        );
    }
    User {
        // Assumption: a role that is held to one collection is told without it.
        roles: roles
            .iter()
            .map(|role| Role {
                role: role.role_name.clone(),
                db: role.database_name.clone(),
            })
            .collect(),
        grants,
    }
}

const WRITE: [Action; 3] = [Action::Insert, Action::Update, Action::Remove];

fn grant(
    role: &str,
    db: &str,
    collection: Option<&str>,
    custom: &[Value],
    depth: usize,
    grants: &mut Vec<Grant>,
) {
    let one = Some(db);
    let mut add = |db: Option<&str>, actions: &[Action]| {
        grants.extend(actions.iter().map(|action| Grant {
            action: *action,
            db: db.map(str::to_owned),
            collection: collection.map(str::to_owned),
        }));
    };
    match role {
        "read" => add(one, &[Action::Read]),
        "readWrite" => {
            add(one, &[Action::Read]);
            add(one, &WRITE);
        }
        "dbAdmin" => add(one, &[Action::List]),
        "readAnyDatabase" => add(None, &[Action::Read]),
        "readWriteAnyDatabase" => {
            add(None, &[Action::Read]);
            add(None, &WRITE);
        }
        "dbAdminAnyDatabase" => add(None, &[Action::List]),
        "clusterMonitor" => add(None, &[Action::Monitor, Action::List]),
        "atlasAdmin" => {
            add(None, &[Action::Read, Action::Monitor]);
            add(None, &WRITE);
            for own in ["admin", "config", "local"] {
                add(Some(own), &[Action::Read]);
            }
        }
        _ => made(role, custom, depth, grants),
    }
}

/// A role that people made, with those that it inherits.
fn made(role: &str, custom: &[Value], depth: usize, grants: &mut Vec<Grant>) {
    let found = custom.iter().find(|made| made["roleName"] == role);
    let Some(found) = found.filter(|_| depth < DEPTH) else {
        return;
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for action in list(&found["actions"]) {
        let kind = match action["action"].as_str().unwrap_or_default() {
            "FIND" => Action::Read,
            "INSERT" => Action::Insert,
            "UPDATE" => Action::Update,
            "REMOVE" => Action::Remove,
            "LIST_COLLECTIONS" | "LIST_INDEXES" => Action::List,
            _ => continue,
        };
        for resource in list(&action["resources"]) {
            let of = |name: &str| {
                let text = resource[name].as_str().unwrap_or_default();
                (!text.is_empty()).then(|| text.to_owned())
            };
            grants.push(Grant {
                action: kind,
                db: of("db"),
                collection: of("collection"),
            });
        }
    }
    for inherited in list(&found["inheritedRoles"]) {
        let text = |name: &str| inherited[name].as_str().unwrap_or_default();
        grant(text("role"), text("db"), None, custom, depth + 1, grants);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use serde_json::json;

    use super::*;

    fn grants(role: &str, db: &str, collection: Option<&str>) -> Vec<String> {
        let custom = [
            json!({
                "roleName": "archiver",
                "actions": [
                    {"action": "FIND", "resources": [{"collection": "", "db": "orders"}]},
                    {"action": "INSERT", "resources": [{"collection": "old", "db": ""}]},
                    {"action": "SERVER_STATUS", "resources": [{"cluster": true}]},
                ],
                "inheritedRoles": [{"db": "archive", "role": "read"}, {"db": "admin", "role": "loop"}],
            }),
            json!({"roleName": "loop", "inheritedRoles": [{"db": "admin", "role": "loop"}]}),
        ];
        let mut grants = Vec::new();
        grant(role, db, collection, &custom, 0, &mut grants);
        let text = |it: &Option<String>| it.clone().unwrap_or_else(|| "*".to_owned());
        grants
            .iter()
            .map(|it| format!("{:?} {}.{}", it.action, text(&it.db), text(&it.collection)))
            .collect()
    }

    #[test]
    fn roles_come_to_what_they_are_for() {
        for (role, db, collection, expected) in [
            ("read", "a", None, &["Read a.*"][..]),
            ("read", "a", Some("b"), &["Read a.b"]),
            (
                "readWrite",
                "a",
                Some("b"),
                &["Read a.b", "Insert a.b", "Update a.b", "Remove a.b"],
            ),
            ("readAnyDatabase", "admin", None, &["Read *.*"]),
            ("dbAdmin", "a", None, &["List a.*"]),
            ("backup", "admin", None, &[]),
            (
                "archiver",
                "admin",
                None,
                &["Read orders.*", "Insert *.old", "Read archive.*"],
            ),
            ("loop", "admin", None, &[]),
            ("nothing", "admin", None, &[]),
        ] {
            assert_eq!(grants(role, db, collection), expected, "{role}");
        }
    }
}
