//! The chore `serve`: the product as a person uses it. Without a credential in the environment it
//! talks to the sandbox, a stand-in for Atlas, as a program of its own.

use std::env;

use crate::{
    binary,
    error::Error,
    page,
    process::Program,
    running::{self, Running},
    setup::{self, Need},
};

/// What Atlas's own tools call their credentials.
const CREDENTIALS: [&str; 4] = [
    "ATLAS_CLIENT_ID",
    "ATLAS_CLIENT_SECRET",
    "ATLAS_PUBLIC_KEY",
    "ATLAS_PRIVATE_KEY",
];

pub(crate) fn serve(arguments: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    page::build()?;
    binary::build()?;

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
    pub(crate) fn start<A: AsRef<str>>(
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Self, Error> {
        let mut program = binary::program().arg("serve");
        // A file may hold a credential; then the gateway itself decides.
        let mut has_credential = CREDENTIALS.iter().any(|name| env::var_os(name).is_some());
        for argument in arguments {
            let argument = argument.as_ref();
            has_credential |= argument.starts_with("--config");
            program = program.arg(argument);
        }
        let (sandbox, program) = if has_credential {
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

/// Starts a sandbox, and tells the gateway where it is. What a sandbox accepts, the gateway knows.
fn with_sandbox(gateway: Program) -> Result<(Running, Program), Error> {
    let mut sandbox =
        Running::start_listening(binary::program().args(["sandbox", "--listen", "127.0.0.1:0"]))?;
    let address = sandbox.wait_for("Listening on ", |_| {})?;
    Ok((sandbox, gateway.args(["--sandbox-at", &address])))
}
