//! Enter in the terminal, for another address to open.

use std::{
    io::{self, Read as _},
    thread,
    time::Duration,
};

/// How often it is looked whether the program is in the foreground again.
const AGAIN: Duration = Duration::from_secs(1);

/// Calls `act` whenever a line is entered, until there is no more input.
pub(super) fn watch(act: impl Fn() + Send + 'static) {
    thread::spawn(move || {
        ignore_background();
        let mut entered = [0; 1024];
        loop {
            match io::stdin().read(&mut entered) {
                Ok(0) => return,
                Ok(length) if entered[..length].contains(&b'\n') => act(),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // In the background a terminal is not to be read.
                Err(_) if io::IsTerminal::is_terminal(&io::stdin()) => thread::sleep(AGAIN),
                Err(_) => return,
            }
        }
    });
}

/// A program in the background that reads its terminal is stopped (SIGTTIN), unless it blocks that
/// signal: then the reading fails (POSIX, General Terminal Interface, 11.1.4).
#[cfg(unix)]
fn ignore_background() {
    use nix::sys::signal::{SigSet, Signal};
    let _ = SigSet::from(Signal::SIGTTIN).thread_block();
}

#[cfg(not(unix))]
fn ignore_background() {}
