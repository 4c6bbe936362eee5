//! What few people have and much has to be carried for: what is under a password ([`crate::input::open`]),
//! elliptic curves but P-256 and P-384, Ed25519 where no platform verifies it beforehand, Ed448, DSA, SM2,
//! SHA-3 and RIPEMD-160, and names whose letters are beyond those of western and central Europe.
//!
//! A page loads an engine without it first, the crate without its feature `rare`. Where that one meets
//! something of the kind, it says so ([`is_missed`]), and then nothing that it answers counts: whoever
//! asked asks an engine that has it all.

#[cfg(not(feature = "rare"))]
use std::cell::Cell;

#[cfg(not(feature = "rare"))]
thread_local! {
    static MISSED: Cell<bool> = const { Cell::new(false) };
}

/// Whether something was met, on this thread and at any time, that this build has not got.
#[cfg(not(feature = "rare"))]
pub fn is_missed() -> bool {
    MISSED.get()
}

/// Whether something was met that this build has not got; it has everything.
#[cfg(feature = "rare")]
pub fn is_missed() -> bool {
    false
}

/// Notes that something was met which this build has not got, and answers nothing.
#[cfg(not(feature = "rare"))]
pub(crate) fn miss<T>() -> Option<T> {
    MISSED.set(true);
    None
}
