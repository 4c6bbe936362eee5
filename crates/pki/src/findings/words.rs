//! The words that findings share: names in quotes, dates as people say them, commands to copy.

use crate::{
    Certificate, Name, Source, Timestamp,
    case::{Case, CertificateCase},
    certificate::{KeyUsage, describe},
    name::atlas,
    words,
};

pub(super) use crate::words::{shell, times};

/// A certificate's title, in quotes.
pub(super) fn quoted(case: &Case, index: usize) -> String {
    format!("“{}”", case.certificates[index].title)
}

/// A file's name, in quotes.
pub(super) fn file(case: &Case, file: usize) -> String {
    format!("“{}”", case.file_name(file))
}

/// `1,204`
pub(super) fn number(count: usize) -> String {
    words::grouped(count as u64)
}

/// Where in its file something stands: `line 12`, `byte 0`.
pub(super) fn place(source: &Source) -> String {
    match source.line {
        Some(line) => format!("line {line}"),
        None => format!("byte {}", source.offset),
    }
}

/// The same behind a file's name, in brackets: ` (line 12)`. Nothing where a binary file begins, which
/// is where everything is that a password opened.
pub(super) fn behind(source: &Source) -> String {
    if is_whole_file(source) {
        String::new()
    } else {
        format!(" ({})", place(source))
    }
}

fn is_whole_file(source: &Source) -> bool {
    source.line.is_none() && source.offset == 0
}

/// Where a certificate was found first: `“ca.pem”, line 12`.
pub(super) fn source(held: &CertificateCase) -> String {
    let source = held.source();
    if is_whole_file(source) {
        return format!("“{}”", source.file);
    }
    format!("“{}”, {}", source.file, place(source))
}

/// Where two certificates were found: in one file, by the lines alone.
pub(super) fn two_sources(one: &CertificateCase, other: &CertificateCase) -> (String, String) {
    if one.source().file == other.source().file {
        (place(one.source()), place(other.source()))
    } else {
        (source(one), source(other))
    }
}

/// `a`, `a and b`, `a, b and c`; `empty` for nothing.
pub(super) fn list(items: &[String], empty: &str) -> String {
    if items.is_empty() {
        empty.to_owned()
    } else {
        words::list(items)
    }
}

/// As [`list`], of things to be put into words; of very many, the first ones and how many more.
pub(super) fn list_of<T>(items: &[T], say: impl Fn(&T) -> String, empty: &str) -> String {
    /// Items that a person reads in one sentence.
    const MAX_ITEMS: usize = 20;
    let mut shown: Vec<String> = items.iter().take(MAX_ITEMS).map(say).collect();
    let more = items.len().saturating_sub(MAX_ITEMS);
    if more > 0 {
        shown.push(format!("{} more", number(more)));
    }
    list(&shown, empty)
}

/// `12 March 2026`
pub(super) fn date(moment: Option<Timestamp>) -> String {
    moment.map_or_else(|| "an unknown day".to_owned(), words::date)
}

/// `12 March 2026, 8 months ago`
pub(super) fn date_and_age(moment: Option<Timestamp>, at: Timestamp) -> String {
    match moment {
        Some(past) => format!(
            "{}, {}",
            words::date(past),
            words::distance(at.days_until(past))
        ),
        None => date(moment),
    }
}

/// `in less than a day`, `in 1 day`, `in 24 days`
pub(super) fn days(left: Option<i64>) -> String {
    left.map_or_else(|| "at an unknown time".to_owned(), words::distance)
}

/// A name as openssl prints it, or words for one without attributes.
pub(super) fn name(name: &Name) -> String {
    /// Octets of a name up to which a person may want to read it.
    const MAX_NAME: usize = 2_000;
    if name.is_empty() {
        "a CA without a name".to_owned()
    } else if name.canonical().len() > MAX_NAME {
        format!("a CA with a name of {} attributes", name.attribute_count())
    } else {
        name.rfc2253()
    }
}

/// A user name, or what openssl prints; of one that is longer than Atlas takes, the beginning.
pub(super) fn user_name(name: &str) -> String {
    words::cut(name.to_owned(), atlas::USER_NAME_MAX)
}

/// A sentence that calms: the successor of a certificate with the same subject is the same user.
pub(super) fn user_name_stays(case: &Case, leaf: usize) -> String {
    match &case.certificates[leaf].user_name {
        Ok(name) if name.len() <= atlas::USER_NAME_MAX => {
            format!(" With the same subject the user name stays {name}.")
        }
        _ => String::new(),
    }
}

/// Why `check_ca` takes a certificate for none, as the end of a sentence.
pub(super) fn why_no_ca(certificate: &Certificate) -> &'static str {
    let extensions = certificate.extensions();
    if !extensions.invalid.is_empty() {
        "it is damaged"
    } else if extensions
        .basic_constraints
        .is_some_and(|constraints| !constraints.ca)
    {
        "its basic constraints say CA:FALSE"
    } else if extensions
        .key_usage
        .is_some_and(|usage| !usage.allows(KeyUsage::KEY_CERT_SIGN))
    {
        "its key usage does not allow keyCertSign"
    } else {
        "it has no basic constraints"
    }
}

/// What a CA may issue for, as an end of “may issue …”; `None` where nothing is said of that.
pub(super) fn limits(certificate: &Certificate) -> Option<String> {
    /// Limits of one authority that are told.
    const MAX_LIMITS: usize = 5;
    let constraints = certificate.extensions().name_constraints.as_ref()?;
    let only = constraints.permitted.iter().map(|tree| ("only", tree));
    let not = constraints.excluded.iter().map(|tree| ("not", tree));
    let limits: Vec<String> = only
        .chain(not)
        .take(MAX_LIMITS)
        .map(|(word, tree)| format!("{word} {}", describe::constraint(&tree.base)))
        .collect();
    (!limits.is_empty()).then(|| words::list(&limits))
}

/// Whether a subject has one of the attributes by which mongod knows its own kind: O, OU and DC.
pub(super) fn has_organisation(name: &Name) -> bool {
    const ORGANISATION: &[u8] = &[0x55, 4, 10];
    const UNIT: &[u8] = &[0x55, 4, 11];
    const DOMAIN_COMPONENT: &[u8] = &[0x09, 0x92, 0x26, 0x89, 0x93, 0xf2, 0x2c, 0x64, 1, 25];
    name.attributes()
        .any(|attribute| [ORGANISATION, UNIT, DOMAIN_COMPONENT].contains(&attribute.oid.content()))
}

/// The command that lets `openssl` judge a client as the server does; `None` where a bundle of very
/// many files makes it too long to be used.
pub(super) fn verify_command(case: &Case, leaf: usize) -> Option<String> {
    let client = match case.own_file.get(&leaf) {
        Some(file) => case.file_name(*file),
        None => &case.certificates[leaf].source().file,
    };
    Some(format!(
        "openssl verify -purpose sslclient -auth_level {} -attime {}{} -untrusted {client} {client}",
        case.profile.level.number(),
        case.profile.at.unix(),
        case.trusted_files.as_ref()?,
        client = shell(client),
    ))
}

/// The part of that command that names the files of the bundle.
pub(crate) fn trusted_files(case: &Case) -> Option<String> {
    /// Files that a person may still want to read in a command.
    const MAX_FILES: usize = 20;
    let mut names: Vec<&str> = Vec::new();
    for (_, authority) in case.authorities() {
        let name = &authority.source().file[..];
        if !names.contains(&name) {
            if names.len() == MAX_FILES {
                return None;
            }
            names.push(name);
        }
    }
    Some(
        names
            .iter()
            .flat_map(|name| [" -trusted ".to_owned(), shell(name)])
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_dates_as_people_do() {
        let at = Timestamp::from_unix(1_795_478_400);
        let day = |days: i64| Some(at.plus(days * Timestamp::DAY));
        assert_eq!(date_and_age(day(-257), at), "12 March 2026, 8 months ago");
        assert_eq!(date_and_age(day(-1), at), "23 November 2026, 1 day ago");
        assert_eq!(
            date_and_age(day(-1000), at),
            "28 February 2024, 2 years ago"
        );
        assert_eq!(days(Some(0)), "in less than a day");
        assert_eq!(days(Some(24)), "in 24 days");
    }

    #[test]
    fn a_day_that_has_only_begun_does_not_count() {
        let at = Timestamp::from_unix(1_795_478_400);
        let ended = Some(at.plus(-Timestamp::DAY - 3_600));
        // As the page says it of the same moment, from the days that are left.
        assert_eq!(date_and_age(ended, at), "22 November 2026, 1 day ago");
    }

    #[test]
    fn nothing_has_a_word_of_its_own() {
        assert_eq!(list(&[], "nothing"), "nothing");
        assert_eq!(list(&["a".to_owned()], "nothing"), "a");
    }

    #[test]
    fn a_place_is_told_where_there_is_one_to_go_to() {
        for (line, offset, expected) in [
            (Some(1), 0, " (line 1)"),
            (None, 12, " (byte 12)"),
            (None, 0, ""),
        ] {
            let file = "a".to_owned();
            assert_eq!(behind(&Source { file, line, offset }), expected);
        }
    }
}
