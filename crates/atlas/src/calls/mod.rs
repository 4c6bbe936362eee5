//! The table of calls: everything that the client can say, and everything that the gateway lets
//! through.
//!
//! A path template's `{name}` stands for one percent-encoded segment. Versions are Atlas's
//! versioned media types: a call is answered by the newest version that is not after the one asked
//! for.

mod path;
mod recognise;
#[cfg(test)]
mod tests;

pub use path::{decode_segment, encode_segment};
pub use recognise::{Recognised, recognise};
pub(crate) use recognise::{USERNAME_CHARACTERS, is_object_id};

/// Where the Administration API lives below the origin.
pub const BASE: &str = "/api/atlas/v2";

/// The database that X.509 users belong to.
pub const EXTERNAL: &str = "$external";

/// The version that most calls are written for.
const V2023: &str = "2023-01-01";

/// An HTTP method that the table uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
    /// Changes.
    Patch,
    /// Replaces.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// As HTTP writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Whether the call can change anything.
    pub fn writes(self) -> bool {
        self != Self::Get
    }
}

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Call {
    /// The method.
    pub method: Method,
    /// The path below [`BASE`], decoded, with `{…}` for what varies.
    pub template: &'static str,
    /// The version of the resource, as in the media type.
    pub version: &'static str,
    /// The names that the query may use.
    pub query: &'static [&'static str],
}

impl Call {
    /// The media type of the answer, and of the body if there is one.
    pub fn media_type(&self) -> String {
        format!("application/vnd.atlas.{}+json", self.version)
    }

    /// The path below [`BASE`], with `values` in the places of the template, in order, each
    /// percent-encoded. A missing value leaves its segment empty, which nothing lets through.
    pub fn path(&self, values: &[&str]) -> String {
        let mut values = values.iter();
        let mut path = String::new();
        for segment in self.segments() {
            path.push('/');
            path.push_str(&if is_place(segment) {
                values
                    .next()
                    .map_or_else(String::new, |value| encode_segment(value))
            } else {
                encode_segment(segment)
            });
        }
        path
    }

    fn segments(&self) -> impl Iterator<Item = &'static str> {
        self.template.split('/').skip(1)
    }
}

fn is_place(segment: &str) -> bool {
    segment.starts_with('{')
}

const fn get(template: &'static str) -> Call {
    call(Method::Get, template)
}

const fn paged(template: &'static str) -> Call {
    Call {
        query: &["itemsPerPage", "pageNum"],
        ..get(template)
    }
}

const fn call(method: Method, template: &'static str) -> Call {
    Call {
        method,
        template,
        version: V2023,
        query: &[],
    }
}

/// Who the credential is, and whether Atlas is there at all.
pub static SYSTEM_STATUS: Call = get("");
/// The organisations that the credential can see.
pub static ORGANIZATIONS: Call = paged("/orgs");
/// The projects of one organisation.
pub static ORGANIZATION_PROJECTS: Call = paged("/orgs/{orgId}/groups");
/// The projects that the credential can see.
pub static PROJECTS: Call = paged("/groups");
/// One project.
pub static PROJECT: Call = get("/groups/{groupId}");
/// The CA bundle and the LDAP settings.
pub static USER_SECURITY: Call = get("/groups/{groupId}/userSecurity");
/// Replaces the CA bundle. Restarts the nodes one by one.
pub static UPDATE_USER_SECURITY: Call = call(Method::Patch, "/groups/{groupId}/userSecurity");
/// Turns self-managed X.509 off. Restarts the nodes one by one.
pub static DISABLE_X509: Call = call(
    Method::Delete,
    "/groups/{groupId}/userSecurity/customerX509",
);
/// The database users.
pub static DATABASE_USERS: Call = paged("/groups/{groupId}/databaseUsers");
/// How many database users the project may have.
pub static USER_LIMIT: Call =
    get("/groups/{groupId}/limits/atlas.project.security.databaseAccess.users");
/// Makes a database user.
pub static CREATE_DATABASE_USER: Call = call(Method::Post, "/groups/{groupId}/databaseUsers");
/// One X.509 user.
pub static DATABASE_USER: Call = get("/groups/{groupId}/databaseUsers/$external/{username}");
/// Changes an X.509 user's roles, scopes or description.
pub static UPDATE_DATABASE_USER: Call = call(
    Method::Patch,
    "/groups/{groupId}/databaseUsers/$external/{username}",
);
/// Removes an X.509 user.
pub static DELETE_DATABASE_USER: Call = call(
    Method::Delete,
    "/groups/{groupId}/databaseUsers/$external/{username}",
);
/// The addresses that may reach the clusters.
pub static ACCESS_LIST: Call = paged("/groups/{groupId}/accessList");
/// The clusters, without the flex ones.
pub static CLUSTERS: Call = Call {
    version: "2024-08-05",
    ..paged("/groups/{groupId}/clusters")
};
/// The flex clusters. The resource begins with this version.
pub static FLEX_CLUSTERS: Call = Call {
    version: "2024-11-13",
    ..paged("/groups/{groupId}/flexClusters")
};
/// Whether a cluster has taken up the last change of users or settings.
pub static CLUSTER_STATUS: Call = get("/groups/{groupId}/clusters/{clusterName}/status");
/// The project's own roles. Not paged.
pub static CUSTOM_ROLES: Call = get("/groups/{groupId}/customDBRoles/roles");
/// The alerts, by status.
pub static ALERTS: Call = Call {
    query: &["itemsPerPage", "pageNum", "status"],
    ..get("/groups/{groupId}/alerts")
};
/// What Atlas raises alerts about.
pub static ALERT_CONFIGS: Call = paged("/groups/{groupId}/alertConfigs");
/// Makes an alert configuration.
pub static CREATE_ALERT_CONFIG: Call = call(Method::Post, "/groups/{groupId}/alertConfigs");

/// Puts an alert configuration in the place of one that is there.
pub static REPLACE_ALERT_CONFIG: Call = call(
    Method::Put,
    "/groups/{groupId}/alertConfigs/{alertConfigId}",
);
/// Who logged in to a cluster in the last seven days, and who was refused. Needs the role Project
/// Database Access Admin or Cluster Log Viewer; M0 and flex clusters have none.
pub static ACCESS_HISTORY: Call = Call {
    query: &["authResult", "end", "nLogs", "start"],
    ..get("/groups/{groupId}/dbAccessHistory/clusters/{clusterName}")
};
/// What was done in the project, by type.
pub static PROJECT_EVENTS: Call = Call {
    query: &["eventType", "itemsPerPage", "pageNum"],
    ..get("/groups/{groupId}/events")
};

/// Every call there is.
pub static TABLE: &[&Call] = &[
    &SYSTEM_STATUS,
    &ORGANIZATIONS,
    &ORGANIZATION_PROJECTS,
    &PROJECTS,
    &PROJECT,
    &USER_SECURITY,
    &UPDATE_USER_SECURITY,
    &DISABLE_X509,
    &DATABASE_USERS,
    &USER_LIMIT,
    &CREATE_DATABASE_USER,
    &DATABASE_USER,
    &UPDATE_DATABASE_USER,
    &DELETE_DATABASE_USER,
    &ACCESS_LIST,
    &CLUSTERS,
    &FLEX_CLUSTERS,
    &CLUSTER_STATUS,
    &CUSTOM_ROLES,
    &ALERTS,
    &ALERT_CONFIGS,
    &CREATE_ALERT_CONFIG,
    &REPLACE_ALERT_CONFIG,
    &ACCESS_HISTORY,
    &PROJECT_EVENTS,
];
