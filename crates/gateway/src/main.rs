//! The program `atlas-x509`. Everything it does lives in the library beside it.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    atlas_x509::cli::Cli::parse().run()
}
