//! `atlas-x509 username`: the database user name of one certificate, and nothing else.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use pki::{
    analysis::{Analysis, Pile},
    report::Client,
    verify::{Level, Profile, Purpose},
};

use crate::{
    cli::{Execute, USAGE_ERROR},
    files,
};

/// The flags of `username`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// A client's certificate; what else its file holds does not matter.
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

impl Execute for Flags {
    fn execute(self) -> ExitCode {
        let contents = match files::read(&self.file) {
            Ok(contents) => contents,
            Err(error) => {
                eprintln!("atlas-x509 username: {error}");
                return ExitCode::from(USAGE_ERROR);
            }
        };
        let mut pile = Pile::new();
        pile.add_client(contents);
        // The name depends on neither the moment nor the level.
        let profile = Profile {
            level: Level::Two,
            purpose: Purpose::TlsClient,
            at: files::now(),
        };
        let report = Analysis::new(pile, profile).finish().report;
        match report.clients.first().map(answer) {
            Some(Ok(name)) => {
                println!("{name}");
                ExitCode::SUCCESS
            }
            Some(Err(reason)) => {
                eprintln!("atlas-x509 username: {}: {reason}", self.file.display());
                ExitCode::FAILURE
            }
            // One client was added.
            None => ExitCode::FAILURE,
        }
    }
}

fn answer(client: &Client) -> Result<String, String> {
    match (
        &client.username,
        &client.username_error,
        &client.parse_error,
    ) {
        (Some(name), ..) => Ok(name.clone()),
        (None, Some(reason), _) | (None, None, Some(reason)) => Err(reason.clone()),
        (None, None, None) => Err("there is no certificate in the file".to_owned()),
    }
}
