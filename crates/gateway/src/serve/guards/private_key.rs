//! A private key goes nowhere. The page never sends one; this is for the day it does by mistake.
//!
//! Keys come in more shapes than can be told, so it is said what may be there. The CA bundle
//! (`customerX509.cas`) is read as the page reads a file, and is certificates with no more than a
//! word around them. Nothing else in a body, or in an address, begins a block or a key ([`shape`]),
//! be it cut into several strings, and no string is a block as a whole. A body that cannot be read
//! is refused too: Atlas may read what this does not, another encoding for instance.

mod digits;
mod shape;

use std::fmt;

use axum::{body::to_bytes, extract::Request};
use pki::{
    Certificate,
    input::{self, Content, Form, Unusable, Wrapping},
};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use tokio::task::spawn_blocking;

use super::target;
use crate::serve::refusal::{Code, Refusal};

const PRIVATE_KEY: Refusal = Refusal::new(
    Code::PrivateKeyInBody,
    "The call holds a private key, or something that could be one. It was not sent on: Atlas needs certificates only.",
);

const NOT_JSON: Refusal = Refusal::new(
    Code::BodyUnreadable,
    "The body of a call must be JSON in UTF-8.",
);

/// Members that JSON Web Keys have and Atlas's objects have not: the kind (RFC 7517, section 4.1)
/// and what is private (RFC 7518, section 6).
const OF_WEB_KEYS: [&str; 5] = ["kty", "d", "dp", "dq", "qi"];

pub(in crate::serve) async fn guard(request: Request) -> Result<Request, Refusal> {
    check_address(request.uri())?;
    let (parts, body) = request.into_parts();
    // The body is in memory already, and its size is known to be within the limit.
    let bytes = to_bytes(body, usize::MAX).await.unwrap_or_default();
    // A bundle of many certificates takes some time, and others wait for this thread.
    let looked_at = bytes.clone();
    let checked = spawn_blocking(move || check(&looked_at)).await;
    checked.unwrap_or(Err(NOT_JSON))?;
    Ok(Request::from_parts(parts, bytes.into()))
}

/// A user's name is in the address, and may hold anything.
fn check_address(uri: &axum::http::Uri) -> Result<(), Refusal> {
    let address = uri.path_and_query().map_or("", |it| it.as_str());
    let decoded = target::decoded(address);
    let decoded = String::from_utf8_lossy(&decoded);
    if shape::holds_key(&decoded) || shape::holds_key_in_numbers(&decoded) {
        return Err(PRIVATE_KEY);
    }
    Ok(())
}

fn check(bytes: &[u8]) -> Result<(), Refusal> {
    if bytes.is_empty() {
        return Ok(());
    }
    let mut seen = Seen::default();
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let body = Value {
        place: Place::Body,
        seen: &mut seen,
    };
    match body.deserialize(&mut json).and_then(|()| json.end()) {
        Ok(()) if seen.holds_key() => Err(PRIVATE_KEY),
        Ok(()) => Ok(()),
        Err(_) if shape::holds_key(&String::from_utf8_lossy(bytes)) => Err(PRIVATE_KEY),
        Err(_) => Err(NOT_JSON),
    }
}

/// What a body holds, but for its CA bundle. Strings are put together, for a key may be cut into
/// several: the lines of a file, for instance.
#[derive(Default)]
struct Seen {
    names: String,
    strings: String,
    /// The strings again, apart: numbers that are octets may be one each.
    apart: String,
    /// The numbers that are octets: a key may be an array of them.
    octets: Vec<u8>,
    /// Whether something was found already.
    has_key: bool,
}

impl Seen {
    fn name(&mut self, name: &str) {
        self.has_key |= OF_WEB_KEYS.contains(&name) || is_block(name);
        self.names.push_str(name);
    }

    fn string(&mut self, text: &str) {
        self.has_key |= is_block(text);
        self.strings.push_str(text);
        self.apart.push_str(text);
        self.apart.push('\n');
    }

    fn holds_key(self) -> bool {
        self.has_key
            || shape::holds_key(&self.names)
            || shape::holds_key(&self.strings)
            || shape::holds_key_in_numbers(&self.apart)
            || shape::holds_key_in_octets(self.octets)
    }
}

/// Where in the JSON something stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Body,
    CustomerX509,
    Bundle,
    Elsewhere,
}

impl Place {
    fn of(self, name: &str) -> Self {
        match (self, name) {
            (Self::Body, "customerX509") => Self::CustomerX509,
            (Self::CustomerX509, "cas") => Self::Bundle,
            _ => Self::Elsewhere,
        }
    }
}

/// A value to be looked at. One whose name stands there twice is looked at twice: whoever reads the
/// body may keep the first or the last.
struct Value<'s> {
    place: Place,
    seen: &'s mut Seen,
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        json.deserialize_any(self)
    }
}

/// The depth is bounded by the parser of the JSON.
impl<'de> Visitor<'de> for Value<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        let number = i16::try_from(number).ok();
        self.seen.octets.extend(number.and_then(digits::octet));
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.seen.octets.extend(u8::try_from(number));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        if (-128.0..=255.0).contains(&number) {
            // Without a fraction it is written as a whole number.
            let number = number.to_string().parse().ok();
            self.seen.octets.extend(number.and_then(digits::octet));
        }
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if self.place == Place::Bundle {
            self.seen.has_key |= !is_bundle(text);
        } else {
            self.seen.string(text);
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let Self { seen, .. } = self;
        while let Some(()) = values.next_element_seed(Value {
            place: Place::Elsewhere,
            seen: &mut *seen,
        })? {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { place, seen } = self;
        while let Some(name) = fields.next_key::<String>()? {
            seen.name(&name);
            fields.next_value_seed(Value {
                place: place.of(&name),
                seen: &mut *seen,
            })?;
        }
        Ok(())
    }
}

/// Whether this is PEM certificates, each of them whole and nothing but a certificate.
fn is_bundle(text: &str) -> bool {
    let contents = input::read("", text.as_bytes());
    let is_certificate = |block: &input::Block| match &block.content {
        Content::Certificate {
            der,
            form: Form::Pem { .. },
        } => {
            let read = Certificate::from_der(der);
            block.wrapping == Wrapping::NONE && read.is_ok_and(|read| read.der().len() == der.len())
        }
        _ => false,
    };
    contents.left_out == 0 && contents.blocks.iter().all(is_certificate) && is_plain(text)
}

/// Whether the lines of a PEM text hold no more than they should: comments around its blocks, and
/// base64 inside of them. (A header there, RFC 1421, section 4.6, could hold anything.)
fn is_plain(text: &str) -> bool {
    let mut inside = false;
    let mut comments = String::new();
    let are_plain = text.lines().all(|line| {
        let (begins, ends) = (line.contains("-----BEGIN "), line.contains("-----END "));
        let was_inside = inside;
        inside = (inside || begins) && !ends;
        if begins || ends {
            return is_bare(line.trim());
        }
        if was_inside {
            line.bytes()
                .all(|it| it.is_ascii_alphanumeric() || b"+/= \t\r".contains(&it))
        } else {
            comments.push_str(line);
            comments.push('\n');
            is_comment(line)
        }
    });
    are_plain && !shape::holds_key(&comments) && !shape::holds_key_in_numbers(&comments)
}

/// Whether a line of BEGIN or END holds nothing else.
fn is_bare(line: &str) -> bool {
    let label = line
        .strip_prefix("-----")
        .and_then(|rest| rest.strip_suffix("-----"));
    label.is_some_and(|label| {
        let mut letters = label.bytes();
        letters.all(|it| it.is_ascii_alphanumeric() || it == b' ') && !label.contains("PRIVATE")
    })
}

/// What programs and people write beside certificates: a name, a fingerprint, an address, a line to
/// set something off, what openssl prints with `-text`. There is no long word of base64 in that, and
/// no longer number than a hash.
fn is_comment(line: &str) -> bool {
    /// Shorter than a line of base64 is.
    const LONGEST_WORD: usize = 40;
    /// SHA-512.
    const LONGEST_NUMBER: usize = 128;
    let is_base64 = |it: char| it.is_ascii_alphanumeric() || "+/-_".contains(it);
    line.split(|it| !is_base64(it)).all(|word| {
        let is_number = word.bytes().all(|it| it.is_ascii_hexdigit());
        word.len() <= LONGEST_WORD
            || if is_number {
                word.len() <= LONGEST_NUMBER
            } else {
                !is_mixed(word.as_bytes())
            }
    })
}

/// Whether capitals, small letters and the rest take turns as they do in base64, where 63 of 100
/// digits are of another kind than the one before. In words of people they hardly do, not even in the
/// names of files in addresses, such as `Class3PublicPrimaryCertificationAuthorityG5`.
fn is_mixed(word: &[u8]) -> bool {
    let kind = |it: u8| (it.is_ascii_uppercase(), it.is_ascii_lowercase());
    let pairs = word.windows(2);
    let turns = { pairs.clone() }.filter(|pair| kind(pair[0]) != kind(pair[1]));
    turns.count() * 100 > pairs.len() * 45
}

/// Whether this is a certificate, a key or the like as a whole, without the lines of PEM.
fn is_block(text: &str) -> bool {
    let blocks = input::read("", text.as_bytes()).blocks;
    !blocks.iter().all(|block| {
        matches!(
            block.content,
            Content::Unusable(
                Unusable::Empty
                    | Unusable::Text
                    | Unusable::Noise
                    | Unusable::OpenSshPublicKey
                    | Unusable::OtherFile(_)
            )
        )
    })
}

#[cfg(test)]
mod tests;
