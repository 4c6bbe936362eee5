//! The report as SARIF 2.1.0 (OASIS), which code scanning reads.
//!
//! Every finding is a result of its rule. A refused client is explained by findings, so verdicts
//! need no results of their own. Texts may hold names that others chose: see [`message`].

use pki::{
    findings::RULES,
    report::{Finding, Report, Severity},
};
use serde_json::{Value, json};

use crate::terminal::clean;

/// The log of one run.
pub(super) fn log(report: &Report) -> Value {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|rule| {
            json!({
                "id": rule.id,
                "shortDescription": message(&rule.what()),
                "fullDescription": message(&format!("{} {}", rule.what(), rule.why())),
                "help": message(&rule.remedy()),
                "defaultConfiguration": { "level": level(rule.severity) },
                "properties": { "source": rule.citation },
            })
        })
        .collect();
    let results: Vec<Value> = report.findings.iter().map(result).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "atlas-x509",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "results": results,
            "properties": { "at": report.at, "level": report.level },
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let mut result = json!({
        "ruleId": finding.id,
        "level": level(finding.severity),
        "message": message(&format!("{} {} {}", finding.message, finding.meaning, finding.fix)),
        "properties": { "certificates": finding.certificates },
    });
    if let Some(file) = &finding.file {
        let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
        if let Some(line) = finding.line {
            place["region"] = json!({ "startLine": line });
        }
        result["locations"] = json!([{ "physicalLocation": place }]);
    }
    result
}

/// A message that is shown as it is. `[text](address)` would be a link (SARIF 2.1.0 section 3.11.6) and
/// `{0}` a placeholder (section 3.11.5), wherever in a name they come from.
fn message(said: &str) -> Value {
    let mut text = String::with_capacity(said.len());
    for c in clean(said).chars() {
        match c {
            '\\' | '[' | ']' => text.extend(['\\', c]),
            '{' | '}' => text.extend([c, c]),
            _ => text.push(c),
        }
    }
    json!({ "text": text })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// A relative reference (RFC 3986 section 4.2): everything but unreserved characters and slashes is
/// escaped. Two slashes at the beginning would name a host.
fn uri(file: &str) -> String {
    let unreserved = |octet: u8| octet.is_ascii_alphanumeric() || b"-._~/".contains(&octet);
    let rest = file.trim_start_matches('/');
    let root = if rest.len() < file.len() { "/" } else { "" };
    root.bytes()
        .chain(rest.bytes())
        .map(|octet| {
            if unreserved(octet) {
                char::from(octet).to_string()
            } else {
                format!("%{octet:02X}")
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_become_references() {
        assert_eq!(uri("certs/my ca.pem"), "certs/my%20ca.pem");
        assert_eq!(uri("ä#?.pem"), "%C3%A4%23%3F.pem");
        assert_eq!(uri("/etc/ssl/ca.pem"), "/etc/ssl/ca.pem");
        assert_eq!(uri("//evil.example/ca.pem"), "/evil.example/ca.pem");
    }

    #[test]
    fn a_name_is_neither_link_nor_placeholder_nor_escape() {
        for (said, text) in [
            ("“CN=Jane”", "“CN=Jane”"),
            ("[x](https://evil.example)", r"\[x\](https://evil.example)"),
            (r"\[x](1)", r"\\\[x\](1)"),
            ("{0} {{1}}", "{{0}} {{{{1}}}}"),
            ("a\u{1b}[2J", "a�\\[2J"),
        ] {
            assert_eq!(message(said)["text"], text, "{said:?}");
        }
    }
}
