//! Every chore of the project as `cargo xtask NAME`.
//!
//! A chore is one function and one line in [`CHORES`]. It first makes sure of the tools it needs
//! (`setup`), and of nothing else; what is there already is left alone. Nothing of the product
//! lives here.

mod bench;
mod binary;
mod checks;
mod conformance;
mod dev;
mod dist;
mod docs;
mod error;
mod folder;
mod fuzz;
mod layout;
mod package;
mod page;
mod process;
mod running;
mod serve;
mod setup;
mod size;
mod test;
mod unit;

use std::process::ExitCode;

use error::Error;

type Chore = fn(&[String]) -> Result<(), Error>;

/// Name, what follows it, what it does, and the function that does it.
const CHORES: &[(&str, &str, &str, Chore)] = &[
    (
        "setup",
        "",
        "bring every tool that is missing",
        setup::everything,
    ),
    (
        "serve",
        "[FLAGS OF `atlas-x509 serve`, such as --open]",
        "build page and gateway, and run them",
        serve::serve,
    ),
    (
        "dev",
        "",
        "rebuild the page as its sources change, with a gateway behind it",
        dev::dev,
    ),
    (
        "test",
        "[STAGE…]",
        "everything that has to pass, or the stages named",
        test::test,
    ),
    ("fmt", "", "format every Rust file", checks::format),
    (
        "lint",
        "",
        "formatting, clippy for both targets, licences of dependencies",
        checks::lint,
    ),
    ("page", "", "build the page into `dist`", page::chore),
    (
        "package",
        "",
        "build the npm package of the engine into `target/package`",
        package::chore,
    ),
    (
        "size",
        "[--record]",
        "weigh the page's first load against tests/size.json",
        size::chore,
    ),
    (
        "bench",
        "NAME [FLAGS]",
        "how fast something is, beside what it is measured against",
        bench::bench,
    ),
    (
        "conformance",
        "SUITE --verdicts FILE --config NAME",
        "the engine against recorded verdicts of OpenSSL",
        conformance::conformance,
    ),
    (
        "differential",
        "--seeds N [--start S] | --seed K [--dump DIR]",
        "the engine against the system's OpenSSL",
        conformance::differential,
    ),
    (
        "fuzz",
        "TARGET [SECONDS]",
        "feed a parser or the analysis with hostile input, with the nightly compiler",
        fuzz::fuzz,
    ),
    (
        "docs",
        "",
        "write the documents that are made from the code",
        docs::chore,
    ),
    (
        "dist",
        "",
        "the release: one binary with the page inside, the page as files, the engine for npm",
        dist::dist,
    ),
];

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let chore = name
        .as_deref()
        .and_then(|name| CHORES.iter().find(|(known, ..)| *known == name));
    let Some((_, _, _, run)) = chore else {
        eprintln!("{}", usage());
        return ExitCode::from(
            if matches!(name.as_deref(), Some("help" | "--help" | "-h")) {
                0
            } else {
                2
            },
        );
    };
    match run(&rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\n{error}");
            error.exit_code()
        }
    }
}

fn usage() -> String {
    let chores: Vec<String> = CHORES
        .iter()
        .map(|(name, rest, what, _)| format!("  {name:<14}{what} {rest}"))
        .collect();
    format!(
        "cargo xtask CHORE\n\n{}\n\nCONTRIBUTING.md says more about each.",
        chores.join("\n")
    )
}
