//! `atlas-x509 check`: the page's verdict in a terminal or a pipeline.
//!
//! Reads files, asks the engine, and writes what it says as text, JSON or SARIF. It adds nothing to
//! the verdict.

mod sarif;
mod text;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    verify::{Level, Profile, Purpose},
    view::View,
};

use crate::{
    cli::{Execute, USAGE_ERROR},
    files::{self, Unreadable},
};

/// The flags of `check`.
#[derive(Debug, Args)]
pub(crate) struct Flags {
    /// A file of the bundle that the server trusts (repeatable).
    #[arg(long = "ca", value_name = "FILE", required = true, num_args = 1..)]
    bundle: Vec<PathBuf>,

    /// A client: its certificate, and what it sends along (repeatable).
    ///
    /// Without any, the bundle alone is judged.
    #[arg(long = "client", value_name = "FILE", num_args = 1..)]
    clients: Vec<PathBuf>,

    /// Judge for this moment instead of now, for example 2027-01-01T00:00:00Z.
    #[arg(long, value_name = "RFC3339", value_parser = moment)]
    at: Option<Timestamp>,

    /// The security level of the server's OpenSSL: 1 or 2.
    #[arg(long, default_value = "2", value_parser = level)]
    level: Level,

    /// How to write the result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: verdicts first.
    Text,
    /// The report, as docs/check.schema.json describes it.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_rfc3339(text).map_err(|error| error.to_string())
}

fn level(text: &str) -> Result<Level, String> {
    match text {
        "1" => Ok(Level::One),
        "2" => Ok(Level::Two),
        _ => Err("the level is 1 or 2".to_owned()),
    }
}

impl Execute for Flags {
    fn execute(self) -> ExitCode {
        let view = match self.judge() {
            Ok(view) => view,
            Err(error) => {
                eprintln!("atlas-x509 check: {error}");
                return ExitCode::from(USAGE_ERROR);
            }
        };
        let written = match self.format {
            Format::Text => text::render(&view),
            Format::Json => json(&view.report),
            Format::Sarif => json(&sarif::log(&view.report)),
        };
        if let Err(error) = io::stdout().lock().write_all(written.as_bytes()) {
            eprintln!("atlas-x509 check: the result cannot be written: {error}");
            return ExitCode::from(USAGE_ERROR);
        }
        if view.report.is_clean() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }
}

impl Flags {
    fn judge(&self) -> Result<View, Unreadable> {
        let mut pile = Pile::new();
        for path in &self.bundle {
            pile.add_bundle(files::read(path)?);
        }
        for path in &self.clients {
            pile.add_client(files::read(path)?);
        }
        files::check_amount(&pile)?;
        let profile = Profile {
            level: self.level,
            purpose: Purpose::TlsClient,
            at: self.at.unwrap_or_else(files::now),
        };
        Ok(Analysis::new(pile, profile).finish())
    }
}

fn json(value: &impl serde::Serialize) -> String {
    #[expect(
        clippy::expect_used,
        reason = "no map of ours has keys that are not strings"
    )]
    let mut text = serde_json::to_string_pretty(value).expect("plain data is JSON");
    text.push('\n');
    text
}
