//! What is to be said of the bundle: authorities that do not work, and those that work and should
//! be looked at.

mod caution;
mod fault;
mod trust;
mod twin;

pub(super) use caution::*;
pub(super) use fault::*;
pub(super) use trust::*;
pub(super) use twin::crossed;

use super::words;
use crate::{
    case::Case,
    report::Finding,
    verify::{Code, rules},
};

/// The clients, by their leaf, whose chains use the certificate `index`.
fn users(case: &Case, index: usize) -> &[usize] {
    &case.users[index]
}

/// Adds the clients that a finding about an authority concerns.
fn concerning(mut finding: Finding, case: &Case, clients: &[usize]) -> Finding {
    finding
        .certificates
        .extend(clients.iter().map(|leaf| case.certificate(*leaf).sha256()));
    if let Some(leaf) = clients.first() {
        finding.command = words::verify_command(case, *leaf);
    }
    finding
}

/// The clients in whose verdict `code` was raised about the certificate `index`.
fn refused_because(case: &Case, index: usize, code: Code) -> &[usize] {
    case.refused.get(&(index, code)).map_or(&[], Vec::as_slice)
}

/// The authorities that matter: those of the bundle, and those that clients send.
fn all_authorities(case: &Case) -> impl Iterator<Item = usize> {
    let sent = (0..case.certificates.len())
        .filter(|index| !case.is_in_bundle(*index) && !users(case, *index).is_empty());
    case.bundle.iter().copied().chain(sent)
}

/// How many clients a finding concerns, as a sentence.
fn refuses(case: &Case, count: usize) -> String {
    match count {
        0 if case.clients.is_empty() => "The server refuses every client below it.".to_owned(),
        0 => "No client here needs it.".to_owned(),
        1 => "The server refuses the one client here that needs it.".to_owned(),
        2 => "The server refuses both clients here that need it.".to_owned(),
        count => format!(
            "The server refuses all {} clients here that need it.",
            words::number(count)
        ),
    }
}

/// Whether a certificate of the bundle vouches for nobody but itself: it is a self-signed end
/// entity, or one that says nothing of what it is and that a client uses.
fn is_own_client(case: &Case, index: usize) -> bool {
    let certificate = case.certificate(index);
    let is_used = || case.own_file.contains_key(&index);
    certificate.is_self_signed()
        && (!certificate.is_authority() || rules::ca_mark(certificate).is_none() && is_used())
}
