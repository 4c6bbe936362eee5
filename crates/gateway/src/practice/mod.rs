//! `atlas-x509 practice`: a folder of certificates to try everything out with, for whoever has none.
//!
//! Keys are written as they are, for a driver takes them so without a question; what they are good for
//! is practice, and the folder says so.

mod made;
mod readme;

use std::{
    fs, io,
    io::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, ValueHint};
use pki::words::shell;

use crate::{
    execute::{Execute, USAGE_ERROR},
    files::{first_of, now},
    private,
    terminal::{self, clean},
};
use made::{CannotMake, Made};

const NAME: &str = "practice";

/// What `practice --help` and the manual page say last.
const AFTER_HELP: &str = "\
The folder gets two authorities, three clients that are accepted, one that has expired, one that is for servers \
only, and a README.md with commands to try. No key is encrypted: use them for practice only.

Exit status: 0 when the folder is there, 1 when no keys could be made, 2 when the files cannot be written.

Example:
  atlas-x509 practice practice
  cd practice
  atlas-x509 check --ca authorities.pem --client billing.pem";

/// The flags of `practice`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct Flags {
    /// The folder to make; one that is there must be empty
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
}

/// Why there is no folder of certificates: a sentence or two each, for people.
#[derive(Debug, thiserror::Error)]
enum NoPractice {
    #[error(
        "{} isn't empty, and nothing in it is overwritten. It holds {}. Name a folder that isn't there yet, or an empty one.",
        folder.display(),
        first_of(there)
    )]
    NotEmpty { folder: PathBuf, there: Vec<String> },
    #[error("{} is a file. Name a folder that isn't there yet, or an empty one.", .0.display())]
    File(PathBuf),
    #[error(
        "{} can't be written: {cause}. Name a folder in a place where you may write.",
        path.display()
    )]
    Unwritable { path: PathBuf, cause: io::Error },
    #[error(transparent)]
    CannotMake(#[from] CannotMake),
}

impl Execute for Flags {
    fn execute(self, _: clap::Command) -> ExitCode {
        match self.make() {
            Ok(made) => {
                self.tell(&made);
                ExitCode::SUCCESS
            }
            Err(error) => {
                terminal::complain(NAME, &error);
                ExitCode::from(match error {
                    NoPractice::CannotMake(_) => 1,
                    _ => USAGE_ERROR,
                })
            }
        }
    }
}

impl Flags {
    fn make(&self) -> Result<Made, NoPractice> {
        let folder = &self.folder;
        // Asked before, for making keys takes a moment.
        check_empty(folder)?;
        let made = made::make(now())?;
        private::make_folder(folder).map_err(|cause| unwritable(folder, cause))?;
        for (name, content) in &made.files {
            write(&folder.join(name), content)?;
        }
        write(&folder.join(readme::FILE), &readme::write(&made))?;
        Ok(made)
    }

    fn tell(&self, made: &Made) {
        let folder = self.folder.to_string_lossy();
        let mut lines = vec![
            format!("Practice certificates are in {folder}:"),
            String::new(),
        ];
        let authorities = made::OF_AUTHORITIES.iter();
        lines.extend(authorities.map(|(file, what)| format!("  {file:<16} {what}")));
        let clients = made.clients.iter();
        lines.extend(clients.map(|it| format!("  {:<16} {}: {}", it.file, it.what, it.username)));
        lines.extend([
            String::new(),
            format!(
                "Their private keys aren't encrypted: use them for practice only. {} says what to try. To begin:",
                readme::FILE
            ),
            String::new(),
            format!("  cd {}", shell(&folder)),
            "  atlas-x509 check --ca authorities.pem --client billing.pem".to_owned(),
        ]);
        let lines: Vec<_> = lines.iter().map(|line| clean(line)).collect();
        // What was asked for is there, whether or not anybody reads of it.
        let _ = writeln!(io::stdout(), "{}", lines.join("\n"));
    }
}

fn check_empty(folder: &Path) -> Result<(), NoPractice> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
            return Err(NoPractice::File(folder.to_owned()));
        }
        Err(cause) => return Err(unwritable(folder, cause)),
    };
    let mut there = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|cause| unwritable(folder, cause))?;
        there.push(entry.file_name().to_string_lossy().into_owned());
    }
    if there.is_empty() {
        return Ok(());
    }
    there.sort();
    let folder = folder.to_owned();
    Err(NoPractice::NotEmpty { folder, there })
}

fn write(path: &Path, content: &str) -> Result<(), NoPractice> {
    private::create(path)
        .and_then(|mut file| file.write_all(content.as_bytes()))
        .map_err(|cause| unwritable(path, cause))
}

fn unwritable(path: &Path, cause: io::Error) -> NoPractice {
    let path = path.to_owned();
    NoPractice::Unwritable { path, cause }
}
