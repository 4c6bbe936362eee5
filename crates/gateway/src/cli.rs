//! The command line: which commands there are.
//!
//! A command is one module with its flags (a [`clap::Args`]) and an [`Execute`] for them, and one
//! line in the list at the end of this file.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Checks certificates for self-managed X.509 in Atlas, and serves the page that sets it up.
#[derive(Debug, Parser)]
#[command(name = "atlas-x509", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// Runs the command. Exit status 2 says that it was asked in a wrong way.
    pub fn run(self) -> ExitCode {
        self.command.execute()
    }
}

/// What the flags of a command know how to do.
pub(crate) trait Execute {
    fn execute(self) -> ExitCode;
}

macro_rules! commands {
    ($($(#[doc = $help:literal])+ $name:ident($flags:ty)),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($(#[doc = $help])+ $name($flags)),+
        }

        impl Execute for Command {
            fn execute(self) -> ExitCode {
                match self {
                    $(Self::$name(flags) => flags.execute()),+
                }
            }
        }
    };
}

commands! {
    /// Serve the page on this computer.
    Serve(crate::serve::Flags),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
