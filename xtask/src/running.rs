//! Programs that a chore starts and leaves running: they end with the chore, however it ends, and
//! get the chance to end well (the gateway hands its token back to Atlas).

use std::{
    io::{self, BufRead as _, BufReader},
    process::{self, Child, ChildStdout, ExitStatus},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

use crate::{error::Error, process::Program};

/// How long a program may take to end after it was asked to.
const PATIENCE: Duration = Duration::from_secs(3);

/// What `kill` and Ctrl-C make a shell report (128 + SIGINT).
const INTERRUPTED: i32 = 130;

/// Processes, and groups of them as the system writes those for `kill`: as a negative number.
static STARTED: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Passes on the wish to end, from Ctrl-C or `kill`, to everything that was started.
pub(crate) fn end_together() {
    let handler = || {
        let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
        for pid in started.iter() {
            let _ = kill(*pid, Signal::SIGTERM);
        }
        let start = Instant::now();
        while started.iter().any(|pid| kill(*pid, None).is_ok()) && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(20));
        }
        process::exit(INTERRUPTED);
    };
    // It can only fail when there is a handler already, which then does the same.
    let _ = ctrlc::set_handler(handler);
}

/// A program, running. It ends with this value.
pub(crate) struct Running {
    child: Child,
    name: String,
    lines: Option<BufReader<ChildStdout>>,
}

impl Running {
    /// Starts it with its output going where ours goes.
    pub(crate) fn start(program: Program) -> Result<Self, Error> {
        Ok(Self::register(program.to_string(), program.spawn()?))
    }

    /// Starts it with its standard output to be read here.
    pub(crate) fn start_listening(program: Program) -> Result<Self, Error> {
        Ok(Self::register(program.to_string(), program.spawn_piped()?))
    }

    fn register(name: String, mut child: Child) -> Self {
        let lines = child.stdout.take().map(BufReader::new);
        let running = Self { child, name, lines };
        started(pid(&running.child));
        running
    }

    /// Reads lines up to the one that begins so, gives each before it to `other`, and returns the
    /// rest of that line.
    pub(crate) fn wait_for(
        &mut self,
        beginning: &'static str,
        mut other: impl FnMut(&str),
    ) -> Result<String, Error> {
        while let Some(line) = self.line() {
            match line.strip_prefix(beginning) {
                Some(rest) => return Ok(rest.to_owned()),
                None => other(&line),
            }
        }
        Err(Error::Silent {
            program: self.name.clone(),
            awaited: beginning,
        })
    }

    /// Gives each further line to `other`, beside whatever else goes on here.
    pub(crate) fn pass_on(&mut self, other: impl Fn(&str) + Send + 'static) {
        if let Some(lines) = self.lines.take() {
            thread::spawn(move || {
                lines
                    .lines()
                    .map_while(Result::ok)
                    .for_each(|it| other(&it));
            });
        }
    }

    /// Passes on what it says, until it ends.
    pub(crate) fn follow(mut self) -> Result<(), Error> {
        while let Some(line) = self.line() {
            println!("{line}");
        }
        self.wait()
    }

    /// Waits until it ends.
    pub(crate) fn wait(mut self) -> Result<(), Error> {
        match self.child.wait() {
            Ok(status) if ExitStatus::success(&status) => Ok(()),
            Ok(status) => Err(Error::Failed {
                command: self.name.clone(),
                status,
            }),
            Err(source) => Err(Error::NotStarted {
                command: self.name.clone(),
                source,
            }),
        }
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.as_mut()?.read_line(&mut line).unwrap_or(0);
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let pid = pid(&self.child);
        ended(pid);
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        end(&mut self.child, pid);
    }
}

/// A program that runs to its end, maybe as the first of a group of its own. What is left of the group
/// ends with this value.
pub(crate) struct Group {
    child: Child,
    pid: Pid,
}

impl Group {
    pub(crate) fn new(child: Child, is_group: bool) -> Self {
        let pid = pid(&child);
        let pid = if is_group {
            Pid::from_raw(-pid.as_raw())
        } else {
            pid
        };
        started(pid);
        Self { child, pid }
    }

    pub(crate) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        ended(self.pid);
        if !matches!(self.child.try_wait(), Ok(Some(_))) {
            end(&mut self.child, self.pid);
        }
        if self.pid.as_raw() < 0 {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }
}

fn started(pid: Pid) {
    STARTED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(pid);
}

fn ended(pid: Pid) {
    STARTED
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .retain(|started| *started != pid);
}

/// Asks a program, or its group, to end, which lets it end what it has started, and ends it if it does not.
fn end(child: &mut Child, whom: Pid) {
    let _ = kill(whom, Signal::SIGTERM);
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if matches!(child.try_wait(), Ok(Some(_))) {
            return;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    let _ = child.wait();
}

fn pid(child: &Child) -> Pid {
    // Process ids are positive and fit: that is what the system's own type is.
    Pid::from_raw(child.id().cast_signed())
}
