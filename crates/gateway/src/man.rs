//! `atlas-x509 man`: the manual page, made of what `--help` says.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Args;
use clap_mangen::Man;

use crate::{
    execute::{Execute, USAGE_ERROR},
    terminal,
};

const NAME: &str = "man";

/// What `man --help` and the manual page say last.
const AFTER_HELP: &str = "\
Examples:
  atlas-x509 man | man -l -
  atlas-x509 man check > /usr/local/share/man/man1/atlas-x509-check.1";

/// The flags of `man`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Flags {
    /// The command whose page to write; without one, the page of the program
    #[arg(value_name = "COMMAND")]
    command: Option<String>,
}

impl Execute for Flags {
    fn execute(self, mut cli: clap::Command) -> ExitCode {
        // Gives each command its whole name.
        cli.build();
        let command = match &self.command {
            None => Some(cli),
            Some(name) => cli.find_subcommand(name).cloned(),
        };
        let Some(command) = command else {
            terminal::complain(
                NAME,
                &"there is no such command; `atlas-x509 help` lists them",
            );
            return ExitCode::from(USAGE_ERROR);
        };
        let mut page = Vec::new();
        match Man::new(command)
            .render(&mut page)
            .and_then(|()| io::stdout().lock().write_all(&page))
        {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                terminal::complain(NAME, &format!("the page cannot be written: {error}"));
                ExitCode::from(USAGE_ERROR)
            }
            _ => ExitCode::SUCCESS,
        }
    }
}
