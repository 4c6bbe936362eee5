//! Making one folder the same as another.

use std::{collections::HashSet, ffi::OsString, fs, io, path::Path};

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
}
