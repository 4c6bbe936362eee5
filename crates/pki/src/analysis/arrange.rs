//! What belongs to what: which certificates make up the bundle, which are clients, and what each
//! client sends along.
//!
//! Authorities in files without an end entity are the bundle. In a file that has an end entity, the
//! rest is what that client sends along. A self-signed end entity is a client until somebody says
//! otherwise.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::{
    case::{Case, CertificateCase, ClientCase, FileCase, KeyCase, Place, Unreadable},
    pile::{File, Part, Pile, Placement},
};
use crate::{
    input::Content,
    report::{Role, Sha256},
    verify::Profile,
};

/// Sorts out a pile whose certificates are decoded.
pub(super) fn arrange(pile: &Pile, profile: Profile) -> Case {
    let mut case = Case {
        profile,
        files: Vec::new(),
        certificates: Vec::new(),
        by_sha256: HashMap::new(),
        bundle: Vec::new(),
        clients: Vec::new(),
        keys: Vec::new(),
        unreadable: Vec::new(),
    };
    for file in pile.contents() {
        collect(&mut case, file);
    }
    for file in 0..case.files.len() {
        assign(&mut case, pile, file);
    }
    drop_repeated_clients(&mut case);
    match_keys(&mut case);
    case
}

/// Takes in what a file holds.
fn collect(case: &mut Case, file: &Arc<File>) {
    let number = case.files.len();
    let mut found = Vec::new();
    for block in file.certificate_blocks() {
        let source = file.contents.blocks[block].source.clone();
        match file.certificate(block) {
            None => {}
            Some(Err(error)) => {
                case.unreadable.push(Unreadable {
                    file: number,
                    source,
                    error: *error,
                });
            }
            Some(Ok(certificate)) => {
                let length = match &file.contents.blocks[block].content {
                    Content::Certificate { der, .. } => der.len(),
                    _ => 0,
                };
                let trailing = length.saturating_sub(certificate.der().len());
                let place = Place {
                    file: number,
                    source,
                    trailing,
                };
                let next = case.certificates.len();
                let index = *case.by_sha256.entry(certificate.sha256()).or_insert(next);
                if index == next {
                    case.certificates.push(CertificateCase {
                        certificate: Arc::clone(certificate),
                        places: vec![place],
                        // Settled below.
                        role: Role::Sent,
                        has_bad_self_signature: false,
                    });
                } else {
                    case.certificates[index].places.push(place);
                }
                found.push(index);
            }
        }
    }
    case.files.push(FileCase {
        file: Arc::clone(file),
        is_bundle: false,
        certificates: found,
    });
}

/// Decides what a file's certificates are there for.
fn assign(case: &mut Case, pile: &Pile, file: usize) {
    let part = case.files[file].file.part;
    let held = case.files[file].certificates.clone();
    let moved = |index: &usize| pile.moved(case.certificates[*index].certificate.sha256());
    let (to_bundle, rest): (Vec<_>, Vec<_>) = held
        .iter()
        .copied()
        .partition(|index| moved(index) == Some(Placement::Bundle));
    let leaves: Vec<usize> = match part {
        Part::Bundle => Vec::new(),
        Part::Client => client_leaf(case, file, &rest).into_iter().collect(),
        Part::Unsaid => rest
            .iter()
            .copied()
            .filter(|index| {
                moved(index) == Some(Placement::Client) || !case.certificate(*index).is_authority()
            })
            .collect(),
    };
    let unreadable = case.unreadable.iter().position(|block| block.file == file);
    match part {
        Part::Client if leaves.is_empty() => {
            add_client(case, ClientCase::new(file, None, unreadable, rest));
        }
        _ if !leaves.is_empty() => {
            let along: Vec<usize> = rest
                .iter()
                .copied()
                .filter(|index| !leaves.contains(index))
                .collect();
            for leaf in leaves {
                add_client(case, ClientCase::new(file, Some(leaf), None, along.clone()));
            }
        }
        // A file with nothing but a broken block: nobody can tell what it was to be.
        _ => {
            case.files[file].is_bundle = part == Part::Bundle || !rest.is_empty();
            for index in rest {
                add_authority(case, index);
            }
        }
    }
    for index in to_bundle {
        add_authority(case, index);
    }
}

impl ClientCase {
    fn new(file: usize, leaf: Option<usize>, unreadable: Option<usize>, sent: Vec<usize>) -> Self {
        Self {
            file,
            leaf,
            unreadable,
            sent,
            sends_all: None,
            sends_leaf: None,
            other_level: None,
        }
    }
}

/// The leaf of a file that is one client: the first certificate that no other one of the file names
/// as its issuer, the first one when in doubt. `None` when the first block is a certificate that
/// cannot be read, for that is the one a driver would send.
fn client_leaf(case: &Case, file: usize, held: &[usize]) -> Option<usize> {
    let first = *held.first()?;
    let first_line = case.certificates[first]
        .places
        .iter()
        .filter(|place| place.file == file)
        .map(|place| place.source.offset)
        .min();
    let is_broken_first = case
        .unreadable
        .iter()
        .any(|block| block.file == file && Some(block.source.offset) < first_line);
    if is_broken_first {
        return None;
    }
    let names_as_issuer =
        |other: &usize, subject: &[u8]| case.certificate(*other).issuer().canonical() == subject;
    let is_leaf = |index: &&usize| {
        let subject = case.certificate(**index).subject().canonical();
        !held
            .iter()
            .any(|other| other != *index && names_as_issuer(other, subject))
    };
    Some(held.iter().find(is_leaf).copied().unwrap_or(first))
}

fn add_authority(case: &mut Case, index: usize) {
    if case.certificates[index].role != Role::Authority {
        case.certificates[index].role = Role::Authority;
        case.bundle.push(index);
    }
}

fn add_client(case: &mut Case, client: ClientCase) {
    if let Some(leaf) = client.leaf
        && case.certificates[leaf].role == Role::Sent
    {
        case.certificates[leaf].role = Role::Client;
    }
    case.clients.push(client);
}

/// One client dropped twice, with the same things to send along, is one client. Files that were
/// given as clients stay, each with its own verdict.
fn drop_repeated_clients(case: &mut Case) {
    let mut seen: HashSet<(Sha256, Vec<usize>)> = HashSet::new();
    let files = &case.files;
    let certificates = &case.certificates;
    case.clients.retain(|client| {
        let Some(leaf) = client.leaf else { return true };
        if files[client.file].file.part == Part::Client {
            return true;
        }
        let sha256 = certificates[leaf].certificate.sha256();
        seen.insert((sha256, client.sent.clone()))
    });
}

/// Finds the certificates that each private key belongs to.
fn match_keys(case: &mut Case) {
    let mut keys = Vec::new();
    for (file, held) in case.files.iter().enumerate() {
        for (block, found) in held.file.contents.blocks.iter().enumerate() {
            let Content::PrivateKey(key) = &found.content else {
                continue;
            };
            let answers: Vec<(usize, bool)> = case
                .certificates
                .iter()
                .enumerate()
                .filter_map(|(index, certificate)| {
                    let info = certificate.certificate.public_key_info();
                    key.belongs_to(info).map(|belongs| (index, belongs))
                })
                .collect();
            let certificates = answers
                .iter()
                .filter(|(_, belongs)| *belongs)
                .map(|(index, _)| *index)
                .collect();
            let mismatches = answers
                .iter()
                .filter(|(index, belongs)| !belongs && held.certificates.contains(index))
                .map(|(index, _)| *index)
                .collect();
            keys.push(KeyCase {
                file,
                block,
                certificates,
                mismatches,
            });
        }
    }
    case.keys = keys;
}
