//! Public web CAs, by the identifier of their key.
//!
//! The list beside this file has one line an operator: the roots that Mozilla trusts for web sites
//! (Debian's package ca-certificates 20230311), each by the first eight octets of its subject key
//! identifier. What one of them issued names it by that identifier.

use std::{collections::HashMap, sync::LazyLock};

use sha1::{Digest as _, Sha1};

use crate::{
    Certificate,
    asn1::{Reader, universal as tags},
};

static ROOTS: &str = include_str!("public_web_roots.txt");

/// Octets of a key identifier that the list holds.
const LENGTH: usize = 8;

/// Who runs the public web CA that `certificate` is, or that issued it.
pub(super) fn operator_of(certificate: &Certificate) -> Option<&'static str> {
    let extensions = certificate.extensions();
    let named = if certificate.is_self_signed() {
        extensions
            .subject_key_identifier
            .clone()
            .or_else(|| key_identifier(certificate))?
    } else {
        extensions.authority_key_identifier.as_ref()?.key.clone()?
    };
    let wanted = u64::from_be_bytes(named.get(..LENGTH)?.try_into().ok()?);
    OPERATORS.get(&wanted).copied()
}

/// Operators by the beginning of their roots' key identifiers.
static OPERATORS: LazyLock<HashMap<u64, &str>> = LazyLock::new(|| {
    ROOTS
        .lines()
        .filter_map(|line| line.split_once('|'))
        .flat_map(|(operator, identifiers)| {
            let identifiers = identifiers.split(' ');
            identifiers
                .filter_map(move |text| Some((u64::from_str_radix(text, 16).ok()?, operator)))
        })
        .collect()
});

/// RFC 5280 section 4.2.1.2, method 1: the SHA-1 digest of the key's bits.
fn key_identifier(certificate: &Certificate) -> Option<Vec<u8>> {
    let mut reader = Reader::new(certificate.public_key_info());
    let key = reader.sequence(|fields| {
        fields.required(Reader::any)?;
        fields.required(|reader| reader.value(tags::BIT_STRING))
    });
    Some(Sha1::digest(key.ok()?.content.get(1..)?).to_vec())
}
