//! What the cluster itself keeps out: because it does not run, is not reached, wants another version of TLS,
//! or has not taken up the last change.

use atlas::{
    types::{AccessListEntry, ChangeStatus, Cluster, ClusterState, TlsVersion},
    words::DATABASE_ACCESS_MENU,
};
use pki::Timestamp;

use super::{Asked, Cause, Sure};

/// Every address, in both versions of IP.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];

fn cluster<'a>(asked: &Asked<'a>) -> Option<&'a Cluster> {
    let mut clusters = asked.facts.clusters.as_ref().ok()?.iter();
    clusters.find(|cluster| cluster.name == asked.cluster)
}

fn is_flex(asked: &Asked<'_>) -> bool {
    let flex = asked.facts.flex_clusters.iter().flatten();
    flex.into_iter()
        .any(|cluster| cluster.name == asked.cluster)
}

/// Whether it runs.
pub(super) fn state(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let name = asked.cluster;
    if is_flex(asked) {
        causes.push(Cause::new(
            Sure::Possible,
            format!("{name} is a flex cluster."),
            "Atlas runs flex clusters for many customers and doesn't tell whether one has taken up your bundle.",
            "Try the same client on a dedicated cluster (M10 or larger).",
        ));
    }
    let Some(cluster) = cluster(asked) else {
        return;
    };
    let (what, means, then) = match &cluster.state_name {
        _ if cluster.paused => (
            format!("{name} is paused."),
            "Nobody can connect to it, whatever the certificate.",
            "Resume it in Atlas. It then takes up the bundle and the users.",
        ),
        Some(ClusterState::Creating) => (
            format!("Atlas is still creating {name}."),
            "Nobody can connect to it yet.",
            "Wait until Atlas says that it is ready.",
        ),
        Some(ClusterState::Deleting) => (
            format!("{name} is being deleted."),
            "Nobody can connect to it any more.",
            "Use the connection string of another cluster.",
        ),
        _ => return,
    };
    causes.push(Cause::new(Sure::Certain, what, means, then));
}

/// Whether it can be reached.
pub(super) fn network(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let Ok(list) = &asked.facts.access_list else {
        return;
    };
    let open: Vec<&AccessListEntry> = list
        .iter()
        .filter(|entry| !has_ended(entry, asked.now))
        .collect();
    let has_endpoint = cluster(asked)
        .is_some_and(|cluster| !cluster.connection_strings.private_endpoint.is_empty());
    let add = format!("Add the client's address in Atlas, under {DATABASE_ACCESS_MENU}.");
    if open.is_empty() {
        let what = if list.is_empty() {
            "The network access list is empty."
        } else {
            "Every entry of the network access list has ended."
        };
        causes.push(if has_endpoint {
            let means = format!(
                "Only clients that use a private endpoint reach {}. All others time out.",
                asked.cluster
            );
            let then = format!(
                "Use the connection string of the private endpoint, or: {}",
                lower(&add)
            );
            Cause::new(Sure::Likely, what, means, then)
        } else {
            let means = "No client reaches the cluster, whatever its certificate: it times out.";
            Cause::new(Sure::Certain, what, means, add)
        });
        return;
    }
    let is_everywhere = open.iter().any(|entry| EVERYWHERE.contains(&entry.named()));
    if is_everywhere || has_come(asked) {
        return;
    }
    let names: Vec<&str> = open.iter().map(|entry| entry.named()).collect();
    let ended = list.len() - open.len();
    let mut what = "The client's address may not be on the network access list.".to_owned();
    if ended > 0 {
        what.push_str(match ended {
            1 => " One entry of it has ended.",
            _ => " Some of its entries have ended.",
        });
    }
    causes.push(Cause::new(
        Sure::Possible,
        what,
        format!(
            "From other addresses than {} a client can't connect and times out, with a good certificate too.",
            crate::words::a_few(&names)
        ),
        add,
    ));
}

/// Whether the client has come as far as the login, so that it reaches the cluster.
fn has_come(asked: &Asked<'_>) -> bool {
    let name = asked.certificate.username.as_deref();
    let history = asked
        .histories
        .and_then(|histories| histories.of(asked.cluster)?.as_ref().ok());
    name.zip(history)
        .is_some_and(|(name, history)| history.person(name).is_some())
}

fn has_ended(entry: &AccessListEntry, now: Timestamp) -> bool {
    let end = entry.delete_after_date.as_deref();
    let end = end.and_then(|end| Timestamp::parse_rfc3339(end).ok());
    end.is_some_and(|end| end <= now)
}

/// A sentence that stands behind a colon.
fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Whether client and cluster can agree on a version of TLS.
pub(super) fn handshake(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let wants_13 = cluster(asked).is_some_and(|cluster| {
        let least = &cluster.advanced_configuration.minimum_enabled_tls_protocol;
        *least == Some(TlsVersion::Tls13)
    });
    let certificate = asked.certificate;
    // A key that no version takes is told with the verdict.
    if certificate.tls13 != Some(false) || certificate.tls12 != Some(true) {
        return;
    }
    let key = match &*certificate.key {
        "" => "key like this".to_owned(),
        key => format!("{key} key"),
    };
    let then = "Issue a certificate for a new key, on P-256 or RSA with 2,048 bits or more, with the same subject: the user stays as it is.";
    causes.push(if wants_13 {
        Cause::new(
            Sure::Certain,
            format!(
                "{} asks for TLS 1.3, and a {key} can't be used with it.",
                asked.cluster
            ),
            "The client has nothing to sign the handshake with, so it sends no certificate.",
            format!("{then} Or let the cluster take TLS 1.2."),
        )
    } else {
        Cause::new(
            Sure::Likely,
            format!("A {key} can be used with TLS 1.2 only."),
            format!(
                "Most clients offer TLS 1.3, which {} takes too. Then the client sends no certificate.",
                asked.cluster
            ),
            then,
        )
    });
}

/// Whether it has taken up the last change.
pub(super) fn pending(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    if is_pending(asked) {
        causes.push(Cause::new(
            Sure::Likely,
            format!("{} hasn't taken up the last change yet (PENDING).", asked.cluster),
            "Until it has, it knows the bundle and the users as they were before: a new user can't log in.",
            "Wait some minutes, then let the client try again.",
        ));
    }
}

/// Whether it said so when it was asked last.
pub(crate) fn is_pending(asked: &Asked<'_>) -> bool {
    let mut clusters = asked.clusters.iter();
    let progress = clusters.find(|cluster| cluster.name == asked.cluster);
    progress.is_some_and(|cluster| cluster.change == Some(ChangeStatus::Pending))
}
