//! How much work a pile of certificates may cause.
//!
//! Work is counted in units of about 50 ns on a server's core (an issuer looked at, two names
//! compared). OpenSSL has no such limit; where ours ends a verification, the outcome is
//! undetermined, never a refusal.

/// Work for one stretch: what a caller allows before it wants to breathe.
#[derive(Debug)]
pub struct Budget {
    left: u64,
}

/// Work for one verification. OpenSSL's own limits fit several times: chains of 102 certificates
/// (102 signatures), issuers sought among 5,000 certificates at each of them, and 2^20 name
/// comparisons, after which OpenSSL gives up by itself, for a dozen pairs of certificates.
pub(super) const VERIFICATION: u64 = 1 << 24;

/// One signature: 190 µs for ECDSA on P-256, and up to 530 µs for P-521.
pub(super) const SIGNATURE: u64 = 4_000;

impl Budget {
    /// Allows `units` of work.
    pub fn new(units: u64) -> Self {
        Self { left: units }
    }

    /// Allows any amount of work.
    pub fn unlimited() -> Self {
        Self { left: u64::MAX }
    }

    /// Whether anything is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Takes work off, as far as there is any. One piece of work may overdraw a budget.
    pub fn spend(&mut self, units: u64) {
        self.left = self.left.saturating_sub(units);
    }
}
