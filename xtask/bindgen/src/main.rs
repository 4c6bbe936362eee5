//! Joins WebAssembly modules to JavaScript: what the program `wasm-bindgen` does, as the page and the npm
//! package need it. The library behind that program is built in a third of the time, and Cargo.lock
//! holds it to the version that the modules are made with.
//!
//! `bindgen FOLDER MODULE…` writes `NAME.js` and `NAME_bg.wasm` for each `NAME.wasm`.
//!
//! `bindgen --cut FOLDER MODULE` (with the feature `cut`) first takes out what the module does not need at
//! its start: a WebAssembly file for each file that `wasm_split` names, one for each piece that several
//! of them need, and `parts.js`, which loads them. They are written into the folder `parts`.

use std::{
    env,
    error::Error,
    ffi::OsString,
    path::{Path, PathBuf},
    process::ExitCode,
};

use wasm_bindgen_cli_support::Bindgen;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).peekable();
    let cuts = arguments.next_if(|first| first == "--cut").is_some();
    let Some(folder) = arguments.next().map(PathBuf::from) else {
        eprintln!("bindgen [--cut] FOLDER MODULE…");
        return ExitCode::from(2);
    };
    for module in arguments.map(|module: OsString| PathBuf::from(module)) {
        let made = if cuts {
            cut(&module, &folder).and_then(|main| join(&main, &folder, true))
        } else {
            join(&module, &folder, false)
        };
        if let Err(error) = made {
            eprintln!("{}: {error:#}", module.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// `has_parts`: what is loaded later finds the memory and the table of functions by the linker's names.
fn join(module: &Path, folder: &Path, has_parts: bool) -> Result<(), Box<dyn Error>> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .web(true)?
        .typescript(false)
        .keep_lld_exports(has_parts)
        .generate(folder)?;
    Ok(())
}

/// Cuts a module, and returns what is left of it.
#[cfg(feature = "cut")]
fn cut(module: &Path, folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let name = module.file_name().ok_or("It has no name.")?;
    let parts = folder.join("parts");
    let main = parts.join("main").join(name);
    std::fs::create_dir_all(parts.join("main"))?;
    let whole = std::fs::read(module)?;
    let script = format!("./{}", Path::new(name).with_extension("js").display());
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = &parts;
    options.main_out_path = &main;
    options.main_module = &script;
    options.link_name = "./parts.js";
    wasm_split_cli_support::transform(options)?;
    Ok(main)
}

#[cfg(not(feature = "cut"))]
fn cut(_: &Path, _: &Path) -> Result<PathBuf, Box<dyn Error>> {
    Err("Built without the feature `cut`.".into())
}
