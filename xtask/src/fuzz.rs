//! The chore `fuzz`: what the engine does with input that nobody thought of. It is no test, for it
//! needs time and a nightly compiler.

use crate::{
    error::Error,
    layout,
    process::Program,
    setup::{self, Need},
};

/// How long a fuzzer runs unless told otherwise, in seconds.
const SECONDS: &str = "60";

/// Runs one of `fuzz/fuzz_targets`. What it finds is written to `fuzz/artifacts`; new input that
/// gets further stays under `target`, so that the corpus that is kept stays small.
pub(crate) fn fuzz(arguments: &[String]) -> Result<(), Error> {
    let (target, seconds) = match arguments {
        [target] => (target, SECONDS),
        [target, seconds] => (target, &seconds[..]),
        _ => return Err(Error::Usage("fuzz TARGET [SECONDS]".to_owned())),
    };
    setup::ensure(&[Need::Fuzzer])?;
    let folder = layout::root().join("fuzz");
    let found = layout::root().join("target/fuzz").join(target);
    std::fs::create_dir_all(&found).map_err(Error::file(&found))?;
    Program::new("rustup")
        .within(&folder)
        .args(["run", "nightly", "cargo", "fuzz", "run", target])
        .arg(&found)
        .arg(folder.join("corpus").join(target))
        .args(["--", "-timeout=20", &format!("-max_total_time={seconds}")])
        .run()
}
