//! What belongs to what: which certificates make up the bundle, which are clients, and what each
//! client sends along.
//!
//! Authorities in files without an end entity are the bundle. In a file that has an end entity, the
//! rest is what that client sends along; but if no file is a bundle, the authorities of a file that
//! has a root are it, for then somebody put everything into one text. A self-signed end entity is a
//! client until somebody says otherwise.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    Placement,
    case::{
        Case, CertificateCase, ClientCase, File, FileCase, Part, Pile, Place, Unreadable, title,
    },
    findings,
    input::Content,
    report::Role,
    verify::Profile,
};

/// A pile being sorted out, a file at a time.
#[derive(Debug)]
pub(super) struct Arranging {
    case: Box<Case>,
    step: Step,
    /// For each file the first block of it that cannot be read.
    unreadable: HashMap<usize, usize>,
    /// Whether a file is a bundle by its content.
    has_bundle: bool,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Collect { file: usize },
    Assign { file: usize },
    Print { certificate: usize },
    Name { certificate: usize },
}

/// What sorting out a block costs, in the units of a budget: some 250 ns.
const BLOCK: u64 = 5;

impl Arranging {
    /// Begins with `pile`, whose certificates are decoded.
    pub(super) fn new(pile: &Pile, profile: Profile) -> Self {
        let count = pile.certificate_count();
        Self {
            case: Box::new(Case {
                profile,
                files: Vec::new(),
                certificates: Vec::with_capacity(count),
                by_sha256: HashMap::with_capacity(count),
                bundle: Vec::new(),
                roots_by_key: HashMap::new(),
                clients: Vec::new(),
                keys: Vec::new(),
                unreadable: Vec::new(),
                trusted_files: None,
                own_file: HashMap::new(),
                users: Vec::new(),
                needed: HashSet::new(),
                refused: HashMap::new(),
            }),
            step: Step::Collect { file: 0 },
            unreadable: HashMap::new(),
            has_bundle: false,
        }
    }

    /// Does one piece of work. The case, when it is done, and what was spent.
    pub(super) fn advance(mut self, pile: &Pile) -> (Result<Box<Case>, Self>, u64) {
        let case = &mut *self.case;
        let mut spent = 1;
        self.step = match self.step {
            Step::Collect { file } => {
                if let Some(held) = pile.contents().nth(file) {
                    spent += BLOCK * held.contents.blocks.len() as u64;
                    collect(case, pile, held, &mut self.unreadable);
                    self.has_bundle |= is_bundle(held);
                    Step::Collect { file: file + 1 }
                } else {
                    Step::Assign { file: 0 }
                }
            }
            Step::Assign { file } => {
                if let Some(held) = case.files.get(file) {
                    spent += BLOCK * held.file.contents.blocks.len() as u64;
                    let unreadable = self.unreadable.get(&file).copied();
                    let is_whole = !self.has_bundle && has_new_root(case, pile, file);
                    assign(case, pile, file, unreadable, is_whole);
                    Step::Assign { file: file + 1 }
                } else {
                    drop_repeated_clients(case);
                    case.users = vec![Vec::new(); case.certificates.len()];
                    case.trusted_files = findings::trusted_files(case);
                    for index in case.bundle.iter().copied() {
                        let certificate = &case.certificates[index].certificate;
                        if certificate.is_self_signed() {
                            let key = certificate.key_sha256();
                            case.roots_by_key.entry(key).or_insert(index);
                        }
                    }
                    for client in &case.clients {
                        if let Some(leaf) = client.leaf {
                            case.own_file.entry(leaf).or_insert(client.file);
                        }
                    }
                    spent += BLOCK * (case.clients.len() + case.bundle.len()) as u64;
                    Step::Print { certificate: 0 }
                }
            }
            Step::Print { certificate } => {
                let Some(held) = case.certificates.get_mut(certificate) else {
                    return (Ok(self.case), spent);
                };
                let subject = held.certificate.subject();
                if !held.is_named {
                    held.printed = title::printed(subject);
                    held.title = title::title_of(&held.certificate, &held.printed);
                }
                spent += NAMING + NAMING_OCTET * subject.canonical().len() as u64;
                Step::Name { certificate }
            }
            Step::Name { certificate } => {
                // It was there a step ago.
                if let Some(held) = case.certificates.get_mut(certificate) {
                    let subject = held.certificate.subject();
                    if !held.is_named {
                        held.user_name = subject.user_name();
                    }
                    spent += NAMING + NAMING_OCTET * subject.canonical().len() as u64;
                }
                Step::Print {
                    certificate: certificate + 1,
                }
            }
        };
        (Err(self), spent)
    }
}

/// What deriving one of a certificate's names costs: some 3 µs, and 50 ns for each octet of its
/// subject.
const NAMING: u64 = 60;
const NAMING_OCTET: u64 = 1;

/// Takes in what a file holds.
fn collect(case: &mut Case, pile: &Pile, file: &Arc<File>, unreadable: &mut HashMap<usize, usize>) {
    let number = case.files.len();
    let mut found = Vec::new();
    for block in file.certificate_blocks() {
        let source = file.contents.blocks[block].source.clone();
        match file.certificate(block) {
            None => {}
            Some(Err(error)) => {
                unreadable.entry(number).or_insert(case.unreadable.len());
                case.unreadable.push(Unreadable {
                    file: number,
                    source,
                    error: *error,
                });
            }
            Some(Ok(certificate)) if pile.moved(certificate.sha256()) == Some(Placement::Aside) => {
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
                    settings: file.trust_settings(block),
                };
                let next = case.certificates.len();
                let index = *case.by_sha256.entry(certificate.sha256()).or_insert(next);
                if index == next {
                    let names = file.names(block);
                    let is_named = names.is_some();
                    let names = names.cloned().unwrap_or_default();
                    case.certificates.push(CertificateCase {
                        certificate: Arc::clone(certificate),
                        places: vec![place],
                        // Settled below.
                        role: Role::Sent,
                        title: names.title,
                        printed: names.printed,
                        user_name: names.user_name,
                        is_named,
                        has_bad_self_signature: false,
                        signed_by: None,
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
        is_whole: false,
        certificates: found,
    });
}

/// Whether a file whose content tells is nothing but authorities, with what was put aside.
fn is_bundle(file: &File) -> bool {
    let mut certificates = file
        .certificate_blocks()
        .filter_map(|block| file.certificate(block)?.as_ref().ok())
        .map(|certificate| certificate.is_authority())
        .peekable();
    file.part == Part::Unsaid && certificates.peek().is_some() && certificates.all(|is| is)
}

/// Whether a file whose content tells has a root that was not given as a part of the bundle. A client
/// has no need to send one.
fn has_new_root(case: &Case, pile: &Pile, file: usize) -> bool {
    let held = &case.files[file];
    let is_given = |place: &Place| case.files[place.file].file.part == Part::Bundle;
    held.file.part == Part::Unsaid
        && held.certificates.iter().any(|index| {
            let CertificateCase {
                certificate: root,
                places,
                ..
            } = &case.certificates[*index];
            root.is_self_signed()
                && root.is_authority()
                && pile.moved(root.sha256()).is_none()
                && !places.iter().any(is_given)
        })
}

/// Decides what a file's certificates are there for.
fn assign(case: &mut Case, pile: &Pile, file: usize, unreadable: Option<usize>, is_whole: bool) {
    let part = case.files[file].file.part;
    let held = case.files[file].certificates.clone();
    let moved = |index: &usize| pile.moved(case.certificates[*index].certificate.sha256());
    let (to_bundle, rest): (Vec<_>, Vec<_>) = held
        .iter()
        .copied()
        .partition(|index| moved(index) == Some(Placement::Bundle));
    let leaves: Vec<usize> = match part {
        Part::Bundle => Vec::new(),
        Part::Client => client_leaf(case, file, &rest, unreadable)
            .into_iter()
            .collect(),
        Part::Unsaid => rest
            .iter()
            .copied()
            .filter(|index| {
                moved(index) == Some(Placement::Client) || !case.certificate(*index).is_authority()
            })
            .collect(),
    };
    match part {
        Part::Client if leaves.is_empty() => {
            add_client(case, ClientCase::new(file, None, unreadable, rest.into()));
        }
        _ if !leaves.is_empty() => {
            let own: HashSet<usize> = leaves.iter().copied().collect();
            let along: Arc<[usize]> = rest
                .iter()
                .copied()
                .filter(|index| !own.contains(index))
                .collect();
            let (bundle, sent): (Vec<usize>, Arc<[usize]>) = if is_whole {
                let trusted = |index: &usize| moved(index) != Some(Placement::NotTrusted);
                (along.iter().copied().filter(trusted).collect(), [].into())
            } else {
                (Vec::new(), along)
            };
            for index in bundle {
                add_authority(case, index);
            }
            case.files[file].is_whole = is_whole;
            for leaf in leaves {
                let sent = Arc::clone(&sent);
                add_client(case, ClientCase::new(file, Some(leaf), None, sent));
            }
        }
        _ if part == Part::Unsaid && !is_whole && has_client_aside(case, pile, file) => {}
        _ => {
            let passed_over = passed_over(case, file);
            let trusted: Vec<usize> = rest
                .into_iter()
                .filter(|index| moved(index) != Some(Placement::NotTrusted))
                .filter(|index| !passed_over.contains(index))
                .collect();
            // A file with nothing but a broken block: nobody can tell what it was to be.
            case.files[file].is_bundle = part == Part::Bundle || !trusted.is_empty();
            for index in trusted {
                add_authority(case, index);
            }
        }
    }
    for index in to_bundle {
        add_authority(case, index);
    }
}

/// The certificates of a file that was given as the server's own and of which OpenSSL does not load
/// them. What is written anew here has none such.
fn passed_over(case: &Case, file: usize) -> HashSet<usize> {
    let file = &case.files[file].file;
    if file.part != Part::Bundle {
        return HashSet::new();
    }
    let certificate = |block: &usize| {
        let certificate = file.certificate(*block)?.as_ref().ok()?;
        case.by_sha256.get(&certificate.sha256()).copied()
    };
    let passed_over = &file.contents.passed_over;
    let loaded: HashSet<usize> = file
        .certificate_blocks()
        .filter(|block| !passed_over.contains(block))
        .filter_map(|block| certificate(&block))
        .collect();
    passed_over
        .iter()
        .filter_map(certificate)
        .filter(|index| !loaded.contains(index))
        .collect()
}

impl ClientCase {
    fn new(
        file: usize,
        leaf: Option<usize>,
        unreadable: Option<usize>,
        sent: Arc<[usize]>,
    ) -> Self {
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

/// Whether a client of the file was put aside. What the client sends along is no bundle without it.
/// One that looks like an authority is a client too, for authorities are not put aside.
fn has_client_aside(case: &Case, pile: &Pile, file: usize) -> bool {
    let file = &case.files[file].file;
    file.certificate_blocks()
        .filter_map(|block| file.certificate(block)?.as_ref().ok())
        .any(|certificate| pile.moved(certificate.sha256()) == Some(Placement::Aside))
}

/// The leaf of a file that is one client: the first certificate that no other one of the file names
/// as its issuer, the first one when in doubt. `None` when the first block is a certificate that
/// cannot be read, for that is the one a driver would send.
fn client_leaf(
    case: &Case,
    file: usize,
    held: &[usize],
    unreadable: Option<usize>,
) -> Option<usize> {
    let first = *held.first()?;
    let first_line = case.certificates[first]
        .places
        .iter()
        .filter(|place| place.file == file)
        .map(|place| place.source.offset)
        .min();
    let broken = unreadable.map(|index| case.unreadable[index].source.offset);
    if broken.is_some_and(|offset| Some(offset) < first_line) {
        return None;
    }
    if held.len() == 1 {
        return Some(first);
    }
    let mut issued: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for index in held {
        let by_name = issued
            .entry(case.certificate(*index).issuer().canonical())
            .or_default();
        // Two are enough to know whether there is another one than a certificate itself.
        if by_name.len() < 2 {
            by_name.push(*index);
        }
    }
    let is_leaf = |index: &&usize| {
        let named = issued.get(case.certificate(**index).subject().canonical());
        named.is_none_or(|others| others.iter().all(|other| other == *index))
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
    // What a file's clients send is compared once a file, not once a client.
    let mut lists: HashMap<Arc<[usize]>, usize> = HashMap::new();
    let mut list_of: HashMap<usize, usize> = HashMap::new();
    let mut seen: HashSet<(usize, usize)> = HashSet::new();
    let files = &case.files;
    case.clients.retain(|client| {
        let Some(leaf) = client.leaf else { return true };
        if files[client.file].file.part == Part::Client {
            return true;
        }
        let list = *list_of.entry(client.file).or_insert_with(|| {
            let next = lists.len();
            *lists.entry(Arc::clone(&client.sent)).or_insert(next)
        });
        seen.insert((leaf, list))
    });
}
