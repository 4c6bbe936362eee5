//! The result as plain data: the report, and what a screen shows beside it.

mod entries;
mod forest;

use std::collections::HashMap;

use crate::{
    case::{Case, ClientCase, Judged},
    findings,
    report::{CertificateEntry, Client, Finding, Report, SCHEMA, Sha256},
    view::{ClientDetails, Details, FileDetails, GetsIn, Outline, View, Why},
};

/// What mongod writes before OpenSSL's words when it refuses a client.
const MONGOD_LOG: &str = "SSL peer certificate validation failed: ";

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
            self.entries.push(entries::entry(held));
            self.details
                .push(entries::certificate(held, self.case.profile.at));
            let octets = held.certificate.der().len();
            return Some(Piece::Certificate { octets });
        }
        let client = self.case.clients.get(self.clients.len())?;
        self.clients.push(entries::client_entry(&self.case, client));
        self.client_details.push(self.client_details(client));
        Some(Piece::Client)
    }

    /// Writes everything down but the details of certificates.
    pub(super) fn outline(mut self) -> Outline {
        let case = &*self.case;
        self.entries = case.certificates.iter().map(entries::entry).collect();
        let clients = case.clients.iter();
        self.clients = clients
            .map(|client| entries::client_entry(case, client))
            .collect();
        let clients = case.clients.iter();
        let details = clients.map(|client| self.client_details(client)).collect();
        let certificates = case.certificates.iter();
        Outline {
            titles: certificates.map(|held| held.title.clone()).collect(),
            clients: details,
            report: Report {
                schema: SCHEMA,
                at: case.profile.at,
                level: case.profile.level.number(),
                clients: self.clients,
                certificates: self.entries,
                findings: self.findings,
            },
        }
    }

    /// Puts everything together.
    pub(super) fn finish(self) -> View {
        let case = &*self.case;
        View {
            authorities: forest::forest(case),
            keys: case
                .keys
                .iter()
                .filter_map(|key| entries::key_details(case, key))
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

impl Presenting {
    /// What a screen shows of a client beside its entry in the report.
    fn client_details(&self, client: &ClientCase) -> ClientDetails {
        let case = &*self.case;
        let accepted = |judged: &Option<Judged>| judged.as_ref().and_then(|judged| judged.accepted);
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
