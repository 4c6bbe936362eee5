//! Dates, spans and counts in words.

use pki::Timestamp;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `14 March 2027`, in UTC; the bare moment when it is outside the calendar.
pub(crate) fn date(moment: Timestamp) -> String {
    match moment.date() {
        Some((year, month, day)) => {
            format!("{day} {} {year}", MONTHS[usize::from(month - 1) % 12])
        }
        None => moment.to_string(),
    }
}

/// `14 March 2027, 09:30 UTC`.
pub(crate) fn moment(moment: Timestamp) -> String {
    let of_day = moment.unix().rem_euclid(Timestamp::DAY);
    format!(
        "{}, {:02}:{:02} UTC",
        date(moment),
        of_day / 3600,
        of_day % 3600 / 60
    )
}

/// `1 file`, `4 files`, `1,200 files`; `plural` is the whole word.
pub(crate) fn count(number: usize, singular: &str, plural: &str) -> String {
    format!(
        "{} {}",
        grouped(number as u64),
        if number == 1 { singular } else { plural }
    )
}

/// A number with its thousands apart: `4,120`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How long `days` are, said the way one says it: days up to two months, then months, then years.
fn span(days: u64) -> String {
    let (number, unit) = match days {
        0..=60 => (days, "day"),
        61..=729 => (days / 30, "month"),
        _ => (days / 365, "year"),
    };
    let s = if number == 1 { "" } else { "s" };
    format!("{} {unit}{s}", grouped(number))
}

/// `today`, `in 3 months`, `8 months ago`.
pub(crate) fn distance(days: i64) -> String {
    match days {
        0 => "today".to_owned(),
        1.. => format!("in {}", span(days.unsigned_abs())),
        _ => format!("{} ago", span(days.unsigned_abs())),
    }
}

/// `24 days left`, `11 years left`, `ended 8 months ago`.
pub(crate) fn remaining(days: i64) -> String {
    match days {
        0 => "ends today".to_owned(),
        1.. => format!("{} left", span(days.unsigned_abs())),
        _ => format!("ended {} ago", span(days.unsigned_abs())),
    }
}

/// `12 bytes`, `3.4 kB`, `1.2 MB`.
pub(crate) fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_949 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A sentence without the backticks that set a piece of it in monospace.
pub(crate) fn plain(text: &str) -> String {
    text.replace('`', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_distances_as_one_says_them() {
        for (days, expected) in [
            (0, "today"),
            (1, "in 1 day"),
            (24, "in 24 days"),
            (95, "in 3 months"),
            (-1, "1 day ago"),
            (-250, "8 months ago"),
            (4_120, "in 11 years"),
        ] {
            assert_eq!(distance(days), expected, "{days}");
        }
    }

    #[test]
    fn sets_thousands_apart() {
        for (number, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(number), expected, "{number}");
        }
    }

    #[test]
    fn writes_a_date_with_its_month() {
        assert_eq!(date(Timestamp::from_unix(0)), "1 January 1970");
        assert_eq!(
            moment(Timestamp::from_unix(34_200)),
            "1 January 1970, 09:30 UTC"
        );
    }

    #[test]
    fn joins_names_with_commas_and_an_and() {
        for (items, expected) in [
            (&["a"][..], "a"),
            (&["a", "b"], "a and b"),
            (&["a", "b", "c"], "a, b and c"),
        ] {
            let items: Vec<String> = items.iter().map(|&item| item.to_owned()).collect();
            assert_eq!(list(&items), expected);
        }
    }
}
