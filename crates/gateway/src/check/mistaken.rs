//! What somebody seems to have meant otherwise than they said it.
//!
//! `--ca *.pem` gives every file to `--ca`, and `--ca ca.pem client.pem` is what is left when
//! `--client` is forgotten: the bundle alone is judged then, and may be in order. A file is one
//! client, so of a file with many only one is judged. The report says nothing wrong in either case,
//! and yet it is not the answer to what was asked.

use std::collections::HashSet;

use pki::{analysis::Pile, words::shell};

use crate::files::first_of;

/// What was given for something else than it looks like.
#[derive(Debug, Default)]
pub(super) struct Mistaken {
    /// Files of the bundle that look like clients, where no client was given.
    pub(super) clients_as_authorities: Vec<String>,
    /// The other files of the bundle.
    authorities: Vec<String>,
    /// Files that are to be one client and hold several, with how many.
    many_clients: Vec<(String, usize)>,
}

/// A file of the pile: its name, and what it looks like.
struct File<'a> {
    name: &'a str,
    /// Whether it begins with a certificate that an authority issued to somebody else.
    begins_with_client: bool,
    clients: HashSet<pki::report::Sha256>,
}

impl Mistaken {
    /// Looks at a pile whose files from `first_client` on were given as clients.
    pub(super) fn of(pile: &Pile, first_client: usize) -> Self {
        let names: Vec<&str> = pile.files().map(|(name, _)| name).collect();
        let (bundle, clients) = names.split_at(first_client);
        let files = files(pile);
        let of = |names: &[&str]| -> Vec<&File<'_>> {
            let names: HashSet<&&str> = names.iter().collect();
            files
                .iter()
                .filter(|file| names.contains(&file.name))
                .collect()
        };
        let mut mistaken = Self::default();
        if clients.is_empty() {
            for file in of(bundle) {
                let name = file.name.to_owned();
                if file.begins_with_client {
                    mistaken.clients_as_authorities.push(name);
                } else {
                    mistaken.authorities.push(name);
                }
            }
        }
        mistaken.many_clients = of(clients)
            .into_iter()
            .filter(|file| file.clients.len() > 1)
            .map(|file| (file.name.to_owned(), file.clients.len()))
            .collect();
        mistaken
    }

    /// The sentence about files that look like clients; `None` without any.
    pub(super) fn summary(&self) -> Option<String> {
        match &self.clients_as_authorities[..] {
            [] => None,
            [only] => Some(format!(
                "“{only}” looks like a client, not like an authority. Did you forget --client?"
            )),
            many => Some(format!(
                "These look like clients, not like authorities: {}. Did you forget --client?",
                first_of(many)
            )),
        }
    }

    /// The command that they were probably meant for.
    pub(super) fn command(&self) -> Option<String> {
        /// Names that a person still reads in a command.
        const MAX_NAMES: usize = 20;
        let authorities = &self.authorities;
        let clients = &self.clients_as_authorities;
        let names = authorities.len() + clients.len();
        if authorities.is_empty() || clients.is_empty() || names > MAX_NAMES {
            return None;
        }
        let quoted = |names: &[String]| -> String {
            names
                .iter()
                .flat_map(|name| [" ".to_owned(), shell(name)])
                .collect()
        };
        Some(format!(
            "atlas-x509 check --ca{} --client{}",
            quoted(authorities),
            quoted(clients)
        ))
    }

    /// What to say of files that hold several clients.
    pub(super) fn of_many_clients(&self) -> impl Iterator<Item = String> {
        self.many_clients.iter().map(|(name, count)| {
            format!(
                "“{name}” holds {count} client certificates, and a file is one client: only the first was judged. \
                 Give each a file of its own; --client takes a folder, too."
            )
        })
    }

    /// Everything that is to be said, a sentence or two each.
    pub(super) fn hints(&self) -> Vec<String> {
        let summary = self.summary().map(|summary| match self.command() {
            Some(command) => format!("{summary} Try: {command}"),
            None => summary,
        });
        summary.into_iter().chain(self.of_many_clients()).collect()
    }
}

/// The files of a pile that hold a certificate which can be read.
fn files(pile: &Pile) -> Vec<File<'_>> {
    let mut files: Vec<File<'_>> = Vec::new();
    for (name, certificate) in pile.certificates() {
        // One that issued itself is trusted as it is, where somebody says so.
        let is_client = !certificate.is_authority() && !certificate.is_self_issued();
        if files.last().is_none_or(|file| file.name != name) {
            files.push(File {
                name,
                begins_with_client: is_client,
                clients: HashSet::new(),
            });
        }
        if is_client && let Some(file) = files.last_mut() {
            file.clients.insert(certificate.sha256());
        }
    }
    files
}
