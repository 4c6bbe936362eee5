//! A leaf, what is sent and what is trusted, at either level: the verdict is the same in one go and
//! in the smallest steps, and level 2 accepts nothing that level 1 refuses.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use pki::{
    Certificate, Timestamp,
    verify::{
        Budget, Level, Profile, Purpose, SignatureMemory, TrustStore, Verdict, Verification, verify,
    },
};
use pki_fuzz::pieces;

fuzz_target!(|octets: &[u8]| {
    let (mut leaf, mut sent, mut trusted) = (None, Vec::new(), Vec::new());
    for (kind, der) in pieces(octets) {
        let Ok(certificate) = Certificate::from_der(der).map(Arc::new) else {
            continue;
        };
        match kind % 4 {
            0 => leaf = Some(certificate),
            1 => sent.push(certificate),
            2 => trusted.push(certificate),
            _ => {
                sent.push(Arc::clone(&certificate));
                trusted.push(certificate);
            }
        }
    }
    let Some(leaf) = leaf else { return };
    let store = Arc::new(TrustStore::new(trusted));
    let judge = |level| {
        let profile = Profile {
            level,
            purpose: Purpose::TlsClient,
            // 2026-11-24T00:00:00Z
            at: Timestamp::from_unix(1_795_478_400),
        };
        let at_once = verify(&leaf, &sent, &store, profile);
        let mut verification =
            Verification::new(Arc::clone(&leaf), sent.clone(), Arc::clone(&store), profile);
        let mut memory = SignatureMemory::default();
        let in_steps = loop {
            if let Some(verdict) = verification.step(&mut Budget::new(1), &mut memory) {
                break verdict;
            }
        };
        assert_eq!(at_once.errors, in_steps.errors);
        assert_eq!(at_once.final_error, in_steps.final_error);
        assert_eq!(at_once.undetermined, in_steps.undetermined);
        assert_sound(&at_once);
        at_once
    };
    let (one, two) = (judge(Level::One), judge(Level::Two));
    if two.accepted() == Some(true) {
        assert_eq!(one.accepted(), Some(true));
    }
});

fn assert_sound(verdict: &Verdict) {
    assert!(!verdict.path.is_empty() && verdict.path.len() <= 103);
    assert!(verdict.untrusted <= verdict.path.len());
    if verdict.accepted() == Some(true) {
        assert!(verdict.path.last().is_some_and(|top| top.is_self_signed()));
        assert!(verdict.untrusted < verdict.path.len());
    }
}
