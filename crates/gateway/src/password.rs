//! The password of PKCS#12 files and encrypted keys, as the commands are given it: in a file or in the
//! environment. There is no flag for the password itself: other users of a computer can read the
//! arguments of every process.

use std::{env, io, path::PathBuf};

use clap::{Args, ValueHint};
use pki::{Password, words::shell};
use zeroize::Zeroizing;

use crate::private;

const VARIABLE: &str = "ATLAS_X509_PASSWORD";

/// How to give a password, as an end of a sentence.
pub(crate) const HOW: &str = "with --password-file FILE or in ATLAS_X509_PASSWORD";

/// Where the password is.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// A file whose first line is the password of the PKCS#12 files and encrypted keys
    ///
    /// Only you may be able to read it (chmod 600). Without one the password is in the environment, in
    /// `ATLAS_X509_PASSWORD`. The empty password is tried by itself.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    password_file: Option<PathBuf>,
}

/// Why there is no password: one sentence each, and nothing of what the file holds.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoPassword {
    #[error("--password-file {} cannot be read: {cause}.", file.display())]
    Unreadable { file: PathBuf, cause: io::Error },
    #[error(
        "--password-file {} can be read by other users of this computer: run `chmod 600 {}`.",
        file.display(),
        shell(&file.to_string_lossy())
    )]
    Shared { file: PathBuf },
    #[error("{place} holds no password: it is not UTF-8.")]
    NotText { place: String },
    #[error(
        "--password-file {} holds no password: its first line is empty. The empty password is tried without one.",
        file.display()
    )]
    Empty { file: PathBuf },
}

impl Source {
    /// The password, if one was given. An empty variable gives none: that is what becomes of a secret
    /// that a pipeline does not have.
    pub(crate) fn read(&self) -> Result<Option<Password>, NoPassword> {
        let Some(file) = &self.password_file else {
            return match env::var(VARIABLE) {
                Ok(password) if !password.is_empty() => Ok(Some(Password::new(password))),
                Ok(_) | Err(env::VarError::NotPresent) => Ok(None),
                Err(env::VarError::NotUnicode(_)) => Err(NoPassword::NotText {
                    place: VARIABLE.to_owned(),
                }),
            };
        };
        let opened = private::read(file).map_err(|cause| NoPassword::Unreadable {
            file: file.clone(),
            cause,
        })?;
        let bytes = Zeroizing::new(opened.bytes);
        if opened.is_shared {
            let file = file.clone();
            return Err(NoPassword::Shared { file });
        }
        let text = str::from_utf8(&bytes).map_err(|_| NoPassword::NotText {
            place: format!("--password-file {}", file.display()),
        })?;
        // Editors of Windows write a mark before the text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        match text.lines().next() {
            None | Some("") => Err(NoPassword::Empty { file: file.clone() }),
            Some(line) => Ok(Some(Password::new(line.to_owned()))),
        }
    }
}
