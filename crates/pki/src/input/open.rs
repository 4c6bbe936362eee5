//! Opening what is under a password: PKCS#12 files and encrypted private keys.

use super::{Content, Explanation, Found, Sealed, Unusable, pkcs12};
use crate::{
    encryption::{MAX_ROUNDS, Work},
    password::Password,
    words,
};

/// Why a password opened nothing of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOpened {
    #[error("The password is wrong.")]
    WrongPassword,
    #[error("It is damaged.")]
    Damaged,
    #[error("It is encrypted in a way that is not known here: {what}.")]
    Unsupported {
        /// An algorithm's name or identifier, or what else it has.
        what: String,
    },
    #[error(
        "Opening it takes {} rounds of hashing. At most {} are done here.",
        words::grouped(*rounds), words::grouped(MAX_ROUNDS)
    )]
    TooMuchWork {
        /// How many it asks for, as far as that was read.
        rounds: u64,
    },
}

impl NotOpened {
    pub(crate) fn unsupported(what: &str) -> Self {
        // A file may name it at any length.
        Self::Unsupported {
            what: words::cut(what.to_owned(), 40),
        }
    }

    /// What to tell of it, in full.
    pub fn explain(&self) -> Explanation {
        let (meaning, fix) = match self {
            Self::WrongPassword => (
                "Nothing of the file was opened.",
                "Try again. Capitals count, and so do spaces at the end.",
            ),
            Self::Damaged => (
                "A part of it was lost or changed, so it can't be opened with any password.",
                "Copy or export it again, whole and unchanged.",
            ),
            Self::Unsupported { .. } | Self::TooMuchWork { .. } => (
                "It can't be opened here with any password.",
                "Turn it into PEM with OpenSSL on your own computer and add that.",
            ),
        };
        Explanation::new(self.to_string(), meaning, fix)
    }
}

impl Content {
    /// What is in it; `None` when it needs no password.
    fn open(&self, password: &Password, work: &mut Work) -> Result<Option<Vec<Self>>, NotOpened> {
        match self {
            Self::Unusable(Unusable::Pkcs12(Sealed(file))) => pkcs12::open(file, password, work),
            Self::PrivateKey(key) if key.is_encrypted() => {
                let opened = key.opened(password, work);
                opened.map(|key| vec![Self::PrivateKey(key)])
            }
            _ => return Ok(None),
        }
        .map(Some)
    }
}

impl Found {
    /// Opens what a password opens. What has another one stays as it is; only where nothing is
    /// opened, that is an error.
    pub(super) fn open(self, password: &Password, work: &mut Work) -> Result<Self, NotOpened> {
        let mut opened = Self {
            left_out: self.left_out,
            ..Self::default()
        };
        let mut first = None;
        let mut any = false;
        for (place, wrapping, content) in self.blocks {
            match content.open(password, work) {
                Ok(Some(contents)) => {
                    any = true;
                    for content in contents {
                        opened.push(place, wrapping, content);
                    }
                    continue;
                }
                Ok(None) => {}
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
            opened.push(place, wrapping, content);
        }
        match first {
            Some(error) if !any => Err(error),
            _ => Ok(opened),
        }
    }
}
