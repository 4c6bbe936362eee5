//! Encryption with a password: what it takes to open a PKCS#12 file or an encrypted key.
//!
//! This module reads which algorithms a file asks for; RustCrypto's crates are the algorithms. New
//! files have PBES2 (RFC 8018, 6.2), old ones PBES1 (6.1), PKCS#12's own schemes (RFC 7292, C) or
//! PEM's (RFC 1421, 4.6.1, with OpenSSL's `EVP_BytesToKey`). Nothing is encrypted here.
//!
//! How much work a file can ask for is bounded by [`MAX_ROUNDS`].

mod cipher;
mod derive;

use md5::Md5;
use sha1::Sha1;
use zeroize::Zeroizing;

use crate::{
    Oid,
    input::{
        NotOpened,
        der::{Child, children},
    },
    password::Reading,
};
use cipher::Cipher;
use derive::{Hash, KeyAndVector, Purpose};

/// How many rounds of hashing are done to open one file: three seconds in a browser, where nothing can
/// interrupt it. Firefox asks for 600,000 (OWASP's advice for PBKDF2 with SHA-256), three times: for the
/// MAC, the certificate and the key; with the old schemes that are six times.
pub const MAX_ROUNDS: u64 = 5_000_000;

/// How many rounds a step of scrypt counts for. Each takes 128 octets of memory, so that this bounds
/// memory to 80 MB; OpenSSL's usual parameters (16,384, 8, 1) take 16 MiB and count for a million.
const ROUNDS_OF_SCRYPT: u64 = 8;

/// The longest key that a file may ask to be derived for its MAC (RFC 9579): the output of SHA-512.
const MAX_MAC_KEY: u64 = 64;

/// What is left of the work that a file may ask for, in rounds of hashing.
#[derive(Debug)]
pub struct Work {
    left: u64,
}

impl Default for Work {
    fn default() -> Self {
        Self::new()
    }
}

impl Work {
    /// As much as one file may cause: [`MAX_ROUNDS`].
    pub fn new() -> Self {
        Self { left: MAX_ROUNDS }
    }

    /// How much has been done.
    pub fn spent(&self) -> u64 {
        MAX_ROUNDS - self.left
    }

    /// Whether there is room for so much. Asked before anything is done, so that a person hears at once
    /// that it is too much.
    pub(crate) fn check(&self, rounds: u64) -> Result<(), NotOpened> {
        if rounds <= self.left {
            return Ok(());
        }
        Err(NotOpened::TooMuchWork {
            rounds: self.spent().saturating_add(rounds),
        })
    }

    fn spend(&mut self, rounds: u64) -> Result<(), NotOpened> {
        self.check(rounds)?;
        self.left -= rounds;
        Ok(())
    }
}

/// 1.2.840.113549.1.5 (RFC 8018, C)
const PKCS5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
/// 1.2.840.113549.1.12.1 (RFC 7292, C)
const PKCS12: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
/// 1.2.840.113549.3.2 (RFC 8018, B.2.3)
const RC2: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x02];
/// 1.3.6.1.4.1.11591.4.11 (RFC 7914, 7)
const SCRYPT: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x04, 0x0b];

/// Decrypts what is encrypted by an `AlgorithmIdentifier`.
pub(crate) fn decrypt(
    algorithm: &Child<'_>,
    data: &[u8],
    password: &Reading<'_>,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let (oid, parameters) = identified(algorithm)?;
    let pkcs5 = oid.content().strip_prefix(PKCS5);
    let pkcs12 = oid.content().strip_prefix(PKCS12);
    match (pkcs5, pkcs12) {
        (Some([13]), _) => pbes2(&parameters?, data, password, work),
        (Some([3]), _) => pbes1(derive::pbkdf1::<Md5>, &parameters?, data, password, work),
        (Some([10]), _) => pbes1(derive::pbkdf1::<Sha1>, &parameters?, data, password, work),
        (_, Some([3])) => own(Cipher::TripleDes, 24, &parameters?, data, password, work),
        (_, Some([4])) => own(Cipher::TripleDes, 16, &parameters?, data, password, work),
        (_, Some([5])) => own(Cipher::Rc2, 16, &parameters?, data, password, work),
        (_, Some([6])) => own(Cipher::Rc2, 5, &parameters?, data, password, work),
        (Some([1 | 4]), _) => Err(NotOpened::unsupported("MD2")),
        (Some([6 | 11]), _) => Err(NotOpened::unsupported("RC2")),
        (_, Some([1 | 2])) => Err(NotOpened::unsupported("RC4")),
        _ => Err(NotOpened::unsupported(&oid.to_string())),
    }
}

/// How much work it is to decrypt what is encrypted by an `AlgorithmIdentifier`, once; nothing where that
/// cannot be told, for then it is not begun.
pub(crate) fn rounds(algorithm: &Child<'_>) -> u64 {
    read_rounds(algorithm).unwrap_or(0)
}

fn read_rounds(algorithm: &Child<'_>) -> Result<u64, NotOpened> {
    let (oid, parameters) = identified(algorithm)?;
    let parameters = parameters?;
    let pkcs5 = oid.content().strip_prefix(PKCS5);
    let pkcs12 = oid.content().strip_prefix(PKCS12);
    if let (Some([13]), [derivation, encryption]) = (pkcs5, &parameters[..]) {
        let (oid, _) = identified(encryption)?;
        let cipher = Cipher::of(&oid).ok_or(NotOpened::Damaged)?;
        return Ok(Derivation::read(derivation)?.rounds(cipher.key_octets()));
    }
    let rounds = SaltAndRounds::read(&parameters)?.rounds;
    Ok(match (pkcs5, pkcs12) {
        (_, Some([3])) => rounds.saturating_mul(blocks_of_own(24)),
        (_, Some([4 | 5])) => rounds.saturating_mul(blocks_of_own(16)),
        (_, Some([6])) => rounds.saturating_mul(blocks_of_own(5)),
        _ => rounds,
    })
}

/// ```asn1
/// PBES2-params ::= SEQUENCE {
///     keyDerivationFunc AlgorithmIdentifier, encryptionScheme AlgorithmIdentifier }
/// ```
fn pbes2(
    parameters: &[Child<'_>],
    data: &[u8],
    password: &Reading<'_>,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let [derivation, encryption] = parameters else {
        return Err(NotOpened::Damaged);
    };
    let encryption = children(encryption.encoding).ok_or(NotOpened::Damaged)?;
    let oid = encryption.first().and_then(Child::oid);
    let oid = oid.ok_or(NotOpened::Damaged)?;
    let cipher = Cipher::of(&oid).ok_or_else(|| match oid.content() {
        RC2 => NotOpened::unsupported("RC2"),
        _ => NotOpened::unsupported(&oid.to_string()),
    })?;
    let vector = encryption.get(1).and_then(Child::octets);
    let vector = vector.ok_or(NotOpened::Damaged)?;
    let mut key = Zeroizing::new(vec![0; cipher.key_octets()]);
    derive_key(derivation, password, work, &mut key)?;
    cipher.decrypt(&key, &vector, data)
}

/// How PBES2 makes a key.
enum Derivation {
    Scrypt {
        salt: Zeroizing<Vec<u8>>,
        /// Cost, size of a block, parallelisation.
        numbers: [u64; 3],
    },
    Pbkdf2 {
        salt: Zeroizing<Vec<u8>>,
        rounds: u64,
        hash: Hash,
    },
}

impl Derivation {
    /// ```asn1
    /// PBKDF2-params ::= SEQUENCE {
    ///     salt OCTET STRING, iterationCount INTEGER, keyLength INTEGER OPTIONAL,
    ///     prf AlgorithmIdentifier DEFAULT hmacWithSHA1 }
    /// scrypt-params ::= SEQUENCE {
    ///     salt OCTET STRING, costParameter INTEGER, blockSize INTEGER,
    ///     parallelizationParameter INTEGER, keyLength INTEGER OPTIONAL }
    /// ```
    /// The cipher says how long a key is. A length that differs is one that no program writes.
    fn read(derivation: &Child<'_>) -> Result<Self, NotOpened> {
        let (oid, parameters) = identified(derivation)?;
        let parameters = parameters?;
        let number = |index: usize| {
            let number = parameters.get(index).and_then(Child::number);
            number
                .filter(|number| *number > 0)
                .ok_or(NotOpened::Damaged)
        };
        let salt = parameters.first().and_then(Child::octets);
        let salt = salt.ok_or(NotOpened::Damaged)?;
        if oid.content() == SCRYPT {
            let numbers = [number(1)?, number(2)?, number(3)?];
            return Ok(Self::Scrypt { salt, numbers });
        }
        if oid.content().strip_prefix(PKCS5) != Some(&[12]) {
            return Err(NotOpened::unsupported(&oid.to_string()));
        }
        let hash = match parameters.last() {
            Some(prf) if prf.encoding.first() == Some(&0x30) => {
                let (oid, _) = identified(prf)?;
                Hash::of_hmac(&oid).ok_or_else(|| NotOpened::unsupported(&oid.to_string()))?
            }
            _ => Hash::Sha1,
        };
        let rounds = number(1)?;
        Ok(Self::Pbkdf2 { salt, rounds, hash })
    }

    /// How much work a key of this length is.
    fn rounds(&self, octets: usize) -> u64 {
        match self {
            Self::Scrypt { numbers, .. } => {
                (numbers.iter()).fold(ROUNDS_OF_SCRYPT, |all, number| all.saturating_mul(*number))
            }
            Self::Pbkdf2 { rounds, hash, .. } => rounds.saturating_mul(hash.blocks(octets)),
        }
    }
}

fn derive_key(
    derivation: &Child<'_>,
    password: &Reading<'_>,
    work: &mut Work,
    key: &mut [u8],
) -> Result<(), NotOpened> {
    let derivation = Derivation::read(derivation)?;
    work.spend(derivation.rounds(key.len()))?;
    match derivation {
        Derivation::Scrypt { salt, numbers } => {
            derive::scrypt(password.utf8, &salt, numbers, key)?;
        }
        Derivation::Pbkdf2 { salt, rounds, hash } => {
            hash.pbkdf2(password.utf8, &salt, rounds, key);
        }
    }
    Ok(())
}

/// ```asn1
/// PBEParameter ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER }
/// ```
struct SaltAndRounds {
    salt: Zeroizing<Vec<u8>>,
    rounds: u64,
}

impl SaltAndRounds {
    fn read(parameters: &[Child<'_>]) -> Result<Self, NotOpened> {
        let salt = parameters.first().and_then(Child::octets);
        let rounds = parameters.get(1).and_then(Child::number);
        match (salt, rounds) {
            (Some(salt), Some(rounds @ 1..)) => Ok(Self { salt, rounds }),
            _ => Err(NotOpened::Damaged),
        }
    }
}

/// DES with a key out of PBKDF1.
fn pbes1(
    derive: fn(&[u8], &[u8], u64) -> KeyAndVector,
    parameters: &[Child<'_>],
    data: &[u8],
    password: &Reading<'_>,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let SaltAndRounds { salt, rounds } = SaltAndRounds::read(parameters)?;
    work.spend(rounds)?;
    let derived = derive(password.utf8, &salt, rounds);
    Cipher::Des.decrypt(&derived[..8], &derived[8..], data)
}

/// How often the rounds of one of PKCS#12's own schemes are gone through: for its key and its vector.
fn blocks_of_own(key_octets: usize) -> u64 {
    Hash::Sha1.blocks(key_octets) + 1
}

/// PKCS#12's own schemes, which have SHA-1 and ciphers of blocks of eight octets.
fn own(
    cipher: Cipher,
    key_octets: usize,
    parameters: &[Child<'_>],
    data: &[u8],
    password: &Reading<'_>,
    work: &mut Work,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let SaltAndRounds { salt, rounds } = SaltAndRounds::read(parameters)?;
    let hash = Hash::Sha1;
    work.spend(rounds.saturating_mul(blocks_of_own(key_octets)))?;
    let mut key = Zeroizing::new(vec![0; key_octets]);
    let mut vector = [0; 8];
    hash.pkcs12(Purpose::Key, &password.utf16, &salt, rounds, &mut key);
    hash.pkcs12(Purpose::Vector, &password.utf16, &salt, rounds, &mut vector);
    if cipher == Cipher::TripleDes && key_octets == 16 {
        // Two keys: the third one is the first.
        key.extend_from_within(..8);
    }
    cipher.decrypt(&key, &vector, data)
}

/// Decrypts a key in PEM's own way. `headers` are its lines of RFC 1421, the one that counts being
/// `DEK-Info: AES-256-CBC,0123…`.
pub(crate) fn decrypt_pem(
    headers: &str,
    data: &[u8],
    password: &Reading<'_>,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    let info = headers
        .lines()
        .find_map(|line| line.trim().strip_prefix("DEK-Info:"))
        .ok_or(NotOpened::Damaged)?;
    let (name, vector) = info.split_once(',').ok_or(NotOpened::Damaged)?;
    let name = name.trim();
    let cipher = Cipher::named(name).ok_or_else(|| NotOpened::unsupported(name))?;
    let vector = hexadecimal(vector.trim()).ok_or(NotOpened::Damaged)?;
    // The first eight octets are the salt, too (`PEM_do_header`).
    let salt = vector.get(..8).ok_or(NotOpened::Damaged)?;
    let mut key = Zeroizing::new(vec![0; cipher.key_octets()]);
    derive::bytes_to_key(password.utf8, salt, &mut key);
    cipher.decrypt(&key, &vector, data)
}

fn hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// What proves that a PKCS#12 file is whole and that its password is the right one.
pub(crate) struct Mac<'a> {
    /// The fields of `DigestInfo`: algorithm and value.
    pub(crate) algorithm: Child<'a>,
    pub(crate) value: Zeroizing<Vec<u8>>,
    pub(crate) salt: Zeroizing<Vec<u8>>,
    pub(crate) rounds: u64,
}

impl Mac<'_> {
    /// How much work it is, once; nothing where that cannot be told.
    pub(crate) fn work(&self) -> u64 {
        let Ok((oid, parameters)) = identified(&self.algorithm) else {
            return 0;
        };
        if oid.content().strip_prefix(PKCS5) != Some(&[14]) {
            return self.rounds;
        }
        let parameters = parameters.unwrap_or_default();
        let derivation = parameters.first().map(Derivation::read);
        match derivation {
            Some(Ok(derivation)) => derivation.rounds(1),
            _ => 0,
        }
    }

    /// Whether it is that of `data` under a password.
    pub(crate) fn fits(
        &self,
        data: &[u8],
        password: &Reading<'_>,
        work: &mut Work,
    ) -> Result<bool, NotOpened> {
        let (oid, parameters) = identified(&self.algorithm)?;
        if oid.content().strip_prefix(PKCS5) == Some(&[14]) {
            return self.fits_pbmac1(&parameters?, data, password, work);
        }
        let hash = Hash::of(&oid).ok_or_else(|| NotOpened::unsupported(&oid.to_string()))?;
        let mut key = Zeroizing::new(vec![0; hash.octets()]);
        work.spend(self.rounds)?;
        hash.pkcs12(
            Purpose::Mac,
            &password.utf16,
            &self.salt,
            self.rounds,
            &mut key,
        );
        Ok(hash.is_hmac(&key, data, &self.value))
    }

    /// RFC 9579:
    /// ```asn1
    /// PBMAC1-params ::= SEQUENCE {
    ///     keyDerivationFunc AlgorithmIdentifier, messageAuthScheme AlgorithmIdentifier }
    /// ```
    /// The length of the key is among the parameters of its derivation.
    fn fits_pbmac1(
        &self,
        parameters: &[Child<'_>],
        data: &[u8],
        password: &Reading<'_>,
        work: &mut Work,
    ) -> Result<bool, NotOpened> {
        let [derivation, scheme] = parameters else {
            return Err(NotOpened::Damaged);
        };
        let (oid, _) = identified(scheme)?;
        let hash = Hash::of_hmac(&oid).ok_or_else(|| NotOpened::unsupported(&oid.to_string()))?;
        let (_, derived) = identified(derivation)?;
        let length = derived?.get(2).and_then(Child::number);
        let length = length.filter(|length| (1..=MAX_MAC_KEY).contains(length));
        let length = length.and_then(|length| usize::try_from(length).ok());
        let mut key = Zeroizing::new(vec![0; length.ok_or(NotOpened::Damaged)?]);
        derive_key(derivation, password, work, &mut key)?;
        Ok(hash.is_hmac(&key, data, &self.value))
    }
}

/// An algorithm's parameters, where they are asked for.
type Parameters<'a> = Result<Vec<Child<'a>>, NotOpened>;

/// ```asn1
/// AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }
/// ```
fn identified<'a>(algorithm: &Child<'a>) -> Result<(Oid, Parameters<'a>), NotOpened> {
    let fields = children(algorithm.encoding).ok_or(NotOpened::Damaged)?;
    let oid = fields.first().and_then(Child::oid);
    let parameters = fields.get(1).and_then(|field| children(field.encoding));
    Ok((
        oid.ok_or(NotOpened::Damaged)?,
        parameters.ok_or(NotOpened::Damaged),
    ))
}
