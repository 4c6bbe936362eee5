//! One client: what becomes of it, its user name, why, and what to do.

use pki::{
    engine::in_place_of_a_certificate,
    report::Client,
    view::{ClientDetails, Outline},
};

use super::{Paper, summary::Outcome, write_remedy};

/// Writes a client down, and marks the findings that it tells.
pub(super) fn write_client(
    paper: &mut Paper,
    outline: &Outline,
    client: &Client,
    details: &ClientDetails,
    told: &mut [bool],
) {
    let outcome = Outcome::of(client, details);
    let title = match client.leaf {
        Some(_) => format!("  {} ({})", details.title, client.file),
        None => format!("  {}", client.file),
    };
    paper.heading(
        outcome.tone().bold(),
        &format!("{} {}", outcome.mark(), outcome.word()),
        &title,
    );
    match (&client.username, &client.username_error) {
        // To be copied.
        (Some(name), _) => paper.whole("user name", name),
        (None, Some(reason)) => paper.line("user name", &format!("none: {reason}")),
        (None, None) => {}
    }
    write_reasons(paper, outline, client, details, told);
    if let (Some(log), Some(error)) = (&details.mongod_log, &client.judgement.final_error) {
        paper.whole("mongod logs", &format!("{log} ({})", error.code));
    }
    if !details.must_send.is_empty() {
        let names: Vec<&str> = details
            .must_send
            .iter()
            .map(|index| &outline.titles[*index][..])
            .collect();
        paper.line("must send", &names.join(", "));
    }
    if let Some((level, accepted)) = details.other_level {
        let verdict = match accepted {
            Some(true) => "accepts it",
            Some(false) => "refuses it",
            None => "may accept it or not",
        };
        paper.line(
            "level",
            &format!("A server at security level {level} {verdict}."),
        );
    }
    write_chain(paper, outline, client);
}

fn write_reasons(
    paper: &mut Paper,
    outline: &Outline,
    client: &Client,
    details: &ClientDetails,
    told: &mut [bool],
) {
    if let Some(reason) = &client.judgement.undetermined {
        paper.line("why", reason);
    }
    let findings = &outline.report.findings;
    let reasons = if client.leaf.is_some() {
        details.reasons.clone()
    } else {
        for (finding, told) in findings.iter().zip(&mut *told) {
            *told |= finding.file.as_ref() == Some(&client.file);
        }
        in_place_of_a_certificate(findings, &client.file)
    };
    if let (Some(reason), []) = (&client.parse_error, &reasons[..]) {
        paper.line("why", reason);
    }
    for index in reasons {
        told[index] = true;
        paper.line("why", &findings[index].message);
        write_remedy(paper, &findings[index]);
    }
}

/// The chain as it was built, which a lone certificate is none.
fn write_chain(paper: &mut Paper, outline: &Outline, client: &Client) {
    let chain: Vec<&str> = client
        .judgement
        .chain
        .iter()
        .filter_map(|sha256| {
            let certificates = &outline.report.certificates;
            let index = certificates
                .iter()
                .position(|entry| entry.sha256 == *sha256)?;
            Some(&outline.titles[index][..])
        })
        .collect();
    if chain.len() > 1 {
        paper.line("chain", &chain.join(" ← "));
    }
}
