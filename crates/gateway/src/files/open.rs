//! What is in a file, and what a password opens in it.
//!
//! A file may ask for [`MAX_ROUNDS`] of hashing and no more, wherever it is opened. Here there may be
//! thousands of them, so there is a limit for all files of a run, too. Whether it is passed does not depend
//! on the order in which they are opened: then the run ends, and nothing is judged.

use std::sync::atomic::{AtomicU64, Ordering};

use pki::{
    Password,
    input::{self, Content, Contents, MAX_ROUNDS, NotOpened, Unusable, Work},
};

use super::{For, Unreadable};

/// How many rounds of hashing are done in one run: some twenty seconds on one core. Keys with OpenSSL's
/// usual 2,048 rounds may be as many as there may be certificates; of Firefox's PKCS#12 files, which ask for
/// 1,800,000, it is two dozen.
pub(super) const MAX_ROUNDS_OF_A_RUN: u64 = 10 * MAX_ROUNDS;

/// The password for all files of a run, and what opening them has cost.
#[derive(Debug)]
pub(super) struct Opener {
    password: Option<Password>,
    rounds: AtomicU64,
}

/// A file that was read.
pub(super) struct Taken {
    pub(super) contents: Contents,
    pub(super) unopened: Option<Unopened>,
}

/// Why a part of a file stays closed.
pub(super) enum Unopened {
    /// It is a PKCS#12 file, and there is no password.
    Locked,
    /// The password does not open it, and this is to be said.
    OtherPassword(String),
}

impl Opener {
    pub(super) fn new(password: Option<Password>) -> Self {
        Self {
            password,
            rounds: AtomicU64::new(0),
        }
    }

    /// Whether all files together have cost no more than they may.
    pub(super) fn check(&self) -> Result<(), Unreadable> {
        if self.rounds.load(Ordering::Relaxed) > MAX_ROUNDS_OF_A_RUN {
            return Err(Unreadable::TooMuchToOpen);
        }
        Ok(())
    }

    /// Reads a file and opens what the password opens, or none.
    pub(super) fn read(&self, name: &str, bytes: &[u8], what: For) -> Result<Taken, Unreadable> {
        let opened = |contents| Taken {
            contents,
            unopened: None,
        };
        input::check_sizes([(name, bytes.len())])?;
        let reason = match &self.password {
            None => None,
            Some(password) => match self.open(name, bytes, password)? {
                Ok(contents) => return Ok(opened(contents)),
                Err(reason) => Some(Unreadable::NotOpened {
                    name: name.to_owned(),
                    reason,
                }),
            },
        };
        let contents = match what {
            For::Bundle => input::read(name, bytes),
            For::Clients => input::read_client(name, bytes),
        };
        let is_pkcs12 =
            |block: &input::Block| matches!(block.content, Content::Unusable(Unusable::Pkcs12(_)));
        let has_pkcs12 = contents.blocks.iter().any(is_pkcs12);
        // Nobody should have to give what is nothing.
        if has_pkcs12 && let Ok(contents) = self.open(name, bytes, &Password::new(String::new()))? {
            return Ok(opened(contents));
        }
        let unopened = match (reason, has_pkcs12) {
            (Some(reason), true) => return Err(reason),
            (Some(reason), false) => Some(Unopened::OtherPassword(reason.to_string())),
            (None, true) => Some(Unopened::Locked),
            (None, false) => None,
        };
        Ok(Taken { contents, unopened })
    }

    /// Opens a file, if there is any work left.
    fn open(
        &self,
        name: &str,
        bytes: &[u8],
        password: &Password,
    ) -> Result<Result<Contents, NotOpened>, Unreadable> {
        self.check()?;
        let mut work = Work::new();
        let opened = input::open_within(name, bytes, password, &mut work);
        self.rounds.fetch_add(work.spent(), Ordering::Relaxed);
        Ok(opened)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

    use super::{
        super::{Reader, STANDARD_INPUT},
        *,
    };

    /// Ed25519, `openssl pkcs8 -topk8 -v2 aes-128-cbc -iter 1 -passout pass:secret`: one round to open.
    const KEY: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAgaFW5Yqvj7owIBATAM
BggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBAgQQC+ZHq2Y4HhxnSPGqtncGNwRAQCXK
MzapsuJW4jc+JSdkm2aa4YNPblOihq3D1Z97nsa3g8aMa2l+coW8VGsZqLoqnKfv
JIqBR6nr9rflgz1QWw==
-----END ENCRYPTED PRIVATE KEY-----
";

    #[test]
    fn all_files_of_a_run_share_one_limit_in_whatever_folder_they_are() {
        let folders = [(); 2].map(|()| tempfile::tempdir().unwrap());
        for folder in &folders {
            for number in 0..40 {
                fs::write(folder.path().join(format!("{number}.key")), KEY).unwrap();
            }
        }
        for password in ["secret", "another one"] {
            for (left, refused) in [(80, [false; 2]), (79, [false, true]), (39, [true; 2])] {
                let password = Some(Password::new(password.to_owned()));
                let mut reader = Reader::new(STANDARD_INPUT, password);
                let spent = MAX_ROUNDS_OF_A_RUN - left;
                reader.opener.rounds.store(spent, Ordering::Relaxed);
                let told = [0, 1].map(|folder| {
                    let read = reader.read(folders[folder].path(), For::Clients);
                    matches!(read, Err(Unreadable::TooMuchToOpen))
                });
                assert_eq!(told, refused, "{left}");
            }
        }
    }
}
