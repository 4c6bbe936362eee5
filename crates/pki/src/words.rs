//! Words that every sentence for people has in common: dates and spans as people say them, lists,
//! and file names for a command to copy. The findings and the page use the same ones, so that one
//! screen does not say one thing in two ways.

use crate::Timestamp;

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
pub fn date(moment: Timestamp) -> String {
    match moment.date() {
        Some((year, month, day)) => {
            let month = MONTHS[usize::from(month).saturating_sub(1) % 12];
            format!("{day} {month} {year}")
        }
        None => moment.to_string(),
    }
}

/// How long `days` are, said the way one says it: days up to two months, then months, then years.
/// A year has 365 days here, as it has for most who issue certificates; a month is a twelfth of that.
/// All are whole ones, but for the few days that a month or a year may lack: what was issued for a
/// year this week has not 11 months left.
pub fn span(days: u64) -> String {
    const LACKING: u64 = 5;
    let (number, unit) = match days {
        0 => return "less than a day".to_owned(),
        1..=60 => (days, "day"),
        61..=729 => ((days + LACKING) * 12 / 365, "month"),
        _ => ((days + LACKING) / 365, "year"),
    };
    let s = if number == 1 { "" } else { "s" };
    format!("{} {unit}{s}", grouped(number))
}

/// A number with its thousands apart: `4,120`.
pub fn grouped(number: u64) -> String {
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

/// `once`, `twice`, `3 times`.
#[cfg(feature = "engine")]
pub(crate) fn times(number: usize) -> String {
    match number {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        more => format!("{} times", grouped(more as u64)),
    }
}

/// `in 3 months`, `in less than a day`, `8 months ago`, for what [`Timestamp::days_until`] counts.
pub fn distance(days: i64) -> String {
    match passed(days) {
        None => format!("in {}", span(days.unsigned_abs())),
        Some(days) => format!("{} ago", span(days)),
    }
}

/// The whole days that have gone by, out of what [`Timestamp::days_until`] counts; `None` when the
/// moment is still to come.
pub fn passed(days: i64) -> Option<u64> {
    (days < 0).then(|| (!days).unsigned_abs())
}

/// `a`, `a and b`, `a, b and c`; nothing for nothing.
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// The beginning of a text that is too long to be read.
#[cfg(feature = "engine")]
pub fn cut(mut text: String, characters: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(characters) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A file's name as one word of a POSIX shell, and never as an option.
pub fn shell(name: &str) -> String {
    let name = if name.starts_with('-') {
        format!("./{name}")
    } else {
        name.to_owned()
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/+@%,".contains(c);
    if !name.is_empty() && name.chars().all(plain) {
        name
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_distances_as_one_says_them() {
        for (days, expected) in [
            (0, "in less than a day"),
            (1, "in 1 day"),
            (24, "in 24 days"),
            (60, "in 60 days"),
            (61, "in 2 months"),
            (95, "in 3 months"),
            (359, "in 11 months"),
            (364, "in 12 months"),
            (365, "in 12 months"),
            (729, "in 24 months"),
            (730, "in 2 years"),
            (1_095, "in 3 years"),
            (3_649, "in 10 years"),
            (!0, "less than a day ago"),
            (!1, "1 day ago"),
            (!3, "3 days ago"),
            (!257, "8 months ago"),
            (!1_000, "2 years ago"),
            (4_120, "in 11 years"),
            (2_912_400, "in 7,979 years"),
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
            date(Timestamp::from_unix(1_795_478_400)),
            "24 November 2026"
        );
    }

    #[test]
    fn joins_names_with_commas_and_an_and() {
        for (items, expected) in [
            (&[][..], ""),
            (&["a"], "a"),
            (&["a", "b"], "a and b"),
            (&["a", "b", "c"], "a, b and c"),
        ] {
            let items: Vec<String> = items.iter().map(|&item| item.to_owned()).collect();
            assert_eq!(list(&items), expected);
        }
    }

    #[test]
    fn file_names_become_one_word_of_the_shell() {
        for (name, quoted) in [
            ("client.p12", "client.p12"),
            ("my client.p12", "'my client.p12'"),
            ("it's.p12", r"'it'\''s.p12'"),
            ("-rf.p12", "./-rf.p12"),
            ("$(reboot).p12", "'$(reboot).p12'"),
            ("a;b.p12", "'a;b.p12'"),
            ("größe.p12", "'größe.p12'"),
            ("", "''"),
        ] {
            assert_eq!(shell(name), quoted);
        }
    }
}
