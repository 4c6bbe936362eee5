//! Distinguished names (X.501 `Name`), read as OpenSSL reads them.
//!
//! A name is kept as it was encoded. From it come the user name that mongod derives
//! ([`user_name`]), what `openssl x509 -nameopt RFC2253` prints ([`openssl`]), and the canonical
//! form by which OpenSSL compares names ([`canonical`]).

pub mod atlas;
mod canonical;
pub mod derived;
pub mod friendly;
mod nfkc;
pub mod openssl;
mod prepare;
pub mod short_names;
mod unassigned;
pub mod user_name;

pub use user_name::NoUserName;

use crate::{
    Oid,
    asn1::{self, Error, Reader, Tag, universal as tags},
};

/// OpenSSL reads no more than this many bytes of a name (`X509_NAME_MAX`).
const MAX_LENGTH: usize = 1024 * 1024;

/// ```asn1
/// Name ::= CHOICE { rdnSequence RDNSequence }
/// RDNSequence ::= SEQUENCE OF RelativeDistinguishedName
/// RelativeDistinguishedName ::= SET SIZE (1..MAX) OF AttributeTypeAndValue
/// ```
///
/// The relative names are in encoded order (the most general first), and so are the attributes of
/// each. OpenSSL takes empty SETs and keeps nothing of them (`x509_name_ex_d2i`); neither does this.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    rdns: Vec<Vec<Attribute>>,
    attribute_count: usize,
    canonical: Vec<u8>,
}

/// One attribute of a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute {
    /// The attribute's type.
    pub oid: Oid,
    /// The universal tag of its value.
    pub tag: u32,
    /// The content octets of its value: pieces joined, unused bits of a BIT STRING cleared and its
    /// first octet (their number) kept; a SEQUENCE with its header.
    pub value: Vec<u8>,
}

impl Name {
    /// Reads a `Name`.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        Self::read_tagged(reader, Tag::universal(tags::SEQUENCE), false)?.ok_or(Error {
            offset: reader.offset(),
            kind: asn1::ErrorKind::MissingField,
        })
    }

    /// Reads a `Name` that bears `tag` in place of its own.
    pub fn read_tagged(
        reader: &mut Reader<'_>,
        tag: Tag,
        optional: bool,
    ) -> Result<Option<Self>, Error> {
        let start = reader.offset();
        let mut rdns = Vec::new();
        let found = reader.list(tag, optional, |reader| {
            let rdn = reader
                .list(Tag::universal(tags::SET), false, Attribute::read)?
                .ok_or(Error {
                    offset: start,
                    kind: asn1::ErrorKind::MissingField,
                })?;
            if !rdn.is_empty() {
                rdns.push(rdn);
            }
            Ok(())
        })?;
        if found.is_none() {
            return Ok(None);
        }
        if reader.offset() - start > MAX_LENGTH {
            return Err(Error {
                offset: start,
                kind: asn1::ErrorKind::Header,
            });
        }
        let canonical = canonical::encode(&rdns).ok_or(Error {
            offset: start,
            kind: asn1::ErrorKind::Value,
        })?;
        Ok(Some(Self {
            attribute_count: rdns.iter().map(Vec::len).sum(),
            rdns,
            canonical,
        }))
    }

    /// Reads a `Name` that is all there is in `der`.
    pub fn from_der(der: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(der);
        let name = Self::read(&mut reader)?;
        if reader.is_empty() {
            Ok(name)
        } else {
            Err(Error {
                offset: reader.offset(),
                kind: asn1::ErrorKind::ExtraData,
            })
        }
    }

    /// The canonical form of a name that consists of `rdns` (see [`Name::canonical`]).
    #[cfg(feature = "engine")]
    pub(crate) fn canonical_of(rdns: &[Vec<Attribute>]) -> Option<Vec<u8>> {
        canonical::encode(rdns)
    }

    /// Passes one relative name, a SET OF attributes, that bears `tag`.
    #[cfg(feature = "engine")]
    pub(crate) fn read_relative(reader: &mut Reader<'_>, tag: Tag) -> Result<(), Error> {
        reader.list(tag, false, Attribute::read).map(drop)
    }

    /// The relative names in encoded order, each with its attributes in encoded order. None is
    /// empty.
    pub fn rdns(&self) -> &[Vec<Attribute>] {
        &self.rdns
    }

    /// All attributes in encoded order.
    pub fn attributes(&self) -> impl DoubleEndedIterator<Item = &Attribute> {
        self.rdns.iter().flatten()
    }

    /// How many attributes there are.
    pub fn attribute_count(&self) -> usize {
        self.attribute_count
    }

    /// Whether the name has no attribute at all.
    pub fn is_empty(&self) -> bool {
        self.attribute_count == 0
    }

    /// The user name that mongod derives from a certificate with this subject.
    pub fn user_name(&self) -> Result<String, NoUserName> {
        user_name::user_name(self)
    }

    /// What `openssl x509 -noout -subject -nameopt RFC2253` prints of it.
    pub fn rfc2253(&self) -> String {
        openssl::rfc2253(self)
    }

    /// The order and separators of RFC 2253, section 2: the last relative name first, with commas
    /// between them and plus signs between the attributes of one. Those are reversed as well, by
    /// mongod and OpenSSL alike.
    fn joined<E>(
        &self,
        mut write: impl FnMut(&Attribute, &mut String) -> Result<(), E>,
    ) -> Result<String, E> {
        let mut text = String::new();
        let mut comma = "";
        for rdn in self.rdns.iter().rev() {
            text.push_str(comma);
            comma = ",";
            let mut plus = "";
            for attribute in rdn.iter().rev() {
                text.push_str(plus);
                plus = "+";
                write(attribute, &mut text)?;
            }
        }
        Ok(text)
    }

    /// The form in which OpenSSL compares names: two names are one to it when these bytes are
    /// equal, and one lies within another's subtree when these bytes begin with the other's.
    pub fn canonical(&self) -> &[u8] {
        &self.canonical
    }
}

impl Attribute {
    /// The value as UTF-8, as OpenSSL converts it; `None` for what is no text to it.
    pub fn to_utf8(&self) -> Option<String> {
        canonical::to_utf8(self)
    }

    /// ```asn1
    /// AttributeTypeAndValue ::= SEQUENCE { type OBJECT IDENTIFIER, value ANY }
    /// ```
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        reader.sequence(|fields| {
            let oid = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            let value = fields.required(|reader| reader.string(is_attribute_string))?;
            let mut content = value.content.into_owned();
            if value.kind == tags::BIT_STRING {
                clear_unused_bits(&mut content);
            }
            Ok(Self {
                oid: Oid::from_content(&oid.content),
                tag: value.kind,
                value: content,
            })
        })
    }
}

/// The tags that OpenSSL takes for a value (`ASN1_PRINTABLE` and the table `tag2bit`).
fn is_attribute_string(tag: u32) -> bool {
    matches!(
        tag,
        tags::BIT_STRING
            | 7..=9
            | 11
            | tags::UTF8_STRING
            | 13..=15
            | tags::SEQUENCE
            | tags::NUMERIC_STRING
            | tags::PRINTABLE_STRING
            | tags::TELETEX_STRING
            | tags::IA5_STRING
            | tags::UNIVERSAL_STRING
            | 29
            | tags::BMP_STRING
    )
}

/// Two upper-case digits.
fn push_hex(text: &mut String, octet: u8) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    text.push(DIGITS[usize::from(octet >> 4)]);
    text.push(DIGITS[usize::from(octet & 15)]);
}

/// Clears the bits that the first octet of a BIT STRING calls unused, as OpenSSL does on reading.
/// Where there are no bits at all none is unused (`ossl_i2c_ASN1_BIT_STRING`).
fn clear_unused_bits(content: &mut [u8]) {
    match content {
        [unused] => *unused = 0,
        [unused, .., last] => *last &= 0xffu8 << (*unused & 7),
        [] => {}
    }
}
