//! From a password to a key, and the code that says whether a file is whole.

use hmac::{EagerHash, Hmac, KeyInit as _, Mac as _};
use md5::Md5;
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{
    Digest, Sha224, Sha256, Sha384, Sha512,
    digest::{Output, block_api::BlockSizeUser},
};
use zeroize::Zeroizing;

use crate::{Oid, input::NotOpened};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

/// What PKCS#12 derives a key for; the number is its diversifier (RFC 7292, B.3).
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Key = 1,
    Vector = 2,
    Mac = 3,
}

/// Calls a function for the type that stands for a hash.
macro_rules! with {
    ($hash:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $hash {
            Hash::Sha1 => $function::<Sha1>($($argument),*),
            Hash::Sha224 => $function::<Sha224>($($argument),*),
            Hash::Sha256 => $function::<Sha256>($($argument),*),
            Hash::Sha384 => $function::<Sha384>($($argument),*),
            Hash::Sha512 => $function::<Sha512>($($argument),*),
        }
    };
}

impl Hash {
    /// By its own identifier (RFC 8017, B.1).
    pub(super) fn of(oid: &Oid) -> Option<Self> {
        Some(match oid.content() {
            [0x2b, 0x0e, 0x03, 0x02, 0x1a] => Self::Sha1,
            [0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, number] => match number {
                1 => Self::Sha256,
                2 => Self::Sha384,
                3 => Self::Sha512,
                4 => Self::Sha224,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// By the identifier of its HMAC (RFC 8018, B.1.2).
    pub(super) fn of_hmac(oid: &Oid) -> Option<Self> {
        Some(match oid.content() {
            [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, number] => match number {
                7 => Self::Sha1,
                8 => Self::Sha224,
                9 => Self::Sha256,
                10 => Self::Sha384,
                11 => Self::Sha512,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// The size of what it puts out.
    pub(super) fn octets(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// What one round counts for, to derive so long a key: how often it is gone through, and more for
    /// hashes that take longer.
    pub(super) fn blocks(self, octets: usize) -> u64 {
        /// SHA-384 and SHA-512 take about three times as long as the others (measured).
        const LONG: u64 = 3;
        let weight = if self.octets() > 32 { LONG } else { 1 };
        octets.div_ceil(self.octets()) as u64 * weight
    }

    /// RFC 8018, 5.2. `rounds` are no more than [`super::MAX_ROUNDS`].
    pub(super) fn pbkdf2(self, password: &[u8], salt: &[u8], rounds: u64, key: &mut [u8]) {
        let rounds = u32::try_from(rounds).unwrap_or(u32::MAX);
        with!(self, pbkdf2_hmac(password, salt, rounds, key));
    }

    /// RFC 7292, B.2.
    pub(super) fn pkcs12(
        self,
        purpose: Purpose,
        password: &[u8],
        salt: &[u8],
        rounds: u64,
        key: &mut [u8],
    ) {
        with!(self, pkcs12(purpose, password, salt, rounds, key));
    }

    /// Whether `value` is the HMAC of `data` (RFC 2104).
    pub(super) fn is_hmac(self, key: &[u8], data: &[u8], value: &[u8]) -> bool {
        with!(self, is_hmac(key, data, value))
    }
}

fn is_hmac<D: EagerHash>(key: &[u8], data: &[u8], value: &[u8]) -> bool {
    let Ok(mut mac) = Hmac::<D>::new_from_slice(key) else {
        return false;
    };
    mac.update(data);
    mac.verify_slice(value).is_ok()
}

/// There is no released crate for this one. The letters are those of RFC 7292, B.2.
fn pkcs12<D: Digest + BlockSizeUser>(
    purpose: Purpose,
    password: &[u8],
    salt: &[u8],
    rounds: u64,
    key: &mut [u8],
) {
    let size = D::block_size();
    // Steps 2 to 4: I is copies of the salt (S), then of the password (P), each up to whole blocks.
    let whole = |length: usize| length.div_ceil(size) * size;
    let mut state = Zeroizing::new(Vec::with_capacity(
        whole(salt.len()) + whole(password.len()),
    ));
    for text in [salt, password] {
        state.extend(text.iter().cycle().take(whole(text.len())));
    }
    for part in key.chunks_mut(<D as Digest>::output_size()) {
        // Step 6 A.
        let mut hashed: Zeroizing<Output<D>> = Zeroizing::new(
            D::new()
                .chain_update(vec![purpose as u8; size])
                .chain_update(&*state)
                .finalize(),
        );
        for _ in 1..rounds {
            *hashed = D::digest(&*hashed);
        }
        part.copy_from_slice(&hashed[..part.len()]);
        // Steps 6 B and C: each block of I grows by copies of A, which are B, and by one.
        let added = hashed.iter().copied().cycle().take(size);
        let added: Zeroizing<Vec<u8>> = Zeroizing::new(added.collect());
        for block in state.chunks_mut(size) {
            let mut carry = 1;
            for (octet, more) in block.iter_mut().zip(added.iter()).rev() {
                carry += u16::from(*octet) + u16::from(*more);
                *octet = carry.to_le_bytes()[0];
                carry >>= 8;
            }
        }
    }
}

/// Eight octets of key and eight of initialisation vector.
pub(super) type KeyAndVector = Zeroizing<[u8; 16]>;

/// RFC 8018, 5.1.
pub(super) fn pbkdf1<D: Digest>(password: &[u8], salt: &[u8], rounds: u64) -> KeyAndVector {
    let mut hashed: Zeroizing<Output<D>> = Zeroizing::new(
        D::new()
            .chain_update(password)
            .chain_update(salt)
            .finalize(),
    );
    for _ in 1..rounds {
        *hashed = D::digest(&*hashed);
    }
    let mut key = Zeroizing::new([0; 16]);
    let length = key.len().min(hashed.len());
    key[..length].copy_from_slice(&hashed[..length]);
    key
}

/// OpenSSL's `EVP_BytesToKey` with MD5 and one round.
pub(super) fn bytes_to_key(password: &[u8], salt: &[u8], key: &mut [u8]) {
    let mut hashed = Zeroizing::new(Vec::new());
    for part in key.chunks_mut(<Md5 as Digest>::output_size()) {
        let next = Md5::new()
            .chain_update(&*hashed)
            .chain_update(password)
            .chain_update(salt)
            .finalize();
        hashed = Zeroizing::new(next.to_vec());
        part.copy_from_slice(&hashed[..part.len()]);
    }
}

const MAX_BLOCK: u64 = 64;
const MAX_PARALLEL: u64 = 16;

/// RFC 7914. Cost, size of a block and parallelization, whose product was paid for.
pub(super) fn scrypt(
    password: &[u8],
    salt: &[u8],
    [cost, block, parallel]: [u64; 3],
    key: &mut [u8],
) -> Result<(), NotOpened> {
    // Memory goes with both as well; OpenSSL writes 8 and 1.
    if block > MAX_BLOCK || parallel > MAX_PARALLEL {
        return Err(NotOpened::unsupported("scrypt with unusual parameters"));
    }
    let small = |number: u64| u32::try_from(number).map_err(|_| NotOpened::Damaged);
    if !cost.is_power_of_two() {
        return Err(NotOpened::Damaged);
    }
    let logarithm = u8::try_from(cost.ilog2()).map_err(|_| NotOpened::Damaged)?;
    let parameters = scrypt::Params::new(logarithm, small(block)?, small(parallel)?)
        .map_err(|_| NotOpened::Damaged)?;
    scrypt::scrypt(password, salt, &parameters, key).map_err(|_| NotOpened::Damaged)
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn hex(octets: &[u8]) -> String {
        octets.iter().fold(String::new(), |mut text, octet| {
            let _ = write!(text, "{octet:02x}");
            text
        })
    }

    /// What `openssl kdf` of OpenSSL 3.0 prints.
    #[test]
    fn keys_are_those_that_openssl_derives() {
        let utf16 = [0, b'p', 0, b'w', 0, 0];
        for (hash, purpose, rounds, expected) in [
            (
                Hash::Sha1,
                Purpose::Key,
                1,
                "ef9eba7af8d232e93f0e604ea30025faadfab5cc42cda234963b3c672dcc2abd9710f0310b6851c02de2d8b60e2442163ec5a4ab7a59545243fa402f06bec09b411a4ca34900933634d161a1e5a37a96fd31eeb11d33f266833e",
            ),
            (
                Hash::Sha1,
                Purpose::Mac,
                2_048,
                "24e1f7d4ef8b2c358dc557ab037ff2379d9077ce8fb8113cb74ec7e5a6ac135bf83f889a65892b384435fa24b200a6669fc1a1ce2dc33bf3849e214369346d583c93d5e8e8ceda9e327722dae92193425cdf14446e2691a150cb",
            ),
            (
                Hash::Sha256,
                Purpose::Mac,
                3,
                "03208a7b7ee7f5354407dcdab6fdcb40a705822ee1e119d03e9af60f1dd9dbe1620cfd8e14f4dc71c951142c0b8e629f761ad845fe3eafff939988e28e513e635d9bb6259919bda5a4f62a16a01b68022b2a59c98f25791abb9d",
            ),
            (
                Hash::Sha512,
                Purpose::Vector,
                5,
                "1d7d4176effe460f9d221987198d7c20b05d87e8d3cf090aa6f68356421474338804d68c8b654eb8fddbcbcb90165a06140a1d257f76100448924d04f22fdb063ed68e3c0169dce185d6294f45cc533ed9196b0280497dae834c",
            ),
        ] {
            let mut key = [0; 90];
            hash.pkcs12(purpose, &utf16, b"salt", rounds, &mut key);
            assert_eq!(hex(&key), expected, "{hash:?} {purpose:?}");
        }
    }
}
