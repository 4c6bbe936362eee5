//! Where things are: the one place that knows the project's folders.

use std::{
    env,
    path::{Path, PathBuf},
};

/// The top of the project.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// Where Cargo builds.
pub(crate) fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| root().join("target"), |folder| root().join(folder))
}

/// Where tools of the project's own are installed; git ignores it, and so does everybody's `PATH`.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}

/// Trunk's output, which the gateway embeds.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// What a user does, in a real browser; and the packages of npm that the project needs.
pub(crate) fn tests() -> PathBuf {
    root().join("tests")
}

/// What the engine is measured against in the browser, with packages of npm that nothing else needs.
pub(crate) fn rivals() -> PathBuf {
    root().join("xtask/bench/engine")
}

/// The page from a web server of one's own: configurations, and what the page is told then.
pub(crate) fn deploy() -> PathBuf {
    root().join("deploy")
}

/// The `PATH` for programs that a chore starts: the project's own tools first.
pub(crate) fn path(first: &[&Path]) -> std::ffi::OsString {
    let own = [tools().join("bin"), tests().join("node_modules/.bin")];
    let inherited = env::var_os("PATH").unwrap_or_default();
    let folders = own
        .into_iter()
        .chain(first.iter().map(|folder| folder.to_path_buf()))
        .chain(env::split_paths(&inherited));
    env::join_paths(folders).unwrap_or(inherited)
}

/// The file of that program, if there is one on [`path`].
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    // Debian keeps servers out of an ordinary user's PATH.
    let servers = Path::new("/usr/sbin").join(program);
    env::split_paths(&path(&[]))
        .map(|folder| folder.join(program))
        .chain([servers])
        .find(|file| file.is_file())
}
