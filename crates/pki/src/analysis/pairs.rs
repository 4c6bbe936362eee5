//! Which certificates each private key belongs to.

use std::collections::{HashMap, HashSet};

use crate::case::{Case, FileCase, KeyCase, MAX_KEY_CERTIFICATES};
use crate::{input::Content, private_key, report::Role};

/// Private keys that are looked at: as many as there may be certificates.
const MAX_KEYS: usize = crate::input::MAX_CERTIFICATES;

/// What deriving the public half of a key costs: up to 500 µs.
const KEY: u64 = 10_000;

/// What comparing it with a certificate costs.
const COMPARISON: u64 = 10;

/// What looking at a block costs.
const BLOCK: u64 = 1;

/// The search, a file or a key at a time.
#[derive(Debug)]
pub(super) struct Pairs {
    file: usize,
    block: usize,
    /// Certificates by what tells their public keys apart.
    by_key: HashMap<private_key::PublicId, Vec<usize>>,
    /// Which public keys each file has certificates of.
    in_file: HashSet<(usize, private_key::PublicId)>,
    /// The first client of each file.
    clients: HashMap<usize, usize>,
    /// The certificate that an encrypted key of a file may belong to, by the file's number.
    alone: HashMap<usize, usize>,
    /// The same by the file's name without extension; `None` when there are several.
    called: HashMap<String, Option<usize>>,
}

impl Pairs {
    pub(super) fn new(case: &Case) -> Self {
        let has_keys = case.files.iter().any(|file| {
            let blocks = &file.file.contents.blocks;
            blocks
                .iter()
                .any(|block| matches!(block.content, Content::PrivateKey(_)))
        });
        let mut pairs = Self {
            file: 0,
            block: 0,
            by_key: HashMap::new(),
            in_file: HashSet::new(),
            clients: HashMap::new(),
            alone: HashMap::new(),
            called: HashMap::new(),
        };
        if !has_keys {
            pairs.file = case.files.len();
            return pairs;
        }
        for client in &case.clients {
            if let Some(leaf) = client.leaf {
                pairs.clients.entry(client.file).or_insert(leaf);
            }
        }
        for (number, file) in case.files.iter().enumerate() {
            if let Some(certificate) = only_certificate(case, file) {
                pairs.alone.insert(number, certificate);
                let name = stem(&file.file.contents.name).to_owned();
                let known = pairs.called.entry(name).or_insert(Some(certificate));
                *known = known.filter(|known| *known == certificate);
            }
        }
        for (index, held) in case.certificates.iter().enumerate() {
            let Some(id) = private_key::public_id(held.certificate.public_key_info()) else {
                continue;
            };
            pairs.by_key.entry(id).or_default().push(index);
        }
        // The key of a client that was put aside is at home too, though nobody asks for its client.
        for (number, FileCase { file, .. }) in case.files.iter().enumerate() {
            let own = file.certificate_blocks().filter_map(|block| {
                let certificate = file.certificate(block)?.as_ref().ok()?;
                private_key::public_id(certificate.public_key_info())
            });
            pairs.in_file.extend(own.map(|id| (number, id)));
        }
        pairs
    }

    /// Looks at one key. What was spent; `None` when there are no more.
    pub(super) fn advance(&mut self, case: &mut Case) -> Option<u64> {
        let file = case.files.get(self.file)?;
        if case.keys.len() >= MAX_KEYS {
            return None;
        }
        let contents = &file.file.contents;
        let blocks = &contents.blocks;
        let from = self.block;
        let next = blocks
            .iter()
            .enumerate()
            .skip(from)
            .find_map(|(at, block)| match &block.content {
                Content::PrivateKey(key) => Some((at, key)),
                _ => None,
            });
        let Some((block, key)) = next else {
            (self.file, self.block) = (self.file + 1, 0);
            return Some(1 + BLOCK * (blocks.len() - from) as u64);
        };
        self.block = block + 1;
        if key.is_encrypted() {
            let beside = self.beside(self.file, &contents.name);
            case.keys.push(KeyCase {
                file: self.file,
                block,
                certificates: beside.into_iter().collect(),
                is_encrypted: true,
                stranger_to: None,
            });
            return Some(COMPARISON + BLOCK * (block - from) as u64);
        }
        let belongs = |index: usize| {
            let info = case.certificates[index].certificate.public_key_info();
            key.belongs_to(info)
        };
        let id = key.public_id();
        let candidates = id.and_then(|id| self.by_key.get(&id));
        let certificates: Vec<usize> = candidates
            .into_iter()
            .flatten()
            .copied()
            .filter(|index| belongs(*index) == Some(true))
            .take(MAX_KEY_CERTIFICATES)
            .collect();
        let is_at_home = id.is_some_and(|id| self.in_file.contains(&(self.file, id)));
        let stranger_to = self
            .clients
            .get(&self.file)
            .copied()
            .filter(|leaf| !is_at_home && belongs(*leaf) == Some(false));
        let compared = candidates.map_or(0, Vec::len);
        let spent = KEY + BLOCK * (block - from) as u64 + COMPARISON * compared as u64;
        case.keys.push(KeyCase {
            file: self.file,
            block,
            certificates,
            is_encrypted: false,
            stranger_to,
        });
        Some(spent)
    }

    /// The certificate that an encrypted key most probably belongs to: the one client of its own
    /// file, else the one certificate of the files that are called as its own.
    fn beside(&self, file: usize, name: &str) -> Option<usize> {
        let own = self.alone.get(&file).copied();
        own.or_else(|| self.called.get(stem(name)).copied().flatten())
    }
}

/// A file's name without its last extension: `billing.key` lies beside `billing.crt`.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && !extension.contains(['/', '\\']) => stem,
        _ => name,
    }
}

/// The one client's certificate of a file, or the only certificate in it.
fn only_certificate(case: &Case, file: &FileCase) -> Option<usize> {
    let is_client = |index: &&usize| case.certificates[**index].role == Role::Client;
    let mut clients = file.certificates.iter().filter(is_client);
    match (clients.next(), clients.next(), &file.certificates[..]) {
        (Some(client), None, _) => Some(*client),
        (None, None, [only]) => Some(*only),
        _ => None,
    }
}
