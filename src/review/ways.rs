//! Where in a place the parts of a change are decided, shown and applied, and what that is called there: the
//! views of a change lead there without knowing a place.

use crate::route::Route;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ways {
    pub(crate) connect: Spot,
    pub(crate) project: Spot,
    pub(crate) authorities: Spot,
    pub(crate) clients: Spot,
    pub(crate) users: Spot,
    /// Where a change is read before it is applied.
    pub(crate) review: Spot,
    /// Where it is applied, and can be undone.
    pub(crate) run: Spot,
    /// How to log in, if the place leads there.
    pub(crate) finish: Option<Route>,
}

/// A spot in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    pub(crate) route: Route,
    /// Its name there.
    pub(crate) name: &'static str,
    /// In a sentence: `in the step Access`.
    pub(crate) within: &'static str,
}
