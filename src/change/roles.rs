//! The roles that Atlas knows for database users, and where each of them holds.
//!
//! After MongoDB Atlas, "Built-in roles and privileges", and its Administration API's description of
//! a database user's roles.

use atlas::types::{CustomRole, Role, Scope, ScopeType};

use crate::words;

/// The database of the roles that hold everywhere, and of custom ones.
const ADMIN: &str = "admin";

/// A built-in role.
pub(crate) struct BuiltIn {
    pub(crate) name: &'static str,
    /// What it allows, in a few words.
    pub(crate) means: &'static str,
}

/// Roles on one database.
pub(crate) const ON_ONE: &[BuiltIn] = &[
    BuiltIn {
        name: "readWrite",
        means: "read and write one database",
    },
    BuiltIn {
        name: "read",
        means: "read one database",
    },
    BuiltIn {
        name: "dbAdmin",
        means: "indexes, statistics and settings of one database",
    },
];

/// Roles on everything.
pub(crate) const EVERYWHERE: &[BuiltIn] = &[
    BuiltIn {
        name: "readWriteAnyDatabase",
        means: "read and write every database",
    },
    BuiltIn {
        name: "readAnyDatabase",
        means: "read every database",
    },
    BuiltIn {
        name: "dbAdminAnyDatabase",
        means: "indexes, statistics and settings of every database",
    },
    BuiltIn {
        name: "atlasAdmin",
        means: "everything that Atlas allows a user",
    },
    BuiltIn {
        name: "clusterMonitor",
        means: "look at the state of the cluster",
    },
    BuiltIn {
        name: "backup",
        means: "make backups",
    },
    BuiltIn {
        name: "enableSharding",
        means: "spread collections over shards",
    },
];

/// Where a role holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    Everywhere,
    /// On one database.
    Database,
    /// On one database, or on one collection of it.
    Collection,
    /// Wherever the project's own definition says.
    Custom,
}

pub(crate) fn reach(role: &str) -> Reach {
    let is = |roles: &[BuiltIn]| roles.iter().any(|known| known.name == role);
    match role {
        "read" | "readWrite" => Reach::Collection,
        _ if is(ON_ONE) => Reach::Database,
        _ if is(EVERYWHERE) => Reach::Everywhere,
        _ => Reach::Custom,
    }
}

/// The role called `name` in place of another. Where it holds stays, as far as it goes for both.
pub(crate) fn instead_of(was: &Role, name: &str) -> Role {
    let on_one = |reach| matches!(reach, Reach::Database | Reach::Collection);
    let reach = reach(name);
    let goes_on = on_one(self::reach(&was.role_name));
    let database_name = match reach {
        _ if !on_one(reach) => ADMIN.to_owned(),
        _ if goes_on => was.database_name.clone(),
        _ => String::new(),
    };
    let collection_name = was
        .collection_name
        .clone()
        .filter(|_| goes_on && reach == Reach::Collection);
    Role {
        role_name: name.to_owned(),
        database_name,
        collection_name,
    }
}

/// A role as a person reads it: `readWrite on sales`, `read on sales.orders`, `atlasAdmin`.
pub(crate) fn in_words(role: &Role) -> String {
    let (name, database) = (&role.role_name, &role.database_name);
    match (reach(name), role.collection()) {
        (Reach::Everywhere | Reach::Custom, None) if database == ADMIN => name.clone(),
        (_, None) => format!("{name} on {database}"),
        (_, Some(collection)) => format!("{name} on {database}.{collection}"),
    }
}

/// Whether Atlas may refuse these roles for one user, because one of them is the project's own and
/// is not alone (`ATLAS_INVALID_CUSTOM_ROLE_ASSIGNMENT`).
pub(crate) fn custom_is_not_alone(roles: &[Role]) -> bool {
    roles.len() > 1
        && roles
            .iter()
            .any(|role| reach(&role.role_name) == Reach::Custom)
}

/// Roles as a person reads them.
pub(crate) fn all_in_words(all: &[Role]) -> String {
    match all {
        [] => "no role".to_owned(),
        all => words::list(&all.iter().map(in_words).collect::<Vec<_>>()),
    }
}

/// Where somebody may go, as a person reads it.
pub(crate) fn scopes_in_words(scopes: &[Scope]) -> String {
    if scopes.is_empty() {
        return "every cluster".to_owned();
    }
    let names = scopes.iter().map(|scope| match scope.kind {
        ScopeType::Cluster => scope.name.clone(),
        ScopeType::DataLake => format!("{} (federated database)", scope.name),
        ScopeType::Stream => format!("{} (stream processing)", scope.name),
        ScopeType::Other(ref kind) => format!("{} ({kind})", scope.name),
    });
    words::list(&names.collect::<Vec<_>>())
}

/// Whether any of these roles allows something on a database. `None`: it depends on a role of the project's
/// own of which the definition is not known.
pub(crate) fn allows_something(
    all: &[Role],
    custom: Option<&[CustomRole]>,
    database: &str,
) -> Option<bool> {
    let mut unknown = false;
    // Roles that were looked at, for they may contain each other.
    let mut seen: Vec<(&str, &str)> = Vec::new();
    let mut left: Vec<(&str, &str)> = all
        .iter()
        .map(|role| (&*role.role_name, &*role.database_name))
        .collect();
    while let Some((name, on)) = left.pop() {
        if seen.contains(&(name, on)) {
            continue;
        }
        seen.push((name, on));
        match reach(name) {
            Reach::Database | Reach::Collection if on == database => return Some(true),
            Reach::Database | Reach::Collection => {}
            // The others are about the cluster, and open no database.
            Reach::Everywhere => {
                if matches!(name, "atlasAdmin") || name.ends_with("AnyDatabase") {
                    return Some(true);
                }
            }
            Reach::Custom => {
                let mut known = custom.iter().copied().flatten();
                let Some(role) = known.find(|role| role.role_name == name) else {
                    unknown = true;
                    continue;
                };
                let mut resources = role.actions.iter().flat_map(|action| &action.resources);
                let is_here = |db: &str| db.is_empty() || db == database;
                if resources.any(|resource| !resource.cluster && is_here(&resource.db)) {
                    return Some(true);
                }
                let inherited = role.inherited_roles.iter();
                left.extend(inherited.map(|role| (&*role.role, &*role.db)));
            }
        }
    }
    (!unknown).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(role: &str, database: &str, collection: Option<&str>) -> Role {
        Role {
            collection_name: collection.map(str::to_owned),
            ..Role::on(role, database)
        }
    }

    #[test]
    fn another_role_keeps_where_it_holds_as_far_as_it_can() {
        for (was, name, expected) in [
            (
                on("read", "sales", Some("orders")),
                "readWrite",
                on("readWrite", "sales", Some("orders")),
            ),
            (
                on("read", "sales", Some("orders")),
                "dbAdmin",
                on("dbAdmin", "sales", None),
            ),
            (
                on("read", "sales", Some("orders")),
                "atlasAdmin",
                on("atlasAdmin", "admin", None),
            ),
            (
                on("atlasAdmin", "admin", None),
                "read",
                on("read", "", None),
            ),
            (
                on("orderArchiver", "admin", None),
                "read",
                on("read", "", None),
            ),
            (
                on("read", "sales", None),
                "orderArchiver",
                on("orderArchiver", "admin", None),
            ),
        ] {
            assert_eq!(instead_of(&was, name), expected, "{was:?} {name}");
        }
    }

    #[test]
    fn a_role_is_said_with_where_it_holds() {
        for (role, expected) in [
            (on("atlasAdmin", "admin", None), "atlasAdmin"),
            (on("orderArchiver", "admin", None), "orderArchiver"),
            (on("read", "admin", None), "read on admin"),
            (on("readWrite", "sales", None), "readWrite on sales"),
            (on("read", "sales", Some("")), "read on sales"),
            (on("read", "sales", Some("orders")), "read on sales.orders"),
        ] {
            assert_eq!(in_words(&role), expected);
        }
    }

    #[test]
    fn what_a_role_allows_on_a_database_is_found_through_others() {
        let custom: Vec<CustomRole> = serde_json::from_value(serde_json::json!([
            {"roleName": "archiver", "actions": [{"action": "FIND", "resources": [{"db": "orders", "collection": ""}]}],
             "inheritedRoles": [{"db": "archive", "role": "readWrite"}, {"db": "admin", "role": "circle"}]},
            {"roleName": "circle", "inheritedRoles": [{"db": "admin", "role": "archiver"}]},
            {"roleName": "watcher", "actions": [{"action": "SERVER_STATUS", "resources": [{"cluster": true}]}]},
        ]))
        .unwrap_or_default();
        for (roles, database, expected) in [
            (vec![on("read", "sales", None)], "sales", Some(true)),
            (
                vec![on("read", "sales", Some("orders"))],
                "sales",
                Some(true),
            ),
            (vec![on("read", "sales", None)], "orders", Some(false)),
            (vec![], "orders", Some(false)),
            (vec![on("atlasAdmin", "admin", None)], "orders", Some(true)),
            (
                vec![on("readAnyDatabase", "admin", None)],
                "orders",
                Some(true),
            ),
            (
                vec![on("clusterMonitor", "admin", None)],
                "orders",
                Some(false),
            ),
            (vec![on("archiver", "admin", None)], "orders", Some(true)),
            (vec![on("archiver", "admin", None)], "archive", Some(true)),
            (vec![on("circle", "admin", None)], "archive", Some(true)),
            (vec![on("circle", "admin", None)], "sales", Some(false)),
            (vec![on("watcher", "admin", None)], "sales", Some(false)),
            (vec![on("unheard", "admin", None)], "sales", None),
            (
                vec![on("unheard", "admin", None), on("read", "sales", None)],
                "sales",
                Some(true),
            ),
        ] {
            assert_eq!(
                allows_something(&roles, Some(&custom), database),
                expected,
                "{roles:?} {database}"
            );
        }
        assert_eq!(
            allows_something(&[on("archiver", "admin", None)], None, "orders"),
            None
        );
    }

    #[test]
    fn a_custom_role_wants_to_be_alone() {
        let custom = on("orderArchiver", "admin", None);
        let built_in = on("backup", "admin", None);
        assert!(!custom_is_not_alone(std::slice::from_ref(&custom)));
        assert!(!custom_is_not_alone(&[
            built_in.clone(),
            on("read", "a", None)
        ]));
        assert!(custom_is_not_alone(&[custom, built_in]));
    }
}
