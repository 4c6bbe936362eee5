//! The sandbox's clusters, which clients can log in to: opened by `sandbox`, and by `serve` for the one in
//! its own process.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
};

use ::sandbox::{DoorError, Doors, Newcomer, Sandbox};
use pki::words::shell;

use crate::{
    server_ca::{ServerCaError, ServerCaFile},
    terminal::clean,
};

/// The flags about them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct DoorFlags {
    /// Write what clients of the sandbox's clusters have to trust to this file [default: a file in a
    /// temporary folder, which is printed]
    #[arg(long, value_name = "FILE")]
    pub server_ca: Option<PathBuf>,
    /// Open no ports for the sandbox's clusters, so that nobody can log in to them
    #[arg(long, conflicts_with = "server_ca")]
    pub no_clusters: bool,
}

/// The clusters of a sandbox, listening on this computer alone.
pub(crate) struct OpenDoors {
    doors: Doors,
    file: ServerCaFile,
}

/// Why they could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Doors(#[from] DoorError),
    #[error(transparent)]
    File(#[from] ServerCaError),
}

impl DoorFlags {
    /// The name of one that was given.
    pub(crate) fn given(&self) -> Option<&'static str> {
        if self.no_clusters {
            Some("--no-clusters")
        } else {
            self.server_ca.as_ref().map(|_| "--server-ca")
        }
    }

    /// Opens them, unless there are to be none.
    pub(crate) async fn open(&self, sandbox: &Sandbox) -> Result<Option<OpenDoors>, OpenError> {
        if self.no_clusters {
            return Ok(None);
        }
        let file = ServerCaFile::at(self.server_ca.as_deref())?;
        let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let doors = sandbox.open_doors(loopback, Some(file.path())).await?;
        file.write(doors.server_ca())?;
        Ok(Some(OpenDoors { doors, file }))
    }
}

impl OpenDoors {
    /// The file that clients have to trust.
    pub(crate) fn server_ca(&self) -> &Path {
        self.file.path()
    }

    /// What is said of them at the start.
    pub(crate) fn words(&self) -> String {
        format!(
            "Clients can log in to the sandbox's clusters. What they have to trust is in {}.",
            self.server_ca().display()
        )
    }

    /// Lets clients in until it is dropped, and says how when there is somebody who can log in; then the file
    /// goes, too.
    pub(crate) async fn serve(self) {
        let _file = self.file;
        self.doors
            .serve(|newcomer| eprintln!("{}", how(newcomer)))
            .await;
    }
}

/// How somebody logs in.
fn how(newcomer: &Newcomer) -> String {
    let Newcomer {
        user,
        project,
        cluster,
        connection_string,
    } = newcomer;
    let uri = connection_string.replace("authSource=admin", "authSource=%24external");
    let uri = shell(&format!("{uri}&authMechanism=MONGODB-X509"));
    // It comes from whoever made the user.
    let user = clean(user);
    format!(
        "{user} can log in to cluster {cluster} of {project} now, with its certificate and key in one file:\n  mongosh {uri} --tlsCertificateKeyFile client.pem"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_can_log_in_is_told_how_in_one_line() {
        let newcomer = Newcomer {
            user: "CN=a\u{1b}b,O=Acme".to_owned(),
            project: "Acme Staging".to_owned(),
            cluster: "staging".to_owned(),
            connection_string: "mongodb://127.0.0.1:1/?tls=true&authSource=admin&tlsCAFile=/a"
                .to_owned(),
        };
        let said = how(&newcomer);
        assert!(!said.contains('\u{1b}'), "{said}");
        assert!(
            said.ends_with("mongosh 'mongodb://127.0.0.1:1/?tls=true&authSource=%24external&tlsCAFile=/a&authMechanism=MONGODB-X509' --tlsCertificateKeyFile client.pem"),
            "{said}"
        );
    }
}
