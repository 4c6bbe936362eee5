//! The documentation of the rules, made from their metadata.

use super::{RULES, Rule};
use crate::report::Severity;

/// `docs/findings.md`: every rule with what it looks for, why it matters and what to do.
pub fn document() -> String {
    let mut text = String::from(
        "# Findings\n\n\
         What `atlas-x509 check` and the page can say about certificates, by subject. This file is \
         made from the rules themselves; `cargo xtask docs` writes it anew.\n\n\
         An *error* will not work, a *warning* works but should be looked at, a *note* is good to \
         know.\n",
    );
    let mut subject = "";
    for rule in RULES {
        let this = rule.id.split('.').next().unwrap_or_default();
        if this != subject {
            subject = this;
            text.extend(["\n## ", heading(subject), "\n"]);
        }
        text.push_str(&section(rule));
    }
    text
}

fn heading(subject: &str) -> &'static str {
    match subject {
        "input" => "Files",
        "authority" => "The bundle's authorities",
        "client" => "Clients",
        "name" => "Names",
        _ => "A certificate and its key",
    }
}

fn section(rule: &Rule) -> String {
    let severity = match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let note = rule
        .severity_note
        .map_or_else(String::new, |note| format!(" {note}"));
    format!(
        "\n### `{}`\n\n*{severity}.*{note}\n\n{} {}\n\n**What to do:** {}\n\n**Source:** {}\n",
        rule.id,
        rule.what(),
        rule.why(),
        rule.remedy(),
        rule.citation,
    )
}
