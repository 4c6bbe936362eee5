//! `atlas-x509 login`: one login, step by step, and why it stops where it stops.
//!
//! The login is made by MongoDB's own driver. Of what happens on the way a driver says little (a refused
//! certificate is a closed connection to it), so the steps before are taken here first: names, TCP, the
//! handshake, and whether the server is still there after it. Nothing is said that none of them showed.

mod driver;
mod file;
mod judged;
mod outcome;
mod situation;
mod target;
mod text;
mod tls;
mod walk;
mod wire;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
    time::Duration,
};

use anstream::AutoStream;
use clap::{ArgGroup, Args, ColorChoice, ValueEnum, ValueHint};
use pki::Password;
use zeroize::Zeroizing;

use crate::{
    execute::{Execute, USAGE_ERROR},
    password, terminal,
};
use outcome::{Outcome, Stop, Verdict, Way};
use situation::Step;
use target::Target;
use walk::Asked;

const NAME: &str = "login";

/// What `login --help` and the manual page say last.
const AFTER_HELP: &str = "\
Exit status: 0 when the client logged in and has a role, 1 when it did not, 2 when the question was wrong or a file \
cannot be used. Nothing was sent anywhere then.

The private key stays in this program. Everything that a login can stop at is in docs/login.md.

Examples:
  atlas-x509 login --pem client.pem --uri 'mongodb+srv://cluster0.example.mongodb.net'
  atlas-x509 login --pem client.pem --uri 'mongodb+srv://cluster0.example.mongodb.net' --ca ca.pem
  atlas-x509 login --pem client.pem --host localhost:27017 --server-ca server-ca.pem";

/// The flags of `login`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP, group(ArgGroup::new("where").required(true).args(["uri", "host"])))]
pub(crate) struct Flags {
    /// The client's file, as drivers take it: certificate, intermediates and private key in PEM
    #[arg(long = "pem", value_name = "FILE", value_hint = ValueHint::FilePath)]
    client: PathBuf,

    /// The cluster's connection string, without a password
    #[arg(long, value_name = "URI")]
    uri: Option<String>,

    /// One server, and no other of its cluster; without a port 27017
    #[arg(long, value_name = "HOST[:PORT]")]
    host: Option<String>,

    /// The authority of the server's certificate, in PEM; without it the public ones, as for Atlas
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    server_ca: Option<PathBuf>,

    /// The bundle that the server trusts: a file, or a folder of them, to say why it refuses (repeatable)
    #[arg(long = "ca", value_name = "FILE", num_args = 1.., value_hint = ValueHint::AnyPath)]
    bundle: Vec<PathBuf>,

    /// How long to wait in each step: 500ms, 10s, 1m
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = patience)]
    timeout: Duration,

    #[command(flatten)]
    password: password::Source,

    /// How to write the result
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// When to use colours
    ///
    /// By itself on a terminal only, and not where the environment has `NO_COLOR`.
    #[arg(long, value_name = "WHEN", value_enum, default_value_t = ColorChoice::Auto)]
    color: ColorChoice,
}

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// As docs/login.schema.json describes it
    Json,
}

fn patience(text: &str) -> Result<Duration, String> {
    const RANGE: std::ops::RangeInclusive<Duration> =
        Duration::from_millis(100)..=Duration::from_mins(10);
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: Option<u64> = text[..text.len() - unit.len()].parse().ok();
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        _ => 0,
    };
    number
        .and_then(|number| number.checked_mul(milliseconds))
        .map(Duration::from_millis)
        .filter(|time| RANGE.contains(time))
        .ok_or_else(|| "give a time between 100ms and 10m, such as 500ms, 10s or 1m".to_owned())
}

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        let asked = self.password.read().map_err(|error| error.to_string());
        let asked = asked.and_then(|password| Ok((password, self.judge()?)));
        let outcome = match asked {
            Ok((password, verdict)) => self.log_in(password, verdict),
            Err(error) => {
                terminal::complain(NAME, &error);
                return ExitCode::from(USAGE_ERROR);
            }
        };
        match self.write(&outcome) {
            // Whoever read the result has seen enough of it.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                terminal::complain(NAME, &format!("the result cannot be written: {error}"));
                ExitCode::from(USAGE_ERROR)
            }
            _ => ExitCode::from(outcome.status()),
        }
    }
}

impl Flags {
    /// What `check` says. That the client's file cannot be read is told by the step that reads it.
    fn judge(&self) -> Result<Option<Verdict>, String> {
        if !self.client.is_file() {
            return Ok(None);
        }
        judged::judge(&self.bundle, &self.client).map_err(|error| error.to_string())
    }

    fn log_in(&self, password: Option<Password>, verdict: Option<Verdict>) -> Outcome {
        let mut way = Way::default();
        let end = self
            .ask(password, &mut way)
            .and_then(|asked| asked.walk(&mut way));
        if end.is_ok()
            && verdict
                .as_ref()
                .is_some_and(|it| it.accepted == Some(false))
        {
            way.notes.push(
                "The cluster accepts a client that check refuses: it trusts other authorities than --ca holds."
                    .to_owned(),
            );
        }
        way.outcome(self.client.display().to_string(), end, verdict)
    }

    /// Everything that can be told without the network.
    fn ask(&self, password: Option<Password>, way: &mut Way) -> Result<Asked, Stop> {
        let target = match (&self.uri, &self.host) {
            (Some(uri), _) => Target::of_uri(uri)?,
            (None, host) => Target::of_host(host.as_deref().unwrap_or_default())?,
        };
        let server_ca = self.server_ca.clone().or_else(|| target.server_ca.clone());
        let roots = file::roots(server_ca.as_deref())?;
        if target.is_insecure {
            way.notes.push(
                "The connection string switches the check of the server's certificate off. It was checked all the same."
                    .to_owned(),
            );
        }
        let exposed = password
            .as_ref()
            .map(|it| Zeroizing::new(it.expose().as_bytes().to_vec()));
        let client = file::read(&self.client, password)?;
        let is_given = exposed.is_some();
        let password = exposed.filter(|_| client.is_encrypted);
        if is_given && password.is_none() {
            way.notes
                .push("The key isn't encrypted, so no password was needed.".to_owned());
        }
        way.done(Step::Question, format!("log in to {}", target.place));
        way.done(Step::File, client.found.clone());
        match client.chain[0].subject().user_name() {
            Ok(name) => {
                if let Some(other) = target.username.as_ref().filter(|it| **it != name) {
                    way.notes.push(format!(
                        "The connection string names the user {other}, and the certificate's name is {name}. Take the \
                         user out of the connection string: the server takes the certificate's name."
                    ));
                }
                way.username = Some(name);
            }
            Err(reason) => way
                .notes
                .push(format!("The certificate gives no user name: {reason}")),
        }
        Ok(Asked {
            path: self.client.clone(),
            target,
            client,
            roots,
            server_ca,
            password,
            patience: self.timeout,
        })
    }

    fn write(&self, outcome: &Outcome) -> io::Result<()> {
        let out = io::stdout().lock();
        match self.format {
            Format::Text => {
                let text = text::render(outcome, terminal::width());
                let choice = match self.color {
                    ColorChoice::Always => anstream::ColorChoice::AlwaysAnsi,
                    ColorChoice::Never => anstream::ColorChoice::Never,
                    ColorChoice::Auto => AutoStream::choice(&out),
                };
                AutoStream::new(out, choice).write_all(text.as_bytes())
            }
            Format::Json => {
                let mut out = io::BufWriter::new(out);
                serde_json::to_writer_pretty(&mut out, outcome)?;
                writeln!(out)?;
                out.flush()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_a_unit_and_an_end() {
        for (text, expected) in [
            ("500ms", Some(500)),
            ("10s", Some(10_000)),
            ("1m", Some(60_000)),
            ("10", None),
            ("s", None),
            ("0s", None),
            ("11m", None),
            ("-1s", None),
            ("1.5s", None),
            ("99999999999999999999m", None),
            ("18446744073709551615m", None),
            ("1h", None),
        ] {
            let found = patience(text).ok();
            assert_eq!(found, expected.map(Duration::from_millis), "{text}");
        }
    }
}
