//! Alternative names (RFC 5280 section 4.2.1.6), read as OpenSSL reads them.

use crate::{
    Name, Oid,
    asn1::{Error, ErrorKind, Position, Reader, Tag, universal as tags},
};

/// ```asn1
/// GeneralName ::= CHOICE {
///     otherName                 [0] SEQUENCE { type-id OBJECT IDENTIFIER, value [0] ANY },
///     rfc822Name                [1] IA5String,
///     dNSName                   [2] IA5String,
///     x400Address               [3] ORAddress,
///     directoryName             [4] EXPLICIT Name,
///     ediPartyName              [5] EDIPartyName,
///     uniformResourceIdentifier [6] IA5String,
///     iPAddress                 [7] OCTET STRING,
///     registeredID              [8] OBJECT IDENTIFIER }
/// ```
///
/// The strings are octets: OpenSSL does not look whether an IA5String is ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GeneralName {
    Other {
        kind: Oid,
        value_kind: u32,
        value: Vec<u8>,
    },
    Email(Vec<u8>),
    Dns(Vec<u8>),
    X400,
    Directory(Name),
    EdiParty,
    Uri(Vec<u8>),
    IpAddress(Vec<u8>),
    RegisteredId(Oid),
}

impl GeneralName {
    /// Reads one.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let no_choice = Error {
            offset: reader.offset(),
            kind: ErrorKind::Header,
        };
        let tag = reader.peek().ok_or(no_choice)?;
        let missing = Error {
            kind: ErrorKind::MissingField,
            ..no_choice
        };
        let context = Tag::context(tag.number);
        if tag != context {
            return Err(Error {
                kind: ErrorKind::WrongTag {
                    expected: context,
                    found: tag,
                },
                ..no_choice
            });
        }
        let mut octets = |kind| {
            reader
                .value_tagged(kind, tag, false)?
                .map(|value| value.content.into_owned())
                .ok_or(missing)
        };
        Ok(match tag.number {
            1 => Self::Email(octets(tags::IA5_STRING)?),
            2 => Self::Dns(octets(tags::IA5_STRING)?),
            3 => octets(tags::SEQUENCE).map(|_| Self::X400)?,
            6 => Self::Uri(octets(tags::IA5_STRING)?),
            7 => Self::IpAddress(octets(tags::OCTET_STRING)?),
            8 => Self::RegisteredId(Oid::from_content(&octets(tags::OBJECT_IDENTIFIER)?)),
            0 => read_other(reader, tag)?.ok_or(missing)?,
            4 => Self::Directory(reader.explicit(tag, false, Name::read)?.ok_or(missing)?),
            5 => read_edi_party(reader, tag)?.ok_or(missing)?,
            _ => {
                return Err(Error {
                    kind: ErrorKind::WrongTag {
                        expected: Tag::context(0),
                        found: tag,
                    },
                    ..no_choice
                });
            }
        })
    }

    /// Reads `GeneralNames`, a SEQUENCE OF them, that bears `tag`.
    pub(super) fn read_list(
        reader: &mut Reader<'_>,
        tag: Tag,
        optional: bool,
    ) -> Result<Option<Vec<Self>>, Error> {
        reader.list(tag, optional, Self::read)
    }
}

fn read_other(reader: &mut Reader<'_>, tag: Tag) -> Result<Option<GeneralName>, Error> {
    reader.sequence_tagged(tag, false, |fields| {
        let kind = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
        let value =
            fields.required(|reader| reader.explicit(Tag::context(0), false, Reader::any))?;
        let (value_kind, value) = value
            .map(|value| (value.kind, value.content.into_owned()))
            .unwrap_or_default();
        Ok(GeneralName::Other {
            kind: Oid::from_content(&kind.content),
            value_kind,
            value,
        })
    })
}

/// ```asn1
/// EDIPartyName ::= SEQUENCE {
///     nameAssigner [0] EXPLICIT DirectoryString OPTIONAL,
///     partyName    [1] EXPLICIT DirectoryString }
/// ```
fn read_edi_party(reader: &mut Reader<'_>, tag: Tag) -> Result<Option<GeneralName>, Error> {
    let is_directory_string = |tag| {
        matches!(
            tag,
            tags::PRINTABLE_STRING
                | tags::TELETEX_STRING
                | tags::BMP_STRING
                | tags::UNIVERSAL_STRING
                | tags::UTF8_STRING
        )
    };
    reader.sequence_tagged(tag, false, |fields| {
        fields.optional(Position::Inner, |reader, optional| {
            reader.explicit(Tag::context(0), optional, |inner| {
                inner.string(is_directory_string)
            })
        })?;
        fields.required(|reader| {
            reader.explicit(Tag::context(1), false, |inner| {
                inner.string(is_directory_string)
            })
        })?;
        Ok(GeneralName::EdiParty)
    })
}
