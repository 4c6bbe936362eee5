//! Address blocks and autonomous systems (RFC 3779), which a CA may give away no more of than it
//! has itself. [`crate::verify`] compares them.

use std::cmp::Ordering;

use super::BitString;
use crate::asn1::{Error, Fields, Position, Reader, Tag, universal as tags};

/// A list of resources, or the word that they are the issuer's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resources<T> {
    Inherit,
    Listed(Vec<T>),
}

/// ```asn1
/// IPAddrBlocks ::= SEQUENCE OF IPAddressFamily
/// IPAddressFamily ::= SEQUENCE {
///     addressFamily   OCTET STRING,
///     ipAddressChoice CHOICE { inherit NULL, addressesOrRanges SEQUENCE OF IPAddressOrRange } }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressFamily {
    /// Two octets of the address family, and one of the subsequent family or none.
    pub family: Vec<u8>,
    pub addresses: Resources<AddressRange>,
}

/// ```asn1
/// IPAddressOrRange ::= CHOICE {
///     addressPrefix BIT STRING,
///     addressRange  SEQUENCE { min BIT STRING, max BIT STRING } }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AddressRange {
    Prefix(BitString),
    Range { min: BitString, max: BitString },
}

/// ```asn1
/// ASIdentifiers ::= SEQUENCE {
///     asnum [0] EXPLICIT ASIdentifierChoice OPTIONAL,
///     rdi   [1] EXPLICIT ASIdentifierChoice OPTIONAL }
/// ASIdentifierChoice ::= CHOICE { inherit NULL, asIdsOrRanges SEQUENCE OF ASIdOrRange }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutonomousSystems {
    pub numbers: Option<Resources<NumberRange>>,
    pub routing_domains: Option<Resources<NumberRange>>,
}

/// ```asn1
/// ASIdOrRange ::= CHOICE { id INTEGER, range SEQUENCE { min INTEGER, max INTEGER } }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberRange {
    pub min: Number,
    pub max: Number,
    /// Whether it is written as a range.
    pub is_range: bool,
}

/// An integer of any length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Number {
    negative: bool,
    /// Big-endian, without leading zeros.
    magnitude: Vec<u8>,
}

impl Number {
    /// From the content octets of an INTEGER, which are two's complement.
    fn from_content(content: &[u8]) -> Self {
        let negative = content.first().is_some_and(|octet| octet & 0x80 != 0);
        let mut magnitude = content.to_vec();
        if negative {
            let mut carry = true;
            for octet in magnitude.iter_mut().rev() {
                let (value, over) = (!*octet).overflowing_add(u8::from(carry));
                (*octet, carry) = (value, over);
            }
        }
        let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
        magnitude.drain(..zeros);
        Self {
            negative,
            magnitude,
        }
    }

    /// The next one up.
    pub(crate) fn successor(&self) -> Self {
        let mut magnitude = self.magnitude.clone();
        if self.negative {
            for octet in magnitude.iter_mut().rev() {
                let (value, borrow) = octet.overflowing_sub(1);
                *octet = value;
                if !borrow {
                    break;
                }
            }
            let zeros = magnitude.iter().take_while(|octet| **octet == 0).count();
            magnitude.drain(..zeros);
        } else {
            let mut carry = true;
            for octet in magnitude.iter_mut().rev() {
                (*octet, carry) = octet.overflowing_add(1);
                if !carry {
                    break;
                }
            }
            if carry {
                magnitude.insert(0, 1);
            }
        }
        Self {
            negative: self.negative && !magnitude.is_empty(),
            magnitude,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let larger = self
            .magnitude
            .len()
            .cmp(&other.magnitude.len())
            .then_with(|| self.magnitude.cmp(&other.magnitude));
        match (self.negative, other.negative) {
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (true, true) => larger.reverse(),
            (false, false) => larger,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

pub(super) fn read_address_blocks(
    reader: &mut Reader<'_>,
) -> Result<Option<Vec<AddressFamily>>, Error> {
    reader.list(Tag::universal(tags::SEQUENCE), false, |reader| {
        reader.sequence(|fields| {
            let family = fields.required(|reader| reader.value(tags::OCTET_STRING))?;
            let addresses = fields.required(|reader| read_resources(reader, read_addresses))?;
            Ok(AddressFamily {
                family: family.content.into_owned(),
                addresses,
            })
        })
    })
}

fn read_addresses(reader: &mut Reader<'_>) -> Result<AddressRange, Error> {
    let bits = |reader: &mut Reader<'_>| {
        let value = reader.value(tags::BIT_STRING)?;
        Ok(BitString::from_content(&value.content))
    };
    if reader.peek() == Some(Tag::universal(tags::BIT_STRING)) {
        return bits(reader).map(AddressRange::Prefix);
    }
    reader.sequence(|fields| {
        Ok(AddressRange::Range {
            min: fields.required(bits)?,
            max: fields.required(bits)?,
        })
    })
}

pub(super) fn read_autonomous_systems(fields: &mut Fields<'_>) -> Result<AutonomousSystems, Error> {
    let mut choice = |number, position| {
        fields.optional(position, |reader, optional| {
            reader.explicit(Tag::context(number), optional, |inner| {
                read_resources(inner, read_numbers)
            })
        })
    };
    Ok(AutonomousSystems {
        numbers: choice(0, Position::Inner)?,
        routing_domains: choice(1, Position::Last)?,
    })
}

fn read_numbers(reader: &mut Reader<'_>) -> Result<NumberRange, Error> {
    let number = |reader: &mut Reader<'_>| {
        let value = reader.value(tags::INTEGER)?;
        Ok(Number::from_content(&value.content))
    };
    if reader.peek() == Some(Tag::universal(tags::INTEGER)) {
        let id: Number = number(reader)?;
        return Ok(NumberRange {
            min: id.clone(),
            max: id,
            is_range: false,
        });
    }
    reader.sequence(|fields| {
        Ok(NumberRange {
            min: fields.required(number)?,
            max: fields.required(number)?,
            is_range: true,
        })
    })
}

/// A NULL, or a list of what `item` reads.
fn read_resources<T>(
    reader: &mut Reader<'_>,
    item: impl FnMut(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<Resources<T>, Error> {
    if reader.peek() == Some(Tag::universal(tags::NULL)) {
        reader.value(tags::NULL)?;
        return Ok(Resources::Inherit);
    }
    let listed = reader.list(Tag::universal(tags::SEQUENCE), false, item)?;
    Ok(Resources::Listed(listed.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_and_count_as_numbers() {
        let ordered: [&[u8]; 9] = [
            &[0xff, 0x00],
            &[0x80],
            &[0xfe],
            &[0xff],
            &[0],
            &[1],
            &[0x7f],
            &[0, 0xff],
            &[1, 0],
        ];
        for (lower, higher) in ordered.iter().zip(&ordered[1..]) {
            let (lower, higher) = (Number::from_content(lower), Number::from_content(higher));
            assert!(lower < higher, "{lower:?} {higher:?}");
            assert!(lower.successor() <= higher, "{lower:?} {higher:?}");
        }
        for (number, next) in [
            (&[0xff][..], &[0][..]),
            (&[0], &[1]),
            (&[0, 0xff], &[1, 0]),
            (&[0xff, 0], &[0xff, 1]),
            (&[0xfe], &[0xff]),
        ] {
            let (number, next) = (Number::from_content(number), Number::from_content(next));
            assert_eq!(number.successor(), next);
        }
    }
}
