//! `atlas-x509 username`: the database user name of each client's certificate, and nothing else.
//!
//! What a file holds in place of a certificate is told in the words of `check`.

use std::{
    collections::HashSet,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueHint};
use pki::{
    Certificate,
    engine::user_name,
    input::{Content, Contents},
};

use crate::{
    execute::{Execute, USAGE_ERROR},
    files::{self, For, Reader, first_of},
    password,
    terminal::{self, clean},
};

const NAME: &str = "username";

/// The flags of `username`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// A client's certificate (what else its file holds does not matter), a folder of them, or - for
    /// standard input
    ///
    /// Of a folder, files that hold nothing but authorities are left out.
    /// Of one file the name alone is printed, of several a line each: name, tab, file.
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::AnyPath)]
    files: Vec<PathBuf>,

    #[command(flatten)]
    password: password::Source,
}

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        let password = match self.password.read() {
            Ok(password) => password,
            Err(error) => {
                terminal::complain(NAME, &error);
                return ExitCode::from(USAGE_ERROR);
            }
        };
        let mut reader = Reader::new(files::STANDARD_INPUT, password);
        let mut status = 0;
        let mut held = Vec::new();
        let mut authorities = Vec::new();
        for path in &self.files {
            match reader.read(path, For::Clients) {
                // Nobody named these files one by one.
                Ok(found) if path.is_dir() => {
                    let (left_out, clients): (Vec<_>, Vec<_>) =
                        found.into_iter().partition(is_of_authorities);
                    authorities.extend(left_out.into_iter().map(|contents| contents.name));
                    held.extend(clients);
                }
                Ok(found) => held.extend(found),
                Err(error) => {
                    terminal::complain(NAME, &error);
                    status = USAGE_ERROR;
                }
            }
        }
        if let Some(others) = reader.passed_over() {
            terminal::complain(
                NAME,
                &format!("passed over files without a certificate that can be read: {others}"),
            );
        }
        if !authorities.is_empty() {
            terminal::complain(
                NAME,
                &format!(
                    "left out authorities, which don't log in: {}",
                    first_of(&authorities)
                ),
            );
            if held.is_empty() {
                status = status.max(1);
            }
        }
        for said in reader.unopened() {
            terminal::complain(NAME, &said);
        }
        let files = held.len() + authorities.len();
        let form = Form::of(files.max(self.files.len()));
        for contents in held {
            let file = contents.name.clone();
            if let clients @ 2.. = count_clients(&contents) {
                terminal::complain(
                    NAME,
                    &format!(
                        "{file} holds {clients} clients, and this is the name of the first: give each a file of its own"
                    ),
                );
            }
            if let Err(reasons) = user_name(contents).and_then(|name| form.print(&name, &file)) {
                for reason in reasons {
                    terminal::complain(NAME, &reason);
                }
                status = status.max(1);
            }
        }
        ExitCode::from(status)
    }
}

/// The certificates of a file, as far as they can be read.
fn certificates(contents: &Contents) -> impl Iterator<Item = Option<Certificate>> {
    let blocks = contents.blocks.iter();
    blocks.filter_map(|block| match &block.content {
        Content::Certificate { der, .. } => Some(Certificate::from_der(der).ok()),
        _ => None,
    })
}

/// Whether a file holds authorities and nobody else.
fn is_of_authorities(contents: &Contents) -> bool {
    let mut certificates = certificates(contents).peekable();
    certificates.peek().is_some()
        && certificates.all(|read| read.is_some_and(|certificate| certificate.is_authority()))
}

/// How many certificates of a file are no authority's, each counted once.
fn count_clients(contents: &Contents) -> usize {
    let clients = certificates(contents).flatten();
    let clients = clients.filter(|certificate| !certificate.is_authority());
    let different: HashSet<Vec<u8>> = clients.map(|client| client.der().to_vec()).collect();
    different.len()
}

/// How names are printed.
#[derive(Clone, Copy)]
enum Form {
    /// The name alone.
    Alone,
    /// A line for each name, with its file.
    Lines,
}

impl Form {
    fn of(files: usize) -> Self {
        if files > 1 { Self::Lines } else { Self::Alone }
    }

    fn print(self, name: &str, file: &str) -> Result<(), Vec<String>> {
        let mut out = io::stdout().lock();
        let has_control = clean(name) != name;
        let written = match self {
            // To a program it is exactly the name. A terminal would act upon what is in it.
            Self::Alone if has_control && out.is_terminal() => {
                terminal::complain(NAME, &"� stands for a character that cannot be printed");
                writeln!(out, "{}", clean(name))
            }
            Self::Alone => writeln!(out, "{name}"),
            Self::Lines if has_control => {
                return Err(vec![format!(
                    "{file}: the name holds a character that would break its line; ask for this file alone"
                )]);
            }
            Self::Lines => writeln!(out, "{name}\t{}", clean(file)),
        };
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(vec![format!("{file}: the name cannot be written: {error}")])
            }
            _ => Ok(()),
        }
    }
}
