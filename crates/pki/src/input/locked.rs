//! What is under a password: PKCS#12 files and encrypted private keys.

use zeroize::Zeroizing;

use super::{Block, Content, Contents, Unusable};

/// A PKCS#12 file as it was found. It may hold keys that are not encrypted at all.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub(super) Zeroizing<Vec<u8>>);

impl Sealed {
    pub(super) fn new(file: Zeroizing<Vec<u8>>) -> Self {
        Self(file)
    }
}

impl std::fmt::Debug for Sealed {
    /// That it is one, and nothing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

impl Contents {
    /// Whether something in it needs a password.
    pub fn is_locked(&self) -> bool {
        self.blocks.iter().any(Block::is_locked)
    }
}

impl Block {
    /// Whether it needs a password: a PKCS#12 file, or a private key that is encrypted.
    pub fn is_locked(&self) -> bool {
        match &self.content {
            Content::PrivateKey(key) => key.is_encrypted(),
            Content::Unusable(Unusable::Pkcs12(_)) => true,
            _ => false,
        }
    }
}
