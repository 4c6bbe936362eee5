//! What is to be said of private keys in the files.

use std::collections::HashSet;

use super::{Rule, words};
use crate::{
    case::Case,
    input::{Block, Content},
    report::{Finding, Role},
};

/// Calls `each` with every private key, by the numbers of its file and block.
fn for_each_key(case: &Case, mut each: impl FnMut(usize, usize, &Block)) {
    for (number, file) in case.files.iter().enumerate() {
        for (position, block) in file.file.contents.blocks.iter().enumerate() {
            if matches!(block.content, Content::PrivateKey(_)) {
                each(number, position, block);
            }
        }
    }
}

/// Gives a finding its place.
fn at(mut finding: Finding, block: &Block) -> Finding {
    finding.file = Some(block.source.file.clone());
    finding.line = block.source.line;
    finding
}

/// `“ca.key” (line 1)`
fn place(case: &Case, file: usize, block: &Block) -> String {
    words::file(case, file) + &words::behind(&block.source)
}

rule! {
    /// A private key stands in a file of the bundle.
    ///
    /// A CA's key in a file that is sent around lets anybody who has the file issue certificates.
    pub(super) PRIVATE_KEY_IN_BUNDLE = Error "input.private-key-in-bundle",
    fix: "Take it out of the file before you share it. If the file was shared already, treat the key as stolen and replace the CA.",
    citation: "NIST SP 800-57 part 1 section 8.2.1",
    find: private_key_in_bundle,
}

fn private_key_in_bundle(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for_each_key(case, |number, _, block| {
        if case.files[number].is_bundle {
            found.push(at(
                rule.finding(
                    format!("{} holds a private key{}.", words::file(case, number), words::behind(&block.source)),
                    "It was left out and goes nowhere. But a bundle is sent around, and whoever has a CA's key can issue certificates for any name.".to_owned(),
                    rule.fix.to_owned(),
                ),
                block,
            ));
        }
    });
}

/// The keys outside the bundle's files that certainly belong to a CA, by file and block, each with
/// the CA. A self-signed client may be marked as one.
fn keys_of_authorities(case: &Case) -> Vec<((usize, usize), usize)> {
    let is_ca = |index: &&usize| {
        let held = &case.certificates[**index];
        held.role != Role::Client && held.certificate.is_authority()
    };
    case.keys
        .iter()
        .filter(|key| !key.is_encrypted && !case.files[key.file].is_bundle)
        .filter_map(|key| Some(((key.file, key.block), *key.certificates.iter().find(is_ca)?)))
        .collect()
}

/// The end of a sentence about a key that is not under a password.
fn unencrypted(block: &Block) -> &'static str {
    match &block.content {
        Content::PrivateKey(key) if key.is_opened() => "",
        _ => ", unencrypted",
    }
}

rule! {
    /// The private key of a CA was given, in a file of its own or a client's.
    ///
    /// Nothing here needs it, and whoever has it can issue a certificate for any name.
    pub(super) CA_PRIVATE_KEY = Warning "input.ca-private-key",
    fix: "Keep the key where this CA signs and nowhere else; nobody needs it to check or set up clients.",
    citation: "NIST SP 800-57 part 1 section 8.2.1",
    find: ca_private_key,
}

fn ca_private_key(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for ((file, block), certificate) in keys_of_authorities(case) {
        let block = &case.files[file].file.contents.blocks[block];
        found.push(at(
            rule.about(
                case,
                certificate,
                format!("{} holds the private key of “{}”{}.", place(case, file, block), case.certificates[certificate].title, unencrypted(block)),
                "It was left out and goes nowhere. Whoever gets hold of it can issue a certificate for any user.".to_owned(),
                rule.fix.to_owned(),
            ),
            block,
        ));
    }
}

rule! {
    /// A private key was given with a client's certificate.
    ///
    /// It is left out of everything and stays on this machine. A driver wants it in one PEM with
    /// its certificate.
    pub(super) PRIVATE_KEY = Note "input.private-key",
    fix: "Give your driver one PEM file that holds the certificate, what it must send along, and this key.",
    citation: "MongoDB manual, tlsCertificateKeyFile",
    find: private_key,
}

fn private_key(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let told: HashSet<(usize, usize)> = keys_of_authorities(case)
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    for_each_key(case, |number, position, block| {
        if !case.files[number].is_bundle && !told.contains(&(number, position)) {
            found.push(at(
                rule.finding(
                    format!(
                        "{} holds a private key{}.",
                        words::file(case, number),
                        words::behind(&block.source)
                    ),
                    "It was left out, stays on this machine and is never sent.".to_owned(),
                    rule.fix.to_owned(),
                ),
                block,
            ));
        }
    });
}
