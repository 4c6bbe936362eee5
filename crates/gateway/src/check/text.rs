//! The result for people: the verdict first, then why, then what to do, then what it rests on.

use std::{collections::HashSet, fmt::Write as _};

use pki::{
    report::{Client, Finding, Severity},
    view::{ClientDetails, Details, View},
};

/// The columns of text before what a line says.
const LABEL: usize = 12;

/// The report as text.
pub(super) fn render(view: &View) -> String {
    let mut text = summary(view);
    let mut told = vec![false; view.report.findings.len()];
    for (client, details) in view.report.clients.iter().zip(&view.clients) {
        text.push('\n');
        write_client(&mut text, view, client, details, &mut told);
    }
    // What a client's authority says in the same words is told already.
    let findings = &view.report.findings;
    let words_told: HashSet<&str> = findings
        .iter()
        .zip(&told)
        .filter(|(_, told)| **told)
        .map(|(finding, _)| &finding.message[..])
        .collect();
    for finding in findings {
        if !words_told.contains(&finding.message[..]) {
            text.push('\n');
            write_finding(&mut text, finding);
        }
    }
    if !view.certificates.is_empty() {
        text.push_str("\nCertificates\n");
        for (entry, details) in view.report.certificates.iter().zip(&view.certificates) {
            let place = entry
                .line
                .map_or_else(String::new, |line| format!(":{line}"));
            let until = date(details);
            let _ = writeln!(
                text,
                "  {} {}\n    {}{place}, {}, {}, {until}",
                role(entry.role),
                clean(&entry.subject),
                clean(&entry.file),
                entry.key,
                entry.signature,
            );
        }
    }
    let _ = write!(
        text,
        "\nJudged for {} as OpenSSL 3 at security level {} does. Which one Atlas runs is not published.\n",
        view.report.at, view.report.level,
    );
    text
}

fn summary(view: &View) -> String {
    let count = |wanted: Option<bool>| {
        view.report
            .clients
            .iter()
            .filter(|client| client.judgement.accepted == wanted)
            .count()
    };
    let mut parts = Vec::new();
    for (accepted, word) in [
        (Some(true), "accepted"),
        (Some(false), "refused"),
        (None, "undetermined"),
    ] {
        let count = count(accepted);
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    let errors = view
        .report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    if parts.is_empty() {
        parts.push(
            if errors == 0 {
                "The bundle is in order"
            } else {
                "The bundle needs attention"
            }
            .to_owned(),
        );
    }
    format!("{}\n", parts.join(", "))
}

fn write_client(
    text: &mut String,
    view: &View,
    client: &Client,
    details: &ClientDetails,
    told: &mut [bool],
) {
    let verdict = match client.judgement.accepted {
        Some(true) => "✔ accepted",
        Some(false) => "✖ refused",
        None => "? undetermined",
    };
    let title = clean(&details.title);
    let _ = writeln!(text, "{verdict}  {title} ({})", clean(&client.file));
    match (&client.username, &client.username_error) {
        (Some(name), _) => line(text, "user name", name),
        (None, Some(reason)) => line(text, "user name", &format!("none: {reason}")),
        (None, None) => {}
    }
    if let Some(reason) = &client.judgement.undetermined {
        line(text, "why", reason);
    }
    if let Some(reason) = &client.parse_error {
        line(text, "why", reason);
    }
    for index in &details.reasons {
        let finding = &view.report.findings[*index];
        told[*index] = true;
        line(text, "why", &finding.message);
        line(text, "fix", &finding.fix);
        if let Some(command) = &finding.command {
            line(text, "openssl", command);
        }
    }
    if let (Some(log), Some(error)) = (&details.mongod_log, &client.judgement.final_error) {
        line(text, "mongod logs", &format!("{log} ({})", error.code));
    }
    if !details.must_send.is_empty() {
        let names: Vec<&str> = details
            .must_send
            .iter()
            .map(|index| &view.certificates[*index].title[..])
            .collect();
        line(text, "must send", &names.join(", "));
    }
    if let Some((level, accepted)) = details.other_level {
        let word = match accepted {
            Some(true) => "accepts it",
            Some(false) => "refuses it",
            None => "cannot be told",
        };
        line(
            text,
            "level",
            &format!("a server of security level {level} {word}"),
        );
    }
    let chain: Vec<String> = client
        .judgement
        .chain
        .iter()
        .filter_map(|sha256| {
            let index = view
                .report
                .certificates
                .iter()
                .position(|entry| entry.sha256 == *sha256)?;
            Some(view.certificates[index].title.clone())
        })
        .collect();
    if chain.len() > 1 {
        line(text, "chain", &chain.join(" ← "));
    }
}

fn write_finding(text: &mut String, finding: &Finding) {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let place = match (&finding.file, finding.line) {
        (Some(file), Some(line)) => format!("  {file}:{line}"),
        (Some(file), None) => format!("  {file}"),
        (None, _) => String::new(),
    };
    let _ = writeln!(text, "{word}: {}{}", finding.id, clean(&place));
    line(text, "", &finding.message);
    line(text, "means", &finding.meaning);
    line(text, "fix", &finding.fix);
    if let Some(command) = &finding.command {
        line(text, "openssl", command);
    }
}

/// One labelled line.
fn line(text: &mut String, label: &str, said: &str) {
    let _ = writeln!(text, "  {label:<LABEL$} {}", clean(said));
}

/// Keeps the control characters of names from the terminal.
fn clean(said: &str) -> String {
    said.chars()
        .map(|c| {
            if c.is_control() {
                char::REPLACEMENT_CHARACTER
            } else {
                c
            }
        })
        .collect()
}

fn role(role: pki::report::Role) -> &'static str {
    match role {
        pki::report::Role::Authority => "authority",
        pki::report::Role::Client => "client   ",
        pki::report::Role::Sent => "sent     ",
    }
}

fn date(details: &Details) -> String {
    match (details.validity.not_after, details.validity.days_left) {
        (Some(end), Some(days)) if days >= 0 => format!("valid until {end} ({days} days)"),
        (Some(end), _) => format!("expired {end}"),
        (None, _) => "no readable end".to_owned(),
    }
}
