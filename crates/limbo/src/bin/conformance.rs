//! The engine against a suite of chains and what OpenSSL said of them: `cargo xtask conformance`.

use std::{path::PathBuf, process::ExitCode};

use limbo::{Config, conformance};

const USAGE: &str = "usage: cargo xtask conformance SUITE --verdicts FILE --config NAME";

/// Prints a line for each disagreement and the score as the last line. Ends with 0 when the score is
/// as good as the project asks, 1 when it is not, 2 when there is nothing to compare.
fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match compare(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::from(2)
        }
    }
}

/// Whether the score is good enough.
fn compare(arguments: &[String]) -> Result<bool, String> {
    let (mut suite, mut verdicts, mut name) = (None, None, None);
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        let place = match argument.as_str() {
            "--verdicts" => &mut verdicts,
            "--config" => &mut name,
            other if !other.starts_with('-') && suite.is_none() => {
                suite = Some(PathBuf::from(other));
                continue;
            }
            other => return Err(format!("`{other}` is not known here.\n{USAGE}")),
        };
        let value = arguments.next();
        *place = Some(value.ok_or_else(|| format!("{argument} needs a value.\n{USAGE}"))?);
    }
    let (Some(suite), Some(verdicts), Some(name)) = (suite, verdicts, name) else {
        return Err(USAGE.to_owned());
    };
    let config = Config::named(name).ok_or_else(|| {
        format!(
            "`{name}` cannot be compared; client_l1, client_l2, kind_l1 and kind_l2 can. Other \
             settings look at names and CRLs or verify strictly, which mongod does not."
        )
    })?;

    let cases = limbo::read_suite(&suite).map_err(|error| error.to_string())?;
    let verdicts = limbo::read_verdicts(verdicts.as_ref()).map_err(|error| error.to_string())?;
    let score = conformance::run(&cases, &verdicts, name, config);
    if score.of == 0 {
        return Err(format!(
            "The verdict file says nothing of this suite under `{name}`."
        ));
    }
    for line in &score.disagreements {
        println!("{line}");
    }
    println!("{score}");
    Ok(score.is_good_enough())
}
