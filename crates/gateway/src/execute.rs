//! What the flags of a command know how to do.

use std::process::ExitCode;

/// The exit status of a command that was asked in a wrong way, or that cannot open a file.
pub(crate) const USAGE_ERROR: u8 = 2;

pub(crate) trait Execute {
    /// `cli` is the whole command line, for commands that write it down.
    fn execute(self, cli: clap::Command) -> ExitCode;
}
