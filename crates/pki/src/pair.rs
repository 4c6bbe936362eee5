//! A certificate and its private key in one file, as the drivers want them.
//!
//! What `tlsCertificateKeyFile` names is one PEM file that holds the client's certificate, then the
//! intermediates it sends along, then its private key. Programs that load it with OpenSSL take the
//! *first* certificate for the client's own (`SSL_CTX_use_certificate_chain_file`), and TLS 1.2
//! (RFC 5246, 7.4.2) asks that each certificate be followed by its issuer's.

use std::collections::{HashMap, HashSet, VecDeque};

use zeroize::Zeroizing;

use crate::{
    PrivateKey,
    input::{Content, Contents, to_pem},
};

/// Writes the one file: certificate, intermediates, key.
pub fn joined_pem(
    certificate: &[u8],
    intermediates: &[&[u8]],
    key: &PrivateKey,
) -> Zeroizing<String> {
    let mut certificates = to_pem(certificate);
    for intermediate in intermediates {
        certificates.push_str(&to_pem(intermediate));
    }
    // Room for all of it at once, so that no part of the key is left behind by growing.
    let capacity = certificates.len() + key.pem_capacity();
    let mut joined = Zeroizing::new(String::with_capacity(capacity));
    joined.push_str(&certificates);
    key.write_pem(&mut joined);
    joined
}

/// The certificates and keys of a file, in their order.
#[cfg(feature = "rare")]
pub(crate) fn pem_of(contents: &Contents) -> Zeroizing<String> {
    let blocks = || contents.blocks.iter().map(|block| &block.content);
    let capacity = blocks().map(|content| match content {
        Content::Certificate { der, .. } => to_pem(der).len(),
        Content::PrivateKey(key) => key.pem_capacity(),
        _ => 0,
    });
    // Room for all of it at once, so that no part of a key is left behind by growing.
    let mut pem = Zeroizing::new(String::with_capacity(capacity.sum()));
    for content in blocks() {
        match content {
            Content::Certificate { der, .. } => pem.push_str(&to_pem(der)),
            Content::PrivateKey(key) => key.write_pem(&mut pem),
            _ => {}
        }
    }
    pem
}

/// A certificate of a file, as its order is judged.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// Its index in [`Contents::blocks`].
    pub block: usize,
    /// Subject and issuer in the form in which OpenSSL compares names ([`crate::Name::canonical`]).
    pub subject: &'a [u8],
    pub issuer: &'a [u8],
    /// DER `SubjectPublicKeyInfo`.
    pub public_key: &'a [u8],
}

/// Something in the order of one file that drivers do not expect. The numbers are indexes into
/// [`Contents::blocks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderProblem {
    /// Another certificate stands before the client's own and would be taken for it.
    LeafNotFirst { leaf: usize, first: usize },
    /// A certificate is not followed by its issuer's, which stands elsewhere in the file.
    IssuerNotNext { certificate: usize, issuer: usize },
    /// The key stands before a certificate.
    KeyNotLast { key: usize },
}

/// What is wrong with the order of a file that is one client's.
///
/// `certificates` are those of the file that could be decoded, in its order. Certificates without a
/// key have an order to speak of when they are one chain.
pub fn order_problems(contents: &Contents, certificates: &[Link<'_>]) -> Vec<OrderProblem> {
    let mut keys = contents.blocks.iter().enumerate().filter_map(|(i, block)| {
        let Content::PrivateKey(key) = &block.content else {
            return None;
        };
        Some((i, key))
    });
    let (Some(first), Some(last)) = (certificates.first(), certificates.last()) else {
        return Vec::new();
    };
    let key = keys.next();
    if certificates.len() == 1 && key.is_none() {
        return Vec::new();
    }
    let belongs = |link: &&Link<'_>| {
        key.is_some_and(|(_, key)| key.belongs_to(link.public_key) == Some(true))
    };
    // Who names each as issuer; two are enough to know whether another one does.
    let mut issued: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut by_subject: HashMap<&[u8], VecDeque<usize>> = HashMap::new();
    for (position, link) in certificates.iter().enumerate() {
        let blocks = issued.entry(link.issuer).or_default();
        if blocks.len() < 2 {
            blocks.push(link.block);
        }
        by_subject
            .entry(link.subject)
            .or_default()
            .push_back(position);
    }
    let names_as_issuer = |link: &&Link<'_>| {
        let named = issued.get(link.subject);
        named.is_some_and(|blocks| blocks.iter().any(|block| *block != link.block))
    };
    let is_chain = || {
        certificates
            .iter()
            .filter(|link| !names_as_issuer(link))
            .count()
            == 1
    };
    if key.is_none() && !is_chain() {
        return Vec::new();
    }
    // An encrypted key does not tell; then the leaf is what issued none of the others.
    let leaf = certificates
        .iter()
        .find(belongs)
        .or_else(|| certificates.iter().find(|link| !names_as_issuer(link)))
        .unwrap_or(first);

    let mut problems = Vec::new();
    if leaf.block != first.block {
        problems.push(OrderProblem::LeafNotFirst {
            leaf: leaf.block,
            first: first.block,
        });
    }
    let mut certificate = leaf;
    let mut seen = HashSet::from([leaf.block]);
    while certificate.subject != certificate.issuer
        && let Some(namesakes) = by_subject.get_mut(certificate.issuer)
        && let Some(position) = std::iter::from_fn(|| namesakes.pop_front())
            .find(|position| !seen.contains(&certificates[*position].block))
    {
        let issuer = &certificates[position];
        let is_next = position > 0 && certificates[position - 1].block == certificate.block;
        if !is_next {
            problems.push(OrderProblem::IssuerNotNext {
                certificate: certificate.block,
                issuer: issuer.block,
            });
        }
        seen.insert(issuer.block);
        certificate = issuer;
    }
    if let Some((key, _)) = key
        && key < last.block
    {
        problems.push(OrderProblem::KeyNotLast { key });
    }
    problems
}

#[cfg(test)]
mod tests;
