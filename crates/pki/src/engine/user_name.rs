//! The user name of the client that one file holds, or why it has none.

use crate::{
    Report, Timestamp,
    analysis::{Analysis, Pile},
    input::Contents,
    report::{Client, Finding},
    verify::{Level, Profile, Purpose},
};

/// What is said of every private key.
const PRIVATE_KEY: &str = "input.private-key";

/// The user name of the client that a file holds, whatever else is in it; or the sentences that say why
/// there is none.
pub fn user_name(contents: Contents) -> Result<String, Vec<String>> {
    let mut pile = Pile::new();
    pile.add_client(contents);
    // The name depends on neither the moment nor the level.
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: Timestamp::from_unix(0),
    };
    let report = Analysis::new(pile, profile).finish().report;
    let client = report.clients.first();
    if let Some(Client {
        username: Some(name),
        ..
    }) = client
    {
        return Ok(name.clone());
    }
    Err(client.map_or_else(Vec::new, |client| reasons(&report, client)))
}

/// Why a client has no user name, each with the name of its file, in the order in which `check`
/// tells it.
fn reasons(report: &Report, client: &Client) -> Vec<String> {
    if let Some(reason) = &client.username_error {
        return vec![format!("{}: {reason}", client.file)];
    }
    let found = in_place_of_a_certificate(&report.findings, &client.file);
    let is_key = |index: &usize| report.findings[*index].id == PRIVATE_KEY;
    if !found.is_empty() && found.iter().all(is_key) {
        return vec![format!(
            "“{}” holds a private key and no certificate. The user name comes from the certificate: \
             give its file instead.",
            client.file
        )];
    }
    let found: Vec<String> = found
        .into_iter()
        .map(|index| {
            let finding = &report.findings[index];
            let command = finding
                .command
                .as_ref()
                .map_or_else(String::new, |command| format!(" Run: {command}"));
            format!(
                "{} {} {}{command}",
                finding.message, finding.meaning, finding.fix
            )
        })
        .collect();
    match &client.parse_error {
        Some(reason) if found.is_empty() => vec![format!("{}: {reason}", client.file)],
        _ => found,
    }
}

/// The findings, as indexes, that say what a client's file holds in place of a certificate. That there
/// is none goes without saying where one of them says what there is.
pub fn in_place_of_a_certificate(findings: &[Finding], file: &str) -> Vec<usize> {
    const NO_CERTIFICATE: &str = "client.malformed";
    let (none, what): (Vec<usize>, Vec<usize>) = (0..findings.len())
        .filter(|index| findings[*index].file.as_deref() == Some(file))
        .partition(|index| findings[*index].id == NO_CERTIFICATE);
    if what.is_empty() { none } else { what }
}
