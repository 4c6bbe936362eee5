//! Chains made from a seed: what a client sends and what a server trusts.

use openssl::error::ErrorStack;

use crate::algorithm::Algorithm;
use crate::draft::{Draft, Moment};
use crate::extension::{CLIENT_AUTH, Extension, GeneralName, SERVER_AUTH, odd, resources, usage};
use crate::keys::{Key, KeyRing, Kind};
use crate::name::Name;
use crate::{Chance, quirk};

/// 2026-11-24T00:00:00Z, when generated chains are judged.
pub const AT: i64 = 1_795_478_400;

/// A chain to judge, every certificate as DER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub leaf: Vec<u8>,
    /// What the client sends along, without the leaf.
    pub sent: Vec<Vec<u8>>,
    /// What the server trusts.
    pub store: Vec<Vec<u8>>,
    /// Seconds since 1970.
    pub at: i64,
}

impl Case {
    /// The case of a seed.
    pub fn from_seed(seed: u64) -> Result<Self, ErrorStack> {
        Maker {
            chance: Chance::new(seed),
            ring: KeyRing::shared(),
        }
        .make()
    }

    /// Every certificate: the leaf, what is sent, what is trusted.
    pub fn all(&self) -> impl Iterator<Item = &Vec<u8>> {
        std::iter::once(&self.leaf)
            .chain(&self.sent)
            .chain(&self.store)
    }

    /// As [`Case::all`].
    pub fn all_mut(&mut self) -> Vec<&mut Vec<u8>> {
        std::iter::once(&mut self.leaf)
            .chain(&mut self.sent)
            .chain(&mut self.store)
            .collect()
    }
}

/// One certificate to be, and the keys it has to do with.
#[derive(Clone)]
struct Node {
    draft: Draft,
    key: usize,
    signer: usize,
}

struct Maker {
    chance: Chance,
    ring: &'static KeyRing,
}

impl Maker {
    fn make(mut self) -> Result<Case, ErrorStack> {
        let mut line = self.line();
        let leaf = line[line.len() - 1].draft.subject.clone();
        if self.chance.percent(12) {
            self.go_wild(&mut line, &leaf);
        }
        if self.chance.percent(4) {
            for node in &mut line {
                if self.chance.percent(85) {
                    node.draft.set(resources::any(&mut self.chance));
                }
            }
        }
        for _ in 0..self.chance.weighted(&[22, 36, 24, 12, 6]) {
            let which = self.chance.below(line.len());
            self.make_odd(&mut line[which], &leaf);
        }
        let mut extras = Vec::new();
        for _ in 0..self.chance.weighted(&[55, 30, 15]) {
            let mut extra = self.extra(&line);
            if self.chance.percent(25) {
                self.make_odd(&mut extra, &leaf);
            }
            extras.push(extra);
        }
        self.deal(&line, &extras)
    }

    /// A root, its intermediates and a leaf, all in order.
    fn line(&mut self) -> Vec<Node> {
        let below_root = self.chance.weighted(&[5, 32, 40, 16, 7]);
        let identified = self.chance.percent(80);
        let mut line: Vec<Node> = Vec::new();
        for depth in 0..=below_root {
            let is_leaf = depth == below_root;
            let name = match (depth, is_leaf) {
                (_, true) => Name::common("Jane Doe"),
                (0, false) => Name::common("Example Root"),
                (depth, false) => Name::common(&format!("Example Authority {depth}")),
            };
            let key = self.key(is_leaf && depth > 0);
            let parent = line.last();
            let signer = parent.map_or(key, |parent| parent.key);
            let issuer = parent.map_or(name.clone(), |parent| parent.draft.subject.clone());
            let mut node = self.node(name, key, issuer, signer);
            self.dress(&mut node, is_leaf, identified);
            line.push(node);
        }
        line
    }

    fn key(&mut self, leaf: bool) -> usize {
        // Fast keys mostly; the weak, the slow and the strange now and then.
        let label = match self.chance.weighted(&[34, 34, 4, 4, 8, 4, 1, 2, 1]) {
            0 => "RSA 2048",
            1 => "EC prime256v1",
            2 => "EC secp384r1",
            3 => "EC secp521r1",
            4 => "Ed25519",
            5 => "RSA 1024",
            6 => "RSA 3072",
            7 => {
                let ring = self.ring;
                let all: Vec<usize> = if leaf {
                    (0..ring.keys.len()).collect()
                } else {
                    ring.signing()
                };
                return self.chance.pick(&all);
            }
            _ => "RSA 512",
        };
        self.chance.pick(&self.ring.labelled(label))
    }

    fn node(&mut self, name: Name, key: usize, issuer: Name, signer: usize) -> Node {
        let algorithm = Algorithm::ordinary(&mut self.chance, &self.ring.keys[signer]);
        Node {
            draft: Draft::new(name, &self.ring.keys[key], issuer, algorithm),
            key,
            signer,
        }
    }

    /// The extensions that such a certificate mostly has.
    fn dress(&mut self, node: &mut Node, leaf: bool, identified: bool) {
        let (key, signer) = (&self.ring.keys[node.key], &self.ring.keys[node.signer]);
        if leaf {
            if self.chance.percent(70) {
                node.draft.set(Extension::end_entity());
            }
            if self.chance.percent(80) {
                node.draft
                    .set(Extension::key_usage(usage::DIGITAL_SIGNATURE));
            }
            if self.chance.percent(80) {
                node.draft
                    .set(Extension::extended_key_usage(if self.chance.percent(50) {
                        &[CLIENT_AUTH]
                    } else {
                        &[SERVER_AUTH, CLIENT_AUTH]
                    }));
            }
            if self.chance.percent(40) {
                let name = if self.chance.percent(60) {
                    GeneralName::dns("host.example.com")
                } else {
                    GeneralName::Email(b"jane@example.com".to_vec())
                };
                node.draft.set(Extension::subject_alt_name(&[name]));
            }
        } else {
            node.draft.set(Extension::authority(None));
            if self.chance.percent(85) {
                node.draft
                    .set(Extension::key_usage(usage::KEY_CERT_SIGN | usage::CRL_SIGN));
            }
        }
        if identified {
            node.draft
                .set(Extension::subject_key_identifier(&key.identifier()));
            node.draft
                .set(Extension::authority_key_identifier(&signer.identifier()));
        }
    }

    /// Gives every certificate extensions of any type, by the handful.
    fn go_wild(&mut self, line: &mut [Node], leaf: &Name) {
        for node in line {
            for _ in 0..self.chance.below(5) {
                node.draft.set(odd(&mut self.chance, leaf));
            }
            self.chance.shuffle(&mut node.draft.extensions);
        }
    }

    fn make_odd(&mut self, node: &mut Node, leaf: &Name) {
        let signer = &self.ring.keys[node.signer];
        quirk::apply(&mut self.chance, self.ring, &mut node.draft, signer, leaf);
    }

    /// A certificate beside the line: a namesake, a renewal, a crossing, a stranger.
    fn extra(&mut self, line: &[Node]) -> Node {
        let which = self.chance.below(line.len());
        let node = &line[which];
        let is_leaf = which + 1 == line.len() && which > 0;
        let name = node.draft.subject.clone();
        let identified = self.chance.percent(60);
        match self.chance.below(8) {
            // The same authority again, with another validity.
            0 | 1 => {
                let mut renewed = node.clone();
                renewed.draft.serial.push(1);
                if self.chance.percent(50) {
                    renewed.draft.not_after = Moment::utc("260630000000Z");
                } else {
                    renewed.draft.not_after = Moment::utc("280630000000Z");
                }
                renewed
            }
            // A namesake with a key of its own, signed by the same issuer or by itself.
            2 | 3 => {
                let key = self.key(false);
                let itself = which == 0 || self.chance.percent(50);
                let (issuer, signer) = if itself {
                    (name.clone(), key)
                } else {
                    (node.draft.issuer.clone(), node.signer)
                };
                let mut namesake = self.node(name, key, issuer, signer);
                self.dress(&mut namesake, is_leaf, identified);
                namesake
            }
            // The same key under a certificate that it signs itself.
            4 if self.ring.keys[node.key].kind != Kind::LeafOnly => {
                let key = node.key;
                let mut own = self.node(name.clone(), key, name, key);
                self.dress(&mut own, is_leaf, identified);
                own
            }
            // The same name and key, signed by another of the line: a crossing, or a loop.
            4..7 => {
                let by = &line[self.chance.below(line.len())];
                if self.ring.keys[by.key].kind == Kind::LeafOnly {
                    return node.clone();
                }
                let issuer = by.draft.subject.clone();
                let mut crossed = self.node(name, node.key, issuer, by.key);
                self.dress(&mut crossed, is_leaf, identified);
                crossed
            }
            _ => {
                let key = self.key(false);
                let name = Name::common("Stranger");
                let mut stranger = self.node(name.clone(), key, name, key);
                self.dress(&mut stranger, false, identified);
                stranger
            }
        }
    }

    /// Signs everything, and says who has what.
    fn deal(mut self, line: &[Node], extras: &[Node]) -> Result<Case, ErrorStack> {
        let ring = self.ring;
        let sign = |node: &Node| -> Result<Vec<u8>, ErrorStack> {
            let signer: &Key = &ring.keys[node.signer];
            match node.draft.sign(signer) {
                // A digest too long for a short key: the ordinary one fits.
                Err(_) => {
                    let mut draft = node.draft.clone();
                    draft.algorithm = Algorithm::ordinary(&mut Chance::new(0), signer);
                    draft.sign(signer)
                }
                done => done,
            }
        };
        let (mut sent, mut store) = (Vec::new(), Vec::new());
        let (leaf, authorities) = match line {
            [authorities @ .., leaf] => (sign(leaf)?, authorities),
            [] => (Vec::new(), line),
        };
        if self
            .chance
            .percent(if authorities.is_empty() { 70 } else { 5 })
        {
            store.push(leaf.clone());
        }
        for (depth, node) in authorities.iter().enumerate() {
            let certificate = sign(node)?;
            let (in_store, in_sent) = if depth == 0 { (90, 20) } else { (25, 80) };
            if self.chance.percent(in_store) {
                store.push(certificate.clone());
            }
            if self.chance.percent(in_sent) {
                sent.insert(0, certificate);
            }
        }
        for node in extras {
            let certificate = sign(node)?;
            let stored = self.chance.percent(50);
            let list = if stored { &mut store } else { &mut sent };
            let place = self.chance.below(list.len() + 1);
            list.insert(place, certificate.clone());
            if self.chance.percent(20) {
                let list = if stored { &mut sent } else { &mut store };
                list.push(certificate);
            }
        }
        if self.chance.percent(25) {
            self.chance.shuffle(&mut sent);
        }
        if self.chance.percent(25) {
            self.chance.shuffle(&mut store);
        }
        if self.chance.percent(4)
            && let Some(first) = sent.first().cloned()
        {
            sent.push(first);
        }
        Ok(Case {
            leaf,
            sent,
            store,
            at: AT,
        })
    }
}
