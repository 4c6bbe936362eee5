//! Which calls there are.

use std::sync::LazyLock;

use axum::http::Method;

use super::{
    Right, Run, access_history, access_list, alert_configs, alerts, clusters, custom_roles,
    database_users, events, limits, organizations, projects, system, user_security,
};
use crate::{
    media::{FIRST, Version},
    rate::Bucket,
};

/// One call.
pub(crate) struct Operation {
    pub(crate) method: Method,
    /// Below `/api/atlas/v2`.
    pub(crate) template: &'static str,
    /// In ascending order.
    pub(crate) versions: &'static [Version],
    pub(crate) bucket: Option<Bucket>,
    pub(crate) run: Run,
}

/// Clusters came to describe their shards one by one.
const CLUSTERS: &[Version] = &["2023-01-01", "2023-02-01", "2024-08-05"];
const FLEX_CLUSTERS: &[Version] = &["2024-11-13"];

fn get(template: &'static str, run: Run) -> Operation {
    Operation {
        method: Method::GET,
        template,
        versions: FIRST,
        bucket: None,
        run,
    }
}

fn write(method: Method, template: &'static str, run: Run) -> Operation {
    Operation {
        method,
        ..get(template, run)
    }
}

impl Operation {
    fn of(self, versions: &'static [Version]) -> Self {
        Self { versions, ..self }
    }

    fn from(self, bucket: Bucket) -> Self {
        Self {
            bucket: Some(bucket),
            ..self
        }
    }
}

use Right::{AccessHistory, AccessList, Alerts, DatabaseUsers, Owner, Read};
use Run::{Project, World};

#[rustfmt::skip]
pub(crate) static TABLE: LazyLock<Vec<Operation>> = LazyLock::new(|| vec![
    get("", World(system::status)),
    get("/", World(system::status)),
    get("/orgs", World(organizations::list)),
    get("/orgs/{orgId}", World(organizations::one)),
    get("/orgs/{orgId}/groups", World(organizations::projects)),
    get("/clusters", World(clusters::of_all_projects)),
    get("/groups", World(projects::list)),
    get("/groups/{groupId}", Project(Read, projects::one)),
    get("/groups/{groupId}/userSecurity", Project(Owner, user_security::read)).from(Bucket::UserSecurity),
    write(Method::PATCH, "/groups/{groupId}/userSecurity", Project(Owner, user_security::update)).from(Bucket::UserSecurity),
    write(Method::DELETE, "/groups/{groupId}/userSecurity/customerX509", Project(Owner, user_security::disable)).from(Bucket::UserSecurity),
    get("/groups/{groupId}/databaseUsers", Project(Read, database_users::list)).from(Bucket::DatabaseUsers),
    write(Method::POST, "/groups/{groupId}/databaseUsers", Project(DatabaseUsers, database_users::create)).from(Bucket::DatabaseUsers),
    get("/groups/{groupId}/databaseUsers/{databaseName}/{username}", Project(Read, database_users::one)).from(Bucket::DatabaseUsers),
    write(Method::PATCH, "/groups/{groupId}/databaseUsers/{databaseName}/{username}", Project(DatabaseUsers, database_users::update)).from(Bucket::DatabaseUsers),
    write(Method::DELETE, "/groups/{groupId}/databaseUsers/{databaseName}/{username}", Project(DatabaseUsers, database_users::delete)).from(Bucket::DatabaseUsers),
    get("/groups/{groupId}/customDBRoles/roles", Project(Read, custom_roles::list)),
    get("/groups/{groupId}/customDBRoles/roles/{roleName}", Project(Read, custom_roles::one)),
    get("/groups/{groupId}/clusters", Project(Read, clusters::list)).of(CLUSTERS),
    get("/groups/{groupId}/clusters/{clusterName}", Project(Read, clusters::one)).of(CLUSTERS),
    get("/groups/{groupId}/clusters/{clusterName}/status", Project(Read, clusters::status)),
    get("/groups/{groupId}/flexClusters", Project(Read, clusters::flex_list)).of(FLEX_CLUSTERS),
    get("/groups/{groupId}/flexClusters/{clusterName}", Project(Read, clusters::flex_one)).of(FLEX_CLUSTERS),
    get("/groups/{groupId}/limits/{limitName}", Project(Read, limits::one)),
    get("/groups/{groupId}/processes", Project(Read, clusters::processes)),
    get("/groups/{groupId}/accessList", Project(Read, access_list::list)),
    write(Method::POST, "/groups/{groupId}/accessList", Project(AccessList, access_list::add)),
    write(Method::DELETE, "/groups/{groupId}/accessList/{entryValue}", Project(AccessList, access_list::remove)),
    get("/groups/{groupId}/alerts", Project(Read, alerts::list)),
    get("/groups/{groupId}/alertConfigs", Project(Read, alert_configs::list)),
    write(Method::POST, "/groups/{groupId}/alertConfigs", Project(Alerts, alert_configs::create)),
    write(Method::PUT, "/groups/{groupId}/alertConfigs/{alertConfigId}", Project(Alerts, alert_configs::replace)),
    get("/groups/{groupId}/dbAccessHistory/clusters/{clusterName}", Project(AccessHistory, access_history::of_cluster)),
    get("/groups/{groupId}/events", Project(Read, events::list)),
]);
