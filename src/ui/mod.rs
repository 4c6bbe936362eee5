//! Widgets that know nothing of certificates or of Atlas.

pub(crate) mod alert;
pub(crate) mod breakable;
pub(crate) mod code_box;
pub(crate) mod copy_button;
pub(crate) mod day_form;
pub(crate) mod dialog;
pub(crate) mod disclosure;
pub(crate) mod event;
pub(crate) mod file_drop;
pub(crate) mod focus;
mod folder;
pub(crate) mod icon;
pub(crate) mod later;
pub(crate) mod paged;
pub(crate) mod pages;
pub(crate) mod progress;
pub(crate) mod prose;
pub(crate) mod search;
pub(crate) mod show_more;
pub(crate) mod theme;
pub(crate) mod validity_bar;
