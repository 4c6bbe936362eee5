//! The Administration API, call by call, over any transport.
//!
//! Every list comes whole; every write comes back settled (see `retry`). Nothing here decides what
//! should be written: that is [`plan`](crate::plan) and [`apply`](crate::apply).

mod lists;
mod retry;
#[cfg(test)]
mod tests;
mod writes;

use serde::{Serialize, de::DeserializeOwned};

use crate::{
    Error, Transport,
    calls::{self, Call},
    error::Refusal,
    transport::{Request, Response},
    types::{
        ClusterStatus, CustomRole, DatabaseUser, Project, ProjectId, SystemStatus, UserLimit,
        UserSecurity,
    },
};

pub use lists::{MAX_PAGES, PAGE_SIZE};
pub use retry::{Seen, Settled, TRIES};

/// Speaks to one Atlas with one credential, both of which the transport knows.
#[derive(Clone, Debug)]
pub struct Client<T> {
    transport: T,
}

impl<T: Transport> Client<T> {
    /// A client over this transport.
    pub fn new(transport: T) -> Self {
        Self { transport }
    }

    /// What carries the calls.
    pub fn transport(&self) -> &T {
        &self.transport
    }

    /// Whether Atlas is there, and whose credential this is.
    pub async fn system_status(&self) -> Result<SystemStatus, Error> {
        self.read(&calls::SYSTEM_STATUS, &[]).await
    }

    /// One project.
    pub async fn project(&self, project: &ProjectId) -> Result<Project, Error> {
        self.read(&calls::PROJECT, &[project.as_str()]).await
    }

    /// The CA bundle and the LDAP settings. Needs the role Project Owner.
    pub async fn user_security(&self, project: &ProjectId) -> Result<UserSecurity, Error> {
        self.read(&calls::USER_SECURITY, &[project.as_str()]).await
    }

    /// One X.509 user; `None` if there is none of this name.
    pub async fn database_user(
        &self,
        project: &ProjectId,
        username: &str,
    ) -> Result<Option<DatabaseUser>, Error> {
        let values = [project.as_str(), username];
        match self.read(&calls::DATABASE_USER, &values).await {
            Ok(user) => Ok(Some(user)),
            // Any other 404 is about something else, a proxy on the way for instance.
            Err(error) if error.code() == "USERNAME_NOT_FOUND" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// How many database users the project may have.
    pub async fn user_limit(&self, project: &ProjectId) -> Result<UserLimit, Error> {
        self.read(&calls::USER_LIMIT, &[project.as_str()]).await
    }

    /// The roles that the project defined itself.
    pub async fn custom_roles(&self, project: &ProjectId) -> Result<Vec<CustomRole>, Error> {
        self.read(&calls::CUSTOM_ROLES, &[project.as_str()]).await
    }

    /// Whether a cluster has taken up the last change.
    pub async fn cluster_status(
        &self,
        project: &ProjectId,
        cluster: &str,
    ) -> Result<ClusterStatus, Error> {
        self.read(&calls::CLUSTER_STATUS, &[project.as_str(), cluster])
            .await
    }

    async fn read<R: DeserializeOwned>(
        &self,
        call: &'static Call,
        values: &[&str],
    ) -> Result<R, Error> {
        self.read_target(call, &call.path(values)).await
    }

    /// Path and query.
    pub(crate) async fn read_target<R: DeserializeOwned>(
        &self,
        call: &'static Call,
        target: &str,
    ) -> Result<R, Error> {
        retry::repeat(&self.transport, async || {
            parse(&self.once(call, target.to_owned(), None).await?)
        })
        .await
    }

    /// Sends a request once. An answer that is no success is an error.
    async fn once(
        &self,
        call: &'static Call,
        target: String,
        body: Option<String>,
    ) -> Result<Response, Error> {
        let request = Request { call, target, body };
        match self.transport.send(request).await {
            Ok(response) if (200..300).contains(&response.status) => Ok(response),
            Ok(response) => Err(Error::Refused(Refusal::read(&response))),
            Err(lost) => Err(Error::NoAnswer {
                reason: lost.reason,
                never_sent: lost.never_sent,
            }),
        }
    }
}

fn parse<R: DeserializeOwned>(response: &Response) -> Result<R, Error> {
    serde_json::from_str(&response.body).map_err(|error| unreadable(response.status, &error))
}

/// The bodies are plain data whose writing does not fail; should one ever, nothing was sent.
fn to_json(body: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(body).map_err(|error| Error::NoAnswer {
        reason: error.to_string(),
        never_sent: true,
    })
}

fn unreadable(status: u16, error: &serde_json::Error) -> Error {
    Error::Unreadable {
        status,
        reason: error.to_string(),
    }
}
