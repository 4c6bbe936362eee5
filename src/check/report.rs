//! The report as a file. It is written in pieces, between which the browser does what else there is to
//! do: thousands of clients at once would hold up the page.

use std::{iter, rc::Rc};

use js_sys::Array;
use pki::Report;
use serde::Serialize;
use wasm_bindgen_futures::spawn_local;

use crate::{browser, certificates::found::Found};

/// So many entries are a piece: a few milliseconds of work.
const A_PIECE: usize = 200;

pub(super) fn save(found: &Rc<Found>) {
    let found = Rc::clone(found);
    spawn_local(async move {
        let Some(pieces) = pieces(&found.view.report) else {
            return;
        };
        let texts = Array::new();
        for piece in pieces {
            texts.push(&piece.into());
            browser::yield_now().await;
        }
        browser::save_text("x509-report.json", "application/json", &texts);
    });
}

/// What `serde_json` writes of a report, indented. The report is plain data whose keys are strings,
/// which always has a JSON form.
fn pieces(report: &Report) -> Option<impl Iterator<Item = String>> {
    let outline = Report {
        clients: Vec::new(),
        certificates: Vec::new(),
        findings: Vec::new(),
        ..*report
    };
    let outline = serde_json::to_string_pretty(&outline).ok()?;
    let (head, rest) = cut(&outline, "clients")?;
    let (between, rest) = cut(rest, "certificates")?;
    let (last, tail) = cut(rest, "findings")?;
    let (head, between) = (head.to_owned(), after(&report.clients, between));
    let (last, tail) = (
        after(&report.certificates, last),
        after(&report.findings, tail),
    );
    let pieces = iter::once(head)
        .chain(list(&report.clients))
        .chain(iter::once(between))
        .chain(list(&report.certificates))
        .chain(iter::once(last))
        .chain(list(&report.findings))
        .chain(iter::once(tail));
    Some(pieces)
}

/// What stands before the entries of this list, and the rest.
fn cut<'a>(outline: &'a str, list: &str) -> Option<(&'a str, &'a str)> {
    let begin = format!("\"{list}\": [");
    let place = outline.find(&begin)? + begin.len();
    outline.split_at_checked(place)
}

/// `next` behind the entries of a list.
fn after<T>(entries: &[T], next: &str) -> String {
    let line = if entries.is_empty() { "" } else { "\n  " };
    format!("{line}{next}")
}

/// The entries of a list, as they stand in the report.
fn list<T: Serialize>(entries: &[T]) -> impl Iterator<Item = String> {
    let write = |entry: &T| {
        let text = serde_json::to_string_pretty(entry).unwrap_or_default();
        // No text has a line end of its own in JSON.
        format!("\n    {}", text.replace('\n', "\n    "))
    };
    entries
        .chunks(A_PIECE)
        .enumerate()
        .map(move |(number, chunk)| {
            let texts: Vec<String> = chunk.iter().map(write).collect();
            let comma = if number > 0 { "," } else { "" };
            format!("{comma}{}", texts.join(","))
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;
    use crate::engine::fixture::view;

    const ROOT: &str = include_str!("examples/acme-root.pem");
    const BILLING: &str = include_str!("examples/billing.pem");

    #[test]
    fn the_pieces_are_what_would_be_written_at_once() {
        let mut large = view(&[("root.pem", ROOT), ("billing.pem", BILLING)]).report;
        large.clients = vec![large.clients[0].clone(); 2 * A_PIECE + 1];
        for report in [
            view(&[]).report,
            view(&[("billing.pem", BILLING)]).report,
            large,
        ] {
            let pieces: String = pieces(&report).unwrap().collect();
            assert_eq!(pieces, serde_json::to_string_pretty(&report).unwrap());
        }
    }
}
