//! The moments of an access history.
//!
//! Atlas's description promises ISO 8601; what it answers with are dates as Java prints them
//! (`Tue Jun 08 15:49:25 GMT 2021`). Both are read.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Seconds since 1970; `None` for what is neither, and for zones other than UTC.
pub(super) fn parse(text: &str) -> Option<i64> {
    iso(text).or_else(|| java(text))
}

/// `2026-11-24T10:00:00Z`, with or without a fraction, or with an offset of zero.
fn iso(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(number);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone = ["Z", "+00:00", "+0000"];
    let time = zone.iter().find_map(|zone| time.strip_suffix(zone))?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    number(fraction)?;
    Some(days(year, month, day)? * 86_400 + of_day(time)?)
}

/// `Tue Jun 08 15:49:25 GMT 2021`.
fn java(text: &str) -> Option<i64> {
    let mut words = text.split_ascii_whitespace().skip(1);
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let (day, time) = (number(words.next()?)?, words.next()?);
    let is_utc = matches!(words.next()?, "GMT" | "UTC");
    let year = number(words.next()?)?;
    let days = days(year, i64::try_from(month).ok()? + 1, day)?;
    is_utc.then_some(days * 86_400 + of_day(time)?)
}

fn number(text: &str) -> Option<i64> {
    let is_one = (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_one)
}

fn of_day(time: &str) -> Option<i64> {
    let mut parts = time.splitn(3, ':').map(number);
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let is_one = hour < 24 && minute < 60 && second <= 60;
    is_one.then_some(hour * 3_600 + minute * 60 + second)
}

/// Days since 1970 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let is_one =
        (1..=9_999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    if !is_one {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_both_ways_of_writing() {
        for (text, expected) in [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2021-06-08T15:49:25Z", Some(1_623_167_365)),
            ("2021-06-08T15:49:25.123Z", Some(1_623_167_365)),
            ("2021-06-08T15:49:25+00:00", Some(1_623_167_365)),
            ("Tue Jun 08 15:49:25 GMT 2021", Some(1_623_167_365)),
            ("Tue Jun 8 15:49:25 UTC 2021", Some(1_623_167_365)),
            ("Thu Feb 29 00:00:00 GMT 2024", Some(1_709_164_800)),
            ("Sun Jul 25 9:14:42 EDT 2019", None),
            ("2021-06-08T15:49:25+02:00", None),
            ("2021-13-08T15:49:25Z", None),
            ("2021-06-08T25:49:25Z", None),
            ("2021-06-08", None),
            ("T", None),
            ("Tue Jun", None),
            ("", None),
            ("9999999999-06-08T15:49:25Z", None),
            ("2021-06-08T15:49:25.Z", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
