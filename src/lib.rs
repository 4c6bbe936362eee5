//! The page: checks certificates and sets up self-managed X.509 for MongoDB Atlas, in the browser.
//!
//! It renders plain data that `pki` and `atlas` return and holds no certificate logic of its own. A
//! folder is a place where a person does something ([`check`], [`setup`]); [`certificates`] shows
//! certificates and verdicts in all of them, [`ui`] holds the widgets that know nothing of either; [`browser`] is the only door to the browser's own
//! interfaces, [`api`] the only one to the page's own server.
//!
//! The page is two programs, so that a verdict needs only what it needs: [`run`] is the shell with
//! the Check place, and [`run_rest`] the places that talk to Atlas, which boot.js loads when
//! somebody first goes there.

// The page is built without what only a debugger reads (`-Z fmt-debug=none`): there `{:?}` writes
// nothing at all.
#![cfg_attr(not(test), warn(clippy::use_debug))]

mod address;
mod api;
mod app;
mod browser;
mod certificates;
mod check;
mod engine;
mod nowhere;
mod places;
mod rest;
mod setup;
mod ui;
mod words;

/// Starts the shell in the element of index.html that is there for it.
pub fn run() {
    // boot.js starts the module in index.html alone, which holds this element.
    if let Some(root) = browser::document().get_element_by_id("page") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}

/// Starts the other places in the element that the shell has made for them.
pub fn run_rest() {
    if let Some(root) = browser::document().get_element_by_id(places::REST) {
        yew::Renderer::<rest::Rest>::with_root(root).render();
    }
}
