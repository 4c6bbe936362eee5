//! What nobody else may have changed: a file that says where the credential goes must belong to
//! this user or to root, and so must every link and folder on the way to it.
//!
//! Other systems than Unix keep their rights elsewhere than in mode bits; there the file's owner
//! answers for them.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use pki::words::shell;

/// Far more than a settings file or a bundle of authorities has.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Why others may have changed something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Danger {
    /// Its group or everybody can write it.
    #[error("other users of this computer can change {}", .0.display())]
    Writable(PathBuf),
    #[error("{} belongs to another user of this computer", .0.display())]
    Owner(PathBuf),
    #[error("it cannot be seen who can change {}", .0.display())]
    Unknown(PathBuf),
}

impl Danger {
    /// What to do about it.
    pub(crate) fn remedy(&self) -> String {
        match self {
            Self::Writable(path) => {
                format!("run `chmod go-w {}`", shell(&path.to_string_lossy()))
            }
            Self::Owner(_) | Self::Unknown(_) => "use a copy in a folder of your own".to_owned(),
        }
    }
}

/// A file as it was read, and what is known of it from the very same opening.
pub(crate) struct Opened {
    pub(crate) bytes: Vec<u8>,
    /// Whether other users can read or write it.
    pub(crate) is_shared: bool,
    /// Why others may have written it.
    pub(crate) danger: Option<Danger>,
}

/// Reads a file, and looks at who else can.
pub(crate) fn read(path: &Path) -> io::Result<Opened> {
    // To open what is no file may take for ever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a file",
        ));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::new(
            io::ErrorKind::FileTooLarge,
            "it has more than 4 MiB",
        ));
    }
    Ok(Opened {
        bytes,
        is_shared: system::is_shared(&metadata),
        danger: system::danger(&metadata, path)
            .or_else(|| way_to(path).err())
            // The link may have been another one a moment ago.
            .or_else(|| changed(path, &metadata)),
    })
}

/// Whether what stands there now is not what was opened.
fn changed(path: &Path, opened: &fs::Metadata) -> Option<Danger> {
    let same = fs::metadata(path).is_ok_and(|now| system::is_same(&now, opened));
    (!same).then(|| Danger::Unknown(path.to_owned()))
}

/// Looks at everything on the way to `path`, itself included, as the system goes it: every folder,
/// and every link with the way that it points out.
pub(crate) fn way_to(path: &Path) -> Result<(), Danger> {
    system::way_to(path)
}

/// The way to a file; or to a folder, and from there to each file in it, wherever links lead.
pub(crate) fn way_in(path: &Path) -> Result<(), Danger> {
    way_to(path)?;
    let Ok(entries) = fs::read_dir(path) else {
        return Ok(());
    };
    for entry in entries {
        let entry = entry.map_err(|_| Danger::Unknown(path.to_owned()))?;
        way_to(&entry.path())?;
    }
    Ok(())
}

/// The way to a folder, and everything in it.
pub(crate) fn tree(folder: &Path) -> Result<(), Danger> {
    system::way_to(folder)?;
    system::within(folder)
}

/// Makes a folder that nobody else can look into, unless it is there.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    system::make_folder(path)
}

/// A new file that nobody else can read.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    system::create(path)
}

#[cfg(unix)]
mod system {
    use std::{
        collections::VecDeque,
        ffi::OsString,
        fs::{self, DirBuilder, File, Metadata, OpenOptions},
        io,
        os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
        path::{Component, Path, PathBuf},
    };

    use nix::unistd::geteuid;

    use super::Danger;

    /// The kind of a file in its mode (inode(7)), and two of them.
    const KIND: u32 = 0o170_000;
    const FOLDER: u32 = 0o040_000;
    const LINK: u32 = 0o120_000;

    /// POSIX mode bits: group and others, writing.
    const WRITE: u32 = 0o022;
    /// Group and others, reading or writing.
    const READ_OR_WRITE: u32 = 0o066;
    /// In a folder with this bit everybody may add, but only the owner of an entry may replace it.
    const STICKY: u32 = 0o1000;

    /// What Linux follows in one path (`path_resolution(7)`).
    const LINKS: usize = 40;

    pub(super) fn is_shared(metadata: &Metadata) -> bool {
        metadata.mode() & READ_OR_WRITE != 0
    }

    pub(super) fn is_same(one: &Metadata, other: &Metadata) -> bool {
        (one.dev(), one.ino()) == (other.dev(), other.ino())
    }

    pub(super) fn danger(metadata: &Metadata, path: &Path) -> Option<Danger> {
        judge(metadata.mode(), metadata.uid(), geteuid().as_raw(), path)
    }

    /// By mode and owner, for this user. A link has no mode of its own: only who made it counts.
    pub(super) fn judge(mode: u32, owner: u32, user: u32, path: &Path) -> Option<Danger> {
        let kind = mode & KIND;
        if owner != 0 && owner != user {
            return Some(Danger::Owner(path.to_owned()));
        }
        let guarded = kind == LINK || mode & WRITE == 0 || (kind == FOLDER && mode & STICKY != 0);
        (!guarded).then(|| Danger::Writable(path.to_owned()))
    }

    pub(super) fn way_to(path: &Path) -> Result<(), Danger> {
        let unknown = || Danger::Unknown(path.to_owned());
        let path = std::path::absolute(path).map_err(|_| unknown())?;
        let mut ahead = steps(&path);
        // Holds no link, so that `..` leads to its parent.
        let mut at = PathBuf::from("/");
        let mut links = 0;
        look(&at)?;
        while let Some(step) = ahead.pop_front() {
            if step == ".." {
                at.pop();
                continue;
            }
            let next = at.join(step);
            if !look(&next)?.is_symlink() {
                at = next;
                continue;
            }
            links += 1;
            let target = fs::read_link(&next).map_err(|_| unknown())?;
            if links > LINKS {
                return Err(unknown());
            }
            if target.is_absolute() {
                at = PathBuf::from("/");
            }
            let mut way = steps(&target);
            way.append(&mut ahead);
            ahead = way;
        }
        Ok(())
    }

    pub(super) fn within(folder: &Path) -> Result<(), Danger> {
        let unknown = |_| Danger::Unknown(folder.to_owned());
        for entry in fs::read_dir(folder).map_err(unknown)? {
            let path = entry.map_err(unknown)?.path();
            if look(&path)?.is_dir() {
                within(&path)?;
            }
        }
        Ok(())
    }

    fn look(path: &Path) -> Result<Metadata, Danger> {
        let metadata = fs::symlink_metadata(path).map_err(|_| Danger::Unknown(path.to_owned()))?;
        danger(&metadata, path).map_or(Ok(metadata), Err)
    }

    fn steps(path: &Path) -> VecDeque<OsString> {
        path.components()
            .filter_map(|component| match component {
                Component::Normal(name) => Some(name.to_owned()),
                Component::ParentDir => Some("..".into()),
                Component::CurDir | Component::RootDir | Component::Prefix(_) => None,
            })
            .collect()
    }

    pub(super) fn make_folder(path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    }

    pub(super) fn create(path: &Path) -> io::Result<File> {
        OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
    }
}

#[cfg(not(unix))]
mod system {
    use std::{
        fs::{self, File, Metadata},
        io,
        path::Path,
    };

    use super::Danger;

    pub(super) fn is_shared(_: &Metadata) -> bool {
        false
    }

    pub(super) fn is_same(_: &Metadata, _: &Metadata) -> bool {
        true
    }

    pub(super) fn danger(_: &Metadata, _: &Path) -> Option<Danger> {
        None
    }

    pub(super) fn way_to(_: &Path) -> Result<(), Danger> {
        Ok(())
    }

    pub(super) fn within(_: &Path) -> Result<(), Danger> {
        Ok(())
    }

    pub(super) fn make_folder(path: &Path) -> io::Result<()> {
        fs::create_dir_all(path)
    }

    pub(super) fn create(path: &Path) -> io::Result<File> {
        File::create_new(path)
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn only_this_user_and_root_may_own_it_and_nobody_else_may_write_it() {
        const FILE: u32 = 0o100_000;
        const FOLDER: u32 = 0o040_000;
        const LINK: u32 = 0o120_000;
        let path = Path::new("/x");
        let writable = Some(Danger::Writable(path.to_owned()));
        let owner = Some(Danger::Owner(path.to_owned()));
        for (mode, of, expected) in [
            (FILE | 0o600, 7, None),
            (FILE | 0o644, 7, None),
            (FILE | 0o644, 0, None),
            (FILE | 0o664, 7, writable.clone()),
            (FILE | 0o602, 7, writable.clone()),
            (FILE | 0o1666, 7, writable.clone()),
            (FILE | 0o600, 8, owner.clone()),
            (FOLDER | 0o755, 7, None),
            (FOLDER | 0o775, 7, writable.clone()),
            (FOLDER | 0o777, 0, writable),
            (FOLDER | 0o1777, 0, None),
            (FOLDER | 0o1777, 8, owner.clone()),
            (LINK | 0o777, 7, None),
            (LINK | 0o777, 8, owner),
        ] {
            assert_eq!(system::judge(mode, of, 7, path), expected, "{mode:o} {of}");
        }
    }

    #[test]
    fn every_folder_and_link_on_the_way_counts() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let mode = |name: &str, mode| {
            fs::set_permissions(at(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        for name in ["own", "open"] {
            fs::create_dir(at(name)).unwrap();
        }
        fs::write(at("own/file"), "").unwrap();
        mode("own/file", 0o600);
        mode("open", 0o777);
        symlink("../own/file", at("open/link")).unwrap();
        symlink(at("open/link"), at("own/link")).unwrap();
        symlink("loop", at("own/loop")).unwrap();

        let open = Some(Danger::Writable(at("open")));
        for (name, expected) in [
            ("own/file", None),
            ("own/../own/./file", None),
            ("open/../own/file", open.clone()),
            ("open/link", open.clone()),
            ("own/link", open),
            ("own/loop", Some(Danger::Unknown(at("own/loop")))),
            ("own/absent", Some(Danger::Unknown(at("own/absent")))),
        ] {
            assert_eq!(way_to(&at(name)).err(), expected, "{name}");
        }
        assert_eq!(read(&at("own/file")).unwrap().danger, None);
        mode("own/file", 0o622);
        let opened = read(&at("own/link")).unwrap();
        assert!(opened.is_shared);
        assert_eq!(opened.danger, Some(Danger::Writable(at("own/link"))));
    }

    #[test]
    fn what_is_no_file_and_what_has_no_end_is_not_read() {
        for path in ["/dev/zero", "/"] {
            assert!(read(Path::new(path)).is_err(), "{path}");
        }
        let folder = tempfile::tempdir().unwrap();
        let large = folder.path().join("large");
        File::create(&large).unwrap().set_len(LARGEST + 1).unwrap();
        assert!(read(&large).is_err());
    }
}
