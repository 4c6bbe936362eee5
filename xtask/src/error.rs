//! What can go wrong with a chore, each with the sentence that a person reads.

use std::{path::PathBuf, process::ExitCode, time::Duration};

/// Why a chore did not end well.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("`{command}` could not be started: {source}")]
    NotStarted {
        command: String,
        source: std::io::Error,
    },

    #[error("`{command}` failed ({status}).")]
    Failed {
        command: String,
        status: std::process::ExitStatus,
    },

    #[error("`{command}` did not end within {} seconds and was stopped.", limit.as_secs())]
    TooSlow { command: String, limit: Duration },

    #[error("{}: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },

    #[error("{what} is missing. {remedy}")]
    Missing { what: String, remedy: String },

    #[error("`{name}` is set to `{value}`; it can be {allowed}.")]
    Setting {
        name: &'static str,
        value: String,
        allowed: &'static str,
    },

    #[error("`{program}` ended before it said `{awaited}`. What it wrote is above.")]
    Silent {
        program: String,
        awaited: &'static str,
    },

    #[error("index.html has something that only Trunk would understand: {0}")]
    Index(String),

    #[error("A part of this chore ended early. What it wrote is above.")]
    Ended,

    #[error("Nothing was measured: {what}.")]
    Measured { what: String },

    #[error("`{0}` is not known here. `cargo xtask help` lists what is.")]
    Usage(String),

    #[error("Tests failed: {}. What they wrote is above, and in target/unit.", .0.join(", "))]
    Tests(Vec<String>),

    #[error("Not everything passed: {}.", .0.join(", "))]
    Stages(Vec<&'static str>),
}

impl Error {
    /// 2 when the chore was asked in a wrong way, the status of the program that failed, else 1.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            // A program's own status; none when a signal ended it.
            Self::Failed { status, .. } => match status.code() {
                Some(code) => ExitCode::from(code.to_le_bytes()[0]),
                None => ExitCode::FAILURE,
            },
            _ => ExitCode::FAILURE,
        }
    }

    /// For `map_err`: names the file that an I/O error is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
