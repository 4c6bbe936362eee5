//! Certificates, keys and clients, each written down by itself.

use crate::{
    Certificate, Name, Timestamp,
    case::{
        Case, CertificateCase, ClientCase, Judged, KeyCase, title::printed, validity::validity,
    },
    certificate::describe,
    hex, input,
    name::friendly,
    report::{self, CertificateEntry, Client, Judgement},
    verify::Handshake,
    view::{Details, KeyDetails},
};

/// Writes a certificate down for reading.
pub(super) fn certificate(held: &CertificateCase, at: Timestamp) -> Details {
    let certificate = &held.certificate;
    Details {
        title: held.title.clone(),
        sources: held
            .places
            .iter()
            .map(|place| place.source.clone())
            .collect(),
        version: describe::version(certificate),
        serial: hex::lower(certificate.serial()),
        subject: rows(certificate.subject()),
        issuer: rows(certificate.issuer()),
        validity: validity(certificate, at),
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
        sha256: hex::upper_with_colons(&certificate.sha256().0),
        sha1: hex::upper_with_colons(&certificate.sha1()),
        extensions: describe::extensions(certificate),
        pem: input::to_pem(certificate.der()),
        invalid: certificate
            .extensions()
            .invalid
            .iter()
            .map(describe::invalid)
            .collect(),
    }
}

/// The attributes of a name for reading; of a name with very many, the first ones.
fn rows(name: &Name) -> Vec<(String, String)> {
    let mut rows = friendly::rows(name, MAX_ROWS);
    let more = name.attribute_count().saturating_sub(MAX_ROWS);
    if more > 0 {
        rows.push(("…".to_owned(), format!("and {more} more")));
    }
    rows
}

/// Attributes of a name that are shown.
const MAX_ROWS: usize = 100;

pub(super) fn key_details(case: &Case, key: &KeyCase) -> Option<KeyDetails> {
    let private = case.private_key(key)?;
    Some(KeyDetails {
        source: case.files[key.file].file.contents.blocks[key.block]
            .source
            .clone(),
        kind: private.kind().clone(),
        encrypted: private.is_encrypted(),
        opened: private.is_opened(),
        certificates: key.certificates.clone(),
    })
}

pub(super) fn entry(held: &CertificateCase) -> CertificateEntry {
    let certificate = &held.certificate;
    let source = held.source();
    let (not_before, not_after) = certificate.validity();
    CertificateEntry {
        sha256: certificate.sha256(),
        file: source.file.clone(),
        line: source.line,
        role: held.role,
        subject: held.printed.clone(),
        issuer: printed(certificate.issuer()),
        serial: hex::lower(certificate.serial()),
        not_before,
        not_after,
        key: describe::key(certificate),
        signature: certificate.outer_algorithm().name(),
    }
}

pub(super) fn client_entry(case: &Case, client: &ClientCase) -> Client {
    let leaf = client.leaf.map(|leaf| &case.certificates[leaf]);
    let judgement = |judged: &Option<Judged>| match judged {
        Some(judged) => judged.judgement(case),
        // What cannot be read is not let in.
        None => Judgement {
            accepted: Some(false),
            ..Judgement::default()
        },
    };
    let (username, username_error) = match leaf.map(|leaf| &leaf.user_name) {
        Some(Ok(name)) => (Some(name.clone()), None),
        Some(Err(reason)) => (None, Some(reason.to_string())),
        None => (None, None),
    };
    Client {
        file: case.file_name(client.file).to_owned(),
        leaf: leaf.map(|leaf| leaf.certificate.sha256()),
        subject_openssl: leaf.map(|leaf| leaf.printed.clone()),
        judgement: judgement(&client.sends_all),
        handshake: leaf
            .map(|leaf| handshake(&leaf.certificate))
            .unwrap_or_default(),
        parse_error: client.leaf.is_none().then(|| parse_error(case, client)),
        leaf_only: judgement(&client.sends_leaf),
        username,
        username_error,
    }
}

fn handshake(leaf: &Certificate) -> report::Handshake {
    let handshake = Handshake::of(leaf);
    report::Handshake {
        tls12: handshake.tls12(),
        tls13: handshake.tls13(),
        reason: handshake.reason(&describe::key(leaf)),
    }
}

/// Why a client has no certificate.
fn parse_error(case: &Case, client: &ClientCase) -> String {
    match client.unreadable.map(|index| &case.unreadable[index]) {
        Some(block) => match block.source.line {
            Some(line) => format!(
                "the certificate that begins on line {line} cannot be read: {}",
                block.error
            ),
            None => format!("the certificate cannot be read: {}", block.error),
        },
        None => "there is no certificate in the file that can be read".to_owned(),
    }
}
