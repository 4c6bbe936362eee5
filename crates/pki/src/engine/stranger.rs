//! Clients that were given with the private key of another certificate, when that key is not here any
//! more: keys are never kept, and nothing else would tell.

use crate::{
    findings,
    report::Sha256,
    view::{GetsIn, View, Why},
};

/// Says of these clients what was said when their keys were there. `strangers` are their
/// certificates, each with the file that the key was in. A client that has a key now is told by that
/// one.
pub(super) fn tell(view: &mut View, strangers: &[(Sha256, String)]) {
    for index in 0..view.clients.len() {
        let details = &view.clients[index];
        if details.gets_in != GetsIn::Yes || details.key.is_some() {
            continue;
        }
        let Some(leaf) = view.report.clients[index].leaf else {
            continue;
        };
        let Some((_, file)) = strangers.iter().find(|(stranger, _)| *stranger == leaf) else {
            continue;
        };
        let finding = findings::remembered_key_mismatch(leaf, &details.title, file);
        let reason = view.report.findings.len();
        view.report.findings.push(finding);
        let details = &mut view.clients[index];
        details.gets_in = GetsIn::No(Why::PrivateKey);
        details.reasons.insert(0, reason);
    }
}
