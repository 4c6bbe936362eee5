//! The result as plain data: the report, and what a screen shows beside it.

use std::collections::HashMap;

use super::{Case, CertificateCase, ClientCase};
use crate::{
    Certificate, Timestamp,
    certificate::describe,
    findings, input,
    name::friendly,
    report::{CertificateEntry, Client, Finding, Judgement, Report, SCHEMA, Sha256},
    view::{
        AuthorityNode, ClientDetails, Details, FileDetails, KeyDetails, Validity, ValidityState,
        View,
    },
};

/// How soon before its end a certificate deserves a warning. Atlas alerts 30 days before a CA
/// expires.
pub(crate) const ENDS_SOON_DAYS: i64 = 30;

/// How many authorities of one name are looked at to find the one above another: enough for every
/// honest bundle, and too few to make a dishonest one slow.
const MAX_PARENTS: usize = 64;

/// How deep the forest may grow; what stands deeper is put beside the roots. No chain is longer than
/// 102, and a screen that draws a tree should not have to fear for its stack.
const MAX_TREE_DEPTH: usize = 102;

/// What mongod writes before OpenSSL's words when it refuses a client.
const MONGOD_LOG: &str = "SSL peer certificate validation failed: ";

/// What to call a certificate in a sentence.
pub(crate) fn title(certificate: &Certificate) -> String {
    let subject = certificate.subject();
    friendly::common_name(subject)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| {
            if subject.is_empty() {
                "(no subject)".to_owned()
            } else {
                subject.rfc2253()
            }
        })
}

/// Writes a certificate down for reading.
pub(super) fn details(held: &CertificateCase, at: Timestamp) -> Details {
    let certificate = &held.certificate;
    Details {
        title: title(certificate),
        sources: held
            .places
            .iter()
            .map(|place| place.source.clone())
            .collect(),
        version: describe::version(certificate),
        serial: hex(certificate.serial(), ""),
        subject: friendly::rows(certificate.subject()),
        issuer: friendly::rows(certificate.issuer()),
        validity: validity(certificate, at),
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
        sha256: hex(&certificate.sha256().0, ":"),
        sha1: hex(&certificate.sha1(), ":"),
        extensions: describe::extensions(certificate),
        pem: input::to_pem(certificate.der()),
        invalid: certificate
            .extensions()
            .invalid
            .iter()
            .map(describe::invalid)
            .collect(),
    }
}

/// Two digits an octet, in upper case where they are separated, as fingerprints are shown.
fn hex(octets: &[u8], separator: &str) -> String {
    let digits: Vec<String> = octets
        .iter()
        .map(|octet| {
            if separator.is_empty() {
                format!("{octet:02x}")
            } else {
                format!("{octet:02X}")
            }
        })
        .collect();
    digits.join(separator)
}

/// Where `at` lies in a certificate's time.
pub(crate) fn validity(certificate: &Certificate, at: Timestamp) -> Validity {
    let (not_before, not_after) = certificate.validity();
    let (Some(from), Some(to)) = (not_before, not_after) else {
        return Validity {
            not_before,
            not_after,
            days_left: not_after.map(|to| at.days_until(to)),
            elapsed_percent: None,
            state: ValidityState::Unreadable,
        };
    };
    let days_left = at.days_until(to);
    let state = if from > at {
        ValidityState::NotYet
    } else if to <= at {
        ValidityState::Expired
    } else if days_left < ENDS_SOON_DAYS {
        ValidityState::EndsSoon
    } else {
        ValidityState::Valid
    };
    let whole = (to.unix() - from.unix()).max(1);
    let over = (at.unix() - from.unix()).clamp(0, whole);
    let elapsed_percent = u8::try_from(over.saturating_mul(100) / whole).ok();
    Validity {
        not_before,
        not_after,
        days_left: Some(days_left),
        elapsed_percent,
        state,
    }
}

/// Puts everything together.
pub(super) fn view(case: &Case, findings: Vec<Finding>, certificates: Vec<Details>) -> View {
    let clients = case
        .clients
        .iter()
        .map(|client| client_details(case, client, &findings))
        .collect();
    let report = Report {
        schema: SCHEMA,
        at: case.profile.at,
        level: case.profile.level.number(),
        clients: case
            .clients
            .iter()
            .map(|client| client_entry(case, client))
            .collect(),
        certificates: case.certificates.iter().map(entry).collect(),
        findings,
    };
    View {
        report,
        certificates,
        clients,
        authorities: forest(case),
        keys: case
            .keys
            .iter()
            .filter_map(|key| {
                let private = case.private_key(key)?;
                Some(KeyDetails {
                    source: case.files[key.file].file.contents.blocks[key.block]
                        .source
                        .clone(),
                    kind: private.kind().clone(),
                    encrypted: private.is_encrypted(),
                    certificates: key.certificates.clone(),
                })
            })
            .collect(),
        files: case
            .files
            .iter()
            .map(|file| FileDetails {
                name: file.file.contents.name.clone(),
                bytes: file.file.contents.size,
                certificates: file.certificates.clone(),
            })
            .collect(),
    }
}

fn entry(held: &CertificateCase) -> CertificateEntry {
    let certificate = &held.certificate;
    let source = held.source();
    let (not_before, not_after) = certificate.validity();
    CertificateEntry {
        sha256: certificate.sha256(),
        file: source.file.clone(),
        line: source.line,
        role: held.role,
        subject: certificate.subject().rfc2253(),
        issuer: certificate.issuer().rfc2253(),
        serial: hex(certificate.serial(), ""),
        not_before,
        not_after,
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
    }
}

fn client_entry(case: &Case, client: &ClientCase) -> Client {
    let leaf = client.leaf.map(|leaf| case.certificate(leaf));
    let judgement = |judged: &Option<super::Judged>| match judged {
        Some(judged) => judged.judgement(case),
        // What cannot be read is not let in.
        None => Judgement {
            accepted: Some(false),
            ..Judgement::default()
        },
    };
    let derived = leaf.map(|leaf| leaf.subject().user_name());
    let (username, username_error) = match derived {
        Some(Ok(name)) => (Some(name), None),
        Some(Err(reason)) => (None, Some(reason.to_string())),
        None => (None, None),
    };
    Client {
        file: case.file_name(client.file).to_owned(),
        leaf: leaf.map(Certificate::sha256),
        subject_openssl: leaf.map(|leaf| leaf.subject().rfc2253()),
        judgement: judgement(&client.sends_all),
        parse_error: client.leaf.is_none().then(|| parse_error(case, client)),
        leaf_only: judgement(&client.sends_leaf),
        username,
        username_error,
    }
}

/// Why a client has no certificate.
fn parse_error(case: &Case, client: &ClientCase) -> String {
    match client.unreadable.map(|index| &case.unreadable[index]) {
        Some(block) => match block.source.line {
            Some(line) => format!(
                "the certificate that begins on line {line} cannot be read: {}",
                block.error
            ),
            None => format!("the certificate cannot be read: {}", block.error),
        },
        None => "there is no certificate in the file that can be read".to_owned(),
    }
}

fn client_details(case: &Case, client: &ClientCase, found: &[Finding]) -> ClientDetails {
    let accepted =
        |judged: &Option<super::Judged>| judged.as_ref().and_then(|judged| judged.accepted);
    let must_send = match &client.sends_all {
        Some(all) if all.accepted == Some(true) && accepted(&client.sends_leaf) == Some(false) => {
            all.path[1..all.untrusted.clamp(1, all.path.len())].to_vec()
        }
        _ => Vec::new(),
    };
    let other_level = client
        .other_level
        .as_ref()
        .filter(|other| other.accepted != accepted(&client.sends_all))
        .map(|other| (case.profile.level.other().number(), other.accepted));
    let mongod_log = client
        .sends_all
        .as_ref()
        .and_then(|all| all.final_error)
        .map(|error| format!("{MONGOD_LOG}{}", error.code.text()));
    let leaf_sha256: Option<Sha256> = client.leaf.map(|leaf| case.certificate(leaf).sha256());
    ClientDetails {
        title: match client.leaf {
            Some(leaf) => title(case.certificate(leaf)),
            None => case.file_name(client.file).to_owned(),
        },
        leaf: client.leaf,
        must_send,
        other_level,
        mongod_log,
        key: case.keys.iter().position(|key| {
            client
                .leaf
                .is_some_and(|leaf| key.certificates.contains(&leaf))
        }),
        reasons: leaf_sha256
            .map(|leaf| findings::reasons(found, leaf))
            .unwrap_or_default(),
    }
}

/// The bundle as a forest, with the clients where they hang.
fn forest(case: &Case) -> Vec<AuthorityNode> {
    let mut by_subject: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (index, held) in case.authorities() {
        by_subject
            .entry(held.certificate.subject().canonical())
            .or_default()
            .push(index);
    }
    let parent_of =
        |index: usize| {
            let child = case.certificate(index);
            if child.is_self_signed() {
                return None;
            }
            let candidates = by_subject.get(child.issuer().canonical())?;
            candidates.iter().take(MAX_PARENTS).copied().find(|parent| {
                *parent != index && child.is_likely_issued_by(case.certificate(*parent))
            })
        };
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut roots = Vec::new();
    let mut parents: HashMap<usize, usize> = HashMap::new();
    for index in &case.bundle {
        match parent_of(*index) {
            // A ring of authorities that certify each other has no top; it is cut where it closes.
            Some(parent) if !is_below(&parents, parent, *index) => {
                parents.insert(*index, parent);
                children.entry(parent).or_default().push(*index);
            }
            _ => roots.push(*index),
        }
    }
    let mut clients: HashMap<usize, Vec<usize>> = HashMap::new();
    for (number, client) in case.clients.iter().enumerate() {
        let chain = client
            .sends_all
            .iter()
            .flat_map(|judged| judged.path.iter().skip(1));
        let above = chain.copied().find(|index| case.is_in_bundle(*index));
        let issuer = above.or_else(|| client.leaf.and_then(parent_of));
        if let Some(issuer) = issuer {
            clients.entry(issuer).or_default().push(number);
        }
    }
    build(&roots, &mut children, &mut clients)
}

/// Whether `index` stands somewhere below `top`.
fn is_below(parents: &HashMap<usize, usize>, index: usize, top: usize) -> bool {
    let mut at = Some(index);
    while let Some(here) = at {
        if here == top {
            return true;
        }
        at = parents.get(&here).copied();
    }
    false
}

/// Turns the relation into nodes, without recursion: a chain may be as long as the bundle.
fn build(
    roots: &[usize],
    children: &mut HashMap<usize, Vec<usize>>,
    clients: &mut HashMap<usize, Vec<usize>>,
) -> Vec<AuthorityNode> {
    let node = |certificate: usize, clients: &mut HashMap<usize, Vec<usize>>| AuthorityNode {
        certificate,
        children: Vec::new(),
        clients: clients.remove(&certificate).unwrap_or_default(),
    };
    // Each with its parent's position and its depth.
    let mut order: Vec<(usize, Option<usize>, usize)> =
        roots.iter().map(|root| (*root, None, 1)).collect();
    let mut at = 0;
    while let Some((certificate, _, depth)) = order.get(at).copied() {
        let below = children.remove(&certificate).unwrap_or_default();
        let (parent, depth) = if depth < MAX_TREE_DEPTH {
            (Some(at), depth + 1)
        } else {
            (None, 1)
        };
        order.extend(below.into_iter().map(|child| (child, parent, depth)));
        at += 1;
    }
    // From the bottom up, so that every node is whole when it goes to its parent.
    let mut nodes: Vec<Option<AuthorityNode>> = order
        .iter()
        .map(|(certificate, ..)| Some(node(*certificate, clients)))
        .collect();
    let mut forest = Vec::new();
    for position in (0..order.len()).rev() {
        let Some(mut whole) = nodes[position].take() else {
            continue;
        };
        whole.children.reverse();
        match order[position].1.and_then(|parent| nodes[parent].as_mut()) {
            Some(parent) => parent.children.push(whole),
            None => forest.push(whole),
        }
    }
    forest.reverse();
    forest
}
