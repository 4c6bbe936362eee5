//! Reading a pipe that has a name in the file system: a FIFO, or what a shell makes of `<(…)`.
//!
//! Opening a FIFO waits until somebody opens its other end, and that may be never. So a thread does
//! it, and is left to itself when it takes too long; it ends with the program.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use super::{MAX_FILE_BYTES, Unreadable, unreadable};

/// How long to wait for the other end to be opened. What a shell makes of `<(…)` is open already.
const OPEN: Duration = Duration::from_secs(3);

/// How long to wait for more. A program at the other end may have to ask a server first.
const MORE: Duration = Duration::from_secs(30);

/// What is read at a time: a pipe of Linux holds as much (pipe(7)).
const PIECE: usize = 64 * 1024;

/// Everything that comes through the pipe, up to one byte beyond what a file may have.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Unreadable> {
    read_within(path, OPEN, MORE)
}

fn read_within(path: &Path, open: Duration, more: Duration) -> Result<Vec<u8>, Unreadable> {
    // An empty piece says that the pipe is open.
    let (sender, pieces) = mpsc::sync_channel::<io::Result<Vec<u8>>>(1);
    let from = path.to_owned();
    thread::spawn(move || {
        let mut pipe = match File::open(from) {
            Ok(pipe) => pipe,
            Err(error) => return drop(sender.send(Err(error))),
        };
        // Ends when nobody listens any more, too.
        while sender.send(Ok(Vec::new())).is_ok() {
            let mut piece = vec![0; PIECE];
            match pipe.read(&mut piece) {
                Ok(0) => return,
                Ok(length) => piece.truncate(length),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return drop(sender.send(Err(error))),
            }
            if sender.send(Ok(piece)).is_err() {
                return;
            }
        }
    });
    let mut bytes = Vec::new();
    let mut patience = open;
    while bytes.len() <= MAX_FILE_BYTES {
        match pieces.recv_timeout(patience) {
            Ok(Ok(piece)) => bytes.extend(piece),
            Ok(Err(error)) => return Err(unreadable(path, error)),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => {
                return Err(Unreadable::SilentPipe {
                    path: path.to_owned(),
                    seconds: patience.as_secs(),
                });
            }
        }
        patience = more;
    }
    bytes.truncate(MAX_FILE_BYTES + 1);
    Ok(bytes)
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::{fs::OpenOptions, io::Write as _, path::PathBuf, process::Command};

    use tempfile::TempDir;

    use super::*;

    const SHORT: Duration = Duration::from_millis(100);

    fn pipe_in(folder: &TempDir) -> PathBuf {
        let path = folder.path().join("pipe");
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        path
    }

    /// Reads a FIFO to whose other end `write` is given, waiting so long for more.
    fn piped(
        more: Duration,
        write: impl FnOnce(File) + Send + 'static,
    ) -> Result<Vec<u8>, Unreadable> {
        let folder = tempfile::tempdir().unwrap();
        let path = pipe_in(&folder);
        let to = path.clone();
        let writer = thread::spawn(move || write(OpenOptions::new().write(true).open(to).unwrap()));
        let read = read_within(&path, MORE, more);
        writer.join().unwrap();
        read
    }

    #[test]
    fn what_comes_through_is_read_whole_and_nothing_else_makes_it_wait_for_ever() {
        let whole = piped(MORE, |mut pipe| {
            pipe.write_all(&vec![b'a'; 200_000]).unwrap();
        });
        assert_eq!(whole.unwrap().len(), 200_000);

        let silent = piped(SHORT, |pipe| {
            thread::sleep(10 * SHORT);
            drop(pipe);
        });
        assert!(
            matches!(silent, Err(Unreadable::SilentPipe { .. })),
            "{silent:?}"
        );

        let endless = piped(
            MORE,
            |mut pipe| while pipe.write_all(&vec![0; PIECE]).is_ok() {},
        );
        assert_eq!(endless.unwrap().len(), MAX_FILE_BYTES + 1);
    }

    #[test]
    fn nobody_at_the_other_end_ends_the_wait() {
        let folder = tempfile::tempdir().unwrap();
        let read = read_within(&pipe_in(&folder), SHORT, SHORT);
        assert!(
            matches!(read, Err(Unreadable::SilentPipe { .. })),
            "{read:?}"
        );
    }
}
