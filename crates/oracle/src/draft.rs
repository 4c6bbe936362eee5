//! A certificate before it is signed, every field of it free to be wrong.

use openssl::error::ErrorStack;

use crate::algorithm::Algorithm;
use crate::der;
use crate::extension::Extension;
use crate::keys::Key;
use crate::name::Name;

/// A moment as a certificate says it: the tag and the text.
#[derive(Clone, Debug)]
pub struct Moment {
    pub tag: u8,
    pub text: Vec<u8>,
}

impl Moment {
    pub fn utc(text: &str) -> Self {
        Self {
            tag: 23,
            text: text.as_bytes().to_vec(),
        }
    }

    pub fn generalized(text: &str) -> Self {
        Self {
            tag: 24,
            text: text.as_bytes().to_vec(),
        }
    }

    fn to_der(&self) -> Vec<u8> {
        der::element(self.tag, &self.text)
    }
}

/// What is done to the signed certificate as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    Der,
    /// The outermost length left open, as BER allows.
    Indefinite,
    /// Bytes behind the end.
    Trailing,
}

/// What is done to the signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signature {
    Right,
    Wrong,
    Empty,
    /// The BIT STRING says that its last bits are unused.
    UnusedBits,
}

/// The fields of a certificate (RFC 5280, section 4.1).
#[derive(Clone, Debug)]
pub struct Draft {
    /// The content of the version's INTEGER; `None` for version 1 by default.
    pub version: Option<Vec<u8>>,
    /// The content of the serial number's INTEGER.
    pub serial: Vec<u8>,
    /// The algorithm in the signed part, when it is not the one outside.
    pub inner_algorithm: Option<Vec<u8>>,
    pub issuer: Name,
    pub not_before: Moment,
    pub not_after: Moment,
    pub subject: Name,
    pub key_info: Vec<u8>,
    /// What stands between the key and the extensions.
    pub unique_identifiers: Vec<u8>,
    pub extensions: Vec<Extension>,
    pub algorithm: Algorithm,
    pub signature: Signature,
    pub frame: Frame,
}

impl Draft {
    /// A version 3 certificate of the year 2026 and the first half of 2027, without extensions.
    pub fn new(subject: Name, key: &Key, issuer: Name, algorithm: Algorithm) -> Self {
        Self {
            version: Some(vec![2]),
            serial: key.identifier()[..8]
                .iter()
                .map(|octet| octet | 1)
                .collect(),
            inner_algorithm: None,
            issuer,
            not_before: Moment::utc("260101000000Z"),
            not_after: Moment::utc("270630000000Z"),
            subject,
            key_info: key.key_info.clone(),
            unique_identifiers: Vec::new(),
            extensions: Vec::new(),
            algorithm,
            signature: Signature::Right,
            frame: Frame::Der,
        }
    }

    /// The extension of a type, put in if there is none.
    pub fn set(&mut self, extension: Extension) {
        self.remove(extension.oid);
        self.extensions.push(extension);
    }

    pub fn remove(&mut self, oid: &str) {
        self.extensions.retain(|other| other.oid != oid);
    }

    fn to_be_signed(&self) -> Vec<u8> {
        let version = match &self.version {
            Some(content) => der::context(0, &[&der::integer(content)]),
            None => Vec::new(),
        };
        let extensions: Vec<Vec<u8>> = self.extensions.iter().map(Extension::to_der).collect();
        let extensions = if extensions.is_empty() {
            Vec::new()
        } else {
            der::context(3, &[&der::element(0x30, &extensions.concat())])
        };
        der::sequence(&[
            &version,
            &der::integer(&self.serial),
            self.inner_algorithm
                .as_ref()
                .unwrap_or(&self.algorithm.identifier),
            &self.issuer.to_der(),
            &der::sequence(&[&self.not_before.to_der(), &self.not_after.to_der()]),
            &self.subject.to_der(),
            &self.key_info,
            &self.unique_identifiers,
            &extensions,
        ])
    }

    /// The certificate, signed with a key.
    pub fn sign(&self, key: &Key) -> Result<Vec<u8>, ErrorStack> {
        let body = self.to_be_signed();
        let mut signature = self.algorithm.sign(key, &body)?;
        let mut unused = 0;
        match self.signature {
            Signature::Right => {}
            Signature::Wrong => {
                if let Some(last) = signature.last_mut() {
                    *last ^= 1;
                }
            }
            Signature::Empty => signature.clear(),
            Signature::UnusedBits => {
                unused = 3;
                if let Some(last) = signature.last_mut() {
                    *last &= 0xf8;
                }
            }
        }
        let parts = [
            body,
            self.algorithm.identifier.clone(),
            der::bit_string(unused, &signature),
        ]
        .concat();
        Ok(match self.frame {
            Frame::Der => der::element(0x30, &parts),
            Frame::Indefinite => [&[0x30, 0x80], &parts[..], &[0, 0]].concat(),
            Frame::Trailing => [&der::element(0x30, &parts)[..], b"more"].concat(),
        })
    }
}
