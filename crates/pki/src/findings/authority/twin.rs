//! A root in two forms: self-signed, and cross-signed by another CA so that software which knows only
//! that one trusts it, too.
//!
//! OpenSSL takes the first of the two that is valid. Where that is the cross-signed one, it goes on
//! to look for the other CA and never comes back to the root that is there.

use crate::{
    case::{Case, validity::validity},
    findings::words,
    view::ValidityState,
};

/// What to say of an authority of the bundle that stands before its own self-signed form: what is so,
/// and what to do. `None` for any other one.
pub(in crate::findings) fn crossed(case: &Case, index: usize) -> Option<(String, String)> {
    let twin = twin_of(case, index)?;
    let place = |wanted: usize| case.bundle.iter().position(|held| *held == wanted);
    // One that is not valid now is passed over.
    let state = validity(case.certificate(index), case.profile.at).state;
    let is_valid = matches!(state, ValidityState::Valid | ValidityState::EndsSoon);
    if !is_valid || place(index) > place(twin) {
        return None;
    }
    let held = |index: usize| &case.certificates[index];
    let (own, other) = words::two_sources(held(twin), held(index));
    Some((
        format!(
            "{} stands in the bundle twice: signed by {} ({}), and after that by itself ({}).",
            words::quoted(case, index),
            words::name(case.certificate(index).issuer()),
            words::source(held(index)),
            words::source(held(twin)),
        ),
        format!(
            "Put the self-signed one ({own}) before the other, or take the other ({other}) out of the bundle."
        ),
    ))
}

/// Whether the bundle has the authority in its self-signed form, too.
pub(super) fn has_twin(case: &Case, index: usize) -> bool {
    twin_of(case, index).is_some()
}

/// The self-signed certificate of the bundle with the name and key of another authority.
fn twin_of(case: &Case, index: usize) -> Option<usize> {
    let certificate = case.certificate(index);
    if certificate.is_self_signed() {
        return None;
    }
    let root = *case.roots_by_key.get(&certificate.key_sha256())?;
    let is_namesake =
        case.certificate(root).subject().canonical() == certificate.subject().canonical();
    is_namesake.then_some(root)
}
