//! Asking Atlas what it has in a project, and the engine what is in its bundle.

use atlas::{
    Error,
    error::Explanation,
    plan::{Authority, Present},
    types::Project,
};
use futures_util::future::{join4, join5};
use pki::message;

use crate::{
    api::Client,
    change::facts::{Answer, Facts, authority},
    engine::Engine,
};

/// Asks everything at once. `Err` when the bundle or the users could not be read, for another
/// reason than the role: nothing can be set up then until that is mended.
pub(crate) async fn of_project(
    client: &Client,
    engine: &Engine,
    project: &Project,
) -> Result<Facts, Explanation> {
    let id = &project.id;
    let first = join4(
        client.user_security(id),
        client.database_users(id),
        client.clusters(id),
        client.flex_clusters(id),
    );
    let second = join5(
        client.access_list(id),
        client.custom_roles(id),
        client.open_alerts(id),
        client.alert_configs(id),
        client.user_limit(id),
    );
    let ((security, users, clusters, flex), (access_list, roles, alerts, configs, limit)) =
        futures_util::future::join(first, second).await;
    let failed = [security.as_ref().err(), users.as_ref().err()];
    if let Some(error) = failed
        .into_iter()
        .flatten()
        .find(|error| !error.is_role_too_low())
    {
        return Err(error.explain());
    }
    let bundle = security.as_ref().ok();
    let bundle = match bundle.and_then(|security| security.customer_x509.bundle()) {
        Some(pem) => found(engine, pem).await.map_err(|error| error.explain())?,
        None => Vec::new(),
    };
    let ends = bundle
        .iter()
        .filter_map(|found| Some((found.sha256.to_string(), found.not_after?)))
        .collect();
    let present = match (&security, &users) {
        (Ok(security), Ok(users)) => {
            let authorities = bundle.into_iter().map(authority).collect();
            Some(Present::new(security.clone(), users.clone(), authorities))
        }
        _ => None,
    };
    Ok(Facts {
        project: project.clone(),
        security: explained(security),
        users: explained(users),
        clusters: explained(clusters),
        flex_clusters: explained(flex),
        access_list: explained(access_list),
        custom_roles: explained(roles),
        alerts: explained(alerts),
        alert_configs: explained(configs),
        user_limit: limit.ok().map(|limit| limit.value),
        present,
        ends,
    })
}

fn explained<T>(answer: Result<T, Error>) -> Answer<T> {
    answer.map_err(|error| error.explain())
}

/// The authorities in a bundle as Atlas has it, read by the engine. One that has ended is started
/// anew.
pub(crate) async fn authorities(engine: &Engine, pem: &str) -> Result<Vec<Authority>, Error> {
    let found = found(engine, pem).await?;
    Ok(found.into_iter().map(authority).collect())
}

async fn found(engine: &Engine, pem: &str) -> Result<Vec<message::Authority>, Error> {
    let first = engine.authorities(pem.to_owned()).await;
    let found = match first {
        Ok(found) => Ok(found),
        Err(_) => engine.authorities(pem.to_owned()).await,
    };
    found.map_err(|lost| Error::BundleNotRead {
        reason: lost.sentence().to_owned(),
    })
}
