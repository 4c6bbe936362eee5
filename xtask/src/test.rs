//! The chore `test`: everything that has to pass before a change goes in, and how long each part took.

use std::time::{Duration, Instant};

use crate::{
    binary, checks,
    error::Error,
    layout, package, page,
    process::{self, Program},
    running,
    setup::{self, Need, python},
    size, unit,
};

/// A part of the whole, named so that it can be run alone: `cargo xtask test NAME`.
struct Stage {
    name: &'static str,
    needs: &'static [Need],
    /// A stage without which this one has nothing to look at.
    after: Option<&'static str>,
    run: fn() -> Result<(), Error>,
}

const STAGES: &[Stage] = &[
    Stage {
        name: "formatting",
        needs: &[Need::Lints],
        after: None,
        run: checks::formatting,
    },
    Stage {
        name: "licences",
        needs: &[Need::Licences],
        after: None,
        run: checks::licences,
    },
    Stage {
        name: "clippy",
        needs: &[Need::Lints, Need::OpenSsl],
        after: None,
        run: checks::clippy,
    },
    Stage {
        name: "clippy-page",
        needs: &[Need::Lints, Need::Page],
        after: None,
        run: checks::clippy_page,
    },
    Stage {
        name: "unit",
        needs: &[Need::OpenSsl],
        after: None,
        run: unit::run,
    },
    Stage {
        name: "pure-crates",
        needs: &[Need::Page],
        after: None,
        run: checks::pure_crates,
    },
    Stage {
        name: "page",
        needs: &[Need::Page, Need::WasmOpt],
        after: None,
        run: page::build,
    },
    Stage {
        name: "size",
        needs: &[],
        after: Some("page"),
        run: size::check,
    },
    Stage {
        name: "binary",
        needs: &[],
        after: Some("page"),
        run: || binary::HERE.build(),
    },
    Stage {
        name: "package",
        needs: &[Need::Page, Need::WasmOpt],
        after: None,
        run: package::build,
    },
    Stage {
        name: "browser",
        needs: &[Need::Browser, Need::Drivers, Need::Servers, Need::OpenSsl],
        after: Some("binary"),
        run: browser,
    },
];

/// No stage needs half as long, built from nothing on two cores. One that hangs must not hold up the
/// rest for ever.
const LIMIT: Duration = Duration::from_mins(30);

enum Outcome {
    Passed,
    Failed(Error),
    Skipped,
}

pub(crate) fn test(names: &[String]) -> Result<(), Error> {
    if let Some(unknown) = names
        .iter()
        .find(|name| STAGES.iter().all(|stage| stage.name != **name))
    {
        return Err(Error::Usage(unknown.clone()));
    }
    let chosen: Vec<&Stage> = STAGES
        .iter()
        .filter(|stage| names.is_empty() || names.iter().any(|name| name == stage.name))
        .collect();

    running::end_together();
    let mut summary = Vec::new();
    let start = Instant::now();
    let needs: Vec<Need> = chosen
        .iter()
        .flat_map(|stage| stage.needs)
        .copied()
        .collect();
    setup::ensure(&needs)?;
    summary.push(("set-up", start.elapsed(), Outcome::Passed));

    for stage in chosen {
        let start = Instant::now();
        eprintln!("\n== {} ==", stage.name);
        let broken = |(name, _, outcome): &(&str, _, Outcome)| {
            Some(*name) == stage.after && !matches!(outcome, Outcome::Passed)
        };
        let outcome = if summary.iter().any(broken) {
            Outcome::Skipped
        } else {
            match process::within(LIMIT, stage.run) {
                Ok(()) => Outcome::Passed,
                Err(error) => Outcome::Failed(error),
            }
        };
        summary.push((stage.name, start.elapsed(), outcome));
    }

    eprintln!();
    for (name, time, outcome) in &summary {
        let (word, why) = match outcome {
            Outcome::Passed => ("passed", String::new()),
            Outcome::Failed(error) => ("FAILED", error.to_string()),
            Outcome::Skipped => ("skipped", "what it looks at was not built".to_owned()),
        };
        eprintln!("{name:<12} {word:<8}{:>7.1} s  {why}", time.as_secs_f64());
    }
    eprintln!("{:<20} {:>7.1} s", "all", start.elapsed().as_secs_f64());

    let failed: Vec<&'static str> = summary
        .into_iter()
        .filter(|(_, _, outcome)| !matches!(outcome, Outcome::Passed))
        .map(|(name, ..)| name)
        .collect();
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::Stages(failed))
    }
}

/// What a user does, in a real browser, against the binary with the page inside.
fn browser() -> Result<(), Error> {
    Program::new("node")
        .within(&layout::tests())
        .env("ATLAS_X509_BIN", binary::HERE.file())
        .env("ATLAS_X509_PACKAGE", package::file())
        .env("ATLAS_X509_PYTHON", python::python())
        .args([
            "--test",
            "--test-concurrency=3",
            "--test-timeout=300000",
            "--test-reporter=spec",
        ])
        .run()
}
