//! What findings say: whole sentences, about something named, with something to do; and commands
//! that can be run and come to the same result.

use std::{fs, process::Command};

use pki::{
    findings::RULES,
    report::{Finding, Report, Severity},
};

use crate::{
    all,
    scenario::{Given, of_seed},
};

/// What is wrong with how a finding is said, if anything.
fn flaw(finding: &Finding) -> Option<&'static str> {
    let sentences = [&finding.message, &finding.meaning, &finding.fix];
    let says = |what: &str| sentences.iter().any(|sentence| sentence.contains(what));
    if sentences.iter().any(|sentence| sentence.trim().is_empty()) {
        Some("a sentence is missing")
    } else if !sentences.iter().all(|sentence| sentence.ends_with('.')) {
        Some("a sentence has no end")
    } else if says("  ") || says(" .") || says(" ,") || says("“”") || says("..") {
        Some("something is missing within a sentence")
    } else if finding.file.is_none()
        && finding.certificates.is_empty()
        && finding.id != "client.could-match-cluster-member"
    {
        Some("it is about nothing")
    } else if !finding.message.contains('“') && finding.id != "client.same-user-name" {
        Some("it names neither a certificate nor a file")
    } else if finding.message == finding.meaning || finding.meaning == finding.fix {
        Some("it repeats itself")
    } else if finding.citation.is_empty() {
        Some("it has no source")
    } else {
        None
    }
}

#[test]
fn every_finding_is_said_in_whole_sentences() {
    let mut flaws = Vec::new();
    for scenario in all() {
        for finding in scenario.given.report().findings {
            flaws.extend(flaw(&finding).map(|flaw| format!("{flaw}: {finding:#?}")));
        }
    }
    assert!(flaws.is_empty(), "{}", flaws.join("\n"));
}

#[test]
fn the_metadata_of_every_rule_are_whole_sentences() {
    for rule in RULES {
        for sentence in [rule.what(), rule.why(), rule.remedy()] {
            assert!(sentence.ends_with('.'), "{}: {sentence}", rule.id);
        }
        if let Some(note) = rule.severity_note {
            assert!(note.ends_with('.'), "{}: {note}", rule.id);
        }
        assert!(!rule.citation.is_empty(), "{}", rule.id);
    }
}

/// Clients that are refused without a finding that says why.
fn unexplained(report: &Report) -> Vec<String> {
    let refused = report
        .clients
        .iter()
        .filter(|client| client.judgement.accepted == Some(false));
    refused
        .filter(|client| {
            !report.findings.iter().any(|finding| {
                let is_about_it = match client.leaf {
                    Some(leaf) => finding.certificates.contains(&leaf),
                    None => finding.file.as_ref() == Some(&client.file),
                };
                finding.severity == Severity::Error && is_about_it && !finding.fix.is_empty()
            })
        })
        .map(|client| format!("{:?}", client.judgement))
        .collect()
}

#[test]
fn every_refusal_is_explained_and_has_a_remedy() {
    for scenario in all() {
        let report = scenario.given.report();
        assert_eq!(unexplained(&report), [""; 0], "{}", scenario.id);
    }
    // Whatever else may be wrong with a chain.
    let mut refused = 0;
    for seed in 0..250 {
        let report = of_seed(seed);
        let missing = unexplained(&report);
        assert!(missing.is_empty(), "seed {seed}: {missing:?}");
        refused += usize::from(report.clients[0].judgement.accepted == Some(false));
        for finding in &report.findings {
            for sentence in [&finding.message, &finding.meaning, &finding.fix] {
                assert!(sentence.ends_with('.'), "seed {seed}: {finding:#?}");
            }
        }
    }
    assert!(refused > 50, "only {refused} of the seeds are refused");
}

/// Runs a finding's command where the files are: whether it succeeds.
fn succeeds(given: &Given, command: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in given.bundle.iter().chain(&given.clients) {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let output = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder.path())
        .output()
        .unwrap();
    // 127: there is no such program.
    assert_ne!(output.status.code(), Some(127), "{command}");
    output.status.success()
}

#[test]
fn the_commands_beside_refusals_come_to_the_same_result() {
    let mut tried = 0;
    for scenario in all() {
        for finding in scenario.given.report().findings {
            let Some(command) = finding.command else {
                continue;
            };
            if command.starts_with("openssl verify") {
                tried += 1;
                assert!(
                    !succeeds(&scenario.given, &command),
                    "{}: `{command}` succeeds",
                    finding.id
                );
            } else if finding.id == "name.differs-from-openssl" {
                assert!(succeeds(&scenario.given, &command), "{command}");
            }
        }
    }
    assert!(tried > 30, "only {tried} commands");
}
