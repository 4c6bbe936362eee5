//! Which certificates each private key belongs to.

use std::collections::{HashMap, HashSet};

use super::case::{Case, FileCase, KeyCase, MAX_KEY_CERTIFICATES};
use crate::{input::Content, private_key};

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
        let blocks = &file.file.contents.blocks;
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
            stranger_to,
        });
        Some(spent)
    }
}
