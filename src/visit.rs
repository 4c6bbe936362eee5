//! What every place is told: whether the person is there, what another place has handed over, and, where it
//! works with Atlas, the session.

use std::{cell::RefCell, rc::Rc};

use yew::prelude::*;

use crate::{
    session::{desk::Desk, state::State},
    ui::file_drop::Given,
};

#[derive(Clone, PartialEq, Properties)]
pub(crate) struct Presence {
    /// Whether the person is here. A place stays alive while they are elsewhere, so that nothing
    /// is lost by looking around.
    pub(crate) here: bool,
    pub(crate) hands: Hands,
}

#[derive(Clone, Properties)]
pub(crate) struct Visit {
    /// Whether the person is here.
    pub(crate) here: bool,
    pub(crate) hands: Hands,
    /// The session, one for all places that work with Atlas.
    pub(crate) desk: Desk,
    /// What it knows; while the person is elsewhere, what it knew when they left.
    pub(crate) state: Rc<State>,
}

impl PartialEq for Visit {
    /// States are told apart by which one it is: to compare what is in them costs as much as to show it.
    fn eq(&self, other: &Self) -> bool {
        self.here == other.here
            && self.hands == other.hands
            && self.desk == other.desk
            && Rc::ptr_eq(&self.state, &other.state)
    }
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
