//! `atlas-x509 username`: the database user name of each client's certificate, and nothing else.
//!
//! What a file holds in place of a certificate is told in the words of `check`.

use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueHint};
use pki::{
    Certificate, Report,
    analysis::{Analysis, Pile},
    input::{Content, Contents},
    report::Client,
    verify::{Level, Profile, Purpose},
};

use crate::{
    cli::{Execute, USAGE_ERROR},
    files::{self, Reader, first_of},
    password,
    terminal::{self, clean},
};

const NAME: &str = "username";

/// What `check` says of every private key.
const PRIVATE_KEY: &str = "input.private-key";

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
    fn execute(self) -> ExitCode {
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
            match reader.read(path) {
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
            if let Err(reasons) = name(contents).and_then(|name| form.print(&name, &file)) {
                for reason in reasons {
                    terminal::complain(NAME, &reason);
                }
                status = status.max(1);
            }
        }
        ExitCode::from(status)
    }
}

/// Whether a file holds authorities and nobody else.
fn is_of_authorities(contents: &Contents) -> bool {
    let mut certificates = contents
        .blocks
        .iter()
        .filter_map(|block| match &block.content {
            Content::Certificate { der, .. } => Some(Certificate::from_der(der)),
            _ => None,
        })
        .peekable();
    certificates.peek().is_some()
        && certificates.all(|read| read.is_ok_and(|certificate| certificate.is_authority()))
}

/// The user name of the client that a file holds, or why there is none.
fn name(contents: Contents) -> Result<String, Vec<String>> {
    let mut pile = Pile::new();
    pile.add_client(contents);
    // The name depends on neither the moment nor the level.
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: files::now(),
    };
    let report = Analysis::new(pile, profile).finish().report;
    let client = report.clients.first();
    if let Some(Client {
        username: Some(name),
        ..
    }) = client
    {
        return Ok(name.clone());
    }
    Err(client.map_or_else(Vec::new, |client| reasons(&report, client)))
}

/// Why a client has no user name, each with the name of its file, in the order in which `check`
/// tells it.
fn reasons(report: &Report, client: &Client) -> Vec<String> {
    if let Some(reason) = &client.username_error {
        return vec![format!("{}: {reason}", client.file)];
    }
    let found = files::in_place_of_a_certificate(&report.findings, &client.file);
    let is_key = |index: &usize| report.findings[*index].id == PRIVATE_KEY;
    if !found.is_empty() && found.iter().all(is_key) {
        return vec![format!(
            "“{}” holds a private key and no certificate. The user name comes from the certificate: \
             give its file instead.",
            client.file
        )];
    }
    let found: Vec<String> = found
        .into_iter()
        .map(|index| {
            let finding = &report.findings[index];
            let command = finding
                .command
                .as_ref()
                .map_or_else(String::new, |command| format!(" Run: {command}"));
            format!(
                "{} {} {}{command}",
                finding.message, finding.meaning, finding.fix
            )
        })
        .collect();
    match &client.parse_error {
        Some(reason) if found.is_empty() => vec![format!("{}: {reason}", client.file)],
        _ => found,
    }
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
