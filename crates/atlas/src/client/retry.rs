//! When to try again, and when to read instead.
//!
//! A read is simply repeated. A write is sent again only once reading has shown that what it starts
//! from is still there: it may have been carried out after all, and somebody else may have been
//! there in the pause, whatever the first try met with.

use std::time::Duration;

use crate::{Error, Transport};

/// What a reading shows of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen<R = ()> {
    /// What was to be written is there.
    InPlace(R),
    /// What the write starts from is there.
    Before,
    /// Neither: somebody else has been there.
    Other,
}

/// How a write came out that met with no error.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled<R = ()> {
    /// It was carried out.
    Written(R),
    /// It had to be repeated, and was not: Atlas has something else by now than it starts from.
    Changed {
        /// Whether it may have been carried out before that.
        unclear: bool,
    },
}

/// The first try and four more.
pub const TRIES: u32 = 5;

/// The pause after the first try; it doubles each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// Longer than that nobody sits before a page without a word: the failure is shown instead, and
/// says how long to wait.
const LONGEST_PAUSE: Duration = Duration::from_mins(2);

/// How long to wait after a failed try (counted from 1): at least what Atlas asked for, and between
/// half and all of the doubled pause on top, by `jitter` from 0 to 1. `None`: do not try again.
pub(super) fn pause(tries: u32, error: &Error, jitter: f64) -> Option<Duration> {
    if tries >= TRIES {
        return None;
    }
    let asked = error.retry_after().unwrap_or_default();
    let doubled = FIRST_PAUSE * 2_u32.pow(tries - 1);
    let share = if jitter.is_finite() {
        jitter.clamp(0.0, 1.0)
    } else {
        1.0
    };
    let pause = asked.saturating_add(doubled.mul_f64(0.5 + share / 2.0));
    (pause <= LONGEST_PAUSE).then_some(pause)
}

/// Repeats a read while it may still succeed.
pub(super) async fn repeat<T: Transport, R>(
    transport: &T,
    read: impl AsyncFn() -> Result<R, Error>,
) -> Result<R, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match read().await {
            Err(error) if error.is_transient() => error,
            result => return result,
        };
        match pause(tries, &error, transport.jitter()) {
            Some(pause) => transport.sleep(pause).await,
            None => return Err(error),
        }
    }
}

/// Carries a write out once. `look` reads how far it is; it is asked before every further try.
pub(super) async fn settle<T: Transport, R>(
    transport: &T,
    write: impl AsyncFn() -> Result<R, Error>,
    look: impl AsyncFn() -> Result<Seen<R>, Error>,
) -> Result<Settled<R>, Error> {
    let mut tries = 0;
    loop {
        tries += 1;
        let error = match write().await {
            Err(error) if error.is_transient() || error.may_have_been_carried_out() => error,
            result => return result.map(Settled::Written),
        };
        let unclear = error.may_have_been_carried_out();
        let pause = pause(tries, &error, transport.jitter());
        match pause {
            // Also before reading: a call that is still on its way has arrived by then.
            Some(pause) => transport.sleep(pause).await,
            None if unclear => {}
            None => return Err(error),
        }
        match look().await {
            Ok(Seen::InPlace(result)) => return Ok(Settled::Written(result)),
            Ok(Seen::Before) if pause.is_some() => {}
            Ok(Seen::Other) => return Ok(Settled::Changed { unclear }),
            Err(reading) if unclear => {
                return Err(Error::Unsettled {
                    first: Box::new(error),
                    reading: Box::new(reading),
                });
            }
            // The last try; or it certainly had no effect, and only looking failed.
            Ok(Seen::Before) | Err(_) => return Err(error),
        }
    }
}
