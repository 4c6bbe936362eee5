//! What can be chosen in the last step: the users that can log in, and the clusters they can go to.

use std::collections::BTreeMap;

use atlas::{
    connect::ConnectionString,
    types::{DatabaseUser, ScopeType},
};

use pki::name::derived::not_derived;

use crate::{
    change::{facts::Facts, wanted::UserName},
    words,
};

/// A user of self-managed X.509 that Atlas has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Login {
    pub(super) name: String,
    /// The client certificate that it belongs to, as an index into the view's, if it is here.
    pub(super) client: Option<usize>,
    /// The clusters it is limited to; empty is every one.
    pub(super) only: Vec<String>,
}

/// Those whose certificate is here come first, in its order, then the others by name, at last those
/// whose names hardly a certificate has.
pub(super) fn logins(given: &[UserName], users: &BTreeMap<&str, &DatabaseUser>) -> Vec<Login> {
    let login = |user: &DatabaseUser, client| Login {
        name: user.username.clone(),
        client,
        only: user
            .scopes
            .iter()
            .filter(|scope| scope.kind == ScopeType::Cluster)
            .map(|scope| scope.name.clone())
            .collect(),
    };
    let here = given.iter().filter_map(|given| {
        let user = users.get(&*given.name)?;
        Some(login(user, given.clients.first().copied()))
    });
    let elsewhere = users
        .values()
        .filter(|user| !given.iter().any(|given| given.name == user.username));
    let (unlikely, likely): (Vec<&DatabaseUser>, Vec<&DatabaseUser>) =
        elsewhere.partition(|user| not_derived(&user.username).is_some());
    let elsewhere = likely.into_iter().chain(unlikely);
    here.chain(elsewhere.map(|user| login(user, None)))
        .collect()
}

/// A cluster and the ways to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) cluster: String,
    /// Each with what to call it. Empty while the cluster is being made.
    pub(super) ways: Vec<(String, ConnectionString)>,
}

/// Every cluster, flex ones too.
pub(super) fn places(facts: &Facts) -> Vec<Place> {
    let names = facts.cluster_names().into_iter();
    names
        .map(|name| Place {
            cluster: name.to_owned(),
            ways: named(facts.ways(name)),
        })
        .collect()
}

/// A string in which every host is named is for programs that cannot ask DNS for them. Several of
/// one kind are numbered.
fn named(strings: Vec<ConnectionString>) -> Vec<(String, ConnectionString)> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    strings
        .into_iter()
        .map(|string| {
            let mut name = string.way.to_string();
            if !string.srv {
                name.push_str(", every host listed");
            }
            let number = seen.entry(name.clone()).or_default();
            *number += 1;
            if *number > 1 {
                name = format!("{name} ({number})");
            }
            (name, string)
        })
        .collect()
}

/// The sentence that a user does not get to a cluster, if it does not.
pub(super) fn kept_out(login: &Login, cluster: &str) -> Option<String> {
    if login.only.is_empty() || login.only.iter().any(|name| name == cluster) {
        return None;
    }
    Some(format!(
        "This user can't connect to {cluster}, only to {}.",
        words::list(&login.only)
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::connect::Way;

    use super::*;

    #[test]
    fn ways_of_one_kind_are_told_apart() {
        let string = |way, srv| ConnectionString {
            way,
            srv,
            uri: String::new(),
        };
        let names: Vec<String> = named(vec![
            string(Way::Public, true),
            string(Way::Public, false),
            string(Way::PrivateEndpoint, true),
            string(Way::PrivateEndpoint, true),
        ])
        .into_iter()
        .map(|(name, _)| name)
        .collect();
        assert_eq!(
            names,
            [
                "Public",
                "Public, every host listed",
                "Private endpoint",
                "Private endpoint (2)"
            ]
        );
    }

    #[test]
    fn a_user_limited_to_other_clusters_is_told() {
        let login = |only: &[&str]| Login {
            name: String::new(),
            client: None,
            only: only.iter().map(|&name| name.to_owned()).collect(),
        };
        assert_eq!(kept_out(&login(&[]), "a"), None);
        assert_eq!(kept_out(&login(&["b", "a"]), "a"), None);
        assert_eq!(
            kept_out(&login(&["b", "c"]), "a").as_deref(),
            Some("This user can't connect to a, only to b and c.")
        );
    }

    #[test]
    fn a_name_that_hardly_a_certificate_has_is_not_the_first_to_be_chosen() {
        let user = |name: &str| -> DatabaseUser {
            serde_json::from_value(serde_json::json!({
                "username": name, "databaseName": "$external", "x509Type": "CUSTOMER",
            }))
            .unwrap()
        };
        let all = ["C=US, O=Acme, CN=a", "CN=b,O=Acme", "CN=c,O=Acme"].map(user);
        let users = all.iter().map(|user| (&*user.username, user)).collect();
        let names: Vec<String> = logins(&[], &users)
            .into_iter()
            .map(|login| login.name)
            .collect();
        assert_eq!(names, ["CN=b,O=Acme", "CN=c,O=Acme", "C=US, O=Acme, CN=a"]);
    }

    #[test]
    fn without_certificates_every_user_of_the_project_can_be_chosen() {
        let user: DatabaseUser = serde_json::from_value(serde_json::json!({
            "username": "CN=a", "databaseName": "$external", "x509Type": "CUSTOMER",
            "scopes": [{"name": "orders", "type": "CLUSTER"}, {"name": "lake", "type": "DATA_LAKE"}],
        }))
        .unwrap();
        let users = BTreeMap::from([("CN=a", &user)]);
        assert_eq!(
            logins(&[], &users),
            [Login {
                name: "CN=a".to_owned(),
                client: None,
                only: vec!["orders".to_owned()],
            }]
        );
    }
}
