//! The command line: which commands there are.
//!
//! A command is one module with its flags (a [`clap::Args`]) and an [`Execute`] for them, and one
//! line in the list at the end of this file.

use std::{env, process::ExitCode};

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::{execute::Execute, terminal::clean};

/// Checks certificates for self-managed X.509 in Atlas, and serves the page that sets it up.
#[derive(Debug, Parser)]
#[command(name = "atlas-x509", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    /// What was asked for on the command line. Ends the program when that is help, the version, or
    /// nothing it understands.
    pub fn from_command_line() -> Self {
        let arguments: Vec<_> = env::args_os().collect();
        Self::try_parse_from(&arguments).unwrap_or_else(|_| {
            // What is wrong is quoted in the complaint, and a file's name may be made to be printed.
            Self::parse_from(
                arguments
                    .iter()
                    .map(|it| clean(&it.to_string_lossy()).into_owned()),
            )
        })
    }

    /// Runs the command. Exit status 2 says that it was asked in a wrong way.
    pub fn run(self) -> ExitCode {
        self.command.execute(Self::command())
    }
}

macro_rules! commands {
    ($($(#[doc = $help:literal])+ $name:ident($flags:ty)),+ $(,)?) => {
        #[derive(Debug, Subcommand)]
        enum Command {
            $($(#[doc = $help])+ $name($flags)),+
        }

        impl Execute for Command {
            fn execute(self, cli: clap::Command) -> ExitCode {
                match self {
                    $(Self::$name(flags) => flags.execute(cli)),+
                }
            }
        }
    };
}

commands! {
    /// Say what a server does with certificates: accepted or refused, why, and how to fix it.
    Check(crate::check::Flags),
    /// Print the database user name of a client's certificate, or of many.
    Username(crate::username::Flags),
    /// Log in to a cluster once, and say step by step how far it came and why no further.
    Login(crate::login::Flags),
    /// Make certificates to practise with: authorities, clients, and what to try.
    Practice(crate::practice::Flags),
    /// Serve the page on this computer.
    Serve(crate::serve::Flags),
    /// Run a stand-in for Atlas, to try things out and for tests.
    Sandbox(crate::sandbox::Flags),
    /// Print what lets a shell complete these commands.
    Completions(crate::completions::Flags),
    /// Print the manual page of the program or of one command.
    Man(crate::man::Flags),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    /// A password is in a file or in the environment.
    #[test]
    fn no_command_takes_a_password_on_its_command_line() {
        let cli = Cli::command();
        for command in cli.get_subcommands() {
            let flags = command.get_arguments().filter_map(|it| it.get_long());
            for flag in flags.filter(|it| it.contains("password")) {
                assert_eq!(flag, "password-file", "{}", command.get_name());
            }
        }
    }

    /// What stands on a command line, every user of the computer can read: a new flag has to be none
    /// that takes a secret.
    #[test]
    fn no_flag_of_the_server_takes_a_secret() {
        let cli = Cli::command();
        let serve = cli.find_subcommand("serve").unwrap();
        let flags: Vec<&str> = serve
            .get_arguments()
            .filter_map(|it| it.get_long())
            .collect();
        let expected = "listen upstream upstream-ca sandbox sandbox-at read-only allow-host origin config open page server-ca no-clusters";
        assert_eq!(flags.join(" "), expected);
    }
}
