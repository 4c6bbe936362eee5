//! What is to be said of a client's certificate and its private key.

use std::collections::HashSet;

use super::{Rule, words};
use crate::{
    case::Case,
    input::{Block, Content, Form},
    pair::{Link, OrderProblem, order_problems},
    report::{Finding, Sha256},
};

rule! {
    /// The private key in a client's file does not belong to its certificate.
    ///
    /// A driver refuses the pair, or the handshake fails.
    pub(super) KEY_MISMATCH = Error "pair.key-mismatch",
    fix: "Find the key that this certificate was requested with, or have a certificate issued for this key.",
    citation: "X509_check_private_key(3)",
    find: key_mismatch,
}

fn key_mismatch(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    for key in &case.keys {
        let Some(leaf) = key.stranger_to else {
            continue;
        };
        let source = &case.files[key.file].file.contents.blocks[key.block].source;
        let mut finding = rule.about(
            case,
            leaf,
            format!(
                "The private key in {}{} does not belong to {}.",
                words::file(case, key.file),
                words::behind(source),
                words::quoted(case, leaf)
            ),
            "A driver refuses the pair, so this client cannot log in with this file.".to_owned(),
            rule.fix.to_owned(),
        );
        finding.file = Some(source.file.clone());
        finding.line = source.line;
        let file = words::shell(&source.file);
        finding.command = Some(format!(
            "openssl x509 -noout -pubkey -in {file} | openssl sha256; openssl pkey -pubout -in {file} | openssl sha256"
        ));
        found.push(finding);
    }
}

/// The same of a key that was in `file` and is not here any more.
pub(super) fn remembered_mismatch(leaf: Sha256, title: &str, file: &str) -> Finding {
    let finding = KEY_MISMATCH.finding(
        format!("The private key that came with “{title}” in “{file}” does not belong to it."),
        "A driver refuses the pair, so this client cannot log in with this file.".to_owned(),
        "Take the file away, and add one with the key that this certificate was requested with, or without a key.".to_owned(),
    );
    Finding {
        certificates: vec![leaf],
        file: Some(file.to_owned()),
        ..finding
    }
}

rule! {
    /// The private key beside a certificate is encrypted.
    ///
    /// Whether the two belong together cannot be told without its password.
    pub(super) KEY_NOT_COMPARED = Note "pair.key-not-compared",
    fix: "Give the driver the password as tlsCertificateKeyFilePassword. To compare the two first, run the command: it asks for the password and has to print the same line twice.",
    citation: "MongoDB manual, tlsCertificateKeyFilePassword; RFC 5958 section 3",
    find: key_not_compared,
}

fn key_not_compared(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let keys = case.keys.iter();
    let known: HashSet<usize> = keys
        .clone()
        .filter(|key| !key.is_encrypted)
        .flat_map(|key| key.certificates.iter().copied())
        .collect();
    for key in keys.filter(|key| key.is_encrypted) {
        let Some(beside) = key.certificates.first().copied() else {
            continue;
        };
        if known.contains(&beside) {
            continue;
        }
        let source = &case.files[key.file].file.contents.blocks[key.block].source;
        let mut finding = rule.about(
            case,
            beside,
            format!(
                "The private key in {} ({}) is encrypted, so it was not compared with {}.",
                words::file(case, key.file),
                words::place(source),
                words::quoted(case, beside)
            ),
            "Whether they belong together shows when a driver opens the key with its password."
                .to_owned(),
            rule.fix.to_owned(),
        );
        finding.file = Some(source.file.clone());
        finding.line = source.line;
        finding.command = Some(format!(
            "openssl x509 -noout -pubkey -in {} | openssl sha256; openssl pkey -pubout -in {} | openssl sha256",
            words::shell(&case.certificates[beside].source().file),
            words::shell(&source.file),
        ));
        found.push(finding);
    }
}

fn is_boxed(block: &Block) -> bool {
    matches!(
        block.content,
        Content::Certificate {
            form: Form::Pkcs12,
            ..
        }
    )
}

rule! {
    /// The blocks of a client's file are not in the order that drivers want: certificate,
    /// intermediates, key.
    ///
    /// Some drivers take the first certificate for the client's, whatever it is.
    pub(super) ORDER = Warning "pair.order",
    fix: "Write the file anew: the client's certificate first, then the intermediates, then the key.",
    citation: "RFC 8446 section 4.4.2; MongoDB manual, tlsCertificateKeyFile",
    find: order,
}

fn order(rule: &Rule, case: &Case, found: &mut Vec<Finding>) {
    let mut told = None;
    for client in &case.clients {
        let Some(leaf) = client.leaf else { continue };
        // A file may hold several clients; it has one order.
        if told.replace(client.file) == Some(client.file) {
            continue;
        }
        // No driver is given a text that holds the bundle, too.
        if case.files[client.file].is_whole {
            continue;
        }
        let file = &case.files[client.file].file;
        // What is in a PKCS#12 file has no order.
        if file.contents.blocks.iter().any(is_boxed) {
            continue;
        }
        let links: Vec<Link<'_>> = file
            .certificate_blocks()
            .filter_map(|block| {
                let certificate = file.certificate(block)?.as_ref().ok()?;
                Some(Link {
                    block,
                    subject: certificate.subject().canonical(),
                    issuer: certificate.issuer().canonical(),
                    public_key: certificate.public_key_info(),
                })
            })
            .collect();
        let Some(problem) = order_problems(&file.contents, &links).first().copied() else {
            continue;
        };
        let place = |block: usize| words::place(&file.contents.blocks[block].source);
        let (problem, meaning) = match problem {
            OrderProblem::LeafNotFirst { leaf, .. } => (
                format!(
                    "the client's own certificate ({}) is not the first one",
                    place(leaf)
                ),
                "Some drivers take the first certificate of a file for the client's own, whatever it is.",
            ),
            OrderProblem::IssuerNotNext {
                certificate,
                issuer,
            } => (
                format!(
                    "the certificate at {} is not followed by its issuer's, which is at {}",
                    place(certificate),
                    place(issuer)
                ),
                "TLS 1.2 asks for this order. OpenSSL sorts certificates out by itself; other software may not.",
            ),
            OrderProblem::KeyNotLast { key } => (
                format!(
                    "the private key ({}) stands before a certificate",
                    place(key)
                ),
                "Most drivers find it all the same; some programs expect it last.",
            ),
        };
        let mut finding = rule.about(
            case,
            leaf,
            format!("In {}, {problem}.", words::file(case, client.file)),
            meaning.to_owned(),
            rule.fix.to_owned(),
        );
        finding.file = Some(file.contents.name.clone());
        finding.line = None;
        found.push(finding);
    }
}
