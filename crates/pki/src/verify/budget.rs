//! How much work a pile of certificates may cause.
//!
//! Work is counted in units of about 50 ns on a server's core (an issuer looked at, two names
//! compared). OpenSSL has no such limit; where ours ends a verification, the outcome is
//! undetermined, never a refusal.

use std::ops::Add;

use crate::certificate::{DsaKey, PublicKey};

/// Work for one stretch: what a caller allows before it wants to breathe.
#[derive(Debug)]
pub struct Budget {
    left: u64,
    used: u64,
    counted: u64,
}

/// What a piece of work came to. The two differ where an answer was known already: a limit must
/// not be reached sooner or later for that, or what is undetermined would depend on who verified
/// a signature, and when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// What the caller waited for.
    pub(crate) spent: u64,
    /// What counts against the limits of a verification and of a pile.
    pub(crate) counted: u64,
}

impl From<u64> for Cost {
    fn from(units: u64) -> Self {
        Self {
            spent: units,
            counted: units,
        }
    }
}

impl Add<u64> for Cost {
    type Output = Self;

    fn add(self, units: u64) -> Self {
        Self {
            spent: self.spent + units,
            counted: self.counted + units,
        }
    }
}

/// Work for one verification. OpenSSL's own limits fit several times: chains of 102 certificates
/// (102 signatures), issuers sought among 5,000 certificates at each of them, and 2^20 name
/// comparisons, after which OpenSSL gives up by itself, for a dozen pairs of certificates.
pub(super) const VERIFICATION: u64 = 1 << 24;

/// Work for all verifications of a pile: some 15 seconds on a server's core. Thousands of honest
/// clients need a tenth of it.
pub const WORK_OF_A_PILE: u64 = 1 << 28;

/// One signature: 190 µs for ECDSA on P-256, and up to 530 µs for P-521.
const SIGNATURE: u64 = 4_000;

/// One signature on another curve of this many bits, computed without tables: some 3 ms for 256 bits,
/// and eight times as much for twice the bits.
fn on_other_curve(bits: u32) -> u64 {
    u64::from(bits).pow(3) / 280
}

/// One signature with Ed448: some 1 ms.
const ED448: u64 = 20_000;

/// Octets that are compared or hashed in one unit.
const OCTETS_A_UNIT: usize = 16;

/// Octets of an RSA modulus up to which [`SIGNATURE`] covers the computation.
const USUAL_MODULUS: usize = 4_096 / 8;

/// What it costs to read `octets` once, to compare or to hash them.
pub(super) fn reading(octets: usize) -> u64 {
    (octets / OCTETS_A_UNIT) as u64
}

/// What it costs to verify a signature of a message.
pub(super) fn signature(key: &PublicKey, message: usize) -> u64 {
    let computing = match key {
        PublicKey::Rsa {
            modulus, exponent, ..
        } if modulus.len() > USUAL_MODULUS || exponent.len() > 4 => {
            // A multiplication is quadratic in the words of the modulus; there are at most two for
            // each bit of the exponent.
            let words = modulus.len().div_ceil(8) as u64;
            words * words * (8 * exponent.len() as u64 + 16) / 16
        }
        PublicKey::Ec(point) if !super::rules::is_common_curve(point) => {
            on_other_curve(point.curve.order_bits)
        }
        PublicKey::Sm2(_) => on_other_curve(256),
        PublicKey::Ed448(_) => ED448,
        PublicKey::Dsa(DsaKey { p, .. }) => {
            // Two powers of at most 256 bits.
            let words = p.len().div_ceil(8) as u64;
            words * words * 32
        }
        _ => 0,
    };
    SIGNATURE + computing + reading(message)
}

impl Budget {
    /// Allows `units` of work.
    pub fn new(units: u64) -> Self {
        Self {
            left: units,
            used: 0,
            counted: 0,
        }
    }

    /// Allows any amount of work.
    pub fn unlimited() -> Self {
        Self::new(u64::MAX)
    }

    /// Whether anything is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// How much work was done, what overdrew the budget included.
    pub fn used(&self) -> u64 {
        self.used
    }

    /// How much of it counts against the limits.
    pub(crate) fn counted(&self) -> u64 {
        self.counted
    }

    /// Takes work off, as far as there is any. One piece of work may overdraw a budget.
    pub fn spend(&mut self, units: u64) {
        self.settle(units.into());
    }

    pub(crate) fn settle(&mut self, cost: Cost) {
        self.left = self.left.saturating_sub(cost.spent);
        self.used = self.used.saturating_add(cost.spent);
        self.counted = self.counted.saturating_add(cost.counted);
    }
}
