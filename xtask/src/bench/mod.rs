//! The chore `bench`: how fast something is, side by side with what it is to be measured against.

mod engine;
mod gateway;
mod nginx;

use crate::error::Error;

type Bench = fn() -> Result<(), Error>;

/// Name, what it measures, and the function that does it.
const BENCHES: &[(&str, &str, Bench)] = &[
    (
        "engine",
        "judging chains, beside the system's OpenSSL",
        engine::beside_openssl,
    ),
    (
        "gateway",
        "forwarding calls, beside nginx",
        gateway::beside_nginx,
    ),
];

pub(crate) fn bench(names: &[String]) -> Result<(), Error> {
    let [name] = names else {
        for (name, what, _) in BENCHES {
            println!("cargo xtask bench {name:<12}{what}");
        }
        return Ok(());
    };
    match BENCHES.iter().find(|(known, ..)| known == name) {
        Some((.., run)) => run(),
        None => Err(Error::Usage(name.clone())),
    }
}
