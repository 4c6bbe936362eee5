//! The chore `bench`: how fast something is, side by side with what it is to be measured against.

mod engine;
mod gateway;
mod nginx;

use crate::error::Error;

type Bench = fn(&[String]) -> Result<(), Error>;

/// Name, what it measures, and the function that does it.
const BENCHES: &[(&str, &str, Bench)] = &[
    (
        "engine",
        "judging chains, beside the system's OpenSSL; with --browser beside PKI.js and others",
        engine::engine,
    ),
    (
        "gateway",
        "forwarding calls, beside nginx",
        gateway::beside_nginx,
    ),
];

pub(crate) fn bench(names: &[String]) -> Result<(), Error> {
    let Some((name, arguments)) = names.split_first() else {
        for (name, what, _) in BENCHES {
            println!("cargo xtask bench {name:<12}{what}");
        }
        return Ok(());
    };
    match BENCHES.iter().find(|(known, ..)| known == name) {
        Some((.., run)) => run(arguments),
        None => Err(Error::Usage(name.clone())),
    }
}
