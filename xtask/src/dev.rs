//! The chore `dev`: Trunk rebuilds the page as its sources change and reloads the browser; what the
//! page asks of a server goes to a gateway (the addresses are in `Trunk.toml`).

use std::thread;

use crate::{
    binary,
    error::Error,
    page, serve,
    setup::{self, Need, wasm},
};

/// Where `Trunk.toml` sends the page's calls.
const GATEWAY: &str = "127.0.0.1:8787";

pub(crate) fn dev(arguments: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page])?;
    binary::build()?;
    let road = wasm::road()?;
    page::fetch(road)?;
    let gateway = thread::spawn(|| serve::run(&["--listen".to_owned(), GATEWAY.to_owned()]));
    eprintln!(
        "The page that follows your changes is at http://127.0.0.1:8081/ with the same #token=… as below."
    );
    let page = page::trunk(road).arg("serve").args(arguments).run();
    if gateway.is_finished() {
        return gateway.join().unwrap_or(Ok(())).and(page);
    }
    page
}
