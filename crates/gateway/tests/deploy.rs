//! The calls that the web servers of `deploy/` let through are those of the table of calls, and the
//! addresses at which they answer with the page are the page's own. Both are written anew with
//! `ATLAS_X509_UPDATE=1`.

#![allow(clippy::unwrap_used)]

use std::{env, fs, path::Path};

#[path = "../../../src/route.rs"]
#[expect(
    dead_code,
    reason = "what an address leads to is the page's own affair"
)]
mod route;

use atlas::calls::{BASE, Call, TABLE, encode_segment, recognise};

/// What may stand in a segment: what the page leaves as it is, and what it escapes (RFC 3986,
/// section 2).
const CHARACTER: &str = "(?:[A-Za-z0-9._~=-]|%[0-9A-Fa-f]{2})";

/// A row of the table as a regular expression for method, path and query as they are sent, in what
/// PCRE (nginx) and RE2 (Caddy) have in common.
fn pattern(call: &Call) -> String {
    let mut pattern = format!("^{} {BASE}", call.method.as_str());
    for segment in call.template.split('/').skip(1) {
        pattern.push('/');
        pattern.push_str(&segment_pattern(segment));
    }
    if call.template.is_empty() {
        pattern.push_str("/?");
    }
    if call.query.is_empty() {
        pattern.push('$');
    } else {
        let names = call.query.join("|");
        pattern += "(?:[?](?:(?:";
        pattern += &names;
        pattern += ")=[A-Za-z0-9_]{1,32}&?)*)?$";
    }
    pattern
}

/// The same for one segment of a template.
fn segment_pattern(segment: &str) -> String {
    match segment {
        "{groupId}" | "{orgId}" | "{alertConfigId}" => "[0-9A-Fa-f]{24}".to_owned(),
        "{clusterName}" => "[A-Za-z0-9-]{1,64}".to_owned(),
        // It begins with the type of an attribute, so that no name is a step in a path.
        "{username}" => format!("(?:[A-Za-z0-9.-]|%2E)+(?:=|%3D){CHARACTER}*"),
        fixed => {
            assert!(!fixed.starts_with('{'), "no pattern for {fixed}");
            encode_segment(fixed).replace('.', "[.]")
        }
    }
}

/// A file of `deploy/`, how it writes a row of the table, and how it names the places of the page.
type File = (&'static str, fn(&str) -> String, fn(&str) -> String);

const FILES: [File; 2] = [
    (
        "nginx.conf",
        |pattern| format!("    \"~{pattern}\" \"atlas\";\n"),
        |places| format!("    location ~ {places} {{\n"),
    ),
    (
        "Caddyfile",
        |pattern| format!("\t\t`~{pattern}` atlas\n"),
        |places| format!("\t@place path_regexp {places}\n"),
    ),
];

/// Holds what stands between two lines of a file to what belongs there.
fn hold(name: &str, what: &str, rows: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../deploy")
        .join(name);
    let text = fs::read_to_string(&path).unwrap();
    let begin = format!("BEGIN {what}\n");
    let begin = text.find(&begin).unwrap() + begin.len();
    let end = text[begin..].find(&format!("END {what}")).unwrap() + begin;
    // The end's line begins before its words.
    let end = text[..end].rfind('\n').unwrap() + 1;
    if env::var_os("ATLAS_X509_UPDATE").is_some() {
        fs::write(&path, [&text[..begin], rows, &text[end..]].concat()).unwrap();
    } else {
        assert_eq!(
            &text[begin..end],
            rows,
            "{name}: write it anew with ATLAS_X509_UPDATE=1"
        );
    }
}

#[test]
fn the_web_servers_let_through_the_calls_and_know_the_addresses_of_the_page() {
    let addresses: Vec<&str> = route::ADDRESSES
        .iter()
        .map(|(address, _)| *address)
        .collect();
    let places = format!("^(?:{})$", addresses.join("|"));
    for (name, row, place) in FILES {
        let rows: String = TABLE.iter().map(|call| row(&pattern(call))).collect();
        hold(name, "CALLS", &rows);
        hold(name, "PLACES", &place(&places));
    }
}

/// That the patterns say what the table says is for `tests/deploy.test.mjs`, which asks the servers.
#[test]
fn the_names_of_the_table_are_those_that_the_patterns_are_made_for() {
    for call in TABLE {
        let id = "0123456789abcdef01234567";
        let values: Vec<&str> = call
            .template
            .split('/')
            .filter_map(|segment| match segment {
                "{groupId}" | "{orgId}" | "{alertConfigId}" => Some(id),
                "{clusterName}" => Some("Cluster-0"),
                "{username}" => Some("CN=Jane Doe,O=Acme"),
                _ => None,
            })
            .collect();
        let target = call.path(&values);
        assert!(
            recognise(call.method.as_str(), &target).is_some(),
            "{target}"
        );
        assert!(
            !pattern(call).contains(['`', '"', ' '].as_slice())
                || pattern(call).matches(' ').count() == 1
        );
    }
}
