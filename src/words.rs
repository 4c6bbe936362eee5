//! Counts, sizes and moments in words, beside those that the findings say in the same way.

use pki::Timestamp;
pub(crate) use pki::words::{date, distance, grouped, list};
use pki::words::{passed, span};

/// What the browser calls the page, after what a place says.
pub(crate) const PRODUCT: &str = "X.509 for MongoDB Atlas";

/// How many names [`a_few`] are.
const NAMED: usize = 3;

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

/// `24 days left`, `11 years left`, `less than a day left`, `ended 8 months ago`, for what
/// [`Timestamp::days_until`] counts.
pub(crate) fn remaining(days: i64) -> String {
    match passed(days) {
        None => format!("{} left", span(days.unsigned_abs())),
        Some(days) => format!("ended {} ago", span(days)),
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

/// The first few of them, and how many more there are.
pub(crate) fn a_few(names: &[&str]) -> String {
    let mut shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|&name| name.to_owned())
        .collect();
    let rest = names.len().saturating_sub(NAMED);
    if rest > 0 {
        shown.push(format!("{} more", grouped(rest as u64)));
    }
    // Names hold commas.
    shown.join("; ")
}

/// A sentence without the backticks that set a piece of it in monospace.
pub(crate) fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// What to call the saved file of a client: its name with what file systems dislike taken out.
pub(crate) fn pem_file_name(title: &str) -> String {
    let mut name: String = title
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || !c.is_ascii() || matches!(c, '-' | '.' | '_') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if name.trim_matches(['-', '.']).is_empty() {
        "client".clone_into(&mut name);
    }
    name.push_str(".pem");
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_moment_with_its_month() {
        assert_eq!(
            moment(Timestamp::from_unix(34_200)),
            "1 January 1970, 09:30 UTC"
        );
    }

    #[test]
    fn counts_the_days_that_are_left_and_those_that_have_gone_by() {
        for (days, expected) in [
            (24, "24 days left"),
            (0, "less than a day left"),
            (!0, "ended less than a day ago"),
            (!3, "ended 3 days ago"),
        ] {
            assert_eq!(remaining(days), expected, "{days}");
        }
    }

    #[test]
    fn a_saved_file_gets_a_name_every_system_takes() {
        for (title, expected) in [
            ("billing-service", "billing-service.pem"),
            ("a/b: c", "a-b--c.pem"),
            ("..", "client.pem"),
            ("Jörg", "Jörg.pem"),
        ] {
            assert_eq!(pem_file_name(title), expected, "{title}");
        }
    }
}
