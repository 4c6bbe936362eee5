//! Why a client was refused: what its certificate, its user, the cluster, the network access list and the
//! access history say together, as an ordered list of causes. The first is the answer.
//!
//! A login goes a way: to the cluster, through the network access list, the handshake, the verdict on the
//! certificate, the user, and what the user may do. Causes are told in that order, those that are certain
//! before those that are only possible.

mod cluster;
#[cfg(test)]
mod tests;
mod user;

pub(crate) use cluster::is_pending;

use atlas::{
    apply::ClusterProgress,
    history::{Histories, Reason, Seen},
};
use pki::{
    Timestamp,
    view::{GetsIn, View, Why},
};

use super::facts::Facts;
use crate::words;

/// What is known of the client, and what it wanted.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) certificate: &'a Certificate,
    pub(crate) facts: &'a Facts,
    pub(crate) cluster: &'a str,
    /// Empty: none in particular.
    pub(crate) database: &'a str,
    /// How far the clusters are with the last change, as far as they were asked.
    pub(crate) clusters: &'a [ClusterProgress],
    pub(crate) histories: Option<&'a Histories>,
    pub(crate) now: Timestamp,
}

/// A client's certificate, as far as a login depends on it: judged against the bundle as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate {
    /// What to call it.
    pub(crate) title: String,
    pub(crate) username: Option<String>,
    pub(crate) gets_in: GetsIn,
    /// Why it does not get in, out of the findings.
    pub(crate) told: Option<Told>,
    /// Whether its key can be used with each version of TLS.
    pub(crate) tls12: Option<bool>,
    pub(crate) tls13: Option<bool>,
    pub(crate) key: String,
    /// Whether it is accepted only with what its file holds beside it.
    pub(crate) must_send: bool,
}

/// What is so, what it means, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) what: String,
    pub(crate) means: String,
    pub(crate) then: String,
}

/// How sure it is that something keeps the client out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Sure {
    /// It alone is enough.
    Certain,
    Likely,
    Possible,
}

/// Something that keeps a client out, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cause {
    pub(crate) sure: Sure,
    pub(crate) what: String,
    pub(crate) means: String,
    pub(crate) then: String,
}

impl Cause {
    fn new(
        sure: Sure,
        what: impl Into<String>,
        means: impl Into<String>,
        then: impl Into<String>,
    ) -> Self {
        Self {
            sure,
            what: what.into(),
            means: means.into(),
            then: then.into(),
        }
    }
}

impl Certificate {
    /// Of a client, by its index. `view` is best that of the bundle as it is.
    pub(crate) fn of(view: &View, client: usize) -> Option<Self> {
        let (report, details) = (view.report.clients.get(client)?, view.clients.get(client)?);
        let finding = details.reasons.first();
        let finding = finding.and_then(|index| view.report.findings.get(*index));
        let key = details.leaf.and_then(|leaf| view.certificates.get(leaf));
        let accepted = report.judgement.accepted == Some(true);
        Some(Self {
            title: details.title.clone(),
            username: report.username.clone(),
            gets_in: details.gets_in,
            told: finding.map(|finding| Told {
                what: finding.message.clone(),
                means: finding.meaning.clone(),
                then: finding.fix.clone(),
            }),
            tls12: report.handshake.tls12,
            tls13: report.handshake.tls13,
            key: key.map_or_else(String::new, |certificate| certificate.key.clone()),
            must_send: accepted && report.leaf_only.accepted == Some(false),
        })
    }
}

/// What keeps the client out, the surest first.
pub(crate) fn causes(asked: &Asked<'_>) -> Vec<Cause> {
    let mut causes = Vec::new();
    cluster::state(asked, &mut causes);
    cluster::network(asked, &mut causes);
    cluster::handshake(asked, &mut causes);
    verdict(asked, &mut causes);
    user::user(asked, &mut causes);
    cluster::pending(asked, &mut causes);
    history(asked, &mut causes);
    // Stable: those that are as sure stay in the order of a login.
    causes.sort_by_key(|cause| cause.sure);
    causes
}

/// What the certificate itself keeps out.
fn verdict(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let certificate = asked.certificate;
    let is_off = asked
        .facts
        .security
        .as_ref()
        .is_ok_and(|security| security.customer_x509.bundle().is_none());
    if is_off {
        causes.push(Cause::new(
            Sure::Certain,
            format!("Self-managed X.509 is off in {}.", asked.facts.project.name),
            "The project has no CA bundle, so its clusters take no certificate of yours.",
            "Add your authority in Setup, or under Authorities.",
        ));
        return;
    }
    if asked.facts.security.is_err() {
        causes.push(Cause::new(
            Sure::Possible,
            "We can't tell whether the project trusts the authority of this certificate.",
            "Only a Project Owner may read the CA bundle.",
            "Ask a Project Owner to open this page with the same file.",
        ));
        return;
    }
    let sure = match certificate.gets_in {
        // The bundle is Atlas's own here, however the file looked that it was given in.
        GetsIn::Yes | GetsIn::No(Why::Bundle) => {
            if certificate.must_send {
                causes.push(Cause::new(
                    Sure::Possible,
                    "The client must send its intermediate certificates along.",
                    "With its own certificate alone it's refused. Some drivers send only the first certificate of their file.",
                    "Put the intermediates after the client's certificate in its PEM file, or add them to the bundle.",
                ));
            }
            return;
        }
        // A version of TLS is told with the handshake.
        GetsIn::No(Why::Handshake) if certificate.tls12 == Some(true) => return,
        GetsIn::No(_) => Sure::Certain,
        GetsIn::Unknown => Sure::Possible,
    };
    let told = certificate.told.clone().unwrap_or_else(|| Told {
        what: format!(
            "The cluster refuses the certificate of {}.",
            certificate.title
        ),
        means: "It doesn't verify against the project's bundle.".to_owned(),
        then: "Open it in Check to see why.".to_owned(),
    });
    causes.push(Cause::new(sure, told.what, told.means, told.then));
}

/// What the cluster itself said, where nothing else explains it.
fn history(asked: &Asked<'_>, causes: &mut Vec<Cause>) {
    let Some(seen) = last_refusal(asked) else {
        return;
    };
    if causes.iter().any(|cause| cause.sure == Sure::Certain) {
        return;
    }
    let reason = Reason::of(&seen.reason);
    causes.push(Cause::new(
        Sure::Likely,
        format!("{} {}", said(&seen), reason.what),
        reason.means,
        reason.then,
    ));
}

/// The refusal that this client met last on the cluster, unless it got in later.
fn last_refusal(asked: &Asked<'_>) -> Option<Seen> {
    let histories = asked.histories?;
    let history = histories.of(asked.cluster)?.as_ref().ok()?;
    let person = history.person(asked.certificate.username.as_ref()?)?;
    let refusal = history.seen(asked.cluster, person.refusal?)?;
    let login = person
        .login
        .and_then(|login| history.attempts().get(login)?.at);
    (login.is_none() || refusal.at > login).then_some(refusal)
}

/// When this client logged in to the cluster last, if it was not refused since.
pub(crate) fn last_login(asked: &Asked<'_>) -> Option<Seen> {
    let history = asked.histories?.of(asked.cluster)?.as_ref().ok()?;
    let person = history.person(asked.certificate.username.as_ref()?)?;
    let login = history.seen(asked.cluster, person.login?)?;
    last_refusal(asked).is_none().then_some(login)
}

/// `orders refused it on 29 November 2026, 10:15 UTC, from 203.0.113.22.`
fn said(seen: &Seen) -> String {
    let at = seen
        .at
        .map(|at| format!(" on {}", words::moment(Timestamp::from_unix(at))));
    format!(
        "{} refused it{}, from {}.",
        seen.cluster,
        at.unwrap_or_default(),
        if seen.address.is_empty() {
            "an address that Atlas doesn't tell"
        } else {
            &seen.address
        }
    )
}
