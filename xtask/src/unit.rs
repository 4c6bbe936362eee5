//! The stage `unit`: tests beside the code and in the crates' own `tests` folders.
//!
//! `cargo test` runs one test program after the other, and many of them wait for most of their time, for
//! a server to be patient or for OpenSSL. Here a few run side by side, the longest of last time first.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Instant,
};

use serde_json::Value;

use crate::{error::Error, folder, layout, process::Program};

/// A program that Cargo built of tests, or Cargo itself for those in comments.
struct Tests {
    name: String,
    program: PathBuf,
    arguments: &'static [&'static str],
    folder: PathBuf,
}

pub(crate) fn run() -> Result<(), Error> {
    let built = Program::cargo()
        .args(["test", "--locked", "--workspace", "--no-run"])
        .arg("--message-format=json-render-diagnostics")
        .run_for_output()?;
    let mut tests = vec![in_comments()];
    tests.extend(built.lines().filter_map(built_tests));

    let logs = layout::target().join("unit");
    let took = took(&logs);
    // What is not known yet may take long.
    tests.sort_by_key(|tests| {
        std::cmp::Reverse(took.get(&tests.name).copied().unwrap_or(u128::MAX))
    });
    folder::empty(&logs).map_err(Error::file(&logs))?;
    let failed = side_by_side(&tests, &logs)?;
    if failed.is_empty() {
        Ok(())
    } else {
        Err(Error::Tests(failed))
    }
}

/// The tests in comments, which `--no-run` says nothing of.
fn in_comments() -> Tests {
    Tests {
        name: "comments".to_owned(),
        program: PathBuf::from(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())),
        arguments: &["test", "--locked", "--workspace", "--doc"],
        folder: layout::root().to_owned(),
    }
}

/// What a line of Cargo's says that it built, if that is tests.
fn built_tests(line: &str) -> Option<Tests> {
    let said: Value = serde_json::from_str(line).ok()?;
    if said["profile"]["test"] != Value::Bool(true) {
        return None;
    }
    let folder = Path::new(said["manifest_path"].as_str()?).parent()?;
    let package = folder.file_name()?.to_string_lossy();
    let target = said["target"]["name"].as_str()?;
    Some(Tests {
        name: format!("{package}-{target}"),
        program: PathBuf::from(said["executable"].as_str()?),
        arguments: &[],
        folder: folder.to_owned(),
    })
}

/// Runs all of them, as many at a time as there are processors, and names those that failed.
fn side_by_side(tests: &[Tests], logs: &Path) -> Result<Vec<String>, Error> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let work = || -> Result<(), Error> {
        while let Some(tests) = tests.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !passes(tests, logs)? {
                failed
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(tests.name.clone());
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..thread::available_parallelism().map_or(1, usize::from))
            .map(|_| scope.spawn(work))
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or(Err(Error::Ended)))
    })?;
    Ok(failed.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Runs them, and says how they did: in a line when they pass, with what the failed ones wrote when not.
fn passes(tests: &Tests, logs: &Path) -> Result<bool, Error> {
    let log = logs.join(format!("{}.log", tests.name));
    let start = Instant::now();
    let outcome = Program::new(&tests.program.to_string_lossy())
        .within(&tests.folder)
        .quiet_env("CARGO_MANIFEST_DIR", &tests.folder)
        .args(tests.arguments)
        .run_into(&log);
    let took = start.elapsed();
    let passed = match outcome {
        Ok(()) => true,
        Err(Error::Failed { .. }) => false,
        Err(other) => return Err(other),
    };
    let written = fs::read(&log).map_err(Error::file(&log))?;
    let written = String::from_utf8_lossy(&written);
    if passed {
        eprintln!(
            "{:>7.1} s  {:<28}{}",
            took.as_secs_f64(),
            tests.name,
            sum(&written)
        );
    } else {
        // What passed beside it is in the log.
        let failures = written.find("\nfailures:\n").unwrap_or(0);
        eprintln!(
            "{}\n{:>7.1} s  {} FAILED",
            &written[failures..],
            took.as_secs_f64(),
            tests.name
        );
    }
    let note = logs.join(format!("{}.took", tests.name));
    fs::write(&note, took.as_millis().to_string()).map_err(Error::file(note))?;
    Ok(passed)
}

/// How many tests passed, by the last words of the test programs in it.
fn sum(written: &str) -> String {
    let passed: usize = written
        .lines()
        .filter_map(|line| {
            let (number, _) = line
                .strip_prefix("test result: ok. ")?
                .split_once(" passed")?;
            number.parse::<usize>().ok()
        })
        .sum();
    format!("{passed} passed")
}

/// How many milliseconds each took last time.
fn took(logs: &Path) -> HashMap<String, u128> {
    let notes = fs::read_dir(logs).into_iter().flatten().flatten();
    notes
        .filter_map(|note| {
            let path = note.path();
            let name = path
                .file_name()?
                .to_str()?
                .strip_suffix(".took")?
                .to_owned();
            Some((name, fs::read_to_string(&path).ok()?.parse().ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn of_what_cargo_built_only_tests_are_run() {
        let line = |test: bool, executable: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","manifest_path":"/a/crates/pki/Cargo.toml","target":{{"name":"hostile"}},"profile":{{"test":{test}}},"executable":{executable}}}"#
            )
        };
        let tests = built_tests(&line(true, r#""/t/hostile-1""#)).unwrap();
        assert_eq!(tests.name, "pki-hostile");
        assert_eq!(tests.program, Path::new("/t/hostile-1"));
        assert_eq!(tests.folder, Path::new("/a/crates/pki"));
        for other in [
            line(false, r#""/t/atlas-x509""#),
            line(true, "null"),
            r#"{"reason":"build-finished","success":true}"#.to_owned(),
            "not JSON".to_owned(),
        ] {
            assert!(built_tests(&other).is_none(), "{other}");
        }
    }

    #[test]
    fn the_tests_of_several_programs_are_counted_together() {
        let written = "running 2 tests\n..\ntest result: ok. 2 passed; 0 failed\n\n\
                       test result: ok. 13 passed; 0 failed; 0 ignored\n";
        assert_eq!(sum(written), "15 passed");
    }
}
