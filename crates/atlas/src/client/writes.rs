//! Writes. Each knows how to read whether it has been carried out.

use super::{Client, parse, retry, to_json};
use crate::{
    Error, Transport,
    calls::{self, Call},
    types::{
        AlertConfig, CustomerX509, DatabaseUser, DatabaseUserChange, NewDatabaseUser, ProjectId,
        UserSecurity,
    },
};

impl<T: Transport> Client<T> {
    /// Replaces the CA bundle; the nodes of every cluster restart, one by one. `is_in_place` tells
    /// from what Atlas has whether the bundle is there: Atlas may write it down differently.
    pub async fn replace_bundle(
        &self,
        project: &ProjectId,
        pem: &str,
        is_in_place: impl Fn(&UserSecurity) -> bool,
    ) -> Result<(), Error> {
        let body = to_json(&UserSecurityChange {
            customer_x509: CustomerX509 {
                cas: Some(pem.to_owned()),
            },
        })?;
        self.settle(
            &calls::UPDATE_USER_SECURITY,
            &[project.as_str()],
            Some(body),
            async || Ok(is_in_place(&self.user_security(project).await?).then_some(())),
        )
        .await
    }

    /// Turns self-managed X.509 off; the nodes of every cluster restart, one by one.
    pub async fn disable_x509(&self, project: &ProjectId) -> Result<(), Error> {
        self.settle(
            &calls::DISABLE_X509,
            &[project.as_str()],
            None,
            async || {
                let security = self.user_security(project).await?;
                Ok(security.customer_x509.bundle().is_none().then_some(()))
            },
        )
        .await
    }

    /// Makes a user. The answer is the user as Atlas stored it.
    pub async fn create_database_user(
        &self,
        project: &ProjectId,
        user: &NewDatabaseUser,
    ) -> Result<DatabaseUser, Error> {
        let body = to_json(user)?;
        let path = calls::CREATE_DATABASE_USER.path(&[project.as_str()]);
        retry::settle(
            &self.transport,
            async || {
                let call = &calls::CREATE_DATABASE_USER;
                parse(&self.once(call, path.clone(), Some(body.clone())).await?)
            },
            async || self.database_user(project, &user.username).await,
        )
        .await
    }

    /// Changes a user. `is_in_place` tells whether a user is as it should be.
    pub async fn update_database_user(
        &self,
        project: &ProjectId,
        change: &DatabaseUserChange,
        is_in_place: impl Fn(&DatabaseUser) -> bool,
    ) -> Result<(), Error> {
        let body = to_json(change)?;
        self.settle(
            &calls::UPDATE_DATABASE_USER,
            &[project.as_str(), &change.username],
            Some(body),
            async || {
                let user = self.database_user(project, &change.username).await?;
                Ok(user.filter(&is_in_place).map(|_| ()))
            },
        )
        .await
    }

    /// Removes a user. One that is not there counts as removed.
    pub async fn delete_database_user(
        &self,
        project: &ProjectId,
        username: &str,
    ) -> Result<(), Error> {
        let deleted = self
            .settle(
                &calls::DELETE_DATABASE_USER,
                &[project.as_str(), username],
                None,
                async || {
                    let user = self.database_user(project, username).await?;
                    Ok(user.is_none().then_some(()))
                },
            )
            .await;
        match deleted {
            Err(error) if error.code() == "USERNAME_NOT_FOUND" => Ok(()),
            result => result,
        }
    }

    /// Makes an alert configuration, unless there is one for the same event that is on.
    pub async fn ensure_alert_config(
        &self,
        project: &ProjectId,
        config: &AlertConfig,
    ) -> Result<(), Error> {
        let is_there = async || {
            let present = self.alert_configs(project).await?;
            let same = |other: &AlertConfig| {
                other.enabled && other.event_type_name == config.event_type_name
            };
            Ok(present.iter().any(same).then_some(()))
        };
        if is_there().await?.is_some() {
            return Ok(());
        }
        let body = to_json(config)?;
        self.settle(
            &calls::CREATE_ALERT_CONFIG,
            &[project.as_str()],
            Some(body),
            is_there,
        )
        .await
    }

    async fn settle(
        &self,
        call: &'static Call,
        values: &[&str],
        body: Option<String>,
        look: impl AsyncFn() -> Result<Option<()>, Error>,
    ) -> Result<(), Error> {
        let path = call.path(values);
        let write = async || {
            self.once(call, path.clone(), body.clone())
                .await
                .map(|_| ())
        };
        retry::settle(&self.transport, write, look).await
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct UserSecurityChange {
    customer_x509: CustomerX509,
}
