//! Usual signatures, verified beforehand by `ring` on every core.
//!
//! What `ring` calls valid is taken; everything else the engine decides for itself (see
//! [`pki::verify::platform`]). The report is the same without, and a test holds it to that: the
//! environment variable [`ENGINE_ONLY`] leaves all of it to the engine.

use std::env;

use pki::{
    analysis::{Analysis, Likely, Pile},
    verify::{
        Budget,
        platform::{NistCurve, PlainAlgorithm, Sha2, WantedSignature},
    },
};
use ring::signature::{self, UnparsedPublicKey, VerificationAlgorithm};

use crate::cores;

/// Set to anything, it leaves every signature to the engine. For tests and measurements.
const ENGINE_ONLY: &str = "ATLAS_X509_ENGINE_ONLY";

/// Signatures that are worth another thread: starting one costs about as much as two of them.
const WORTH_A_THREAD: usize = 16;

/// Decodes the certificates of a pile, and verifies what judging it will probably ask for. What is valid.
pub(super) fn decode(pile: &Pile) -> Vec<WantedSignature> {
    let likely = (!is_engine_only()).then(|| Likely::of(pile));
    let files: Vec<usize> = (0..pile.files().count()).collect();
    let valid = cores::map(&files, WORTH_A_THREAD, |file| {
        pile.decode(*file);
        let mut signatures = likely
            .as_ref()
            .map(|likely| likely.signatures(pile, *file))
            .unwrap_or_default();
        signatures.retain(is_valid);
        signatures
    });
    valid.into_iter().flatten().collect()
}

fn is_engine_only() -> bool {
    env::var_os(ENGINE_ONLY).is_some()
}

/// Tells an analysis what is valid, and verifies whatever else it will ask for.
pub(super) fn verify_beforehand(analysis: &mut Analysis, valid: &[WantedSignature]) {
    if is_engine_only() {
        return;
    }
    for signature in valid {
        analysis.confirm(signature);
    }
    while let Some(wanted) = analysis.wanted(&mut Budget::unlimited()) {
        let valid = cores::map(&wanted, WORTH_A_THREAD, is_valid);
        for (signature, is_valid) in wanted.iter().zip(valid) {
            if is_valid {
                analysis.confirm(signature);
            }
        }
    }
}

fn is_valid(wanted: &WantedSignature) -> bool {
    let Some(algorithm) = algorithm(wanted.algorithm()) else {
        return false;
    };
    UnparsedPublicKey::new(algorithm, wanted.raw_key())
        .verify(wanted.message(), wanted.signature())
        .is_ok()
}

/// What `ring` has for it; it has no P-521.
fn algorithm(algorithm: PlainAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    Some(match algorithm {
        PlainAlgorithm::RsaPkcs1(Sha2::Sha256) => &signature::RSA_PKCS1_2048_8192_SHA256,
        PlainAlgorithm::RsaPkcs1(Sha2::Sha384) => &signature::RSA_PKCS1_2048_8192_SHA384,
        PlainAlgorithm::RsaPkcs1(Sha2::Sha512) => &signature::RSA_PKCS1_2048_8192_SHA512,
        PlainAlgorithm::RsaPss(Sha2::Sha256) => &signature::RSA_PSS_2048_8192_SHA256,
        PlainAlgorithm::RsaPss(Sha2::Sha384) => &signature::RSA_PSS_2048_8192_SHA384,
        PlainAlgorithm::RsaPss(Sha2::Sha512) => &signature::RSA_PSS_2048_8192_SHA512,
        PlainAlgorithm::Ecdsa(NistCurve::P256, Sha2::Sha256) => &signature::ECDSA_P256_SHA256_ASN1,
        PlainAlgorithm::Ecdsa(NistCurve::P256, Sha2::Sha384) => &signature::ECDSA_P256_SHA384_ASN1,
        PlainAlgorithm::Ecdsa(NistCurve::P384, Sha2::Sha256) => &signature::ECDSA_P384_SHA256_ASN1,
        PlainAlgorithm::Ecdsa(NistCurve::P384, Sha2::Sha384) => &signature::ECDSA_P384_SHA384_ASN1,
        PlainAlgorithm::Ed25519 => &signature::ED25519,
        PlainAlgorithm::Ecdsa(..) => return None,
    })
}
