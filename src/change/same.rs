//! Something shared, compared by being the same one: what a memory of a render depends on.
//!
//! Comparing verdicts and facts by what is in them would cost about as much as what is remembered.

use std::rc::Rc;

#[derive(Debug)]
pub(crate) struct Same<T>(Rc<T>);

impl<T> Clone for Same<T> {
    fn clone(&self) -> Self {
        Self::of(&self.0)
    }
}

impl<T> Same<T> {
    /// Keeps it alive too, so that its address is not taken by another.
    pub(crate) fn of(shared: &Rc<T>) -> Self {
        Self(Rc::clone(shared))
    }
}

impl<T> PartialEq for Same<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
