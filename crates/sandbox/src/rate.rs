//! Token buckets: how many calls a project may make to a resource.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::{
    clock::Moment,
    refusal::Refusal,
    settings::{Rate, Rates},
};

/// Which bucket a call takes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Bucket {
    DatabaseUsers,
    UserSecurity,
}

impl Bucket {
    const fn resource(self) -> &'static str {
        match self {
            Self::DatabaseUsers => "databaseUsers",
            Self::UserSecurity => "userSecurity",
        }
    }
}

/// The buckets of all projects.
pub(crate) struct Buckets {
    rates: Rates,
    levels: Mutex<HashMap<(String, Bucket), Level>>,
}

/// How full a bucket was, and when. A call is so many units that whole ones do for a millisecond.
#[derive(Clone, Copy)]
struct Level {
    units: u64,
    at: Moment,
}

/// Units of one call: a bucket that gets `n` calls a minute gets `n` units a millisecond.
const CALL: u64 = 60_000;

/// What is left after a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Left {
    limit: u32,
    remaining: u64,
}

impl Buckets {
    pub(crate) fn new(rates: Rates) -> Self {
        Self {
            rates,
            levels: Mutex::default(),
        }
    }

    /// Takes one call out of a project's bucket.
    pub(crate) fn take(
        &self,
        project: &str,
        bucket: Bucket,
        now: Moment,
    ) -> (Left, Result<(), Refusal>) {
        let Rate {
            capacity,
            per_minute,
        } = match bucket {
            Bucket::DatabaseUsers => self.rates.database_users,
            Bucket::UserSecurity => self.rates.user_security,
        };
        let full = u64::from(capacity) * CALL;
        let mut levels = self.levels.lock().unwrap_or_else(PoisonError::into_inner);
        let level = levels.entry((project.to_owned(), bucket)).or_insert(Level {
            units: full,
            at: now,
        });
        let passed = u64::try_from(now.since(level.at).as_millis()).unwrap_or(u64::MAX);
        level.units = level
            .units
            .saturating_add(passed.saturating_mul(u64::from(per_minute)))
            .min(full);
        level.at = now;
        let outcome = match level.units.checked_sub(CALL) {
            Some(rest) => {
                level.units = rest;
                Ok(())
            }
            None => Err(Refusal::RateLimited {
                resource: bucket.resource(),
                per_minute,
                wait: Duration::from_millis(
                    (CALL - level.units).div_ceil(u64::from(per_minute.max(1))),
                ),
            }),
        };
        let left = Left {
            limit: capacity,
            remaining: level.units / CALL,
        };
        (left, outcome)
    }
}

impl Left {
    pub(crate) fn write(self, headers: &mut HeaderMap) {
        headers.insert(
            HeaderName::from_static("ratelimit-limit"),
            HeaderValue::from(self.limit),
        );
        headers.insert(
            HeaderName::from_static("ratelimit-remaining"),
            HeaderValue::from(self.remaining),
        );
    }
}
