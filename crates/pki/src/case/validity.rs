//! Where a moment lies in a certificate's time.

use crate::{
    Certificate, Timestamp,
    view::{Validity, ValidityState},
};

/// How soon before its end a certificate deserves a warning. Atlas alerts 30 days before a CA
/// expires.
pub(crate) const ENDS_SOON_DAYS: i64 = 30;

/// Where `at` lies in a certificate's time.
pub(crate) fn validity(certificate: &Certificate, at: Timestamp) -> Validity {
    let (not_before, not_after) = certificate.validity();
    let (Some(from), Some(to)) = (not_before, not_after) else {
        return Validity {
            not_before,
            not_after,
            days_left: not_after.map(|to| at.days_until(to)),
            elapsed_percent: None,
            state: ValidityState::Unreadable,
        };
    };
    let days_left = at.days_until(to);
    let state = if from > at {
        ValidityState::NotYet
    } else if to <= at {
        ValidityState::Expired
    } else if days_left < ENDS_SOON_DAYS {
        ValidityState::EndsSoon
    } else {
        ValidityState::Valid
    };
    let whole = (to.unix() - from.unix()).max(1);
    let over = (at.unix() - from.unix()).clamp(0, whole);
    let elapsed_percent = u8::try_from(over.saturating_mul(100) / whole).ok();
    Validity {
        not_before,
        not_after,
        days_left: Some(days_left),
        elapsed_percent,
        state,
    }
}
