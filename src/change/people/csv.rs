//! The users as a table for other programs (RFC 4180).
//!
//! Whoever opens it in a spreadsheet must not run what somebody wrote into a description: a cell that would
//! be taken for a formula gets an apostrophe in front (OWASP, "CSV Injection").

use atlas::history::{Reason, Seen};
use pki::Timestamp;

use super::{Kind, Person};

const HEAD: [&str; 11] = [
    "User name",
    "Certificates",
    "Roles",
    "Clusters",
    "Description",
    "Last login",
    "Last login on",
    "Last refusal",
    "Last refusal on",
    "Why refused",
    "Name probably meant",
];

/// These people, a line each.
pub(crate) fn csv<'a>(people: impl IntoIterator<Item = &'a Person>) -> String {
    let mut text = String::new();
    line(&mut text, HEAD.map(str::to_owned));
    for person in people {
        let known = &person.known;
        let likely = person
            .doubt
            .as_ref()
            .and_then(|doubt| doubt.likely.as_ref());
        let refusal = known.refusal.as_ref();
        line(
            &mut text,
            [
                person.name.clone(),
                match person.kind {
                    Kind::SelfManaged => "self-managed".to_owned(),
                    Kind::Managed => "Atlas-managed".to_owned(),
                },
                person.roles.clone(),
                person.scopes.clone(),
                person.description.clone(),
                at(known.login.as_ref()),
                on(known.login.as_ref()),
                at(refusal),
                on(refusal),
                refusal.map_or_else(String::new, |seen| {
                    Reason::of(&seen.reason).short.to_owned()
                }),
                likely.map_or_else(String::new, |likely| likely.name.clone()),
            ],
        );
    }
    text
}

fn at(seen: Option<&Seen>) -> String {
    let at = seen.and_then(|seen| seen.at);
    at.map_or_else(String::new, |at| Timestamp::from_unix(at).to_string())
}

fn on(seen: Option<&Seen>) -> String {
    seen.map_or_else(String::new, |seen| seen.cluster.clone())
}

fn line(text: &mut String, cells: impl IntoIterator<Item = String>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(&quoted(&cell));
    }
    text.push_str("\r\n");
}

fn quoted(cell: &str) -> String {
    // A tab or a return in front is skipped by spreadsheets, and so does not count as something else.
    let begins = cell.trim_start().chars().next();
    let is_formula =
        matches!(begins, Some('=' | '+' | '-' | '@')) || cell.starts_with(['\t', '\r', '\n']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_no_formula_and_ends_where_it_ends() {
        for (cell, expected) in [
            ("CN=a,O=Acme", "\"CN=a,O=Acme\""),
            ("", "\"\""),
            ("says \"no\"", "\"says \"\"no\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            (" =1", "\"' =1\""),
            ("\rx", "\"'\rx\""),
            ("1-1", "\"1-1\""),
        ] {
            assert_eq!(quoted(cell), expected, "{cell}");
        }
    }
}
