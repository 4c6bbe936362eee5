//! Holds the engine against the system's OpenSSL on chains made from seeds: `cargo xtask
//! differential`.
//!
//! One seed of four gives a chain as generated, the others the same with one or two bytes
//! changed. Ends with 0 when the engine is as near as the project asks, 1 when it is not, 2 when
//! it was called wrongly.

use std::fs;
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread;

use openssl::x509::X509;
use oracle::compare::{self, Tally, ask_engine, ask_openssl};
use oracle::damage::damage;
use oracle::keys::KeyRing;
use oracle::{Case, Chance, case, judge};
use pki::verify::Level;

const USAGE: &str = "\
usage: differential --seeds N [--start S] [--suite FILE]
       differential --seed K [--dump DIR] [--suite FILE]

  --seeds N     compare on N seeds
  --start S     begin with seed S (default 0)
  --suite FILE  damage the chains of an x509-limbo suite instead of generated ones
  --seed K      show what both sides say of one seed
  --dump DIR    write the certificates of that seed as PEM";

#[derive(Default)]
struct Options {
    seeds: u64,
    start: u64,
    suite: Option<PathBuf>,
    seed: Option<u64>,
    dump: Option<PathBuf>,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let source = match &options.suite {
        None => Source::Generated,
        Some(path) => match limbo::read_suite(path) {
            Ok(cases) => Source::Suite(cases),
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::from(2);
            }
        },
    };
    println!("{}", judge::version());
    let Some(seed) = options.seed else {
        let tally = run(&source, options.start, options.seeds);
        println!("{tally}");
        return ExitCode::from(u8::from(!tally.is_good_enough()));
    };
    match show(&source, seed, options.dump.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cannot write the certificates: {error}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let value = arguments
            .next()
            .ok_or_else(|| format!("{name} needs a value"))?;
        let number = || {
            let number = value.parse::<u64>();
            number.map_err(|_| format!("{name} needs a number, not {value}"))
        };
        match name.as_str() {
            "--seeds" => options.seeds = number()?,
            "--start" => options.start = number()?,
            "--seed" => options.seed = Some(number()?),
            "--suite" => options.suite = Some(value.into()),
            "--dump" => options.dump = Some(value.into()),
            _ => return Err(format!("there is no option {name}")),
        }
    }
    if options.seeds == 0 && options.seed.is_none() {
        return Err("say how many seeds".to_owned());
    }
    Ok(options)
}

/// Where chains come from.
enum Source {
    Generated,
    Suite(Vec<limbo::Case>),
}

impl Source {
    /// The chain of a seed, with what was damaged in it.
    fn case(&self, seed: u64) -> (Case, Option<(usize, Vec<usize>)>) {
        let (mut case, whole) = match self {
            #[expect(clippy::expect_used, reason = "a lack of memory apart, OpenSSL signs")]
            Self::Generated => (
                Case::from_seed(seed).expect("OpenSSL signs"),
                seed.is_multiple_of(4),
            ),
            Self::Suite(cases) => {
                let mut chance = Chance::new(seed);
                let chosen = &cases[chance.below(cases.len())];
                let case = Case {
                    leaf: chosen.leaf.clone(),
                    sent: chosen.sent.clone(),
                    store: chosen.trusted.clone(),
                    at: chosen.at.map_or(case::AT, pki::Timestamp::unix),
                };
                (case, false)
            }
        };
        // Not the choices the chain itself was made with.
        let damaged = (!whole).then(|| damage(&mut Chance::new(!seed), &mut case));
        (case, damaged)
    }
}

/// Compares on many seeds, on all processors.
fn run(source: &Source, start: u64, seeds: u64) -> Tally {
    KeyRing::shared();
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers)
            .map(|worker| {
                scope.spawn(move || {
                    let mut tally = Tally::default();
                    let end = start.saturating_add(seeds);
                    for seed in (start..end).skip(worker).step_by(workers) {
                        compare::compare(&source.case(seed).0, seed, &mut tally);
                    }
                    tally
                })
            })
            .collect();
        let mut total = Tally::default();
        for worker in running {
            #[expect(
                clippy::expect_used,
                reason = "panics of the engine are caught and counted"
            )]
            total.merge(worker.join().expect("the comparison itself does not panic"));
        }
        total
    })
}

/// Shows what both sides say of one seed, and writes its certificates.
fn show(source: &Source, seed: u64, folder: Option<&Path>) -> io::Result<()> {
    let (case, damaged) = source.case(seed);
    if let Some((which, offsets)) = damaged {
        println!("certificate {which} is damaged at {offsets:?}");
    }
    let names = std::iter::once("leaf".to_owned())
        .chain((0..case.sent.len()).map(|n| format!("sent-{n}")))
        .chain((0..case.store.len()).map(|n| format!("store-{n}")));
    for (name, der) in names.zip(case.all()) {
        let ours = match pki::Certificate::from_der(der) {
            Ok(_) => "parsed".to_owned(),
            Err(error) => format!("not parsed: {error}"),
        };
        let theirs = match X509::from_der(der) {
            Ok(_) => "parsed".to_owned(),
            Err(error) => format!("not parsed: {error}"),
        };
        println!(
            "{name} ({} bytes): here {ours}; OpenSSL {theirs}",
            der.len()
        );
        if let Some(folder) = folder {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(format!("{name}.der")), der)?;
            fs::write(folder.join(format!("{name}.pem")), pem(der))?;
        }
    }
    let parsable = |list: &[Vec<u8>]| -> Vec<Vec<u8>> {
        list.iter()
            .filter(|der| judge::parses(der))
            .cloned()
            .collect()
    };
    let case = Case {
        sent: parsable(&case.sent),
        store: parsable(&case.store),
        ..case
    };
    for level in [Level::One, Level::Two] {
        let describe = |answer: Option<compare::Answer>| {
            answer.map_or("no verdict".to_owned(), |answer| {
                format!("{}, path of {}", answer.describe(), answer.path.len())
            })
        };
        println!("level {}", level.number());
        println!("  here:    {}", describe(ask_engine(&case, level)));
        println!("  OpenSSL: {}", describe(ask_openssl(&case, level)));
    }
    Ok(())
}

fn pem(der: &[u8]) -> String {
    let base64 = openssl::base64::encode_block(der);
    let mut text = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in base64.as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text.push_str("-----END CERTIFICATE-----\n");
    text
}
