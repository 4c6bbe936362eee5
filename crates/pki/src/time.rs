//! Moments in time, without a clock.

use std::fmt;

use borsh::{BorshDeserialize, BorshSerialize};
use serde::{Serialize, Serializer};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
///
/// Written and serialised as RFC 3339 in UTC, for example `2026-11-24T00:00:00Z`.
#[derive(
    BorshDeserialize, BorshSerialize, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash,
)]
pub struct Timestamp(i64);

/// The moment is not written as RFC 3339 asks, or lies outside the years 0000 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date and time as RFC 3339 writes it, for example 2026-11-24T00:00:00Z")]
pub struct NotRfc3339;

/// What a person wrote is neither a date nor a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a date such as 2027-01-01, or a moment such as 2027-01-01T09:00:00Z")]
pub struct NotAMoment;

impl Timestamp {
    /// Seconds in a day.
    pub const DAY: i64 = 86_400;

    /// The moment `seconds` after 1970-01-01T00:00:00Z (before it when negative).
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// Reads a date and time as RFC 3339 writes it; fractions of a second are dropped.
    pub fn parse_rfc3339(text: &str) -> Result<Self, NotRfc3339> {
        OffsetDateTime::parse(text, &Rfc3339)
            .map(|moment| Self(moment.to_offset(UtcOffset::UTC).unix_timestamp()))
            .map_err(|_| NotRfc3339)
    }

    /// Reads a moment as a person writes it: as [`Self::parse_rfc3339`] does, or a date alone, which is its
    /// midnight UTC.
    pub fn parse_moment(text: &str) -> Result<Self, NotAMoment> {
        Self::parse_rfc3339(text)
            .or_else(|_| Self::parse_rfc3339(&format!("{text}T00:00:00Z")))
            .map_err(|_| NotAMoment)
    }

    /// The whole days that are left until `moment`. When it has passed, the complement (`!`) of the
    /// whole days that have gone by since: `-1` for less than a day, `-4` for three days and a bit.
    /// So days are counted down on both sides, and the sign still tells a moment that has passed.
    pub const fn days_until(self, moment: Self) -> i64 {
        let seconds = moment.0 - self.0;
        if seconds < 0 {
            !(-seconds / Self::DAY)
        } else {
            seconds / Self::DAY
        }
    }

    /// The moment `seconds` later.
    pub const fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// Year, month (1 to 12) and day (1 to 31) in UTC, when the year is 0 to 9999.
    pub fn date(self) -> Option<(i32, u8, u8)> {
        let date = OffsetDateTime::from_unix_timestamp(self.0).ok()?.date();
        Some((date.year(), date.month().into(), date.day()))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0) {
            Ok(moment) => write!(
                f,
                "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
                moment.year(),
                u8::from(moment.month()),
                moment.day(),
                moment.hour(),
                moment.minute(),
                moment.second()
            ),
            // Outside the years that RFC 3339 can write; no certificate date gets here.
            Err(_) => write!(f, "@{}", self.0),
        }
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_rfc3339() {
        for (text, unix, written) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            (
                "2026-11-24T01:00:00+01:00",
                1_795_478_400,
                "2026-11-24T00:00:00Z",
            ),
            (
                "1950-01-01T00:00:00.5Z",
                -631_152_000,
                "1950-01-01T00:00:00Z",
            ),
        ] {
            let moment = Timestamp::parse_rfc3339(text);
            assert_eq!(moment, Ok(Timestamp(unix)), "{text}");
            assert_eq!(Timestamp(unix).to_string(), written, "{text}");
        }
        assert_eq!(Timestamp::parse_rfc3339("tomorrow"), Err(NotRfc3339));
        assert_eq!(Timestamp::parse_rfc3339("2026-11-24"), Err(NotRfc3339));
    }

    #[test]
    fn a_date_alone_is_its_midnight() {
        for (text, expected) in [
            ("2027-06-01", Some("2027-06-01T00:00:00Z")),
            ("2027-06-01T09:00:00+02:00", Some("2027-06-01T07:00:00Z")),
            ("2027-06-01T09:00:00.999Z", Some("2027-06-01T09:00:00Z")),
            ("2027-06-31", None),
            ("2027-6-1", None),
            ("+012027-06-01T09:00:00.000Z", None),
            ("tomorrow", None),
            ("", None),
        ] {
            let moment = Timestamp::parse_moment(text).ok();
            let written = moment.map(|moment| moment.to_string());
            assert_eq!(written.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn counts_whole_days_on_both_sides() {
        const DAY: i64 = Timestamp::DAY;
        let noon = Timestamp(43_200);
        for (seconds, days) in [
            (0, 0),
            (DAY - 1, 0),
            (DAY, 1),
            (3 * DAY + 1, 3),
            (-1, !0),
            (1 - DAY, !0),
            (-DAY, !1),
            (-3 * DAY, !3),
            (-3 * DAY - 1, !3),
            (1 - 4 * DAY, !3),
        ] {
            assert_eq!(noon.days_until(noon.plus(seconds)), days, "{seconds}");
        }
    }
}
