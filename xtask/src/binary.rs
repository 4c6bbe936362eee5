//! The native program, `atlas-x509`, built in one of two ways.

use std::path::PathBuf;

use crate::{error::Error, layout, process::Program};

/// The program as one of Cargo's profiles makes it.
pub(crate) struct Binary {
    profile: &'static str,
}

/// Soon there, to be used and tested here.
pub(crate) const HERE: Binary = Binary { profile: "serve" };

/// Optimised, to be handed on and measured.
pub(crate) const RELEASE: Binary = Binary { profile: "release" };

impl Binary {
    /// Builds it with the page of `dist` inside.
    pub(crate) fn build(&self) -> Result<(), Error> {
        Program::cargo()
            .args(["build", "--locked", "--profile", self.profile])
            .args(["--package", "atlas-x509"])
            .run_build()
    }

    pub(crate) fn file(&self) -> PathBuf {
        layout::target().join(self.profile).join("atlas-x509")
    }

    /// As it was built last.
    pub(crate) fn program(&self) -> Program {
        Program::new(&self.file().to_string_lossy())
    }
}
