//! Keys on elliptic curves that are seldom met: all that OpenSSL has built in but P-256, P-384 and P-521,
//! and curves that are spelled out.

use super::{
    BinaryGroup, Curve,
    prime_curve::PrimeCurve,
    public_key::{EcPoint, PublicKey, bits, is_on_usual, plain_point, strip, well_formed},
};
use crate::{
    Oid,
    asn1::{Error, Fields, Position, Reader, Tag, universal as tags},
};

/// The key at a point of the curve that parameters of this kind name or spell out.
pub(super) fn decode_ec(kind: u32, parameters: &[u8], key: &[u8]) -> Option<PublicKey> {
    match kind {
        tags::OBJECT_IDENTIFIER => decode_named(Curve::named(parameters)?, key),
        tags::SEQUENCE => {
            let read = Reader::new(parameters).sequence(read_explicit_curve);
            let (curve, spelled_out) = read.ok().flatten()?;
            decode_spelled_out(curve, spelled_out.as_ref(), key)
        }
        _ => None,
    }
}

fn decode_named(curve: Curve, key: &[u8]) -> Option<PublicKey> {
    let name = curve.name?;
    let point = match PrimeCurve::named(name) {
        Some(prime) => {
            let point = plain_point(key, curve.field_octets)?;
            prime.holds(&point).then_some(point)?
        }
        None => BinaryGroup::named(name)?.plain_point(&well_formed(key, curve.field_octets)?)?,
    };
    Some(if name == Curve::SM2 {
        PublicKey::Sm2(point)
    } else {
        PublicKey::Ec(EcPoint {
            curve,
            point,
            explicit: false,
        })
    })
}

fn decode_spelled_out(
    curve: Curve,
    spelled_out: Option<&PrimeCurve>,
    key: &[u8],
) -> Option<PublicKey> {
    let point = match spelled_out {
        Some(spelled_out) => {
            let point = plain_point(key, curve.field_octets)?;
            spelled_out.holds(&point).then_some(point)?
        }
        None => well_formed(key, curve.field_octets)?,
    };
    if curve.name.is_some() && !is_on_usual(&curve, &point) {
        return None;
    }
    Some(PublicKey::Ec(EcPoint {
        curve,
        point,
        explicit: true,
    }))
}

/// ```asn1
/// ECParameters ::= SEQUENCE {
///     version  INTEGER,
///     fieldID  SEQUENCE { fieldType OBJECT IDENTIFIER, parameters ANY },
///     curve    SEQUENCE { a OCTET STRING, b OCTET STRING, seed BIT STRING OPTIONAL },
///     base     OCTET STRING,
///     order    INTEGER,
///     cofactor INTEGER OPTIONAL }
/// ```
///
/// The checks are those of `EC_GROUP_new_from_ecparameters`; of a curve over a field of
/// characteristic two only the form is looked at.
fn read_explicit_curve(
    fields: &mut Fields<'_>,
) -> Result<Option<(Curve, Option<PrimeCurve>)>, Error> {
    /// id-prime-field of X9.62
    const PRIME_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 1];
    /// id-characteristic-two-field of X9.62
    const BINARY_FIELD: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 1, 2];
    let version = fields.required(|reader| reader.value(tags::INTEGER))?;
    let (field, size) = fields.required(|reader| {
        reader.sequence(|fields| {
            let field = fields.required(|reader| reader.value(tags::OBJECT_IDENTIFIER))?;
            let parameters = fields.required(Reader::any)?;
            Ok((Oid::from_content(&field.content), parameters))
        })
    })?;
    let (a, b, seed) = fields.required(|reader| {
        reader.sequence(|fields| {
            let a = fields.required(|reader| reader.value(tags::OCTET_STRING))?;
            let b = fields.required(|reader| reader.value(tags::OCTET_STRING))?;
            let seed = fields.optional(Position::Last, |reader, optional| {
                reader.value_tagged(tags::BIT_STRING, Tag::universal(tags::BIT_STRING), optional)
            })?;
            Ok((a, b, seed))
        })
    })?;
    let base = fields.required(|reader| reader.value(tags::OCTET_STRING))?;
    let order = fields.required(|reader| reader.value(tags::INTEGER))?;
    let cofactor = fields.optional(Position::Last, |reader, optional| {
        reader.value_tagged(tags::INTEGER, Tag::universal(tags::INTEGER), optional)
    })?;
    let is_negative = |content: &[u8]| content.first().is_some_and(|octet| octet & 0x80 != 0);
    // The version is whatever fits 32 bits.
    if version.content.len() > 4
        || seed.is_some_and(|seed| seed.content.len() < 2)
        || is_negative(&order.content)
        || cofactor.is_some_and(|cofactor| is_negative(&cofactor.content))
    {
        return Ok(None);
    }
    let order = strip(&order.content);
    let known = |octets| (!order.is_empty()).then(|| Curve::from_order(order, octets));
    if field.content() == BINARY_FIELD {
        // A field of characteristic two: the base point tells how long a coordinate is.
        let octets = match base.content.first() {
            Some(2 | 3) => base.content.len() - 1,
            _ => base.content.len() / 2,
        };
        return Ok(known(octets)
            .filter(|_| octets > 0)
            .map(|curve| (curve, None)));
    }
    if field.content() != PRIME_FIELD || size.kind != tags::INTEGER || is_negative(&size.content) {
        return Ok(None);
    }
    let prime = strip(&size.content);
    let spelled_out = PrimeCurve::spelled_out(prime, &a.content, &b.content);
    let base = plain_point(&base.content, prime.len());
    Ok(known(prime.len())
        .zip(spelled_out)
        .zip(base)
        .and_then(|((curve, spelled_out), base)| {
            // Hasse's bound, as OpenSSL asks it.
            let is_good = spelled_out.holds(&base) && bits(order) <= bits(prime) + 1;
            is_good.then_some((curve, Some(spelled_out)))
        }))
}
