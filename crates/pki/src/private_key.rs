//! A private key that lies beside its certificate.
//!
//! It is kept to be told apart, matched with a certificate and written into one file with it, and
//! for nothing else: nothing is signed with it. Its bytes are wiped when it goes, and there is no
//! way to print, serialise or copy them but [`crate::pair::joined_pem`].
//!
//! Read are PKCS#1 (RFC 8017, A.1.2), SEC1 (RFC 5915) and PKCS#8 (RFC 5958, both versions).
//! Encrypted keys are recognised and kept as they are, unless somebody gives their password
//! ([`crate::input::open`]).

#[cfg(feature = "rare")]
mod open;
mod public;

use std::{fmt, sync::OnceLock};

use zeroize::Zeroizing;

use crate::{
    Oid, Source,
    asn1::{Reader, universal as tags},
    input::der::{Child, children},
};
use public::{Curve, PublicKey};
pub(crate) use public::{PublicId, public_id};

/// A private key. Its bytes are wiped when it is dropped.
pub struct PrivateKey {
    source: Source,
    label: String,
    /// The lines between BEGIN and data: of an encrypted key, how it is encrypted.
    headers: Zeroizing<Vec<u8>>,
    der: Zeroizing<Vec<u8>>,
    kind: Kind,
    is_opened: bool,
    public: OnceLock<Option<PublicKey>>,
}

/// What kind of key it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Kind {
    Rsa {
        bits: usize,
    },
    /// RSA that may be used for PSS signatures only.
    RsaPss {
        bits: usize,
    },
    Ec(Curve),
    /// The curve's numbers are written out instead of its name.
    EcExplicit,
    Ed25519,
    Dsa,
    Other(Oid),
    Encrypted,
}

impl PrivateKey {
    /// Reads a key that is not encrypted in PEM's own way; `None` when it is not one of those.
    pub(crate) fn from_der(der: Zeroizing<Vec<u8>>) -> Option<Self> {
        let fields = children(&der)?;
        let outline: Vec<Option<u32>> = fields.iter().map(|field| field.universal).collect();
        let (label, kind) = match outline.as_slice() {
            [Some(tags::SEQUENCE), Some(tags::OCTET_STRING)] => {
                ("ENCRYPTED PRIVATE KEY", Kind::Encrypted)
            }
            [
                Some(tags::INTEGER),
                Some(tags::SEQUENCE),
                Some(tags::OCTET_STRING),
                ..,
            ] => ("PRIVATE KEY", pkcs8_kind(&fields)?),
            [Some(tags::INTEGER), Some(tags::OCTET_STRING), ..] => {
                let curve = named_curve(fields.iter().find_map(|field| field.tagged(0))?);
                ("EC PRIVATE KEY", curve.map_or(Kind::EcExplicit, Kind::Ec))
            }
            // Version, p, q, g, public and private number.
            numbers if numbers == [Some(tags::INTEGER); 6] => ("DSA PRIVATE KEY", Kind::Dsa),
            _ => {
                let bits = public::rsa(&fields)?.bits();
                ("RSA PRIVATE KEY", Kind::Rsa { bits })
            }
        };
        Some(Self::new(label, b"", der, kind))
    }

    /// Takes a key that is encrypted in PEM's own way (RFC 1421, 4.6.1): its data is no DER.
    pub(crate) fn encrypted(label: &str, headers: &[u8], data: Zeroizing<Vec<u8>>) -> Self {
        Self::new(label, headers, data, Kind::Encrypted)
    }

    fn new(label: &str, headers: &[u8], der: Zeroizing<Vec<u8>>, kind: Kind) -> Self {
        Self {
            source: Source {
                file: String::new(),
                line: None,
                offset: 0,
            },
            label: label.to_owned(),
            headers: Zeroizing::new(headers.to_vec()),
            der,
            kind,
            is_opened: false,
            public: OnceLock::new(),
        }
    }

    /// The same key, with the place where it was found.
    pub(crate) fn at(mut self, source: Source) -> Self {
        self.source = source;
        self
    }

    /// Where it was found.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The label of its PEM block, as its form asks for it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// `RSA 2048`, `EC P-256`, `Ed25519`, else the algorithm's name or identifier.
    pub fn kind(&self) -> String {
        match &self.kind {
            Kind::Rsa { bits } => format!("RSA {bits}"),
            Kind::RsaPss { bits } => format!("RSA-PSS {bits}"),
            Kind::Ec(curve) => format!("EC {curve}"),
            Kind::EcExplicit => "EC with explicit parameters".to_owned(),
            Kind::Ed25519 => "Ed25519".to_owned(),
            Kind::Dsa => "DSA".to_owned(),
            Kind::Other(oid) => public::algorithm_name(oid),
            Kind::Encrypted => match self.label.strip_suffix(" PRIVATE KEY") {
                Some(algorithm @ ("RSA" | "EC" | "DSA")) => format!("encrypted {algorithm} key"),
                _ => "encrypted private key".to_owned(),
            },
        }
    }

    /// Whether a password is needed to use it.
    pub fn is_encrypted(&self) -> bool {
        self.kind == Kind::Encrypted
    }

    /// Whether it came encrypted and was opened with its password. It is no longer encrypted then, nor
    /// is what [`crate::pair::joined_pem`] writes.
    pub fn is_opened(&self) -> bool {
        self.is_opened
    }

    /// Whether it is the private half of a DER `SubjectPublicKeyInfo`; `None` when that cannot be
    /// told: the key is encrypted, or of an algorithm that is not known here.
    pub fn belongs_to(&self, subject_public_key_info: &[u8]) -> Option<bool> {
        if self.is_encrypted() {
            return None;
        }
        let theirs = PublicKey::from_spki(subject_public_key_info)?;
        if let Some(ours) = self.public.get_or_init(|| self.derive_public()) {
            return Some(ours.is_same(&theirs));
        }
        // Without our public key, two algorithms that differ still tell.
        match (&self.kind, &theirs) {
            (Kind::Ec(_) | Kind::EcExplicit, PublicKey::Ec { .. } | PublicKey::EcExplicit) => None,
            (Kind::Dsa, PublicKey::Other(oid)) if public::is_dsa(oid) => None,
            (Kind::Other(ours), PublicKey::Other(theirs)) if ours == theirs => None,
            _ => Some(false),
        }
    }

    /// What tells its public half from others; `None` when that is not known.
    pub(crate) fn public_id(&self) -> Option<PublicId> {
        if self.is_encrypted() {
            return None;
        }
        let public = self.public.get_or_init(|| self.derive_public());
        public.as_ref()?.id()
    }

    fn derive_public(&self) -> Option<PublicKey> {
        let fields = children(&self.der)?;
        match (&self.kind, self.label.as_str()) {
            (Kind::Rsa { .. }, "RSA PRIVATE KEY") => public::rsa(&fields),
            (Kind::Rsa { .. }, _) => public::rsa(&children(&inner(&fields)?)?),
            (Kind::RsaPss { .. }, _) => public::rsa(&children(&inner(&fields)?)?)?.for_pss(),
            (Kind::Ec(curve), "EC PRIVATE KEY") => public::ec(curve, &fields),
            (Kind::Ec(curve), _) => public::ec(curve, &children(&inner(&fields)?)?),
            (Kind::Ed25519, _) => public::ed25519(&inner(&fields)?),
            _ => None,
        }
    }

    /// The length of what [`Self::write_pem`] writes, at most.
    pub(crate) fn pem_capacity(&self) -> usize {
        let frame = 2 * (self.label.len() + "-----BEGIN -----\n".len());
        let characters = self.der.len().div_ceil(3) * 4;
        frame + characters + characters / 64 + 1 + self.headers.len() + 2
    }

    /// Writes the key as PEM, with the headers that an encrypted one came with.
    pub(crate) fn write_pem(&self, out: &mut Zeroizing<String>) {
        #[expect(
            clippy::expect_used,
            reason = "every label of a private key is a good one, and no slice is long enough to overflow"
        )]
        let pem = Zeroizing::new(
            pem_rfc7468::encode_string(&self.label, pem_rfc7468::LineEnding::LF, &self.der)
                .expect("encodes any bytes"),
        );
        let headers = str::from_utf8(&self.headers).unwrap_or_default();
        match pem.split_once('\n') {
            Some((begin, rest)) if self.is_encrypted() && !headers.is_empty() => {
                out.push_str(begin);
                out.push('\n');
                for line in headers.replace("\\r", "").replace("\\n", "\n").lines() {
                    if line.contains(':') {
                        out.push_str(line.trim());
                        out.push('\n');
                    }
                }
                // RFC 1421 asks for an empty line between headers and data.
                out.push('\n');
                out.push_str(rest);
            }
            _ => out.push_str(&pem),
        }
    }
}

impl fmt::Debug for PrivateKey {
    /// What kind of key it is and where it was found, never what it is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("kind", &self.kind())
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}

/// ```asn1
/// OneAsymmetricKey ::= SEQUENCE {
///     version INTEGER, privateKeyAlgorithm AlgorithmIdentifier, privateKey OCTET STRING,
///     attributes [0] OPTIONAL, publicKey [1] OPTIONAL }
/// ```
fn pkcs8_kind(fields: &[Child<'_>]) -> Option<Kind> {
    let algorithm = children(fields.get(1)?.encoding)?;
    let oid = algorithm.first()?.oid()?;
    let key = inner(fields)?;
    let bits = || Some(public::rsa(&children(&key)?)?.bits());
    Some(match oid.content() {
        public::RSA => Kind::Rsa { bits: bits()? },
        public::RSA_PSS => Kind::RsaPss { bits: bits()? },
        public::EC => {
            let private = children(&key)?;
            let named = algorithm
                .get(1)
                .and_then(|child| named_curve(child.encoding));
            // Some programs name the curve within the key instead.
            let named = named.or_else(|| {
                let within = private.iter().find_map(|field| field.tagged(0));
                within.and_then(named_curve)
            });
            named.map_or(Kind::EcExplicit, Kind::Ec)
        }
        public::ED25519 => Kind::Ed25519,
        public::DSA => Kind::Dsa,
        _ => Kind::Other(oid),
    })
}

/// The content of the OCTET STRING in the third field of PKCS#8.
fn inner(fields: &[Child<'_>]) -> Option<Zeroizing<Vec<u8>>> {
    fields.get(2)?.octets()
}

fn named_curve(parameters: &[u8]) -> Option<Curve> {
    let mut reader = Reader::new(parameters);
    let oid = reader.value(tags::OBJECT_IDENTIFIER).ok()?;
    Some(Curve(Oid::from_content(&oid.content)))
}

#[cfg(test)]
mod tests;
