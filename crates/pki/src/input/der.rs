//! What a piece of DER is, told by its outline alone.
//!
//! This decides what to *say* of a file, not whether a certificate is sound: whatever is laid out
//! like a certificate is handed to the certificate decoder, faults and all.

use zeroize::Zeroizing;

use crate::{
    Oid,
    asn1::{Reader, Tag, universal as tags},
};

/// What a SEQUENCE looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// RFC 5280, 4.1.
    Certificate,
    /// PKCS#10 (RFC 2986).
    CertificateRequest,
    /// RFC 5280, 5.1.
    RevocationList,
    /// PKCS#7 or CMS signed data (RFC 5652), the form of `.p7b`.
    SignedData,
    /// PKCS#7 or CMS of another kind: encrypted, for example.
    OtherContentInfo,
    /// PKCS#12 (RFC 7292), the form of `.p12` and `.pfx`.
    Pkcs12,
    /// PKCS#1, PKCS#8, SEC1 or DSA.
    PrivateKey,
    /// PKCS#8, encrypted.
    EncryptedPrivateKey,
    /// `SubjectPublicKeyInfo`.
    PublicKey,
    /// Two or three numbers: DH or DSA parameters, or a PKCS#1 public key.
    Numbers,
}

/// How far the SEQUENCE at the start of `bytes` reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outer {
    /// Its encoding takes so many bytes, all of them there.
    Complete(usize),
    /// Its header asks for more than there is; `None` when it cannot be told how much.
    Truncated { expected: Option<usize> },
    /// It is no SEQUENCE.
    Other,
}

pub(crate) fn outer(bytes: &[u8]) -> Outer {
    if bytes.first() != Some(&0x30) {
        return Outer::Other;
    }
    let mut reader = Reader::new(bytes);
    match reader.skip() {
        Ok(_) => Outer::Complete(reader.offset()),
        Err(_) => Outer::Truncated {
            expected: announced(bytes),
        },
    }
}

/// The whole length that a header of definite length announces.
fn announced(bytes: &[u8]) -> Option<usize> {
    let first = *bytes.get(1)?;
    if first < 0x80 {
        return Some(2 + usize::from(first));
    }
    let count = usize::from(first & 0x7f);
    if count == 0 {
        return None;
    }
    let octets = bytes.get(2..2 + count)?;
    let length = octets.iter().try_fold(0usize, |length, octet| {
        Some(length.checked_mul(256)? + usize::from(*octet))
    })?;
    length.checked_add(2 + count)
}

/// Tells what `bytes`, from a SEQUENCE on, looks like.
pub(super) fn shape(bytes: &[u8]) -> Option<Shape> {
    const SEQUENCE: u32 = tags::SEQUENCE;
    const INTEGER: u32 = tags::INTEGER;
    const BITS: u32 = tags::BIT_STRING;
    const OCTETS: u32 = tags::OCTET_STRING;
    const OID: u32 = tags::OBJECT_IDENTIFIER;

    let children = children(bytes)?;
    let outline: Vec<Option<u32>> = children.iter().map(|child| child.universal).collect();
    let is_context = |child: Option<&Child<'_>>, number| {
        child.is_some_and(|child| child.tag == Tag::context(number))
    };
    let shape = match outline.as_slice() {
        [Some(SEQUENCE), Some(SEQUENCE), Some(BITS), ..] => signed(children.first()?.encoding)?,
        [Some(SEQUENCE), Some(BITS)] => Shape::PublicKey,
        [Some(SEQUENCE), Some(OCTETS)] => Shape::EncryptedPrivateKey,
        [Some(INTEGER), Some(SEQUENCE), Some(OCTETS), ..] | [Some(INTEGER), Some(OCTETS), ..] => {
            Shape::PrivateKey
        }
        [Some(INTEGER), Some(SEQUENCE), ..] => Shape::Pkcs12,
        [Some(INTEGER), Some(INTEGER)] | [Some(INTEGER), Some(INTEGER), Some(INTEGER)] => {
            Shape::Numbers
        }
        [Some(INTEGER), rest @ ..]
            if rest.len() >= 5 && rest[..5].iter().all(|tag| *tag == Some(INTEGER)) =>
        {
            Shape::PrivateKey
        }
        [Some(OID), None] if is_context(children.get(1), 0) => {
            if children[0].encoding.ends_with(super::pkcs7::SIGNED_DATA) {
                Shape::SignedData
            } else {
                Shape::OtherContentInfo
            }
        }
        _ => return None,
    };
    Some(shape)
}

/// A certificate, a request and a revocation list are framed alike; what is signed differs.
fn signed(to_be_signed: &[u8]) -> Option<Shape> {
    let children = children(to_be_signed)?;
    let tag = |index: usize| children.get(index).map(|child| child.tag);
    let universal = |index: usize| children.get(index).and_then(|child| child.universal);
    let version = usize::from(universal(0) == Some(tags::INTEGER));
    let is_time = |tag| matches!(tag, Some(tags::UTC_TIME | tags::GENERALIZED_TIME));
    Some(if tag(0) == Some(Tag::context(0)) {
        Shape::Certificate
    } else if is_time(universal(version + 2)) {
        Shape::RevocationList
    } else if version == 1 && tag(3) == Some(Tag::context(0)) || children.len() == 3 {
        Shape::CertificateRequest
    } else if version == 1 {
        // A certificate of version 1 leaves its version out and begins with its serial number.
        Shape::Certificate
    } else {
        return None;
    })
}

/// A value within a SEQUENCE.
pub(crate) struct Child<'a> {
    pub(crate) tag: Tag,
    /// The number of its tag, if that is a universal one.
    pub(crate) universal: Option<u32>,
    /// Identifier, length and contents.
    pub(crate) encoding: &'a [u8],
}

impl<'a> Child<'a> {
    /// The identifier that it is.
    pub(crate) fn oid(&self) -> Option<Oid> {
        let value = Reader::new(self.encoding).value(tags::OBJECT_IDENTIFIER);
        Some(Oid::from_content(&value.ok()?.content))
    }

    /// What the OCTET STRING that it is holds, its pieces joined.
    pub(crate) fn octets(&self) -> Option<Zeroizing<Vec<u8>>> {
        let value = Reader::new(self.encoding).value(tags::OCTET_STRING);
        Some(Zeroizing::new(value.ok()?.content.into_owned()))
    }

    /// The number that it is, unless that is negative. One that is too large is the largest.
    #[cfg(feature = "rare")]
    pub(crate) fn number(&self) -> Option<u64> {
        let value = Reader::new(self.encoding).value(tags::INTEGER).ok()?;
        if value.content.first()? & 0x80 != 0 {
            return None;
        }
        let shift = |number: u64, octet: &u8| Some(number.checked_mul(256)? + u64::from(*octet));
        Some(value.content.iter().try_fold(0, shift).unwrap_or(u64::MAX))
    }

    /// What an explicit context tag wraps, if it bears that.
    pub(crate) fn tagged(&self, number: u32) -> Option<&'a [u8]> {
        let mut reader = Reader::new(self.encoding);
        reader
            .explicit(Tag::context(number), true, |reader| {
                let start = reader.offset();
                reader.skip()?;
                Ok(reader.since(start))
            })
            .ok()
            .flatten()
    }
}

/// The values in the SEQUENCE that `bytes` begins with.
pub(crate) fn children(bytes: &[u8]) -> Option<Vec<Child<'_>>> {
    let mut reader = Reader::new(bytes);
    reader
        .list(Tag::universal(tags::SEQUENCE), false, |reader| {
            let start = reader.offset();
            let tag = reader.skip()?;
            let universal = (tag == Tag::universal(tag.number)).then_some(tag.number);
            Ok(Child {
                tag,
                universal,
                encoding: reader.since(start),
            })
        })
        .ok()?
}

/// The DER `SubjectPublicKeyInfo` of what is laid out like a certificate (RFC 5280, 4.1).
#[cfg(feature = "rare")]
pub(super) fn public_key_info(certificate: &[u8]) -> Option<&[u8]> {
    let fields = children(children(certificate)?.first()?.encoding)?;
    // A version, which may be left out, then serial number, algorithm, issuer, validity and subject.
    let version = usize::from(fields.first()?.tag == Tag::context(0));
    Some(fields.get(version + 5)?.encoding)
}
