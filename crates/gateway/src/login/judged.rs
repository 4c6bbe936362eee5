//! What `check` says of the client, in its own words.

use std::path::{Path, PathBuf};

use pki::{
    analysis::{Analysis, Pile},
    verify::{Level, Profile, Purpose},
};

use super::outcome::{Reason, Verdict};
use crate::files::{self, For, Reader, Unreadable};

/// The verdict on what the client's file holds, for a server that trusts these files.
pub(super) fn judge(bundle: &[PathBuf], client: &Path) -> Result<Option<Verdict>, Unreadable> {
    if bundle.is_empty() {
        return Ok(None);
    }
    // The verdict is on the certificates, so no key need be opened.
    let mut reader = Reader::new(files::STANDARD_INPUT, None);
    let mut pile = Pile::new();
    for path in bundle {
        for file in reader.read(path, For::Bundle)? {
            pile.add_bundle(file);
        }
    }
    for file in reader.read(client, For::Clients)? {
        pile.add_client(file);
    }
    files::check_amount(&pile)?;
    let profile = Profile {
        level: Level::Two,
        purpose: Purpose::TlsClient,
        at: files::now(),
    };
    let outline = Analysis::new(pile, profile).outline();
    let (Some(client), Some(details)) = (outline.report.clients.first(), outline.clients.first())
    else {
        return Ok(None);
    };
    let findings = &outline.report.findings;
    let reasons = details
        .reasons
        .iter()
        .filter_map(|index| findings.get(*index));
    Ok(Some(Verdict {
        accepted: client.judgement.accepted,
        reasons: reasons
            .map(|finding| Reason {
                message: finding.message.clone(),
                fix: finding.fix.clone(),
            })
            .collect(),
        mongod_logs: details.mongod_log.clone(),
    }))
}
