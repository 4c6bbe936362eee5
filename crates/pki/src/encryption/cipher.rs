//! The ciphers, all of them in CBC mode with the padding of PKCS#7 (RFC 5652, 6.3).

use aes::{Aes128, Aes192, Aes256};
use cbc::{
    Decryptor,
    cipher::{
        BlockCipherDecrypt, BlockModeDecrypt as _, KeyInit, KeyIvInit as _, block_padding::Pkcs7,
    },
};
use des::{Des, TdesEde3};
use rc2::Rc2;
use zeroize::Zeroizing;

use crate::{Oid, input::NotOpened};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cipher {
    Aes128,
    Aes192,
    Aes256,
    TripleDes,
    Des,
    /// The length of its key says how strong it is.
    Rc2,
}

impl Cipher {
    /// By the identifier that PBES2 has for it (RFC 8018, B.2.5; RFC 3565).
    pub(super) fn of(oid: &Oid) -> Option<Self> {
        Some(match oid.content() {
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x02] => Self::Aes128,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x16] => Self::Aes192,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, 0x2a] => Self::Aes256,
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07] => Self::TripleDes,
            [0x2b, 0x0e, 0x03, 0x02, 0x07] => Self::Des,
            _ => return None,
        })
    }

    /// By the name that OpenSSL writes into PEM.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "AES-128-CBC" | "AES128" => Self::Aes128,
            "AES-192-CBC" | "AES192" => Self::Aes192,
            "AES-256-CBC" | "AES256" => Self::Aes256,
            "DES-EDE3-CBC" | "DES3" => Self::TripleDes,
            "DES-CBC" | "DES" => Self::Des,
            _ => return None,
        })
    }

    pub(super) fn key_octets(self) -> usize {
        match self {
            Self::Des => 8,
            Self::Aes128 | Self::Rc2 => 16,
            Self::Aes192 | Self::TripleDes => 24,
            Self::Aes256 => 32,
        }
    }

    pub(super) fn decrypt(
        self,
        key: &[u8],
        vector: &[u8],
        data: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
        match self {
            Self::Aes128 => cbc::<Aes128>(key, vector, data),
            Self::Aes192 => cbc::<Aes192>(key, vector, data),
            Self::Aes256 => cbc::<Aes256>(key, vector, data),
            Self::TripleDes => cbc::<TdesEde3>(key, vector, data),
            Self::Des => cbc::<Des>(key, vector, data),
            Self::Rc2 => cbc::<Rc2>(key, vector, data),
        }
    }
}

/// A wrong key shows in the padding, but for one in 256: whoever reads what comes out has to see
/// whether it is what it should be.
fn cbc<C: BlockCipherDecrypt + KeyInit>(
    key: &[u8],
    vector: &[u8],
    data: &[u8],
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let decryptor = Decryptor::<C>::new_from_slices(key, vector).map_err(|_| NotOpened::Damaged)?;
    if data.is_empty() || !data.len().is_multiple_of(C::block_size()) {
        return Err(NotOpened::Damaged);
    }
    let mut plain = Zeroizing::new(data.to_vec());
    let length = decryptor
        .decrypt_padded::<Pkcs7>(&mut plain)
        .map_err(|_| NotOpened::WrongPassword)?
        .len();
    plain.truncate(length);
    Ok(plain)
}
