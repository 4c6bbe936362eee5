//! Certificate files, as the commands read them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use pki::{
    Timestamp,
    analysis::Pile,
    input::{self, Contents, TooMuch},
};

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("{} cannot be read: {error}", path.display())]
    File { path: PathBuf, error: io::Error },
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
}

/// Reads a file, if it is not too large to be one of certificates.
pub(crate) fn read(path: &Path) -> Result<Contents, Unreadable> {
    let failed = |error| Unreadable::File {
        path: path.to_owned(),
        error,
    };
    let name = path.display().to_string();
    let size = fs::metadata(path).map_err(failed)?.len();
    input::check_sizes([(&name[..], usize::try_from(size).unwrap_or(usize::MAX))])?;
    let bytes = fs::read(path).map_err(failed)?;
    // What is no regular file tells its size only now.
    input::check_sizes([(&name[..], bytes.len())])?;
    Ok(input::read(&name, &bytes))
}

/// Whether so much may be looked at together.
pub(crate) fn check_amount(pile: &Pile) -> Result<(), TooMuch> {
    input::check_sizes(pile.files())?;
    input::check_certificates(pile.certificate_count())
}

/// This moment.
pub(crate) fn now() -> Timestamp {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    };
    Timestamp::from_unix(seconds)
}
