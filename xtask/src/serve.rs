//! The chore `serve`: the product as a person uses it. When nothing says which Atlas it is to work
//! with, that is the sandbox, a stand-in for Atlas, as a program of its own.

use std::{env, ffi::OsString};

use crate::{
    binary,
    error::Error,
    page,
    process::{CREDENTIAL, Program},
    running::{self, Running},
    setup::{self, Need},
};

/// What tells the gateway which Atlas to work with, beside a credential: a sandbox.
const SANDBOX_AT: &str = "ATLAS_X509_SANDBOX_AT";

/// The same on the command line. A file may hold a credential, and what is about a sandbox's clusters is for one
/// in the gateway's own process.
const DECIDING_FLAGS: [&str; 5] = [
    "--config",
    "--no-clusters",
    "--sandbox",
    "--sandbox-at",
    "--server-ca",
];

pub(crate) fn serve(arguments: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    page::build_for_a_look()?;
    binary::HERE.build()?;

    running::end_together();
    let servers = Servers::start(arguments)?;
    println!("Open {}", servers.address);
    servers.gateway.follow()
}

/// The gateway, and the sandbox behind it when there is nothing else to talk to.
pub(crate) struct Servers {
    pub(crate) gateway: Running,
    /// Where the gateway answers, with the token.
    pub(crate) address: String,
    _sandbox: Option<Running>,
}

impl Servers {
    /// Starts what was built last.
    pub(crate) fn start<A: AsRef<str>>(arguments: &[A]) -> Result<Self, Error> {
        let program = binary::HERE.program().with_credential().arg("serve");
        let program = program.args(arguments.iter().map(AsRef::as_ref));
        let (sandbox, program) = if is_decided(arguments, |name| env::var_os(name)) {
            (None, program)
        } else {
            with_sandbox(program).map(|(sandbox, program)| (Some(sandbox), program))?
        };
        let mut gateway = Running::start_listening(program)?;
        let address = gateway.wait_for("Open ", |line| println!("{line}"))?;
        Ok(Self {
            gateway,
            address,
            _sandbox: sandbox,
        })
    }
}

/// Whether it was said which Atlas to work with. A variable that is set to nothing says nothing.
fn is_decided<A: AsRef<str>>(arguments: &[A], variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let flag = |argument: &A| {
        let name = argument.as_ref().split('=').next().unwrap_or_default();
        DECIDING_FLAGS.contains(&name)
    };
    arguments.iter().any(flag)
        || CREDENTIAL
            .iter()
            .chain([&SANDBOX_AT])
            .any(|name| variable(name).is_some_and(|value| !value.is_empty()))
}

/// Starts a sandbox, and tells the gateway where it is. What it accepts, the gateway asks it.
fn with_sandbox(gateway: Program) -> Result<(Running, Program), Error> {
    let mut sandbox = Running::start_listening(binary::HERE.program().args([
        "sandbox",
        "--listen",
        "127.0.0.1:0",
    ]))?;
    let address = sandbox.wait_for("Listening on ", |_| {})?;
    Ok((sandbox, gateway.args(["--sandbox-at", &address])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sandbox_is_started_only_when_nothing_says_which_atlas_it_is() {
        let none: &[&str] = &[];
        for (arguments, variable, expected) in [
            (none, None, false),
            (&["--listen", "127.0.0.1:1", "--read-only"], None, false),
            (none, Some(("ATLAS_CLIENT_ID", "")), false),
            (none, Some(("ATLAS_CLIENT_ID", "i")), true),
            (
                none,
                Some(("ATLAS_X509_SANDBOX_AT", "http://127.0.0.1:1")),
                true,
            ),
            (&["--sandbox"], None, true),
            (&["--server-ca", "ca.pem"], None, true),
            (&["--sandbox-at", "http://127.0.0.1:1"], None, true),
            (&["--config=settings.toml"], None, true),
        ] {
            let decided = is_decided(arguments, |name| {
                let found = variable.filter(|(key, _)| *key == name);
                found.map(|(_, value)| value.into())
            });
            assert_eq!(decided, expected, "{arguments:?} {variable:?}");
        }
    }
}
