//! The name under which one user of one computer opens the page: `x509-<label>.localhost`.
//!
//! Browsers keep pages and service workers by origin, and so what somebody else has once served at
//! `127.0.0.1:8787` may answer there in our place and take what is meant for us. A name that nobody
//! can know has never been served by anybody else. It is made once and kept, so that a server that
//! is started again is the same origin, and a tab keeps what was entered in it. Names below
//! `localhost` lead to this computer (RFC 6761, section 6.3).

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use crate::private::{self, Danger};

/// 80 bits: nobody comes upon it by chance.
const CHARACTERS: usize = 16;

/// Base32 in lower case (RFC 4648, section 6): what a host name may hold, five bits each.
const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The file that keeps it, in the folder for the state of this program.
const FILE: &str = "label";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label(String);

/// Why the label is another one at each start.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unkept {
    /// The system names no folder for the state of programs.
    #[error("neither XDG_STATE_HOME nor HOME names a folder for it")]
    NoFolder,
    /// Somebody else could change it.
    #[error(transparent)]
    Danger(Danger),
    #[error("{}: {cause}", path.display())]
    File { path: PathBuf, cause: io::Error },
}

impl Label {
    pub(crate) fn generate() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; CHARACTERS];
        getrandom::fill(&mut bytes)?;
        let characters = bytes.map(|byte| ALPHABET[usize::from(byte) % ALPHABET.len()]);
        Ok(Self(characters.map(char::from).iter().collect()))
    }

    /// The one that is kept in this folder; the first time it is made.
    pub(crate) fn kept(folder: &Path) -> Result<Self, Unkept> {
        let path = folder.join(FILE);
        let failed = |cause| Unkept::File {
            path: path.clone(),
            cause,
        };
        private::make_folder(folder).map_err(failed)?;
        private::way_to(folder).map_err(Unkept::Danger)?;
        match read(&path).map_err(failed)? {
            Found::Label(label) => return Ok(label),
            Found::Nothing => write(folder, &path, name_anew).map_err(failed)?,
            Found::Useless => {
                write(folder, &path, |draft, path| fs::rename(draft, path)).map_err(failed)?;
            }
        }
        match read(&path).map_err(failed)? {
            Found::Label(label) => Ok(label),
            _ => Err(failed(io::ErrorKind::InvalidData.into())),
        }
    }

    /// The name of this computer that has it.
    pub(crate) fn host(&self) -> String {
        format!("x509-{}.localhost", self.0)
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_end();
        let is_label =
            text.len() == CHARACTERS && text.bytes().all(|byte| ALPHABET.contains(&byte));
        is_label.then(|| Self(text.to_owned()))
    }
}

enum Found {
    Label(Label),
    Nothing,
    /// No label, or one that others can read or have written: it may be known to them.
    Useless,
}

fn read(path: &Path) -> io::Result<Found> {
    match private::read(path) {
        Ok(file) if file.is_shared || file.danger.is_some() => Ok(Found::Useless),
        Ok(file) => Ok(Label::parse(&file.bytes).map_or(Found::Useless, Found::Label)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Nothing),
        Err(error) => Err(error),
    }
}

/// Writes a new label beside `path`, and then gives it that name as a whole.
fn write(
    folder: &Path,
    path: &Path,
    give_name: impl Fn(&Path, &Path) -> io::Result<()>,
) -> io::Result<()> {
    let label = Label::generate().map_err(io::Error::other)?;
    // The names of files in the folder may be seen by others; the label is not one of them.
    let unique = Label::generate().map_err(io::Error::other)?;
    let draft = folder.join(format!("{FILE}.{}", unique.0));
    writeln!(private::create(&draft)?, "{}", label.0)?;
    let named = give_name(&draft, path);
    // After a rename it is gone already.
    let _ = fs::remove_file(&draft);
    named
}

/// Gives a file a name that is free. When it is not, another server that starts at this moment was
/// first.
fn name_anew(draft: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(draft, path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        // A file system without such links.
        Err(_) => fs::rename(draft, path),
        Ok(()) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn it_is_made_once_and_kept_where_nobody_else_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("state/atlas-x509");
        let first = Label::kept(&state).unwrap();
        assert_eq!(Label::kept(&state).unwrap(), first);
        assert_eq!(first.0.len(), CHARACTERS);
        assert_eq!(first.host(), format!("x509-{}.localhost", first.0));
        assert_eq!(fs::read_dir(&state).unwrap().count(), 1);

        let other = Label::kept(&folder.path().join("other")).unwrap();
        assert_ne!(other, first);
    }

    #[test]
    fn servers_that_start_at_once_agree() {
        let folder = tempfile::tempdir().unwrap();
        let start = || {
            let state = folder.path().to_owned();
            std::thread::spawn(move || Label::kept(&state).unwrap())
        };
        let started: Vec<_> = (0..8).map(|_| start()).collect();
        let labels: Vec<Label> = started.into_iter().map(|it| it.join().unwrap()).collect();
        assert!(labels.iter().all(|label| *label == labels[0]));
    }

    #[cfg(unix)]
    #[test]
    fn one_that_others_could_know_or_have_made_is_not_used() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let mode = |path: &Path, mode: u32| {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        };
        let first = Label::kept(folder.path()).unwrap();
        mode(&file, 0o644);
        let second = Label::kept(folder.path()).unwrap();
        assert_ne!(second, first);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);

        for broken in [
            "",
            "x",
            "ABCDEFGHIJKLMNOP",
            "abcdefgh.jklmnop",
            "abcdefghijklmnopq",
        ] {
            fs::write(&file, broken).unwrap();
            let label = Label::kept(folder.path()).unwrap();
            assert_eq!(Label::kept(folder.path()).unwrap(), label, "{broken}");
        }

        mode(folder.path(), 0o777);
        let said = Label::kept(folder.path()).unwrap_err().to_string();
        assert!(
            said.contains("other users of this computer can change"),
            "{said}"
        );
        mode(folder.path(), 0o700);
    }

    #[test]
    fn no_name_of_a_file_tells_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        write(folder.path(), &path, |draft, path| {
            let label = fs::read_to_string(draft)?;
            assert!(!draft.to_string_lossy().contains(label.trim()));
            fs::rename(draft, path)
        })
        .unwrap();
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let said = Label::kept(&folder.path().join("file/state")).unwrap_err();
        assert!(matches!(said, Unkept::File { .. }), "{said}");
    }
}
