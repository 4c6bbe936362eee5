//! A pile, sorted out and judged: what the rules and the report are made from.

mod pile;
pub(crate) mod title;
pub(crate) mod validity;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

pub use pile::Pile;
pub(crate) use pile::{File, Part};

use crate::{
    Certificate, PrivateKey, Source, asn1,
    certificate::TrustSettings,
    input::Content,
    name::NoUserName,
    report::{Judgement, Role, Sha256},
    verify::{Code, Error, Handshake, Profile, Undetermined, Verdict, rules},
};

/// Everything that is known before the rules look at it. Certificates are named by their index in
/// `certificates`.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) profile: Profile,
    pub(crate) files: Vec<FileCase>,
    /// Every certificate that could be read, once, in the order found.
    pub(crate) certificates: Vec<CertificateCase>,
    pub(crate) by_sha256: HashMap<Sha256, usize>,
    /// What the server trusts, in the order of the bundle.
    pub(crate) bundle: Vec<usize>,
    /// The first self-signed authority of the bundle with each key.
    pub(crate) roots_by_key: HashMap<[u8; 32], usize>,
    pub(crate) clients: Vec<ClientCase>,
    pub(crate) keys: Vec<KeyCase>,
    /// Certificate blocks that OpenSSL cannot read.
    pub(crate) unreadable: Vec<Unreadable>,
    /// The part of a command that names the files of the bundle, unless they are very many.
    pub(crate) trusted_files: Option<String>,
    /// The first file in which each client's certificate is a client's.
    pub(crate) own_file: HashMap<usize, usize>,
    /// Whose chains go through each certificate: clients, by their leaf.
    pub(crate) users: Vec<Vec<usize>>,
    /// The certificates above a leaf that some accepted client's chain goes through.
    pub(crate) needed: HashSet<usize>,
    /// About which certificates above a leaf which errors were raised, for which clients.
    pub(crate) refused: HashMap<(usize, Code), Vec<usize>>,
}

/// A file and what it is to the server.
#[derive(Debug)]
pub(crate) struct FileCase {
    pub(crate) file: Arc<File>,
    /// Whether the bundle is made from it.
    pub(crate) is_bundle: bool,
    /// Whether it holds both the bundle and clients.
    pub(crate) is_whole: bool,
    /// The certificates in it, in its order.
    pub(crate) certificates: Vec<usize>,
}

/// A certificate and where it stands.
#[derive(Debug)]
pub(crate) struct CertificateCase {
    pub(crate) certificate: Arc<Certificate>,
    /// Everywhere it was found.
    pub(crate) places: Vec<Place>,
    pub(crate) role: Role,
    /// What to call it in a sentence.
    pub(crate) title: String,
    /// Its subject as openssl prints it, and the user name that mongod derives.
    pub(crate) printed: String,
    pub(crate) user_name: Result<String, NoUserName>,
    /// Whether these names were derived while it was decoded.
    pub(crate) is_named: bool,
    /// Whether it is a self-signed authority of the bundle that did not make its own signature.
    pub(crate) has_bad_self_signature: bool,
    /// The certificate here that made its signature, where the issuer that the server takes, or it
    /// itself, did not.
    pub(crate) signed_by: Option<usize>,
}

/// One place at which a certificate was found.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) source: Source,
    /// Bytes behind the certificate in its block.
    pub(crate) trailing: usize,
    /// What these bytes say in a `TRUSTED CERTIFICATE` block.
    pub(crate) settings: TrustSettings,
}

/// A client and what became of it.
#[derive(Debug)]
pub(crate) struct ClientCase {
    pub(crate) file: usize,
    /// Its own certificate; `None` when it could not be read or there is none.
    pub(crate) leaf: Option<usize>,
    /// Why there is no leaf: an index into `Case::unreadable`.
    pub(crate) unreadable: Option<usize>,
    /// What its file holds beside the leaf, in the file's order.
    pub(crate) sent: Arc<[usize]>,
    pub(crate) sends_all: Option<Judged>,
    pub(crate) sends_leaf: Option<Judged>,
    /// Sending everything to a server of the other security level.
    pub(crate) other_level: Option<Judged>,
}

/// A verdict in terms of the case.
#[derive(Clone, Debug)]
pub(crate) struct Judged {
    /// Whether the chain is accepted and the key can shake hands.
    pub(crate) accepted: Option<bool>,
    pub(crate) errors: Vec<Error>,
    pub(crate) final_error: Option<Error>,
    /// The chain, leaf first.
    pub(crate) path: Vec<usize>,
    /// How many of `path` came from the client.
    pub(crate) untrusted: usize,
    pub(crate) undetermined: Option<Undetermined>,
}

/// A private key and the certificates it belongs to.
#[derive(Debug)]
pub(crate) struct KeyCase {
    pub(crate) file: usize,
    pub(crate) block: usize,
    /// The first [`MAX_KEY_CERTIFICATES`] of them. Of an encrypted key nobody can tell: then the one
    /// that its file, or its file's name, puts it with.
    pub(crate) certificates: Vec<usize>,
    pub(crate) is_encrypted: bool,
    /// The client's certificate of the same file that it certainly does not belong to, when it
    /// belongs to no other one of the file either.
    pub(crate) stranger_to: Option<usize>,
}

/// Certificates that one private key is said to belong to: in an honest pile a client's, and those
/// it was renewed from.
pub(crate) const MAX_KEY_CERTIFICATES: usize = 100;

/// A block that is labelled a certificate and that OpenSSL cannot read.
#[derive(Debug)]
pub(crate) struct Unreadable {
    pub(crate) file: usize,
    pub(crate) source: Source,
    pub(crate) error: asn1::Error,
}

impl Case {
    pub(crate) fn certificate(&self, index: usize) -> &Certificate {
        &self.certificates[index].certificate
    }

    /// The bundle's certificates with their indexes.
    pub(crate) fn authorities(&self) -> impl Iterator<Item = (usize, &CertificateCase)> {
        self.bundle
            .iter()
            .map(|index| (*index, &self.certificates[*index]))
    }

    /// Takes note of the verdict on what a client sends.
    pub(crate) fn note_use(&mut self, leaf: usize, judged: &Judged) {
        if judged.accepted == Some(true) {
            self.needed.extend(judged.path.iter().skip(1));
        }
        for index in judged.path.iter().skip(1) {
            let users = &mut self.users[*index];
            if users.last() != Some(&leaf) {
                users.push(leaf);
            }
        }
        for error in judged.errors.iter().filter(|error| error.depth > 0) {
            if let Some(index) = judged.path.get(error.depth) {
                let refused = self.refused.entry((*index, error.code)).or_default();
                if refused.last() != Some(&leaf) {
                    refused.push(leaf);
                }
            }
        }
    }

    pub(crate) fn is_in_bundle(&self, index: usize) -> bool {
        self.certificates[index].role == Role::Authority
    }

    /// The private key of `key`; `None` never happens for a key of this case.
    pub(crate) fn private_key(&self, key: &KeyCase) -> Option<&PrivateKey> {
        match &self.files[key.file].file.contents.blocks[key.block].content {
            Content::PrivateKey(key) => Some(key),
            _ => None,
        }
    }

    pub(crate) fn file_name(&self, file: usize) -> &str {
        &self.files[file].file.contents.name
    }
}

impl CertificateCase {
    /// What the bundle's first file with it says it is trusted for: OpenSSL keeps the first one of
    /// the same certificates.
    pub(crate) fn settings(&self, files: &[FileCase]) -> &TrustSettings {
        let first = self.places.iter().find(|place| files[place.file].is_bundle);
        &first.unwrap_or(&self.places[0]).settings
    }

    /// Where it was found first.
    pub(crate) fn source(&self) -> &Source {
        // Arranging gives each certificate the place where it was found.
        &self.places[0].source
    }
}

impl Judged {
    /// What is said of a client that is not verified any more, because the pile has caused more
    /// work than it may.
    pub(crate) fn left_open(leaf: usize) -> Self {
        Self {
            accepted: None,
            errors: Vec::new(),
            final_error: None,
            path: vec![leaf],
            untrusted: 1,
            undetermined: Some(Undetermined::Budget),
        }
    }

    pub(crate) fn from_verdict(verdict: &Verdict, case: &Case) -> Self {
        let index =
            |certificate: &Arc<Certificate>| case.by_sha256.get(&certificate.sha256()).copied();
        let leaf = verdict.path.first().map(|leaf| Handshake::of(leaf));
        Self {
            accepted: match leaf {
                Some(Handshake::Never) => Some(false),
                _ => verdict.accepted(),
            },
            errors: verdict.errors.clone(),
            final_error: verdict.final_error,
            path: verdict.path.iter().filter_map(index).collect(),
            untrusted: verdict.untrusted,
            undetermined: verdict.undetermined.clone(),
        }
    }

    /// Whether it is the verdict of a server of the other security level, too.
    pub(crate) fn holds_at_both_levels(&self, case: &Case) -> bool {
        let chain = self.path.iter().map(|index| case.certificate(*index));
        self.undetermined != Some(Undetermined::Budget) && rules::level_is_nothing_to(chain)
    }

    pub(crate) fn judgement(&self, case: &Case) -> Judgement {
        Judgement {
            accepted: self.accepted,
            undetermined: match self.accepted {
                None => self.undetermined.as_ref().map(ToString::to_string),
                Some(_) => None,
            },
            errors: self.errors.iter().map(|error| (*error).into()).collect(),
            final_error: self.final_error.map(Into::into),
            chain: self
                .path
                .iter()
                .map(|index| case.certificate(*index).sha256())
                .collect(),
        }
    }
}
