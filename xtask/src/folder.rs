//! What a folder holds: making one the same as another, and noticing a change.

use std::{
    collections::HashSet,
    ffi::OsString,
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
};

/// Copies what is new or different, and removes what `from` does not have. A file that is the same
/// already is not touched, its date included.
pub(crate) fn mirror(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    let mut names: HashSet<OsString> = HashSet::new();
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        names.insert(entry.file_name());
        if entry.file_type()?.is_dir() {
            mirror(&source, &target)?;
        } else {
            let bytes = fs::read(&source)?;
            if !fs::read(&target).is_ok_and(|present| present == bytes) {
                fs::write(&target, bytes)?;
            }
        }
    }
    for entry in fs::read_dir(to)? {
        let entry = entry?;
        if names.contains(&entry.file_name()) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Makes a folder that has nothing in it.
pub(crate) fn empty(folder: &Path) -> io::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)
}

/// Every name and every byte of a folder, or of a file. Links are left out: the project has none, and
/// editors leave some that lead nowhere.
pub(crate) fn hash(path: &Path, hasher: &mut impl Hasher) -> io::Result<()> {
    let kind = fs::symlink_metadata(path)?.file_type();
    if kind.is_symlink() {
        return Ok(());
    }
    path.file_name().hash(hasher);
    if !kind.is_dir() {
        fs::read(path)?.hash(hasher);
        return Ok(());
    }
    let mut entries = fs::read_dir(path)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<PathBuf>>>()?;
    entries.sort();
    entries.len().hash(hasher);
    entries.iter().try_for_each(|entry| hash(entry, hasher))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_mirrored_folder_has_the_same_files_and_touches_none_that_was_right() {
        let top = std::env::temp_dir().join(format!("atlas-x509-mirror-{}", std::process::id()));
        let (from, to) = (top.join("from"), top.join("to"));
        for (file, text) in [
            ("from/a", "1"),
            ("from/deep/b", "2"),
            ("to/a", "1"),
            ("to/old/c", "3"),
            ("to/d", "4"),
        ] {
            let file = top.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        let date = fs::metadata(to.join("a")).unwrap().modified().unwrap();

        mirror(&from, &to).unwrap();

        assert_eq!(
            fs::metadata(to.join("a")).unwrap().modified().unwrap(),
            date
        );
        assert_eq!(fs::read(to.join("deep/b")).unwrap(), b"2");
        assert!(!to.join("old").exists() && !to.join("d").exists());
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_folder_hashes_to_the_same_until_something_in_it_changes() {
        let top = std::env::temp_dir().join(format!("atlas-x509-hash-{}", std::process::id()));
        fs::create_dir_all(top.join("deep")).unwrap();
        fs::write(top.join("deep/a"), "1").unwrap();
        let now = || {
            let mut hasher = std::hash::DefaultHasher::new();
            hash(&top, &mut hasher).unwrap();
            hasher.finish()
        };

        let first = now();
        assert_eq!(now(), first);
        fs::write(top.join("deep/a"), "2").unwrap();
        let changed = now();
        assert_ne!(changed, first);
        fs::rename(top.join("deep/a"), top.join("deep/b")).unwrap();
        let renamed = now();
        assert_ne!(renamed, changed);
        #[cfg(unix)]
        std::os::unix::fs::symlink("nowhere", top.join("deep/.#b")).unwrap();
        assert!(now() != changed);
        fs::remove_dir_all(top).unwrap();
    }
}
