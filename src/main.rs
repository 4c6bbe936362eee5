//! The page: checks certificates and sets up self-managed X.509 for MongoDB Atlas, in the browser.
//!
//! It renders plain data that `pki` returns and holds no certificate logic of its own. A folder is
//! a place where a person does something ([`check`]); [`ui`] holds the widgets that know nothing
//! of certificates or Atlas; [`browser`] is the only door to the browser's own interfaces.

mod address;
mod app;
mod browser;
mod check;
mod places;
mod ui;
mod words;

fn main() {
    // boot.js starts the module in index.html alone, which holds this element.
    if let Some(root) = browser::document().get_element_by_id("page") {
        yew::Renderer::<app::App>::with_root(root).render();
    }
}
