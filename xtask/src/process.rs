//! Running other programs: no shell, the project's tools first on `PATH`, and the command shown
//! before it runs, so that a person can run it again by hand.

use std::{
    env,
    ffi::{OsStr, OsString},
    fmt,
    fs::{self, File},
    io::{self, IsTerminal as _},
    os::unix::process::CommandExt as _,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use crate::{error::Error, layout, running};

/// A credential for Atlas, under the names that Atlas's own tools have for it. What builds and tests
/// runs the code of many, and gets none to see.
pub(crate) const CREDENTIAL: [&str; 4] = [
    "ATLAS_CLIENT_ID",
    "ATLAS_CLIENT_SECRET",
    "ATLAS_PUBLIC_KEY",
    "ATLAS_PRIVATE_KEY",
];

/// After so much silence a person wonders whether anything still happens.
const SILENCE: Duration = Duration::from_secs(20);

/// When everything that runs now has to be over, and how long it had.
static DEADLINE: Mutex<Option<(Instant, Duration)>> = Mutex::new(None);

/// Does something that runs programs, each of which is stopped, with all that it started, when they take
/// longer than that together.
pub(crate) fn within<T>(limit: Duration, work: impl FnOnce() -> T) -> T {
    let set = |deadline| *DEADLINE.lock().unwrap_or_else(PoisonError::into_inner) = deadline;
    set(Some((Instant::now() + limit, limit)));
    let done = work();
    set(None);
    done
}

fn deadline() -> Option<(Instant, Duration)> {
    *DEADLINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A program with its arguments, about to run at the top of the project.
pub(crate) struct Program {
    command: Command,
    /// Settings worth showing with the command.
    shown: Vec<(String, OsString)>,
}

impl Program {
    pub(crate) fn new(name: &str) -> Self {
        let mut command = Command::new(layout::find(name).unwrap_or_else(|| name.into()));
        command
            .current_dir(layout::root())
            .env("PATH", layout::path(&[]));
        for name in inherited_from_cargo_run() {
            command.env_remove(name);
        }
        for name in CREDENTIAL {
            command.env_remove(name);
        }
        Self {
            command,
            shown: Vec::new(),
        }
    }

    /// Hands the credential for Atlas on, if there is one.
    pub(crate) fn with_credential(mut self) -> Self {
        for name in CREDENTIAL {
            if let Some(value) = env::var_os(name) {
                self.command.env(name, value);
            }
        }
        self
    }

    /// The Cargo that runs this chore, hence the same toolchain.
    pub(crate) fn cargo() -> Self {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        Self::new(&cargo)
    }

    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value.as_ref());
        self.shown
            .push((name.to_owned(), value.as_ref().to_owned()));
        self
    }

    /// Sets a variable that would only clutter the line that is shown.
    pub(crate) fn quiet_env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Writes what it says to standard error to this file, made anew.
    pub(crate) fn stderr_to(mut self, path: &Path) -> Result<Self, Error> {
        let file = File::create(path).map_err(Error::file(path))?;
        self.command.stderr(file);
        Ok(self)
    }

    /// Runs to the end, its output going where ours goes.
    pub(crate) fn run(self) -> Result<(), Error> {
        self.run_until(deadline(), None)
    }

    /// As [`Program::run`], for one that says nothing while it works: now and then this says that it does.
    pub(crate) fn run_patiently(self) -> Result<(), Error> {
        self.run_until(deadline(), Some(SILENCE))
    }

    /// As [`Program::run`], for Cargo when it builds: its progress is a bar on a terminal, and elsewhere a
    /// line for each crate that it begins, the last of which takes long.
    pub(crate) fn run_build(self) -> Result<(), Error> {
        if io::stderr().is_terminal() {
            self.run()
        } else {
            self.run_patiently()
        }
    }

    /// As [`Program::run`], but stopped when it takes too long.
    pub(crate) fn run_within(self, limit: Duration) -> Result<(), Error> {
        self.run_until(Some((Instant::now() + limit, limit)), None)
    }

    /// As [`Program::run`], with all that it says in this file, and nothing shown.
    pub(crate) fn run_into(mut self, log: &Path) -> Result<(), Error> {
        let file = File::create(log).map_err(Error::file(log))?;
        self.command
            .stdout(file.try_clone().map_err(Error::file(log))?)
            .stderr(file);
        self.wait(deadline(), None)
    }

    /// As [`Program::run`], and gives what it writes to standard output.
    pub(crate) fn run_for_output(mut self) -> Result<String, Error> {
        let log = layout::target().join("xtask-output");
        let file = File::create(&log).map_err(Error::file(&log))?;
        self.command.stdout(file);
        self.run_build()?;
        let written = fs::read(&log).map_err(Error::file(&log))?;
        let _ = fs::remove_file(&log);
        Ok(String::from_utf8_lossy(&written).into_owned())
    }

    fn run_until(
        self,
        deadline: Option<(Instant, Duration)>,
        silence: Option<Duration>,
    ) -> Result<(), Error> {
        eprintln!("$ {self}");
        self.wait(deadline, silence)
    }

    fn wait(
        mut self,
        deadline: Option<(Instant, Duration)>,
        silence: Option<Duration>,
    ) -> Result<(), Error> {
        if deadline.is_some() {
            // A group of its own, so that it is stopped with all that it started. Such a group may not
            // read from the terminal.
            self.command.process_group(0).stdin(Stdio::null());
        }
        let child = self
            .command
            .spawn()
            .map_err(|source| self.not_started(source))?;
        let mut child = running::Group::new(child, deadline.is_some());
        let start = Instant::now();
        let mut told = start;
        loop {
            if let Some(status) = child.ended().map_err(|source| self.not_started(source))? {
                return self.judge(status);
            }
            if let Some((end, limit)) = deadline
                && Instant::now() > end
            {
                return Err(Error::TooSlow {
                    command: self.to_string(),
                    limit,
                });
            }
            if silence.is_some_and(|silence| told.elapsed() > silence) {
                told = Instant::now();
                eprintln!(
                    "  {} is at work, {} s",
                    self.name(),
                    start.elapsed().as_secs()
                );
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it writes to standard output, without showing anything; `None` when it fails.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self.command.stderr(Stdio::null()).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Starts it and leaves it running.
    pub(crate) fn spawn(mut self) -> Result<Child, Error> {
        self.command
            .spawn()
            .map_err(|source| self.not_started(source))
    }

    /// Starts it with its standard output as a pipe, and leaves it running.
    pub(crate) fn spawn_piped(mut self) -> Result<Child, Error> {
        self.command.stdout(Stdio::piped());
        self.spawn()
    }

    /// Without its folder.
    fn name(&self) -> std::borrow::Cow<'_, str> {
        Path::new(self.command.get_program())
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
    }

    fn judge(&self, status: std::process::ExitStatus) -> Result<(), Error> {
        if status.success() {
            Ok(())
        } else {
            Err(Error::Failed {
                command: self.to_string(),
                status,
            })
        }
    }

    fn not_started(&self, source: io::Error) -> Error {
        Error::NotStarted {
            command: self.to_string(),
            source,
        }
    }
}

impl fmt::Display for Program {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in &self.shown {
            write!(formatter, "{name}={} ", value.to_string_lossy())?;
        }
        write!(formatter, "{}", self.name())?;
        self.command
            .get_args()
            .try_for_each(|argument| write!(formatter, " {}", argument.to_string_lossy()))
    }
}

/// What `cargo run` adds to our surroundings about this very package. Build scripts watch some of
/// these variables, and would compile everything anew for a Cargo started from here.
fn inherited_from_cargo_run() -> impl Iterator<Item = OsString> {
    env::vars_os().map(|(name, _)| name).filter(|name| {
        let name = name.to_string_lossy();
        name.starts_with("CARGO_PKG_")
            || [
                "CARGO_MANIFEST_DIR",
                "CARGO_MANIFEST_PATH",
                "CARGO_BIN_NAME",
                "CARGO_CRATE_NAME",
            ]
            .contains(&name.as_ref())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_gets_the_credential_unless_it_is_handed_on() {
        let program = Program::new("cargo");
        let set: Vec<_> = program.command.get_envs().collect();
        for name in CREDENTIAL {
            assert!(set.contains(&(OsStr::new(name), None)), "{name}");
        }
    }
}
