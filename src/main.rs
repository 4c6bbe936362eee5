//! The page: checks certificates and sets up self-managed X.509 for MongoDB Atlas, in the browser.
//!
//! It renders plain data that `pki` and `atlas` return and holds no certificate logic of its own. A
//! folder is a place where a person does something ([`check`], [`setup`], [`settings`]), named in [`places`] and
//! nowhere else; [`route`] holds its addresses. [`certificates`] shows certificates and verdicts in all
//! places, [`ui`] holds the widgets that know nothing of either. [`browser`] is the only door to the
//! browser's own interfaces, [`api`] the only one to the page's own server, [`engine`] the only one to
//! what reads and judges certificates.

// The page is built without what only a debugger reads (`-Z fmt-debug=none`): there `{:?}` writes
// nothing at all.
#![cfg_attr(not(test), warn(clippy::use_debug, clippy::too_many_lines))]

mod address;
mod api;
mod app;
mod browser;
mod certificates;
mod change;
mod check;
mod engine;
mod entrance;
mod nowhere;
mod places;
mod review;
mod route;
#[cfg(test)]
mod rules;
mod session;
mod settings;
mod setup;
mod turn;
mod ui;
mod visit;
mod words;

/// Starts the page in the element of index.html that is there for it.
fn main() {
    // boot.js starts the module in index.html alone, which holds this element.
    if let Some(root) = browser::document().get_element_by_id("page") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
