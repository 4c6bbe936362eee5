//! Writes. Each knows what to read before it is sent again; whoever asks for it says what to make of
//! that, having compared before the first time.

use super::{Client, Seen, Settled, parse, retry, to_json};
use serde_json::{Map, Value};

use crate::{
    Error, Transport,
    calls::{self, Call},
    types::{
        AlertConfig, CustomerX509, DatabaseUser, DatabaseUserChange, ExpiryAlertChange,
        NewDatabaseUser, ProjectId, UserSecurity, is_in_place,
    },
};

impl<T: Transport> Client<T> {
    /// Replaces the CA bundle; the nodes of every cluster restart, one by one. `seen` tells from
    /// what Atlas has how far it is: Atlas may write a bundle down differently.
    pub async fn replace_bundle(
        &self,
        project: &ProjectId,
        pem: &str,
        seen: impl AsyncFn(&UserSecurity) -> Result<Seen, Error>,
    ) -> Result<Settled, Error> {
        let body = to_json(&UserSecurityChange {
            customer_x509: CustomerX509 {
                cas: Some(pem.to_owned()),
            },
        })?;
        self.settle(
            &calls::UPDATE_USER_SECURITY,
            &[project.as_str()],
            Some(body),
            async || seen(&self.user_security(project).await?).await,
        )
        .await
    }

    /// Turns self-managed X.509 off; the nodes of every cluster restart, one by one.
    pub async fn disable_x509(
        &self,
        project: &ProjectId,
        seen: impl AsyncFn(&UserSecurity) -> Result<Seen, Error>,
    ) -> Result<Settled, Error> {
        self.settle(
            &calls::DISABLE_X509,
            &[project.as_str()],
            None,
            async || seen(&self.user_security(project).await?).await,
        )
        .await
    }

    /// Makes a user. The answer is the user as Atlas stored it. `is_ours` tells whether a user of
    /// that name is this one.
    pub async fn create_database_user(
        &self,
        project: &ProjectId,
        user: &NewDatabaseUser,
        is_ours: impl Fn(&DatabaseUser) -> bool,
    ) -> Result<Settled<DatabaseUser>, Error> {
        let body = to_json(user)?;
        let path = calls::CREATE_DATABASE_USER.path(&[project.as_str()]);
        retry::settle(
            &self.transport,
            async || {
                let call = &calls::CREATE_DATABASE_USER;
                parse(&self.once(call, path.clone(), Some(body.clone())).await?)
            },
            async || {
                let present = self.database_user(project, &user.username).await?;
                Ok(match present {
                    None => Seen::Before,
                    Some(present) if is_ours(&present) => Seen::InPlace(present),
                    Some(_) => Seen::Other,
                })
            },
        )
        .await
    }

    /// Changes a user. `seen` tells from the user that Atlas has how far it is.
    pub async fn update_database_user(
        &self,
        project: &ProjectId,
        change: &DatabaseUserChange,
        seen: impl Fn(Option<&DatabaseUser>) -> Seen,
    ) -> Result<Settled, Error> {
        let body = to_json(change)?;
        self.settle(
            &calls::UPDATE_DATABASE_USER,
            &[project.as_str(), &change.username],
            Some(body),
            async || {
                let user = self.database_user(project, &change.username).await?;
                Ok(seen(user.as_ref()))
            },
        )
        .await
    }

    /// Removes a user. One that is not there counts as removed; `seen` tells how far it is.
    pub async fn delete_database_user(
        &self,
        project: &ProjectId,
        username: &str,
        seen: impl Fn(Option<&DatabaseUser>) -> Seen,
    ) -> Result<Settled, Error> {
        let deleted = self
            .settle(
                &calls::DELETE_DATABASE_USER,
                &[project.as_str(), username],
                None,
                async || {
                    let user = self.database_user(project, username).await?;
                    Ok(seen(user.as_ref()))
                },
            )
            .await;
        match deleted {
            Err(error) if error.code() == "USERNAME_NOT_FOUND" => Ok(Settled::Written(())),
            result => result,
        }
    }

    /// Makes an alert configuration, unless there is one for the same event that is on.
    pub async fn ensure_alert_config(
        &self,
        project: &ProjectId,
        config: &AlertConfig,
    ) -> Result<(), Error> {
        let look = async || {
            let present = self.alert_configs(project).await?;
            let same = |other: &AlertConfig| {
                other.enabled && other.event_type_name == config.event_type_name
            };
            Ok(if present.iter().any(same) {
                Seen::InPlace(())
            } else {
                Seen::Before
            })
        };
        if look().await? != Seen::Before {
            return Ok(());
        }
        let body = to_json(config)?;
        // Another one is in nobody's way, so nothing is in the way of this.
        self.settle(
            &calls::CREATE_ALERT_CONFIG,
            &[project.as_str()],
            Some(body),
            look,
        )
        .await
        .map(|_| ())
    }

    /// Sets how many days before the end of an authority an alert begins and whom it tells, and switches it on. Everything
    /// else of it stays as Atlas has it, what this crate does not know too.
    pub async fn change_alert_config(
        &self,
        project: &ProjectId,
        id: &str,
        change: &ExpiryAlertChange,
    ) -> Result<Settled, Error> {
        let present = async || {
            let all: Vec<Map<String, Value>> = self.raw_alert_configs(project).await?;
            Ok::<_, Error>(
                all.into_iter()
                    .find(|config| config.get("id").is_some_and(|it| it == id)),
            )
        };
        let Some(before) = present().await? else {
            return Ok(Settled::Changed { unclear: false });
        };
        let after = change.of(&before);
        let body = to_json(&after)?;
        self.settle(
            &calls::REPLACE_ALERT_CONFIG,
            &[project.as_str(), id],
            Some(body),
            async || {
                Ok(match present().await? {
                    Some(config) if is_in_place(&config, &after) => Seen::InPlace(()),
                    Some(config) if config == before => Seen::Before,
                    _ => Seen::Other,
                })
            },
        )
        .await
    }

    async fn settle(
        &self,
        call: &'static Call,
        values: &[&str],
        body: Option<String>,
        look: impl AsyncFn() -> Result<Seen, Error>,
    ) -> Result<Settled, Error> {
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
