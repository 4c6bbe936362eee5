//! What every place is told: whether the person is there, and what another place has handed over.

use std::{cell::RefCell, rc::Rc};

use yew::prelude::*;

use crate::ui::file_drop::Given;

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Visit {
    /// Whether the person is here. A place stays alive while they are elsewhere, so that nothing
    /// is lost by looking around.
    pub(crate) here: bool,
    pub(crate) hands: Hands,
}

/// What one place hands to another: files, in memory, for keys may be among them. Whoever hands
/// something over goes to the other place, which takes it as the person comes in.
#[derive(Clone, Default)]
pub(crate) struct Hands(Rc<RefCell<Vec<Given>>>);

impl Hands {
    pub(crate) fn give(&self, files: Vec<Given>) {
        self.0.replace(files);
    }

    pub(crate) fn take(&self) -> Vec<Given> {
        self.0.take()
    }
}

impl PartialEq for Hands {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
