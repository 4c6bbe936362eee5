//! `atlas-x509 completions`: what lets a shell complete the commands, their flags and files.

use std::{
    io::{self, Write as _},
    process::ExitCode,
};

use clap::Args;
use clap_complete::Shell;

use crate::execute::Execute;

/// What `completions --help` and the manual page say last.
const AFTER_HELP: &str = "\
Examples:
  atlas-x509 completions bash > ~/.local/share/bash-completion/completions/atlas-x509
  atlas-x509 completions zsh > ~/.zfunc/_atlas-x509
  atlas-x509 completions fish > ~/.config/fish/completions/atlas-x509.fish";

/// The flags of `completions`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Flags {
    /// The shell to write them for
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

impl Execute for Flags {
    fn execute(self, mut cli: clap::Command) -> ExitCode {
        let mut script = Vec::new();
        let name = cli.get_name().to_owned();
        clap_complete::generate(self.shell, &mut cli, name, &mut script);
        // Nobody is left to tell when whoever reads it has gone.
        let _ = io::stdout().lock().write_all(&script);
        ExitCode::SUCCESS
    }
}
