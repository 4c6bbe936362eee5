//! The chore `serve`: the product as a person uses it. Without a credential in the environment it
//! talks to the sandbox, a stand-in for Atlas, as a program of its own.

use std::env;

use crate::{
    binary::{self, Running},
    error::Error,
    page,
    process::Program,
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
    run(arguments)
}

/// Runs the gateway that was built last, and a sandbox before it if there is nothing else to talk
/// to. Returns when the gateway ends.
pub(crate) fn run(arguments: &[String]) -> Result<(), Error> {
    let program = Program::new(&binary::file().to_string_lossy())
        .arg("serve")
        .args(arguments);
    if CREDENTIALS.iter().any(|name| env::var_os(name).is_some()) {
        return program.run();
    }
    let (_sandbox, program) = with_sandbox(program)?;
    let mut gateway = Running::start(program)?;
    let address = gateway.wait_for("Open ", |line| println!("{line}"))?;
    println!("Open {address}");
    gateway.follow();
    Ok(())
}

/// Starts a sandbox, and tells the gateway where it is and what it accepts.
fn with_sandbox(mut gateway: Program) -> Result<(Running, Program), Error> {
    let program = Program::new(&binary::file().to_string_lossy()).args([
        "sandbox",
        "--listen",
        "127.0.0.1:0",
    ]);
    let mut sandbox = Running::start(program)?;
    let mut accepted = Vec::new();
    let address = sandbox.wait_for("Listening on ", |line| {
        accepted.extend(
            line.split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        );
    })?;
    println!("Sandbox {address}");
    // One kind of credential: the gateway refuses both at once.
    for (name, value) in accepted
        .iter()
        .filter(|(name, _)| name.starts_with("ATLAS_CLIENT_"))
    {
        gateway = gateway.quiet_env(name, value);
    }
    Ok((sandbox, gateway.args(["--upstream", &address])))
}
