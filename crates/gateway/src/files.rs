//! Certificate files, as the commands read them: by name, a folder at a time, or from standard input.
//!
//! However large or endless something is, no more of it is read than a certificate file may have. A
//! device is not read at all, and a named pipe does not make the program wait for ever.

mod open;
mod pipe;

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs::{self, File, FileType},
    io::{self, IsTerminal as _, Read},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use pki::{
    Password, Timestamp,
    analysis::Pile,
    input::{self, Content, Contents, MAX_DROP_BYTES, MAX_FILE_BYTES, NotOpened, TooMuch},
    words,
};

use crate::{
    cores,
    password::{self, NoPassword},
};
use open::{MAX_ROUNDS_OF_A_RUN, Opener, Taken, Unopened};

/// What stands for standard input where a file is asked for.
pub(crate) const STANDARD_INPUT: &str = "-";

/// Files of a folder that are worth another thread: reading one takes some 20 µs.
const READ_WORTH_A_THREAD: usize = 16;

/// Files of a folder that are worth another thread to ask what they are, which takes 1 µs.
const ASKED_WORTH_A_THREAD: usize = 256;

/// What files are read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum For {
    /// To be what a server trusts.
    Bundle,
    /// To be clients, one a file.
    Clients,
}

/// Why a file was not read: one sentence each, for people.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unreadable {
    #[error("{} cannot be read: {}", path.display(), because(error))]
    File { path: PathBuf, error: io::Error },
    #[error("{} is {what}, not a file. Give a file, or - for standard input", path.display())]
    NoFile { path: PathBuf, what: &'static str },
    #[error(
        "{} is a pipe, and nothing came through it in {seconds} seconds. To read from another program, use - and standard input",
        path.display()
    )]
    SilentPipe { path: PathBuf, seconds: u64 },
    #[error("standard input cannot be read: {}", because(.0))]
    StandardInput(io::Error),
    #[error("standard input can be read only once. Give - once, and files for the rest")]
    StandardInputTwice,
    #[error("{} holds no certificate file{}", path.display(), but(others))]
    NoCertificateFile { path: PathBuf, others: Vec<String> },
    #[error(transparent)]
    TooMuch(#[from] TooMuch),
    #[error("{name}: {reason} {}", reason.explain().fix)]
    NotOpened { name: String, reason: NotOpened },
    #[error(
        "opening all these files takes more than {} rounds of hashing, and no more are done in one run. Give fewer files at a time",
        words::grouped(MAX_ROUNDS_OF_A_RUN)
    )]
    TooMuchToOpen,
    #[error(transparent)]
    NoPassword(#[from] NoPassword),
}

/// Why the system does not give a file, in words for the usual reasons.
fn because(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    }
}

/// What a folder does hold, as an end of a sentence.
fn but(others: &[String]) -> String {
    if others.is_empty() {
        String::new()
    } else {
        format!(", but {}", first_of(others))
    }
}

/// `a, b and 3 more`.
pub(crate) fn first_of(names: &[String]) -> String {
    const SHOWN: usize = 5;
    let mut text = names[..names.len().min(SHOWN)].join(", ");
    if let Some(more @ 1..) = names.len().checked_sub(SHOWN) {
        // Writing to a string cannot fail.
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Reads what the command line names, and remembers how much that was.
#[derive(Debug)]
pub(crate) struct Reader {
    /// What to call standard input.
    standard_input: &'static str,
    has_read_standard_input: bool,
    bytes: usize,
    /// Files of folders that hold no certificate.
    passed_over: Vec<String>,
    /// What opens PKCS#12 files and encrypted keys.
    opener: Opener,
    /// PKCS#12 files for which there was no password.
    locked: Vec<String>,
    /// Files whose keys the password does not open. Their certificates can be read all the same.
    unopened: Vec<String>,
}

impl Reader {
    /// A reader that calls standard input so, and has this password for everything.
    pub(crate) fn new(standard_input: &'static str, password: Option<Password>) -> Self {
        Self {
            standard_input,
            has_read_standard_input: false,
            bytes: 0,
            passed_over: Vec::new(),
            opener: Opener::new(password),
            locked: Vec::new(),
            unopened: Vec::new(),
        }
    }

    /// What a name on the command line stands for: one file, or the certificate files of a folder.
    pub(crate) fn read(&mut self, path: &Path, what: For) -> Result<Vec<Contents>, Unreadable> {
        if path.as_os_str() == STANDARD_INPUT {
            return Ok(vec![self.standard_input(what)?]);
        }
        let kind = fs::metadata(path)
            .map_err(|error| unreadable(path, error))?
            .file_type();
        if kind.is_dir() {
            self.folder(path, what)
        } else {
            let read = read_file(path, kind, what, &self.opener)?;
            self.opener.check()?;
            Ok(vec![self.take_in(read)?])
        }
    }

    /// The files of folders that were passed over, as an end of a sentence; `None` without any.
    pub(crate) fn passed_over(&self) -> Option<String> {
        (!self.passed_over.is_empty()).then(|| first_of(&self.passed_over))
    }

    /// What is to be said of files that need a password, a sentence or two each.
    pub(crate) fn unopened(&self) -> impl Iterator<Item = String> {
        let need = match self.locked.len() {
            0 => None,
            1 => Some("needs"),
            _ => Some("need"),
        };
        let locked = need.map(|need| {
            format!(
                "{} {need} a password; give it {}",
                first_of(&self.locked),
                password::HOW
            )
        });
        self.unopened.iter().cloned().chain(locked)
    }

    /// Whether there are keys that the password does not open.
    pub(crate) fn has_other_password(&self) -> bool {
        !self.unopened.is_empty()
    }

    fn standard_input(&mut self, what: For) -> Result<Contents, Unreadable> {
        if self.has_read_standard_input {
            return Err(Unreadable::StandardInputTwice);
        }
        self.has_read_standard_input = true;
        let mut input = io::stdin().lock();
        if input.is_terminal() {
            eprintln!("Reading certificates from this terminal. End with Ctrl-D.");
        }
        let bytes = bounded(&mut input, 0).map_err(Unreadable::StandardInput)?;
        let read = self.opener.read(self.standard_input, &bytes, what)?;
        self.opener.check()?;
        self.take_in(read)
    }

    /// The certificate files that lie directly in a folder, by name. Hidden ones are left alone.
    fn folder(&mut self, path: &Path, what: For) -> Result<Vec<Contents>, Unreadable> {
        let mut found = Vec::new();
        let mut others = Vec::new();
        let files = self.files_of(path, &mut others)?;
        let opener = &self.opener;
        let read = cores::map(&files, READ_WORTH_A_THREAD, |(_, file, kind)| {
            read_file(file, *kind, what, opener)
        });
        self.opener.check()?;
        for ((name, ..), read) in files.iter().zip(read) {
            let contents = self.take_in(read?)?;
            if is_of_certificates(&contents) {
                found.push(contents);
            } else {
                others.push(name.display().to_string());
            }
        }
        // By name, as the folder is gone through.
        others.sort();
        if found.is_empty() {
            let path = path.to_owned();
            return Err(Unreadable::NoCertificateFile { path, others });
        }
        self.passed_over.extend(others);
        Ok(found)
    }

    /// The files of a folder that are to be read: name, path and kind. `others` gets those that are no
    /// certificate file.
    fn files_of(
        &self,
        path: &Path,
        others: &mut Vec<String>,
    ) -> Result<Vec<(OsString, PathBuf, FileType)>, Unreadable> {
        let mut names = Vec::new();
        for entry in fs::read_dir(path).map_err(|error| unreadable(path, error))? {
            let name = entry.map_err(|error| unreadable(path, error))?.file_name();
            if !name.as_encoded_bytes().starts_with(b".") {
                names.push(name);
            }
        }
        names.sort();
        let asked = cores::map(&names, ASKED_WORTH_A_THREAD, |name| {
            let file = path.join(name);
            let metadata = fs::metadata(&file);
            (file, metadata)
        });
        let mut files = Vec::with_capacity(names.len());
        let mut bytes = self.bytes as u64;
        for (name, (file, metadata)) in names.into_iter().zip(asked) {
            let metadata = match metadata {
                // A link to what is gone.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    others.push(name.display().to_string());
                    continue;
                }
                metadata => metadata.map_err(|error| unreadable(&file, error))?,
            };
            if !metadata.is_file() {
                continue;
            }
            if metadata.len() > MAX_FILE_BYTES as u64 {
                others.push(name.display().to_string());
                continue;
            }
            files.push((name, file, metadata.file_type()));
            // What lies beyond is not read: what came before it is too much already.
            bytes += metadata.len();
            if bytes > MAX_DROP_BYTES as u64 {
                break;
            }
        }
        Ok(files)
    }

    /// Counts a file, and remembers what is to be said of it.
    fn take_in(&mut self, read: Taken) -> Result<Contents, Unreadable> {
        let Taken { contents, unopened } = read;
        self.bytes += contents.size;
        if self.bytes > MAX_DROP_BYTES {
            return Err(TooMuch::Drop { size: self.bytes }.into());
        }
        match unopened {
            Some(Unopened::Locked) => self.locked.push(contents.name.clone()),
            Some(Unopened::OtherPassword(said)) => self.unopened.push(said),
            None => {}
        }
        Ok(contents)
    }
}

fn read_file(path: &Path, kind: FileType, what: For, opener: &Opener) -> Result<Taken, Unreadable> {
    let bytes = if kind.is_file() {
        let mut file = File::open(path).map_err(|error| unreadable(path, error))?;
        // It may have become something else since it was asked what it is.
        match file.metadata() {
            Ok(opened) if opened.is_file() => bounded(&mut file, opened.len()),
            Ok(_) => return Err(no_file(path, "something else by now")),
            Err(error) => Err(error),
        }
        .map_err(|error| unreadable(path, error))?
    } else if is_pipe(kind) {
        pipe::read(path)?
    } else {
        return Err(no_file(path, "a device or a socket"));
    };
    opener.read(&path.display().to_string(), &bytes, what)
}

/// Whether a file is there for a certificate, be it a broken one.
fn is_of_certificates(contents: &Contents) -> bool {
    contents.blocks.iter().any(|block| match &block.content {
        Content::Certificate { .. } => true,
        Content::Malformed(broken) => broken
            .label
            .as_ref()
            .is_none_or(|label| label.contains("CERTIFICATE") || label.contains("PKCS7")),
        Content::PrivateKey(_) | Content::Unusable(_) => false,
    })
}

/// Reads to the end, but no more than one byte beyond what a file may have: that tells enough. There are
/// probably `expected` bytes, and then they are read in one go.
fn bounded(source: &mut impl Read, expected: u64) -> io::Result<Vec<u8>> {
    /// As many as the library wants to see free, or it reads a few bytes at a time.
    const SPARE: usize = 32;
    let expected = usize::try_from(expected).unwrap_or(MAX_FILE_BYTES);
    let mut bytes = Vec::with_capacity(expected.min(MAX_FILE_BYTES) + SPARE);
    source
        .take(MAX_FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: io::Error) -> Unreadable {
    let path = path.to_owned();
    Unreadable::File { path, error }
}

fn no_file(path: &Path, what: &'static str) -> Unreadable {
    let path = path.to_owned();
    Unreadable::NoFile { path, what }
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt as _;
    kind.is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

/// Whether so much may be looked at together.
pub(crate) fn check_amount(pile: &Pile) -> Result<(), TooMuch> {
    input::check_certificates(pile.certificate_count())
}

/// This moment.
pub(crate) fn now() -> Timestamp {
    let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
    };
    Timestamp::from_unix(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_names_ends_with_how_many_more_there_are() {
        let names: Vec<String> = ('a'..='g').map(String::from).collect();
        assert_eq!(first_of(&names[..2]), "a, b");
        assert_eq!(first_of(&names[..5]), "a, b, c, d, e");
        assert_eq!(first_of(&names), "a, b, c, d, e and 2 more");
    }
}
