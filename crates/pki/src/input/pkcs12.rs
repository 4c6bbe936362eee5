//! The certificates and keys in a PKCS#12 file (RFC 7292).
//!
//! Its frame is read with the leniencies that OpenSSL has, for Firefox and Bouncy Castle write BER of
//! indefinite length. What it holds is handed on as it is: whether a certificate is sound is the
//! certificate decoder's to say.

use zeroize::Zeroizing;

use super::{
    Content, Form, Large, MAX_CERTIFICATE_BYTES, Malformed, NotOpened, Problem, Unusable,
    der::{self, Child, Outer, children},
};
use crate::{
    PrivateKey,
    asn1::{Reader, Tag, universal as tags},
    encryption::{self, Mac, Work},
    password::{Password, Reading},
};

/// 1.2.840.113549.1.7 (RFC 5652, 14)
const PKCS7: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
/// 1.2.840.113549.1.12.10.1 (RFC 7292, D)
const BAGS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x0a, 0x01];
/// 1.2.840.113549.1.9.22.1: an X.509 certificate (RFC 7292, 4.2.3)
const X509: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x16, 0x01];

/// How deep bags may lie in bags. Nobody was seen to nest them at all.
const MAX_DEPTH: u8 = 3;

/// Opens the file. Certificates come first, that of a key before the others, and keys last: the order
/// that drivers want, for a PKCS#12 file has none.
pub(super) fn open(
    file: &[u8],
    password: &Password,
    work: &mut Work,
) -> Result<Vec<Content>, NotOpened> {
    let file = File::read(file)?;
    work.check(file.work())?;
    let readings = password.readings();
    let Some(mac) = &file.mac else {
        // Nothing but what comes out tells whether the password is right.
        let mut first = None;
        for reading in &readings {
            match Bags::open(&file, reading, work) {
                Ok(bags) if bags.tells_wrong_password() => {}
                Ok(bags) => return Ok(bags.contents()),
                Err(NotOpened::WrongPassword) => {}
                Err(error) => {
                    first.get_or_insert(error);
                }
            }
        }
        return Err(first.unwrap_or(NotOpened::WrongPassword));
    };
    for reading in &readings {
        if mac.fits(&file.content, reading, work)? {
            return match Bags::open(&file, reading, work) {
                Ok(bags) => Ok(bags.contents()),
                // It is the right one.
                Err(NotOpened::WrongPassword) => Err(NotOpened::Damaged),
                Err(error) => Err(error),
            };
        }
    }
    // A password that opens it all the same is right, and the file was changed.
    for reading in &readings {
        if Bags::open(&file, reading, work).is_ok_and(|bags| bags.decrypted > 0) {
            return Err(NotOpened::Damaged);
        }
    }
    Err(NotOpened::WrongPassword)
}

/// ```asn1
/// PFX ::= SEQUENCE { version INTEGER, authSafe ContentInfo, macData MacData OPTIONAL }
/// MacData ::= SEQUENCE {
///     mac SEQUENCE { digestAlgorithm AlgorithmIdentifier, digest OCTET STRING },
///     macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
/// ```
struct File<'a> {
    /// What the MAC is of: a SEQUENCE of `ContentInfo`.
    content: Zeroizing<Vec<u8>>,
    mac: Option<Mac<'a>>,
}

impl<'a> File<'a> {
    fn read(file: &'a [u8]) -> Result<Self, NotOpened> {
        let fields = children(file).ok_or(NotOpened::Damaged)?;
        let info = fields.get(1).ok_or(NotOpened::Damaged)?;
        let (kind, content) = content_info(info.encoding).ok_or(NotOpened::Damaged)?;
        if kind != Kind::Data {
            return Err(NotOpened::unsupported(
                "a public key in place of a password",
            ));
        }
        let mac = fields.get(2).map(|mac| Self::mac(mac.encoding));
        Ok(Self {
            content: octets(content).ok_or(NotOpened::Damaged)?,
            mac: match mac {
                Some(mac) => Some(mac.ok_or(NotOpened::Damaged)?),
                None => None,
            },
        })
    }

    /// How much work it is to open all that shows from outside. What lies within something encrypted is
    /// counted when it is come to.
    fn work(&self) -> u64 {
        let mac = self.mac.as_ref().map_or(0, Mac::work);
        let infos = children(&self.content).unwrap_or_default();
        let parts = infos.iter().map(|info| match content_info(info.encoding) {
            Some((Kind::Encrypted, content)) => {
                encrypted(content).map_or(0, |(algorithm, _)| encryption::rounds(&algorithm))
            }
            Some((Kind::Data, content)) => octets(content).map_or(0, |bags| work_of_keys(&bags)),
            _ => 0,
        });
        parts.fold(mac, u64::saturating_add)
    }

    fn mac(encoding: &'a [u8]) -> Option<Mac<'a>> {
        let fields = children(encoding)?;
        let [algorithm, value] = children(fields.first()?.encoding)?.try_into().ok()?;
        Some(Mac {
            value: value.octets()?,
            algorithm,
            salt: fields.get(1)?.octets()?,
            rounds: match fields.get(2) {
                Some(rounds) => rounds.number().filter(|rounds| *rounds > 0)?,
                None => 1,
            },
        })
    }
}

/// What has been found in a file's bags, and how the password did.
#[derive(Default)]
struct Bags {
    certificates: Vec<Content>,
    keys: Vec<Content>,
    decrypted: usize,
    /// Keys that the password does not open. They may have another one.
    locked: usize,
}

impl Bags {
    /// ```asn1
    /// AuthenticatedSafe ::= SEQUENCE OF ContentInfo
    /// EncryptedData ::= SEQUENCE {
    ///     version INTEGER,
    ///     encryptedContentInfo SEQUENCE {
    ///         contentType OBJECT IDENTIFIER, contentEncryptionAlgorithm AlgorithmIdentifier,
    ///         encryptedContent [0] IMPLICIT OCTET STRING }, … }
    /// ```
    fn open(file: &File<'_>, password: &Reading<'_>, work: &mut Work) -> Result<Self, NotOpened> {
        let mut bags = Self::default();
        for info in children(&file.content).ok_or(NotOpened::Damaged)? {
            let (kind, content) = content_info(info.encoding).ok_or(NotOpened::Damaged)?;
            match kind {
                Kind::Data => {
                    let contents = octets(content).ok_or(NotOpened::Damaged)?;
                    bags.add(&contents, password, work, MAX_DEPTH)?;
                }
                Kind::Encrypted => {
                    let (algorithm, data) = encrypted(content).ok_or(NotOpened::Damaged)?;
                    let contents = encryption::decrypt(&algorithm, &data, password, work)?;
                    if !is_whole(&contents) {
                        return Err(NotOpened::WrongPassword);
                    }
                    bags.decrypted += 1;
                    bags.add(&contents, password, work, MAX_DEPTH)?;
                }
                Kind::Other => {
                    return Err(NotOpened::unsupported(
                        "a public key in place of a password",
                    ));
                }
            }
        }
        Ok(bags)
    }

    /// ```asn1
    /// SafeContents ::= SEQUENCE OF SafeBag
    /// SafeBag ::= SEQUENCE {
    ///     bagId OBJECT IDENTIFIER, bagValue [0] EXPLICIT ANY, bagAttributes SET OPTIONAL }
    /// ```
    fn add(
        &mut self,
        contents: &[u8],
        password: &Reading<'_>,
        work: &mut Work,
        depth: u8,
    ) -> Result<(), NotOpened> {
        for bag in children(contents).ok_or(NotOpened::Damaged)? {
            let fields = children(bag.encoding).ok_or(NotOpened::Damaged)?;
            let id = fields.first().and_then(Child::oid);
            let id = id.ok_or(NotOpened::Damaged)?;
            let value = fields.get(1).and_then(|field| field.tagged(0));
            let value = value.ok_or(NotOpened::Damaged)?;
            match id.content().strip_prefix(BAGS) {
                Some([1]) => self.add_key(value)?,
                Some([2]) => self.add_shrouded(value, password, work)?,
                Some([3]) => self.add_certificate(value)?,
                Some([6]) => {
                    let depth = depth
                        .checked_sub(1)
                        .ok_or_else(|| NotOpened::unsupported("bags in bags"))?;
                    self.add(value, password, work, depth)?;
                }
                // Revocation lists and secrets.
                _ => {}
            }
        }
        Ok(())
    }

    fn add_key(&mut self, der: &[u8]) -> Result<(), NotOpened> {
        let key = PrivateKey::from_der(Zeroizing::new(der.to_vec())).ok_or(NotOpened::Damaged)?;
        self.keys.push(Content::PrivateKey(key));
        Ok(())
    }

    /// A key that is encrypted as in PKCS#8.
    fn add_shrouded(
        &mut self,
        der: &[u8],
        password: &Reading<'_>,
        work: &mut Work,
    ) -> Result<(), NotOpened> {
        let shrouded =
            PrivateKey::from_der(Zeroizing::new(der.to_vec())).ok_or(NotOpened::Damaged)?;
        let key = match shrouded.decrypted(password, work) {
            Ok(key) => {
                self.decrypted += 1;
                key
            }
            Err(NotOpened::WrongPassword) => {
                self.locked += 1;
                shrouded
            }
            Err(error) => return Err(error),
        };
        self.keys.push(Content::PrivateKey(key));
        Ok(())
    }

    /// ```asn1
    /// CertBag ::= SEQUENCE { certId OBJECT IDENTIFIER, certValue [0] EXPLICIT OCTET STRING }
    /// ```
    fn add_certificate(&mut self, bag: &[u8]) -> Result<(), NotOpened> {
        let fields = children(bag).ok_or(NotOpened::Damaged)?;
        let kind = fields.first().and_then(Child::oid);
        if kind.ok_or(NotOpened::Damaged)?.content() != X509 {
            return Ok(());
        }
        let value = fields.get(1).and_then(|field| field.tagged(0));
        let mut value = value.and_then(octets).ok_or(NotOpened::Damaged)?;
        let size = value.len();
        self.certificates.push(if size > MAX_CERTIFICATE_BYTES {
            Content::Malformed(Malformed {
                label: None,
                problem: Problem::TooLarge {
                    what: Large::Certificate,
                    size,
                },
                line: None,
                column: None,
                offset: 0,
            })
        } else {
            Content::Certificate {
                der: std::mem::take(&mut *value),
                form: Form::Pkcs12,
            }
        });
        Ok(())
    }

    /// Whether there is something to open, and the password opens none of it.
    fn tells_wrong_password(&self) -> bool {
        self.locked > 0 && self.decrypted == 0
    }

    fn contents(self) -> Vec<Content> {
        let Self {
            mut certificates,
            keys,
            ..
        } = self;
        certificates.sort_by_cached_key(|certificate| !has_key(certificate, &keys));
        certificates.extend(keys);
        if certificates.is_empty() {
            return vec![Content::Unusable(Unusable::Pkcs12WithoutCertificates)];
        }
        certificates
    }
}

/// How much work the encrypted keys among these bags are.
fn work_of_keys(bags: &[u8]) -> u64 {
    let rounds = |bag: &Child<'_>| {
        let fields = children(bag.encoding)?;
        if fields.first()?.oid()?.content().strip_prefix(BAGS) != Some(&[2]) {
            return None;
        }
        let key = children(fields.get(1)?.tagged(0)?)?;
        Some(encryption::rounds(key.first()?))
    };
    let bags = children(bags).unwrap_or_default();
    bags.iter().filter_map(rounds).fold(0, u64::saturating_add)
}

/// Whether the key of a certificate is among these.
fn has_key(certificate: &Content, keys: &[Content]) -> bool {
    // A key store of more is no client's, and each comparison takes time.
    const MAX_KEYS: usize = 8;
    let Content::Certificate { der, .. } = certificate else {
        return false;
    };
    let Some(info) = der::public_key_info(der) else {
        return false;
    };
    keys.iter().take(MAX_KEYS).any(|key| match key {
        Content::PrivateKey(key) => key.belongs_to(info) == Some(true),
        _ => false,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Data,
    Encrypted,
    Other,
}

/// ```asn1
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
/// ```
fn content_info(encoding: &[u8]) -> Option<(Kind, &[u8])> {
    let fields = children(encoding)?;
    let kind = match fields.first()?.oid()?.content().strip_prefix(PKCS7) {
        Some([1]) => Kind::Data,
        Some([6]) => Kind::Encrypted,
        _ => Kind::Other,
    };
    Some((kind, fields.get(1)?.tagged(0)?))
}

fn encrypted(data: &[u8]) -> Option<(Child<'_>, Zeroizing<Vec<u8>>)> {
    let fields = children(data)?;
    let [_, algorithm, content] = children(fields.get(1)?.encoding)?.try_into().ok()?;
    let mut reader = Reader::new(content.encoding);
    let content = reader
        .value_tagged(tags::OCTET_STRING, Tag::context(0), false)
        .ok()??;
    Some((algorithm, Zeroizing::new(content.content.into_owned())))
}

fn octets(encoding: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let value = Reader::new(encoding).value(tags::OCTET_STRING).ok()?;
    Some(Zeroizing::new(value.content.into_owned()))
}

/// Whether it is one SEQUENCE and nothing else, which what a wrong password makes is not.
fn is_whole(bytes: &[u8]) -> bool {
    der::outer(bytes) == Outer::Complete(bytes.len()) && children(bytes).is_some()
}
