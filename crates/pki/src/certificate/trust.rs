//! What stands behind a certificate in a `TRUSTED CERTIFICATE` block: what OpenSSL is to trust it
//! for.
//!
//! The settings belong to the block, not to the certificate, which is the same without them. A
//! server that is given the file honours them (`X509_check_trust` in `crypto/x509/x509_trust.c`);
//! nobody else knows them.

use super::Purposes;
use crate::{
    Oid,
    asn1::{Error, Position, Reader, Tag, universal as tags},
    verify::Purpose,
};

/// The label of such a block.
pub(crate) const LABEL: &str = "TRUSTED CERTIFICATE";

/// ```asn1
/// X509_CERT_AUX ::= SEQUENCE {
///     trust  SEQUENCE OF OBJECT IDENTIFIER OPTIONAL,
///     reject [0] SEQUENCE OF OBJECT IDENTIFIER OPTIONAL,
///     alias  UTF8String OPTIONAL,
///     keyid  OCTET STRING OPTIONAL,
///     other  [1] SEQUENCE OF AlgorithmIdentifier OPTIONAL }
/// ```
///
/// The name that somebody gave the certificate, and what else there is, decide nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustSettings {
    /// `None` when nothing is said; an empty list trusts the certificate for nothing.
    trusted: Option<Vec<Oid>>,
    rejected: Vec<Oid>,
}

/// What settings say of a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// An anchor, whatever else the certificate says.
    Trusted,
    Rejected,
    /// Nothing: a self-signed certificate is an anchor, another one is not.
    Unsaid,
}

impl TrustSettings {
    /// Reads what stands behind a certificate. OpenSSL reads no certificate with settings that it
    /// cannot read (`d2i_X509_AUX`); what stands behind them is left alone.
    pub fn read(octets: &[u8]) -> Result<Self, Error> {
        if octets.is_empty() {
            return Ok(Self::default());
        }
        let purpose = |reader: &mut Reader<'_>| {
            let oid = reader.value(tags::OBJECT_IDENTIFIER)?;
            Ok(Oid::from_content(&oid.content))
        };
        Reader::new(octets).sequence(|fields| {
            let trusted = fields.optional(Position::Inner, |reader, optional| {
                reader.list(Tag::universal(tags::SEQUENCE), optional, purpose)
            })?;
            let rejected = fields.optional(Position::Inner, |reader, optional| {
                reader.list(Tag::context(0), optional, purpose)
            })?;
            for kind in [tags::UTF8_STRING, tags::OCTET_STRING] {
                fields.optional(Position::Inner, |reader, optional| {
                    reader.value_tagged(kind, Tag::universal(kind), optional)
                })?;
            }
            fields.optional(Position::Last, |reader, optional| {
                reader.list(Tag::context(1), optional, |reader| {
                    super::AlgorithmIdentifier::read(reader)
                })
            })?;
            Ok(Self {
                trusted,
                rejected: rejected.unwrap_or_default(),
            })
        })
    }

    /// `obj_trust`, for the purpose that a server asks about.
    pub fn on(&self, purpose: Purpose) -> Trust {
        let asked = match purpose {
            Purpose::TlsClient => Purposes::CLIENT_AUTH,
            Purpose::TlsServer => Purposes::SERVER_AUTH,
        };
        let names = |list: &[Oid]| {
            list.iter()
                .any(|oid| [asked, Purposes::ANY].contains(&oid.content()))
        };
        if names(&self.rejected) {
            return Trust::Rejected;
        }
        match &self.trusted {
            None => Trust::Unsaid,
            Some(list) if names(list) => Trust::Trusted,
            // A list is the whole of what the certificate is trusted for.
            Some(_) => Trust::Rejected,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn reads_lists_and_an_alias_as_openssl_does() {
        const SERVER: [u8; 10] = [6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1];
        const CLIENT: [u8; 10] = [6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 2];
        const ANY: [u8; 6] = [6, 4, 0x55, 0x1d, 37, 0];
        let wrap = |tag: u8, content: &[u8]| {
            let length = u8::try_from(content.len()).unwrap();
            [&[tag, length][..], content].concat()
        };
        let alias = wrap(12, b"our root");
        let cases: &[(&str, Vec<u8>, Trust)] = &[
            ("nothing", vec![], Trust::Unsaid),
            ("an alias alone", alias.clone(), Trust::Unsaid),
            ("trusted for clients", wrap(0x30, &CLIENT), Trust::Trusted),
            ("for anything", wrap(0x30, &ANY), Trust::Trusted),
            ("for servers only", wrap(0x30, &SERVER), Trust::Rejected),
            ("for nothing", wrap(0x30, &[]), Trust::Rejected),
            ("rejected for clients", wrap(0xa0, &CLIENT), Trust::Rejected),
            ("rejected for servers", wrap(0xa0, &SERVER), Trust::Unsaid),
            (
                "trusted for clients and rejected for anything",
                [wrap(0x30, &CLIENT), wrap(0xa0, &ANY)].concat(),
                Trust::Rejected,
            ),
        ];
        for (what, content, expected) in cases {
            let settings = TrustSettings::read(&wrap(0x30, content)).unwrap();
            assert_eq!(settings.on(Purpose::TlsClient), *expected, "{what}");
        }
        assert_eq!(TrustSettings::read(&[]).unwrap(), TrustSettings::default());
        for broken in [&[0][..], &[0xff; 4], &[0x30, 2, 5, 0], &alias] {
            assert!(TrustSettings::read(broken).is_err(), "{broken:02x?}");
        }
    }
}
