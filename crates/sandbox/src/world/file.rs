//! The state as a file: read once at the start, written anew after each change.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::World;

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    #[error("{} cannot be read: {cause}", path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("{} is not a state of the sandbox: {cause}", path.display())]
    Content {
        path: PathBuf,
        cause: serde_json::Error,
    },
    #[error("{} cannot be written: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
}

/// The state in a file; `None` when there is no such file yet.
pub(crate) fn read(path: &Path) -> Result<Option<World>, StateError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => {
            return Err(StateError::Read {
                path: path.to_owned(),
                cause,
            });
        }
    };
    serde_json::from_slice(&text)
        .map(Some)
        .map_err(|cause| StateError::Content {
            path: path.to_owned(),
            cause,
        })
}

/// Writes beside the file and then moves, so that the file is whole at every moment.
pub(crate) fn write(path: &Path, world: &World) -> Result<(), StateError> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    serde_json::to_vec_pretty(world)
        .map_err(io::Error::from)
        .and_then(|text| fs::write(&beside, text))
        .and_then(|()| fs::rename(&beside, path))
        .map_err(|cause| StateError::Write {
            path: path.to_owned(),
            cause,
        })
}
