//! The program `atlas-x509`. Everything it does lives in the library beside it.

use std::process::ExitCode;

use atlas_x509::cli::Cli;

fn main() -> ExitCode {
    Cli::from_command_line().run()
}
