//! A reader of BER and DER that takes and refuses what OpenSSL's template decoder does.
//!
//! Whether a server can load a certificate at all is decided by this decoder, so ours has its
//! leniencies (indefinite and over-long lengths, strings in pieces, data behind the end) and its
//! strictnesses (padded integers, an end-of-contents mark where none belongs), each named after
//! the function of OpenSSL 3.0 (`crypto/asn1/tasn_dec.c`, `asn1_lib.c`) that has it. It is not a
//! general ASN.1 library: it reads what certificates are made of, and writes nothing.

use std::{borrow::Cow, fmt};

/// Universal tag numbers, as X.680 assigns them.
pub mod universal {
    pub const BOOLEAN: u32 = 1;
    pub const INTEGER: u32 = 2;
    pub const BIT_STRING: u32 = 3;
    pub const OCTET_STRING: u32 = 4;
    pub const NULL: u32 = 5;
    pub const OBJECT_IDENTIFIER: u32 = 6;
    pub const ENUMERATED: u32 = 10;
    pub const UTF8_STRING: u32 = 12;
    pub const SEQUENCE: u32 = 16;
    pub const SET: u32 = 17;
    pub const NUMERIC_STRING: u32 = 18;
    pub const PRINTABLE_STRING: u32 = 19;
    pub const TELETEX_STRING: u32 = 20;
    pub const IA5_STRING: u32 = 22;
    pub const UTC_TIME: u32 = 23;
    pub const GENERALIZED_TIME: u32 = 24;
    pub const VISIBLE_STRING: u32 = 26;
    pub const UNIVERSAL_STRING: u32 = 28;
    pub const BMP_STRING: u32 = 30;
}

use universal as tags;

/// How deep the pieces of a constructed string may be nested (`ASN1_MAX_STRING_NEST`).
const MAX_STRING_NEST: usize = 5;

/// The class of a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Universal,
    Application,
    Context,
    Private,
}

/// A tag: its class and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tag {
    pub class: Class,
    pub number: u32,
}

impl Tag {
    /// A tag of the universal class.
    pub const fn universal(number: u32) -> Self {
        Self {
            class: Class::Universal,
            number,
        }
    }

    /// A context-specific tag.
    pub const fn context(number: u32) -> Self {
        Self {
            class: Class::Context,
            number,
        }
    }
}

impl fmt::Display for Tag {
    /// The type's name in ASN.1, else class and number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match (self.class, self.number) {
            (Class::Universal, tags::BOOLEAN) => "BOOLEAN",
            (Class::Universal, tags::INTEGER) => "INTEGER",
            (Class::Universal, tags::BIT_STRING) => "BIT STRING",
            (Class::Universal, tags::OCTET_STRING) => "OCTET STRING",
            (Class::Universal, tags::NULL) => "NULL",
            (Class::Universal, tags::OBJECT_IDENTIFIER) => "OBJECT IDENTIFIER",
            (Class::Universal, tags::SEQUENCE) => "SEQUENCE",
            (Class::Universal, tags::SET) => "SET",
            (Class::Universal, tags::UTC_TIME) => "UTCTime",
            (Class::Universal, tags::GENERALIZED_TIME) => "GeneralizedTime",
            (Class::Universal, number) => return write!(f, "tag {number}"),
            (Class::Application, number) => return write!(f, "tag [APPLICATION {number}]"),
            (Class::Context, number) => return write!(f, "tag [{number}]"),
            (Class::Private, number) => return write!(f, "tag [PRIVATE {number}]"),
        };
        f.write_str(name)
    }
}

/// Why bytes could not be read, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct Error {
    /// The offset in bytes from the start of what was being read.
    pub offset: usize,
    pub kind: ErrorKind,
}

/// What was wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorKind {
    #[error("the data ends too early")]
    Truncated,
    #[error("a tag or length is malformed or reaches beyond the end")]
    Header,
    #[error("expected {expected}, found {found}")]
    WrongTag { expected: Tag, found: Tag },
    #[error("a value that must be in one piece is constructed")]
    NotPrimitive,
    #[error("a value that must be constructed is not")]
    NotConstructed,
    #[error("a required field is missing")]
    MissingField,
    #[error("there is more data than the structure has fields")]
    ExtraData,
    #[error("an end-of-contents mark stands where none belongs")]
    UnexpectedEnd,
    #[error("an end-of-contents mark is missing")]
    MissingEnd,
    #[error("the pieces of a string are nested too deep")]
    NestedString,
    #[error("the value is not encoded as its type asks")]
    Value,
    #[error("a string of this type (tag {0}) is not allowed here")]
    StringType(u32),
}

/// The identifier and length octets of a value.
#[derive(Clone, Copy, Debug)]
struct Header {
    tag: Tag,
    constructed: bool,
    indefinite: bool,
    /// Where the contents begin, and where they end: for an indefinite length, the end of all
    /// there is.
    start: usize,
    end: usize,
}

/// A value in one piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The universal type the value was read as.
    pub kind: u32,
    /// The content octets, joined when they came in pieces; of a SEQUENCE or SET, and of
    /// anything that is not of the universal class, the whole encoding.
    pub content: Cow<'a, [u8]>,
}

/// Reads values one after another.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            end: bytes.len(),
        }
    }

    /// The offset of the next byte from the start of the whole input.
    pub fn offset(&self) -> usize {
        self.at
    }

    pub fn is_empty(&self) -> bool {
        self.at >= self.end
    }

    /// The bytes from `start`, an earlier offset, to the next one.
    pub fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    fn error(&self, kind: ErrorKind) -> Error {
        Error {
            offset: self.at,
            kind,
        }
    }

    /// `ASN1_get_object` and the checks of `asn1_check_tlen` that do not depend on the tag.
    fn header(&self) -> Result<Header, Error> {
        let malformed = || self.error(ErrorKind::Header);
        let input = &self.bytes[self.at..self.end];
        let (&first, mut rest) = input
            .split_first()
            .ok_or(self.error(ErrorKind::Truncated))?;
        let class = match first >> 6 {
            0 => Class::Universal,
            1 => Class::Application,
            2 => Class::Context,
            _ => Class::Private,
        };
        let constructed = first & 0x20 != 0;
        let mut number = u32::from(first & 0x1f);
        if number == 0x1f {
            number = 0;
            loop {
                let (&octet, tail) = rest.split_first().ok_or_else(malformed)?;
                rest = tail;
                if number > (i32::MAX as u32) >> 7 {
                    return Err(malformed());
                }
                number = number << 7 | u32::from(octet & 0x7f);
                if octet & 0x80 == 0 {
                    break;
                }
            }
        }
        let (&octet, mut rest) = rest.split_first().ok_or_else(malformed)?;
        let mut length = 0usize;
        let indefinite = octet == 0x80;
        if octet & 0x80 == 0 {
            length = usize::from(octet);
        } else if !indefinite {
            let count = usize::from(octet & 0x7f);
            // `asn1_get_length` wants a byte more than the length octets themselves.
            if rest.len() < count + 1 {
                return Err(malformed());
            }
            let (octets, tail) = rest.split_at(count);
            rest = tail;
            for octet in octets {
                // No input is long enough to fill a length that overflows.
                length = length.checked_mul(256).ok_or_else(malformed)? + usize::from(*octet);
            }
        }
        if indefinite && !constructed {
            return Err(malformed());
        }
        if length > rest.len() {
            return Err(malformed());
        }
        let start = self.end - rest.len();
        let end = if indefinite { self.end } else { start + length };
        Ok(Header {
            tag: Tag { class, number },
            constructed,
            indefinite,
            start,
            end,
        })
    }

    /// `asn1_check_tlen` with an expected tag: `None` when it is another and that may be.
    fn expect(&self, tag: Tag, optional: bool) -> Result<Option<Header>, Error> {
        let header = self.header()?;
        if header.tag == tag {
            Ok(Some(header))
        } else if optional {
            Ok(None)
        } else {
            Err(self.error(ErrorKind::WrongTag {
                expected: tag,
                found: header.tag,
            }))
        }
    }

    /// The tag of the next value, if there is one.
    pub fn peek(&self) -> Option<Tag> {
        self.header().ok().map(|header| header.tag)
    }

    /// `asn1_check_eoc`: passes an end-of-contents mark if one comes next.
    fn take_end(&mut self) -> bool {
        let found = self.bytes[self.at..self.end].starts_with(&[0, 0]);
        if found {
            self.at += 2;
        }
        found
    }

    /// Reads a SEQUENCE, field by field.
    pub fn sequence<T>(
        &mut self,
        fields: impl FnOnce(&mut Fields<'a>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.sequence_tagged(Tag::universal(tags::SEQUENCE), false, fields)?
            .ok_or(self.error(ErrorKind::MissingField))
    }

    /// Reads a SEQUENCE that bears `tag` in place of its own.
    pub fn sequence_tagged<T>(
        &mut self,
        tag: Tag,
        optional: bool,
        fields: impl FnOnce(&mut Fields<'a>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let Some(header) = self.expect(tag, optional)? else {
            return Ok(None);
        };
        if !header.constructed {
            return Err(self.error(ErrorKind::NotConstructed));
        }
        let body = Self {
            bytes: self.bytes,
            at: header.start,
            end: header.end,
        };
        let mut open = Fields {
            body,
            pending_end: header.indefinite,
            over: false,
        };
        let value = fields(&mut open)?;
        if open.pending_end {
            if !open.body.take_end() {
                return Err(open.body.error(ErrorKind::MissingEnd));
            }
        } else if !header.indefinite && !open.body.is_empty() {
            return Err(open.body.error(ErrorKind::ExtraData));
        }
        self.at = open.body.at;
        Ok(Some(value))
    }

    /// Reads a SEQUENCE OF or SET OF that bears `tag`. OpenSSL does not ask it to be constructed.
    pub fn list<T>(
        &mut self,
        tag: Tag,
        optional: bool,
        mut item: impl FnMut(&mut Self) -> Result<T, Error>,
    ) -> Result<Option<Vec<T>>, Error> {
        let Some(header) = self.expect(tag, optional)? else {
            return Ok(None);
        };
        let mut body = Self {
            bytes: self.bytes,
            at: header.start,
            end: header.end,
        };
        let mut pending_end = header.indefinite;
        let mut items = Vec::new();
        while !body.is_empty() {
            if body.take_end() {
                if !pending_end {
                    return Err(body.error(ErrorKind::UnexpectedEnd));
                }
                pending_end = false;
                break;
            }
            items.push(item(&mut body)?);
        }
        if pending_end {
            return Err(body.error(ErrorKind::MissingEnd));
        }
        self.at = body.at;
        Ok(Some(items))
    }

    /// Reads what an explicit `tag` wraps.
    pub fn explicit<T>(
        &mut self,
        tag: Tag,
        optional: bool,
        inner: impl FnOnce(&mut Self) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let Some(header) = self.expect(tag, optional)? else {
            return Ok(None);
        };
        if !header.constructed {
            return Err(self.error(ErrorKind::NotConstructed));
        }
        let mut body = Self {
            bytes: self.bytes,
            at: header.start,
            end: header.end,
        };
        let value = inner(&mut body)?;
        if header.indefinite {
            if !body.take_end() {
                return Err(body.error(ErrorKind::MissingEnd));
            }
        } else if !body.is_empty() {
            return Err(body.error(ErrorKind::ExtraData));
        }
        self.at = body.at;
        Ok(Some(value))
    }

    /// Reads a value of the universal type `kind` under its own tag.
    pub fn value(&mut self, kind: u32) -> Result<Value<'a>, Error> {
        self.value_tagged(kind, Tag::universal(kind), false)?
            .ok_or(self.error(ErrorKind::MissingField))
    }

    /// Reads a value of the universal type `kind` that bears `tag` (`asn1_d2i_ex_primitive`).
    pub fn value_tagged(
        &mut self,
        kind: u32,
        tag: Tag,
        optional: bool,
    ) -> Result<Option<Value<'a>>, Error> {
        let Some(header) = self.expect(tag, optional)? else {
            return Ok(None);
        };
        self.contents(kind, header).map(Some)
    }

    /// Reads an INTEGER as a number without sign, padded or not: OpenSSL's `BIGNUM` fields, which
    /// public keys are made of, skip the checks of other integers.
    pub fn big_number(&mut self) -> Result<Cow<'a, [u8]>, Error> {
        let header = self.header()?;
        let expected = Tag::universal(tags::INTEGER);
        if header.tag != expected {
            return Err(self.error(ErrorKind::WrongTag {
                expected,
                found: header.tag,
            }));
        }
        if header.constructed {
            return Err(self.error(ErrorKind::NotPrimitive));
        }
        self.at = header.end;
        Ok(Cow::Borrowed(&self.bytes[header.start..header.end]))
    }

    /// Reads a value of any type. What is not universal, and SEQUENCE and SET, stay encoded.
    pub fn any(&mut self) -> Result<Value<'a>, Error> {
        let header = self.header()?;
        if header.tag.class == Class::Universal {
            return self.contents(header.tag.number, header);
        }
        let start = self.at;
        self.skip_contents(header)?;
        Ok(Value {
            kind: u32::MAX,
            content: Cow::Borrowed(self.since(start)),
        })
    }

    /// Reads a universal string whose tag `allowed` admits (an OpenSSL "multi-string").
    pub fn string(&mut self, allowed: impl Fn(u32) -> bool) -> Result<Value<'a>, Error> {
        let header = self.header()?;
        let number = header.tag.number;
        if header.tag.class != Class::Universal || !allowed(number) {
            return Err(self.error(ErrorKind::StringType(number)));
        }
        self.contents(number, header)
    }

    /// Passes over a value of any type without looking into it, and tells its tag.
    pub fn skip(&mut self) -> Result<Tag, Error> {
        let header = self.header()?;
        self.skip_contents(header)?;
        Ok(header.tag)
    }

    fn skip_contents(&mut self, header: Header) -> Result<(), Error> {
        self.at = header.start;
        if !header.indefinite {
            self.at = header.end;
            return Ok(());
        }
        // `asn1_find_end`: count the marks that are still owed.
        let mut owed = 1usize;
        while !self.is_empty() {
            if self.take_end() {
                owed -= 1;
                if owed == 0 {
                    return Ok(());
                }
                continue;
            }
            let inner = self.header()?;
            self.at = inner.start;
            if inner.indefinite {
                owed += 1;
            } else {
                self.at = inner.end;
            }
        }
        Err(self.error(ErrorKind::MissingEnd))
    }

    fn contents(&mut self, kind: u32, header: Header) -> Result<Value<'a>, Error> {
        let start = self.at;
        let content = if matches!(kind, tags::SEQUENCE | tags::SET) {
            if !header.constructed {
                return Err(self.error(ErrorKind::NotConstructed));
            }
            self.skip_contents(header)?;
            Cow::Borrowed(self.since(start))
        } else if header.constructed {
            if matches!(
                kind,
                tags::NULL
                    | tags::BOOLEAN
                    | tags::OBJECT_IDENTIFIER
                    | tags::INTEGER
                    | tags::ENUMERATED
            ) {
                return Err(self.error(ErrorKind::NotPrimitive));
            }
            let mut body = Self {
                bytes: self.bytes,
                at: header.start,
                end: header.end,
            };
            let mut joined = Vec::new();
            body.collect(header.indefinite, 0, &mut joined)?;
            self.at = body.at;
            Cow::Owned(joined)
        } else {
            self.at = header.end;
            Cow::Borrowed(&self.bytes[header.start..header.end])
        };
        match check(kind, content) {
            Some(content) => Ok(Value { kind, content }),
            None => Err(Error {
                offset: start,
                kind: ErrorKind::Value,
            }),
        }
    }

    /// `asn1_collect`: joins the pieces of a constructed string, whatever their tags.
    fn collect(
        &mut self,
        mut pending_end: bool,
        depth: usize,
        joined: &mut Vec<u8>,
    ) -> Result<(), Error> {
        while !self.is_empty() {
            if self.take_end() {
                if !pending_end {
                    return Err(self.error(ErrorKind::UnexpectedEnd));
                }
                pending_end = false;
                break;
            }
            let header = self.header()?;
            if header.constructed {
                if depth >= MAX_STRING_NEST {
                    return Err(self.error(ErrorKind::NestedString));
                }
                let mut body = Self {
                    bytes: self.bytes,
                    at: header.start,
                    end: header.end,
                };
                body.collect(header.indefinite, depth + 1, joined)?;
                self.at = body.at;
            } else {
                joined.extend_from_slice(&self.bytes[header.start..header.end]);
                self.at = header.end;
            }
        }
        if pending_end {
            Err(self.error(ErrorKind::MissingEnd))
        } else {
            Ok(())
        }
    }
}

/// Whether an encoding is looser than DER: lengths that are indefinite or longer than they need be,
/// strings in pieces. Other rules of DER (the order of a SET, the value of TRUE) are not looked at.
pub fn is_loose(bytes: &[u8]) -> bool {
    let mut reader = Reader::new(bytes);
    while !reader.is_empty() {
        let Ok(header) = reader.header() else {
            // What only looks constructed, or is cut off, is not for this function to judge.
            return false;
        };
        let length = header.end - header.start;
        let needed = match length {
            0..0x80 => 1,
            _ => {
                1 + length
                    .to_be_bytes()
                    .iter()
                    .skip_while(|octet| **octet == 0)
                    .count()
            }
        };
        let first = usize::from(header.tag.number >= 0x1f);
        let is_string = header.tag.class == Class::Universal
            && !matches!(header.tag.number, tags::SEQUENCE | tags::SET);
        if header.indefinite
            || (first == 0 && header.start - reader.at != 1 + needed)
            || (header.constructed && is_string)
        {
            return true;
        }
        // Into what is constructed, past what is not.
        reader.at = if header.constructed {
            header.start
        } else {
            header.end
        };
    }
    false
}

/// `asn1_ex_c2i`: whether content octets are what their type asks. `None` when they are not.
fn check(kind: u32, content: Cow<'_, [u8]>) -> Option<Cow<'_, [u8]>> {
    let good = match kind {
        tags::OBJECT_IDENTIFIER => is_oid(&content),
        tags::NULL => content.is_empty(),
        tags::BOOLEAN => content.len() == 1,
        tags::INTEGER | tags::ENUMERATED => is_integer(&content),
        tags::BIT_STRING => content.first().is_some_and(|unused| *unused <= 7),
        tags::BMP_STRING => content.len().is_multiple_of(2),
        tags::UNIVERSAL_STRING => content.len().is_multiple_of(4),
        _ => true,
    };
    good.then_some(content)
}

/// `ossl_c2i_ASN1_OBJECT`: complete, and no sub-identifier begins with padding.
fn is_oid(content: &[u8]) -> bool {
    content.last().is_some_and(|last| last & 0x80 == 0)
        && content
            .iter()
            .enumerate()
            .all(|(i, octet)| *octet != 0x80 || (i > 0 && content[i - 1] & 0x80 != 0))
}

/// `c2i_ibuf`: at least one octet, and no padding.
fn is_integer(content: &[u8]) -> bool {
    match content {
        [] => false,
        [_] => true,
        [0x00, next, ..] => next & 0x80 != 0,
        // All zeros behind a leading FF is a number of its own, not padding.
        [0xff, rest @ ..] => rest[0] & 0x80 == 0 || rest.iter().all(|octet| *octet == 0),
        _ => true,
    }
}

/// The fields of a SEQUENCE that is being read.
#[derive(Debug)]
pub struct Fields<'a> {
    body: Reader<'a>,
    pending_end: bool,
    over: bool,
}

impl<'a> Fields<'a> {
    /// Reads the next field, which must be there.
    pub fn required<T>(
        &mut self,
        read: impl FnOnce(&mut Reader<'a>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if self.is_over()? {
            return Err(self.body.error(ErrorKind::MissingField));
        }
        read(&mut self.body)
    }

    /// Reads the next field if it is there; `read` is told whether another tag may come instead.
    ///
    /// OpenSSL does not let the *last* field of a SEQUENCE be passed over while there is data.
    pub fn optional<T>(
        &mut self,
        position: Position,
        read: impl FnOnce(&mut Reader<'a>, bool) -> Result<Option<T>, Error>,
    ) -> Result<Option<T>, Error> {
        if self.is_over()? {
            return Ok(None);
        }
        read(&mut self.body, position == Position::Inner)
    }

    /// The offset of the next field.
    pub fn offset(&self) -> usize {
        self.body.at
    }

    /// The bytes from `start`, an earlier offset, to the next field.
    pub fn since(&self, start: usize) -> &'a [u8] {
        self.body.since(start)
    }

    fn is_over(&mut self) -> Result<bool, Error> {
        if !self.over {
            if self.body.is_empty() {
                self.over = true;
            } else if self.body.take_end() {
                if !self.pending_end {
                    return Err(self.body.error(ErrorKind::UnexpectedEnd));
                }
                self.pending_end = false;
                self.over = true;
            }
        }
        Ok(self.over)
    }
}

/// Whether an optional field is the last one of its SEQUENCE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    Inner,
    Last,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_and_refuses_integers_as_openssl_does() {
        for (content, good) in [
            (&[][..], false),
            (&[0], true),
            (&[0, 1], false),
            (&[0, 0x80], true),
            (&[0xff, 0x80], false),
            (&[0xff, 0x7f], true),
            (&[0xff, 0], true),
            (&[0xff, 0x80, 0], false),
        ] {
            assert_eq!(is_integer(content), good, "{content:02x?}");
        }
    }

    #[test]
    fn takes_over_long_and_indefinite_lengths() {
        let pair = |bytes: &[u8]| {
            Reader::new(bytes).sequence(|fields| {
                fields.required(|r| r.value(tags::INTEGER))?;
                fields
                    .required(|r| r.value(tags::OCTET_STRING))
                    .map(|v| v.content.into_owned())
            })
        };
        assert_eq!(pair(&[0x30, 6, 2, 1, 5, 4, 1, 7]), Ok(vec![7]));
        assert_eq!(pair(&[0x30, 0x83, 0, 0, 6, 2, 1, 5, 4, 1, 7]), Ok(vec![7]));
        assert_eq!(pair(&[0x30, 0x80, 2, 1, 5, 4, 1, 7, 0, 0]), Ok(vec![7]));
        assert_eq!(
            pair(&[0x30, 12, 2, 1, 5, 0x24, 7, 4, 1, 7, 0x24, 2, 4, 0]),
            Ok(vec![7]),
            "a string in pieces"
        );
        for (bytes, kind) in [
            (&[0x30, 0x80, 2, 1, 5, 4, 1, 7][..], ErrorKind::MissingEnd),
            (&[0x30, 5, 2, 1, 5, 0, 0], ErrorKind::UnexpectedEnd),
            (&[0x30, 3, 2, 1, 5], ErrorKind::MissingField),
            (&[0x30, 9, 2, 1, 5, 4, 1, 7, 2, 1, 5], ErrorKind::ExtraData),
            (&[0x10, 6, 2, 1, 5, 4, 1, 7], ErrorKind::NotConstructed),
            (&[0x30, 7, 2, 1, 5, 4, 1, 7], ErrorKind::Header),
        ] {
            assert_eq!(
                pair(bytes).map_err(|error| error.kind),
                Err(kind),
                "{bytes:02x?}"
            );
        }
    }
}
