//! Lists, read to their end.
//!
//! Atlas's own addresses for the next page are absolute; they are never followed. Pages are counted
//! instead, as long as Atlas says that there is a next one.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{Client, parse, retry};
use crate::{
    Error, Transport,
    calls::{self, Call},
    types::{
        AccessListEntry, Alert, AlertConfig, Cluster, DatabaseUser, EVENTS, Event, FlexCluster,
        Organization, Page, Project, ProjectId,
    },
};

/// The most that Atlas gives at once.
pub const PAGE_SIZE: u32 = 500;

/// Half a million entries; nothing real is longer, so more means that the answers repeat.
pub const MAX_PAGES: u32 = 1_000;

impl<T: Transport> Client<T> {
    /// The organisations that the credential can see.
    pub async fn organizations(&self) -> Result<Vec<Organization>, Error> {
        self.list(&calls::ORGANIZATIONS, &[], "").await
    }

    /// The projects that the credential can see.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        self.list(&calls::PROJECTS, &[], "").await
    }

    /// The projects of one organisation.
    pub async fn organization_projects(&self, organization: &str) -> Result<Vec<Project>, Error> {
        self.list(&calls::ORGANIZATION_PROJECTS, &[organization], "")
            .await
    }

    /// All database users, those with passwords among them.
    pub async fn database_users(&self, project: &ProjectId) -> Result<Vec<DatabaseUser>, Error> {
        self.list(&calls::DATABASE_USERS, &[project.as_str()], "")
            .await
    }

    /// The addresses that may reach the clusters; see [`Reach`](crate::reach::Reach).
    pub async fn access_list(&self, project: &ProjectId) -> Result<Vec<AccessListEntry>, Error> {
        self.list(&calls::ACCESS_LIST, &[project.as_str()], "")
            .await
    }

    /// The clusters, without the flex ones.
    pub async fn clusters(&self, project: &ProjectId) -> Result<Vec<Cluster>, Error> {
        self.list(&calls::CLUSTERS, &[project.as_str()], "").await
    }

    /// The flex clusters.
    pub async fn flex_clusters(&self, project: &ProjectId) -> Result<Vec<FlexCluster>, Error> {
        self.list(&calls::FLEX_CLUSTERS, &[project.as_str()], "")
            .await
    }

    /// The alerts that are open.
    pub async fn open_alerts(&self, project: &ProjectId) -> Result<Vec<Alert>, Error> {
        self.list(&calls::ALERTS, &[project.as_str()], "&status=OPEN")
            .await
    }

    /// What Atlas raises alerts about.
    pub async fn alert_configs(&self, project: &ProjectId) -> Result<Vec<AlertConfig>, Error> {
        self.list(&calls::ALERT_CONFIGS, &[project.as_str()], "")
            .await
    }

    /// The same with everything that Atlas says of them, to hand it back.
    pub(super) async fn raw_alert_configs(
        &self,
        project: &ProjectId,
    ) -> Result<Vec<Map<String, Value>>, Error> {
        self.list(&calls::ALERT_CONFIGS, &[project.as_str()], "")
            .await
    }

    /// What was done about self-managed X.509 and database users, as far back as Atlas tells.
    pub async fn events(&self, project: &ProjectId) -> Result<Vec<Event>, Error> {
        let types: String = EVENTS.map(|kind| format!("&eventType={kind}")).concat();
        self.list(&calls::PROJECT_EVENTS, &[project.as_str()], &types)
            .await
    }

    async fn list<R: DeserializeOwned>(
        &self,
        call: &'static Call,
        values: &[&str],
        more_query: &str,
    ) -> Result<Vec<R>, Error> {
        let path = call.path(values);
        let mut entries = Vec::new();
        for page in 1..=MAX_PAGES {
            let target = format!("{path}?itemsPerPage={PAGE_SIZE}&pageNum={page}{more_query}");
            let page: Page<R> = retry::repeat(&self.transport, async || {
                parse(&self.once(call, target.clone(), None).await?)
            })
            .await?;
            let is_last = !page.has_next() || page.results.is_empty();
            entries.extend(page.results);
            if is_last {
                return Ok(entries);
            }
        }
        Err(Error::EndlessList { pages: MAX_PAGES })
    }
}
