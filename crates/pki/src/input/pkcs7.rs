//! The certificates in PKCS#7 or CMS signed data (`.p7b`, RFC 5652, 5.1).
//!
//! Only the certificates are taken out; signatures and revocation lists are passed over. BER of
//! indefinite length is common here and is read. RustCrypto's `cms` is not used: it decodes every
//! certificate itself, and refuses the bundle for one that OpenSSL would load (a serial number of more
//! than 20 octets, a BOOLEAN that is not DER).

use crate::asn1::{Error, Position, Reader, Tag, universal as tags};

/// The content of the object identifier id-signedData, 1.2.840.113549.1.7.2.
pub(super) const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// ```asn1
/// ContentInfo ::= SEQUENCE { contentType OBJECT IDENTIFIER, content [0] EXPLICIT ANY }
/// ```
/// A file labelled `PKCS #7 SIGNED DATA` may hold the content alone.
pub(super) fn certificates(bytes: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let mut reader = Reader::new(bytes);
    let wrapped = reader.sequence(|fields| {
        fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
        let found = fields.optional(Position::Last, |reader, optional| {
            reader.explicit(Tag::context(0), optional, signed_data)
        })?;
        Ok(found.unwrap_or_default())
    });
    wrapped.or_else(|error| signed_data(&mut Reader::new(bytes)).map_err(|_| error))
}

/// ```asn1
/// SignedData ::= SEQUENCE {
///     version INTEGER, digestAlgorithms SET, encapContentInfo SEQUENCE,
///     certificates [0] IMPLICIT SET OF CertificateChoices OPTIONAL,
///     crls [1] IMPLICIT SET OPTIONAL, signerInfos SET }
/// ```
fn signed_data<'a>(reader: &mut Reader<'a>) -> Result<Vec<&'a [u8]>, Error> {
    reader.sequence(|fields| {
        for _ in ["version", "digestAlgorithms", "encapContentInfo"] {
            fields.required(Reader::skip)?;
        }
        let found = fields.optional(Position::Inner, |reader, optional| {
            reader.list(Tag::context(0), optional, |reader| {
                let start = reader.offset();
                let tag = reader.skip()?;
                // Attribute certificates and the like bear tags of their own.
                let is_certificate = tag == Tag::universal(tags::SEQUENCE);
                Ok(is_certificate.then(|| reader.since(start)))
            })
        })?;
        // What follows: revocation lists and signers, which some programs leave out.
        while fields
            .optional(Position::Inner, |reader, _| reader.skip().map(Some))?
            .is_some()
        {}
        Ok(found.unwrap_or_default().into_iter().flatten().collect())
    })
}
