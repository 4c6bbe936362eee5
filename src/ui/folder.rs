//! Folders among what is dropped: the files in them, however deep.
//!
//! The File and Directory Entries API (WICG), which every browser has under its first name,
//! `webkitGetAsEntry`. It has to be asked while the drop is being handled; reading comes later.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// How many files and folders are looked at: enough for every folder of certificates, and too few for
/// a whole disk.
const MOST: usize = 10_000;

/// What was dropped, if a folder is among it.
pub(super) fn dropped(transfer: &DataTransfer) -> Option<Vec<FileSystemEntry>> {
    let items = transfer.items();
    let entries: Vec<FileSystemEntry> = (0..items.length())
        .filter_map(|index| items.get(index)?.webkit_get_as_entry().ok()?)
        .collect();
    let has_folder = entries.iter().any(FileSystemEntry::is_directory);
    has_folder.then_some(entries)
}

/// The files of these entries and of the folders among them. Hidden ones are left out: they are the
/// system's own.
pub(super) async fn files(entries: Vec<FileSystemEntry>) -> Vec<File> {
    let mut files = Vec::new();
    let mut waiting = entries;
    let mut looked_at = 0;
    while let Some(entry) = waiting.pop() {
        looked_at += 1;
        if looked_at > MOST {
            break;
        }
        if entry.name().starts_with('.') {
            continue;
        }
        if entry.is_directory() {
            waiting.extend(inside(entry.unchecked_into()).await);
        } else if let Some(file) = file(entry.unchecked_into()).await {
            files.push(file);
        }
    }
    files
}

/// What is in a folder. A browser gives some hundred at a time, and none at the end.
async fn inside(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut entries = Vec::new();
    while entries.len() < MOST {
        let more = answer(|done, failed| {
            reader
                .read_entries_with_callback_and_callback(done, failed)
                .is_ok()
        });
        let more: Vec<FileSystemEntry> = match more.await.map(|more| Array::from(&more)) {
            Some(more) => more.iter().map(JsCast::unchecked_into).collect(),
            None => break,
        };
        if more.is_empty() {
            break;
        }
        entries.extend(more);
    }
    entries
}

async fn file(entry: FileSystemFileEntry) -> Option<File> {
    let file = answer(|done, failed| {
        entry.file_with_callback_and_callback(done, failed);
        true
    });
    file.await?.dyn_into().ok()
}

/// What `ask` is answered through the first of its two functions; `None`: it failed.
async fn answer(mut ask: impl FnMut(&Function, &Function) -> bool) -> Option<JsValue> {
    let promise = Promise::new(&mut |done, failed| {
        if !ask(&done, &failed) {
            let _ = failed.call0(&JsValue::NULL);
        }
    });
    JsFuture::from(promise).await.ok()
}
