//! One step: read what it starts from, write, read back, compare.

use super::{Apply, Replaced, Watch};
use crate::{
    Client, Error, Transport,
    calls::EXTERNAL,
    client::{Seen, Settled},
    error::Explanation,
    plan::{Authority, Removed, Step, UserState, WantedUser, fingerprints},
    types::{DatabaseUser, DatabaseUserChange, NewDatabaseUser, UserSecurity, X509Type},
};

/// How a step came out that met with no error.
pub(super) enum Done {
    /// It was sent, read back, and Atlas has what was wanted.
    Sent,
    /// Atlas had what was wanted already.
    Found,
    /// Atlas has not what the step starts from. Nothing was sent over it.
    Changed {
        /// Whether it may have been carried out before somebody else was there.
        unclear: bool,
    },
    /// It was sent and accepted, but Atlas has something else afterwards.
    Different(Explanation),
    /// A person stopped the run. Nothing was sent.
    Stopped,
}

impl Apply {
    pub(super) async fn carry_out<T: Transport>(
        &mut self,
        step: &Step,
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
        watch: &mut impl Watch,
    ) -> Result<Done, Error> {
        match step {
            Step::ReplaceBundle {
                pem,
                added,
                kept,
                removed,
            } => {
                let before = [kept.as_slice(), &authorities(removed)].concat();
                let after = [kept.as_slice(), added].concat();
                self.change_bundle(Some(pem), &before, &after, client, read, watch)
                    .await
            }
            Step::Disable { removed } => {
                let before = authorities(removed);
                self.change_bundle(None, &before, &[], client, read, watch)
                    .await
            }
            Step::CreateUser { user } => self.create(user, client).await,
            Step::UpdateUser { user, was, .. } => self.update(user, was, client).await,
            Step::DeleteUser { username, was } => self.delete(username, was, client).await,
        }
    }

    async fn change_bundle<T: Transport>(
        &mut self,
        pem: Option<&str>,
        before: &[Authority],
        after: &[Authority],
        client: &Client<T>,
        read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
        watch: &mut impl Watch,
    ) -> Result<Done, Error> {
        let project = self.project.clone();
        let seen = async |security: &UserSecurity| -> Result<Seen, Error> {
            let bundle = security.customer_x509.bundle();
            let present = read_bundle(security, read).await?;
            let present = fingerprints(&present);
            Ok(
                if bundle.is_some() == pem.is_some() && present == fingerprints(after) {
                    Seen::InPlace(())
                } else if present == fingerprints(before) {
                    Seen::Before
                } else {
                    Seen::Other
                },
            )
        };
        let present = client.user_security(&project).await?;
        if let Some(done) = without_sending(seen(&present).await?) {
            return Ok(done);
        }
        let bundle = present.customer_x509.bundle();
        self.replaced = Some(match bundle {
            None => Replaced::Off,
            Some(pem) => Replaced::Bundle(pem.to_owned()),
        });
        // Once it is sent, nobody can read the former bundle any more.
        if watch.changed(self).is_break() {
            return Ok(Done::Stopped);
        }
        let settled = match pem {
            Some(pem) => client.replace_bundle(&project, pem, &seen).await?,
            None => client.disable_x509(&project, &seen).await?,
        };
        if let Settled::Changed { unclear } = settled {
            return Ok(Done::Changed { unclear });
        }
        let stored = client.user_security(&project).await.map_err(unconfirmed)?;
        Ok(
            if seen(&stored).await.map_err(unconfirmed)? == Seen::InPlace(()) {
                Done::Sent
            } else {
                different("Atlas accepted the bundle, but has other authorities now.")
            },
        )
    }

    async fn create<T: Transport>(
        &self,
        user: &WantedUser,
        client: &Client<T>,
    ) -> Result<Done, Error> {
        let body = NewDatabaseUser {
            group_id: self.project.to_string(),
            database_name: EXTERNAL,
            username: user.username.clone(),
            x509_type: X509Type::Customer,
            roles: user.roles.clone(),
            scopes: user.scopes.clone(),
            description: user.description.clone().unwrap_or_default(),
        };
        let is_ours = |present: &DatabaseUser| present.is_self_managed() && user.is(present);
        let created = client.create_database_user(&self.project, &body, is_ours);
        match created.await {
            Ok(Settled::Written(stored)) if stored.username != user.username => {
                return Ok(different(&format!(
                    "Atlas stored the user under another name: {}.",
                    stored.username
                )));
            }
            Ok(Settled::Written(_)) => {}
            Ok(Settled::Changed { unclear }) => return Ok(Done::Changed { unclear }),
            // Somebody was faster, or an earlier try was late.
            Err(error) if error.code() == "USER_ALREADY_EXISTS" => {
                let present = client.database_user(&self.project, &user.username).await?;
                let is_ours = present.as_ref().is_some_and(is_ours);
                return Ok(if is_ours {
                    Done::Found
                } else {
                    Done::Changed { unclear: false }
                });
            }
            Err(error) => return Err(error),
        }
        self.read_back(user, client).await
    }

    async fn update<T: Transport>(
        &self,
        user: &WantedUser,
        was: &UserState,
        client: &Client<T>,
    ) -> Result<Done, Error> {
        let seen = |present: Option<&DatabaseUser>| match present {
            Some(present) if user.is(present) => Seen::InPlace(()),
            Some(present) if UserState::of(present) == *was => Seen::Before,
            _ => Seen::Other,
        };
        let present = client.database_user(&self.project, &user.username).await?;
        if let Some(done) = without_sending(seen(present.as_ref())) {
            return Ok(done);
        }
        let change = DatabaseUserChange {
            group_id: self.project.to_string(),
            database_name: EXTERNAL,
            username: user.username.clone(),
            roles: user.roles.clone(),
            scopes: user.scopes.clone(),
            description: user.description.clone(),
        };
        let updated = client.update_database_user(&self.project, &change, seen);
        match updated.await? {
            Settled::Written(()) => self.read_back(user, client).await,
            Settled::Changed { unclear } => Ok(Done::Changed { unclear }),
        }
    }

    async fn delete<T: Transport>(
        &self,
        username: &str,
        was: &UserState,
        client: &Client<T>,
    ) -> Result<Done, Error> {
        let seen = |present: Option<&DatabaseUser>| match present {
            None => Seen::InPlace(()),
            Some(present) if UserState::of(present) == *was => Seen::Before,
            Some(_) => Seen::Other,
        };
        let present = client.database_user(&self.project, username).await?;
        if let Some(done) = without_sending(seen(present.as_ref())) {
            return Ok(done);
        }
        let deleted = client.delete_database_user(&self.project, username, seen);
        if let Settled::Changed { unclear } = deleted.await? {
            return Ok(Done::Changed { unclear });
        }
        let stored = client
            .database_user(&self.project, username)
            .await
            .map_err(unconfirmed)?;
        Ok(match stored {
            None => Done::Sent,
            Some(_) => different("Atlas accepted the deletion, but still has the user."),
        })
    }

    async fn read_back<T: Transport>(
        &self,
        user: &WantedUser,
        client: &Client<T>,
    ) -> Result<Done, Error> {
        let stored = client
            .database_user(&self.project, &user.username)
            .await
            .map_err(unconfirmed)?;
        Ok(match stored {
            Some(stored) if user.is(&stored) => Done::Sent,
            Some(_) => {
                different("Atlas accepted the user, but stored other rights than were sent.")
            }
            None => different("Atlas accepted the user, but does not have it under this name."),
        })
    }
}

/// The authorities of the bundle that Atlas has; none when self-managed X.509 is off.
pub(super) async fn read_bundle(
    security: &UserSecurity,
    read: &impl AsyncFn(&str) -> Result<Vec<Authority>, Error>,
) -> Result<Vec<Authority>, Error> {
    match security.customer_x509.bundle() {
        Some(pem) => read(pem).await,
        None => Ok(Vec::new()),
    }
}

fn authorities(removed: &[Removed]) -> Vec<Authority> {
    removed
        .iter()
        .map(|removed| removed.authority.clone())
        .collect()
}

/// How a step comes out that need not, or must not, be sent.
fn without_sending(seen: Seen) -> Option<Done> {
    match seen {
        Seen::InPlace(()) => Some(Done::Found),
        Seen::Before => None,
        Seen::Other => Some(Done::Changed { unclear: false }),
    }
}

/// The write was accepted; only reading it back failed.
fn unconfirmed(reading: Error) -> Error {
    Error::Unsettled {
        first: Box::new(reading.clone()),
        reading: Box::new(reading),
    }
}

fn different(what: &str) -> Done {
    Done::Different(Explanation {
        what: what.to_owned(),
        next: "Press Try again: what Atlas has now is read first, and shown if it differs."
            .to_owned(),
        ..Explanation::default()
    })
}
