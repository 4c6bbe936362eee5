//! The result for people: the verdict first, then why, then what to do, then what it rests on, and
//! the verdict again where a terminal leaves the eye.

mod client;
mod summary;

use std::collections::HashSet;

use anstyle::Style;
use pki::{
    Timestamp,
    report::{CertificateEntry, Finding, Report, Severity},
    words,
};

use super::Judged;
use crate::paper::{BAD, FAINT, GOOD, NOTE, Paper, UNSURE};
use client::write_client;
use summary::{Outcome, summary};

/// What standard input is called in a sentence.
pub(super) const STANDARD_INPUT: &str = "standard input";

/// Characters of a name that somebody reads in a list of certificates, and how many are shown of one
/// that has more.
const MAX_NAME: usize = 300;
const SHOWN_OF_LONG_NAME: usize = 100;

/// The report as text, with the escapes that colour it. `quiet` leaves out what is accepted and what
/// does not stop anybody.
pub(super) fn render(judged: &Judged, quiet: bool, width: Option<usize>) -> String {
    let outline = &judged.outline;
    let report = &outline.report;
    let mut paper = Paper::new(width);
    let (tone, verdict) = summary(judged);
    paper.sentence(tone, &verdict);
    if let Some(command) = judged.mistaken.command() {
        paper.whole("try", &command);
    }
    for hint in judged.mistaken.of_many_clients() {
        paper.line("note", &hint);
    }
    let mut told = vec![false; report.findings.len()];
    for (client, details) in report.clients.iter().zip(&outline.clients) {
        if !quiet || Outcome::of(client, details) != Outcome::Accepted {
            paper.gap();
            write_client(&mut paper, outline, client, details, &mut told);
        }
    }
    write_findings(&mut paper, &report.findings, &told, quiet);
    if !quiet {
        write_certificates(&mut paper, report);
        paper.gap();
        paper.sentence(
            FAINT,
            &format!(
                "Judged for {}, as OpenSSL 3 does at security level {}. MongoDB does not publish which version and \
                 level Atlas runs.",
                report.at, report.level,
            ),
        );
    }
    if paper.has_gaps() {
        paper.gap();
        paper.sentence(tone, &verdict);
    }
    paper.finish()
}

/// The findings that no client has told, nor one of its authorities in the same words.
fn write_findings(paper: &mut Paper, findings: &[Finding], told: &[bool], quiet: bool) {
    let words_told: HashSet<&str> = findings
        .iter()
        .zip(told)
        .filter(|(_, told)| **told)
        .map(|(finding, _)| &finding.message[..])
        .collect();
    for finding in findings {
        let stays = !quiet || finding.severity == Severity::Error;
        if stays && !words_told.contains(&finding.message[..]) {
            paper.gap();
            write_finding(paper, finding);
        }
    }
}

fn write_finding(paper: &mut Paper, finding: &Finding) {
    let (tone, word) = match finding.severity {
        Severity::Error => (BAD, "error"),
        Severity::Warning => (UNSURE, "warning"),
        Severity::Note => (NOTE, "note"),
    };
    let place = match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("  {file}:{line}"),
        (Some(file), None) => format!("  {file}"),
        (None, _) => String::new(),
    };
    paper.heading(
        tone,
        &format!("{word}:"),
        &format!(" {}{place}", finding.id),
    );
    paper.line("", &finding.message);
    paper.line("means", &finding.meaning);
    write_remedy(paper, finding);
}

/// What to do, and the command for it under the name of its program.
fn write_remedy(paper: &mut Paper, finding: &Finding) {
    paper.line("fix", &finding.fix);
    // Standard input is gone by now, and no file of that name is there.
    if let Some(command) = finding
        .command
        .as_ref()
        .filter(|command| !command.contains(STANDARD_INPUT))
    {
        let program = command.split(' ').next().unwrap_or_default();
        paper.whole(program, command);
    }
}

fn write_certificates(paper: &mut Paper, report: &Report) {
    if report.certificates.is_empty() {
        return;
    }
    paper.gap();
    paper.sentence(Style::new().bold(), "Certificates");
    for entry in &report.certificates {
        paper.entry(
            role(entry.role),
            &shortened(&entry.subject),
            &about(entry, report.at),
        );
    }
}

/// Where a certificate stands, its key, and until when it is valid.
fn about(entry: &CertificateEntry, at: Timestamp) -> String {
    let place = entry
        .line
        .map_or_else(String::new, |line| format!(":{line}"));
    format!(
        "in {}{place}, {}, {}, {}",
        entry.file,
        entry.key,
        entry.signature,
        end(entry, at)
    )
}

fn role(role: pki::report::Role) -> &'static str {
    match role {
        pki::report::Role::Authority => "authority",
        pki::report::Role::Client => "client",
        pki::report::Role::Sent => "sent",
    }
}

fn end(entry: &CertificateEntry, at: Timestamp) -> String {
    let Some(end) = entry.not_after else {
        return "no readable end".to_owned();
    };
    let date = words::date(end);
    let days = at.days_until(end);
    let distance = words::distance(days);
    match words::passed(days) {
        None => format!("valid until {date} ({distance})"),
        Some(_) => format!("expired on {date} ({distance})"),
    }
}

/// The beginning of a name that is too long to be read.
fn shortened(name: &str) -> String {
    if name.chars().nth(MAX_NAME).is_none() {
        return name.to_owned();
    }
    let beginning: String = name.chars().take(SHOWN_OF_LONG_NAME).collect();
    format!("{beginning}…")
}
