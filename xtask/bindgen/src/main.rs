//! Joins WebAssembly modules to JavaScript: what the program `wasm-bindgen` does, as the page and the npm
//! package need it. The library behind that program is built in a third of the time, and Cargo.lock
//! holds it to the version that the modules are made with.
//!
//! `bindgen FOLDER MODULE…` writes `NAME.js` and `NAME_bg.wasm` for each `NAME.wasm`.

use std::{env, path::Path, process::ExitCode};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("bindgen FOLDER MODULE…");
        return ExitCode::from(2);
    };
    for module in arguments {
        let joined = Bindgen::new()
            .input_path(&module)
            .web(true)
            .and_then(|bindgen| bindgen.typescript(false).generate(&folder));
        if let Err(error) = joined {
            eprintln!("{}: {error:#}", Path::new(&module).display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
