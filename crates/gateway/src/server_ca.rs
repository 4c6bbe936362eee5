//! The file that clients of the sandbox's clusters have to trust: the certificate of the authority that
//! their servers' comes from.
//!
//! Nothing in it is secret, but whoever could change it could stand between a client and the sandbox, so
//! a file of our own choosing lies in a new folder that nobody else can look into. It is taken away at the
//! end.

use std::{
    env,
    fs::{self, File},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use crate::private;

/// The first line of the file: one with another first line is somebody's, and is not written over.
const MARK: &str = "# The server CA of an Atlas X.509 sandbox. It is another one at each start.";

/// Where the file is, and whether it goes with us.
#[derive(Debug)]
pub(crate) struct ServerCaFile {
    path: PathBuf,
    /// The folder, when it was made for this.
    folder: Option<PathBuf>,
}

/// Why there is no such file.
#[derive(Debug, thiserror::Error)]
pub enum ServerCaError {
    #[error(
        "{}: this file was not written by the sandbox, so it is left alone; choose another name for --server-ca",
        .0.display()
    )]
    Foreign(PathBuf),
    #[error("the server CA cannot be written to {}: {cause}", path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("the system gave no random numbers: {0}")]
    Random(getrandom::Error),
}

impl ServerCaFile {
    /// At the place that was asked for, or in a new folder for temporary files. Nothing is written yet.
    pub(crate) fn at(asked: Option<&Path>) -> Result<Self, ServerCaError> {
        if let Some(path) = asked {
            let write = |cause| ServerCaError::Write {
                path: path.to_owned(),
                cause,
            };
            let path = std::path::absolute(path).map_err(write)?;
            return match is_ours(&path) {
                Ok(true) => Ok(Self { path, folder: None }),
                Ok(false) => Err(ServerCaError::Foreign(path)),
                Err(cause) => Err(ServerCaError::Write { path, cause }),
            };
        }
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(ServerCaError::Random)?;
        let name = format!("atlas-x509-sandbox-{:016x}", u64::from_ne_bytes(random));
        let folder = env::temp_dir().join(name);
        private::make_folder(&folder).map_err(|cause| ServerCaError::Write {
            path: folder.clone(),
            cause,
        })?;
        Ok(Self {
            path: folder.join("server-ca.pem"),
            folder: Some(folder),
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes beside the file and then moves, so that no client ever reads half of it.
    pub(crate) fn write(&self, pem: &str) -> Result<(), ServerCaError> {
        let mut beside = self.path.as_os_str().to_owned();
        beside.push(".new");
        let beside = PathBuf::from(beside);
        let write = || {
            // One that a start which was cut short has left.
            let _ = fs::remove_file(&beside);
            let mut file = private::create(&beside)?;
            write!(file, "{MARK}\n{pem}")?;
            fs::rename(&beside, &self.path)
        };
        write().map_err(|cause| ServerCaError::Write {
            path: self.path.clone(),
            cause,
        })
    }
}

/// Whether nothing is there yet, or what a sandbox wrote.
fn is_ours(path: &Path) -> io::Result<bool> {
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    // To open what is no file may take for ever.
    if !metadata.is_file() {
        return Ok(false);
    }
    let mut beginning = Vec::new();
    let most = MARK.len() as u64;
    File::open(path)?.take(most).read_to_end(&mut beginning)?;
    Ok(beginning == MARK.as_bytes())
}

impl Drop for ServerCaFile {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = fs::remove_file(&self.path);
            let _ = fs::remove_dir(folder);
        }
    }
}
