//! The page in a folder, for development: read whole, and again when something in it has changed,
//! so that one can rebuild the page under a running server.
//!
//! Symbolic links and names that begin with a dot are left out: nothing outside of the folder, and
//! nothing half-built, is ever in the list.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::{File, Page};

/// One state of the folder: names, sizes and times.
type State = Vec<(String, u64, SystemTime)>;

#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    last: Mutex<(State, Arc<Page>)>,
}

impl Folder {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let state = state(path)?;
        let page = Arc::new(load(path, &state)?);
        Ok(Self {
            path: path.to_owned(),
            last: Mutex::new((state, page)),
        })
    }

    /// The page as the folder holds it now; while it is being rebuilt, as it was before.
    pub(super) fn current(&self) -> Arc<Page> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(state) = state(&self.path)
            && state != last.0
            && let Ok(page) = load(&self.path, &state)
        {
            *last = (state, Arc::new(page));
        }
        Arc::clone(&last.1)
    }
}

fn state(folder: &Path) -> io::Result<State> {
    let mut state = Vec::new();
    walk(folder, "", &mut state)?;
    state.sort();
    Ok(state)
}

fn walk(folder: &Path, prefix: &str, state: &mut State) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry
            .file_name()
            .to_str()
            .map(|name| format!("{prefix}{name}"))
        else {
            continue;
        };
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &format!("{name}/"), state)?;
        } else if kind.is_file() {
            let metadata = entry.metadata()?;
            state.push((name, metadata.len(), metadata.modified()?));
        }
    }
    Ok(())
}

fn load(folder: &Path, state: &State) -> io::Result<Page> {
    let mut files = HashMap::new();
    for (name, _, _) in state {
        let bytes = fs::read(folder.join(name))?;
        files.insert(name.clone(), File::new(name, bytes.into()));
    }
    Ok(Page::new(files))
}
