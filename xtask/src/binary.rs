//! Building and starting the native program, `atlas-x509`.

use std::{
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, ChildStdout},
};

use crate::{
    error::Error,
    layout,
    process::{self, Program},
};

/// Builds it with the page of `dist` inside.
pub(crate) fn build() -> Result<(), Error> {
    Program::cargo()
        .args(["build", "--release", "--locked", "--package", "atlas-x509"])
        .run()
}

pub(crate) fn file() -> PathBuf {
    layout::target().join("release/atlas-x509")
}

/// The program, running. It ends with this value.
pub(crate) struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    pub(crate) fn start(program: Program) -> Result<Self, Error> {
        let mut child = program.start()?;
        let Some(output) = child.stdout.take() else {
            process::stop(&mut child);
            return Err(Error::Silent {
                program: "atlas-x509".to_owned(),
                awaited: "anything",
            });
        };
        Ok(Self {
            child,
            lines: BufReader::new(output),
        })
    }

    /// Reads lines up to the one that begins so, gives each before it to `other`, and returns the
    /// rest of that line.
    pub(crate) fn wait_for(
        &mut self,
        beginning: &'static str,
        mut other: impl FnMut(&str),
    ) -> Result<String, Error> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).unwrap_or(0) == 0 {
                return Err(Error::Silent {
                    program: "atlas-x509".to_owned(),
                    awaited: beginning,
                });
            }
            match line.trim_end().strip_prefix(beginning) {
                Some(rest) => return Ok(rest.to_owned()),
                None => other(line.trim_end()),
            }
        }
    }

    /// Passes on what it says, until it ends.
    pub(crate) fn follow(mut self) {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap_or(0) > 0 {
            print!("{line}");
            line.clear();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        process::stop(&mut self.child);
    }
}
