//! The draft, kept in the storage of this tab, so that a reload or a restarted gateway loses
//! nothing.
//!
//! What was decided and how far the plan has been carried out are kept apart, for the second changes
//! with every call to Atlas and has to be there before the next one. A browser gives some five
//! megabytes. What does not fit is said.

use std::collections::BTreeSet;

use atlas::apply::Apply;
use serde::{Serialize, de::DeserializeOwned};

use crate::{browser, change::draft::Draft, route::Step};

/// What was decided.
const DRAFT: &str = "setup";

/// How far the plan has been carried out.
const APPLY: &str = "setup-apply";

/// The steps where the person has been.
const SEEN: &str = "setup-seen";

/// The files that hold a key, or no certificate.
const LOST: &str = "setup-lost";

/// Where things are kept by name. What cannot be kept is told, and nothing else happens.
pub(crate) trait Store {
    fn get(&self, key: &str) -> Option<String>;
    /// `false`: it does not fit, or there is no storage.
    fn set(&self, key: &str, text: &str) -> bool;
    /// `false`: there is no storage.
    fn remove(&self, key: &str) -> bool;
}

/// The storage of this tab.
pub(crate) struct Tab;

impl Store for Tab {
    fn get(&self, key: &str) -> Option<String> {
        browser::session_storage()?.get_item(key).ok().flatten()
    }

    fn set(&self, key: &str, text: &str) -> bool {
        browser::session_storage().is_some_and(|storage| storage.set_item(key, text).is_ok())
    }

    fn remove(&self, key: &str) -> bool {
        browser::session_storage().is_some_and(|storage| storage.remove_item(key).is_ok())
    }
}

/// What was kept; `None` when there is nothing, or nothing that this version of the page can read.
pub(crate) fn draft(store: &dyn Store) -> Option<Draft> {
    let (draft, apply) = (store.get(DRAFT), store.get(APPLY));
    read(draft.as_deref(), apply.as_deref())
}

fn read(draft: Option<&str>, apply: Option<&str>) -> Option<Draft> {
    let mut draft: Draft = serde_json::from_str(draft?).ok()?;
    if let Some(apply) = apply.and_then(|text| serde_json::from_str(text).ok()) {
        draft.keep_progress(apply);
    }
    Some(draft)
}

/// Keeps the draft as it changes, each part only when it did.
#[derive(Debug, Default)]
pub(crate) struct Keeper {
    /// The decisions that were kept last; `None`: nothing was yet.
    decisions: Option<Draft>,
    decisions_failed: bool,
    /// How far the plan had been carried out then.
    progress: Option<Apply>,
    progress_failed: bool,
}

impl Keeper {
    /// Keeps the draft. `false`: it does not fit, or there is no storage. A run keeps by itself how
    /// far it has come; `run` is whether it could, while there is one.
    pub(crate) fn keep(&mut self, store: &dyn Store, draft: &Draft, run: Option<bool>) -> bool {
        if self.decisions.is_none() && draft.is_empty() {
            // Nothing has been taken up yet: what is kept may be what will be.
            return true;
        }
        let decisions = draft.decisions();
        if self.decisions.as_ref() != Some(&decisions) {
            self.decisions_failed = !keep_decisions(store, &decisions);
            self.decisions = Some(decisions);
        }
        if let Some(kept) = run {
            self.progress_failed = !kept;
        } else if self.progress != draft.apply {
            self.progress_failed = !keep_progress(store, draft.apply.as_ref());
        }
        self.progress.clone_from(&draft.apply);
        !self.decisions_failed && !self.progress_failed
    }
}

/// What was kept before is taken away when this does not fit, for half of a truth would be worse.
fn keep_decisions(store: &dyn Store, decisions: &Draft) -> bool {
    if decisions.is_empty() {
        return store.remove(DRAFT);
    }
    let text = serde_json::to_string(decisions);
    let kept = text.is_ok_and(|text| store.set(DRAFT, &text));
    if !kept {
        store.remove(DRAFT);
    }
    kept
}

/// Keeps how far the plan has been carried out. `false`: it does not fit, or there is no storage.
/// What was kept before stays then, for a run that goes on from it reads first what Atlas has.
pub(crate) fn keep_progress(store: &dyn Store, apply: Option<&Apply>) -> bool {
    match apply {
        None => store.remove(APPLY),
        Some(apply) => serde_json::to_string(apply).is_ok_and(|text| store.set(APPLY, &text)),
    }
}

/// The steps where the person has been, as far as that was kept.
pub(crate) fn seen(store: &dyn Store) -> BTreeSet<Step> {
    let kept: BTreeSet<usize> = small(store, SEEN);
    kept.into_iter()
        .filter_map(|index| Step::ALL.get(index).copied())
        .collect()
}

pub(crate) fn keep_seen(store: &dyn Store, seen: &BTreeSet<Step>) {
    let indexes: BTreeSet<usize> = seen.iter().map(|step| *step as usize).collect();
    keep_small(store, SEEN, &indexes);
}

/// The files of which this reload lost something.
pub(crate) fn lost(store: &dyn Store) -> Vec<String> {
    small(store, LOST)
}

/// Keeps of which files the next reload loses something.
pub(crate) fn keep_lost(store: &dyn Store, names: &[String]) {
    keep_small(store, LOST, names);
}

/// Something that nobody misses when it could not be kept.
fn small<T: DeserializeOwned + Default>(store: &dyn Store, key: &str) -> T {
    let text = store.get(key);
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}

fn keep_small<T: Serialize + ?Sized>(store: &dyn Store, key: &str, value: &T) {
    if let Ok(text) = serde_json::to_string(value) {
        store.set(key, &text);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use atlas::plan::{Plan, Wanted};

    use super::*;

    fn apply(id: &str) -> Apply {
        let id = atlas::types::ProjectId::parse(id).unwrap();
        Apply::new(id, Wanted::default(), Plan::default()).unwrap()
    }

    #[test]
    fn what_was_kept_apart_comes_together_again() {
        let id = "a".repeat(24);
        let project = serde_json::json!({ "id": id, "name": "P" });
        let draft = Draft {
            project: serde_json::from_value(project).unwrap(),
            apply: Some(apply(&id)),
            ..Draft::default()
        };
        let decisions = serde_json::to_string(&draft.decisions()).unwrap();
        let progress = serde_json::to_string(&draft.apply).unwrap();
        let other = serde_json::to_string(&apply(&"b".repeat(24))).unwrap();
        let whole = serde_json::to_string(&draft).unwrap();
        for (kept, kept_apply, expected) in [
            (Some(&*decisions), Some(&*progress), Some(draft.clone())),
            (Some(&*whole), None, Some(draft.clone())),
            (Some(&*decisions), None, Some(draft.decisions())),
            (Some(&*decisions), Some(&*other), Some(draft.decisions())),
            (Some(&*decisions), Some("{"), Some(draft.decisions())),
            (Some("{"), Some(&*progress), None),
            (None, Some(&*progress), None),
        ] {
            assert_eq!(read(kept, kept_apply), expected, "{kept:?} {kept_apply:?}");
        }
    }
}
