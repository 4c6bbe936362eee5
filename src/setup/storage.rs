//! The draft, kept in the storage of this tab, so that a reload or a restarted gateway loses
//! nothing.
//!
//! A browser gives some five megabytes. What does not fit is said, and can be saved as a file.

use super::draft::Draft;
use crate::browser;

const DRAFT: &str = "setup";

/// Where the person is, for the header's link and for boot.js.
pub(crate) const PATH: &str = "setup-path";

/// What was kept; `None` when there is nothing, or nothing that this version of the page can read.
pub(super) fn draft() -> Option<Draft> {
    let text = browser::session_storage()?.get_item(DRAFT).ok().flatten()?;
    serde_json::from_str(&text).ok()
}

/// Keeps the draft. `false`: it does not fit, or there is no storage. What was kept before is then
/// taken away, for half of a truth would be worse.
pub(super) fn keep(draft: &Draft) -> bool {
    let Some(storage) = browser::session_storage() else {
        return false;
    };
    if draft.is_empty() {
        return storage.remove_item(DRAFT).is_ok();
    }
    let kept =
        serde_json::to_string(draft).is_ok_and(|text| storage.set_item(DRAFT, &text).is_ok());
    if !kept {
        let _ = storage.remove_item(DRAFT);
    }
    kept
}

pub(super) fn keep_path(path: &str) {
    if let Some(storage) = browser::session_storage() {
        let _ = storage.set_item(PATH, path);
    }
}
