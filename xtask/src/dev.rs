//! The chore `dev`: Trunk rebuilds the page as its sources change and reloads the browser; what the
//! page asks of a server goes to a gateway (`Trunk.toml` says where).

use crate::{
    binary,
    error::Error,
    layout, page,
    running::{self, Running},
    serve::Servers,
    setup::{self, Need, wasm},
};

/// Where `Trunk.toml` sends the page's calls, and where Trunk itself answers.
const GATEWAY: &str = "127.0.0.1:8787";
const GATEWAY_PORT: &str = ":8787/";
const TRUNK_PORT: &str = ":8081/";

pub(crate) fn dev(arguments: &[String]) -> Result<(), Error> {
    setup::ensure(&[Need::Page, Need::Trunk])?;
    binary::HERE.build()?;
    let road = wasm::road()?;
    page::fetch(road)?;

    running::end_together();
    // The page keeps its own name; what Trunk passes on comes under the gateway's address.
    let mut servers = Servers::start(&["--listen", GATEWAY, "--allow-host", GATEWAY])?;
    println!("Open {}", servers.address.replace(GATEWAY_PORT, TRUNK_PORT));
    servers
        .gateway
        .pass_on(|line| println!("{}", line.replace(GATEWAY_PORT, TRUNK_PORT)));
    // Kept apart from `dist`: quick to build, and too big to be handed on.
    let page = layout::target().join("page-dev");
    Running::start(
        page::trunk(road)
            .args(["serve", "--dist"])
            .arg(page)
            .args(arguments),
    )?
    .wait()
}
