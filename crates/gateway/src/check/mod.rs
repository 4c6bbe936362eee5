//! `atlas-x509 check`: the page's verdict in a terminal or a pipeline.
//!
//! Reads files, asks the engine, and writes what it says as text, JSON or SARIF. It adds nothing to
//! the verdict; what it adds to the question is in [`mistaken`].

mod mistaken;
mod platform;
mod sarif;
mod text;

use std::{
    io::{self, Write as _},
    mem,
    path::PathBuf,
    process::ExitCode,
};

use anstream::AutoStream;
use clap::{Args, ColorChoice, ValueEnum, ValueHint};
use pki::{
    Timestamp,
    analysis::{Analysis, Pile},
    verify::{Level, Profile, Purpose},
    view::Outline,
};

use crate::{
    execute::{Execute, USAGE_ERROR},
    files::{self, For, Reader, Unreadable},
    password, terminal,
};
use mistaken::Mistaken;

const NAME: &str = "check";

/// What `check --help` and the manual page say last.
const AFTER_HELP: &str = "\
Exit status: 0 when every client is accepted and no finding is an error, 1 when that is not so, 2 when the \
question was wrong, or a file or a key in it cannot be opened.

Examples:
  atlas-x509 check --ca ca.pem --client client.pem
  atlas-x509 check --ca ca.pem --client clients/ --quiet
  kubectl get secret … | atlas-x509 check --ca ca.pem --client -
  atlas-x509 check --ca ca.pem --client client.pem --at 2027-06-01";

/// The flags of `check`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Flags {
    /// A file of the bundle that the server trusts, a folder of them, or - for standard input (repeatable)
    #[arg(long = "ca", value_name = "FILE", required = true, num_args = 1.., value_hint = ValueHint::AnyPath)]
    bundle: Vec<PathBuf>,

    /// A client: its certificate and what it sends along. A folder holds a client in each file; - is
    /// standard input (repeatable)
    ///
    /// Without any, the bundle alone is judged.
    #[arg(long = "client", value_name = "FILE", num_args = 1.., value_hint = ValueHint::AnyPath)]
    clients: Vec<PathBuf>,

    #[command(flatten)]
    password: password::Source,

    /// Judge for this moment instead of now: 2027-01-01, which is its midnight UTC, or
    /// 2027-01-01T09:00:00Z
    #[arg(long, value_name = "MOMENT", value_parser = Timestamp::parse_moment)]
    at: Option<Timestamp>,

    /// The security level of the server's OpenSSL: 1 or 2
    #[arg(long, default_value = "2", value_parser = level)]
    level: Level,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Print only what is not accepted, and the summary; JSON and SARIF stay whole
    #[arg(long, short)]
    quiet: bool,

    /// When to use colours
    ///
    /// By itself on a terminal only, and not where the environment has `NO_COLOR`.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: verdicts first
    Text,
    /// The report, as docs/check.schema.json describes it
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

impl Format {
    /// What to call standard input: for people its name, for programs what was given.
    fn standard_input(self) -> &'static str {
        match self {
            Self::Text => text::STANDARD_INPUT,
            Self::Json | Self::Sarif => files::STANDARD_INPUT,
        }
    }
}

fn level(text: &str) -> Result<Level, String> {
    match text {
        "1" => Ok(Level::One),
        "2" => Ok(Level::Two),
        _ => Err("the level is 1 or 2".to_owned()),
    }
}

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        let judged = match self.judge() {
            Ok(judged) => judged,
            Err(error) => {
                terminal::complain(NAME, &error);
                return ExitCode::from(USAGE_ERROR);
            }
        };
        let code = match self.write(&judged) {
            // Whoever read the result has seen enough of it.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                terminal::complain(NAME, &format!("the result cannot be written: {error}"));
                ExitCode::from(USAGE_ERROR)
            }
            _ if judged.is_password_wrong => ExitCode::from(USAGE_ERROR),
            _ if judged.is_clean() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
        // The program ends here, and the system takes all of its memory back at once. Keys are wiped first.
        if !judged.pile.holds_secrets() {
            mem::forget(judged);
        }
        code
    }
}

/// What was found, and what the person seems to have meant otherwise.
struct Judged {
    pile: Pile,
    outline: Outline,
    mistaken: Mistaken,
    /// A key stayed closed, and was not compared with its certificate.
    is_password_wrong: bool,
}

impl Judged {
    fn is_clean(&self) -> bool {
        self.outline.report.is_clean() && self.mistaken.clients_as_authorities.is_empty()
    }
}

impl Flags {
    fn judge(&self) -> Result<Judged, Unreadable> {
        let mut reader = Reader::new(self.format.standard_input(), self.password.read()?);
        let mut pile = Pile::new();
        for path in &self.bundle {
            reader
                .read(path, For::Bundle)?
                .into_iter()
                .for_each(|file| pile.add_bundle(file));
        }
        let clients = pile.files().count();
        for path in &self.clients {
            reader
                .read(path, For::Clients)?
                .into_iter()
                .for_each(|file| pile.add_client(file));
        }
        files::check_amount(&pile)?;
        if let Some(others) = reader.passed_over() {
            terminal::complain(
                NAME,
                &format!("passed over files without a certificate that can be read: {others}"),
            );
        }
        for said in reader.unopened() {
            terminal::complain(NAME, &said);
        }
        let valid = platform::decode(&pile);
        let mistaken = Mistaken::of(&pile, clients);
        let profile = Profile {
            level: self.level,
            purpose: Purpose::TlsClient,
            at: self.at.unwrap_or_else(files::now),
        };
        let mut analysis = Analysis::new(pile.clone(), profile);
        platform::verify_beforehand(&mut analysis, &valid);
        Ok(Judged {
            pile,
            outline: analysis.outline(),
            mistaken,
            is_password_wrong: reader.has_other_password(),
        })
    }

    fn write(&self, judged: &Judged) -> io::Result<()> {
        let report = &judged.outline.report;
        let out = io::stdout().lock();
        match self.format {
            Format::Text => {
                let text = text::render(judged, self.quiet, terminal::width());
                let choice = match self.color {
                    ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
                    ColorChoice::Never => anstream::ColorChoice::Never,
                    ColorChoice::Auto => AutoStream::choice(&out),
                };
                AutoStream::new(out, choice).write_all(text.as_bytes())
            }
            Format::Json => write_json(out, report),
            Format::Sarif => write_json(out, &sarif::log(report)),
        }?;
        if self.format != Format::Text {
            for hint in judged.mistaken.hints() {
                terminal::complain(NAME, &hint);
            }
        }
        Ok(())
    }
}

fn write_json(out: impl io::Write, value: &impl serde::Serialize) -> io::Result<()> {
    let mut out = io::BufWriter::new(out);
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)?;
    out.flush()
}
