//! The result as plain data: the report, and what a screen shows beside it.

use std::collections::HashMap;

use super::{Case, CertificateCase, ClientCase, case::KeyCase};
use crate::{
    Certificate, Name, Timestamp,
    certificate::describe,
    findings, hex, input,
    name::friendly,
    report::{self, CertificateEntry, Client, Finding, Judgement, Report, SCHEMA, Sha256},
    verify::Handshake,
    view::{
        AuthorityNode, ClientDetails, Details, FileDetails, GetsIn, KeyDetails, Validity,
        ValidityState, View, Why,
    },
    words::{cut, grouped},
};

/// How soon before its end a certificate deserves a warning. Atlas alerts 30 days before a CA
/// expires.
pub(crate) const ENDS_SOON_DAYS: i64 = 30;

/// How many authorities of one name are looked at to find the one above another: enough for every
/// honest bundle, and too few to make a dishonest one slow.
const MAX_PARENTS: usize = 16;

/// How deep the forest may grow; what stands deeper is put beside the roots. No chain is longer than
/// 102, and a screen that draws a tree should not have to fear for its stack.
const MAX_TREE_DEPTH: usize = 102;

/// What mongod writes before OpenSSL's words when it refuses a client.
const MONGOD_LOG: &str = "SSL peer certificate validation failed: ";

/// Characters of a title. No name that people use is longer.
const MAX_TITLE: usize = 200;

/// Characters that are shown of one that has more, and stands in several sentences.
const SHOWN_OF_LONG_TITLE: usize = 40;

/// Characters of a name in a report: far more than Atlas takes, and a name may have a million.
const MAX_PRINTED: usize = 1 << 16;

/// What to call a certificate in a sentence: its common name, else its whole subject.
pub fn title(certificate: &Certificate) -> String {
    title_of(certificate, &printed(certificate.subject()))
}

/// The same; `printed` is its subject as openssl prints it.
pub(super) fn title_of(certificate: &Certificate, printed: &str) -> String {
    let subject = certificate.subject();
    let title = friendly::common_name(subject)
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| {
            if subject.is_empty() {
                "(no subject)".to_owned()
            } else {
                printed.to_owned()
            }
        });
    let characters = title.chars().take(MAX_PRINTED + 1).count();
    if characters <= MAX_TITLE {
        return title;
    }
    let count = match characters {
        ..=MAX_PRINTED => grouped(characters as u64),
        _ => format!("more than {}", grouped(MAX_PRINTED as u64)),
    };
    format!("{} ({count} characters)", cut(title, SHOWN_OF_LONG_TITLE))
}

/// A name as openssl prints it, for a report: of one that nobody can read, the beginning.
pub(super) fn printed(name: &Name) -> String {
    cut(name.rfc2253(), MAX_PRINTED)
}

/// Writes a certificate down for reading.
pub(super) fn details(held: &CertificateCase, at: Timestamp) -> Details {
    let certificate = &held.certificate;
    Details {
        title: held.title.clone(),
        sources: held
            .places
            .iter()
            .map(|place| place.source.clone())
            .collect(),
        version: describe::version(certificate),
        serial: hex::lower(certificate.serial()),
        subject: rows(certificate.subject()),
        issuer: rows(certificate.issuer()),
        validity: validity(certificate, at),
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
        sha256: hex::upper_with_colons(&certificate.sha256().0),
        sha1: hex::upper_with_colons(&certificate.sha1()),
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

/// The attributes of a name for reading; of a name with very many, the first ones.
fn rows(name: &Name) -> Vec<(String, String)> {
    let mut rows = friendly::rows(name, MAX_ROWS);
    let more = name.attribute_count().saturating_sub(MAX_ROWS);
    if more > 0 {
        rows.push(("…".to_owned(), format!("and {more} more")));
    }
    rows
}

/// Attributes of a name that are shown.
const MAX_ROWS: usize = 100;

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

/// The result being written down, a certificate or a client at a time.
#[derive(Debug)]
pub(super) struct Presenting {
    case: Box<Case>,
    findings: Vec<Finding>,
    reasons: HashMap<Sha256, Vec<usize>>,
    /// The findings that keep every client out, for a server loads nothing of the bundle.
    bundle_faults: Vec<usize>,
    /// The first private key that belongs to each certificate.
    keys: HashMap<usize, usize>,
    entries: Vec<CertificateEntry>,
    details: Vec<Details>,
    clients: Vec<Client>,
    client_details: Vec<ClientDetails>,
}

/// What was written down.
pub(super) enum Piece {
    Certificate { octets: usize },
    Client,
}

impl Presenting {
    pub(super) fn new(case: Box<Case>, findings: Vec<Finding>) -> Self {
        let mut keys = HashMap::new();
        // What is known comes before what is guessed.
        for is_encrypted in [false, true] {
            for (number, key) in case.keys.iter().enumerate() {
                if key.is_encrypted == is_encrypted {
                    for certificate in &key.certificates {
                        keys.entry(*certificate).or_insert(number);
                    }
                }
            }
        }
        Self {
            reasons: findings::reasons(&findings),
            bundle_faults: findings::of_bundle(&findings),
            findings,
            keys,
            entries: Vec::with_capacity(case.certificates.len()),
            details: Vec::with_capacity(case.certificates.len()),
            clients: Vec::with_capacity(case.clients.len()),
            client_details: Vec::with_capacity(case.clients.len()),
            case,
        }
    }

    /// Writes one thing down; `None` when everything is.
    pub(super) fn advance(&mut self) -> Option<Piece> {
        if let Some(held) = self.case.certificates.get(self.details.len()) {
            self.entries.push(entry(held));
            self.details.push(details(held, self.case.profile.at));
            let octets = held.certificate.der().len();
            return Some(Piece::Certificate { octets });
        }
        let client = self.case.clients.get(self.clients.len())?;
        self.clients.push(client_entry(&self.case, client));
        self.client_details.push(self.client_details(client));
        Some(Piece::Client)
    }

    /// Puts everything together.
    pub(super) fn finish(self) -> View {
        let case = &*self.case;
        View {
            authorities: forest(case),
            keys: case
                .keys
                .iter()
                .filter_map(|key| key_details(case, key))
                .collect(),
            files: case
                .files
                .iter()
                .map(|file| FileDetails {
                    name: file.file.contents.name.clone(),
                    bytes: file.file.contents.size,
                    certificates: file.certificates.clone(),
                    locked: file.file.contents.is_locked(),
                })
                .collect(),
            report: Report {
                schema: SCHEMA,
                at: case.profile.at,
                level: case.profile.level.number(),
                clients: self.clients,
                certificates: self.entries,
                findings: self.findings,
            },
            certificates: self.details,
            clients: self.client_details,
        }
    }
}

fn key_details(case: &Case, key: &KeyCase) -> Option<KeyDetails> {
    let private = case.private_key(key)?;
    Some(KeyDetails {
        source: case.files[key.file].file.contents.blocks[key.block]
            .source
            .clone(),
        kind: private.kind().clone(),
        encrypted: private.is_encrypted(),
        opened: private.is_opened(),
        certificates: key.certificates.clone(),
    })
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
        subject: held.printed.clone(),
        issuer: printed(certificate.issuer()),
        serial: hex::lower(certificate.serial()),
        not_before,
        not_after,
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
    }
}

fn client_entry(case: &Case, client: &ClientCase) -> Client {
    let leaf = client.leaf.map(|leaf| &case.certificates[leaf]);
    let judgement = |judged: &Option<super::Judged>| match judged {
        Some(judged) => judged.judgement(case),
        // What cannot be read is not let in.
        None => Judgement {
            accepted: Some(false),
            ..Judgement::default()
        },
    };
    let (username, username_error) = match leaf.map(|leaf| &leaf.user_name) {
        Some(Ok(name)) => (Some(name.clone()), None),
        Some(Err(reason)) => (None, Some(reason.to_string())),
        None => (None, None),
    };
    Client {
        file: case.file_name(client.file).to_owned(),
        leaf: leaf.map(|leaf| leaf.certificate.sha256()),
        subject_openssl: leaf.map(|leaf| leaf.printed.clone()),
        judgement: judgement(&client.sends_all),
        handshake: leaf
            .map(|leaf| handshake(&leaf.certificate))
            .unwrap_or_default(),
        parse_error: client.leaf.is_none().then(|| parse_error(case, client)),
        leaf_only: judgement(&client.sends_leaf),
        username,
        username_error,
    }
}

fn handshake(leaf: &Certificate) -> report::Handshake {
    let handshake = Handshake::of(leaf);
    report::Handshake {
        tls12: handshake.tls12(),
        tls13: handshake.tls13(),
        reason: handshake.reason(&describe::key(leaf)),
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

impl Presenting {
    /// What a screen shows of a client beside its entry in the report.
    fn client_details(&self, client: &ClientCase) -> ClientDetails {
        let case = &*self.case;
        let accepted =
            |judged: &Option<super::Judged>| judged.as_ref().and_then(|judged| judged.accepted);
        let must_send = match &client.sends_all {
            Some(all)
                if all.accepted == Some(true) && accepted(&client.sends_leaf) == Some(false) =>
            {
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
        let (gets_in, reasons) = self.gets_in(client);
        ClientDetails {
            title: match client.leaf {
                Some(leaf) => case.certificates[leaf].title.clone(),
                None => case.file_name(client.file).to_owned(),
            },
            leaf: client.leaf,
            must_send,
            other_level,
            gets_in,
            mongod_log,
            key: client.leaf.and_then(|leaf| self.keys.get(&leaf).copied()),
            reasons,
        }
    }

    /// Whether a client gets in, and the findings that say why it does not.
    fn gets_in(&self, client: &ClientCase) -> (GetsIn, Vec<usize>) {
        let leaf = client.leaf.map(|leaf| self.case.certificate(leaf).sha256());
        let about = leaf.and_then(|leaf| self.reasons.get(&leaf));
        let about = about.map_or(&[][..], Vec::as_slice);
        let said = || findings::without_repetition(&self.findings, about);
        let accepted = match &client.sends_all {
            None => return (GetsIn::No(Why::Certificate), said()),
            Some(judged) if judged.accepted == Some(false) => {
                let why = match judged.final_error {
                    None => Why::Handshake,
                    Some(_) => Why::Certificate,
                };
                return (GetsIn::No(why), said());
            }
            Some(judged) => judged.accepted,
        };
        let barriers = about.iter().chain(&self.bundle_faults);
        let barriers: Vec<(usize, Why)> = barriers
            .filter_map(|index| Some((*index, findings::barrier(&self.findings[*index].id)?)))
            .collect();
        let gets_in = match (barriers.first(), accepted) {
            (Some((_, why)), _) => GetsIn::No(*why),
            (None, Some(_)) => GetsIn::Yes,
            (None, None) => return (GetsIn::Unknown, said()),
        };
        (
            gets_in,
            barriers.into_iter().map(|(index, _)| index).collect(),
        )
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
    let mut parents: HashMap<usize, usize> = case
        .bundle
        .iter()
        .filter_map(|index| Some((*index, parent_of(*index)?)))
        .collect();
    cut_rings(&case.bundle, &mut parents);
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    let mut roots = Vec::new();
    for index in &case.bundle {
        match parents.get(index) {
            Some(parent) => children.entry(*parent).or_default().push(*index),
            None => roots.push(*index),
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

/// A ring of authorities that certify each other has no top: each is cut above the one of its
/// authorities that comes last in the bundle.
fn cut_rings(bundle: &[usize], parents: &mut HashMap<usize, usize>) {
    let places: HashMap<usize, usize> = bundle
        .iter()
        .enumerate()
        .map(|(place, index)| (*index, place))
        .collect();
    // On which walk upwards each was met first.
    let mut met: HashMap<usize, usize> = HashMap::new();
    for (walk, start) in bundle.iter().enumerate() {
        let mut at = *start;
        while !met.contains_key(&at) {
            met.insert(at, walk);
            match parents.get(&at) {
                Some(parent) => at = *parent,
                None => break,
            }
        }
        if met.get(&at) != Some(&walk) || !parents.contains_key(&at) {
            continue;
        }
        // The walk came back to where it had been: `at` is in a ring.
        let mut last = at;
        let mut here = parents[&at];
        while here != at {
            if places.get(&here) > places.get(&last) {
                last = here;
            }
            here = parents[&here];
        }
        parents.remove(&last);
    }
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
