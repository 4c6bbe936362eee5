//! From a click to a decision.

use yew::prelude::*;

use crate::{change::decision::Decision, session::desk::Desk};

/// Decides this whenever something happens, a click or a tick.
pub(crate) fn deciding<E: 'static>(desk: &Desk, decision: Decision) -> Callback<E> {
    let desk = desk.clone();
    Callback::from(move |_| desk.decide(decision.clone()))
}
